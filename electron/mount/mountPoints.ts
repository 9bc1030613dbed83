import { rmdirSync, unlinkSync } from 'node:fs';
import { diskProblem } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { inParent } from './descend';
import { look, lookBelow } from './treeReader';

/** The job `missing-paths`. */
export function missingPaths({ root, paths }: JobInput<'missing-paths'>): JobOutput<'missing-paths'> {
  return paths.filter((path) => lookBelow(root, path) === null);
}

/** The job `remove-empty`. */
export function removeEmpty({ root, paths }: JobInput<'remove-empty'>): JobOutput<'remove-empty'> {
  for (const path of [...paths].sort().reverse())
    try {
      inParent(root, path, (parent, name) => {
        const at = parent.inside(name);
        const info = look(at);
        if (info?.isDirectory()) rmdirSync(at);
        else if (info?.isFile() && info.size === 0n) unlinkSync(at);
      });
    } catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException;
      // In use since, or gone, or something else: not ours to remove.
      if (!['ENOTEMPTY', 'ENOENT', 'ENOTDIR', 'ELOOP'].includes(code))
        throw diskProblem(cause, path, 'write');
    }
  return null;
}
