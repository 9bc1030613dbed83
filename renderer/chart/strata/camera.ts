/** Widths of a whole column, CSS pixels: legible ones at first, and what a person may choose. */
export const legible = { least: 56, most: 128 } as const;
export const chosen = { least: 2, most: 240 } as const;

const between = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high));

/** What of the drawing is in sight, and how wide its columns are. Knows no element. */
export class Camera {
  /** Corner of what is in sight, CSS pixels of the drawing. */
  x = 0;
  y = 0;
  /** Of the view. */
  width = 0;
  height = 0;
  /** Of the drawing. */
  private whole = { width: 0, height: 0 };
  /** Width of a column that a person chose, null for what fits. */
  private column: number | null = null;
  private fitting = 0;

  /** Takes the width of a column at which everything would fit. */
  fitTo(fitting: number): void {
    this.fitting = fitting;
  }

  /** Width of a column now. */
  get columnWidth(): number {
    return this.column ?? this.ownWidth;
  }

  /** The same as a part of the width that the view has by itself. */
  get scale(): number {
    return this.columnWidth / this.ownWidth;
  }

  /** Takes the size of the whole drawing, and stays within it. */
  show(width: number, height: number): void {
    this.whole = { width, height };
    this.x = between(0, this.x, Math.max(0, width - this.width));
    this.y = between(0, this.y, Math.max(0, height - this.height));
  }

  /** Whether there is more than the view holds. */
  get overflows(): { readonly x: boolean; readonly y: boolean } {
    return { x: this.whole.width > this.width + 1, y: this.whole.height > this.height + 1 };
  }

  /** Moves by CSS pixels; true when there was room to. */
  scrollBy(dx: number, dy: number): boolean {
    const { x, y } = this;
    this.scrollTo(x + dx, y + dy);
    return this.x !== x || this.y !== y;
  }

  /** Brings a point of the drawing to the corner, as far as the drawing goes. */
  scrollTo(x: number, y = this.y): void {
    this.x = between(0, x, Math.max(0, this.whole.width - this.width));
    this.y = between(0, y, Math.max(0, this.whole.height - this.height));
  }

  /** Moves no further than needed to bring a box into sight. */
  reveal(box: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }): boolean {
    const margin = 24;
    const over = (from: number, size: number, seen: number, room: number): number => {
      if (from < seen + margin) return Math.min(0, from - margin - seen);
      if (from + size > seen + room - margin)
        return Math.min(from - margin - seen, Math.max(0, from + size + margin - seen - room));
      return 0;
    };
    const dx = over(box.x, box.width, this.x, this.width);
    const dy = over(box.y, box.height, this.y, this.height);
    return (dx !== 0 || dy !== 0) && this.scrollBy(dx, dy);
  }

  /** Chooses a width of a column: a multiple of the one now, in its limits. */
  scaleBy(factor: number): void {
    this.column = between(chosen.least, this.columnWidth * factor, chosen.most);
  }

  /** As wide as it takes to show everything. */
  fit(): void {
    const all = between(chosen.least, this.fitting, legible.most);
    this.column = all >= legible.least ? null : all;
    this.x = 0;
    this.y = 0;
  }

  /** Back to the view's own width. */
  unscale(): void {
    this.column = null;
  }

  private get ownWidth(): number {
    return between(legible.least, this.fitting, legible.most);
  }
}
