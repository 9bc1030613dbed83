import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest, DiffId } from '../../shared/image/digest';
import { problem } from '../../shared/image/problem';
import type { ActionContext, Run } from './context';

/** A stored layer to be read. */
export interface LayerToRead {
  readonly digest: Digest;
  readonly diffId: DiffId;
  /** Bytes of the blob, for the progress. */
  readonly size: number;
}

/** How layers are read, and where what was found out is kept. */
export interface LayerReading {
  readonly job: 'hash-files' | 'scan-secrets';
  readonly targetOf: (digest: Digest) => string;
}

/**
 * Has a job read layers, as many at a time as there are workers, and keeps each result in the store's cache once it is whole.
 * What was finished stays after a cancel, nothing else does. Throws `blob-damaged`, `disk-full`, `cancelled`.
 */
export async function readLayersOnce(
  { store, pool }: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly LayerToRead[],
  { job, targetOf }: LayerReading,
  run: Run,
): Promise<void> {
  const waiting = [...layers];
  const total = waiting.reduce((sum, { size }) => sum + size, 0);
  const all = waiting.length;
  let done = 0;
  let begun = 0;
  const tell = (more: number): void =>
    run.report({ phase: 'reading', done: Math.min(total, (done += more)), total, layer: begun, layers: all });
  const work = async (): Promise<void> => {
    for (let layer = waiting.shift(); layer; layer = waiting.shift()) {
      begun++;
      tell(0);
      const { digest, diffId } = layer;
      const target = targetOf(digest);
      const draft = `${target}.${randomBytes(6).toString('hex')}`;
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      try {
        const input = { file: store.pathOf(digest), digest, diffId, target: draft };
        await pool.run(job, input, { signal: run.signal, onBytes: tell });
        await rename(draft, target);
      } catch (thrown) {
        // The others stop, too: the first problem is what is told.
        waiting.length = 0;
        throw thrown;
      } finally {
        await rm(draft, { force: true });
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(all, pool.size) }, work));
  const failed = workers.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  if (run.signal.aborted) throw problem('cancelled', {});
}
