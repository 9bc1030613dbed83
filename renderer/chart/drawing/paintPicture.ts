import { textures } from '../layers/textures';
import type { Palette } from './palette';
import type { Shape, TextureName } from './picture';

const patterns = new Map<string, CanvasPattern | null>();

function patternOf(
  context: CanvasRenderingContext2D,
  name: TextureName,
  palette: Palette,
  ratio: number,
): CanvasPattern | null {
  const stroke = palette.ink['lin-texture'];
  const key = `${name} ${stroke} ${ratio}`;
  let pattern = patterns.get(key);
  if (pattern === undefined) {
    const [width, height, path] = textures[name];
    const tile = document.createElement('canvas');
    tile.width = Math.round(width * ratio);
    tile.height = Math.round(height * ratio);
    const pen = tile.getContext('2d');
    if (pen) {
      pen.scale(ratio, ratio);
      pen.strokeStyle = stroke;
      pen.lineCap = 'round';
      pen.lineWidth = name === 'packages' ? 2 : 1;
      pen.stroke(new Path2D(path));
    }
    pattern = context.createPattern(tile, 'repeat');
    pattern?.setTransform(new DOMMatrix().scale(1 / ratio));
    patterns.set(key, pattern);
  }
  return pattern;
}

/** Paints shapes; the context is scaled so that a unit is a CSS pixel of `ratio` device pixels. */
export function paintShapes(
  context: CanvasRenderingContext2D,
  shapes: readonly Shape[],
  palette: Palette,
  ratio: number,
): void {
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
    const pattern = shape.texture && patternOf(context, shape.texture, palette, ratio);
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
