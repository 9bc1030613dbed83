import type { Problem } from '../../shared/image/problem';
import type { JobName } from './jobs';

/** A job on its way to a worker thread. */
export interface ToWorker {
  readonly name: JobName;
  readonly input: unknown;
  /** One Int32: anything but 0 asks the job to stop. Shared, for jobs run in synchronous loops. */
  readonly stop: SharedArrayBuffer;
}

/** What a worker thread answers; `bytes` counts what was read since the last message. */
export type FromWorker =
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'done'; readonly output: unknown; readonly bytes: number }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly stack: string };
