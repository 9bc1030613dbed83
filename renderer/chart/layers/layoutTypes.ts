/**
 * What the layer graph's layout takes and gives. Both cross to a worker and back as typed arrays, which are handed over
 * without a copy; layers and images are numbers, places in the lists of the input.
 */
export interface LayersInput {
  /** Place of each layer's parent, -1 for a base; a parent comes before its children. */
  readonly parent: Int32Array;
  /** Stored bytes of each layer. */
  readonly size: Float64Array;
  /** Bytes of each layer and all below, as an image that ends there has them. */
  readonly chain: Float64Array;
  /** Orders siblings: older ones first, equal ones by their place. */
  readonly order: Float64Array;
  /** Bases in the order of their families. */
  readonly bases: Int32Array;
  /** Place of each image's top layer, -1 for an image without layers. An image in sight owns a row. */
  readonly top: Int32Array;
  /** Shortest run that folds; `Infinity` folds nothing. */
  readonly foldFrom: number;
  /** Layers whose run is shown unfolded: the first of each run. */
  readonly unfolded: Int32Array;
  /** Layers on which nothing is shown but the number of images that stand there. */
  readonly collapsed: Int32Array;
}

/**
 * Where everything stands, in columns and rows; a chart turns these into pixels.
 *
 * Chips (one layer, or a folded run) come depth first: a parent before its children, the chips that stand on chip `i`
 * are `i + 1` to `end[i] - 1`. Cards come in the order of their rows, those of a chip's whole subtree are `cardFrom[i]`
 * to `cardTo[i] - 1`.
 */
export interface LayersLayout {
  /** Layers of chip `i`, from the lowest up: `runs[runStart[i]]` to `runs[runStart[i + 1] - 1]`. */
  readonly runStart: Int32Array;
  readonly runs: Int32Array;
  /** Column of each chip, 0 for bases. */
  readonly column: Int32Array;
  /** Row of each chip's middle; cards own whole rows, so this may lie between two. */
  readonly row: Float64Array;
  /** Place of the chip that each stands on, -1 for a base. */
  readonly parent: Int32Array;
  readonly end: Int32Array;
  readonly cardFrom: Int32Array;
  readonly cardTo: Int32Array;
  /** Stored bytes of each chip's layers, and of the topmost with everything below. */
  readonly size: Float64Array;
  readonly cumulative: Float64Array;
  /** Row of each card. */
  readonly cardRow: Float64Array;
  /** Place of the chip that each card stands on, -1 for an image without layers. */
  readonly cardChip: Int32Array;
  /** 1 for a card that stands for a collapsed subtree. */
  readonly cardGroup: Uint8Array;
  /** Images of card `i`: `cardImages[cardStart[i]]` to `cardImages[cardStart[i + 1] - 1]`. */
  readonly cardStart: Int32Array;
  readonly cardImages: Int32Array;
  readonly columns: number;
  /** Rows with the gaps between families. */
  readonly rows: number;
}
