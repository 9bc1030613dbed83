import { isReadable, type LayerNode } from '../../../shared/graph/imageGraph';
import { problem } from '../../../shared/image/problem';
import { openContents, openLayer, type OpenLayer } from '../../index/openLayer';
import type { SizedBlob } from '../../store/contentStore';
import type { JobOptions } from '../../worker/jobs';
import type { ActionContext } from '../ground/context';
import { blobToRead } from './imageLayers';

/**
 * Opens a stored layer, making its index again when the cache has none that is whole and ours; `options` are for that. Throws `blob-damaged`,
 * `cancelled`.
 */
export const openStoredLayer = (
  context: Pick<ActionContext, 'store' | 'pool'>,
  blob: SizedBlob,
  options: JobOptions = {},
): Promise<OpenLayer> => openBy(openLayer, context, blob, options);

/** The same for whoever knows the entries, and reads contents of files. */
export const openStoredContents = (
  context: Pick<ActionContext, 'store' | 'pool'>,
  blob: SizedBlob,
): Promise<OpenLayer> => openBy(openContents, context, blob, {});

async function openBy(
  open: (...files: Parameters<typeof openLayer>) => Promise<OpenLayer | null> | OpenLayer | null,
  { store, pool }: Pick<ActionContext, 'store' | 'pool'>,
  { digest: blob, size }: SizedBlob,
  options: JobOptions,
): Promise<OpenLayer> {
  const file = store.fileOf({ digest: blob, size });
  const ready = await open(blob, file, store.indexPathOf(blob));
  if (ready) return held(ready);
  const path = await store.makeCache('index', blob, (indexTarget) =>
    pool.run('rebuild-index', { file, digest: blob, indexTarget }, options),
  );
  const made = await open(blob, file, path);
  if (!made) throw problem('blob-damaged', { digest: blob, reason: 'index', found: '' });
  return held(made);
}

/** A layer that is looked at where it lies was let in by nobody: here it is held against what its image says of it. */
function held(layer: OpenLayer): OpenLayer {
  const { blob, facts } = layer;
  if (typeof blob === 'string' || blob.diffId === null || blob.diffId === facts.diffId) return layer;
  throw problem('blob-damaged', { digest: facts.digest, reason: 'diff-id', found: facts.diffId });
}

/** Whether no blob of a layer can be read: the store may be without it, or it is encrypted. */
export const isClosed = ({ blobs }: LayerNode): boolean => blobs.length > 0 && !blobs.some(isReadable);

/**
 * Bytes of the uncompressed tars of layers together; null when one cannot be read. A layer whose index is missing, or does not
 * count, is read for it. Throws `blob-damaged`.
 */
export async function tarBytesOf(
  context: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly LayerNode[],
): Promise<number | null> {
  let total = 0;
  for (const layer of layers) {
    const isLacking = layer.blobs.every(({ digest }) => context.store.lacks?.blobs.has(digest) === true);
    if (layer.tarSize === null && (isClosed(layer) || isLacking)) return null;
    total += layer.tarSize ?? (await openStoredLayer(context, blobToRead(layer))).facts.tarSize;
  }
  return total;
}
