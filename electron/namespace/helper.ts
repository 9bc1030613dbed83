import type { JobInput, JobName, WorkerPool } from '../worker/jobs';
import { problemOf, type Problem } from '../../shared/image/problem';
import { takeSealKey } from '../store/sealKey';
import { FrameReader, toFrame } from './frames';

/** What a helper process is asked, one frame each. */
export type ToHelper =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'run'; readonly id: number; readonly name: JobName; readonly input: unknown }
  | { readonly kind: 'cancel'; readonly id: number };

/** What it answers. */
export type FromHelper =
  | { readonly kind: 'ready'; readonly size: number }
  | { readonly kind: 'bytes'; readonly id: number; readonly bytes: number }
  | { readonly kind: 'done'; readonly id: number; readonly output: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: Problem; readonly stack: string };

/** The word by which the app's own binary is told to be a helper. */
export const helperFlag = '--stratigraph-helper';

/**
 * Runs jobs for another process, which has started this one inside of a user namespace: frames come on `input` and go
 * to `output`. Resolves when the input ends, with everything stopped; so a helper never outlives who started it.
 */
export async function serveJobs(
  pool: WorkerPool,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<void> {
  const reader = new FrameReader();
  const aborts = new Map<number, AbortController>();
  const send = (message: FromHelper): void => void output.write(toFrame(message));
  send({ kind: 'ready', size: pool.size });
  const take = (message: ToHelper): void => {
    if (message.kind === 'key') {
      takeSealKey(message.key);
      return;
    }
    if (message.kind === 'cancel') {
      aborts.get(message.id)?.abort();
      return;
    }
    const { id, name } = message;
    const abort = new AbortController();
    aborts.set(id, abort);
    const options = {
      signal: abort.signal,
      onBytes: (bytes: number) => send({ kind: 'bytes', id, bytes }),
    };
    pool
      .run(name, message.input as JobInput<typeof name>, options)
      .then(
        (result) => send({ kind: 'done', id, output: result }),
        (thrown: unknown) => {
          const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
          send({ kind: 'failed', id, problem: problemOf(thrown), stack });
        },
      )
      .finally(() => aborts.delete(id));
  };
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      for (const value of reader.feed(chunk)) take(value as ToHelper);
    }
  } finally {
    for (const abort of aborts.values()) abort.abort();
    await pool.close();
  }
}
