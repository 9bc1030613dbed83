import { addBytes } from '../../../shared/image/bytes';
import type { Digest, DiffId } from '../../../shared/image/digest';
import { problem } from '../../../shared/image/problem';
import type { ActionContext, Run } from '../ground/context';

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
  readonly cache: 'hashes' | 'secrets';
}

/**
 * Has a job read layers, as many at a time as there are workers, and keeps each result in the store's cache once it is whole.
 * What was finished stays after a cancel, nothing else does. Throws `blob-damaged`, `disk-full`, `cancelled`.
 */
export async function readLayersOnce(
  { store, pool }: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly LayerToRead[],
  { job, cache }: LayerReading,
  run: Run,
): Promise<void> {
  const waiting = [...layers];
  const total = waiting.reduce((sum, { size }) => addBytes(sum, size), 0);
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
      try {
        await store.makeCache(cache, digest, (target) =>
          pool.run(
            job,
            { file: store.fileOf(layer), digest, diffId, target },
            { signal: run.signal, onBytes: tell },
          ),
        );
      } catch (thrown) {
        // The others stop, too: the first problem is what is told.
        waiting.length = 0;
        throw thrown;
      }
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.min(all, pool.size) }, work));
  const failed = workers.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  if (run.signal.aborted) throw problem('cancelled', {});
}
