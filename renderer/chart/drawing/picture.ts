import type { textures } from '../layers/textures';
import type { Ink } from './palette';

/** A pattern over an area, by kind of layer. */
export type TextureName = keyof typeof textures;

/** A rectangle, CSS pixels. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** What is painted, in this order. */
export type Shape = Box &
  (
    | {
        readonly kind: 'area';
        readonly fill: string;
        readonly texture: TextureName | null;
        /** Colour of a hairline within the area's edge. */
        readonly edge: string | null;
        /** 0..1; 1 where left out. */
        readonly opacity?: number;
      }
    | { readonly kind: 'outline'; readonly stroke: string; readonly width: number }
  );

/** How a text looks; sizes are those of the design's type scale. */
export type LabelStyle = 'title' | 'strong' | 'small' | 'mono';

/** A text on one line. */
export interface Label {
  /** Where it begins, ends or has its middle, and its baseline; CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly style: LabelStyle;
  readonly ink: Ink;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** A drawing that a canvas paints and an SVG document repeats. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
  readonly labels: readonly Label[];
}

/** CSS fonts of the styles, for measuring. */
export const fonts: Readonly<Record<LabelStyle, string>> = {
  title: '500 12px "Inter Variable", sans-serif',
  strong: '600 12px "Inter Variable", sans-serif',
  small: '400 11px "Inter Variable", sans-serif',
  mono: '400 11px "JetBrains Mono Variable", monospace',
};
