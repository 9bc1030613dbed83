import { rmdirSync, unlinkSync } from 'node:fs';
import { diskProblem } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { lookBelow, pathIn } from './treeReader';

/** The job `missing-paths`. */
export function missingPaths({ root, paths }: JobInput<'missing-paths'>): JobOutput<'missing-paths'> {
  return paths.filter((path) => lookBelow(root, path) === null);
}

/** The job `remove-empty`. */
export function removeEmpty({ root, paths }: JobInput<'remove-empty'>): JobOutput<'remove-empty'> {
  for (const path of [...paths].sort().reverse()) {
    const info = lookBelow(root, path);
    try {
      if (info?.isDirectory()) rmdirSync(pathIn(root, path));
      else if (info?.isFile() && info.size === 0n) unlinkSync(pathIn(root, path));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw diskProblem(cause, path, 'write');
    }
  }
  return null;
}
