import type { ImageId } from '../image/digest';
import type { GraphIndex } from './graphIndex';
import type { ImageNode, LayerNode } from './imageGraph';

/** Which part of an image's lineage: what it stands on, what stands on it, or both. */
export type LineageDirection = 'below' | 'both' | 'above';

/** Images whose chain holds a layer: those on it and on everything above. Linear in what stands there. */
export function imagesOn(index: GraphIndex, layer: LayerNode): readonly ImageNode[] {
  const images: ImageNode[] = [];
  const pending = [layer];
  for (let at = pending.pop(); at; at = pending.pop()) {
    for (const image of index.imagesAt.get(at.chainId) ?? []) images.push(image);
    for (const child of index.children.get(at.chainId) ?? []) pending.push(child);
  }
  return images;
}

/** The images of a lineage, the image itself among them; none when the graph does not have it. */
export function lineageImages(
  index: GraphIndex,
  id: ImageId,
  direction: LineageDirection,
): ReadonlySet<ImageId> {
  const image = index.images.get(id);
  if (!image) return new Set();
  const found = new Set<ImageId>([id]);
  if (direction !== 'above') {
    for (const chainId of image.layers)
      for (const other of index.imagesAt.get(chainId) ?? []) found.add(other.id);
  }
  const top = image.top === null ? undefined : index.layers.get(image.top);
  if (direction !== 'below' && top) for (const other of imagesOn(index, top)) found.add(other.id);
  return found;
}
