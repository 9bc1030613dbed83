import {
  zoom,
  zoomIdentity,
  type D3ZoomEvent,
  type Selection,
  type ZoomBehavior,
  type ZoomTransform,
} from 'd3';
import type { Item, Metrics } from './scene';

/** Scale limits of any drawing. */
const scales: [number, number] = [0.02, 2.5];
/** From this scale on chips can be read. */
const legible = 0.6;
/** Down to this scale everything is shown at first, though without second lines. */
const wholeFrom = 0.5;
/** CSS pixels beyond the drawing that can be panned to. */
const beyond = 240;

/** Where the drawing is seen from: pans and zooms an SVG element with d3-zoom, fits, reveals, and keeps still. */
export class Viewport {
  /** From the drawing to the element. */
  transform: ZoomTransform = zoomIdentity;
  /** CSS pixels of the element. */
  size = { width: 0, height: 0 };
  private metrics: Metrics | null = null;
  /** Whether the person has moved the view; until then it is fitted to whatever is shown. */
  private moved = false;
  private readonly zoomer: ZoomBehavior<SVGSVGElement, unknown>;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');

  /** `onMove` is told whether a person moved it with the pointer, and whether the scale is another. */
  constructor(
    private readonly root: Selection<SVGSVGElement, unknown, null, undefined>,
    private readonly onMove: (byPointer: boolean, scaled: boolean) => void,
  ) {
    this.zoomer = zoom<SVGSVGElement, unknown>()
      .scaleExtent(scales)
      .clickDistance(4)
      .filter((event: MouseEvent) =>
        !event.ctrlKey || event.type === 'wheel' ? event.button === 0 || event.button === 1 : false,
      )
      .on('zoom', ({ transform, sourceEvent }: D3ZoomEvent<SVGSVGElement, unknown>) => {
        const byPointer = sourceEvent != null;
        if (byPointer) this.moved = true;
        const scaled = transform.k !== this.transform.k;
        this.transform = transform;
        this.onMove(byPointer, scaled);
      });
    root.call(this.zoomer).on('dblclick.zoom', null);
  }

  /** Whether things may move by themselves. */
  get animates(): boolean {
    return !this.still.matches;
  }

  /** Takes the lengths of a new drawing; fits it unless the person has chosen a view. */
  show(metrics: Metrics): void {
    this.metrics = metrics;
    const { width, height } = metrics;
    const { width: w, height: h } = this.size;
    // Smaller than that there is nothing to see, and nothing to find the way back by.
    const whole = Math.min(1, w / width, h / height);
    this.zoomer.scaleExtent([Math.max(scales[0], whole * 0.6), scales[1]]);
    this.zoomer.translateExtent([
      [-beyond - w, -beyond - h],
      [width + beyond + w, height + beyond + h],
    ]);
    if (!this.moved) this.begin(metrics);
  }

  /** Shows everything. */
  fit(): void {
    if (!this.metrics) return;
    this.moved = true;
    const { width, height } = this.metrics;
    const { width: w, height: h } = this.size;
    const scale = Math.max(scales[0], Math.min(1, w / width, (h - 8) / height));
    const x = Math.max(0, (w - width * scale) / 2);
    const y = Math.max(0, (h - height * scale) / 4);
    this.go(zoomIdentity.translate(x, y).scale(scale));
  }

  /** Multiplies the scale, around the middle. */
  scaleBy(factor: number): void {
    this.moved = true;
    if (this.animates) this.root.transition().duration(140).call(this.zoomer.scaleBy, factor);
    else this.root.call(this.zoomer.scaleBy, factor);
  }

  /** Back to 100 %. */
  unscale(): void {
    this.moved = true;
    this.root.call(this.zoomer.scaleTo, 1);
  }

  /** Brings a point of the drawing to the middle. */
  centre(x: number, y: number): void {
    this.moved = true;
    this.root.call(this.zoomer.translateTo, x, y);
  }

  /** From now on the view is the person's: nothing fits it by itself. */
  keep(): void {
    this.moved = true;
  }

  /** Moves a point of the drawing to a point of the element. */
  pin(
    point: { readonly x: number; readonly y: number },
    to: { readonly x: number; readonly y: number },
  ): void {
    const { k } = this.transform;
    const moved = zoomIdentity.translate(to.x - point.x * k, to.y - point.y * k).scale(k);
    this.root.call(this.zoomer.transform, moved);
  }

  /** Brings an item into sight; to the middle, and legible, when it was asked for by name. */
  reveal(item: Item, itemWidth: number, itemHeight: number, byName: boolean): void {
    if (byName) this.moved = true;
    const { width, height } = this.size;
    if (byName && this.transform.k < legible) {
      const scale = 0.8;
      const x = width / 2 - (item.x + itemWidth / 2) * scale;
      const y = height / 2 - item.y * scale;
      this.go(zoomIdentity.translate(Math.min(x, width - 24 - (item.x + itemWidth) * scale), y).scale(scale));
      return;
    }
    const { k } = this.transform;
    const [x, y] = this.transform.apply([item.x, item.y]);
    const right = x + itemWidth * k;
    const half = (itemHeight / 2) * k;
    const dx = x < 16 ? 16 - x : right > width - 16 ? width - 16 - right : 0;
    const dy = y - half < 16 ? 16 - (y - half) : y + half > height - 24 ? height - 24 - (y + half) : 0;
    if (dx === 0 && dy === 0) return;
    const lift = byName && dy !== 0 ? height / 2 - y : dy;
    this.go(zoomIdentity.translate(this.transform.x + dx, this.transform.y + lift).scale(k));
  }

  private begin({ width, height }: Metrics): void {
    const { width: w, height: h } = this.size;
    const whole = Math.min(1, w / width, (h - 8) / height);
    // What cannot be read when everything is in sight begins at the width, or at least legible, from the top.
    const scale = whole >= wholeFrom ? whole : Math.max(legible, Math.min(1, w / width));
    const x = Math.max(0, (w - width * scale) / 2);
    this.root.call(this.zoomer.transform, zoomIdentity.translate(x, 0).scale(scale));
  }

  private go(to: ZoomTransform): void {
    if (this.animates) this.root.transition().duration(220).call(this.zoomer.transform, to);
    else this.root.call(this.zoomer.transform, to);
  }
}
