import type { Selection } from 'd3';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { Palette } from '../drawing/palette';
import type { HeightScale } from './heights';
import type { Lineage } from './lineage';
import type { Grid, GroupItem, Item, Scene } from './scene';
import type { StrataText } from './strataText';

/** What is selected, by ID. */
export interface ChartSelection {
  readonly images: ReadonlySet<ImageId>;
  readonly layer: ChainId | null;
}

/** What is drawn, and how. */
export interface Shown {
  readonly scene: Scene;
  readonly scale: HeightScale;
  /** Empty history steps after each layer, null where they are not shown. */
  readonly emptySteps: readonly number[] | null;
  readonly text: StrataText;
  readonly palette: Palette;
}

/** Everything that drawing one frame needs. */
export interface Frame extends Shown {
  readonly grid: Grid;
  readonly selection: ChartSelection;
  readonly hovered: Item | null;
  readonly focused: Item | null;
  readonly lit: Lineage | null;
  /** What of the drawing is in sight, CSS pixels. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** Columns and pieces in sight; `from > to` where there are none. */
  readonly from: number;
  readonly to: number;
  readonly pieces: readonly number[];
  /** True where a canvas paints the bands, because there are many. */
  readonly far: boolean;
  /** Whether things are put where they belong, slide there, or are left to slide on. */
  readonly motion: 'set' | 'slide' | 'keep';
}

/** A group of the drawing. */
export type Layer = Selection<SVGGElement, unknown, null, undefined>;

/** Milliseconds that things slide for. */
export const slide = 360;

/** ID of the element that draws an item. */
export function domId(item: Item): string {
  return `strata-${item.key.replace(/[^A-Za-z0-9-]/g, (c) => `_${(c.codePointAt(0) ?? 0).toString(16)}`)}`;
}

/** How many of a group's images are selected. */
export function chosenOf({ images }: GroupItem, selection: ChartSelection): number {
  if (selection.images.size === 0) return 0;
  return images.reduce((count, { id }) => count + Number(selection.images.has(id)), 0);
}
