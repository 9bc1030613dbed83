import type { Frame } from './frame';
import type { Pin } from './pin';
import type { Item, Scene } from './scene';
import type { ViewTransform } from './viewTransform';

/** CSS pixels beyond the element that count as in sight. */
const margin = 40;

/** The part of the drawing that is in sight of an element of that size, CSS pixels. */
export function areaInSight(
  transform: ViewTransform,
  size: { readonly width: number; readonly height: number },
): Frame['area'] {
  const [left, top] = transform.invert([-margin, -margin]);
  const [right, bottom] = transform.invert([size.width + margin, size.height + margin]);
  return { left, top, right, bottom, ...size };
}

/** The chips in an area, and the focused one wherever it is. */
export function chipsIn(scene: Scene, area: Frame['area'], focused: Item | null): Frame['chips'] {
  const found = scene.space.chipsIn(area).map((place) => scene.chip(place));
  return focused?.kind === 'chip' && !found.includes(focused) ? [...found, focused] : found;
}

/** The cards in an area, moved by `pin`, and the focused one wherever it is. */
export function cardsIn(
  scene: Scene,
  { left, right, top, bottom }: Frame['area'],
  pin: Pin,
  focused: Item | null,
): Frame['cards'] {
  const { cardWidth } = scene.metrics;
  const cardX = scene.metrics.cardX + pin.by;
  const [from, to] = cardX > right || cardX + cardWidth < left ? [0, 0] : scene.space.cardsIn(top, bottom);
  const found = Array.from({ length: to - from }, (_, i) => scene.card(from + i));
  const away = focused?.kind === 'card' || focused?.kind === 'group' ? focused : null;
  return away && !found.includes(away) ? [...found, away] : found;
}
