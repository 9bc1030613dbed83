import { formatBytes } from '../../../shared/text/format';
import { css, lineageOf, type Ink, type Oklch, type Palette } from '../drawing/palette';
import { fonts, type Label, type Shape } from '../drawing/picture';
import { fitNameTo, ShownTexts } from '../layers/fitApart';
import { textWidth } from '../layers/textFit';
import type { OverlapItem } from './overlapItems';
import { boxOfCell, type OverlapLayout } from './overlapLayout';
import type { OverlapMatrix } from './overlapMatrix';
import type { OverlapText, OverlapUnit } from './overlapText';

const labelGap = 8;
const noteGap = 8;
/** The family's colour at the end of a row, beside its name. */
const ownBar = 5;

/**
 * Where a value lies on the scale, 0..1: shares as they are, bytes by their root, so that small ones can be told apart.
 */
export const scaled = (value: number, most: number): number => (most > 0 ? Math.sqrt(value / most) : 0);

/**
 * The colour of a value, 0..1: lightness alone carries it, in even steps of OKLab, from near the canvas to near the ink; the
 * hue says the family again and may be missed.
 */
export function rampColour(palette: Palette, colour: number, value: number): Oklch {
  const { solid } = lineageOf(palette, colour);
  const v = Math.max(0, Math.min(1, value));
  const even = palette.dark ? 0.285 + v * 0.555 : 0.945 - v * 0.525;
  return { l: clearOf(even, palette), c: Math.min(solid.c, 0.13) * (0.28 + 0.72 * v), h: solid.h };
}

/** Lightnesses on which neither ink has a contrast of 4.5 : 1 with every hue: the ramp steps over them. */
const between = { light: [0.53, 0.655], dark: [0.5, 0.63] } as const;

function clearOf(l: number, { dark }: Palette): number {
  const [low, high] = between[dark ? 'dark' : 'light'];
  if (l <= low || l >= high) return l;
  return l - low < high - l ? low : high;
}

/** The ink that can be read on a colour of the ramp. */
export function inkOn({ l }: Oklch, { dark }: Palette): Ink {
  if (dark) return l > 0.6 ? 'canvas' : 'text';
  return l > 0.64 ? 'text' : 'text-on-accent';
}

/** Width that each row's label wants, at most `most`. */
export function labelWidths(
  items: readonly OverlapItem[],
  matrix: OverlapMatrix,
  text: OverlapText,
  most: number,
): readonly number[] {
  return items.map((item, i) => {
    const name = textWidth(text.name(item), text.mono(item) ? fonts.mono : fonts.title);
    const note = textWidth(text.note(item, matrix.bytes(i, i)), fonts.small);
    return Math.min(most, Math.ceil(labelGap + name + noteGap + note));
  });
}

/** What is drawn. */
export interface OverlapScene {
  readonly items: readonly OverlapItem[];
  readonly matrix: OverlapMatrix;
  readonly layout: OverlapLayout;
  readonly text: OverlapText;
  readonly unit: OverlapUnit;
  readonly palette: Palette;
}

/** 0..1 of a cell. */
const valueOf = ({ matrix, unit }: OverlapScene, row: number, column: number): number =>
  unit === 'share' ? matrix.share(row, column) : scaled(matrix.bytes(row, column), matrix.most);

/** The lineage of a cell: the family of both, or none. */
const colourOf = ({ items }: OverlapScene, row: number, column: number): number => {
  const [a, b] = [items[row], items[column]];
  return a && a.family !== null && a.family === b?.family ? a.colour : 0;
};

/** The lineage of most cells that share something: the scale is shown in its colour. */
export function scaleColour(scene: OverlapScene): number {
  const counts = new Map<number, number>();
  scene.items.forEach((_, row) => {
    for (let column = 0; column < row; column++) {
      if (scene.matrix.bytes(row, column) === 0) continue;
      const colour = colourOf(scene, row, column);
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
  });
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0])[0];
}

/** The cells: shared bytes by lightness, nothing as a dot; on the diagonal the family's colour beside the name. */
export function overlapShapes(scene: OverlapScene): readonly Shape[] {
  const { items, matrix, layout, palette } = scene;
  const seam = layout.cellWidth >= 10 && layout.cellHeight >= 10 ? 1 : 0.5;
  const shapes: Shape[] = [];
  items.forEach((item, row) => {
    for (let column = 0; column <= row; column++) {
      const box = boxOfCell(layout, { row, column });
      const inner = { x0: box.x0, y0: box.y0, x1: box.x1 - seam, y1: box.y1 - seam };
      if (row === column) {
        const solid = css(lineageOf(palette, item.colour).solid);
        const bar = Math.min(ownBar, layout.cellWidth / 2);
        shapes.push({ ...inner, kind: 'area', fill: palette.ink.line, texture: null, edge: null });
        shapes.push({ ...inner, x0: inner.x1 - bar, kind: 'area', fill: solid, texture: null, edge: null });
      } else if (matrix.bytes(row, column) === 0) {
        if (layout.cellWidth < 10) continue;
        const [x, y] = [(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2];
        shapes.push({
          kind: 'area',
          x0: x - 1,
          y0: y - 1,
          x1: x + 1,
          y1: y + 1,
          fill: palette.ink['line-strong'],
          texture: null,
          edge: null,
        });
      } else {
        const fill = css(rampColour(palette, colourOf(scene, row, column), valueOf(scene, row, column)));
        shapes.push({ ...inner, kind: 'area', fill, texture: null, edge: null });
      }
    }
  });
  return shapes;
}

/** Whether a row's own cell has room for its bytes. */
const sizeFits = ({ cellWidth, cellHeight }: OverlapLayout, size: string): boolean =>
  cellHeight >= 18 && textWidth(size, fonts.small) <= cellWidth - ownBar - 8;

/** Where a row's label lies, for what is drawn behind it. */
export interface RowLabel {
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
}

/** The texts: names beside the diagonal, values in cells that have room; `chosen` rows in the ink of the accent. */
export function overlapLabels(
  scene: OverlapScene,
  chosen: ReadonlySet<number>,
): { readonly labels: readonly Label[]; readonly places: readonly RowLabel[] } {
  const { items, matrix, layout, text, palette } = scene;
  const labels: Label[] = [];
  const places: RowLabel[] = [];
  const among = new ShownTexts(() => items.map((item) => text.name(item)));
  items.forEach((item, row) => {
    const own = boxOfCell(layout, { row, column: row });
    const y = (own.y0 + own.y1) / 2;
    const x = own.x1 + labelGap;
    const room = layout.labelEnd - x;
    const style = text.mono(item) ? 'mono' : 'title';
    const size = formatBytes(matrix.bytes(row, row));
    const within = sizeFits(layout, size);
    const note = text.note(item, within ? null : matrix.bytes(row, row));
    const noteWidth = note === '' ? 0 : textWidth(note, fonts.small) + noteGap;
    const withNote = textWidth(text.name(item), fonts[style]) + noteWidth <= room || room > 180;
    const name = fitNameTo(text.name(item), among, withNote ? room - noteWidth : room, fonts[style]);
    const nameWidth = textWidth(name, fonts[style]);
    const on = chosen.has(row);
    const ink: Ink = on ? 'text-on-accent' : 'text';
    labels.push({ x, y: y + 4, text: name, style, ink, anchor: 'start' });
    if (within) {
      const middle = (own.x0 + own.x1 - ownBar) / 2;
      labels.push({ x: middle, y: y + 4, text: size, style: 'small', ink: 'text-2', anchor: 'middle' });
    }
    if (withNote && note !== '')
      labels.push({
        x: x + nameWidth + noteGap,
        y: y + 4,
        text: note,
        style: 'small',
        ink: 'text-3',
        anchor: 'start',
      });
    const half = Math.min(10, layout.cellHeight / 2);
    places.push({ x0: x - 5, x1: x + nameWidth + 5, y0: y - half, y1: y + half });
    for (let column = 0; column < row; column++) {
      if (matrix.bytes(row, column) === 0 || layout.cellHeight < 18) continue;
      const value = text.value(matrix, row, column);
      const box = boxOfCell(layout, { row, column });
      if (textWidth(value, fonts.small) > layout.cellWidth - 8) continue;
      const fill = rampColour(palette, colourOf(scene, row, column), valueOf(scene, row, column));
      labels.push({
        x: (box.x0 + box.x1) / 2 - 0.5,
        y: (box.y0 + box.y1) / 2 + 4,
        text: value,
        style: 'small',
        ink: inkOn(fill, palette),
        anchor: 'middle',
      });
    }
  });
  return { labels, places };
}
