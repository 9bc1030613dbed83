import type { ChainId } from '../image/digest';
import type { ImageGraph, ImageNode, LayerBlob, LayerNode, OwnForm } from './imageGraph';
import { ownLayers } from './ownLayer';
import type { PairLayers } from './pairOf';

/** An image, in the graph that it is of. */
export interface PlacedImage {
  readonly graph: Pick<ImageGraph, 'layers'>;
  readonly image: ImageNode;
}

/** Two images of two places, with the layers of both. */
export interface JoinedPair extends PairLayers {
  readonly first: ImageNode;
  readonly second: ImageNode;
}

/**
 * Two images of two places as if they were of one: a layer of both is one, in every form that either has of it, and each image
 * says which of these are its own, so that nothing that only the other place has is counted for it. What compares two images
 * of one place compares these. Linear in the layers of both places.
 */
export function joinPair(one: PlacedImage, other: PlacedImage): JoinedPair {
  const layers = new Map<ChainId, LayerNode>();
  const join = ({ graph, image }: PlacedImage): ImageNode => {
    const needed = new Set(image.layers);
    const own = new Map(
      graph.layers.flatMap((layer) => (needed.has(layer.chainId) ? [[layer.chainId, layer]] : [])),
    );
    const forms: Record<ChainId, OwnForm> = {};
    for (const layer of ownLayers(image, own)) {
      const known = layers.get(layer.chainId);
      layers.set(layer.chainId, { ...(known ?? layer), blobs: joined(known?.blobs ?? [], layer.blobs) });
      forms[layer.chainId] = { blobs: layer.blobs.map(({ digest }) => digest), size: layer.size };
    }
    return { ...image, forms };
  };
  return { first: join(one), second: join(other), layers };
}

/** The blobs of two places, each once: there where either place has it. */
function joined(known: readonly LayerBlob[], more: readonly LayerBlob[]): readonly LayerBlob[] {
  const blobs = new Map(known.map((blob) => [blob.digest, blob]));
  for (const blob of more) {
    const before = blobs.get(blob.digest);
    if (!before || (before.missing && !blob.missing)) blobs.set(blob.digest, blob);
  }
  return [...blobs.values()];
}
