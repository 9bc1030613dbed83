/**
 * What the layer graph's layout takes and gives. Both cross to a worker, so they are plain data; layers and images are
 * numbers, places in the lists of the input.
 */
export interface LayersInput {
  /** A parent comes before its children. */
  readonly layers: readonly InputLayer[];
  readonly images: readonly InputImage[];
  /** Shortest run that folds; `Infinity` folds nothing. */
  readonly foldFrom: number;
  /** Layers whose run is shown unfolded: the first of each run. */
  readonly unfolded: readonly number[];
}

/** A layer that is in sight. */
export interface InputLayer {
  /** Place of the parent in the list, -1 for a base. */
  readonly parent: number;
  /** Stored bytes. */
  readonly size: number;
  /** Orders siblings: older ones first. */
  readonly order: number;
}

/** An image that is in sight; it owns a row. */
export interface InputImage {
  /** Place of its top layer, -1 for an image without layers. */
  readonly top: number;
}

/** A chip: one layer, or a folded run. */
export interface Chip {
  /** Layers from the lowest up; one unless folded. */
  readonly run: readonly number[];
  /** Column, 0 for bases. */
  readonly column: number;
  /** Row of its middle; images own whole rows, so this may lie between two. */
  readonly row: number;
  /** Place of the chip that it stands on, -1 for a base. */
  readonly parent: number;
  /** Stored bytes of the run, and with everything below. */
  readonly size: number;
  readonly cumulative: number;
}

/** An image's card. */
export interface Card {
  readonly image: number;
  readonly row: number;
  /** Place of the chip that it stands on, -1 for an image without layers. */
  readonly chip: number;
}

/** Where everything stands, in columns and rows; a chart turns these into pixels. */
export interface LayersLayout {
  /** A parent comes before its children. */
  readonly chips: readonly Chip[];
  /** In the order of their rows. */
  readonly cards: readonly Card[];
  readonly columns: number;
  /** Rows with the gaps between families. */
  readonly rows: number;
}
