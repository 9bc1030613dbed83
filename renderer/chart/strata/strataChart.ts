import type { ChainId, ImageId } from '../../../shared/image/digest';
import { followKey, type Direction, type KeyWishes } from '../chartKeys';
import { PointerRest } from '../pointerRest';
import { backgroundBehind, standaloneSvg } from '../standaloneSvg';
import { anchorInSight, scrollToHold } from './anchor';
import { Camera } from './camera';
import { boxesOf } from './drawMarks';
import { domId, type ChartSelection, type Frame, type Shown } from './frame';
import { imagesFramed } from './framed';
import { listen } from './gestures';
import { itemAt } from './hitTest';
import { bareFrame, GridMaker, inSight } from './inSight';
import { lineageOf } from './lineage';
import { headPlace, travel, type Place } from './navigate';
import { Overview } from './overview';
import { paintBands, startPainting } from './paintBands';
import { columnsWithin, type Box, type Grid, type Item } from './scene';
import { Slides } from './slides';
import { SvgLayer } from './svgLayer';
import { again, columnOf, instead, targetOf, type StrataTarget } from './target';
import { boxInWindow, cardPlace } from './windowPlaces';

/** What the chart tells the view. */
export interface StrataEvents {
  select(target: StrataTarget | null, how: 'only' | 'toggle' | 'extend'): void;
  selectMany(images: readonly ImageId[], add: boolean): void;
  open(target: StrataTarget): void;
  menu(target: StrataTarget | null, at: { readonly x: number; readonly y: number } | Element): void;
  /** Hovered or focused by keyboard, with the place of its box in the window; null: nothing. */
  hover(target: StrataTarget | null, box: DOMRect | null): void;
  /** How wide columns are beside their own width, and whether there are more than the view holds. */
  zoomed(scale: number, overflows: boolean): void;
  /** Pressed on images: whether the press is for them, to be dragged, and not for the drawing. */
  grab(images: readonly ImageId[], press: PointerEvent): boolean;
}

/**
 * The strata on an SVG element over a canvas: draws what is in sight, as elements or, of very many, as a painting; scrolls,
 * zooms the columns, hovers, selects with a frame, and travels by keyboard. It keeps no state of the store.
 */
export class StrataChart {
  private shown: Shown | null = null;
  private grid: Grid | null = null;
  private frameNow: Frame | null = null;
  private selection: ChartSelection = { images: new Set(), layer: null };
  private hovered: Item | null = null;
  private focused: Place | null = null;
  private leader: { readonly x: number; readonly y: number } | null = null;
  private marquee: Box | null = null;
  private drawing = 0;
  private spaceHeld: { panned: boolean } | null = null;
  private overviewStale = true;
  private told = { scale: 0, overflows: false };
  private readonly camera = new Camera();
  private readonly grids = new GridMaker();
  private readonly layer: SvgLayer;
  private readonly overview: Overview;
  private readonly watch: ResizeObserver;
  private readonly deafen: () => void;
  private readonly slides = new Slides(() => this.schedule());
  private readonly rest = new PointerRest<Item>(
    (item) => this.rested(item),
    () => this.unlit(),
  );
  private readonly keys: KeyWishes = {
    travel: (direction, extend) => this.travel(direction, extend),
    open: () => {
      const item = this.focused?.item;
      if (item) this.events.open(targetOf(item));
      return item !== undefined;
    },
    fit: () => this.fit(),
    scaleBy: (factor) => this.scaleBy(factor),
    unscale: () => this.unscale(),
    page: (sign) => this.scroll(sign * 0.9 * this.camera.width, 0),
    quiet: () => this.events.hover(null, null),
  };

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly canvas: HTMLCanvasElement,
    overview: HTMLElement,
    private readonly events: StrataEvents,
  ) {
    this.layer = new SvgLayer(svg);
    this.overview = new Overview(overview, (x) => {
      this.camera.scrollTo(x);
      this.schedule();
    });
    this.rest.watch(svg);
    this.deafen = listen(svg, () => this.spaceHeld !== null, {
      hover: (x, y) => this.hoverSoon(this.itemAt(x, y)),
      leave: () => this.rest.leave(this.hovered === null),
      click: (x, y, event) => this.clicked(x, y, event),
      doubleClick: (x, y) => {
        const item = this.itemAt(x, y);
        if (item) this.events.open(targetOf(item));
      },
      menu: (x, y, event) => this.menuAt(x, y, event),
      scroll: (dx, dy) => this.scroll(dx, dy),
      zoom: (factor, x) => this.zoomAt(factor, x),
      marquee: (box) => {
        this.marquee = box && this.toDrawing(box);
        this.schedule();
      },
      framed: (box, add) => {
        if (this.frameNow) this.events.selectMany(imagesFramed(this.frameNow, this.toDrawing(box)), add);
      },
      grab: (x, y, press) => this.grab(this.itemAt(x, y), press),
    });
    this.layer.root
      .on('keydown.chart', (event: KeyboardEvent) => this.keyDown(event))
      .on('keyup.chart', (event: KeyboardEvent) => this.keyUp(event))
      .on('blur.chart', () => (this.spaceHeld = null))
      .on('focus.chart', () => this.focusSomething());
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(svg);
    this.resized();
  }

  /** Shows a scene. Later ones slide from where things were. */
  show(shown: Shown): void {
    const before = this.shown;
    const held = this.frameNow && anchorInSight(this.frameNow, this.focused);
    this.shown = shown;
    const { scene } = shown;
    this.hovered = this.hovered && again(scene, this.hovered);
    if (before && before.scene !== scene) {
      // A card tells of what was there, in a place where something else may be now.
      this.rest.stop();
      this.leader = null;
      this.events.hover(null, null);
    }
    const { item, column } = this.focused ?? { item: null, column: 0 };
    const focus = item && (again(scene, item) ?? instead(scene, item, before?.scene ?? scene, column));
    this.focused = focus && { item: focus, column: columnOf(focus, column) };
    const moves = before !== null && (before.scene !== scene || before.scale !== shown.scale);
    this.slides.ask(moves);
    this.rebuild();
    const x = before && held && this.grid && scrollToHold(scene, this.grid, held);
    if (x !== null) this.camera.scrollTo(x);
    this.schedule();
  }

  /** Marks what is selected. */
  select(selection: ChartSelection): void {
    this.selection = selection;
    this.schedule();
  }

  /** Every column in sight at once, as far as that goes. */
  fit(): void {
    this.camera.fit();
    this.slides.ask(true);
    this.rebuild();
  }

  /** Multiplies the width of the columns, around the middle. */
  scaleBy(factor: number): void {
    this.zoomAt(factor, this.camera.width / 2);
  }

  /** Back to the width that the view has by itself. */
  unscale(): void {
    this.camera.unscale();
    this.rebuild();
  }

  /** Brings an image's column into sight; false when it has none of its own. */
  reveal(id: ImageId): boolean {
    const { shown, grid } = this;
    const column = shown?.scene.columnOf.get(id);
    if (!shown || !grid || column === undefined) return false;
    const place = headPlace(shown.scene, column);
    if (!place) return false;
    this.focused = place;
    this.bringIntoSight(place.item);
    this.schedule();
    return true;
  }

  /** Brings the first band of a layer into sight; false when it has none. */
  revealLayer(id: ChainId): boolean {
    const scene = this.shown?.scene;
    const place = scene?.input.placeOfLayer.get(id);
    const [piece] = (place === undefined ? undefined : scene?.piecesOf[place]) ?? [];
    const band = piece === undefined ? undefined : scene?.bands[piece];
    if (!band || !this.grid) return false;
    this.focused = { item: band, column: columnOf(band, 0) };
    this.bringIntoSight(band);
    this.schedule();
    return true;
  }

  /** The images in the order of the columns, also those within blocks. */
  order(): readonly ImageId[] {
    const scene = this.shown?.scene;
    if (!scene) return [];
    return Array.from(scene.layout.sequence, (image) => scene.input.images[image]?.id ?? ('' as ImageId));
  }

  /**
   * A place for the card of the hovered band, of that size: above the stacks, with a line down to the band. Corner in the
   * window, CSS pixels; null where there is no room.
   */
  placeCard(width: number, height: number): { readonly left: number; readonly top: number } | null {
    const frame = this.frameNow;
    const band = frame?.hovered?.kind === 'band' ? frame.hovered : null;
    const place = frame && band && cardPlace(frame, band, width, height);
    this.leader = place?.leader ?? null;
    this.drawNow();
    if (!place) return null;
    const bounds = this.svg.getBoundingClientRect();
    return { left: bounds.left + place.left, top: bounds.top + place.top };
  }

  /** The hover card is gone. */
  dropLeader(): void {
    if (!this.leader) return;
    this.leader = null;
    this.schedule();
  }

  /** What is on screen as an SVG document that stands alone. */
  exportSvg(): string {
    const frame = this.frameNow;
    if (frame?.far === true) {
      // The painting cannot be taken along: for the picture every band is an element.
      this.drawFrame({ ...frame, far: false, motion: 'set' });
      const made = standaloneSvg(this.svg, backgroundBehind(this.svg));
      this.drawFrame(frame);
      return made;
    }
    return standaloneSvg(this.svg, backgroundBehind(this.svg));
  }

  /** Stops listening and drawing. */
  close(): void {
    cancelAnimationFrame(this.drawing);
    this.rest.close();
    this.slides.stop();
    this.watch.disconnect();
    this.deafen();
    this.overview.close();
    this.layer.close();
  }

  private resized(): void {
    const { clientWidth: width, clientHeight: height } = this.svg;
    if (width === this.camera.width && height === this.camera.height) return;
    this.camera.width = width;
    this.camera.height = height;
    this.rebuild();
  }

  /** Makes the grid anew: after another scene, size or width of columns. */
  private rebuild(): void {
    const { shown, camera } = this;
    if (!shown || camera.width === 0 || camera.height === 0) return;
    this.grid = this.grids.make(shown, camera);
    this.overviewStale = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.drawing === 0) this.drawing = requestAnimationFrame(() => this.draw());
  }

  private drawNow(): void {
    cancelAnimationFrame(this.drawing);
    this.draw();
  }

  private draw(): void {
    this.drawing = 0;
    const { shown, grid, camera } = this;
    if (!shown || !grid) return;
    const seen = inSight(shown, grid, camera);
    const frame: Frame = {
      ...shown,
      ...seen,
      grid,
      selection: this.selection,
      hovered: this.hovered,
      focused: this.focused?.item ?? null,
      lit: this.hovered && lineageOf(shown.scene, this.hovered),
      left: camera.x,
      top: camera.y,
      width: camera.width,
      height: camera.height,
      motion: this.slides.motion(seen.far),
    };
    this.frameNow = frame;
    if (frame.far) paintBands(this.canvas, frame);
    else if (this.canvas.width > 1) startPainting(this.canvas, 1, 1);
    this.drawFrame(frame);
    this.tell();
  }

  private drawFrame(frame: Frame): void {
    this.layer.draw(frame, { leader: this.leader, marquee: this.marquee });
  }

  /** Tells the view and the overview what is in sight. */
  private tell(): void {
    const { camera, shown, grid } = this;
    const overflows = camera.overflows.x || camera.scale !== 1;
    if (this.told.scale !== camera.scale || this.told.overflows !== overflows) {
      this.told = { scale: camera.scale, overflows };
      this.events.zoomed(camera.scale, overflows);
      this.overviewStale = true;
    }
    if (!shown || !grid || !overflows) return;
    if (this.overviewStale) {
      this.overviewStale = false;
      // The strip may just have been shown: it has its size after this frame.
      requestAnimationFrame(() => this.overview.paint(shown.scene, grid, shown.palette));
    }
    this.overview.frame(camera.x, Math.min(grid.width, camera.x + camera.width), grid.width);
  }

  private scroll(dx: number, dy: number): void {
    const { x, y } = this.camera.overflows;
    // With nothing above or below, the wheel goes along the columns.
    const moved = y ? this.camera.scrollBy(dx, dy) : x && this.camera.scrollBy(dx === 0 ? dy : dx, 0);
    if (!moved) return;
    if (this.spaceHeld) this.spaceHeld.panned = true;
    this.hoverSoon(null);
    this.events.hover(null, null);
    this.schedule();
  }

  private zoomAt(factor: number, x: number): void {
    const { camera, grid } = this;
    if (!grid) return;
    const at = camera.x + x;
    const { from } = columnsWithin(grid, at, at);
    const [left = 0, right = 0] = [grid.x0[from], grid.x1[from]];
    const share = right > left ? (at - left) / (right - left) : 0;
    this.events.hover(null, null);
    camera.scaleBy(factor);
    this.rebuild();
    const [now = 0, end = 0] = [this.grid?.x0[from], this.grid?.x1[from]];
    camera.scrollTo(now + (end - now) * share - x);
    this.schedule();
  }

  private itemAt(x: number, y: number): Item | null {
    const frame = this.frameNow;
    return frame && itemAt(frame, x + frame.left, y + frame.top);
  }

  private toDrawing(box: Box): Box {
    return { ...box, x: box.x + this.camera.x, y: box.y + this.camera.y };
  }

  private hoverSoon(item: Item | null): void {
    this.rest.come(item, item === this.hovered);
  }

  private unlit(): void {
    this.hovered = null;
    this.leader = null;
    this.schedule();
  }

  private rested(item: Item | null): void {
    this.unlit();
    this.hovered = item;
    this.events.hover(item && targetOf(item), item && this.boxOf(item));
  }

  /** Where an item is in the window. */
  private boxOf(item: Item): DOMRect | null {
    return this.frameNow && boxInWindow(this.frameNow, item, this.svg.getBoundingClientRect());
  }

  /** The name of an image or a block is what it is held by; bands are for the frame. */
  private grab(item: Item | null, press: PointerEvent): boolean {
    const target = item && targetOf(item);
    const images =
      target?.kind === 'image'
        ? [target.id]
        : target?.kind === 'group'
          ? target.group.images.map(({ id }) => id)
          : [];
    if (images.length === 0 || !this.events.grab(images, press)) return false;
    this.rest.stop();
    return true;
  }

  private clicked(x: number, y: number, event: MouseEvent): void {
    const item = this.itemAt(x, y);
    this.svg.focus({ preventScroll: true });
    this.rest.stop();
    this.leader = null;
    this.events.hover(null, null);
    const frame = this.frameNow;
    if (item && frame) {
      const { from, to } = columnsWithin(frame.grid, x + frame.left, x + frame.left);
      this.focused = { item, column: from <= to ? from : columnOf(item, 0) };
    }
    if (item?.kind === 'group' && y + this.camera.y > (this.grid?.base ?? Infinity)) {
      this.events.open(targetOf(item));
      return;
    }
    const how = event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    this.events.select(item && targetOf(item), how);
    this.schedule();
  }

  private menuAt(x: number, y: number, event: MouseEvent): void {
    const item = this.itemAt(x, y);
    // The menu key sends a mouse event without a place of its own.
    const focused = this.focused?.item ?? null;
    const element = focused && event.button !== 2 ? document.getElementById(domId(focused)) : null;
    const target = element ? focused : item;
    if (!element && item) this.focused = { item, column: columnOf(item, 0) };
    this.hoverSoon(null);
    this.events.menu(target && targetOf(target), element ?? { x: event.clientX, y: event.clientY });
    this.schedule();
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || !this.shown || !this.grid) return;
    if (event.key === ' ') {
      event.preventDefault();
      this.spaceHeld ??= { panned: false };
    } else followKey(event, this.keys);
  }

  private travel(direction: Direction, extend: boolean): void {
    const { shown, grid } = this;
    const next = shown && grid && travel(shown.scene, grid, this.focused, direction);
    if (!next) return;
    this.focused = next;
    this.bringIntoSight(next.item);
    if (extend && next.item.kind === 'head') this.events.select(targetOf(next.item), 'extend');
    this.schedule();
    this.showFocused();
  }

  /** The space bar selects when it is let go, unless it was held to pan. */
  private keyUp(event: KeyboardEvent): void {
    if (event.key !== ' ') return;
    const held = this.spaceHeld;
    this.spaceHeld = null;
    const item = this.focused?.item;
    if (item && held && !held.panned)
      this.events.select(targetOf(item), event.ctrlKey ? 'toggle' : event.shiftKey ? 'extend' : 'only');
  }

  private focusSomething(): void {
    const scene = this.shown?.scene;
    if (this.focused || !scene) return;
    const [image] = this.selection.images;
    const column = image === undefined ? undefined : scene.columnOf.get(image);
    this.focused = headPlace(scene, column ?? 0);
    this.schedule();
  }

  private showFocused(): void {
    requestAnimationFrame(() => {
      const item = this.focused?.item;
      if (!item) return;
      this.hovered = item;
      this.leader = null;
      this.drawNow();
      this.events.hover(targetOf(item), this.boxOf(item));
    });
  }

  private bringIntoSight(item: Item): void {
    const { shown, grid, camera } = this;
    if (!shown || !grid) return;
    const [box] = boxesOf(bareFrame(shown, grid, camera, this.selection), item);
    if (box && camera.reveal(box)) this.schedule();
  }
}
