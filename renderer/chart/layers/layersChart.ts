import { select, type Selection } from 'd3';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { ChartText } from './chartText';
import { drawCards, drawChips, drawEmptySteps } from './drawItems';
import { drawFar } from './drawFar';
import { drawWorkspaces } from './drawWorkspaces';
import { drawLeads, drawLinks } from './drawLinks';
import { boxOf, itemAt, widthOf } from './hitTest';
import { Minimap } from './minimap';
import { Viewport } from './viewport';
import { addTextures } from './textures';
import { travel, type Direction } from './navigate';
import { domId, type Frame, type Group } from './frame';
import { lineageOf, noLineage, type Item, type Scene } from './scene';

/** What of the chart a person means: an image, or a layer (the last of a run, with the run). */
export type ChartTarget =
  | { readonly kind: 'image'; readonly id: ImageId }
  | { readonly kind: 'workspace'; readonly id: string }
  | { readonly kind: 'layer'; readonly id: ChainId; readonly run: readonly ChainId[] };

/** What the chart tells the view. */
export interface ChartEvents {
  select(target: ChartTarget | null, how: 'only' | 'toggle' | 'extend'): void;
  open(target: ChartTarget): void;
  menu(target: ChartTarget | null, at: { readonly x: number; readonly y: number } | Element): void;
  /** Hovered or focused by keyboard, with the place of its box in the window; null: nothing. */
  hover(target: ChartTarget | null, box: DOMRect | null): void;
  zoomed(scale: number): void;
}

/** What is selected, by ID. */
export interface ChartSelection {
  readonly images: ReadonlySet<ImageId>;
  readonly layer: ChainId | null;
}

/** Chips and cards in sight from which on they are drawn as few large paths. */
const farFrom = 700;
const hoverDelay = 80;

/**
 * The layer graph on an SVG element: draws what is in sight, in detail by scale, as few large paths when there is much of
 * it; pans, zooms, hovers, and travels by keyboard. It keeps no state of the store: the view hands it scenes.
 */
export class LayersChart {
  private scene: Scene | null = null;
  private text: ChartText | null = null;
  private emptySteps = false;
  private selection: ChartSelection = { images: new Set(), layer: null };
  private hovered: Item | null = null;
  private focused: Item | null = null;
  private hoverTimer: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;
  private animateNext = false;
  /** What has to stay where it is in the window when the next scene comes. */
  private anchor: { readonly target: ChartTarget; readonly x: number; readonly y: number } | null = null;
  private farScene: Scene | null = null;
  private readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly world: Group;
  private readonly groups: Record<
    'far' | 'links' | 'leads' | 'chips' | 'steps' | 'cards' | 'workspaces',
    Group
  >;
  private readonly view: Viewport;
  private readonly minimap: Minimap;
  private readonly watch: ResizeObserver;

  /** Draws into `svg`, the overview into `map`. `onResize` is called when the element has another size. */
  constructor(
    private readonly svg: SVGSVGElement,
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
      far: group('far'),
      links: group('links'),
      leads: group('leads'),
      steps: group('steps'),
      chips: group('chips'),
      cards: group('cards'),
      workspaces: group('workspaces'),
    };
    this.view = new Viewport(this.root, (byPointer, scaled) => {
      if (byPointer) events.hover(null, null);
      if (scaled) events.zoomed(this.view.transform.k);
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

  /** Shows a scene. The first one is fitted; later ones slide from where things were. */
  show(scene: Scene, text: ChartText, emptySteps: boolean): void {
    const first = this.scene === null;
    const before = this.scene;
    this.scene = scene;
    this.text = text;
    this.emptySteps = emptySteps;
    this.hovered = this.again(this.hovered);
    this.focused = this.again(this.focused);
    this.animateNext = !first && before !== scene && this.view.animates;
    this.minimap.show(scene);
    this.view.show(scene.metrics);
    if (this.anchor) this.holdAnchor(this.anchor);
    this.anchor = null;
    this.schedule();
  }

  /** Marks what is selected. */
  select(selection: ChartSelection): void {
    this.selection = selection;
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

  /** Brings an image's card into sight; false when it is not in the scene. */
  reveal(id: ImageId): boolean {
    const card = this.scene?.cardOf.get(id);
    if (!card) return false;
    this.bringIntoSight(card, true);
    return true;
  }

  /** Images in the order of their rows. */
  order(): ImageId[] {
    return this.scene?.cards.map(({ image }) => image.id) ?? [];
  }

  /** Puts the keyboard's place on an image or layer. */
  focusOn(target: ChartTarget): void {
    this.focused = this.itemOf(target);
    this.schedule();
  }

  /** Ends everything. */
  close(): void {
    clearTimeout(this.hoverTimer);
    cancelAnimationFrame(this.frame);
    this.watch.disconnect();
    this.minimap.close();
    this.root.on('.zoom', null).on('.chart', null);
    this.root.selectAll('*').interrupt().remove();
  }

  private holdAnchor({ target, x, y }: { target: ChartTarget; x: number; y: number }): void {
    // A run is known by its last layer; where it was, its first one is now.
    const first = target.kind === 'layer' ? { ...target, id: target.run[0] ?? target.id } : target;
    const item = this.itemOf(first);
    if (!item) return;
    this.view.pin(item, { x, y });
  }

  private schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    this.frame = 0;
    const { scene, text } = this;
    const { transform, size } = this.view;
    if (!scene || !text) return;
    const [left, top] = transform.invert([0, 0]);
    const [right, bottom] = transform.invert([size.width, size.height]);
    const sees: Frame['sees'] = (x, y, width, height) =>
      x < right + 40 && x + width > left - 40 && y < bottom + 40 && y + height > top - 40;
    const { chipWidth, chipHeight, cardWidth } = scene.metrics;
    let seen = 0;
    for (const { x, y } of scene.chips) if (sees(x, y - chipHeight / 2, chipWidth, chipHeight)) seen++;
    for (const { x, y } of scene.cards) if (sees(x, y - chipHeight / 2, cardWidth, chipHeight)) seen++;
    const far = seen > farFrom;
    const selected = {
      cards: new Set([...this.selection.images].flatMap((id) => scene.cardOf.get(id)?.place ?? [])),
      chip: this.selection.layer === null ? -1 : (scene.chipOf.get(this.selection.layer)?.place ?? -1),
    };
    const chosen = [...selected.cards].map((place) => scene.cards[place] as Item);
    const chip = scene.chips[selected.chip];
    if (chip) chosen.push(chip);
    const lit = this.hovered
      ? lineageOf(scene, [this.hovered])
      : chosen.length > 0
        ? lineageOf(scene, chosen)
        : noLineage;
    const frame: Frame = {
      scene,
      text,
      lit,
      selected,
      hovered: this.hovered,
      focused: this.focused,
      emptySteps: this.emptySteps,
      sees: far ? () => false : sees,
      animate: this.animateNext && !far,
    };
    this.animateNext = false;
    this.world.attr('transform', transform.toString());
    const detail = transform.k < 0.35 ? 'far-detail' : transform.k < 0.6 ? 'less-detail' : 'full-detail';
    this.root.attr('class', `layer-graph ${detail} ${lit.chips.size + lit.cards.size > 0 ? 'has-lit' : ''}`);
    if (!far) {
      this.groups.far.selectAll('*').remove();
      this.farScene = null;
    } else if (this.farScene !== scene) {
      drawFar(this.groups.far, scene);
      this.farScene = scene;
    }
    // In the far view the lineage, the selection and the focus are still drawn one by one.
    const shown = far ? this.alwaysShown(frame, sees) : frame;
    drawLinks(this.groups.links, shown, far);
    drawLeads(this.groups.leads, shown, far);
    drawChips(this.groups.chips, shown, far);
    drawEmptySteps(this.groups.steps, shown, far);
    drawCards(this.groups.cards, shown, far);
    drawWorkspaces(this.groups.workspaces, shown, far);
    const active = this.focused ? domId(this.focused) : null;
    this.svg.toggleAttribute('data-ready', true);
    if (active) this.svg.setAttribute('aria-activedescendant', active);
    else this.svg.removeAttribute('aria-activedescendant');
    this.minimap.frame(left, top, right, bottom, lit);
  }

  private alwaysShown(frame: Frame, sees: Frame['sees']): Frame {
    // A lineage can be all there is; past the limit the large paths stand for it.
    const many = frame.lit.chips.size + frame.lit.cards.size > farFrom;
    return { ...frame, sees, lit: many ? noLineage : frame.lit };
  }

  private listen(): void {
    this.root
      .on('pointermove.chart', (event: PointerEvent) => {
        if (event.buttons === 0) this.hoverSoon(this.itemAt(event));
      })
      .on('pointerleave.chart', () => this.hoverSoon(null))
      .on('click.chart', (event: MouseEvent) => {
        const item = this.itemAt(event);
        this.svg.focus({ preventScroll: true });
        if (item) this.focused = item;
        const how = event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
        clearTimeout(this.hoverTimer);
        // What was clicked is in the inspector now; the card would only lie over its neighbours.
        this.events.hover(null, null);
        this.events.select(item && targetOf(item), how);
        this.schedule();
      })
      .on('dblclick.chart', (event: MouseEvent) => {
        const item = this.itemAt(event);
        if (item) this.events.open(targetOf(item));
      })
      .on('contextmenu.chart', (event: MouseEvent) => {
        event.preventDefault();
        const item = this.itemAt(event);
        if (item) this.focused = item;
        // The menu key sends a mouse event without a place of its own.
        const element =
          this.focused && event.button !== 2 ? document.getElementById(domId(this.focused)) : null;
        const target = element ? this.focused : item;
        this.events.menu(target && targetOf(target), element ?? { x: event.clientX, y: event.clientY });
        this.schedule();
      })
      .on('keydown.chart', (event: KeyboardEvent) => this.keyDown(event))
      .on('focus.chart', () => {
        if (!this.focused && this.scene) {
          const [image] = this.selection.images;
          const card = image === undefined ? undefined : this.scene.cardOf.get(image);
          this.focused = card ?? travel(this.scene, null, 'first');
        }
        this.schedule();
      });
  }

  private keyDown(event: KeyboardEvent): void {
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
      this.events.open(targetOf(item));
    } else if (event.ctrlKey) return;
    else if (event.key === 'f' || event.key === 'F') this.fit();
    else if (event.key === '+' || event.key === '=') this.scaleBy(1.25);
    else if (event.key === '-') this.scaleBy(0.8);
    else if (event.key === '0') this.unscale();
    else if (event.key === 'Escape') {
      this.events.select(null, 'only');
      this.events.hover(null, null);
    }
  }

  private showFocused(): void {
    const item = this.focused;
    if (!item) return;
    requestAnimationFrame(() => {
      const box = document.getElementById(domId(item))?.getBoundingClientRect() ?? null;
      if (this.focused === item && box) this.events.hover(targetOf(item), box);
    });
  }

  private hoverSoon(item: Item | null): void {
    if (item === this.hovered) {
      clearTimeout(this.hoverTimer);
      return;
    }
    clearTimeout(this.hoverTimer);
    this.hoverTimer = setTimeout(() => {
      this.hovered = item;
      this.schedule();
      const box =
        item && this.scene
          ? boxOf(item, this.scene, this.view.transform, this.svg.getBoundingClientRect())
          : null;
      this.events.hover(item && targetOf(item), box);
    }, hoverDelay);
  }

  private itemAt(event: MouseEvent): Item | null {
    if (!this.scene) return null;
    const { left, top } = this.svg.getBoundingClientRect();
    const [x, y] = this.view.transform.invert([event.clientX - left, event.clientY - top]);
    return itemAt(this.scene, x, y);
  }

  private bringIntoSight(item: Item, byName: boolean): void {
    if (!this.scene) return;
    this.view.reveal(item, widthOf(item, this.scene), this.scene.metrics.chipHeight, byName);
  }

  private itemOf(target: ChartTarget): Item | null {
    if (!this.scene) return null;
    const { cardOf, chipOf, workspaces } = this.scene;
    if (target.kind === 'workspace') return workspaces.find(({ name }) => name === target.id) ?? null;
    return (target.kind === 'image' ? cardOf.get(target.id) : chipOf.get(target.id)) ?? null;
  }

  /** The same thing in the new scene. */
  private again(item: Item | null): Item | null {
    return item && this.itemOf(targetOf(item));
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

function targetOf(item: Item): ChartTarget {
  if (item.kind === 'card') return { kind: 'image', id: item.image.id };
  if (item.kind === 'workspace') return { kind: 'workspace', id: item.name };
  return { kind: 'layer', id: item.last.chainId, run: item.run.map(({ chainId }) => chainId) };
}
