import type { Box } from '../drawing/picture';
import type { OverlapItem } from './overlapItems';

/** Where rows and columns stand, CSS pixels. The matrix is a staircase: row `i` has the columns `0..i`. */
export interface OverlapLayout {
  readonly width: number;
  readonly height: number;
  /** Where each column begins, and each row. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
  readonly cellWidth: number;
  readonly cellHeight: number;
  /** From here on to the right a label may run. */
  readonly labelEnd: number;
}

/** A cell: row, and a column that is not beyond it. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** Room around the matrix. */
export const margin = 16;
const cell = { width: { least: 7, most: 80 }, height: { least: 14, most: 56 } } as const;
const between = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high));

/**
 * Lays the matrix out in a view: cells as large as fit, labels to the right of the diagonal, a little space between
 * families. Higher than the view only where labels would lie on each other.
 */
export function layoutOverlap(
  items: readonly OverlapItem[],
  view: { readonly width: number; readonly height: number },
  /** Width that each row's label wants. */
  labelWidths: readonly number[],
): OverlapLayout {
  const count = Math.max(1, items.length);
  const breaks = items.map((item, i) => i > 0 && item.family !== items[i - 1]?.family);
  const many = breaks.filter(Boolean).length;
  const gap = many === 0 ? 0 : many > 12 ? 2 : 8;
  const room = view.width - 2 * margin - gap * many;
  // Labels run to the right from the diagonal: each row has the room that the steps before it leave.
  const fits = items.map((_, i) => (room - Math.min(labelWidths[i] ?? 0, room * 0.45)) / (i + 1));
  const cellWidth = Math.floor(between(cell.width.least, Math.min(room / count, ...fits), cell.width.most));
  const cellHeight = Math.floor(
    between(cell.height.least, (view.height - 2 * margin - gap * many) / count, cell.height.most),
  );
  const columns: number[] = [];
  const rows: number[] = [];
  let x = margin;
  let y = margin;
  items.forEach((_, i) => {
    if (breaks[i]) {
      x += gap;
      y += gap;
    }
    columns.push(x);
    rows.push(y);
    x += cellWidth;
    y += cellHeight;
  });
  return {
    width: view.width,
    height: Math.max(view.height, y + margin),
    columns,
    rows,
    cellWidth,
    cellHeight,
    labelEnd: view.width - margin,
  };
}

/** Where a cell lies. */
export function boxOfCell(layout: OverlapLayout, { row, column }: Cell): Box {
  const x0 = layout.columns[column] ?? 0;
  const y0 = layout.rows[row] ?? 0;
  return { x0, y0, x1: x0 + layout.cellWidth, y1: y0 + layout.cellHeight };
}

/** The cell at a point; a point beside the diagonal means the row's own cell. */
export function cellAt(
  { columns, rows, cellWidth, cellHeight, labelEnd }: OverlapLayout,
  x: number,
  y: number,
): Cell | null {
  const row = rows.findIndex((top) => y >= top && y < top + cellHeight);
  if (row < 0) return null;
  const own = columns[row] ?? 0;
  if (x >= own) return x < labelEnd ? { row, column: row } : null;
  const column = columns.findIndex((left) => x >= left && x < left + cellWidth);
  return column < 0 ? null : { row, column };
}
