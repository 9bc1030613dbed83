import { textWidth } from '../layers/textFit';
import { headBox } from './drawHeads';
import { fonts } from './fonts';
import type { Frame, Layer } from './frame';
import { inUnit, keySizes } from './heights';
import { columnsWithin, columnTop } from './scene';

const barWidth = 26;
const barPitch = 34;
const inset = 24;

interface Bar {
  readonly x: number;
  readonly height: number;
  readonly label: string;
}

/**
 * Draws what heights mean, where nothing else stands: at the right end, else at the left, else in the first free place. With
 * no free place there is none; the view bar's tooltip says the rule.
 */
export function drawScaleKey(layer: Layer, frame: Frame): void {
  const { scene, grid, scale, text } = frame;
  const largest = scene.input.layers.reduce((most, { size }) => Math.max(most, size), 0);
  const sizes = scale === 'equal' ? [] : [...keySizes(largest)].reverse();
  const { numbers, unit } = inUnit([...sizes].reverse());
  const labelsOf = [...numbers].reverse();
  const bars = sizes.map((size, i): Bar => ({
    x: i * barPitch,
    height: grid.stacks.heightOf(size),
    label: labelsOf[i] ?? '',
  }));
  const note = scale === 'equal' ? '' : text.keyNote(scale);
  const tall = Math.max(0, ...bars.map(({ height }) => height));
  const width = Math.max(bars.length * barPitch + 28, textWidth(note, fonts.small));
  const place = bars.length === 0 ? null : freePlace(frame, width, tall + 44);
  layer.attr('display', place ? null : 'none');
  if (!place) return;
  layer.attr('transform', `translate(${place.x},${place.y})`);
  layer
    .selectAll<SVGRectElement, Bar>('rect')
    .data(bars)
    .join('rect')
    .attr('x', ({ x }) => x + 0.5)
    .attr('y', ({ height }) => tall - height + 0.5)
    .attr('width', barWidth - 1)
    .attr('height', ({ height }) => Math.max(1, height - 1))
    .attr('rx', 2);
  const labels = [
    ...bars.map(({ x, label }) => ({ x: x + barWidth / 2, y: tall + 14, label, anchor: 'middle' })),
    { x: bars.length * barPitch + 2, y: tall + 14, label: unit, anchor: 'start' },
    { x: 0, y: tall + 32, label: note, anchor: 'start' },
  ];
  layer
    .selectAll<SVGTextElement, (typeof labels)[number]>('text')
    .data(labels)
    .join('text')
    .attr('x', ({ x }) => x)
    .attr('y', ({ y }) => y)
    .attr('text-anchor', ({ anchor }) => anchor)
    .text(({ label }) => label);
}

/** A place for a box of that size over the stacks in sight, CSS pixels of the view. */
function freePlace(frame: Frame, width: number, height: number): { x: number; y: number } | null {
  const { width: w, height: h } = frame;
  const y = 20;
  if (y + height > h) return null;
  const candidates = [w - width - inset, inset];
  for (let x = w - width - inset; x > inset; x -= 24) candidates.push(x);
  const x = candidates.find((at) => at >= 8 && isFree(frame, at, width, y + height + 12));
  return x === undefined ? null : { x, y };
}

/** Whether nothing stands higher than `bottom` between two places of the view. */
function isFree(frame: Frame, x: number, width: number, bottom: number): boolean {
  const { scene, grid, left, top } = frame;
  const { from, to } = columnsWithin(grid, left + x - 12, left + x + width + 12);
  for (let column = from; column <= to; column++) {
    const head = scene.heads[column] ?? scene.groups[scene.layout.columnBlock[column] ?? -1] ?? null;
    const box = head && headBox(frame, head);
    const highest = box ? box.y - 6 : columnTop(grid, scene, column) - 22;
    if (highest - top < bottom) return false;
  }
  return true;
}
