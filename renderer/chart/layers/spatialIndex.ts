import type { LayersLayout } from './layoutTypes';
import type { Metrics } from './metrics';

/** A rectangle of the drawing. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** First place in `from..to` whose value is at least `wanted`; values rise. */
function lowerBound(from: number, to: number, wanted: number, value: (at: number) => number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (value(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Finds what is at a place: the chips of each column, packed one column after another from top to bottom. The rows
 * above different chips of a column never interleave, so chips, and the rows of their subtrees, are sorted alike and a
 * binary search finds them.
 */
export class SpatialIndex {
  /** Chips of column `c`, from the top: `chips[start[c]]` to `chips[start[c + 1] - 1]`. */
  private readonly start: Int32Array;
  private readonly chips: Int32Array;
  /** Edges of the rows of each chip's subtree. */
  private readonly tops: Float64Array;
  private readonly bottoms: Float64Array;

  constructor(
    private readonly layout: LayersLayout,
    private readonly metrics: Metrics,
  ) {
    const { column, columns } = layout;
    this.start = new Int32Array(columns + 1);
    for (const at of column) this.start[at + 1] = (this.start[at + 1] as number) + 1;
    for (let c = 0; c < columns; c++) {
      this.start[c + 1] = (this.start[c + 1] as number) + (this.start[c] as number);
    }
    const next = this.start.slice(0, columns);
    this.chips = new Int32Array(column.length);
    // Depth first is top to bottom within a column.
    column.forEach((at, chip) => {
      this.chips[next[at] as number] = chip;
      next[at] = (next[at] as number) + 1;
    });
    const { cardFrom, cardTo, cardRow, row } = layout;
    this.tops = new Float64Array(column.length);
    this.bottoms = new Float64Array(column.length);
    for (let chip = 0; chip < column.length; chip++) {
      const from = cardFrom[chip] as number;
      const to = cardTo[chip] as number;
      const own = row[chip] as number;
      const first = from < to ? Math.min(own, cardRow[from] as number) : own;
      const last = from < to ? Math.max(own, cardRow[to - 1] as number) : own;
      this.tops[chip] = this.rowTop(first);
      this.bottoms[chip] = this.rowTop(last) + metrics.rowPitch;
    }
  }

  /** Columns whose chips can meet the area, first and last. */
  columnsIn({ left, right }: Area): readonly [number, number] {
    const { left: margin, columnPitch, chipWidth } = this.metrics;
    return [
      Math.max(0, Math.ceil((left - margin - chipWidth) / columnPitch)),
      Math.min(this.layout.columns - 1, Math.floor((right - margin) / columnPitch)),
    ];
  }

  /** Chips whose boxes meet the area, column by column. */
  chipsIn(area: Area): number[] {
    const half = this.metrics.chipHeight / 2;
    const found: number[] = [];
    const [first, last] = this.columnsIn(area);
    for (let column = first; column <= last; column++) {
      const to = this.start[column + 1] as number;
      let at = lowerBound(this.start[column] as number, to, area.top - half, (i) => this.middle(i));
      for (; at < to && this.middle(at) <= area.bottom + half; at++) found.push(this.chips[at] as number);
    }
    return found;
  }

  /** Chips of a column with rows of their subtree within `top` to `bottom`, from the top. */
  *spansIn(column: number, top: number, bottom: number): Generator<number> {
    const to = this.start[column + 1] as number;
    let at = lowerBound(this.start[column] as number, to, top, (i) =>
      this.spanBottom(this.chips[i] as number),
    );
    for (; at < to && this.spanTop(this.chips[at] as number) <= bottom; at++) yield this.chips[at] as number;
  }

  /** The first chip of a column whose subtree ends below a height; -1 where there is none. */
  spanFrom(column: number, y: number): number {
    const to = this.start[column + 1] as number;
    const edge = (i: number): number => this.spanBottom(this.chips[i] as number);
    const at = lowerBound(this.start[column] as number, to, y, edge);
    return at < to ? (this.chips[at] as number) : -1;
  }

  /**
   * Blocks of a column from the top: chips whose subtrees are at least `least` high one by one, lower ones only where
   * they are not hidden by the one before.
   */
  blocksIn(column: number, top: number, bottom: number, least: number): number[] {
    const to = this.start[column + 1] as number;
    const found: number[] = [];
    const edge = (i: number): number => this.spanBottom(this.chips[i] as number);
    let at = lowerBound(this.start[column] as number, to, top, edge);
    let below = -Infinity;
    for (; at < to; at++) {
      const chip = this.chips[at] as number;
      if (this.spanTop(chip) > bottom) break;
      if (this.spanBottom(chip) <= below) {
        // Many are hidden by one where all of them are small: those are leapt over.
        if (at + 8 < to && edge(at + 8) <= below) at = lowerBound(at + 8, to, below, edge) - 1;
        continue;
      }
      found.push(chip);
      below = Math.max(this.spanTop(chip) + least, this.spanBottom(chip));
    }
    return found;
  }

  /** Upper edge of the first row of a chip's subtree. */
  spanTop(chip: number): number {
    return this.tops[chip] as number;
  }

  /** Lower edge of the last row of a chip's subtree. */
  spanBottom(chip: number): number {
    return this.bottoms[chip] as number;
  }

  /** Cards whose rows meet `top` to `bottom`: the first one, and one past the last. */
  cardsIn(top: number, bottom: number): readonly [number, number] {
    const { cardRow } = this.layout;
    const half = this.metrics.chipHeight / 2;
    const y = (card: number): number => this.rowTop(cardRow[card] as number) + this.metrics.rowPitch / 2;
    const from = lowerBound(0, cardRow.length, top - half, y);
    return [from, lowerBound(from, cardRow.length, bottom + half, y)];
  }

  /** The chip whose box is at a point; -1 for none. */
  chipAt(x: number, y: number): number {
    const [found] = this.chipsIn({ left: x, right: x, top: y, bottom: y });
    return found ?? -1;
  }

  /** The chip of a column whose subtree's rows are at a height; -1 for none. */
  spanAt(column: number, y: number): number {
    const chip = this.spanFrom(column, y);
    return chip >= 0 && this.spanTop(chip) <= y ? chip : -1;
  }

  /**
   * Of the chips that stand on a chip: those whose middle is within `top` to `bottom`, the next one beyond each edge, and
   * the first and the last.
   */
  kidsNear(chip: number, top: number, bottom: number): number[] {
    const { column, end } = this.layout;
    const next = (column[chip] as number) + 1;
    if (next >= this.layout.columns) return [];
    const place = (at: number): number => this.chips[at] as number;
    const all = this.start[next + 1] as number;
    const from = lowerBound(this.start[next] as number, all, chip + 1, place);
    const to = lowerBound(from, all, end[chip] as number, place);
    if (from === to) return [];
    const y = (at: number): number => this.middle(at);
    const first = Math.max(from, lowerBound(from, to, top, y) - 1);
    const last = Math.min(to - 1, lowerBound(first, to, bottom, y));
    const found = first > from ? [place(from)] : [];
    for (let at = first; at <= last; at++) found.push(place(at));
    if (last < to - 1) found.push(place(to - 1));
    return found;
  }

  /** The next chip of the same column, above (-1) or below (1); -1 where there is none. */
  beside(chip: number, sign: -1 | 1): number {
    const column = this.layout.column[chip] as number;
    const from = this.start[column] as number;
    const to = this.start[column + 1] as number;
    const at = lowerBound(from, to, chip, (i) => this.chips[i] as number) + sign;
    return at >= from && at < to ? (this.chips[at] as number) : -1;
  }

  private middle(at: number): number {
    const { rowPitch } = this.metrics;
    return this.rowTop(this.layout.row[this.chips[at] as number] as number) + rowPitch / 2;
  }

  private rowTop(row: number): number {
    return this.metrics.top + row * this.metrics.rowPitch;
  }
}
