import type { Digest } from '../image/digest';
import type { ImageGraph, ImageNode } from './imageGraph';
import { ownLayers } from './ownLayer';

/**
 * Tells of the images of a graph whether others use every layer of one, in the very form in which it has it: deleting it alone then frees
 * its documents and nothing else. A layer that others have in another form goes with it. False for an image without layers.
 */
export function usedByOthers({
  images,
  layers,
}: Pick<ImageGraph, 'images' | 'layers'>): (image: ImageNode) => boolean {
  const byChain = new Map(layers.map((layer) => [layer.chainId, layer]));
  const blobsOf = (image: ImageNode): ReadonlySet<Digest> =>
    new Set(ownLayers(image, byChain).flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
  // Images that go together are one: platforms under a name.
  const users = new Map<Digest, Set<Digest>>();
  for (const image of images)
    for (const digest of blobsOf(image)) {
      const roots = users.get(digest) ?? new Set();
      for (const root of image.roots) roots.add(root);
      users.set(digest, roots);
    }
  return (image) => {
    const own = new Set(image.roots);
    return (
      image.layers.length > 0 &&
      [...blobsOf(image)].every((digest) => [...(users.get(digest) ?? [])].some((root) => !own.has(root)))
    );
  };
}
