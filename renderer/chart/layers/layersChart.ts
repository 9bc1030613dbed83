import type { ChainId, ImageId } from '../../../shared/image/digest';
import { followKey, type Direction, type KeyWishes } from '../chartKeys';
import { PointerRest } from '../pointerRest';
import { backgroundBehind, plainColour, standaloneSvg } from '../standaloneSvg';
import { anchorAt, anchored, anchorInSight, type Anchor } from './anchor';
import { CanvasLayer } from './canvasLayer';
import type { ChartText } from './chartText';
import { farBoxOf, farItemAt } from './farPlaces';
import { domId, type Frame } from './frame';
import type { Target } from './target';
import { boxOf, itemAt, leftOf, widthOf } from './hitTest';
import { areaInSight, cardsIn, chipsIn } from './inSight';
import { ItemText } from './itemText';
import { marksOf, type ChartSelection, type Marks } from './marks';
import { measured } from './measured';
import { Minimap } from './minimap';
import { Motion } from './motion';
import { beside, travel } from './navigate';
import { detailOf } from './paintItems';
import { pinOf, unpinned, type Pin } from './pin';
import type { Item, Scene } from './scene';
import { SvgLayer } from './svgLayer';
import { again, itemOf, targetOf, type ChartTarget } from './target';
import { Viewport } from './viewport';
import { ViewTransform } from './viewTransform';

/** What the chart tells the view. */
export interface ChartEvents {
  select(target: ChartTarget | null, how: 'only' | 'toggle' | 'extend'): void;
  open(target: ChartTarget): void;
  menu(target: ChartTarget | null, at: { readonly x: number; readonly y: number } | Element): void;
  /** Hovered or focused by keyboard, with the place of its box in the window; null: nothing. */
  hover(target: ChartTarget | null, box: DOMRect | null): void;
  /** `far`: layers are drawn as high as what stands on them. */
  zoomed(scale: number, far: boolean): void;
  /** Pressed on images: whether the press is for them, to be dragged, and not for the drawing. */
  grab(images: readonly ImageId[], press: PointerEvent): boolean;
}

/** Chips and cards from which on a scene is painted on a canvas. */
const canvasFrom = 450;

/**
 * The layer graph: on an SVG element where there is little of it, on a canvas below that element where there is much.
 * Draws what is in sight, in detail by scale; pans, zooms, flies, hovers, and travels by keyboard. It keeps no state of
 * the store: the view hands it scenes.
 */
export class LayersChart {
  private scene: Scene | null = null;
  private text: ChartText | null = null;
  private words: ItemText | null = null;
  private emptySteps = false;
  private selection: ChartSelection = { images: new Set(), layer: null };
  private hovered: Target | null = null;
  private focused: Item | null = null;
  private frame = 0;
  /** Counts keys, so that the card of what had the focus before the last one does not come late. */
  private focusCard = 0;
  private animateNext = false;
  private motion: Motion | null = null;
  /** What follows from scene, selection and what is hovered; made when one of them has changed. */
  private marks: Marks | null = null;
  /** What a person wants to stay where it is when the next scene comes. */
  private anchor: Anchor | null = null;
  private readonly drawing: SvgLayer;
  private readonly view: Viewport;
  private readonly minimap: Minimap;
  private readonly canvas: CanvasLayer;
  private painted = false;
  private readonly watch: ResizeObserver;
  private readonly keys: KeyWishes = {
    travel: (direction, extend) => this.travel(direction, extend),
    beside: (sign, extend) =>
      this.goTo(this.scene && this.focused && beside(this.scene, this.focused, sign), extend),
    open: () => {
      if (this.focused) this.open(this.focused);
      return this.focused !== null;
    },
    fit: () => this.byKey(() => this.fit()),
    scaleBy: (factor) => this.byKey(() => this.scaleBy(factor)),
    unscale: () => this.byKey(() => this.unscale()),
    quiet: () => this.events.hover(null, null),
  };
  private readonly rest = new PointerRest<Target>(
    (item) => this.rested(item),
    () => this.unlit(),
  );

  /** Draws into `svg` and `canvas`, the overview into `map`. `onResize` is called when the element has another size. */
  constructor(
    private readonly svg: SVGSVGElement,
    canvas: HTMLCanvasElement,
    map: SVGSVGElement,
    private readonly events: ChartEvents,
    onResize: () => void,
  ) {
    this.drawing = new SvgLayer(svg);
    this.canvas = new CanvasLayer(canvas, svg, () => this.schedule());
    this.view = new Viewport(
      this.drawing.root,
      (byPointer, scaled) => {
        if (byPointer) events.hover(null, null);
        if (scaled) events.zoomed(this.view.transform.k, this.isFar);
        this.schedule();
      },
      (press) => this.grab(press),
    );
    this.minimap = new Minimap(map, (x, y) => this.view.centre(x, y));
    this.listen();
    this.watch = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = svg;
      if (width === this.view.size.width && height === this.view.size.height) return;
      this.view.size = { width, height };
      onResize();
      this.schedule();
    });
    this.watch.observe(svg);
    this.view.size = { width: svg.clientWidth, height: svg.clientHeight };
  }

  /** CSS pixels of the element. */
  get viewport(): { readonly width: number; readonly height: number } {
    return this.view.size;
  }

  /** Shows a scene. The first one is fitted; in later ones things slide from where they were. */
  show(scene: Scene, text: ChartText, emptySteps: boolean): void {
    const before = this.scene;
    const kept = before === scene || !before ? null : (this.anchor ?? this.anchorIn(before, scene));
    this.scene = scene;
    this.text = text;
    this.words = new ItemText(scene, text);
    this.emptySteps = emptySteps;
    this.hovered = this.hovered?.kind === 'block' ? null : again(scene, this.hovered, null);
    this.focused = again(scene, this.focused, before);
    this.marks = null;
    this.minimap.show(scene);
    const was = this.view.transform;
    const isElsewhere = this.view.show(scene.metrics, this.anchor !== null);
    const held = kept && !isElsewhere ? anchored(scene, kept) : null;
    if (kept && held) this.view.pin(held, kept);
    if (before !== scene) this.view.settle();
    this.anchor = null;
    this.events.zoomed(this.view.transform.k, this.isFar);
    this.animateNext = before !== null && before !== scene && this.view.animates;
    if (this.animateNext && before) {
      const { transform } = this.view;
      // Things slide from where they are seen now, wherever the view has gone meanwhile.
      const shift = { x: (was.x - transform.x) / transform.kx, y: (was.y - transform.y) / transform.k };
      this.motion = was.k === transform.k ? new Motion(before, scene, shift) : null;
    }
    this.schedule();
  }

  /** Marks what is selected. */
  select(selection: ChartSelection): void {
    this.selection = selection;
    this.marks = null;
    this.schedule();
  }

  /** Shows everything. */
  fit(): void {
    this.view.fit();
  }

  /** Multiplies the scale, around the middle. */
  scaleBy(factor: number): void {
    this.view.scaleBy(factor);
  }

  /** Back to 100 %. */
  unscale(): void {
    this.view.unscale();
  }

  /** Keeps something where it is in the window while the next scene replaces this one: a run that unfolds, say. */
  holdStill(target: ChartTarget): void {
    const item = this.scene && itemOf(this.scene, target);
    if (!item) return;
    this.anchor = { ...anchorAt(item, this.view.transform), target };
    this.view.keep();
  }

  /** Flies to an image's card, or to the group that it is in; false when it is not in the scene. */
  reveal(id: ImageId): boolean {
    return this.bring(this.scene?.cardOf(id) ?? null, false);
  }

  /** The same for the chip of a layer. */
  revealLayer(layer: ChainId): boolean {
    return this.bring(this.scene?.chipOf(layer) ?? null, false);
  }

  /** The same for an image or the chip of a layer, at once: what is selected when the view comes. */
  showSelected(image: ImageId | null, layer: ChainId | null): boolean {
    const { scene } = this;
    if (!scene) return false;
    return this.bring(layer === null ? image && scene.cardOf(image) : scene.chipOf(layer), true);
  }

  private bring(item: Item | null, atOnce: boolean): boolean {
    if (!item) return false;
    this.focused = item;
    this.bringIntoSight(item, true, atOnce);
    this.schedule();
    return true;
  }

  /** Flies to the rows of everything that stands on a layer, or of some images. */
  zoomTo(target: ChartTarget): void {
    const { scene } = this;
    if (!scene) return;
    if (target.kind === 'group' && target.collapsed === null) {
      const rows = target.images.flatMap((image) => scene.cardOf(image)?.y ?? []);
      const half = scene.metrics.rowPitch / 2;
      const first = rows.reduce((least, row) => Math.min(least, row), Infinity);
      const last = rows.reduce((most, row) => Math.max(most, row), -Infinity);
      this.view.showRows(first - half, last + half);
      return;
    }
    const item = itemOf(scene, target);
    if (item?.kind === 'chip') {
      this.view.showRows(scene.space.spanTop(item.place), scene.space.spanBottom(item.place));
    } else if (item) this.bringIntoSight(item, true);
  }

  /** Images in the order of their rows. */
  order(): ImageId[] {
    return this.scene?.order() ?? [];
  }

  /** Puts the keyboard's place on an image or layer. */
  focusOn(target: ChartTarget): void {
    this.focused = this.scene && itemOf(this.scene, target);
    this.schedule();
  }

  /** What is in sight as an SVG document that stands alone; '' before there is anything. */
  document(): string {
    const background = backgroundBehind(this.svg);
    if (this.scene && !isPainted(this.scene, this.view.transform)) return standaloneSvg(this.svg, background);
    const frame = this.frameNow();
    const { size, transform } = this.view;
    return frame ? this.canvas.write(frame, size, transform, plainColour(background)) : '';
  }

  /** All of the scene at full size as an SVG document that stands alone, wherever the view is; '' before there is anything. */
  wholeDocument(): string {
    const { scene } = this;
    const frame = this.frameNow();
    if (!scene || !frame) return '';
    const { width, height } = scene.metrics;
    const area = { left: 0, top: 0, right: width, bottom: height, width, height };
    const all: Frame = {
      ...frame,
      area,
      pin: unpinned,
      chips: scene.chips,
      cards: scene.cards,
      focused: null,
      hovered: null,
    };
    const background = plainColour(backgroundBehind(this.svg));
    return this.canvas.write(all, { width, height }, new ViewTransform(1, 0, 0), background);
  }

  /** Reads the theme again and draws. */
  refresh(): void {
    this.canvas.readTheme();
    this.schedule();
  }

  /** Ends everything. */
  close(): void {
    this.rest.close();
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
    this.minimap.close();
    this.view.close();
    this.canvas.close();
    this.drawing.close();
  }

  private anchorIn(before: Scene, next: Scene): Anchor | null {
    const { transform, size } = this.view;
    const { layer, images } = this.selection;
    const chip = layer === null ? null : before.chipOf(layer);
    const cards = [...images].slice(0, 1).map((image) => before.cardOf(image));
    return anchorInSight(before, next, [this.focused, chip, ...cards], transform, size);
  }

  private schedule(): void {
    if (this.frame === 0)
      this.frame = requestAnimationFrame((now) => measured('graph-draw', () => this.draw(now)));
  }

  private draw(now: number): void {
    this.frame = 0;
    const frame = this.frameNow();
    if (!frame) return;
    const { scene } = frame;
    const { transform, size } = this.view;
    this.animateNext = false;
    this.drawing.view(transform, frame.lit.size > 0);
    if (isPainted(scene, transform)) this.paint(frame, now);
    else this.drawAll(frame);
    this.drawing.settle(this.focused);
    const [x0, y0] = transform.invert([0, 0]);
    const [x1, y1] = transform.invert([size.width, size.height]);
    this.minimap.frame(x0, y0, x1, y1, frame.lit);
  }

  /** What is to be drawn now; null before the first scene. */
  private frameNow(): Frame | null {
    const { scene, text, words, focused } = this;
    const { transform, size } = this.view;
    if (!scene || !text || !words) return null;
    const area = areaInSight(transform, size);
    const { isFar: far, pin } = this;
    return {
      scene,
      text,
      words,
      ...(this.marks ??= marksOf(scene, this.selection, this.hovered)),
      hovered: this.hovered,
      focused,
      focusShown: this.svg.matches(':focus-visible'),
      emptySteps: this.emptySteps,
      area,
      pin,
      chips: far ? [] : chipsIn(scene, area, focused),
      cards: far ? [] : cardsIn(scene, area, pin, focused),
      animate: this.animateNext && !isPainted(scene, transform),
    };
  }

  private paint(frame: Frame, now: number): void {
    if (!this.painted) this.drawing.clear();
    this.painted = true;
    const moving = this.motion?.advance(now) ?? false;
    this.canvas.paint(frame, this.view.size, this.view.transform, this.motion);
    if (!moving) this.motion = null;
    else this.schedule();
    this.drawing.drawTree(frame);
  }

  private drawAll(frame: Frame): void {
    if (this.painted) {
      this.canvas.clear(this.view.size);
      this.drawing.clear();
    }
    this.painted = false;
    this.motion = null;
    this.drawing.draw(frame);
  }

  private listen(): void {
    this.rest.watch(this.svg);
    this.drawing.root
      .on('pointermove.chart', (event: PointerEvent) => {
        if (event.buttons === 0) this.hoverSoon(this.targetAt(event));
      })
      .on('pointerleave.chart', () => this.rest.leave(this.hovered === null))
      .on('click.chart', (event: MouseEvent) => {
        if (this.view.dragged) return;
        const item = this.targetAt(event);
        this.svg.focus({ preventScroll: true });
        if (item && item.kind !== 'block') this.focused = item;
        const how = event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
        this.rest.stop();
        // What was clicked is in the inspector now; the card would only lie over its neighbours.
        this.events.hover(null, null);
        this.events.select(item && targetOf(item), how);
        this.schedule();
      })
      .on('dblclick.chart', (event: MouseEvent) => {
        const item = this.targetAt(event);
        if (item) this.open(item);
      })
      .on('contextmenu.chart', (event: MouseEvent) => {
        event.preventDefault();
        const item = this.targetAt(event);
        if (item && item.kind !== 'block') this.focused = item;
        // The menu key sends a mouse event without a place of its own.
        const element =
          this.focused && event.button !== 2 ? document.getElementById(domId(this.focused)) : null;
        const target = element ? this.focused : item;
        this.events.menu(target && targetOf(target), element ?? { x: event.clientX, y: event.clientY });
        this.schedule();
      })
      .on('keydown.chart', (event: KeyboardEvent) => this.keyDown(event))
      .on('blur.chart', () => this.schedule())
      .on('focus.chart', () => {
        if (!this.focused && this.scene) {
          const [image] = this.selection.images;
          const card = image === undefined ? null : this.scene.cardOf(image);
          this.focused = card ?? travel(this.scene, null, 'first');
        }
        this.schedule();
      });
  }

  /** From far away opening means going there: what is meant cannot be read yet. */
  private open(item: Target): void {
    const target = targetOf(item);
    if (item.kind === 'block' || this.isFar) this.zoomTo(target);
    else this.events.open(target);
  }

  /** Whether a press is on a card that can be read: from far away there is nothing but cards, and a drag moves the view. */
  private grab(press: PointerEvent): boolean {
    if (!this.scene || this.isFar) return false;
    const item = this.targetAt(press);
    const target = item && targetOf(item);
    const images = target?.kind === 'image' ? [target.id] : target?.kind === 'group' ? target.images : [];
    if (images.length === 0 || !this.events.grab(images, press)) return false;
    this.rest.stop();
    return true;
  }

  private keyDown(event: KeyboardEvent): void {
    this.focusCard++;
    if (event.altKey || event.metaKey || !this.scene) return;
    const item = this.focused;
    if (event.key === ' ' && item) {
      event.preventDefault();
      this.events.select(targetOf(item), event.ctrlKey ? 'toggle' : 'only');
    } else followKey(event, this.keys);
  }

  private travel(direction: Direction, extend: boolean): void {
    this.goTo(this.scene && travel(this.scene, this.focused, direction), extend);
  }

  private goTo(next: Item | null, extend: boolean): void {
    if (!next) return;
    this.focused = next;
    this.bringIntoSight(next, false);
    if (extend && next.kind === 'card') this.events.select(targetOf(next), 'extend');
    this.schedule();
    this.showFocused();
  }

  /** Does something after which a hover card would stand in the wrong place. */
  private byKey(work: () => void): void {
    this.events.hover(null, null);
    work();
  }

  private showFocused(): void {
    const item = this.focused;
    if (!item) return;
    // Its card stands beside it when it is where it will stay, unless another key came first.
    const asked = this.focusCard;
    const wait = (): void => {
      if (this.focused !== item || this.focusCard !== asked) return;
      if (this.view.moving) requestAnimationFrame(wait);
      else this.events.hover(targetOf(item), this.placeOf(item));
    };
    requestAnimationFrame(wait);
  }

  private hoverSoon(item: Target | null): void {
    this.rest.come(item, item === this.hovered);
  }

  private rested(item: Target | null): void {
    this.hovered = item;
    this.marks = null;
    this.schedule();
    this.events.hover(item && targetOf(item), item && this.placeOf(item));
  }

  private unlit(): void {
    this.hovered = null;
    this.marks = null;
    this.schedule();
  }

  /** Where something is in the window. */
  private placeOf(item: Target): DOMRect | null {
    const { scene } = this;
    if (!scene) return null;
    const bounds = this.svg.getBoundingClientRect();
    const { transform } = this.view;
    if (item.kind !== 'workspace' && this.isFar) return farBoxOf(item, scene, transform, bounds);
    return item.kind === 'block' ? null : boxOf(item, scene, transform, this.pin, bounds);
  }

  private targetAt(event: MouseEvent): Target | null {
    const { scene } = this;
    if (!scene) return null;
    const { left, top } = this.svg.getBoundingClientRect();
    const { transform } = this.view;
    const [x, y] = transform.invert([event.clientX - left, event.clientY - top]);
    if (!this.isFar) return itemAt(scene, x, y, this.pin);
    const found = farItemAt(scene, transform, event.clientX - left, y);
    return found === 'block' ? this.canvas.blockAt(scene, transform, y) : found;
  }

  /** Whether the drawing is seen from far away: as strata and blocks. */
  private get isFar(): boolean {
    return detailOf(this.view.transform.k) === 'far';
  }

  /** Where the column of cards stands: from far away there is room for it. */
  private get pin(): Pin {
    const { scene, view } = this;
    return scene && !this.isFar ? pinOf(scene.metrics, view.transform, view.size.width) : unpinned;
  }

  private bringIntoSight(item: Item, byName: boolean, atOnce = false): void {
    if (!this.scene) return;
    const { metrics } = this.scene;
    const { pin, view } = this;
    const ground = pin.by === 0 ? Infinity : view.transform.apply([pin.ground, 0])[0];
    const right = item.kind === 'chip' ? Math.min(view.size.width, ground) : view.size.width;
    const width = widthOf(item, this.scene);
    const isThere = view.transform.apply([leftOf(item, pin) + width, 0])[0] <= view.size.width;
    view.reveal(item, width, metrics.chipHeight, {
      byName,
      atOnce,
      pinned: pin.by < 0 && item.kind !== 'chip' && isThere,
      right,
    });
  }
}

/** Whether a scene is painted: there is too much of it for an SVG, or it is seen so small that its text has a size of its own. */
const isPainted = ({ chipCount, cardCount }: Scene, { k }: ViewTransform): boolean =>
  chipCount + cardCount > canvasFrom || detailOf(k) !== 'full';
