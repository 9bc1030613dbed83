import type { Frame } from './frame';
import type { Motion } from './motion';
import type { Palette } from './palette';
import type { ViewTransform } from './viewTransform';

/** What painting uses of a canvas; `SvgPen` writes the same down as an SVG. */
export type Pen = Pick<
  CanvasRenderingContext2D,
  | 'arc'
  | 'beginPath'
  | 'bezierCurveTo'
  | 'closePath'
  | 'fillRect'
  | 'fillStyle'
  | 'fillText'
  | 'font'
  | 'globalAlpha'
  | 'lineCap'
  | 'lineTo'
  | 'lineWidth'
  | 'moveTo'
  | 'rect'
  | 'restore'
  | 'save'
  | 'setLineDash'
  | 'strokeRect'
  | 'strokeStyle'
  | 'textAlign'
  | 'translate'
> & {
  readonly fill: () => void;
  readonly stroke: () => void;
  readonly roundRect: (x: number, y: number, width: number, height: number, radius: number) => void;
};

/** What painting a frame needs. */
export interface Paint {
  readonly ctx: Pen;
  readonly frame: Frame;
  readonly palette: Palette;
  /** Fill of the texture of a kind of layer; null for a kind without one. */
  readonly texture: (kind: string) => CanvasPattern | string | null;
  /** Strokes a path that is given as SVG has it. */
  readonly strokePath: (path: string) => void;
  readonly transform: ViewTransform;
  /** Things on their way to new places; null when all stand where they belong. */
  readonly motion: Motion | null;
}

/** A path of a rounded rectangle. */
export function roundBox(
  ctx: Pen,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number,
): void {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, radius);
}
