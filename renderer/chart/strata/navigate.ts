import type { Direction } from '../chartKeys';
import { pieceAt, type Grid, type GroupItem, type Item, type Scene } from './scene';

/** Where the keyboard is: an item, and the column in which it goes up and down. */
export interface Place {
  readonly item: Item;
  readonly column: number;
}

/**
 * Where an arrow key leads: up and down along the layers of the column, at the top to its head; left and right to the next
 * column, there to what stands at the same height, else to the head. Null where there is nothing that way.
 */
export function travel(scene: Scene, grid: Grid, from: Place | null, direction: Direction): Place | null {
  const last = scene.heads.length - 1;
  if (last < 0) return null;
  if (!from || direction === 'first') return headPlace(scene, 0);
  if (direction === 'last') return headPlace(scene, last);
  const { item, column } = from;
  switch (direction) {
    case 'up':
      return item.kind === 'band' ? above(scene, item.place, column) : null;
    case 'down': {
      if (item.kind === 'group') return bandPlace(scene, item.below, column);
      const below =
        item.kind === 'head'
          ? (scene.topOf[column] ?? -1)
          : (scene.input.input.layers[item.place]?.parent ?? -1);
      return bandPlace(scene, below, column);
    }
    case 'left':
    case 'right': {
      const next = beyond(item, column, direction);
      if (next < 0 || next > last) return null;
      if (item.kind !== 'band') return headPlace(scene, next);
      const { stacks } = grid;
      const middle = ((stacks.top[item.place] ?? 0) + (stacks.bottom[item.place] ?? 0)) / 2;
      return atHeight(scene, grid, next, middle);
    }
  }
}

/** The next column to the left or the right of an item. */
function beyond(item: Item, column: number, direction: 'left' | 'right'): number {
  const { from, to } = item.kind === 'head' ? { from: column, to: column } : item;
  return direction === 'left' ? from - 1 : to + 1;
}

/** The head of a column; that of the block that it is a part of. */
export function headPlace(scene: Scene, column: number): Place | null {
  const block = scene.groups[scene.layout.columnBlock[column] ?? -1];
  const item = scene.heads[column] ?? block ?? null;
  return item && { item, column };
}

function bandPlace(scene: Scene, layer: number, column: number): Place | null {
  const band = layer < 0 ? undefined : scene.bands[pieceAt(scene, layer, column)];
  return band ? { item: band, column } : null;
}

/** What stands on a layer in a column: the next band, at the top the head. */
function above(scene: Scene, layer: number, column: number): Place | null {
  const block = scene.groups[scene.layout.columnBlock[column] ?? -1];
  let found = -1;
  const { layers } = scene.input.input;
  for (let at = scene.topOf[column] ?? -1; at >= 0 && at !== layer; at = layers[at]?.parent ?? -1) found = at;
  if (found < 0 || (block && isWithin(scene, block, found))) return headPlace(scene, column);
  return bandPlace(scene, found, column);
}

/** Whether a layer lies in a block, and not below it. */
function isWithin(scene: Scene, block: GroupItem, layer: number): boolean {
  if (block.below < 0) return true;
  for (let at = block.below; at >= 0; at = scene.input.input.layers[at]?.parent ?? -1)
    if (at === layer) return false;
  return true;
}

/** The band of a column at a height above the ground; its head where the stack is lower. */
function atHeight(scene: Scene, { stacks }: Grid, column: number, height: number): Place | null {
  const block = scene.groups[scene.layout.columnBlock[column] ?? -1];
  const { layers } = scene.input.input;
  const top = scene.topOf[column] ?? -1;
  if (top < 0 || height > (stacks.top[top] ?? 0) + 2) return headPlace(scene, column);
  for (let at = top; at >= 0; at = layers[at]?.parent ?? -1) {
    if ((stacks.bottom[at] ?? 0) > height) continue;
    return block && isWithin(scene, block, at) ? headPlace(scene, column) : bandPlace(scene, at, column);
  }
  return headPlace(scene, column);
}
