import { chmodSync, lstatSync, readdirSync, rmSync } from 'node:fs';
import { problem } from '../../shared/image/problem';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { userOf } from './mountUsers';
import { listMounts } from './overlay';

/** The job `remove-tree`. */
export function removeTree({ path }: JobInput<'remove-tree'>, tools: JobTools): JobOutput<'remove-tree'> {
  tools.tick(0);
  // What is mounted inside belongs to somebody else: removing through a mount point would empty it.
  const [inside] = process.platform === 'linux' ? listMounts({ below: path }) : [];
  if (inside !== undefined) throw problem('mount-busy', { target: inside, process: userOf(inside) });
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code !== 'EACCES' && code !== 'EPERM') throw diskProblem(thrown, path, 'write');
    open(Buffer.from(path));
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (cause) {
      throw diskProblem(cause, path, 'write');
    }
  }
  return null;
}

/** Gives an owner without rights of root the right to empty every directory of a tree, links not followed. */
function open(path: Buffer): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' }))
    if (entry.isDirectory()) open(Buffer.concat([path, Buffer.from('/'), entry.name]));
}
