import { closeSync, openSync } from 'node:fs';
import { syncFileSystem } from '../system/syscalls';
import { diskProblem } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';

/** The job `sync-tree`. */
export function syncTree({ path }: JobInput<'sync-tree'>): JobOutput<'sync-tree'> {
  const fd = openSync(path, 'r');
  try {
    syncFileSystem(fd);
  } catch (cause) {
    throw diskProblem(cause, path, 'write');
  } finally {
    closeSync(fd);
  }
  return null;
}
