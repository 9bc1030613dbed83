import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { layerBytes } from '../../../shared/graph/layerBytes';
import type { Stacks } from './heights';
import type { ChartInput, GroupName } from './input';
import type { Group, StrataLayout } from './layoutTypes';

/** Lengths of the drawing, CSS pixels. */
export interface Metrics {
  readonly left: number;
  readonly right: number;
  /** Between two columns, and between two families. */
  readonly gap: number;
  readonly familyGap: number;
  /** Room above the highest stack, for its head. */
  readonly top: number;
  /** Room below the ground. */
  readonly foot: number;
}

/** Lengths for a view of that width. */
export function metricsFor(width: number, feet: boolean): Metrics {
  const wide = width > 1100;
  return {
    left: wide ? 56 : 26,
    right: wide ? 40 : 18,
    gap: wide ? 4 : 3,
    familyGap: wide ? 36 : 18,
    top: wide ? 84 : 76,
    foot: (wide ? 64 : 56) + (feet ? 20 : 0),
  };
}

/** A piece of a layer's band: the whole of it, unless the order breaks it. */
export interface BandItem {
  readonly kind: 'band';
  readonly key: string;
  readonly layer: LayerNode;
  /** Place of the layer in the layout's input, and of the piece in its list. */
  readonly place: number;
  readonly piece: number;
  /** First and last column. */
  readonly from: number;
  readonly to: number;
  /** Which piece of how many. */
  readonly part: number;
  readonly parts: number;
  readonly colour: number;
  readonly dashed: boolean;
  readonly depth: number;
  readonly hue: number;
  /** Place of the block that it is drawn in, -1 for none. */
  readonly block: number;
}

/** The head of a column. */
export interface HeadItem {
  readonly kind: 'head';
  readonly key: string;
  readonly image: ImageNode;
  readonly column: number;
}

/** A group: a block while it is shut, else the bracket below its columns. */
export interface GroupItem {
  readonly kind: 'group';
  readonly key: string;
  readonly place: number;
  readonly name: GroupName;
  /** As people read it: the repository, or the family's name. */
  readonly title: string;
  readonly images: readonly ImageNode[];
  readonly bytes: number;
  readonly shut: boolean;
  readonly from: number;
  readonly to: number;
  readonly colour: number;
  /** Place of the layer that it stands on, -1 for the ground. */
  readonly below: number;
}

export type Item = BandItem | HeadItem | GroupItem;

/** The foot of a family. */
export interface FamilyItem {
  readonly key: string;
  readonly name: string;
  readonly colour: number;
  readonly images: number;
  /** See {@link layerBytes}: of its images in sight. */
  readonly stored: number;
  readonly saved: number;
  readonly from: number;
  readonly to: number;
  /** Its group, null where it has too few images for one. */
  readonly group: GroupItem | null;
}

/** Everything that is drawn, in columns; a {@link Grid} says where the columns are. */
export interface Scene {
  readonly input: ChartInput;
  readonly layout: StrataLayout;
  readonly bands: readonly BandItem[];
  /** By column; null within a block. */
  readonly heads: readonly (HeadItem | null)[];
  readonly groups: readonly GroupItem[];
  readonly families: readonly FamilyItem[];
  /** Pieces of each layer, by place. */
  readonly piecesOf: readonly (readonly number[])[];
  readonly columnOf: ReadonlyMap<ImageId, number>;
  /** By column, the place of the image's top layer. */
  readonly topOf: Int32Array;
}

/** Turns a layout into what is drawn. Linear. */
export function makeScene(
  input: ChartInput,
  layout: StrataLayout,
  index: GraphIndex,
  hues: ReadonlyMap<ChainId, number>,
): Scene {
  const { layers, images } = input;
  const piecesOf: number[][] = layers.map(() => []);
  layout.pieceLayer.forEach((layer, piece) => piecesOf[layer]?.push(piece));
  const columns = layout.columnImage.length;
  const groups = layout.groups.map((group, place): GroupItem => {
    const members = group.images.map((image) => images[image] as ImageNode);
    const name = groupName(input, group);
    const family = members[0] && index.familyOfImage.get(members[0].id);
    return {
      kind: 'group',
      key: `group ${name.layer} ${name.repository ?? ''}`,
      place,
      name,
      title: name.repository ?? family?.name ?? '',
      images: members,
      bytes: group.bytes,
      shut: group.shut,
      from: group.from,
      to: group.to,
      colour: family?.colour ?? 12,
      below: group.repository < 0 ? -1 : group.layer,
    };
  });
  const bands = Array.from(layout.pieceLayer, (place, piece): BandItem => {
    const layer = layers[place] as LayerNode;
    const family = index.familyOfLayer.get(layer.chainId);
    const from = layout.pieceFrom[piece] ?? 0;
    const to = layout.pieceTo[piece] ?? 0;
    const part = (piecesOf[place] ?? []).indexOf(piece);
    return {
      kind: 'band',
      key: `${layer.chainId}+${part}`,
      layer,
      place,
      piece,
      from,
      to,
      part,
      parts: piecesOf[place]?.length ?? 1,
      colour: family?.colour ?? 12,
      dashed: family?.dashed ?? false,
      depth: index.depth.get(layer.chainId) ?? 0,
      hue: hues.get(layer.chainId) ?? 0,
      block: blockOf(layout, groups, from, to, place, input),
    };
  });
  const columnOf = new Map<ImageId, number>();
  const topOf = new Int32Array(columns);
  const heads = Array.from(layout.columnImage, (image, column): HeadItem | null => {
    topOf[column] = input.input.images[image]?.top ?? -1;
    if ((layout.columnBlock[column] ?? -1) >= 0) return null;
    const node = images[image] as ImageNode;
    columnOf.set(node.id, column);
    return { kind: 'head', key: node.id, image: node, column };
  });
  // All images of a family follow each other, those of a block too, which has fewer columns than images.
  let before = 0;
  const families = layout.families.map(({ base, from, to, images: count }): FamilyItem => {
    const members = Array.from(
      layout.sequence.subarray(before, (before += count)),
      (image) => images[image] as ImageNode,
    );
    const family = members[0] && index.familyOfImage.get(members[0].id);
    const { stored, saved } = layerBytes(members, index.layers);
    const group = groups.find(
      ({ name }) => name.repository === null && name.layer === (layers[base]?.chainId ?? ''),
    );
    return {
      key: family?.key ?? '',
      name: family?.name ?? '',
      colour: family?.colour ?? 12,
      images: count,
      stored,
      saved,
      from,
      to,
      group: group ?? null,
    };
  });
  return { input, layout, bands, heads, groups, families, piecesOf, columnOf, topOf };
}

function groupName({ layers, repositories }: ChartInput, group: Group): GroupName {
  return {
    layer: layers[group.layer]?.chainId ?? '',
    repository: group.repository < 0 ? null : (repositories[group.repository] ?? ''),
  };
}

/** The block that a piece lies in whole, above what the block stands on. */
function blockOf(
  layout: StrataLayout,
  groups: readonly GroupItem[],
  from: number,
  to: number,
  place: number,
  { input }: ChartInput,
): number {
  const block = layout.columnBlock[from] ?? -1;
  const group = groups[block];
  if (!group || layout.columnBlock[to] !== block) return -1;
  // A band below the block is not the block's, even where it is no wider.
  for (let at = group.below; at >= 0; at = input.layers[at]?.parent ?? -1) if (at === place) return -1;
  return block;
}

/** Where columns and bands are, CSS pixels from the corner of the whole drawing. */
export interface Grid {
  readonly metrics: Metrics;
  readonly stacks: Stacks;
  /** By column. */
  readonly x0: Float64Array;
  readonly x1: Float64Array;
  /** Width of a whole column. */
  readonly column: number;
  readonly width: number;
  readonly height: number;
  /** The ground. */
  readonly base: number;
}

/** The gap beside columns of a width: narrow ones stand closer, the narrowest without any. */
const gapFor = (gap: number, column: number): number => (column >= 24 ? gap : column >= 8 ? 1 : 0);

/** Width of a whole column at which everything is as wide as the view. */
export function fittingColumn(
  { layout }: Scene,
  { left, right, gap: most, familyGap }: Metrics,
  width: number,
): number {
  let columns = 0;
  let gaps = 0;
  layout.columnWidth.forEach((share) => (columns += share));
  for (let i = 0; i < layout.columnImage.length; i++) if (i > 0 && !sameBlock(layout, i)) gaps++;
  const columnWith = (gap: number): number =>
    (width - left - right - (layout.families.length - 1) * (familyGap - gap) - gaps * gap) / columns;
  if (columns === 0) return 0;
  const gap = [most, 1].find((each) => gapFor(most, columnWith(each)) === each) ?? 0;
  return columnWith(gap);
}

/** Puts columns of a width side by side, and the stacks on the ground. `height` is the view's. */
export function makeGrid(
  { layout }: Scene,
  lengths: Metrics,
  stacks: Stacks,
  column: number,
  height: number,
): Grid {
  const metrics = { ...lengths, gap: gapFor(lengths.gap, column) };
  const count = layout.columnImage.length;
  const x0 = new Float64Array(count);
  const x1 = new Float64Array(count);
  const firsts = new Set(layout.families.map(({ from }) => from));
  let x = metrics.left;
  for (let i = 0; i < count; i++) {
    if (i > 0) x += firsts.has(i) ? metrics.familyGap : sameBlock(layout, i) ? 0 : metrics.gap;
    x0[i] = x;
    x += (layout.columnWidth[i] ?? 1) * column;
    x1[i] = x;
  }
  const whole = Math.max(height, stacks.tallest + metrics.top + metrics.foot);
  return {
    metrics,
    stacks,
    x0,
    x1,
    column,
    width: x + metrics.right,
    height: whole,
    base: whole - metrics.foot,
  };
}

const sameBlock = ({ columnBlock }: StrataLayout, column: number): boolean =>
  (columnBlock[column] ?? -1) >= 0 && columnBlock[column] === columnBlock[column - 1];

/** A rectangle, CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where a band is; without the strip of its empty steps, which lies above. */
export function bandBox({ x0, x1, stacks, base }: Grid, { from, to, place }: BandItem): Box {
  const x = x0[from] ?? 0;
  const top = stacks.top[place] ?? 0;
  return {
    x,
    y: base - top,
    width: (x1[to] ?? 0) - x,
    height: top - (stacks.bottom[place] ?? 0),
  };
}

/** The top of a column's stack. */
export function columnTop({ stacks, base }: Grid, { topOf }: Scene, column: number): number {
  const top = topOf[column] ?? -1;
  if (top < 0) return base;
  const strip = stacks.steps[top] ?? 0;
  return base - (stacks.top[top] ?? 0) - (strip > 0 ? strip + 1 : 0);
}

/** The top of the highest of some columns. */
export function highest(grid: Grid, scene: Scene, from: number, to: number): number {
  let top = grid.base;
  for (let column = from; column <= to; column++) top = Math.min(top, columnTop(grid, scene, column));
  return top;
}

/** The block that a shut group is. */
export function blockBox(grid: Grid, scene: Scene, group: GroupItem): Box {
  const x = grid.x0[group.from] ?? 0;
  const y = highest(grid, scene, group.from, group.to);
  const { stacks, base } = grid;
  const ground = group.below < 0 ? 0 : (stacks.top[group.below] ?? 0) + 2;
  return { x, y, width: (grid.x1[group.to] ?? 0) - x, height: base - ground - y };
}

/** Columns that meet a range of the drawing: the first and the last, `from > to` where there is none. */
export function columnsWithin({ x0, x1 }: Grid, left: number, right: number): { from: number; to: number } {
  const first = (meets: (i: number) => boolean): number => {
    let [low, high] = [0, x0.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (meets(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return { from: first((i) => (x1[i] ?? 0) >= left), to: first((i) => (x0[i] ?? 0) > right) - 1 };
}

/** The pieces that meet a range of columns. */
export function piecesWithin({ layout, topOf, input, piecesOf }: Scene, from: number, to: number): number[] {
  const found: number[] = [];
  const { pieceFrom, pieceTo } = layout;
  // Those that begin before are below the first column.
  for (let at = topOf[from] ?? -1; at >= 0; at = input.input.layers[at]?.parent ?? -1) {
    for (const piece of piecesOf[at] ?? []) {
      const begins = pieceFrom[piece] ?? 0;
      if (begins < from && (pieceTo[piece] ?? 0) >= from) found.push(piece);
    }
  }
  let [low, high] = [0, pieceFrom.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieceFrom[middle] ?? 0) >= from) high = middle;
    else low = middle + 1;
  }
  for (let i = low; i < pieceFrom.length && (pieceFrom[i] ?? 0) <= to; i++) found.push(i);
  return found;
}

/** The piece of a layer at a column; -1 where it has none there. */
export function pieceAt({ layout, piecesOf }: Scene, layer: number, column: number): number {
  for (const piece of piecesOf[layer] ?? []) {
    if ((layout.pieceFrom[piece] ?? 0) <= column && column <= (layout.pieceTo[piece] ?? -1)) return piece;
  }
  return -1;
}
