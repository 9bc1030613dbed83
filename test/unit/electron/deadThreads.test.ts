import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWorkerPool } from '../../../electron/worker/workerPool';
import { problemOf } from '../../../shared/image/problem';
import { temporaryFolder } from '../../setup/temporary';

/** Where a thread dies or does not answer, its job ends: nobody waits without end. */

test('a job that does not stop when it is asked to ends with its thread', async () => {
  const script = join(await temporaryFolder(), 'deaf.cjs');
  await writeFile(script, "require('node:worker_threads').parentPort.on('message', () => {});");
  const pool = createWorkerPool({ script, size: 1 });
  const abort = new AbortController();
  const job = pool.run('list-mounts', { folder: '/' } as never, { signal: abort.signal });
  abort.abort();
  expect(problemOf(await job.catch((thrown: unknown) => thrown)).code).toBe('cancelled');
  await pool.close();
});

test('a thread that dies or cannot start rejects its job, and the next job has one of its own', async () => {
  const script = join(await temporaryFolder(), 'dying.cjs');
  await writeFile(script, "require('node:worker_threads').parentPort.on('message', () => process.exit(3));");
  const pool = createWorkerPool({ script, size: 1 });
  for (const _ of [1, 2])
    await expect(pool.run('list-mounts', { folder: '/' } as never)).rejects.toThrow('internal');
  await pool.close();
});
