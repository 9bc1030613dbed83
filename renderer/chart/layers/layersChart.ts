import { interrupt, select, type Selection } from 'd3';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { backgroundBehind, plainColour, standaloneSvg } from '../standaloneSvg';
import { CanvasLayer } from './canvasLayer';
import type { ChartText } from './chartText';
import { crossLinksOf } from './crossLinks';
import { drawCards } from './drawCards';
import { drawChips, drawEmptySteps } from './drawChips';
import { drawCrossLinks, drawLeads, drawLinks } from './drawLinks';
import { drawWorkspaces } from './drawWorkspaces';
import { FarColumns } from './farColumns';
import { domId, type Frame, type Group, type Target } from './frame';
import { boxOf, itemAt, widthOf } from './hitTest';
import { ItemText } from './itemText';
import { lineageOf } from './lineage';
import { measured } from './measured';
import { Minimap } from './minimap';
import { Motion } from './motion';
import { travel, type Direction } from './navigate';
import type { Item, Scene } from './scene';
import { addTextures } from './textures';
import { drawTreeItems } from './treeItems';
import { Viewport } from './viewport';

/** What of the chart a person means: an image, a layer (the last of a run, with the run), or several images at once. */
export type ChartTarget =
  | { readonly kind: 'image'; readonly id: ImageId }
  | { readonly kind: 'workspace'; readonly id: string }
  | { readonly kind: 'layer'; readonly id: ChainId; readonly run: readonly ChainId[] }
  | {
      readonly kind: 'group';
      readonly images: readonly ImageId[];
      /** The collapsed layer; null for a block of the far view. */
      readonly collapsed: ChainId | null;
    };

/** What the chart tells the view. */
export interface ChartEvents {
  select(target: ChartTarget | null, how: 'only' | 'toggle' | 'extend'): void;
  open(target: ChartTarget): void;
  menu(target: ChartTarget | null, at: { readonly x: number; readonly y: number } | Element): void;
  /** Hovered or focused by keyboard, with the place of its box in the window; null: nothing. */
  hover(target: ChartTarget | null, box: DOMRect | null): void;
  /** `far`: layers are drawn as high as what stands on them. */
  zoomed(scale: number, far: boolean): void;
  /** Esc: a step back. */
  back(): void;
}

/** What is selected, by ID. */
export interface ChartSelection {
  readonly images: ReadonlySet<ImageId>;
  readonly layer: ChainId | null;
}

/** Chips and cards from which on a scene is painted on a canvas. */
const canvasFrom = 450;
/** Cards from which on a whole scene cannot be read in most windows: only a canvas shows it from far away. */
const farFrom = 75;
const hoverDelay = 80;
/** CSS pixels beyond the element that count as in sight. */
const margin = 40;

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
  private hoverTimer: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;
  /** Counts keys, so that the card of what had the focus before the last one does not come late. */
  private focusCard = 0;
  private animateNext = false;
  private motion: Motion | null = null;
  /** What follows from scene, selection and what is hovered; made when one of them has changed. */
  private marks: Pick<Frame, 'lit' | 'selected' | 'crossLinks'> | null = null;
  /** What has to stay where it is in the window when the next scene comes. */
  private anchor: { readonly target: ChartTarget; readonly x: number; readonly y: number } | null = null;
  private readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly world: Group;
  private readonly groups: Record<
    'links' | 'leads' | 'chips' | 'steps' | 'cards' | 'workspaces' | 'cross' | 'items',
    Group
  >;
  private readonly view: Viewport;
  private readonly minimap: Minimap;
  private readonly canvas: CanvasLayer;
  private painted = false;
  private readonly watch: ResizeObserver;

  /** Draws into `svg` and `canvas`, the overview into `map`. `onResize` is called when the element has another size. */
  constructor(
    private readonly svg: SVGSVGElement,
    canvas: HTMLCanvasElement,
    map: SVGSVGElement,
    private readonly events: ChartEvents,
    onResize: () => void,
  ) {
    this.root = select(svg);
    this.root.selectAll('*').remove();
    addTextures(this.root.append('defs'));
    this.world = this.root.append('g').attr('class', 'world');
    const group = (name: string): Group => this.world.append('g').attr('class', name);
    this.groups = {
      links: group('links'),
      leads: group('leads'),
      steps: group('steps'),
      chips: group('chips'),
      cards: group('cards'),
      workspaces: group('workspaces'),
      cross: group('cross-links'),
      items: group('items'),
    };
    this.canvas = new CanvasLayer(canvas, svg, () => this.schedule());
    this.view = new Viewport(this.root, (byPointer, scaled) => {
      if (byPointer) events.hover(null, null);
      if (scaled) events.zoomed(this.view.transform.k, this.scene !== null && this.isFar(this.scene));
      this.schedule();
    });
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
    const kept = before === scene || !before ? null : (this.anchor ?? this.anchorInSight(before, scene));
    this.scene = scene;
    this.text = text;
    this.words = new ItemText(scene, text);
    this.emptySteps = emptySteps;
    this.hovered = this.hovered?.kind === 'block' ? null : this.again(this.hovered, null);
    this.focused = this.again(this.focused, before);
    this.marks = null;
    this.minimap.show(scene);
    const was = this.view.transform;
    const isElsewhere = this.view.show(scene.metrics, isMany(scene), this.anchor !== null);
    if (kept && !isElsewhere) this.holdAnchor(kept);
    if (before !== scene) this.view.settle();
    this.anchor = null;
    this.events.zoomed(this.view.transform.k, this.isFar(scene));
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
    const item = this.itemOf(target);
    if (!item) return;
    const [x, y] = this.view.transform.apply([item.x, item.y]);
    this.anchor = { target, x, y };
    this.view.keep();
  }

  /** Flies to an image's card, or to the group that it is in; false when it is not in the scene. */
  reveal(id: ImageId): boolean {
    const card = this.scene?.cardOf(id);
    if (!card) return false;
    this.focused = card;
    this.bringIntoSight(card, true);
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
      this.view.showRows(Math.min(...rows) - half, Math.max(...rows) + half);
      return;
    }
    const item = this.itemOf(target);
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
    this.focused = this.itemOf(target);
    this.schedule();
  }

  /** What is in sight as an SVG document that stands alone; '' before there is anything. */
  document(): string {
    const background = backgroundBehind(this.svg);
    if (this.scene && !isMany(this.scene)) return standaloneSvg(this.svg, background);
    const frame = this.frameNow();
    const { size, transform } = this.view;
    return frame ? this.canvas.write(frame, size, transform, plainColour(background)) : '';
  }

  /** Reads the theme again and draws. */
  refresh(): void {
    this.canvas.readTheme();
    this.schedule();
  }

  /** Ends everything. */
  close(): void {
    clearTimeout(this.hoverTimer);
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
    this.minimap.close();
    this.view.close();
    this.canvas.close();
    this.root.on('.chart', null);
    this.root
      .selectAll<SVGElement, unknown>('*')
      .each(function () {
        interrupt(this);
      })
      .remove();
  }

  /** Something that is in sight in a scene and also in the next one: what is selected or focused, else a card. */
  private anchorInSight(before: Scene, next: Scene): typeof this.anchor {
    const { transform, size } = this.view;
    const inSight = (item: Item): boolean => {
      const [, y] = transform.apply([item.x, item.y]);
      return y > 0 && y < size.height;
    };
    const [from, to] = before.space.cardsIn(
      transform.invert([0, 0])[1],
      transform.invert([0, size.height])[1],
    );
    const middle = Math.floor((from + to) / 2);
    const cards = Array.from({ length: Math.min(to - from, 200) }, (_, i) => {
      const at = middle + (i % 2 === 0 ? i / 2 : -(i + 1) / 2);
      return at >= from && at < to ? before.card(at) : null;
    });
    for (const item of [this.focused, ...cards]) {
      if (!item || !inSight(item)) continue;
      const [x, y] = transform.apply([item.x, item.y]);
      const target = targetOf(item);
      if (target.kind === 'image' && next.cardOf(target.id)?.kind === 'card') return { target, x, y };
    }
    return null;
  }

  private holdAnchor({ target, x, y }: { target: ChartTarget; x: number; y: number }): void {
    // A run is known by its last layer; where it was, its first one is now.
    const first = target.kind === 'layer' ? { ...target, id: target.run[0] ?? target.id } : target;
    const item = this.itemOf(first) ?? this.itemOf(target);
    if (!item) return;
    this.view.pin(item, { x, y });
  }

  private schedule(): void {
    if (this.frame === 0)
      this.frame = requestAnimationFrame((now) => measured('graph-draw', () => this.draw(now)));
  }

  private marksOf(scene: Scene): Pick<Frame, 'lit' | 'selected' | 'crossLinks'> {
    if (this.marks) return this.marks;
    const { images, layer } = this.selection;
    const cards = [...images].flatMap((id) => scene.cardOf(id) ?? []);
    const chip = layer === null ? null : scene.chipOf(layer);
    const chosen: Target[] = chip ? [chip] : cards;
    const meant = this.hovered ? [this.hovered] : chosen;
    this.marks = {
      selected: { cards: new Set(cards.map(({ place }) => place)), chip: chip?.place ?? -1 },
      lit: lineageOf(scene, meant),
      crossLinks: crossLinksOf(scene, this.hovered ? [this.hovered, ...(chip ? [chip] : [])] : chosen),
    };
    return this.marks;
  }

  private draw(now: number): void {
    this.frame = 0;
    const frame = this.frameNow();
    if (!frame) return;
    const { scene } = frame;
    const { transform, size } = this.view;
    const many = isMany(scene);
    this.animateNext = false;
    this.world.attr('transform', transform.toString());
    const detail = transform.k < 0.35 ? 'far-detail' : transform.k < 0.6 ? 'less-detail' : 'full-detail';
    this.root.attr('class', `layer-graph ${detail} ${frame.lit.size > 0 ? 'has-lit' : ''}`);
    if (many) this.paint(frame, now);
    else this.drawAll(frame);
    const active = this.focused ? domId(this.focused) : null;
    this.svg.toggleAttribute('data-ready', true);
    if (active) this.svg.setAttribute('aria-activedescendant', active);
    else this.svg.removeAttribute('aria-activedescendant');
    const [x0, y0] = transform.invert([0, 0]);
    const [x1, y1] = transform.invert([size.width, size.height]);
    this.minimap.frame(x0, y0, x1, y1, frame.lit);
  }

  /** What is to be drawn now; null before the first scene. */
  private frameNow(): Frame | null {
    const { scene, text, words } = this;
    const { transform, size } = this.view;
    if (!scene || !text || !words) return null;
    const [left, top] = transform.invert([-margin, -margin]);
    const [right, bottom] = transform.invert([size.width + margin, size.height + margin]);
    const area = { left, top, right, bottom, ...size };
    const far = this.isFar(scene);
    return {
      scene,
      text,
      words,
      ...this.marksOf(scene),
      hovered: this.hovered,
      focused: this.focused,
      focusShown: this.svg.matches(':focus-visible'),
      emptySteps: this.emptySteps,
      area,
      chips: far ? [] : this.chipsIn(scene, area),
      cards: far ? [] : this.cardsIn(scene, area),
      animate: this.animateNext && !isMany(scene),
    };
  }

  private paint(frame: Frame, now: number): void {
    if (!this.painted) for (const group of Object.values(this.groups)) group.selectAll('*').remove();
    this.painted = true;
    const moving = this.motion?.advance(now) ?? false;
    this.canvas.paint(frame, this.view.size, this.view.transform, this.motion);
    if (!moving) this.motion = null;
    else this.schedule();
    drawTreeItems(this.groups.items, frame);
  }

  private drawAll(frame: Frame): void {
    if (this.painted) {
      this.canvas.clear(this.view.size);
      this.groups.items.selectAll('*').remove();
    }
    this.painted = false;
    this.motion = null;
    drawLinks(this.groups.links, frame);
    drawLeads(this.groups.leads, frame);
    drawChips(this.groups.chips, frame);
    drawEmptySteps(this.groups.steps, frame);
    drawCards(this.groups.cards, frame);
    drawWorkspaces(this.groups.workspaces, frame);
    drawCrossLinks(this.groups.cross, frame);
  }

  private chipsIn(scene: Scene, area: Frame['area']): Frame['chips'] {
    const found = scene.space.chipsIn(area).map((place) => scene.chip(place));
    const { focused } = this;
    return focused?.kind === 'chip' && !found.includes(focused) ? [...found, focused] : found;
  }

  private cardsIn(scene: Scene, { left, right, top, bottom }: Frame['area']): Frame['cards'] {
    const { cardX, cardWidth } = scene.metrics;
    const [from, to] = cardX > right || cardX + cardWidth < left ? [0, 0] : scene.space.cardsIn(top, bottom);
    const found = Array.from({ length: to - from }, (_, i) => scene.card(from + i));
    const { focused } = this;
    const away = focused?.kind === 'card' || focused?.kind === 'group' ? focused : null;
    return away && !found.includes(away) ? [...found, away] : found;
  }

  private listen(): void {
    this.root
      .on('pointermove.chart', (event: PointerEvent) => {
        if (event.buttons === 0) this.hoverSoon(this.targetAt(event));
      })
      .on('pointerleave.chart', () => this.hoverSoon(null))
      .on('click.chart', (event: MouseEvent) => {
        if (this.view.dragged) return;
        const item = this.targetAt(event);
        this.svg.focus({ preventScroll: true });
        if (item && item.kind !== 'block') this.focused = item;
        const how = event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
        clearTimeout(this.hoverTimer);
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
    if (item.kind === 'block' || (this.scene && this.isFar(this.scene))) this.zoomTo(target);
    else this.events.open(target);
  }

  private keyDown(event: KeyboardEvent): void {
    this.focusCard++;
    const direction = directions[event.key];
    if (event.altKey || event.metaKey || !this.scene) return;
    if (direction !== undefined && !event.ctrlKey) {
      event.preventDefault();
      const next = travel(this.scene, this.focused, direction);
      if (!next) return;
      this.focused = next;
      this.bringIntoSight(next, false);
      if (event.shiftKey && next.kind === 'card') this.events.select(targetOf(next), 'extend');
      this.schedule();
      this.showFocused();
      return;
    }
    const item = this.focused;
    if (event.key === ' ' && item) {
      event.preventDefault();
      this.events.select(targetOf(item), event.ctrlKey ? 'toggle' : 'only');
    } else if (event.key === 'Enter' && item) {
      event.preventDefault();
      this.open(item);
    } else if (event.ctrlKey) return;
    else if (event.key === 'f' || event.key === 'F') this.byKey(() => this.fit());
    else if (event.key === '+' || event.key === '=') this.byKey(() => this.scaleBy(1.25));
    else if (event.key === '-') this.byKey(() => this.scaleBy(0.8));
    else if (event.key === '0') this.byKey(() => this.unscale());
    else if (event.key === 'Escape') this.byKey(() => this.events.back());
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
    if (item === this.hovered) {
      clearTimeout(this.hoverTimer);
      return;
    }
    clearTimeout(this.hoverTimer);
    this.hoverTimer = setTimeout(() => {
      this.hovered = item;
      this.marks = null;
      this.schedule();
      this.events.hover(item && targetOf(item), item && this.placeOf(item));
    }, hoverDelay);
  }

  /** Where something is in the window. */
  private placeOf(item: Target): DOMRect | null {
    const { scene } = this;
    if (!scene) return null;
    const bounds = this.svg.getBoundingClientRect();
    const { transform } = this.view;
    const rows = (x: number, width: number, top: number, bottom: number): DOMRect => {
      const from = Math.max(0, top * transform.k + transform.y);
      const to = Math.min(bounds.height, bottom * transform.k + transform.y);
      return new DOMRect(bounds.left + x, bounds.top + from, width, Math.max(1, to - from));
    };
    if (item.kind === 'workspace' || !this.isFar(scene)) {
      return item.kind === 'block' ? null : boxOf(item, scene, transform, bounds);
    }
    const columns = new FarColumns(scene, transform);
    const { cardX, cardWidth } = columns;
    if (item.kind === 'block') return rows(cardX, cardWidth, item.top, item.bottom);
    if (item.kind !== 'chip') return rows(cardX, cardWidth, item.y, item.y);
    const { space } = scene;
    const { column, place } = item;
    return rows(columns.x(column), columns.width(column), space.spanTop(place), space.spanBottom(place));
  }

  private targetAt(event: MouseEvent): Target | null {
    const { scene } = this;
    if (!scene) return null;
    const { left, top } = this.svg.getBoundingClientRect();
    const { transform } = this.view;
    const [x, y] = transform.invert([event.clientX - left, event.clientY - top]);
    if (!this.isFar(scene)) return itemAt(scene, x, y);
    const columns = new FarColumns(scene, transform);
    const at = event.clientX - left;
    if (at >= columns.cardX) {
      return at <= columns.cardX + columns.cardWidth ? this.canvas.blockAt(scene, transform, y) : null;
    }
    const column = columns.columnAt(at);
    const chip = column < 0 ? -1 : scene.space.spanAt(column, y);
    return chip < 0 ? null : scene.chip(chip);
  }

  /** Whether a scene is seen from far away: as strata and blocks. */
  private isFar(scene: Scene): boolean {
    return isMany(scene) && CanvasLayer.isFar(scene, this.view.transform);
  }

  private bringIntoSight(item: Item, byName: boolean): void {
    if (!this.scene) return;
    this.view.reveal(item, widthOf(item, this.scene), this.scene.metrics.chipHeight, byName);
  }

  private itemOf(target: ChartTarget): Item | null {
    const { scene } = this;
    if (!scene) return null;
    if (target.kind === 'workspace') return scene.workspaces.find(({ name }) => name === target.id) ?? null;
    if (target.kind === 'layer') return scene.chipOf(target.id);
    const id = target.kind === 'image' ? target.id : target.images[0];
    return id === undefined ? null : scene.cardOf(id);
  }

  /** The same thing in the new scene; for a layer that is not there any more, what it stood on in the scene before. */
  private again(item: Item | null, before: Scene | null): Item | null {
    const same = item && this.itemOf(targetOf(item));
    if (same || item?.kind !== 'chip' || !before) return same;
    for (let place = before.parentOf(item.place); place >= 0; place = before.parentOf(place)) {
      const below = this.scene?.chipOf(before.chip(place).last.chainId);
      if (below) return below;
    }
    return null;
  }
}

/** Whether a scene is too much for an SVG. */
const isMany = ({ chipCount, cardCount }: Scene): boolean =>
  chipCount + cardCount > canvasFrom || cardCount > farFrom;

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

function targetOf(item: Target): ChartTarget {
  switch (item.kind) {
    case 'card':
      return { kind: 'image', id: item.image.id };
    case 'workspace':
      return { kind: 'workspace', id: item.name };
    case 'chip':
      return { kind: 'layer', id: item.last.chainId, run: item.run.map(({ chainId }) => chainId) };
    case 'group':
      return { kind: 'group', images: item.images.map(({ id }) => id), collapsed: item.collapsed };
    case 'block':
      return { kind: 'group', images: item.images.map(({ id }) => id), collapsed: null };
  }
}
