import type { ChainId } from '../image/digest';
import { problem } from '../image/problem';
import type { ImageGraph, ImageNode } from './imageGraph';
import { displayName } from './sharing';

/** The number of a layer in an image, from the base, 1 up; null where it is none of it. */
export function layerNumber({ layers }: Pick<ImageNode, 'layers'>, chainId: ChainId): number | null {
  const at = layers.indexOf(chainId);
  return at < 0 ? null : at + 1;
}

/** The number of each layer of a graph. It is the same in every image: a chain ID is of a layer and all that is below it. */
export function layerNumbers({ images }: Pick<ImageGraph, 'images'>): ReadonlyMap<ChainId, number> {
  return new Map(images.flatMap(({ layers }) => layers.map((chainId, i) => [chainId, i + 1] as const)));
}

/** How people name an image up to a layer of it: `shop:1.6@2`; up to its top it is the image. */
export function cutName(image: ImageNode, upTo: ChainId | null): string {
  const number = upTo === null ? image.layers.length : layerNumber(image, upTo);
  return number === image.layers.length ? displayName(image) : `${displayName(image)}@${number ?? 0}`;
}

/**
 * An image as it was when a layer of it was its top: the layers up to that one, with the same ID, since what keeps the
 * whole keeps them. Null, or the top, is the image itself. Sizes stay those of the whole. Throws `layer-not-found`.
 */
export function cutImage(image: ImageNode, upTo: ChainId | null): ImageNode {
  if (upTo === null || upTo === image.top) return image;
  const number = layerNumber(image, upTo);
  if (number === null) throw problem('layer-not-found', { name: upTo });
  return { ...image, names: [cutName(image, upTo)], layers: image.layers.slice(0, number), top: upTo };
}

/** Steps of a history, oldest first, up to a layer, with those without a layer that follow it, as `cutConfig` keeps them; null is all. */
export function cutSteps<S extends { readonly chainId: ChainId | null }>(
  steps: readonly S[],
  upTo: ChainId | null,
): readonly S[] {
  const at = upTo === null ? -1 : steps.findIndex(({ chainId }) => chainId === upTo);
  if (at < 0) return steps;
  const end = steps.findIndex(({ chainId }, i) => i > at && chainId !== null);
  return end < 0 ? steps : steps.slice(0, end);
}
