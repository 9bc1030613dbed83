import type { Pin } from './pin';
import type { Item, Scene } from './scene';
import type { ViewTransform } from './viewTransform';

/** Width of an item's box at 100 %, CSS pixels. */
export const widthOf = (item: Item, { metrics }: Scene): number =>
  item.kind === 'chip'
    ? metrics.chipWidth
    : item.kind === 'workspace'
      ? metrics.workspaceWidth
      : metrics.cardWidth;

/** The item at a point of the drawing: by geometry alone, so that it is the same however it is drawn. `pin`: where cards stand. */
export function itemAt(scene: Scene, x: number, y: number, pin: Pin): Item | null {
  const { metrics, space, workspaces } = scene;
  const half = metrics.chipHeight / 2;
  const cardX = metrics.cardX + pin.by;
  if (x > cardX + metrics.cardWidth) {
    const meets = (item: Item): boolean =>
      x >= item.x + pin.by && x <= item.x + pin.by + metrics.workspaceWidth && Math.abs(item.y - y) <= half;
    return workspaces.find(meets) ?? null;
  }
  if (x >= cardX) {
    const [from, to] = space.cardsIn(y, y);
    return from < to ? scene.card(from) : null;
  }
  if (x >= pin.ground) return null;
  const chip = space.chipAt(x, y);
  return chip < 0 ? null : scene.chip(chip);
}

/** Left edge of an item where it stands: cards and workspaces are moved by a pin. */
export const leftOf = (item: Item, pin: Pin): number => (item.kind === 'chip' ? item.x : item.x + pin.by);

/** Where an item's box is in the window, seen through a transform of an element at `bounds`. */
export function boxOf(
  item: Item,
  scene: Scene,
  transform: ViewTransform,
  pin: Pin,
  bounds: DOMRect,
): DOMRect {
  const { chipHeight } = scene.metrics;
  const [x, y] = transform.apply([leftOf(item, pin), item.y - chipHeight / 2]);
  const { k, kx } = transform;
  return new DOMRect(bounds.left + x, bounds.top + y, widthOf(item, scene) * kx, chipHeight * k);
}
