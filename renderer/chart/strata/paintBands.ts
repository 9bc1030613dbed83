import { layerTitle } from '../../../shared/graph/layerTitle';
import { textureTiles } from '../drawing/texturePattern';
import { bandFill } from './fills';
import type { Frame } from './frame';
import { isLit } from './lineage';
import { blocksIn, chosenGrounds } from './drawMarks';
import { dotRadius, dotsOver } from './stepDots';
import { bandBox, blockBox, type BandItem } from './scene';

/** Paints all bands in sight: what the elements show, faster, for very many. */
export function paintBands(canvas: HTMLCanvasElement, frame: Frame): void {
  const { scene, grid, palette, lit, pieces, left, top, width, height } = frame;
  const context = startPainting(canvas, width, height);
  if (!context) return;
  const tiles = textureTiles(palette.ink['lin-texture'], devicePixelRatio);
  context.translate(-left, -top);
  context.fillStyle = palette.ink['accent-soft'];
  for (const { x, y, width: w, height: h } of chosenGrounds(frame)) {
    context.beginPath();
    context.roundRect(x, y, w, h, 6);
    context.fill();
  }
  context.fillStyle = palette.ink.sunken;
  for (const group of blocksIn(frame)) {
    const { x, y, width: w, height: h } = blockBox(grid, scene, group);
    context.fillRect(x, y, w, h);
  }
  const fills = new Map<string, string>();
  for (const piece of pieces) {
    const band = scene.bands[piece] as BandItem;
    const box = bandBox(grid, band);
    const key = `${band.colour} ${Math.min(band.depth, 7)} ${band.hue}`;
    let fill = fills.get(key);
    if (fill === undefined) fills.set(key, (fill = bandFill(palette, band.colour, band.depth, band.hue)));
    context.fillStyle =
      lit && !isLit(scene, lit, band) ? `color-mix(in oklab, ${fill} 55%, ${palette.ink.canvas})` : fill;
    context.fillRect(box.x, box.y, box.width, box.height);
    if (box.height > 6 && box.width > 6) {
      const pattern = tiles.pattern(layerTitle(band.layer.createdBy).kind);
      if (pattern) {
        context.fillStyle = pattern;
        context.fillRect(box.x, box.y, box.width, box.height);
      }
      context.strokeStyle = palette.ink['lin-edge'];
      context.lineWidth = 1;
      context.strokeRect(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1);
    }
    const strip = grid.stacks.steps[band.place] ?? 0;
    if (strip > 0) {
      context.strokeStyle = palette.ink['line-control'];
      context.fillStyle = palette.ink.surface;
      context.lineWidth = 1.25;
      for (const x of dotsOver(frame.emptySteps?.[band.place] ?? 0, box.width)) {
        context.beginPath();
        context.arc(box.x + x, box.y - 1 - strip / 2, dotRadius, 0, 2 * Math.PI);
        context.fill();
        context.stroke();
      }
    }
  }
}

/** An empty canvas of that size, CSS pixels, sharp on the screen in use. */
export function startPainting(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio;
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w) canvas.width = w;
  if (canvas.height !== h) canvas.height = h;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, w, h);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}
