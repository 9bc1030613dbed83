import type { ImageNode } from './imageGraph';

const known = new WeakMap<readonly ImageNode[], ReadonlyMap<string, readonly ImageNode[]>>();

/** The images of a graph by name: several where a name stands for several platforms. Worked out once a graph. */
export function imagesByName(images: readonly ImageNode[]): ReadonlyMap<string, readonly ImageNode[]> {
  let found = known.get(images);
  if (!found) {
    const byName = new Map<string, ImageNode[]>();
    for (const image of images)
      for (const name of image.names) {
        const several = byName.get(name);
        if (several) several.push(image);
        else byName.set(name, [image]);
      }
    known.set(images, (found = byName));
  }
  return found;
}
