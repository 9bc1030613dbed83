import { addBytes } from '../image/bytes';
import type { ChainId } from '../image/digest';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';
import { ownLayer } from './ownLayer';

type Nodes = Pick<ImageGraph, 'images' | 'layers'>;

/** A layer in its place, as the image has it whose word it is. */
export interface OwnPlace {
  readonly layer: LayerNode;
  /** Bytes of it and all layers below. */
  readonly chain: number;
}

/**
 * Layers of which images name other forms than the store has in all, and what stands on them, each as one image has it: the
 * first that ends there, else the first that has it. So what an image's top layer comes to with all below, and the image's
 * documents, are the image's size. Of all other layers every image says the same: the sum of their sizes. Linear in the images
 * of layers in several forms.
 */
export function ownPlaces({ images, layers }: Nodes): ReadonlyMap<ChainId, OwnPlace> {
  const formed = new Set<ChainId>();
  for (const { forms } of images)
    for (const chainId of Object.keys(forms ?? {}) as ChainId[]) formed.add(chainId);
  const found = new Map<ChainId, OwnPlace>();
  if (formed.size === 0) return found;
  const byChain = new Map(layers.map((layer): [ChainId, LayerNode] => [layer.chainId, layer]));
  const speaks = (image: ImageNode, of: (chainId: ChainId) => boolean): void => {
    let chain = 0;
    let apart = false;
    for (const chainId of image.layers) {
      const layer = byChain.get(chainId);
      if (!layer) continue;
      apart ||= formed.has(chainId);
      const own = ownLayer(image, layer);
      chain = addBytes(chain, own.size);
      if (apart && of(chainId) && !found.has(chainId)) found.set(chainId, { layer: own, chain });
    }
  };
  for (const image of images) speaks(image, (chainId) => chainId === image.top);
  for (const image of images) speaks(image, () => true);
  return found;
}
