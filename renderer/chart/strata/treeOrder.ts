import type { TreePlace } from '../treePlace';
import { pieceAt, type BandItem, type GroupItem, type HeadItem, type Item, type Scene } from './scene';

/** Where an item of a scene is read, from 0, and where in the tree it stands. */
interface Read extends TreePlace {
  readonly at: number;
  readonly parent: Item | null;
}

const read = new WeakMap<Scene, ReadonlyMap<string, Read>>();

/**
 * The tree of a scene: the bands are its branches, read from the ground up and from left to right; what ends a column is a
 * leaf of the band that it stands on, a block one of the band below it. What is within a block is read when it is open.
 */
function treeOf(scene: Scene): ReadonlyMap<string, Read> {
  const known = read.get(scene);
  if (known) return known;
  const { layout, input, bands, topOf } = scene;
  const layers = input.input.layers;
  const order: { readonly item: Item; readonly parent: Item | null; readonly position: number }[] = [];
  const children = new Map<Item | null, number>();
  const add = (item: Item, parent: Item | null): void => {
    const position = (children.get(parent) ?? 0) + 1;
    children.set(parent, position);
    order.push({ item, parent, position });
  };
  const bandOf = (layer: number, column: number): BandItem | null =>
    layer < 0 ? null : (bands[pieceAt(scene, layer, column)] ?? null);
  let piece = 0;
  for (let column = 0; column < layout.columnImage.length; column++) {
    for (; layout.pieceFrom[piece] === column; piece++) {
      const band = bands[piece] as BandItem;
      if (band.block < 0) add(band, bandOf(layers[band.place]?.parent ?? -1, column));
    }
    const block = scene.groups[layout.columnBlock[column] ?? -1];
    const ends: HeadItem | GroupItem | undefined = scene.heads[column] ?? block;
    if (ends?.kind === 'head') add(ends, bandOf(topOf[column] ?? -1, column));
    else if (ends?.from === column) add(ends, bandOf(ends.below, column));
  }
  const found = new Map<string, Read>();
  order.forEach(({ item, parent, position }, at) => {
    const level = parent === null ? 1 : (found.get(parent.key) as Read).level + 1;
    found.set(item.key, { at, parent, level, position, of: children.get(parent) as number });
  });
  read.set(scene, found);
  return found;
}

/** Where an item stands in the tree; null for a band within a block, which nobody comes to. Made of a scene once, in linear time. */
export function treePlaceOf(scene: Scene, item: Item): TreePlace | null {
  return treeOf(scene).get(item.key) ?? null;
}

/** Compares two items of a scene by which is read first; what lies within blocks comes last. */
export function byReading(scene: Scene): (a: Item, b: Item) => number {
  const tree = treeOf(scene);
  const at = (item: Item): number => tree.get(item.key)?.at ?? tree.size;
  return (a, b) => at(a) - at(b);
}

/** Items with all that they stand on, each once, in the order of reading; without what lies within blocks. */
export function withParents(scene: Scene, items: Iterable<Item>): Item[] {
  const tree = treeOf(scene);
  const found = new Map<Item, number>();
  for (const item of items)
    for (let at: Item | null = item; at && !found.has(at);) {
      const place = tree.get(at.key);
      if (!place) break;
      found.set(at, place.at);
      at = place.parent;
    }
  return [...found].sort(([, a], [, b]) => a - b).map(([item]) => item);
}
