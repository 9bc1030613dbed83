import { exactJson } from '../../../shared/image/exactJson';
import type { ChainId } from '../../../shared/image/digest';
import type { LayerNode } from '../../../shared/graph/imageGraph';
import type { LayerFacts } from '../../../shared/layer/entry';
import type { LayerDetail } from '../../../shared/ipc/detail';
import { largestFiles } from '../../index/openLayer';
import type { ActionContext } from '../ground/context';
import { blobToRead } from './imageLayers';
import { mountedAt } from './imageUse';
import { readConfig } from './inspectImage';
import { namingLayerDamage } from './damageOf';
import { chainOf, graphDriver, imagesOnTop, layerMembers } from './layerMembers';
import { layerById } from './resolveImage';
import { isClosed, openStoredLayer, tarBytesOf } from './storedLayers';
import { readStoreView, type StoreView } from './storeView';

/** Files listed as largest. */
const largestListed = 8;

/** Everything that the inspector shows of a layer. Throws `layer-not-found`, `blob-damaged`. */
export async function inspectLayer(context: ActionContext, chainId: ChainId): Promise<LayerDetail> {
  const view = await readStoreView(context);
  const layer = layerById(view.graph, chainId);
  const [open, largest] = await namingLayerDamage(view, layer, async () => {
    const found = isClosed(layer) ? null : await openStoredLayer(context, blobToRead(layer));
    return [found, found ? await largestFiles(found, largestListed) : []] as const;
  });
  return {
    chainId,
    contentSize: open?.facts.contentSize ?? null,
    tarSize: open?.facts.tarSize ?? null,
    entries: open?.facts.entries ?? null,
    largest,
    inspectJson: exactJson(await layerDocument(context, view, layer, open?.facts ?? null), 2),
  };
}

/** The document that `stratigraph inspect LAYER` prints. `Size` is that of the uncompressed tar. */
export async function inspectLayerDocument(
  context: ActionContext,
  chainId: ChainId,
): Promise<Record<string, unknown>> {
  const view = await readStoreView(context);
  const layer = layerById(view.graph, chainId);
  const open = isClosed(layer)
    ? null
    : await namingLayerDamage(view, layer, () => openStoredLayer(context, blobToRead(layer)));
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
    VirtualSize: (await tarBytesOf(context, chainOf(view.graph, layer))) ?? 0,
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
