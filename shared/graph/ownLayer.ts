import type { ChainId } from '../image/digest';
import type { ImageNode, LayerNode } from './imageGraph';

/**
 * A layer as an image's own history tells it. Layers are shared, and a graph has one label for each, of the image that came
 * first: who looks at one image is told what that one says, and another can put no words in its mouth.
 */
export function ownLayer(image: Pick<ImageNode, 'steps'>, layer: LayerNode): LayerNode {
  const own = image.steps?.[layer.chainId];
  return own ? { ...layer, ...own } : layer;
}

/** The layers of an image from the base up, each as {@link ownLayer} has it; those that `layers` has not are left out. */
export function ownLayers(
  image: Pick<ImageNode, 'layers' | 'steps'>,
  layers: ReadonlyMap<ChainId, LayerNode>,
): readonly LayerNode[] {
  return image.layers.flatMap((chainId) => {
    const layer = layers.get(chainId);
    return layer ? [ownLayer(image, layer)] : [];
  });
}
