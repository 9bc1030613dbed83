import { addBytes } from '../../../shared/image/bytes';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { matchHistory } from '../../../shared/image/history';
import type { JsonObject } from '../../../shared/image/jsonDocument';
import { problem } from '../../../shared/image/problem';
import { sharingOf } from '../../../shared/graph/sharing';
import type { ImageDetail, LayerDetail } from '../../../shared/ipc/detail';
import { EngineRefusal } from '../../engine/connection';
import { refusedProblem } from '../../engine/engine';
import { inspectImage } from '../../engine/inspectImage';
import type { EngineView, KnownImage } from '../../engine/readImages';
import type { OpenEngine } from './engineImages';
import { configDetail, type HistoryRow } from '../../actions/images/inspectImage';
import { chainOf, imagesOnTop, layerMembers } from '../../actions/images/layerMembers';
import { imageById, layerById } from '../../actions/images/resolveImage';

/** Images listed as sharing at the most. */
const sharingListed = 100;

function knownOf(view: EngineView, id: ImageId): KnownImage {
  const known = view.images.get(id);
  if (!known) throw problem('image-not-found', { name: id });
  return known;
}

/**
 * The history of an engine's image matched to its layers, oldest first. Throws `image-not-found`, and why the engine does not tell it
 * (`engine-refused`).
 */
export async function historyOfEngineImage(open: OpenEngine, id: ImageId): Promise<readonly HistoryRow[]> {
  const view = await open.view();
  const why = view.untold.get(id);
  if (why) throw problem(why.code, why.facts);
  return rows(view, id);
}

function rows(view: EngineView, id: ImageId): readonly HistoryRow[] {
  const { config, chainIds } = knownOf(view, id);
  const byChain = new Map(view.graph.layers.map((layer) => [layer.chainId, layer]));
  return matchHistory(config).map(({ layer, ...step }) => {
    const chainId = layer === null ? null : (chainIds[layer] ?? null);
    return { ...step, chainId, size: chainId === null ? 0 : (byChain.get(chainId)?.size ?? 0) };
  });
}

/** What the engine's own `inspect` says of an image. Throws `image-not-found`. */
export async function inspectEngineDocument(open: OpenEngine, id: ImageId): Promise<JsonObject> {
  const { engine } = open;
  try {
    return (await inspectImage(engine.connection, id)).document;
  } catch (thrown) {
    if (thrown instanceof EngineRefusal && thrown.status === 404)
      throw problem('image-not-found', { name: id }, { cause: thrown });
    throw refusedProblem(engine, thrown);
  }
}

/** Everything that the inspector shows of an engine's image. Throws `image-not-found`. */
export async function inspectEngineImage(open: OpenEngine, id: ImageId): Promise<ImageDetail> {
  const [view, document] = await Promise.all([open.view(), inspectEngineDocument(open, id)]);
  const image = imageById(view.graph, id);
  const { config } = knownOf(view, id);
  return {
    id,
    author: config.author,
    comment: config.comment,
    dockerVersion: config.dockerVersion,
    tarSize: null,
    config: configDetail(config),
    history: rows(view, id),
    manifests: [],
    platforms: [],
    artifacts: [],
    sharing: sharingOf(view.graph, image).slice(0, sharingListed),
    rawConfig: '',
    rawManifest: '',
    inspectJson: JSON.stringify(document, null, 2),
  };
}

/** What is known of a layer of an engine: it keeps no tar, and tells nothing about files. Throws `layer-not-found`. */
export async function inspectEngineLayer(open: OpenEngine, chainId: ChainId): Promise<LayerDetail> {
  return {
    chainId,
    contentSize: null,
    tarSize: null,
    entries: null,
    largest: [],
    inspectJson: JSON.stringify(await engineLayerDocument(open, chainId), null, 2),
  };
}

/** The document that `stratigraph inspect --source ENGINE LAYER` prints. */
export async function engineLayerDocument(
  open: OpenEngine,
  chainId: ChainId,
): Promise<Record<string, unknown>> {
  const view = await open.view();
  const layer = layerById(view.graph, chainId);
  const [top] = imagesOnTop(view.graph, layer);
  const config = top ? (view.images.get(top.id)?.config ?? null) : null;
  return {
    ...layerMembers(view.graph, layer, config),
    Size: layer.size,
    VirtualSize: chainOf(view.graph, layer).reduce((sum, { size }) => addBytes(sum, size), 0),
    GraphDriver: null,
  };
}
