import { problem, ProblemError } from '../../../shared/image/problem';
import { createRing, type RingMemory } from '../../worker/byteRing';
import type { OutMember, WorkerPool } from '../../worker/jobs';
import type { Run } from '../ground/context';

/** An archive that is written as somebody reads it. */
export interface StreamedArchive {
  readonly members: readonly OutMember[];
  /** What people know it as. */
  readonly label: string;
  /** Told of the bytes that are written. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Hands an archive to `receive` through shared memory while a thread of `pool` writes it, every member verified. Where one side fails
 * the other is stopped: an archive that will not be whole must not look as if it were. `receive` stops by the signal that it is given, which is
 * also the run's. Throws what made the archive fail before what the reader made of its end, `cancelled`.
 */
export async function streamArchive<T>(
  pool: Pick<WorkerPool, 'run'>,
  { members, label, onBytes }: StreamedArchive,
  run: Run,
  receive: (memory: RingMemory, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const memory = createRing();
  const abort = new AbortController();
  const signal = AbortSignal.any([abort.signal, run.signal]);
  let fault: unknown = null;
  const writing = pool
    .run('write-archive', { target: memory, members, label }, { signal, ...(onBytes && { onBytes }) })
    .catch((thrown: unknown) => {
      fault = thrown;
      abort.abort();
    });
  try {
    const received = await receive(memory, signal);
    await writing;
    if (fault !== null) throw fault as Error;
    return received;
  } catch (thrown) {
    abort.abort();
    await writing;
    if (run.signal.aborted) throw problem('cancelled', {}, { cause: thrown });
    throw fault instanceof ProblemError && fault.problem.code !== 'cancelled' ? fault : thrown;
  }
}
