import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import type { ChainId, Digest } from '../../shared/image/digest';
import { isReadable, type LayerNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { problem } from '../../shared/image/problem';
import type { LayerFacts } from '../../shared/layer/entry';
import type { LayerDetail } from '../../shared/ipc/detail';
import { largestFiles, openLayer, type OpenLayer } from '../index/openLayer';
import type { JobOptions } from '../worker/jobs';
import type { ActionContext } from './context';
import { blobToRead } from './imageLayers';
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
  if (isClosed(layer)) {
    const inspectJson = JSON.stringify(layerDocument(view, layer, null), null, 2);
    return { chainId, contentSize: null, tarSize: null, entries: null, largest: [], inspectJson };
  }
  const open = await openStoredLayer(context, blobToRead(layer).digest);
  return {
    chainId,
    contentSize: open.facts.contentSize,
    tarSize: open.facts.tarSize,
    entries: open.facts.entries,
    largest: await largestFiles(open, largestListed),
    inspectJson: JSON.stringify(layerDocument(view, layer, open.facts), null, 2),
  };
}

/** The document that `stratigraph inspect LAYER` prints. `Size` is that of the uncompressed tar. */
export async function inspectLayerDocument(
  context: ActionContext,
  chainId: ChainId,
): Promise<Record<string, unknown>> {
  const view = await readStoreView(context);
  const layer = layerById(view.graph, chainId);
  if (isClosed(layer)) return layerDocument(view, layer, null);
  return layerDocument(view, layer, (await openStoredLayer(context, blobToRead(layer).digest)).facts);
}

function layerDocument(view: StoreView, layer: LayerNode, facts: LayerFacts | null): Record<string, unknown> {
  const users = view.graph.images.filter(({ layers }) => layers.includes(layer.chainId));
  const top = users.find((image) => image.top === layer.chainId);
  return {
    Id: layer.chainId,
    Parent: layer.parent ?? '',
    DiffId: layer.diffId,
    Blobs: layer.blobs.map(({ digest, size, mediaType, missing, encrypted }) => ({
      Digest: digest,
      Size: size,
      MediaType: mediaType,
      ...(encrypted ? { Encrypted: true } : {}),
      ...(missing ? { Missing: true, Urls: missing.urls } : {}),
    })),
    Comment: layer.comment,
    Created: layer.created ?? '',
    CreatedBy: layer.createdBy,
    Author: layer.author,
    Architecture: users[0]?.architecture ?? '',
    Os: users[0]?.os ?? '',
    Size: facts?.tarSize ?? layer.tarSize ?? 0,
    VirtualSize: chainSize(view, layer),
    ContentSize: facts?.contentSize ?? 0,
    Entries: facts?.entries ?? 0,
    StoredSize: layer.size,
    RepoTags: top?.names ?? [],
    UsedBy: users.map(displayName),
  };
}

/** Uncompressed bytes of a layer and all below it. */
function chainSize(view: StoreView, layer: LayerNode): number {
  const byChain = new Map(view.graph.layers.map((node) => [node.chainId, node]));
  let size = 0;
  for (
    let at: LayerNode | undefined = layer;
    at;
    at = at.parent === null ? undefined : byChain.get(at.parent)
  ) {
    size += at.tarSize ?? 0;
  }
  return size;
}
