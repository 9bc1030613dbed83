import { FarColumns } from './farColumns';
import type { Target } from './target';
import type { ChipItem, Scene } from './scene';
import type { ViewTransform } from './viewTransform';

/** Where something is in the window when the scene is seen from far away, by an element at `bounds`: its rows. */
export function farBoxOf(
  item: Exclude<Target, { readonly kind: 'workspace' }>,
  scene: Scene,
  transform: ViewTransform,
  bounds: DOMRect,
): DOMRect {
  const rows = (x: number, width: number, top: number, bottom: number): DOMRect => {
    const from = Math.max(0, top * transform.k + transform.y);
    const to = Math.min(bounds.height, bottom * transform.k + transform.y);
    return new DOMRect(bounds.left + x, bounds.top + from, width, Math.max(1, to - from));
  };
  const columns = new FarColumns(scene, transform);
  const { cardX, cardWidth } = columns;
  if (item.kind === 'block') return rows(cardX, cardWidth, item.top, item.bottom);
  if (item.kind !== 'chip') return rows(cardX, cardWidth, item.y, item.y);
  const { space } = scene;
  const { column, place } = item;
  return rows(columns.x(column), columns.width(column), space.spanTop(place), space.spanBottom(place));
}

/** What is at a place when the scene is seen from far away: a chip, 'block' in the column of the cards, or nothing. `x`: of the element; `y`: of the drawing. */
export function farItemAt(
  scene: Scene,
  transform: ViewTransform,
  x: number,
  y: number,
): ChipItem | 'block' | null {
  const columns = new FarColumns(scene, transform);
  if (x >= columns.cardX) return x <= columns.cardX + columns.cardWidth ? 'block' : null;
  const column = columns.columnAt(x);
  const chip = column < 0 ? -1 : scene.space.spanAt(column, y);
  return chip < 0 ? null : scene.chip(chip);
}
