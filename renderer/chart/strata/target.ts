import type { ChainId, ImageId } from '../../../shared/image/digest';
import { inPlace } from '../inPlace';
import type { GroupItem, Item, Scene } from './scene';

/** What of the chart a person means. */
export type StrataTarget =
  | { readonly kind: 'image'; readonly id: ImageId }
  | { readonly kind: 'layer'; readonly id: ChainId; readonly run: readonly ChainId[]; readonly parts: number }
  | { readonly kind: 'group'; readonly group: GroupItem };

/** What an item stands for, by ID. */
export function targetOf(item: Item): StrataTarget {
  if (item.kind === 'head') return { kind: 'image', id: item.image.id };
  if (item.kind === 'group') return { kind: 'group', group: item };
  const { chainId } = item.layer;
  return { kind: 'layer', id: chainId, run: [chainId], parts: item.parts };
}

/** The column of an item: the one given where it is one of its own, else its first. */
export function columnOf(item: Item, column: number): number {
  if (item.kind === 'head') return item.column;
  return column >= item.from && column <= item.to ? column : item.from;
}

/** The same thing in another scene, null where it is gone. */
export function again(scene: Scene, item: Item): Item | null {
  if (item.kind === 'head') {
    const column = scene.columnOf.get(item.image.id);
    return column === undefined ? null : (scene.heads[column] ?? null);
  }
  if (item.kind === 'group') return scene.groups.find(({ key, shut }) => key === item.key && shut) ?? null;
  const place = scene.input.placeOfLayer.get(item.layer.chainId);
  const pieces = place === undefined ? [] : (scene.piecesOf[place] ?? []);
  return scene.bands[pieces[Math.min(item.part, pieces.length - 1)] ?? -1] ?? null;
}

/**
 * What stands for an item that is gone: the first image of a block that was opened, the block that an image went into, what a layer lay on;
 * else the image that came next after its `column` in the scene before, or the last in front of it.
 */
export function instead(scene: Scene, item: Item, before: Scene, column: number): Item | null {
  let below = item.kind === 'band' ? item.layer.parent : null;
  while (below !== null) {
    const [piece = -1] = scene.piecesOf[scene.input.placeOfLayer.get(below) ?? -1] ?? [];
    const band = scene.bands[piece];
    if (band) return band;
    below = before.input.layers[before.input.placeOfLayer.get(below) ?? -1]?.parent ?? null;
  }
  return inBlock(scene, item) ?? inPlace(before.heads.length, column, (at) => standsAt(scene, before, at));
}

/** What stands now for the image or the block that stood in a column before. */
function standsAt(scene: Scene, before: Scene, column: number): Item | null {
  const head = before.heads[column];
  if (head) return again(scene, head) ?? inBlock(scene, head);
  const group = before.groups.find(({ shut, from, to }) => shut && column >= from && column <= to);
  return group ? (again(scene, group) ?? inBlock(scene, group)) : null;
}

function inBlock(scene: Scene, item: Item): Item | null {
  const image = item.kind === 'head' ? item.image : item.kind === 'group' ? item.images[0] : undefined;
  if (!image) return null;
  const column = scene.columnOf.get(image.id);
  if (column !== undefined) return scene.heads[column] ?? null;
  return (
    scene.groups.find(({ shut, images, from, to }) => shut && from <= to && images.includes(image)) ?? null
  );
}
