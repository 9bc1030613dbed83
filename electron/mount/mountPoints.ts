import { rmdirSync, unlinkSync } from 'node:fs';
import { withTree } from '../system/beneath';
import { diskProblem } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';

/** The job `missing-paths`. */
export function missingPaths({ root, paths }: JobInput<'missing-paths'>): JobOutput<'missing-paths'> {
  return withTree(root, (tree) => paths.filter((path) => tree.look(path) === null));
}

/** The job `remove-empty`. */
export function removeEmpty({ root, paths }: JobInput<'remove-empty'>): JobOutput<'remove-empty'> {
  for (const path of [...paths].sort().reverse())
    try {
      withTree(root, (tree) => {
        const info = tree.look(path);
        if (info?.isDirectory()) rmdirSync(tree.at(path));
        else if (info?.isFile() && info.size === 0n) unlinkSync(tree.at(path));
      });
    } catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException;
      // In use since, or gone, or something else: not ours to remove.
      if (!['ENOTEMPTY', 'ENOENT', 'ENOTDIR', 'ELOOP'].includes(code))
        throw diskProblem(cause, path, 'write');
    }
  return null;
}
