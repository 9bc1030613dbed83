/** What a view hands out of itself: its picture and the data behind it. Made when asked for, from what is shown now. */
export interface ChartExport {
  /** Stem of the file name. */
  readonly name: string;
  /**
   * What is on screen as an SVG document that stands alone: styles resolved to values of the theme in use, fonts named
   * with fallbacks, nothing referred to outside of it. CSS pixels.
   */
  readonly svg: () => string;
  /** All of the drawing at full size, also what is beyond the edges of the view; not given where that is what is on screen. */
  readonly whole?: () => string;
  /** True where the view is a graph and its data have a Graphviz form. Asked whenever commands are listed: data are not made for it. */
  readonly isGraph?: boolean;
  readonly data: () => ChartData;
}

/** The data behind a view. */
export interface ChartData {
  /** Plain data for `JSON.stringify`. */
  readonly json: unknown;
  /** A head and rows; sizes are bytes, dates ISO, digests whole. */
  readonly csv: {
    readonly head: readonly string[];
    readonly rows: readonly (readonly (string | number)[])[];
  };
  /** Graphviz; null where the view is no graph. */
  readonly dot: string | null;
}
