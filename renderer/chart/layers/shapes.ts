import type { Metrics } from './metrics';

/** Width of a line that `images` images run through, CSS pixels: 1.5 and 1.7 an image, 24 at the most. */
export const lineWidth = (images: number): number => Math.min(24, 1.5 + 1.7 * images);

const n = (value: number): string => (Math.round(value * 10) / 10).toString();

/** A curve between two points that leaves and arrives level. */
export function curve(x0: number, y0: number, x1: number, y1: number): string {
  const middle = (x0 + x1) / 2;
  return `M${n(x0)} ${n(y0)}C${n(middle)} ${n(y0)} ${n(middle)} ${n(y1)} ${n(x1)} ${n(y1)}`;
}

/** A point of the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The edge from a chip to one that stands on it; both points are their middle left. */
export const linkPath = (below: Point, chip: Point, { chipWidth }: Metrics): string =>
  curve(below.x + chipWidth, below.y, chip.x, chip.y);

/** A lead's parts: it is bent from `x0` at the chip's height to `x1` at the card's, then level to `x2`. `pinned`: how far cards are moved. */
export function leadShape(
  chip: Point,
  folded: boolean,
  metrics: Metrics,
  pinned: number,
): { readonly x0: number; readonly x1: number; readonly x2: number } {
  const x0 = chip.x + metrics.chipWidth + (folded ? 6 : 0);
  return { x0, x1: x0 + (metrics.columnPitch - metrics.chipWidth) + 14, x2: metrics.cardX + pinned - 4 };
}

/** The lead from a chip to the card of an image that ends there: bent in its first part, level after it. */
export function leadPath(
  chip: Point,
  folded: boolean,
  cardY: number,
  metrics: Metrics,
  pinned: number,
): { bend: string; level: string } {
  const { x0, x1, x2 } = leadShape(chip, folded, metrics, pinned);
  if (Math.abs(cardY - chip.y) < 1) return { bend: '', level: `M${n(x0 + 3)} ${n(cardY)}H${n(x2)}` };
  return { bend: curve(x0, chip.y, x1, cardY), level: `M${n(x1)} ${n(cardY)}H${n(x2)}` };
}

/** How the fill of a layer `depth` layers up differs from its family's: steps of lightness, and less chroma. */
export function depthShift(depth: number): {
  readonly steps: number;
  readonly darker: number;
  readonly paler: string;
} {
  const steps = Math.min(depth, 7);
  return { steps, darker: steps - 2, paler: (steps * 0.05).toFixed(2) };
}

/** A rectangle as a path, for many in one element. */
export const box = (x: number, y: number, width: number, height: number): string =>
  `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;

/** The coloured left edge of a chip, 4 px wide, rounded as the chip is. */
export const edgePath = (height: number): string =>
  `M4 0V${height}A5 5 0 0 1 0 ${height - 5}V5A5 5 0 0 1 4 0z`;

/** Boxes of many items as one path; each is given by its middle left. */
export const boxes = (items: readonly Point[], width: number, height: number): string =>
  items.map(({ x, y }) => box(x, y - height / 2, width, height)).join('');
