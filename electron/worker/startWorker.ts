import { closeSync, constants, openSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { sealKey } from '../store/sealKey';

/** What a thread is told of {@link sayUp} by. */
interface Begun {
  readonly up?: SharedArrayBuffer;
}

/** How long a thread may take until its script runs, milliseconds. */
const patience = 10_000;

function hasWorkingDirectory(): boolean {
  try {
    process.cwd();
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a worker thread. Node's threads ask for the working directory as they begin and end where it was deleted, which most jobs do not
 * need: then this process stands in the root until the thread's script runs. It waits for that, so that nothing here sees its relative paths
 * elsewhere meanwhile, and goes back, to where paths such as `../x.tar` still lead as before.
 */
export function startWorker(script: string): Worker {
  // Where no file can be kept the key is this process's: threads have to find it, and not make one of their own each.
  sealKey();
  if (hasWorkingDirectory()) return new Worker(script);
  const here = openSync('.', constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const up = new SharedArrayBuffer(4);
    process.chdir('/');
    try {
      const worker = new Worker(script, { workerData: { up } satisfies Begun });
      Atomics.wait(new Int32Array(up), 0, 0, patience);
      return worker;
    } finally {
      process.chdir(`/proc/self/fd/${here}`);
    }
  } finally {
    closeSync(here);
  }
}

/** What a thread's script says first: {@link startWorker} may wait for it. */
export function sayUp(data: unknown): void {
  const { up } = (data ?? {}) as Begun;
  if (up === undefined) return;
  Atomics.store(new Int32Array(up), 0, 1);
  Atomics.notify(new Int32Array(up), 0);
}
