import { select, type Selection } from 'd3';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { Palette } from '../drawing/palette';
import { addTextures } from '../layers/textures';
import { backgroundBehind, standaloneSvg } from '../standaloneSvg';
import { Camera } from './camera';
import { drawBands } from './drawBands';
import { drawGround, openGroups } from './drawGround';
import { drawHeads, headBox } from './drawHeads';
import { boxesOf, drawAbove, drawBelow, drawLeader, drawMarquee, leaderX } from './drawMarks';
import { drawSpans } from './drawSpans';
import { domId, slide, type ChartSelection, type Frame, type Layer } from './frame';
import { listen } from './gestures';
import { stackHeights, type HeightScale } from './heights';
import { itemAt } from './hitTest';
import { lineageOf } from './lineage';
import { headPlace, travel, type Direction, type Place } from './navigate';
import { Overview } from './overview';
import { paintBands, startPainting } from './paintBands';
import { drawScaleKey } from './scaleKey';
import {
  columnsWithin,
  fittingColumn,
  highest,
  makeGrid,
  metricsFor,
  piecesWithin,
  type Box,
  type Grid,
  type GroupItem,
  type Item,
  type Scene,
} from './scene';
import type { StrataText } from './strataText';

/** What of the chart a person means. */
export type StrataTarget =
  | { readonly kind: 'image'; readonly id: ImageId }
  | { readonly kind: 'layer'; readonly id: ChainId; readonly run: readonly ChainId[]; readonly parts: number }
  | { readonly kind: 'group'; readonly group: GroupItem };

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

/** Bands in sight from which on a canvas paints them. */
const farFrom = 700;
const hoverDelay = 80;

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
  private hoverTimer: ReturnType<typeof setTimeout> | undefined;
  private drawing = 0;
  private slideNext = false;
  private slidesUntil = 0;
  private spaceHeld: { panned: boolean } | null = null;
  private overviewStale = true;
  private told = { scale: 0, overflows: false };
  private readonly camera = new Camera();
  private readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly world: Layer;
  private readonly layers: Record<
    'below' | 'bands' | 'ground' | 'above' | 'spans' | 'heads' | 'leader' | 'marquee' | 'key',
    Layer
  >;
  private readonly overview: Overview;
  private readonly watch: ResizeObserver;
  private readonly deafen: () => void;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly canvas: HTMLCanvasElement,
    overview: HTMLElement,
    private readonly events: StrataEvents,
  ) {
    this.root = select(svg);
    this.root.selectAll('*').remove();
    const defs = this.root.append('defs');
    addTextures(defs);
    addOwnPatterns(defs);
    this.layers = {} as typeof this.layers;
    this.layers.key = this.root.append('g').attr('class', 'key').attr('aria-hidden', 'true');
    this.world = this.root.append('g').attr('class', 'world');
    for (const name of [
      'below',
      'bands',
      'ground',
      'above',
      'spans',
      'heads',
      'leader',
      'marquee',
    ] as const) {
      this.layers[name] = this.world.append('g').attr('class', name);
    }
    this.overview = new Overview(overview, (x) => {
      this.camera.scrollTo(x);
      this.schedule();
    });
    this.deafen = listen(svg, () => this.heldForPan(), {
      hover: (x, y) => this.hoverSoon(this.itemAt(x, y)),
      leave: () => this.hoverSoon(null),
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
      framed: (box, add) => this.selectFramed(this.toDrawing(box), add),
    });
    this.root
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
    const held = this.heldImage();
    this.shown = shown;
    const { scene } = shown;
    this.hovered = this.hovered && again(scene, this.hovered);
    if (before && before.scene !== scene) {
      // A card tells of what was there, in a place where something else may be now.
      clearTimeout(this.hoverTimer);
      this.leader = null;
      this.events.hover(null, null);
    }
    const focus = this.focused && (again(scene, this.focused.item) ?? instead(scene, this.focused.item));
    this.focused = focus && { item: focus, column: columnOf(focus, this.focused?.column ?? 0) };
    const moves = before !== null && (before.scene !== scene || before.scale !== shown.scale);
    this.slideNext = moves && !this.still.matches;
    this.rebuild();
    if (before && held) this.holdImage(held);
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
    this.slideNext = !this.still.matches;
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
    this.leader = null;
    if (frame?.hovered?.kind !== 'band') return this.drawNow();
    const { scene, grid } = frame;
    const x = leaderX(frame, frame.hovered) - frame.left;
    const bounds = this.svg.getBoundingClientRect();
    if (x < 6 || x > frame.width - 6) return this.drawNow();
    for (const left of [x - 6, x + 6 - width]) {
      const at = Math.max(8, Math.min(left, frame.width - width - 8));
      if (x < at + 5 || x > at + width - 5) continue;
      const { from, to } = columnsWithin(grid, frame.left + at - 4, frame.left + at + width + 4);
      let clear = Math.min(grid.base, highest(grid, scene, from, to));
      for (let column = from; column <= to; column++) {
        const item = scene.heads[column] ?? scene.groups[scene.layout.columnBlock[column] ?? -1];
        const head = item && headBox(frame, item);
        if (head) clear = Math.min(clear, head.y - 10);
      }
      const top = clear - frame.top - 14 - height;
      if (top < 8) continue;
      this.leader = { x: x + frame.left, y: top + frame.top + height - 2 };
      this.drawNow();
      return { left: bounds.left + at, top: bounds.top + top };
    }
    return this.drawNow();
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
    clearTimeout(this.hoverTimer);
    this.watch.disconnect();
    this.deafen();
    this.overview.close();
    this.root.on('.chart', null).selectAll('*').interrupt();
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
    const { scene, scale, emptySteps } = shown;
    const metrics = metricsFor(camera.width, openGroups(scene).length > 0);
    const room = camera.height - metrics.top - metrics.foot;
    const stacks = stackHeights(scene.input.input.layers, { scale, room, emptySteps });
    camera.fitTo(fittingColumn(scene, metrics, camera.width));
    this.grid = makeGrid(scene, metrics, stacks, camera.columnWidth, camera.height);
    camera.show(this.grid.width, this.grid.height);
    this.overviewStale = true;
    this.schedule();
  }

  private schedule(): void {
    if (this.drawing === 0) this.drawing = requestAnimationFrame(() => this.draw());
  }

  private drawNow(): null {
    cancelAnimationFrame(this.drawing);
    this.draw();
    return null;
  }

  private draw(): void {
    this.drawing = 0;
    const { shown, grid, camera } = this;
    if (!shown || !grid) return;
    const { scene } = shown;
    const { from, to } = columnsWithin(grid, camera.x - 40, camera.x + camera.width + 40);
    const pieces = from <= to ? piecesWithin(scene, from, to) : [];
    const far = pieces.length > farFrom;
    const now = performance.now();
    const motion = this.slideNext && !far ? 'slide' : now < this.slidesUntil ? 'keep' : 'set';
    if (motion === 'slide') this.slidesUntil = now + slide;
    this.slideNext = false;
    const frame: Frame = {
      ...shown,
      grid,
      selection: this.selection,
      hovered: this.hovered,
      focused: this.focused?.item ?? null,
      lit: this.hovered && lineageOf(scene, this.hovered),
      left: camera.x,
      top: camera.y,
      width: camera.width,
      height: camera.height,
      from,
      to,
      pieces,
      far,
      motion,
    };
    this.frameNow = frame;
    if (far) paintBands(this.canvas, frame);
    else if (this.canvas.width > 1) startPainting(this.canvas, 1, 1);
    this.drawFrame(frame);
    this.tell();
  }

  private drawFrame(frame: Frame): void {
    const { layers } = this;
    this.world.attr('transform', `translate(${-frame.left},${-frame.top})`);
    this.root.attr(
      'class',
      `strata-chart ${frame.motion === 'set' ? '' : 'sliding'} ${frame.far ? 'painted' : ''}`,
    );
    drawBelow(layers.below, frame);
    drawBands(layers.bands, frame);
    drawGround(layers.ground, frame);
    drawAbove(layers.above, frame);
    drawSpans(layers.spans, frame);
    drawHeads(layers.heads, frame);
    drawLeader(layers.leader, frame, this.leader);
    drawMarquee(layers.marquee, this.marquee);
    drawScaleKey(layers.key, frame);
    this.svg.toggleAttribute('data-ready', true);
    const active = frame.focused && domId(frame.focused);
    if (active) this.svg.setAttribute('aria-activedescendant', active);
    else this.svg.removeAttribute('aria-activedescendant');
    if (frame.motion !== 'set') setTimeout(() => this.schedule(), slide + 20);
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
    clearTimeout(this.hoverTimer);
    if (item === this.hovered) return;
    this.hoverTimer = setTimeout(() => {
      this.hovered = item;
      this.leader = null;
      this.schedule();
      this.events.hover(item && targetOf(item), item && this.windowBox(item));
    }, hoverDelay);
  }

  /** Where an item is in the window, as far as it is in sight. */
  private windowBox(item: Item): DOMRect | null {
    const frame = this.frameNow;
    const [box] = frame ? boxesOf(frame, item) : [];
    if (!frame || !box) return null;
    const bounds = this.svg.getBoundingClientRect();
    const left = Math.max(0, box.x - frame.left);
    const right = Math.min(frame.width, box.x + box.width - frame.left);
    return new DOMRect(
      bounds.left + left,
      bounds.top + box.y - frame.top,
      Math.max(0, right - left),
      box.height,
    );
  }

  private clicked(x: number, y: number, event: MouseEvent): void {
    const item = this.itemAt(x, y);
    this.svg.focus({ preventScroll: true });
    clearTimeout(this.hoverTimer);
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

  private selectFramed(box: Box, add: boolean): void {
    const frame = this.frameNow;
    if (!frame) return;
    const { scene, grid } = frame;
    const { from, to } = columnsWithin(grid, box.x, box.x + box.width);
    const found: ImageId[] = [];
    const meets = (head: Box | null): boolean =>
      head !== null && head.y < box.y + box.height && head.y + head.height > box.y;
    for (let column = from; column <= to; column++) {
      const head = scene.heads[column];
      if (head) {
        if (meets(headBox(frame, head) ?? boxesOf(frame, head)[0] ?? null)) found.push(head.image.id);
        continue;
      }
      const group = scene.groups[scene.layout.columnBlock[column] ?? -1];
      if (group && meets(headBox(frame, group))) found.push(...group.images.map(({ id }) => id));
    }
    this.events.selectMany([...new Set(found)], add);
  }

  private heldForPan(): boolean {
    return this.spaceHeld !== null;
  }

  private keyDown(event: KeyboardEvent): void {
    const { shown, grid } = this;
    if (event.altKey || event.metaKey || !shown || !grid) return;
    const direction = directions[event.key];
    if (direction !== undefined && !event.ctrlKey) {
      event.preventDefault();
      const next = travel(shown.scene, grid, this.focused, direction);
      if (!next) return;
      this.focused = next;
      this.bringIntoSight(next.item);
      if (event.shiftKey && next.item.kind === 'head') this.events.select(targetOf(next.item), 'extend');
      this.schedule();
      this.showFocused();
      return;
    }
    const item = this.focused?.item ?? null;
    if (event.key === ' ') {
      event.preventDefault();
      this.spaceHeld ??= { panned: false };
    } else if (event.key === 'Enter' && item) {
      event.preventDefault();
      this.events.open(targetOf(item));
    } else if (event.ctrlKey) return;
    else if (event.key === 'f' || event.key === 'F') this.fit();
    else if (event.key === '+' || event.key === '=') this.scaleBy(1.25);
    else if (event.key === '-') this.scaleBy(0.8);
    else if (event.key === '0') this.unscale();
    else if (event.key === 'PageUp' || event.key === 'PageDown') {
      event.preventDefault();
      this.scroll((event.key === 'PageUp' ? -0.9 : 0.9) * this.camera.width, 0);
    } else if (event.key === 'Escape') {
      this.events.select(null, 'only');
      this.events.hover(null, null);
    }
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
      this.events.hover(targetOf(item), this.windowBox(item));
    });
  }

  private bringIntoSight(item: Item): void {
    const { shown, grid, camera } = this;
    if (!shown || !grid) return;
    const [box] = boxesOf({ ...this.lastFrame(shown, grid) }, item);
    if (box && camera.reveal(box)) this.schedule();
  }

  private lastFrame(shown: Shown, grid: Grid): Frame {
    const { camera } = this;
    const { x: left, y: top, width, height } = camera;
    const none = {
      hovered: null,
      focused: null,
      lit: null,
      from: 0,
      to: -1,
      pieces: [],
      far: false,
    } as const;
    return { ...shown, grid, selection: this.selection, left, top, width, height, ...none, motion: 'set' };
  }

  /** An image in sight, to stay where it is when columns come and go. */
  private heldImage(): { readonly id: ImageId; readonly x: number } | null {
    const frame = this.frameNow;
    if (!frame) return null;
    const item = this.focused?.item;
    const focus = item?.kind === 'group' ? item.from : (this.focused?.column ?? -1);
    const middle = focus >= frame.from && focus <= frame.to ? focus : (frame.from + frame.to) >> 1;
    for (const column of [middle, frame.from, frame.to]) {
      const image = frame.scene.layout.columnImage[column];
      const node = image === undefined ? undefined : frame.scene.input.images[image];
      if (node) return { id: node.id, x: (frame.grid.x0[column] ?? 0) - frame.left };
    }
    return null;
  }

  private holdImage({ id, x }: { readonly id: ImageId; readonly x: number }): void {
    const { shown, grid } = this;
    if (!shown || !grid) return;
    const { layout, input } = shown.scene;
    const column = layout.columnImage.findIndex((image) => input.images[image]?.id === id);
    if (column >= 0) this.camera.scrollTo((grid.x0[column] ?? 0) - x);
  }
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

function targetOf(item: Item): StrataTarget {
  if (item.kind === 'head') return { kind: 'image', id: item.image.id };
  if (item.kind === 'group') return { kind: 'group', group: item };
  const { chainId } = item.layer;
  return { kind: 'layer', id: chainId, run: [chainId], parts: item.parts };
}

/** The column of an item: the one given where it is one of its own, else its first. */
function columnOf(item: Item, column: number): number {
  if (item.kind === 'head') return item.column;
  return column >= item.from && column <= item.to ? column : item.from;
}

/** The same thing in another scene, null where it is gone. */
function again(scene: Scene, item: Item): Item | null {
  if (item.kind === 'head') {
    const column = scene.columnOf.get(item.image.id);
    return column === undefined ? null : (scene.heads[column] ?? null);
  }
  if (item.kind === 'group') return scene.groups.find(({ key, shut }) => key === item.key && shut) ?? null;
  const place = scene.input.placeOfLayer.get(item.layer.chainId);
  const pieces = place === undefined ? [] : (scene.piecesOf[place] ?? []);
  return scene.bands[pieces[Math.min(item.part, pieces.length - 1)] ?? -1] ?? null;
}

/** What stands for an item that is gone: the first image of a block that was opened, the block that an image went into. */
function instead(scene: Scene, item: Item): Item | null {
  const image = item.kind === 'head' ? item.image : item.kind === 'group' ? item.images[0] : undefined;
  if (!image) return null;
  const column = scene.columnOf.get(image.id);
  if (column !== undefined) return scene.heads[column] ?? null;
  return (
    scene.groups.find(({ shut, images, from, to }) => shut && from <= to && images.includes(image)) ?? null
  );
}

/** The hatch of the ground and of empty steps, and the light on a band's upper edge. */
function addOwnPatterns(defs: Selection<SVGDefsElement, unknown, null, undefined>): void {
  for (const [id, size, path] of [
    ['strata-bed', 7, 'M-1 8 8-1'],
    ['strata-steps', 5, 'M-1 6 6-1'],
  ] as const) {
    defs
      .append('pattern')
      .attr('id', id)
      .attr('width', size)
      .attr('height', size)
      .attr('patternUnits', 'userSpaceOnUse')
      .append('path')
      .attr('d', path)
      .attr('class', id);
  }
  const sheen = defs
    .append('linearGradient')
    .attr('id', 'strata-sheen')
    .attr('x1', 0)
    .attr('y1', 0)
    .attr('x2', 0)
    .attr('y2', 1);
  sheen.append('stop').attr('offset', 0).attr('class', 'sheen-from');
  sheen.append('stop').attr('offset', 1).attr('class', 'sheen-to');
}
