import type { ChipItem, Metrics } from './scene';

/** Width of a line that `images` images run through, CSS pixels: 1.5 and 1.7 an image, 24 at the most. */
export const lineWidth = (images: number): number => Math.min(24, 1.5 + 1.7 * images);

const n = (value: number): string => (Math.round(value * 10) / 10).toString();

/** A curve between two points that leaves and arrives level. */
export function curve(x0: number, y0: number, x1: number, y1: number): string {
  const middle = (x0 + x1) / 2;
  return `M${n(x0)} ${n(y0)}C${n(middle)} ${n(y0)} ${n(middle)} ${n(y1)} ${n(x1)} ${n(y1)}`;
}

/** The edge from a chip to one that stands on it. */
export const linkPath = (below: ChipItem, chip: ChipItem, { chipWidth }: Metrics): string =>
  curve(below.x + chipWidth, below.y, chip.x, chip.y);

/** The lead from a chip to the card of an image that ends there: bent in its first part, level after it. */
export function leadPath(chip: ChipItem, cardY: number, metrics: Metrics): { bend: string; level: string } {
  const x0 = chip.x + metrics.chipWidth + (chip.run.length > 1 ? 6 : 0);
  const end = metrics.cardX - 4;
  if (Math.abs(cardY - chip.y) < 1) return { bend: '', level: `M${n(x0 + 3)} ${n(cardY)}H${n(end)}` };
  const x1 = x0 + (metrics.columnPitch - metrics.chipWidth) + 14;
  return { bend: curve(x0, chip.y, x1, cardY), level: `M${n(x1)} ${n(cardY)}H${n(end)}` };
}

/** A rectangle as a path, for many in one element. */
export const box = (x: number, y: number, width: number, height: number): string =>
  `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;

/** The coloured left edge of a chip, 4 px wide, rounded as the chip is. */
export const edgePath = (height: number): string =>
  `M4 0V${height}A5 5 0 0 1 0 ${height - 5}V5A5 5 0 0 1 4 0z`;
