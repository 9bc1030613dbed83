import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { problem, ProblemError } from '../../shared/image/problem';
import { shortageOf } from '../../shared/image/shortage';
import { systemCode } from '../../shared/image/systemCode';
import type { JobInput, JobName, JobOptions, JobOutput, WorkerPool } from './jobs';
import type { FromWorker, ToWorker } from './messages';
import { startWorker } from './startWorker';

interface Task {
  readonly message: ToWorker;
  readonly options: JobOptions;
  readonly resolve: (output: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

/** How long a job may take to stop when it is asked to, milliseconds. */
const patience = 5000;

/** Where the worker's bundle is: named by the environment (tests), else beside the bundle that runs. */
function workerScript(): string {
  return process.env['STRATIGRAPH_WORKER'] ?? join(__dirname, 'worker.cjs');
}

/**
 * A pool of worker threads, started when first needed and let go when idle, so that a command line that hashes nothing
 * pays nothing and a process is never kept alive by it.
 */
export function createWorkerPool(options: { script?: string; size?: number } = {}): WorkerPool {
  const script = options.script ?? workerScript();
  const size = options.size ?? Math.max(1, Math.min(4, availableParallelism()));
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const queue: Task[] = [];
  let closed = false;

  const next = (): void => {
    const task = queue[0];
    if (!task) return;
    let worker = idle.pop();
    if (!worker) {
      if (all.size >= size) return;
      try {
        worker = startWorker(script);
      } catch (thrown) {
        queue.shift();
        task.reject(threadProblem(thrown as Error));
        return next();
      }
      all.add(worker);
    }
    queue.shift();
    give(worker, task);
  };

  const give = (worker: Worker, task: Task): void => {
    const done = (healthy: boolean): void => {
      clearTimeout(late);
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      task.options.signal?.removeEventListener('abort', onAbort);
      if (healthy && !closed) {
        worker.unref();
        idle.push(worker);
      } else {
        all.delete(worker);
        void worker.terminate();
      }
      next();
    };
    const onMessage = (answer: FromWorker): void => {
      if (answer.kind === 'bytes') {
        task.options.onBytes?.(answer.bytes);
        return;
      }
      if (answer.kind === 'done') {
        if (answer.bytes > 0) task.options.onBytes?.(answer.bytes);
        task.resolve(answer.output);
      } else {
        const rebuilt = ProblemError.from(answer.problem);
        if (answer.stack !== '') rebuilt.stack = answer.stack;
        task.reject(rebuilt);
      }
      done(true);
    };
    const onError = (fault: Error): void => {
      task.reject(threadProblem(fault));
      done(false);
    };
    const onExit = (): void => {
      if (!task.options.signal?.aborted) return onError(new Error('ended unexpectedly'));
      task.reject(problem('cancelled', {}));
      done(false);
    };
    let late: NodeJS.Timeout | undefined;
    const onAbort = (): void => {
      Atomics.store(new Int32Array(task.message.stop), 0, 1);
      // A job that waits for what never comes does not see that: its thread is ended, and then nothing of it works on.
      late = setTimeout(() => void worker.terminate(), patience);
    };
    worker.ref();
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    if (task.options.signal?.aborted) onAbort();
    task.options.signal?.addEventListener('abort', onAbort);
    worker.postMessage(task.message);
  };

  return {
    size,
    async run<N extends JobName>(
      name: N,
      input: JobInput<N>,
      jobOptions: JobOptions = {},
    ): Promise<JobOutput<N>> {
      return new Promise((resolve, reject) => {
        if (closed || jobOptions.signal?.aborted) {
          reject(problem('cancelled', {}));
          return;
        }
        queue.push({
          message: { name, input, stop: new SharedArrayBuffer(4) },
          options: jobOptions,
          resolve: resolve as (output: unknown) => void,
          reject,
        });
        next();
      });
    },
    async close() {
      closed = true;
      for (const task of queue.splice(0)) task.reject(problem('cancelled', {}));
      await Promise.all([...all].map((worker) => worker.terminate()));
      all.clear();
      idle.length = 0;
    },
  };
}

/**
 * What it means that a thread ended without an answer. One that could not begin (Node's ERR_WORKER_INIT_FAILED, with libuv's
 * name for the reason, or the fault of reading its own script) lacked files that may be open, memory or processes, one that ended
 * with ERR_WORKER_OUT_OF_MEMORY memory: the system's refusal, and no bug.
 */
export function threadProblem(fault: Error): Error {
  const code = systemCode(fault) ?? '';
  const known = code === 'ERR_WORKER_INIT_FAILED' ? fault.message : code;
  const short = /^E[A-Z_]+$/.test(code) ? shortageOf(known) : null;
  if (short) return short;
  return problem('internal', { message: `worker thread: ${fault.message}` }, { cause: fault });
}
