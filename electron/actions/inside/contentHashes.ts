import { readContentHashes } from '../../index/contentHashes';
import type { ActionContext, Run } from '../ground/context';
import { readLayersOnce, type LayerToRead } from './readLayersOnce';

/** A stored layer whose files are hashed. */
export type LayerToHash = LayerToRead;

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
 * Hashes the files of the layers that need it, and keeps the hashes in the store's cache: each layer is read once for all
 * times. Throws what {@link readLayersOnce} throws.
 */
export async function hashLayers(
  context: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly LayerToHash[],
  run: Run,
): Promise<void> {
  const reading = { job: 'hash-files' as const, cache: 'hashes' as const };
  return readLayersOnce(context, unhashed(context, layers), reading, run);
}

/** Layers for a job, with where the hashes of each are now: what is asked before they are made may be another place. */
export function withHashes<T extends { readonly digest: LayerToRead['digest'] }>(
  { store }: Pick<ActionContext, 'store'>,
  layers: readonly T[],
): (T & { readonly hashesPath: string })[] {
  return layers.map((layer) => ({ ...layer, hashesPath: store.hashesPathOf(layer.digest) }));
}
