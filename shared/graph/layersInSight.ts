import type { ChainId } from '../image/digest';
import { ownPlaces } from './chainBytes';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';
import { namedLayers } from './ownLayer';

/** A layer as some of a graph's images have it. */
export interface SightLayer {
  /** With the blobs that any of these images names. */
  readonly layer: LayerNode;
  /** Bytes of it and all layers below, as one of these images has them: see `ownPlaces`. */
  readonly chain: number;
}

/**
 * What is in sight of a layer while some images are: of one that is stored in several forms those that these images name, and no others.
 * Layers of which these images have all that is stored are not in it, but those that stand on them in another form are; empty while
 * the images are all of the graph. Linear in the images, where any layer has several forms.
 */
export function layersInSight(
  { graph, layers }: { readonly graph: ImageGraph; readonly layers: ReadonlyMap<ChainId, LayerNode> },
  images: readonly ImageNode[],
): ReadonlyMap<ChainId, SightLayer> {
  const found = new Map<ChainId, SightLayer>();
  // All of them name all that is stored.
  if (images.length === graph.images.length || !images.some(({ forms }) => forms)) return found;
  const named = new Map(namedLayers(images, layers).map((layer) => [layer.chainId, layer]));
  const some = new Set(images);
  // In the graph's order, in which the first one speaks for several.
  const inOrder = graph.images.filter((image) => some.has(image));
  for (const [chainId, { chain }] of ownPlaces({ images: inOrder, layers: graph.layers })) {
    const layer = named.get(chainId);
    if (layer) found.set(chainId, { layer, chain });
  }
  return found;
}
