import { layoutLayers } from '../../../renderer/chart/layers/layout';
import type { LayersInput } from '../../../renderer/chart/layers/layoutTypes';

/** A layout's input as a test writes it. */
export interface PlainInput {
  /** A parent comes before its children, -1 for a base. */
  readonly layers: readonly { readonly parent: number; readonly size: number; readonly order: number }[];
  /** Top layer of each image, -1 for none. */
  readonly images: readonly { readonly top: number }[];
  readonly foldFrom: number;
  readonly unfolded?: readonly number[];
  readonly collapsed?: readonly number[];
}

/** A layout as a test reads it. */
export interface PlainLayout {
  readonly chips: readonly {
    readonly run: readonly number[];
    readonly column: number;
    readonly row: number;
    readonly parent: number;
    readonly end: number;
    readonly cards: readonly [from: number, to: number];
    readonly size: number;
    readonly cumulative: number;
  }[];
  readonly cards: readonly {
    readonly images: readonly number[];
    readonly group: boolean;
    readonly row: number;
    readonly chip: number;
  }[];
  readonly columns: number;
  readonly rows: number;
}

/** Packs an input into arrays. */
export function packInput(input: PlainInput): LayersInput {
  const { layers, images, foldFrom, unfolded = [], collapsed = [] } = input;
  const chain = new Float64Array(layers.length);
  layers.forEach(({ parent, size }, i) => (chain[i] = size + (chain[parent] ?? 0)));
  return {
    chain,
    parent: Int32Array.from(layers, ({ parent }) => parent),
    size: Float64Array.from(layers, ({ size }) => size),
    order: Float64Array.from(layers, ({ order }) => order),
    bases: Int32Array.from(layers.flatMap(({ parent }, i) => (parent < 0 ? [i] : []))),
    top: Int32Array.from(images, ({ top }) => top),
    foldFrom,
    unfolded: Int32Array.from(unfolded),
    collapsed: Int32Array.from(collapsed),
  };
}

/** Lays a plain input out. */
export function plainLayout(input: PlainInput): PlainLayout {
  const layout = layoutLayers(packInput(input));
  const { runStart, runs, cardStart, cardImages } = layout;
  return {
    chips: Array.from(layout.column, (column, i) => ({
      run: [...runs.subarray(runStart[i], runStart[i + 1])],
      column,
      row: layout.row[i] as number,
      parent: layout.parent[i] as number,
      end: layout.end[i] as number,
      cards: [layout.cardFrom[i] as number, layout.cardTo[i] as number],
      size: layout.size[i] as number,
      cumulative: layout.cumulative[i] as number,
    })),
    cards: Array.from(layout.cardRow, (row, i) => ({
      images: [...cardImages.subarray(cardStart[i], cardStart[i + 1])],
      group: layout.cardGroup[i] === 1,
      row,
      chip: layout.cardChip[i] as number,
    })),
    columns: layout.columns,
    rows: layout.rows,
  };
}
