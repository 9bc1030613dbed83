import type { ChainId } from '../image/digest';
import { addBytes } from '../image/bytes';
import { blobBytes } from './imageGraph';
import type { ImageNode, LayerNode } from './imageGraph';

type Own = Pick<ImageNode, 'steps' | 'forms'>;

/**
 * A layer as an image has it. Layers are shared, and a graph has one label for each, of the image that came first, and every
 * stored form: who looks at one image is told what its own history says, and another can put no words in its mouth; and the
 * layer is the blob that its own manifest names, so that the sizes of its layers and its documents add up to its size.
 */
export function ownLayer(image: Own, layer: LayerNode): LayerNode {
  const step = image.steps?.[layer.chainId];
  const form = image.forms?.[layer.chainId];
  if (!form) return step ? { ...layer, ...step } : layer;
  const named = new Set(form.blobs);
  const blobs = layer.blobs.filter(({ digest }) => named.has(digest));
  return { ...layer, ...step, blobs, size: form.size };
}

/** The layers of some images, each once, the lowest first: as the blobs that any of the images names. */
export function namedLayers(
  images: readonly (Own & Pick<ImageNode, 'layers'>)[],
  layers: ReadonlyMap<ChainId, LayerNode>,
): readonly LayerNode[] {
  const chains = new Set(images.flatMap((image) => image.layers));
  const named = new Map<ChainId, Set<string>>();
  const whole = new Set<ChainId>();
  for (const { layers: chain, forms } of images)
    for (const chainId of chain) {
      const form = forms?.[chainId];
      if (!form) whole.add(chainId);
      else {
        const set = named.get(chainId) ?? new Set<string>();
        named.set(chainId, set);
        for (const digest of form.blobs) set.add(digest);
      }
    }
  return [...chains].flatMap((chainId) => {
    const layer = layers.get(chainId);
    if (!layer) return [];
    if (whole.has(chainId)) return [layer];
    const blobs = layer.blobs.filter(({ digest }) => named.get(chainId)?.has(digest));
    return [{ ...layer, blobs, size: blobs.reduce((sum, blob) => addBytes(sum, blobBytes(blob)), 0) }];
  });
}

/** Layers with each blob counted where it comes first, so that they add up to what is stored of them. */
export function countedOnce(layers: readonly LayerNode[]): readonly LayerNode[] {
  const counted = new Set<string>();
  return layers.map((layer) => {
    let size = 0;
    for (const blob of layer.blobs) {
      if (!counted.has(blob.digest)) size = addBytes(size, blobBytes(blob));
      counted.add(blob.digest);
    }
    return size === layer.size ? layer : { ...layer, size };
  });
}

/** {@link namedLayers} of some images, which add up to what the images take of layers together (`layerBytes`). */
export function jointLayers(
  images: readonly (Own & Pick<ImageNode, 'layers'>)[],
  layers: ReadonlyMap<ChainId, LayerNode>,
): readonly LayerNode[] {
  return countedOnce(namedLayers(images, layers));
}

/** The layers of an image from the base up, each as {@link ownLayer} has it; those that `layers` has not are left out. */
export function ownLayers(
  image: Own & Pick<ImageNode, 'layers'>,
  layers: ReadonlyMap<ChainId, LayerNode>,
): readonly LayerNode[] {
  return image.layers.flatMap((chainId) => {
    const layer = layers.get(chainId);
    return layer ? [ownLayer(image, layer)] : [];
  });
}
