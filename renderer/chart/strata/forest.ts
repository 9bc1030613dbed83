import type { StrataInput } from './layoutTypes';

/** No name, or more than one, in {@link Forest.repository}. */
export const noRepository = -1;
export const manyRepositories = -2;

/** The layers as a forest, with what its order is made from. All lists are by layer. */
export interface Forest {
  readonly roots: readonly number[];
  /** In the order of the columns. */
  readonly children: readonly (readonly number[])[];
  /** Images whose top layer it is, in the order of the columns. */
  readonly ends: readonly (readonly number[])[];
  /** Images without layers. */
  readonly bare: readonly number[];
  /** Images that need it. */
  readonly users: Int32Array;
  /** The one repository whose images need it; dangling images do not count. */
  readonly repository: Int32Array;
  /** Stored bytes of it and all that stands on it. */
  readonly bytes: Float64Array;
}

/**
 * Makes the forest. Siblings stand in order of age, those that one repository alone needs beside each other. Linear but for
 * sorting siblings.
 */
export function makeForest({ layers, images }: StrataInput): Forest {
  const count = layers.length;
  const children: number[][] = layers.map(() => []);
  const roots: number[] = [];
  layers.forEach(({ parent }, i) => (children[parent] ?? roots).push(i));
  const ends: number[][] = layers.map(() => []);
  const bare: number[] = [];
  images.forEach(({ top }, i) => (ends[top] ?? bare).push(i));
  const olderImage = (a: number, b: number): number => older(images[a]?.made, images[b]?.made) || a - b;
  for (const list of ends) if (list.length > 1) list.sort(olderImage);
  bare.sort(olderImage);

  const users = new Int32Array(count);
  const repository = new Int32Array(count).fill(noRepository);
  const bytes = new Float64Array(count);
  const meet = (layer: number, other: number): void => {
    const own = repository[layer] ?? noRepository;
    if (other === noRepository || own === other) return;
    repository[layer] = own === noRepository ? other : manyRepositories;
  };
  for (let i = count - 1; i >= 0; i--) {
    for (const image of ends[i] ?? []) {
      users[i] = (users[i] ?? 0) + 1;
      meet(i, images[image]?.repository ?? noRepository);
    }
    bytes[i] = (bytes[i] ?? 0) + (layers[i]?.size ?? 0);
    const parent = layers[i]?.parent ?? -1;
    if (parent < 0) continue;
    users[parent] = (users[parent] ?? 0) + (users[i] ?? 0);
    bytes[parent] = (bytes[parent] ?? 0) + (bytes[i] ?? 0);
    meet(parent, repository[i] ?? noRepository);
  }
  const olderLayer = (a: number, b: number): number =>
    older(layers[a]?.made, layers[b]?.made) || (users[b] ?? 0) - (users[a] ?? 0) || a - b;
  const sorted = children.map((list) =>
    list.length > 1 ? besideTheirOwn(list.sort(olderLayer), repository) : list,
  );
  return { roots, children: sorted, ends, bare, users, repository, bytes };
}

/** What has no date comes last. */
function older(a = Infinity, b = Infinity): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Moves what one repository alone needs to the first that is the same repository's. */
function besideTheirOwn(list: readonly number[], repository: Int32Array): number[] {
  const runs = new Map<number, number[]>();
  list.forEach((layer, i) => {
    const own = repository[layer] ?? noRepository;
    const key = own >= 0 ? own : -3 - i;
    const run = runs.get(key);
    if (run) run.push(layer);
    else runs.set(key, [layer]);
  });
  return [...runs.values()].flat();
}

/** The images of a family from left to right, so that no band is broken: an image before what was built on it. */
export function imagesOf(forest: Forest, root: number): number[] {
  const found: number[] = [];
  const pending = [root];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const image of forest.ends[at] ?? []) found.push(image);
    const kids = forest.children[at] ?? [];
    for (let i = kids.length - 1; i >= 0; i--) pending.push(kids[i] as number);
  }
  return found;
}
