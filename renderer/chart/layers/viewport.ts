import { easeCubicOut, interpolateZoom, timer, type Selection, type Timer } from 'd3';
import { Gestures, type GestureEvents } from './gestures';
import type { Metrics } from './metrics';
import type { Item } from './scene';
import { ViewTransform } from './viewTransform';
import {
  firstPlace,
  followsWhole,
  leastWidth,
  readable,
  wholePlace,
  wholeScale,
  type Place,
} from './wholeView';

/** The largest scale of any drawing. */
const largest = 2.5;
/** From this scale on a person who is there reads chips, and stays. */
const legible = 0.6;
/** CSS pixels of the drawing that stay in sight however far it is moved. */
const within = 96;
/** Times of movements, milliseconds. */
const step = 140;
const slide = 220;
const flights: readonly [number, number] = [260, 900];

const between = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high));

/** Where the drawing is seen from: pans and zooms by gestures, fits, reveals, flies, and keeps still. */
export class Viewport {
  /** From the drawing to the element. */
  transform = new ViewTransform(1, 0, 0);
  /** CSS pixels of the element. */
  size = { width: 0, height: 0 };
  private metrics: Metrics | null = null;
  /** Widths keep this scale however small heights become. */
  private leastWidth = 0;
  private limits: readonly [number, number] = [1, largest];
  /** Whether the person has moved the view; until then it is fitted to whatever is shown. */
  private moved = false;
  private flight: Timer | null = null;
  private readonly gestures: Gestures;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');

  /** `onMove` is told whether a person moved it with the pointer, and whether the scale is another; `grab`: see {@link GestureEvents}. */
  constructor(
    root: Selection<SVGSVGElement, unknown, null, undefined>,
    private readonly onMove: (byPointer: boolean, scaled: boolean) => void,
    grab: GestureEvents['grab'],
  ) {
    this.gestures = new Gestures(root.node() as SVGSVGElement, {
      grab,
      pan: (dx, dy) => {
        const { k, x, y } = this.transform;
        this.byPointer(k, x + dx, y + dy);
      },
      scale: (factor, at) => {
        const { k, x, y } = this.around(this.transform.k * factor, at);
        this.byPointer(k, x, y);
      },
    });
  }

  /** Whether things may move by themselves. */
  get animates(): boolean {
    return !this.still.matches;
  }

  /** Whether it is moving by itself. */
  get moving(): boolean {
    return this.flight !== null;
  }

  /** Whether the press that just ended moved the view: then it was no click. */
  get dragged(): boolean {
    return this.gestures.dragged;
  }

  /**
   * Takes the lengths of a new drawing; fits it unless the person has chosen a view. `held`: something has to stay where it is.
   * True when the view is another one now.
   */
  show(metrics: Metrics, held = false): boolean {
    const wasWhole = this.metrics !== null && this.isWhole(this.metrics);
    this.metrics = metrics;
    this.leastWidth = leastWidth(metrics, this.size);
    const all = wholeScale(metrics, this.size);
    // Smaller than that there is nothing to see, and nothing to find the way back by.
    this.limits = [all * (all < legible ? 0.8 : 0.6), largest];
    const { k, x, y } = this.transform;
    if (!this.moved || k < this.limits[0]) {
      const first = firstPlace(metrics, this.size);
      this.set(first.k, first.x, first.y);
      return true;
    }
    if (wasWhole && !held && this.flight === null && followsWhole(k, all)) {
      // Who saw everything sees everything of the new drawing, too.
      const whole = this.whole(metrics);
      this.set(whole.k, whole.x, whole.y);
      return true;
    }
    this.set(k, x, y);
    return false;
  }

  /** Shows everything. */
  fit(): void {
    if (!this.metrics) return;
    this.moved = true;
    const { k, x, y } = this.whole(this.metrics);
    this.go(k, x, y, slide);
  }

  /** Multiplies the scale, around the middle. */
  scaleBy(factor: number): void {
    this.moved = true;
    const { width, height } = this.size;
    const { k, x, y } = this.around(this.transform.k * factor, [width / 2, height / 2]);
    this.go(k, x, y, step);
  }

  /** Back to 100 %. From a drawing that was shown squeezed to its end, where names stand: its middle may be lines alone. */
  unscale(): void {
    this.moved = true;
    const { width, height } = this.size;
    const isSqueezed = this.transform.kx !== this.transform.k;
    const { k, x, y } = this.around(1, [width / 2, height / 2]);
    this.go(k, isSqueezed ? Math.min(x, width - (this.metrics?.width ?? 0) * k) : x, y, step);
  }

  /** Brings a point of the drawing to the middle. */
  centre(x: number, y: number): void {
    this.moved = true;
    this.stop();
    const { k, kx } = this.transform;
    const { width, height } = this.size;
    this.set(k, width / 2 - x * kx, height / 2 - y * k);
  }

  /** From now on the view is the person's: nothing fits it by itself. */
  keep(): void {
    this.moved = true;
  }

  /** Moves a point of the drawing to a point of the element; an `x` of null: to that height alone. */
  pin(
    point: { readonly x: number; readonly y: number },
    to: { readonly x: number | null; readonly y: number },
  ): void {
    this.stop();
    const { k, kx, x } = this.transform;
    this.set(k, to.x === null ? x : to.x - point.x * kx, to.y - point.y * k);
  }

  /** After a new drawing came: shows no empty space beside it that could show a part of it. */
  settle(): void {
    const { width = 0, height = 0 } = this.metrics ?? {};
    const { width: w, height: h } = this.size;
    const { k, kx, x, y } = this.transform;
    const room = (all: number, seen: number, at: number): number =>
      between(Math.min(0, seen - all), at, Math.max(0, seen - all));
    const to = { x: room(width * kx, w, x), y: room(height * k, h, y) };
    if (this.flight === null && (to.x !== x || to.y !== y)) this.set(k, to.x, to.y);
  }

  /**
   * Brings an item into sight, left of `right` (CSS pixels of the element); when it was asked for by name, flies to it until it
   * can be read (`atOnce`: is there). `pinned`: it is in sight sideways wherever the view is.
   */
  reveal(
    item: Item,
    itemWidth: number,
    itemHeight: number,
    {
      byName,
      atOnce,
      pinned,
      right: edge,
    }: { byName: boolean; atOnce: boolean; pinned: boolean; right: number },
  ): void {
    const { width, height } = this.size;
    const { k, kx } = this.transform;
    const [x, y] = this.transform.apply([item.x, item.y]);
    const right = x + itemWidth * kx;
    const half = (itemHeight / 2) * k;
    const dx = pinned ? 0 : x < 16 ? 16 - x : right > edge - 16 ? edge - 16 - right : 0;
    const dy = y - half < 16 ? 16 - (y - half) : y + half > height - 24 ? height - 24 - (y + half) : 0;
    if (byName) {
      this.moved = true;
      if (k >= legible && dx === 0 && dy === 0) return;
      const scale = k < legible ? readable : k;
      const middle = width / 2 - (item.x + itemWidth / 2) * scale;
      // Nothing is right of the drawing; what the item stands on is left of it.
      const all = (this.metrics?.width ?? 0) * scale;
      const left = all > width ? Math.max(middle, width - all) : (width - all) / 2;
      const top = height / 2 - item.y * scale;
      if (atOnce) {
        this.stop();
        this.set(scale, left, Math.min(0, Math.max(top, height - (this.metrics?.height ?? 0) * scale)));
      } else this.fly(scale, left, top);
      return;
    }
    if (dx !== 0 || dy !== 0) this.go(k, this.transform.x + dx, this.transform.y + dy, slide);
  }

  /** Flies to rows of the drawing, from an upper to a lower edge, so that they fill the view but are not larger than 1. */
  showRows(top: number, bottom: number): void {
    if (!this.metrics) return;
    this.moved = true;
    const { width, height } = this.size;
    const fits = between(this.limits[0], (height * 0.92) / Math.max(1, bottom - top), readable);
    // What is nearly large enough to be read is shown so that it is.
    const k = fits >= legible ? readable : fits;
    const kx = this.widthScale(k);
    const right = this.metrics.width * kx;
    const x = right <= width ? (width - right) / 2 : this.transform.x;
    this.fly(k, x, height / 2 - ((top + bottom) / 2) * k);
  }

  /** Ends all movement, and listens no more. */
  close(): void {
    this.stop();
    this.gestures.close();
  }

  /** The view of all of a drawing. */
  private whole(metrics: Metrics): Place {
    return wholePlace(metrics, this.size, between(this.limits[0], wholeScale(metrics, this.size), 1));
  }

  /** Whether all of a drawing is in sight. */
  private isWhole({ width, height }: Metrics): boolean {
    const { k, kx, x, y } = this.transform;
    const { width: w, height: h } = this.size;
    return x >= -1 && y >= -1 && x + width * kx <= w + 1 && y + height * k <= h + 1;
  }

  private widthScale(k: number): number {
    return Math.max(k, this.leastWidth);
  }

  /** The view at another scale, with a point of the element staying where it is. */
  private around(scale: number, at: readonly [number, number]): { k: number; x: number; y: number } {
    const k = between(this.limits[0], scale, this.limits[1]);
    const [x, y] = this.transform.invert(at);
    return { k, x: at[0] - x * this.widthScale(k), y: at[1] - y * k };
  }

  private byPointer(k: number, x: number, y: number): void {
    this.moved = true;
    this.stop();
    this.set(k, x, y, true);
  }

  private stop(): void {
    this.flight?.stop();
    this.flight = null;
  }

  private set(k: number, x: number, y: number, byPointer = false): void {
    const before = this.transform;
    const kx = this.widthScale(k);
    const { width = 0, height = 0 } = this.metrics ?? {};
    const { width: w, height: h } = this.size;
    // What is as wide as the view cannot be lost sideways.
    const isFixed = kx !== k && width * kx <= w + 1;
    this.transform = new ViewTransform(
      k,
      isFixed ? (w - width * kx) / 2 : between(Math.min(within - width * kx, 0), x, Math.max(w - within, 0)),
      between(Math.min(within - height * k, 0), y, Math.max(h - within, 0)),
      kx,
    );
    this.onMove(byPointer, before.k !== k);
  }

  /** Slides to a view. */
  private go(k: number, x: number, y: number, time: number): void {
    this.stop();
    if (!this.animates) {
      this.set(k, x, y);
      return;
    }
    const from = this.transform;
    this.move(time, (share) => {
      const scale = from.k * (k / from.k) ** share;
      // The middle goes straight, whatever the scale does.
      const mix = k === from.k ? share : (scale - from.k) / (k - from.k);
      this.set(scale, from.x + (x - from.x) * mix, from.y + (y - from.y) * mix);
    });
  }

  /** Goes to a view as one flies over a landscape: up, across and down again (van Wijk and Nuij). */
  private fly(k: number, x: number, y: number): void {
    this.stop();
    if (!this.animates) {
      this.set(k, x, y);
      return;
    }
    const { width, height } = this.size;
    const from = this.transform;
    const middle = (at: ViewTransform): [number, number] => at.invert([width / 2, height / 2]);
    const [x0, y0] = middle(from);
    const [x1, y1] = middle(new ViewTransform(k, x, y, this.widthScale(k)));
    const path = interpolateZoom([x0, y0, height / from.k], [x1, y1, height / k]);
    this.move(between(flights[0], path.duration * 0.5, flights[1]), (share) => {
      const [cx, cy, tall] = path(share);
      const scale = between(this.limits[0], height / tall, this.limits[1]);
      this.set(scale, width / 2 - cx * this.widthScale(scale), height / 2 - cy * scale);
    });
  }

  private move(time: number, at: (share: number) => void): void {
    const flight = timer((elapsed) => {
      const share = Math.min(1, elapsed / time);
      at(easeCubicOut(share));
      if (share < 1) return;
      flight.stop();
      if (this.flight === flight) this.flight = null;
    });
    this.flight = flight;
  }
}
