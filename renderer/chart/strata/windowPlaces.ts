import { headBox } from './drawHeads';
import { boxesOf, leaderX } from './drawMarks';
import type { Frame } from './frame';
import { columnsWithin, highest, type BandItem, type Item } from './scene';

/** Where an item is in the window, as far as it is in sight, of an element at `bounds`; null where it has no box. */
export function boxInWindow(frame: Frame, item: Item, bounds: DOMRect): DOMRect | null {
  const [box] = boxesOf(frame, item);
  if (!box) return null;
  const left = Math.max(0, box.x - frame.left);
  const right = Math.min(frame.width, box.x + box.width - frame.left);
  return new DOMRect(
    bounds.left + left,
    bounds.top + box.y - frame.top,
    Math.max(0, right - left),
    box.height,
  );
}

/** Where a hover card stands, CSS pixels of the element, and where the line down to its band begins, of the drawing. */
export interface CardPlace {
  readonly left: number;
  readonly top: number;
  readonly leader: { readonly x: number; readonly y: number };
}

/** A place for a card of that size above the stacks, with a line down to a band; null where there is no room. */
export function cardPlace(frame: Frame, band: BandItem, width: number, height: number): CardPlace | null {
  const { scene, grid } = frame;
  const x = leaderX(frame, band) - frame.left;
  if (x < 6 || x > frame.width - 6) return null;
  for (const beside of [x - 6, x + 6 - width]) {
    const left = Math.max(8, Math.min(beside, frame.width - width - 8));
    if (x < left + 5 || x > left + width - 5) continue;
    const { from, to } = columnsWithin(grid, frame.left + left - 4, frame.left + left + width + 4);
    let clear = Math.min(grid.base, highest(grid, scene, from, to));
    for (let column = from; column <= to; column++) {
      const item = scene.heads[column] ?? scene.groups[scene.layout.columnBlock[column] ?? -1];
      const head = item && headBox(frame, item);
      if (head) clear = Math.min(clear, head.y - 10);
    }
    const top = clear - frame.top - 14 - height;
    if (top >= 8) return { left, top, leader: { x: x + frame.left, y: top + frame.top + height - 2 } };
  }
  return null;
}
