import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import type { ChainId, Digest } from '../../shared/image/digest';
import { isReadable, type LayerNode } from '../../shared/graph/imageGraph';
import { problem } from '../../shared/image/problem';
import type { LayerFacts } from '../../shared/layer/entry';
import type { LayerDetail } from '../../shared/ipc/detail';
import { largestFiles, openLayer, type OpenLayer } from '../index/openLayer';
import type { JobOptions } from '../worker/jobs';
import type { ActionContext } from './context';
import { blobToRead } from './imageLayers';
import { mountedAt } from './imageUse';
import { readConfig } from './inspectImage';
import { chainOf, graphDriver, imagesOnTop, layerMembers } from './layerMembers';
import { layerById } from './resolveImage';
import { readStoreView, type StoreView } from './storeView';

/** Files listed as largest. */
const largestListed = 8;

/**
 * Opens a stored layer, making its index again when the cache has none; `options` are for that. Throws `blob-damaged`,
 * `cancelled`.
 */
export async function openStoredLayer(
  { store, pool }: Pick<ActionContext, 'store' | 'pool'>,
  blob: Digest,
  options: JobOptions = {},
): Promise<OpenLayer> {
  const path = store.indexPathOf(blob);
  const ready = openLayer(store.pathOf(blob), path);
  if (ready?.facts.digest === blob) return ready;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await pool.run('rebuild-index', { file: store.pathOf(blob), digest: blob, indexTarget: draft }, options);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  const made = openLayer(store.pathOf(blob), path);
  if (!made) throw problem('blob-damaged', { digest: blob, reason: 'its index cannot be made' });
  return made;
}

/** Whether no blob of a layer can be read: the store may be without it, or it is encrypted. */
const isClosed = ({ blobs }: LayerNode): boolean => blobs.length > 0 && !blobs.some(isReadable);

/** Everything that the inspector shows of a layer. Throws `layer-not-found`, `blob-damaged`. */
export async function inspectLayer(context: ActionContext, chainId: ChainId): Promise<LayerDetail> {
  const view = await readStoreView(context);
  const layer = layerById(view.graph, chainId);
  const open = isClosed(layer) ? null : await openStoredLayer(context, blobToRead(layer).digest);
  return {
    chainId,
    contentSize: open?.facts.contentSize ?? null,
    tarSize: open?.facts.tarSize ?? null,
    entries: open?.facts.entries ?? null,
    largest: open ? await largestFiles(open, largestListed) : [],
    inspectJson: JSON.stringify(await layerDocument(context, view, layer, open?.facts ?? null), null, 2),
  };
}

/** The document that `stratigraph inspect LAYER` prints. `Size` is that of the uncompressed tar. */
export async function inspectLayerDocument(
  context: ActionContext,
  chainId: ChainId,
): Promise<Record<string, unknown>> {
  const view = await readStoreView(context);
  const layer = layerById(view.graph, chainId);
  const open = isClosed(layer) ? null : await openStoredLayer(context, blobToRead(layer).digest);
  return layerDocument(context, view, layer, open?.facts ?? null);
}

async function layerDocument(
  context: ActionContext,
  view: StoreView,
  layer: LayerNode,
  facts: LayerFacts | null,
): Promise<Record<string, unknown>> {
  const [top] = imagesOnTop(view.graph, layer);
  const config = top ? (await readConfig(context, top.id)).config : null;
  const mergedDir = top ? await mountedAt(context.store.directory, top.id) : null;
  return {
    ...layerMembers(view.graph, layer, config),
    Size: facts?.tarSize ?? layer.tarSize ?? 0,
    VirtualSize: chainOf(view.graph, layer).reduce((sum, { tarSize }) => sum + (tarSize ?? 0), 0),
    GraphDriver: graphDriver(mergedDir),
    Blobs: layer.blobs.map(({ digest, size, mediaType, missing, encrypted }) => ({
      Digest: digest,
      Size: size,
      MediaType: mediaType,
      ...(encrypted ? { Encrypted: true } : {}),
      ...(missing ? { Missing: true, Urls: missing.urls } : {}),
    })),
    ContentSize: facts?.contentSize ?? 0,
    Entries: facts?.entries ?? 0,
    StoredSize: layer.size,
  };
}
