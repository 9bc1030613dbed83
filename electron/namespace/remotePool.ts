import { spawn, type ChildProcess } from 'node:child_process';
import { problem, ProblemError } from '../../shared/image/problem';
import { shortageOf } from '../../shared/image/shortage';
import { sealKey } from '../store/sealKey';
import type { JobInput, JobName, JobOptions, JobOutput, WorkerPool } from '../worker/jobs';
import { FrameReader, toFrame } from './frames';
import type { FromHelper, ToHelper } from './helper';

interface Waiting {
  readonly options: JobOptions;
  readonly resolve: (output: unknown) => void;
  readonly reject: (thrown: unknown) => void;
}

/** How long a helper may take until it says that it is ready, milliseconds. */
const patience = 20_000;

/**
 * Starts a helper process by `command`, gives it the key of this user's seals and then jobs: a {@link WorkerPool} whose threads live in another process.
 * Rejects when the helper does not come up: with `system-short` where the system gave too little; else the fault's message is what it said on standard error.
 */
export async function startRemotePool(
  command: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<WorkerPool> {
  const [program = '', ...words] = command;
  // Without a descriptor that is free there is nothing but the fault: no streams.
  const child: ChildProcess = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env: environment });
  let said = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    said = (said + text).slice(-4000);
  });
  const waiting = new Map<number, Waiting>();
  const reader = new FrameReader();
  let size = 1;
  let ended = false;

  const end = (fault: Error): void => {
    ended = true;
    for (const { reject } of waiting.values()) reject(problem('internal', { message: fault.message }));
    waiting.clear();
  };
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`the helper did not start within ${patience / 1000} s`));
    }, patience);
    const fail = (fault: Error): void => {
      clearTimeout(timer);
      reject(shortageOf(fault.message) ?? fault);
      end(fault);
    };
    child.on('error', fail);
    child.on('exit', (code) => {
      // Node and V8 abort where they get no thread or memory as they start, and only print their stack.
      if (code === null || code > 128) reject(shortageOf(said) ?? problem('system-short', { of: 'any' }));
      fail(new Error(said.trim() || `the helper ended with ${code ?? 'a signal'}`));
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      for (const value of reader.feed(chunk)) {
        const message = value as FromHelper;
        if (message.kind === 'ready') {
          size = message.size;
          clearTimeout(timer);
          child.stdin?.write(toFrame({ kind: 'key', key: sealKey().toString('hex') } satisfies ToHelper));
          resolve();
        } else answer(waiting, message);
      }
    });
    child.stdin?.on('error', () => undefined);
  });
  rest(child);
  return remotePool({ child, waiting, size, isEnded: () => ended });
}

/** Lets the process end though the helper is there; it is held again while a job runs. */
function rest(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as unknown as { unref?: () => void } | null)?.unref?.();
}

function hold(child: ChildProcess): void {
  child.ref();
  for (const stream of child.stdio) (stream as unknown as { ref?: () => void } | null)?.ref?.();
}

function answer(waiting: Map<number, Waiting>, message: Exclude<FromHelper, { kind: 'ready' }>): void {
  const task = waiting.get(message.id);
  if (!task) return;
  if (message.kind === 'bytes') {
    task.options.onBytes?.(message.bytes);
    return;
  }
  waiting.delete(message.id);
  if (message.kind === 'done') task.resolve(message.output);
  else {
    const rebuilt = ProblemError.from(message.problem);
    if (message.problem.code === 'internal') rebuilt.stack = message.stack;
    task.reject(rebuilt);
  }
}

function remotePool(helper: {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
  readonly size: number;
  readonly isEnded: () => boolean;
}): WorkerPool {
  const { child, waiting, size } = helper;
  let last = 0;
  const send = (message: ToHelper): void => void child.stdin?.write(toFrame(message));
  const start = <N extends JobName>(
    name: N,
    input: JobInput<N>,
    options: JobOptions = {},
  ): Promise<JobOutput<N>> => {
    if (options.signal?.aborted) return Promise.reject(problem('cancelled', {}));
    if (helper.isEnded())
      return Promise.reject(problem('internal', { message: 'the helper process has ended' }));
    const id = ++last;
    const cancel = (): void => send({ kind: 'cancel', id });
    options.signal?.addEventListener('abort', cancel);
    hold(child);
    return new Promise<JobOutput<N>>((resolve, reject) => {
      waiting.set(id, { options, resolve: resolve as (output: unknown) => void, reject });
      send({ kind: 'run', id, name, input });
    }).finally(() => {
      options.signal?.removeEventListener('abort', cancel);
      if (waiting.size === 0) rest(child);
    });
  };
  return {
    size,
    run: start,
    async close() {
      if (helper.isEnded()) return;
      hold(child);
      // The helper ends by itself when its input does, having stopped what it runs; one that hangs is ended.
      const timer = setTimeout(() => child.kill('SIGKILL'), patience);
      await new Promise<void>((resolve) => {
        child.once('exit', () => resolve());
        child.stdin?.end();
      });
      clearTimeout(timer);
    },
  };
}
