import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Digest, DiffId } from '../../shared/image/digest';
import { problem } from '../../shared/image/problem';
import { readContentHashes } from '../index/contentHashes';
import type { ActionContext, Run } from './context';

/** A stored layer whose files are hashed. */
export interface LayerToHash {
  readonly digest: Digest;
  readonly diffId: DiffId;
  /** Bytes of the blob, for the progress. */
  readonly size: number;
}

/** Those of the layers whose files were not hashed yet. */
export function unhashed<T extends LayerToHash>(
  { store }: Pick<ActionContext, 'store'>,
  layers: readonly T[],
): readonly T[] {
  return layers.filter(
    ({ digest, diffId }) => readContentHashes(store.hashesPathOf(digest), diffId) === null,
  );
}

/**
 * Hashes the files of the layers that need it, as many at a time as there are workers, and keeps the hashes in the store's
 * cache: each layer is read once for all times. What was finished stays after a cancel, nothing else does. Throws
 * `blob-damaged`, `disk-full`, `cancelled`.
 */
export async function hashLayers(
  { store, pool }: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly LayerToHash[],
  run: Run,
): Promise<void> {
  const waiting = [...unhashed({ store }, layers)];
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
      const target = store.hashesPathOf(digest);
      const draft = `${target}.${randomBytes(6).toString('hex')}`;
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      try {
        const input = { file: store.pathOf(digest), digest, diffId, target: draft };
        await pool.run('hash-files', input, { signal: run.signal, onBytes: tell });
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
