import type { ImageId } from '../../../shared/image/digest';
import type { Frame } from './frame';
import type { Place } from './navigate';
import type { Grid, Scene } from './scene';

/** An image in sight, to stay where it is when columns come and go; `x`: CSS pixels of the element. */
export interface Anchor {
  readonly id: ImageId;
  readonly x: number;
}

/** The image in the focused column, else in the middle one, else at an edge of what is in sight. */
export function anchorInSight({ scene, grid, left, from, to }: Frame, focused: Place | null): Anchor | null {
  const item = focused?.item;
  const focus = item?.kind === 'group' ? item.from : (focused?.column ?? -1);
  const middle = focus >= from && focus <= to ? focus : (from + to) >> 1;
  for (const column of [middle, from, to]) {
    const image = scene.layout.columnImage[column];
    const node = image === undefined ? undefined : scene.input.images[image];
    if (node) return { id: node.id, x: (grid.x0[column] ?? 0) - left };
  }
  return null;
}

/** How far the drawing has to be scrolled so that the image is where it was; null where it has no column now. */
export function scrollToHold({ layout, input }: Scene, grid: Grid, { id, x }: Anchor): number | null {
  const column = layout.columnImage.findIndex((image) => input.images[image]?.id === id);
  return column < 0 ? null : (grid.x0[column] ?? 0) - x;
}
