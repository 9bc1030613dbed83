import type { ChainId, ImageId } from '../../../shared/image/digest';
import { inPlace } from '../inPlace';
import { directions } from '../chartKeys';
import { Overlay, type Mark } from '../drawing/overlay';
import { paintShapes } from '../drawing/paintPicture';
import type { Palette } from '../drawing/palette';
import type { Box, Picture } from '../drawing/picture';
import { PointerRest } from '../pointerRest';
import { tileAt, type Tile } from './mapLayout';
import { nextTile } from './mapNavigate';
import type { MapText } from './mapText';
import type { MapNode } from './mapTree';

/** What the map tells the view. A block comes with those that it lies in, from the drawing inwards. */
export interface MapEvents {
  select(path: readonly MapNode[] | null, how: 'only' | 'toggle'): void;
  /** Into a block: it fills the drawing next. */
  enter(path: readonly MapNode[]): void;
  /** Out to what the drawing lies in. */
  leave(): void;
  menu(path: readonly MapNode[] | null, at: { readonly x: number; readonly y: number } | Element): void;
  hover(path: readonly MapNode[] | null, box: DOMRect | null): void;
  /** Pressed on a block: it may be dragged. */
  grab(path: readonly MapNode[], press: PointerEvent): void;
}

/** What is drawn. */
export interface MapDrawing {
  /** What fills the drawing. */
  readonly root: MapNode;
  readonly tiles: readonly Tile[];
  readonly picture: Picture;
  readonly text: MapText;
  readonly palette: Palette;
  /** Bytes of the whole store, for what is read aloud. */
  readonly total: number;
}

/** What is selected, as the map marks it. */
export interface MapSelection {
  readonly images: ReadonlySet<ImageId>;
  /** Layers that the selected images stand on. */
  readonly needed: ReadonlySet<ChainId>;
  readonly layer: ChainId | null;
}

const travel = 360;
/** Wheel travel that goes one level in or out, CSS pixels, and how long it rests after it, milliseconds. */
const wheelStep = 60;
const wheelRest = 500;
/** Blocks that a screen reader is given. */
const spoken = 400;
const marked = 400;

/** A curve that leaves and arrives gently. */
const ease = (t: number): number => (t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2);

/**
 * The map on an element: areas on a canvas, texts and marks in SVG over it, and the blocks of the first level as a tree
 * for the keyboard and screen readers. It keeps no state of the store: the view hands it drawings.
 */
export class TreemapChart {
  /** Whether the first click of several in the same place went in. */
  private wentIn = false;
  private drawing: MapDrawing | null = null;
  private selection: MapSelection = { images: new Set(), needed: new Set(), layer: null };
  private hovered: Tile | null = null;
  /** Marks of what is selected. */
  private chosen: readonly Mark[] = [];
  private focused: string | null = null;
  private frame = 0;
  private wheel = 0;
  private wheelAt = 0;
  private readonly canvas: HTMLCanvasElement;
  private readonly items: HTMLDivElement;
  private readonly overlay: Overlay;
  private readonly still = matchMedia('(prefers-reduced-motion: reduce)');
  private readonly watch: ResizeObserver;
  private readonly ended = new AbortController();
  private readonly rest = new PointerRest<Tile>(
    (tile) => this.rested(tile),
    () => this.unlit(),
  );

  constructor(
    private readonly host: HTMLElement,
    private readonly events: MapEvents,
    onResize: (size: { width: number; height: number }) => void,
  ) {
    this.canvas = document.createElement('canvas');
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('aria-hidden', 'true');
    this.items = document.createElement('div');
    this.items.className = 'map-items';
    this.items.role = 'presentation';
    host.replaceChildren(this.canvas, svg, this.items);
    this.overlay = new Overlay(svg);
    this.watch = new ResizeObserver(() => onResize({ width: host.clientWidth, height: host.clientHeight }));
    this.watch.observe(host);
    this.listen();
  }

  /** Shows a drawing; when another block fills it than before, it moves there. */
  show(drawing: MapDrawing): void {
    const before = this.drawing;
    this.drawing = drawing;
    this.hovered = null;
    // Where the pointer is, another block may be now.
    this.rest.stop();
    if (!drawing.tiles.some((tile) => tile.node.key === this.focused && tile.level === 1)) {
      // Coming out of a block, the keyboard stands on it.
      let out = drawing.tiles.find((tile) => tile.node.key === before?.root.key);
      while (out && out.parent >= 0) out = drawing.tiles[out.parent];
      this.focused = out?.node.key ?? this.standsFor(drawing, before);
      if (this.focused === null && before && document.activeElement === this.host)
        this.focused = nextTile(drawing.tiles, null, 'first')?.node.key ?? null;
    }
    const moved = before !== null && before.root.key !== drawing.root.key && !this.still.matches;
    const old = moved ? copyOf(this.canvas) : null;
    this.paint();
    this.overlay.label(drawing.picture.labels);
    this.speak();
    this.choose();
    if (before && old) {
      const into = before.tiles.find(({ node }) => node.key === drawing.root.key);
      const out = drawing.tiles.find(({ node }) => node.key === before.root.key);
      if (into ?? out) this.move(old, (into ?? out) as Tile, into !== undefined);
    }
    this.host.toggleAttribute('data-ready', true);
  }

  /** The block that stands where the focused one stood, which is gone; null where the view is another, or it had no focus. */
  private standsFor(drawing: MapDrawing, before: MapDrawing | null): string | null {
    if (before?.root.key !== drawing.root.key) return null;
    const blocks = before.tiles.filter(({ level }) => level === 1).map(({ node }) => node.key);
    const there = new Set(drawing.tiles.filter(({ level }) => level === 1).map(({ node }) => node.key));
    const at = blocks.indexOf(this.focused ?? '');
    const key = (place: number): string | null => {
      const each = blocks[place] ?? '';
      return there.has(each) ? each : null;
    };
    return at < 0 ? null : inPlace(blocks.length, at, key);
  }

  /** Marks what is selected. */
  select(selection: MapSelection): void {
    this.selection = selection;
    this.choose();
  }

  /** Ends everything. */
  close(): void {
    this.ended.abort();
    this.rest.close();
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
    this.overlay.close();
    this.host.replaceChildren();
  }

  private paint(): void {
    if (!this.drawing) return;
    const { width, height, shapes } = this.drawing.picture;
    const ratio = devicePixelRatio;
    cancelAnimationFrame(this.frame);
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    const context = this.canvas.getContext('2d');
    if (!context) return;
    context.scale(ratio, ratio);
    context.fillStyle = this.drawing.palette.ink.canvas;
    context.fillRect(0, 0, width, height);
    paintShapes(context, shapes, this.drawing.palette, ratio);
  }

  /** Moves from the old painting to the new one, as pictures: the block grows to the whole drawing, or shrinks to its place. */
  private move(old: HTMLCanvasElement, place: Box, inwards: boolean): void {
    const context = this.canvas.getContext('2d');
    const fresh = copyOf(this.canvas);
    if (!context || !fresh || !this.drawing) return;
    const { width, height } = this.drawing.picture;
    const [from, to] = inwards ? [place, null] : [null, place];
    const whole: Box = { x0: 0, y0: 0, x1: width, y1: height };
    const began = performance.now();
    this.overlay.showLabels(false);
    const step = (now: number): void => {
      const t = Math.min(1, (now - began) / travel);
      const e = ease(t);
      const box = mix(from ?? whole, to ?? whole, e);
      // The inner picture lies in `box`; the outer one is drawn so that the block's place in it comes to lie there, too.
      const [inner, outer] = inwards ? [fresh, old] : [old, fresh];
      const sx = (box.x1 - box.x0) / Math.max(1, place.x1 - place.x0);
      const sy = (box.y1 - box.y0) / Math.max(1, place.y1 - place.y0);
      context.globalAlpha = 1;
      context.drawImage(outer, box.x0 - place.x0 * sx, box.y0 - place.y0 * sy, width * sx, height * sy);
      context.globalAlpha = inwards ? e : 1 - e;
      context.drawImage(inner, box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0);
      context.globalAlpha = 1;
      if (t < 1) this.frame = requestAnimationFrame(step);
      else {
        this.paint();
        this.overlay.showLabels(true);
      }
    };
    step(began);
  }

  private speak(): void {
    if (!this.drawing) return;
    const { tiles, text, total } = this.drawing;
    const children = tiles.filter(({ level }) => level === 1);
    const shown = children.slice(0, spoken);
    this.items.replaceChildren(
      ...shown.map((tile, i) => {
        const item = document.createElement('div');
        item.id = itemId(i);
        item.role = 'treeitem';
        item.ariaLabel = text.label(tile.node, total);
        item.ariaLevel = '1';
        item.ariaPosInSet = String(i + 1);
        item.ariaSetSize = String(children.length);
        item.dataset.key = tile.node.key;
        Object.assign(item.style, {
          left: `${tile.x0}px`,
          top: `${tile.y0}px`,
          width: `${tile.x1 - tile.x0}px`,
          height: `${tile.y1 - tile.y0}px`,
        });
        return item;
      }),
    );
  }

  private isSelected({ node }: Tile): boolean {
    const { images, layer } = this.selection;
    if (node.kind === 'image') return images.has(node.image.id);
    return node.kind === 'layer' && layer !== null && node.layers.some(({ chainId }) => chainId === layer);
  }

  /** Works out the marks of the selection: its own blocks, and those that it shares or that are closed over it. */
  private choose(): void {
    const { images, layer, needed } = this.selection;
    const marks: Mark[] = [];
    const holds = (node: MapNode): boolean =>
      node.kind === 'image'
        ? images.has(node.image.id)
        : node.kind === 'layer'
          ? node.layers.some(({ chainId }) => needed.has(chainId) || chainId === layer)
          : node.children.some(holds);
    if (images.size > 0 || layer !== null) {
      for (const tile of this.drawing?.tiles ?? []) {
        if (marks.length > marked) break;
        const inOwn = tile.parent >= 0 && this.drawing?.tiles[tile.parent]?.node.kind === 'image';
        if (this.isSelected(tile)) marks.push({ ...tile, look: 'chosen', inset: 1.5 });
        else if (!tile.open && !inOwn && holds(tile.node)) marks.push({ ...tile, look: 'needed', inset: 2 });
      }
    }
    this.chosen = marks;
    this.mark();
  }

  private mark(): void {
    const { drawing, hovered } = this;
    if (!drawing) return;
    const marks: Mark[] = [...this.chosen];
    if (hovered) {
      const chain = new Set(
        hovered.node.kind === 'image'
          ? hovered.node.image.layers
          : hovered.node.kind === 'layer'
            ? hovered.node.layers.map(({ chainId }) => chainId)
            : [],
      );
      for (const tile of drawing.tiles) {
        if (
          chain.size > 0 &&
          tile !== hovered &&
          tile.node.kind === 'layer' &&
          tile.node.layers.some(({ chainId }) => chain.has(chainId))
        )
          marks.push({ ...tile, look: 'lit', inset: 1 });
      }
      marks.push({ ...hovered, look: 'hovered', inset: 1 });
    }
    const at = drawing.tiles
      .filter(({ level }) => level === 1)
      .findIndex(({ node }) => node.key === this.focused);
    const focused = at < 0 ? undefined : drawing.tiles.filter(({ level }) => level === 1)[at];
    if (focused) marks.push({ ...focused, look: 'focus', inset: 3 });
    this.overlay.mark(marks);
    [...this.items.children].forEach((item, i) => {
      const key = (item as HTMLElement).dataset.key;
      const tile = drawing.tiles.find(({ level, node }) => level === 1 && node.key === key);
      item.ariaSelected = String(tile !== undefined && this.isSelected(tile));
      item.id = itemId(i);
    });
    if (at >= 0 && at < spoken) this.host.setAttribute('aria-activedescendant', itemId(at));
    else this.host.removeAttribute('aria-activedescendant');
  }

  private listen(): void {
    const { host } = this;
    const { signal } = this.ended;
    this.rest.watch(host);
    host.addEventListener('pointermove', (event) => this.hoverSoon(this.at(event)), { signal });
    host.addEventListener('pointerleave', () => this.rest.leave(this.hovered === null), { signal });
    host.addEventListener(
      'pointerdown',
      (press) => {
        const tile = this.at(press);
        if (tile) this.events.grab(this.pathOf(tile), press);
      },
      { signal },
    );
    host.addEventListener('click', (event) => this.click(event), { signal });
    host.addEventListener(
      'dblclick',
      (event) => {
        const tile = this.wentIn ? null : this.at(event);
        if (tile) this.events.enter(this.pathOf(tile));
      },
      { signal },
    );
    host.addEventListener(
      'contextmenu',
      (event) => {
        event.preventDefault();
        const byKey = event.button !== 2;
        const tile = byKey ? this.focusedTile() : this.at(event);
        const item = byKey
          ? this.items.querySelector(`[data-key="${CSS.escape(this.focused ?? '')}"]`)
          : null;
        this.hoverSoon(null);
        this.events.menu(tile && this.pathOf(tile), item ?? { x: event.clientX, y: event.clientY });
      },
      { signal },
    );
    host.addEventListener('wheel', (event) => this.wheeled(event), { signal, passive: false });
    host.addEventListener('keydown', (event) => this.keyDown(event), { signal });
    host.addEventListener(
      'focus',
      () => {
        if (this.focused === null && this.drawing && host.matches(':focus-visible'))
          this.focusOn(nextTile(this.drawing.tiles, null, 'first'), false);
      },
      { signal },
    );
  }

  /** A click on a block's title, or on one that is closed, goes in; on a layer or an image it selects. */
  private click(event: MouseEvent): void {
    this.host.focus({ preventScroll: true });
    // The second click of a double click was meant for the block that the first one went into.
    if (event.detail > 1 && this.wentIn) return;
    this.wentIn = false;
    this.rest.stop();
    this.events.hover(null, null);
    const tile = this.at(event);
    if (!tile) {
      this.events.select(null, 'only');
      return;
    }
    const path = this.pathOf(tile);
    this.focused = (path.length > 0 ? path[0]?.key : null) ?? null;
    const { kind } = tile.node;
    const how = event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    const goesIn = tile.open || (kind !== 'layer' && kind !== 'image' && kind !== 'documents');
    if (kind === 'layer' || kind === 'image') this.events.select(path, how);
    this.wentIn = goesIn && how === 'only';
    if (this.wentIn) this.events.enter(path);
    else this.mark();
  }

  private wheeled(event: WheelEvent): void {
    if (event.ctrlKey) return;
    event.preventDefault();
    if (event.timeStamp - this.wheelAt < wheelRest) return;
    this.wheel = Math.sign(this.wheel) === Math.sign(event.deltaY) ? this.wheel + event.deltaY : event.deltaY;
    if (Math.abs(this.wheel) < wheelStep) return;
    const inwards = this.wheel < 0;
    this.wheel = 0;
    this.wheelAt = event.timeStamp;
    if (!inwards) {
      this.events.leave();
      return;
    }
    const tile = this.at(event);
    const [first] = tile ? this.pathOf(tile) : [];
    if (first) this.events.enter([first]);
  }

  private keyDown(event: KeyboardEvent): void {
    if (event.altKey || event.metaKey || !this.drawing) return;
    const direction = directions[event.key];
    const tile = this.focusedTile();
    if (direction !== undefined && !event.ctrlKey) {
      event.preventDefault();
      this.focusOn(nextTile(this.drawing.tiles, tile, direction) ?? tile, true);
    } else if (event.key === 'Enter' && tile) {
      event.preventDefault();
      this.events.enter(this.pathOf(tile));
    } else if (event.key === ' ' && tile) {
      event.preventDefault();
      this.events.select(this.pathOf(tile), event.ctrlKey ? 'toggle' : 'only');
    } else if (event.ctrlKey) return;
    else if ((event.key === '+' || event.key === '=') && tile) this.events.enter(this.pathOf(tile));
    else if (event.key === 'Backspace' || event.key === '-') {
      event.preventDefault();
      this.events.leave();
    } else if (event.key === 'Escape') this.events.hover(null, null);
  }

  private focusOn(tile: Tile | null, card: boolean): void {
    if (!tile) return;
    this.focused = tile.node.key;
    this.mark();
    if (card) this.events.hover(this.pathOf(tile), this.boxOf(tile));
  }

  private focusedTile(): Tile | null {
    return this.drawing?.tiles.find(({ level, node }) => level === 1 && node.key === this.focused) ?? null;
  }

  private hoverSoon(tile: Tile | null): void {
    this.rest.come(tile, tile === this.hovered);
  }

  private unlit(): void {
    this.hovered = null;
    this.mark();
  }

  private rested(tile: Tile | null): void {
    this.hovered = tile;
    this.mark();
    this.events.hover(tile && this.pathOf(tile), tile && this.boxOf(tile));
  }

  private at(event: MouseEvent): Tile | null {
    const { left, top } = this.host.getBoundingClientRect();
    return this.drawing ? tileAt(this.drawing.tiles, event.clientX - left, event.clientY - top) : null;
  }

  private boxOf({ x0, y0, x1, y1 }: Tile): DOMRect {
    const { left, top } = this.host.getBoundingClientRect();
    return new DOMRect(left + x0, top + y0, x1 - x0, y1 - y0);
  }

  private pathOf(tile: Tile): readonly MapNode[] {
    const path: MapNode[] = [];
    for (let at: Tile | undefined = tile; at; at = this.drawing?.tiles[at.parent]) path.unshift(at.node);
    return path;
  }
}

const itemId = (place: number): string => `map-item-${place}`;

const mix = (a: Box, b: Box, t: number): Box => ({
  x0: a.x0 + (b.x0 - a.x0) * t,
  y0: a.y0 + (b.y0 - a.y0) * t,
  x1: a.x1 + (b.x1 - a.x1) * t,
  y1: a.y1 + (b.y1 - a.y1) * t,
});

function copyOf(canvas: HTMLCanvasElement): HTMLCanvasElement | null {
  const copy = document.createElement('canvas');
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext('2d')?.drawImage(canvas, 0, 0);
  return copy;
}
