import { closeSync, constants, fchmodSync, mkdirSync, openSync, rmdirSync, unlinkSync } from 'node:fs';
import { parentOf } from '../../shared/layer/entryPath';
import { systemCode } from '../../shared/image/systemCode';
import { withTree, type HeldTree } from '../system/beneath';
import { setModified } from '../system/syscalls';
import { diskProblem } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { modifiedOf } from './treeReader';

/** Changes what is in a folder, whose time says afterwards what it said before: nobody's change is to be seen there. */
function keepingTime(tree: HeldTree, folder: string, work: () => void): void {
  const info = tree.look(folder);
  work();
  if (info === null) return;
  const { seconds, nanoseconds } = modifiedOf(info);
  try {
    setModified(tree.directory(folder), seconds, nanoseconds, true);
  } catch (thrown) {
    // Somebody else's, where we may write.
    if (systemCode(thrown) !== 'EPERM') throw thrown;
  }
}

/** Makes a folder that everybody may enter, whatever our umask. */
function makeFolder(tree: HeldTree, path: string): void {
  mkdirSync(tree.at(path), 0o755);
  const fd = openSync(tree.at(path), constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    fchmodSync(fd, 0o755);
  } finally {
    closeSync(fd);
  }
}

/** The job `make-points`. */
export function makePoints({ root, points }: JobInput<'make-points'>): JobOutput<'make-points'> {
  const made: string[] = [];
  const make = (tree: HeldTree, path: string, isFolder: boolean): void => {
    if (path === '' || tree.look(path) !== null) return;
    const parent = parentOf(path);
    make(tree, parent, true);
    keepingTime(tree, parent, () => {
      if (isFolder) makeFolder(tree, path);
      else closeSync(openSync(tree.at(path), 'wx', 0o644));
    });
    made.push(path);
  };
  for (const { path, isFolder } of points)
    try {
      withTree(root, (tree) => make(tree, path, isFolder));
    } catch (cause) {
      throw diskProblem(cause, path, 'write');
    }
  return made;
}

/** The job `remove-empty`. */
export function removeEmpty({ root, paths }: JobInput<'remove-empty'>): JobOutput<'remove-empty'> {
  for (const path of [...paths].sort().reverse())
    try {
      withTree(root, (tree) => {
        const info = tree.look(path);
        if (!info?.isDirectory() && !(info?.isFile() && info.size === 0n)) return;
        keepingTime(tree, parentOf(path), () => {
          if (info.isDirectory()) rmdirSync(tree.at(path));
          else unlinkSync(tree.at(path));
        });
      });
    } catch (cause) {
      const code = systemCode(cause) ?? '';
      // In use since, or gone, or something else: not ours to remove.
      if (!['ENOTEMPTY', 'ENOENT', 'ENOTDIR', 'ELOOP'].includes(code))
        throw diskProblem(cause, path, 'write');
    }
  return null;
}
