import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';

/** A layer that an image needs and that is left where it came from. */
export interface LayerElsewhere {
  readonly name: string;
  /** Its number in the image, from the base, 1 up, and how many there are. */
  readonly layer: number;
  readonly layers: number;
  /** Where it was; never fetched. */
  readonly urls: readonly string[];
}

/** The layers of images of which the store has no form, since they may be left where they came from (Windows bases). */
export function layersElsewhere(
  { layers }: Pick<ImageGraph, 'layers'>,
  images: Iterable<ImageNode>,
): readonly LayerElsewhere[] {
  const missing = new Map(
    layers
      .filter(({ blobs }) => blobs.length > 0 && blobs.every((blob) => blob.missing !== undefined))
      .map(({ chainId, blobs }) => [chainId, blobs.flatMap((blob) => blob.missing?.urls ?? [])]),
  );
  const found: LayerElsewhere[] = [];
  for (const image of images)
    for (const [i, chainId] of image.layers.entries()) {
      const urls = missing.get(chainId);
      if (urls) found.push({ name: displayName(image), layer: i + 1, layers: image.layers.length, urls });
    }
  return found;
}
