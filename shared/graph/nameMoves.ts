import { findName, imagesByName } from './imagesByName';
import type { ImageNode } from './imageGraph';

/** A name that a copy would take from an image of the place that it goes to. */
export interface NameMove {
  /** As the taker has it. */
  readonly name: string;
  readonly holder: Pick<ImageNode, 'id' | 'names' | 'size' | 'created'>;
  /** The image that is copied and has the name then. */
  readonly taker: ImageNode['id'];
  /** Whether the holder has no name left after the copy. */
  readonly isLast: boolean;
}

/** What of an image says whose a name is. */
type Going = Pick<ImageNode, 'id' | 'names' | 'manifests'>;

/** An engine may know an image by its manifest, where others know it by its config. */
const isSame = (one: Going, other: Going): boolean =>
  one.id === other.id ||
  one.manifests.some((digest) => (digest as string) === other.id) ||
  other.manifests.some((digest) => (digest as string) === one.id);

/**
 * The names that copying `going` takes from other images of a place that holds `there`, in the order of the names: none where the name is
 * of the same image already. A name that stands for several platforms there is theirs as long as one of them goes along.
 */
export function nameMoves(going: readonly Going[], there: readonly ImageNode[]): readonly NameMove[] {
  const byName = imagesByName(there);
  const found = new Map<string, Omit<NameMove, 'isLast'> & { readonly holder: ImageNode }>();
  const given = new Map<string, readonly Going[]>();
  for (const image of going)
    for (const each of image.names) {
      const name = findName(there, each);
      if (name !== null) given.set(name, [...(given.get(name) ?? []), image]);
    }
  for (const [name, takers] of given) {
    const holders = byName.get(name) ?? [];
    const [holder] = holders;
    const taker = takers.at(-1);
    if (!holder || !taker || holders.some((one) => takers.some((other) => isSame(one, other)))) continue;
    found.set(name, { name, holder, taker: taker.id });
  }
  /** Whether a copy of it goes along under a name that it has then. */
  const comesNamed = (holder: ImageNode): boolean =>
    going.some((image) => isSame(image, holder) && image.names.length > 0);
  return [...found.values()]
    .map((move) => ({
      ...move,
      isLast: move.holder.names.every((name) => found.has(name)) && !comesNamed(move.holder),
    }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
