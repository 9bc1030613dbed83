import { drag, pointer, select, type Selection } from 'd3';
import type { Palette } from '../drawing/palette';
import { bandFill, solidOf } from './fills';
import { startPainting } from './paintBands';
import { columnsWithin, type Grid, type Scene } from './scene';

const margin = 4;

/** The overview: all columns small, and a window over what is in sight, which can be dragged and moved by keys. */
export class Overview {
  private readonly canvas: HTMLCanvasElement;
  private readonly window: Selection<HTMLDivElement, unknown, null, undefined>;
  private whole = 1;
  private seen = { from: 0, to: 0 };

  /** `host` holds a canvas and the window; `goTo` takes the left edge to be in sight, CSS pixels of the drawing. */
  constructor(
    private readonly host: HTMLElement,
    private readonly goTo: (x: number) => void,
  ) {
    this.canvas = host.querySelector('canvas') as HTMLCanvasElement;
    this.window = select(host.querySelector('.strata-window') as HTMLDivElement);
    let grip = 0;
    select(host).call(
      drag<HTMLElement, unknown>()
        .container(host)
        .on('start', (event: { sourceEvent: unknown }) => {
          const at = this.drawingX(pointer(event.sourceEvent, host)[0]);
          const { from, to } = this.seen;
          // A press beside the window brings its middle there.
          grip = at >= from && at <= to ? at - from : (to - from) / 2;
          this.goTo(at - grip);
        })
        .on('drag', (event: { sourceEvent: unknown }) => {
          this.goTo(this.drawingX(pointer(event.sourceEvent, host)[0]) - grip);
        }),
    );
    this.window.on('keydown', (event: KeyboardEvent) => {
      const { from, to } = this.seen;
      const page = to - from;
      const target = {
        ArrowLeft: from - page / 8,
        ArrowRight: from + page / 8,
        PageUp: from - page,
        PageDown: from + page,
        Home: 0,
        End: this.whole,
      }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      this.goTo(target);
    });
  }

  /** Paints the columns of a drawing: one stack a pixel. */
  paint(scene: Scene, grid: Grid, palette: Palette): void {
    this.whole = grid.width;
    const { clientWidth: width, clientHeight: height } = this.host;
    const context = startPainting(this.canvas, width, height);
    if (!context || width === 0) return;
    const room = height - 2 * margin;
    const scale = room / Math.max(1, grid.stacks.tallest);
    const { layers } = scene.input.input;
    for (let pixel = 0; pixel < width; pixel++) {
      const x = this.drawingX(pixel + 0.5);
      const { from, to } = columnsWithin(grid, x, x);
      if (from > to) continue;
      for (let at = scene.topOf[from] ?? -1; at >= 0; at = layers[at]?.parent ?? -1) {
        const layer = scene.input.layers[at];
        const band = layer && scene.bands[scene.piecesOf[at]?.[0] ?? -1];
        const top = (grid.stacks.top[at] ?? 0) * scale;
        const bottom = (grid.stacks.bottom[at] ?? 0) * scale;
        if (!band || top - bottom < 0.2) continue;
        const solid = solidOf(palette, band.colour);
        context.fillStyle =
          band.depth === 0
            ? solid
            : `color-mix(in oklab, ${solid} 55%, ${bandFill(palette, band.colour, band.depth, band.hue)})`;
        context.fillRect(pixel, height - margin - top, 1, top - bottom);
      }
    }
    context.fillStyle = palette.ink['line-strong'];
    context.fillRect(0, height - margin, width, 1);
  }

  /** Moves the window, CSS pixels of the drawing. */
  frame(from: number, to: number, whole: number): void {
    this.seen = { from, to };
    this.whole = whole;
    const { clientWidth: width } = this.host;
    const x = (from / this.whole) * width;
    const span = Math.max(8, ((to - from) / this.whole) * width);
    this.window
      .style('left', `${Math.min(x, width - span)}px`)
      .style('width', `${Math.min(span, width)}px`)
      .attr('aria-valuenow', Math.round((100 * from) / Math.max(1, this.whole - (to - from))))
      .attr('aria-valuemin', 0)
      .attr('aria-valuemax', 100);
  }

  /** Stops listening. */
  close(): void {
    select(this.host).on('.drag', null);
    this.window.on('keydown', null);
  }

  private drawingX(pixel: number): number {
    return (pixel / Math.max(1, this.host.clientWidth)) * this.whole;
  }
}
