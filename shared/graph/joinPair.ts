import type { ChainId } from '../image/digest';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';

/** An image, in the graph that it is of. */
export interface PlacedImage {
  readonly graph: ImageGraph;
  readonly image: ImageNode;
}

/**
 * A graph of two images alone, which may be of two places: a layer of both is one, in every form that either has of it. What
 * compares two images of one place compares these.
 */
export function joinPair(one: PlacedImage, other: PlacedImage): ImageGraph {
  const layers = new Map<ChainId, LayerNode>();
  for (const { graph, image } of [one, other]) {
    const own = new Set(image.layers);
    for (const layer of graph.layers) {
      if (!own.has(layer.chainId)) continue;
      const known = layers.get(layer.chainId);
      const digests = new Set(known?.blobs.map(({ digest }) => digest));
      layers.set(layer.chainId, {
        ...(known ?? layer),
        blobs: [...(known?.blobs ?? []), ...layer.blobs.filter(({ digest }) => !digests.has(digest))],
      });
    }
  }
  const images = one.image.id === other.image.id ? [one.image] : [one.image, other.image];
  return {
    ...one.graph,
    revision: `${one.graph.revision} ${other.graph.revision}`,
    images,
    layers: [...layers.values()],
  };
}
