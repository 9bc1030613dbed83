import type { Scene } from './scene';
import type { ViewTransform } from './viewTransform';

/** The column of cards is at most this wide, CSS pixels, and at most this share of all. */
const widestCards = 200;
const cardShare = 0.24;
const leastColumn = 1.5;

const sharesOf = new WeakMap<Scene, Float64Array>();

/** Where each column begins and the last one ends, from 0 to 1: columns of few large layers are wider. */
function columnShares(scene: Scene): Float64Array {
  const ready = sharesOf.get(scene);
  if (ready) return ready;
  const { column, columns, cardFrom, cardTo, rows } = scene.layout;
  const count = new Float64Array(columns);
  const covered = new Float64Array(columns);
  column.forEach((at, chip) => {
    count[at] = (count[at] as number) + 1;
    covered[at] =
      (covered[at] as number) + Math.max(1, (cardTo[chip] as number) - (cardFrom[chip] as number));
  });
  const shares = new Float64Array(columns + 1);
  for (let at = 0; at < columns; at++) {
    const each = (covered[at] as number) / Math.max(1, count[at] as number);
    const share = Math.min(1, (covered[at] as number) / Math.max(1, rows));
    const weight = (1 + 0.6 * Math.log10(Math.max(1, each))) * (0.35 + 0.65 * Math.sqrt(share));
    shares[at + 1] = (shares[at] as number) + weight;
  }
  const all = shares[columns] ?? 0;
  if (all > 0) for (let at = 0; at <= columns; at++) shares[at] = (shares[at] as number) / all;
  sharesOf.set(scene, shares);
  return shares;
}

/** The columns of the far view in CSS pixels of the element: as wide as the drawing is there, but with room for words. */
export class FarColumns {
  readonly cardX: number;
  readonly cardWidth: number;
  private readonly shares: Float64Array;
  private readonly left: number;
  private readonly room: number;

  constructor(scene: Scene, transform: ViewTransform) {
    const { metrics } = scene;
    const all = metrics.width * transform.kx;
    const edge = Math.min(metrics.left, all * 0.02);
    this.shares = columnShares(scene);
    this.left = transform.x + edge;
    this.cardWidth = Math.min(widestCards, all * cardShare);
    this.cardX = transform.x + all - edge - this.cardWidth;
    this.room = this.cardX - this.left - edge;
  }

  /** Left edge of a column's blocks. */
  x(column: number): number {
    return this.left + (this.shares[column] as number) * this.room;
  }

  /** From a column's left edge to the next one's. */
  pitch(column: number): number {
    return ((this.shares[column + 1] as number) - (this.shares[column] as number)) * this.room;
  }

  /** Width of a column's blocks. */
  width(column: number): number {
    return Math.max(leastColumn, this.pitch(column) - this.gap(column));
  }

  /** What is left free behind a column. */
  gap(column: number): number {
    return Math.min(10, this.pitch(column) * 0.14);
  }

  /** The column at a place; -1 for none. */
  columnAt(x: number): number {
    for (let column = 0; column < this.shares.length - 1; column++) {
      if (x >= this.x(column) && x <= this.x(column) + this.width(column)) return column;
    }
    return -1;
  }

  /** First and last column in sight of an element of a width. */
  within(width: number): readonly [number, number] {
    let first = 0;
    let last = this.shares.length - 2;
    while (first < last && this.x(first + 1) < 0) first++;
    while (last > first && this.x(last) > width) last--;
    return [first, last];
  }
}
