import type { ZoomTransform } from 'd3';
import type { Item, Scene } from './scene';

/** Width of an item's box at 100 %, CSS pixels. */
export const widthOf = (item: Item, { metrics }: Scene): number =>
  item.kind === 'card'
    ? metrics.cardWidth
    : item.kind === 'workspace'
      ? metrics.workspaceWidth
      : metrics.chipWidth;

/** The item at a point of the drawing; geometry alone, so that it is the same in the far view. */
export function itemAt({ chips, cards, workspaces, metrics }: Scene, x: number, y: number): Item | null {
  const half = metrics.chipHeight / 2;
  const meets = (item: Item, width: number): boolean =>
    x >= item.x && x <= item.x + width && Math.abs(item.y - y) <= half;
  if (x > metrics.cardX + metrics.cardWidth)
    return workspaces.find((each) => meets(each, metrics.workspaceWidth)) ?? null;
  if (x >= metrics.cardX) return cards.find((card) => meets(card, metrics.cardWidth)) ?? null;
  return chips.find((chip) => meets(chip, metrics.chipWidth)) ?? null;
}

/** Where an item's box is in the window, seen through a transform of an element at `bounds`. */
export function boxOf(item: Item, scene: Scene, transform: ZoomTransform, bounds: DOMRect): DOMRect {
  const { chipHeight } = scene.metrics;
  const [x, y] = transform.apply([item.x, item.y - chipHeight / 2]);
  const { k } = transform;
  return new DOMRect(bounds.left + x, bounds.top + y, widthOf(item, scene) * k, chipHeight * k);
}
