import { footAt } from './drawGround';
import { headBox } from './drawHeads';
import type { Frame } from './frame';
import { columnsWithin, columnTop, pieceAt, type Item } from './scene';

/** The item at a point of the drawing; by geometry alone, in the time of one chain. */
export function itemAt(frame: Frame, x: number, y: number): Item | null {
  const { scene, grid } = frame;
  if (y > grid.base + 3) return footAt(frame, x, y);
  const half = grid.metrics.gap / 2;
  const { from, to } = columnsWithin(grid, x - half, x + half);
  if (from > to) return null;
  const column = from < to && x > ((grid.x1[from] ?? 0) + (grid.x0[to] ?? 0)) / 2 ? to : from;
  const block = scene.groups[scene.layout.columnBlock[column] ?? -1];
  if (block) {
    const ground = block.below < 0 ? 0 : (grid.stacks.top[block.below] ?? 0);
    if (y < grid.base - ground) {
      const head = headBox(frame, block);
      const highest = head ? head.y : columnTop(grid, scene, column);
      return y >= highest ? block : null;
    }
  }
  if (y < columnTop(grid, scene, column)) {
    const head = scene.heads[column];
    const box = head ? headBox(frame, head) : null;
    return head && box && y >= box.y ? head : null;
  }
  // From the top down; the gap above a band, and the strip of its empty steps, belong to it.
  const height = grid.base - y;
  let found = -1;
  for (let at = scene.topOf[column] ?? -1; at >= 0; at = scene.input.input.layers[at]?.parent ?? -1) {
    if ((grid.stacks.bottom[at] ?? 0) <= height) {
      found = at;
      break;
    }
  }
  return found < 0 ? null : (scene.bands[pieceAt(scene, found, column)] ?? null);
}
