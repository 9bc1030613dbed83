import { ListedNames } from '../image/layoutName';
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

const listed = new WeakMap<readonly ImageNode[], ListedNames>();

/** The name of an image of a graph that a word means (see {@link ListedNames}); null for none. Worked out once a graph. */
export function findName(images: readonly ImageNode[], word: string): string | null {
  let names = listed.get(images);
  if (!names) listed.set(images, (names = new ListedNames(imagesByName(images).keys())));
  return names.find(word);
}
