/**
 * From the drawing to the element: scaled, then moved. Seen from far away a drawing of thousands of rows would be a
 * thread, so there its width is scaled less than its height (`kx` over `k`).
 */
export class ViewTransform {
  constructor(
    /** Scale of heights, and of everything as long as it can be read. */
    readonly k: number,
    readonly x: number,
    readonly y: number,
    /** Scale of widths. */
    readonly kx = k,
  ) {}

  /** A point of the drawing, in the element. */
  apply([x, y]: readonly [number, number]): [number, number] {
    return [x * this.kx + this.x, y * this.k + this.y];
  }

  /** A point of the element, in the drawing. */
  invert([x, y]: readonly [number, number]): [number, number] {
    return [(x - this.x) / this.kx, (y - this.y) / this.k];
  }

  /** As the `transform` of an SVG group. */
  toString(): string {
    return `translate(${this.x},${this.y}) scale(${this.kx},${this.k})`;
  }
}
