import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { problem, ProblemError } from '../../shared/image/problem';
import type { JobInput, JobName, JobOptions, JobOutput, WorkerPool } from './jobs';
import type { FromWorker, ToWorker } from './messages';

interface Task {
  readonly message: ToWorker;
  readonly options: JobOptions;
  readonly resolve: (output: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

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
      worker = new Worker(script);
      all.add(worker);
    }
    queue.shift();
    give(worker, task);
  };

  const give = (worker: Worker, task: Task): void => {
    const done = (healthy: boolean): void => {
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
    const onExit = (): void => onError(new Error('ended unexpectedly'));
    const onAbort = (): void => {
      Atomics.store(new Int32Array(task.message.stop), 0, 1);
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
    run<N extends JobName>(name: N, input: JobInput<N>, jobOptions: JobOptions = {}): Promise<JobOutput<N>> {
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
 * name for the reason) lacked files that may be open, memory or processes: the system's refusal, and no bug.
 */
export function threadProblem(fault: Error): Error {
  const [reason] = /\b(?:EMFILE|ENFILE|ENOMEM|EAGAIN)\b/.exec(fault.message) ?? [];
  const isRefused =
    (fault as NodeJS.ErrnoException).code === 'ERR_WORKER_INIT_FAILED' && reason !== undefined;
  if (isRefused) return problem('file-unreadable', { path: 'worker.cjs', reason }, { cause: fault });
  return problem('internal', { message: `worker thread: ${fault.message}` }, { cause: fault });
}
