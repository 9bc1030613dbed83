import type { ImageId } from '../image/digest';

/** An image as a person saw it when they confirmed something: its ID with all of its names. */
export interface ShownImage {
  readonly id: ImageId;
  readonly names: readonly string[];
}

/** What a person was shown of a removal: the images that go, and the names that go while their images stay. */
export interface ShownRemoval {
  readonly images: readonly ShownImage[];
  readonly untagged: readonly string[];
}

/** Whether two lists hold the same texts, in whatever order. */
function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  const texts = new Set(one);
  return texts.size === new Set(other).size && other.every((text) => texts.has(text));
}

/** Whether a removal is the one that was shown: the same images under the same names, and the same names beside them. */
export function isShown(shown: ShownRemoval, plan: ShownRemoval): boolean {
  const known = new Map(shown.images.map(({ id, names }) => [id, names]));
  return (
    known.size === plan.images.length &&
    plan.images.every(({ id, names }) => {
      const seen = known.get(id);
      return seen !== undefined && sameTexts(seen, names);
    }) &&
    sameTexts(shown.untagged, plan.untagged)
  );
}

/** The images of a list that were shown. */
export function shownOf(images: readonly ImageId[], shown: ShownRemoval): readonly ImageId[] {
  const ids = new Set(shown.images.map(({ id }) => id));
  return images.filter((id) => ids.has(id));
}
