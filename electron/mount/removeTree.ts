import { problem } from '../../shared/image/problem';
import { removeBeneath } from '../system/removeBeneath';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { userOf } from './mountUsers';
import { listMounts } from './overlay';

/** The job `remove-tree`. */
export function removeTree({ path }: JobInput<'remove-tree'>, tools: JobTools): JobOutput<'remove-tree'> {
  tools.tick(0);
  // What is mounted inside belongs to somebody else: it is never entered, and first of all nothing is half removed for it.
  const [inside] = process.platform === 'linux' ? listMounts({ below: path }) : [];
  if (inside !== undefined) throw problem('mount-busy', { target: inside, process: userOf(inside) });
  try {
    removeBeneath(path, () => tools.tick(0));
  } catch (thrown) {
    throw diskProblem(thrown, path, 'write');
  }
  return null;
}
