import type { Selection } from 'd3';
import type { Frame, Group } from './frame';
import type { ChipItem } from './scene';

/**
 * Pinned names stand on a ground, and layers lie behind it. The elements of chips and cards follow one another as they are read,
 * so the ground lies below all of them, and each chip ends where it begins.
 */

/** By how much a chip's sheets and outline stick out at most, CSS pixels. */
const around = 10;
/** So far does anything reach that is cut at the ground. */
const far = 1e6;

type Defs = Selection<SVGDefsElement, unknown, null, undefined>;

/** Where things end at the ground: in the drawing's own place, and in those of the columns that the ground crosses. */
interface End {
  readonly id: string;
  /** The ground's left edge as seen from there. */
  readonly at: number;
}

const drawingEnd = 'end-at-names';
const endOf = ({ column }: ChipItem): string => `${drawingEnd}-${column}`;

/** The reference to where the lines over chips end; null while nothing lies behind names. */
export const linesEnd = ({ pin }: Frame): string | null => (pin.by === 0 ? null : `url(#${drawingEnd})`);

/** The reference to where a chip ends; null for one that is not behind names. */
export const chipEnd = (chip: ChipItem, { pin, scene }: Frame): string | null =>
  chip.x + scene.metrics.chipWidth + around > pin.ground ? `url(#${endOf(chip)})` : null;

/** Draws what pinned names stand on, and tells where layers end that lie behind it. */
export function drawGround(group: Group, defs: Defs, frame: Frame): void {
  const { pin, area, chips } = frame;
  const columns = new Map<string, End>();
  if (pin.by !== 0) columns.set(drawingEnd, { id: drawingEnd, at: pin.ground });
  for (const chip of chips)
    if (chipEnd(chip, frame) !== null) columns.set(endOf(chip), { id: endOf(chip), at: pin.ground - chip.x });
  const ends = defs
    .selectAll<SVGClipPathElement, End>('clipPath')
    .data([...columns.values()], ({ id }) => id);
  ends.exit().remove();
  const entered = ends
    .enter()
    .append('clipPath')
    .attr('id', ({ id }) => id);
  entered
    .append('rect')
    .attr('x', -far)
    .attr('y', -far)
    .attr('height', 2 * far);
  entered
    .merge(ends)
    .select('rect')
    .attr('width', ({ at }) => far + at);

  const grounds = group.selectAll<SVGGElement, number>('g').data(pin.by === 0 ? [] : [pin.ground]);
  grounds.exit().remove();
  const added = grounds.enter().append('g');
  added.append('rect');
  added.append('path');
  const all = added.merge(grounds);
  all
    .select('rect')
    .attr('x', pin.ground)
    .attr('y', area.top)
    .attr('width', Math.max(0, area.right - pin.ground))
    .attr('height', area.bottom - area.top);
  all.select('path').attr('d', `M${pin.ground} ${area.top}V${area.bottom}`);
}
