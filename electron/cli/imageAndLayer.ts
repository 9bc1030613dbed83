import type { ChainId } from '../../shared/image/digest';
import type { ImageGraph, ImageNode } from '../../shared/graph/imageGraph';
import { problem, ProblemError } from '../../shared/image/problem';
import type { StoreView } from '../actions/storeView';
import type { Session } from './command';
import type { Parsed } from './parser';
import { pickImage } from './platform';

/** An image, and with `@LAYER` behind it one of its layers: by number from the base, 1 up, or by an ID or its beginning. */
export function imageAndLayer(
  session: Session,
  view: Pick<StoreView, 'graph'>,
  text: string,
  parsed: Parsed,
): { readonly image: ImageNode; readonly layer: ChainId | null } {
  try {
    return { image: pickImage(session, view.graph, text, parsed), layer: null };
  } catch (thrown) {
    const at = text.lastIndexOf('@');
    if (at < 0 || !(thrown instanceof ProblemError) || thrown.problem.code !== 'image-not-found')
      throw thrown;
    const image = pickImage(session, view.graph, text.slice(0, at), parsed);
    return { image, layer: layerOf(view.graph, image, text.slice(at + 1)) };
  }
}

/** A layer of an image: by number from the base, 1 up, or by an ID or its beginning. Throws `layer-not-found`. */
export function layerOf(graph: Pick<ImageGraph, 'layers'>, image: ImageNode, word: string): ChainId {
  const hex = word.replace(/^sha256:/, '');
  const own = new Set(image.layers);
  const nodes = new Map(
    graph.layers.flatMap((layer) => (own.has(layer.chainId) ? [[layer.chainId, layer] as const] : [])),
  );
  const layer =
    /^[0-9]{1,3}$/.test(word) && Number(word) >= 1
      ? image.layers[Number(word) - 1]
      : image.layers.find((chainId) => {
          const node = nodes.get(chainId);
          const ids = node ? [chainId, node.diffId, ...node.blobs.map(({ digest }) => digest)] : [];
          return /^[0-9a-f]{2,64}$/.test(hex) && ids.some((id) => id.startsWith(hex, 7));
        });
  if (layer === undefined) throw problem('layer-not-found', { name: word });
  return layer;
}
