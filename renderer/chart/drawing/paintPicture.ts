import type { Palette } from './palette';
import type { Shape } from './picture';
import { textureTiles } from './texturePattern';

/** Paints shapes; the context is scaled so that a unit is a CSS pixel of `ratio` device pixels. */
export function paintShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly Shape[],
  palette: Palette,
  ratio: number,
): void {
  const tiles = textureTiles(palette.ink['lin-texture'], ratio);
  for (const shape of shapes) {
    const width = shape.x1 - shape.x0;
    const height = shape.y1 - shape.y0;
    if (shape.kind === 'outline') {
      context.strokeStyle = shape.stroke;
      context.lineWidth = shape.width;
      context.strokeRect(shape.x0, shape.y0, width, height);
      continue;
    }
    context.globalAlpha = shape.opacity ?? 1;
    context.fillStyle = shape.fill;
    context.fillRect(shape.x0, shape.y0, width, height);
    const pattern = shape.texture && tiles.pattern(shape.texture);
    if (pattern) {
      context.fillStyle = pattern;
      context.fillRect(shape.x0, shape.y0, width, height);
    }
    context.globalAlpha = 1;
    if (shape.edge !== null && width > 2 && height > 2) {
      context.strokeStyle = shape.edge;
      context.lineWidth = 1;
      context.strokeRect(shape.x0 + 0.5, shape.y0 + 0.5, width - 1, height - 1);
    }
  }
}
