import { Overlay, type Mark } from '../drawing/overlay';
import { paintShapes } from '../drawing/paintPicture';
import { PointerRest } from '../pointerRest';
import { boxOfCell, cellAt, type Cell } from './overlapLayout';
import { overlapLabels, overlapShapes, type OverlapScene, type RowLabel } from './overlapPicture';

/** What the matrix tells the view. A row's own cell, on the diagonal, means the row alone. */
export interface OverlapEvents {
  select(cell: Cell | null, how: 'only' | 'toggle' | 'extend'): void;
  open(cell: Cell): void;
  leave(): void;
  menu(cell: Cell | null, at: { readonly x: number; readonly y: number } | Element): void;
  hover(cell: Cell | null, box: DOMRect | null): void;
  /** Pressed on a cell: its images may be dragged. */
  grab(cell: Cell, press: PointerEvent): void;
}

/**
 * The matrix on an element: cells on a canvas, texts and marks in SVG over it, and for screen readers the cell that has the
 * keyboard as a cell of a grid. It keeps no state of the store: the view hands it scenes.
 */
export class OverlapChart {
  private scene: OverlapScene | null = null;
  private places: readonly RowLabel[] = [];
  private chosen: ReadonlySet<number> = new Set();
  private hovered: Cell | null = null;
  private focused: Cell | null = null;
  private readonly canvas: HTMLCanvasElement;
  private readonly content: HTMLDivElement;
  private readonly spoken: HTMLDivElement;
  private readonly overlay: Overlay;
  private readonly watch: ResizeObserver;
  private readonly ended = new AbortController();
  private readonly rest = new PointerRest<Cell>(
    (cell) => this.rested(cell),
    () => this.unlit(),
  );

  constructor(
    private readonly host: HTMLElement,
    private readonly events: OverlapEvents,
    onResize: (size: { width: number; height: number }) => void,
  ) {
    this.content = document.createElement('div');
    this.content.className = 'overlap-content';
    this.content.role = 'presentation';
    this.canvas = document.createElement('canvas');
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('aria-hidden', 'true');
    this.spoken = document.createElement('div');
    this.spoken.role = 'row';
    this.spoken.className = 'overlap-spoken';
    this.content.append(this.canvas, svg, this.spoken);
    host.replaceChildren(this.content);
    this.overlay = new Overlay(svg);
    this.watch = new ResizeObserver(() => onResize({ width: host.clientWidth, height: host.clientHeight }));
    this.watch.observe(host);
    this.listen();
  }

  /** Shows a scene. */
  show(scene: OverlapScene): void {
    const last = scene.items.length - 1;
    this.scene = scene;
    this.hovered = null;
    this.rest.stop();
    if (this.focused) {
      const row = Math.min(this.focused.row, last);
      this.focused = last < 0 ? null : { row, column: Math.min(this.focused.column, row) };
    }
    const { width, height } = scene.layout;
    Object.assign(this.content.style, { width: `${width}px`, height: `${height}px` });
    const ratio = devicePixelRatio;
    this.canvas.width = Math.max(1, Math.round(width * ratio));
    this.canvas.height = Math.max(1, Math.round(height * ratio));
    const context = this.canvas.getContext('2d');
    if (context) {
      context.scale(ratio, ratio);
      paintShapes(context, overlapShapes(scene), scene.palette, ratio);
    }
    this.host.setAttribute('aria-rowcount', String(scene.items.length));
    this.host.setAttribute('aria-colcount', String(scene.items.length));
    this.label();
    this.host.toggleAttribute('data-ready', true);
  }

  /** Brings a row's own cell into sight, and puts the keyboard's place on it. */
  reveal(row: number): void {
    this.focused = { row, column: row };
    this.bringIntoSight(this.focused);
    this.mark();
  }

  /** Marks rows as selected. */
  select(rows: ReadonlySet<number>): void {
    this.chosen = rows;
    this.label();
  }

  /** Ends everything. */
  close(): void {
    this.ended.abort();
    this.rest.close();
    this.watch.disconnect();
    this.overlay.close();
    this.host.replaceChildren();
  }

  private label(): void {
    if (!this.scene) return;
    const { labels, places } = overlapLabels(this.scene, this.chosen);
    this.places = places;
    this.overlay.label(labels);
    this.mark();
  }

  private mark(): void {
    const { scene, hovered, focused, chosen, places } = this;
    if (!scene) return;
    const { layout } = scene;
    const marks: Mark[] = [];
    const under: Mark[] = [];
    for (const row of chosen) {
      const place = places[row];
      if (place) under.push({ ...place, look: 'label-chosen' });
    }
    const [a, b] = [...chosen].sort((x, y) => y - x);
    if (chosen.size === 2 && a !== undefined && b !== undefined)
      marks.push({ ...boxOfCell(layout, { row: a, column: b }), look: 'chosen', inset: 1 });
    if (hovered) {
      const { row, column } = hovered;
      const own = boxOfCell(layout, { row, column: row });
      const top = boxOfCell(layout, { row: column, column });
      const foot = boxOfCell(layout, { row: scene.items.length - 1, column });
      const first = boxOfCell(layout, { row, column: 0 });
      marks.push({ ...first, x1: own.x1, look: 'cross' });
      marks.push({ ...top, y1: foot.y1, look: 'cross' });
      for (const each of new Set([row, column])) {
        const place = places[each];
        if (place && !chosen.has(each)) under.push({ ...place, look: 'label-lit' });
      }
      marks.push({ ...boxOfCell(layout, hovered), look: 'hovered' });
    }
    if (focused) marks.push({ ...boxOfCell(layout, focused), look: 'focus', inset: -2 });
    this.overlay.mark(marks, under);
    this.speak();
  }

  private speak(): void {
    const { scene, focused, chosen } = this;
    if (!scene || !focused) {
      this.spoken.replaceChildren();
      this.host.removeAttribute('aria-activedescendant');
      // A row of a grid holds a cell.
      this.spoken.append(cellElement('', 1));
      return;
    }
    const { row, column } = focused;
    const cell = cellElement(scene.text.cell(scene.items, scene.matrix, row, column), column + 1);
    cell.ariaSelected = String(chosen.has(row) && chosen.has(column));
    const { x0, y0, x1, y1 } = boxOfCell(scene.layout, focused);
    Object.assign(cell.style, {
      left: `${x0}px`,
      top: `${y0}px`,
      width: `${x1 - x0}px`,
      height: `${y1 - y0}px`,
    });
    this.spoken.setAttribute('aria-rowindex', String(row + 1));
    this.spoken.replaceChildren(cell);
    this.host.setAttribute('aria-activedescendant', cell.id);
  }

  private listen(): void {
    const { host } = this;
    const { signal } = this.ended;
    this.rest.watch(host);
    const how = (event: MouseEvent | KeyboardEvent): 'only' | 'toggle' | 'extend' =>
      event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    host.addEventListener('pointermove', (event) => this.hoverSoon(this.at(event)), { signal });
    host.addEventListener('pointerleave', () => this.rest.leave(this.hovered === null), { signal });
    host.addEventListener(
      'pointerdown',
      (press) => {
        const cell = this.at(press);
        if (cell) this.events.grab(cell, press);
      },
      { signal },
    );
    host.addEventListener('scroll', () => this.events.hover(null, null), { signal });
    host.addEventListener(
      'click',
      (event) => {
        host.focus({ preventScroll: true });
        this.rest.stop();
        this.events.hover(null, null);
        const cell = this.at(event);
        if (cell) this.focused = cell;
        this.events.select(cell, how(event));
        this.mark();
      },
      { signal },
    );
    host.addEventListener(
      'dblclick',
      (event) => {
        const cell = this.at(event);
        if (cell) this.events.open(cell);
      },
      { signal },
    );
    host.addEventListener(
      'contextmenu',
      (event) => {
        event.preventDefault();
        const byKey = event.button !== 2;
        const cell = byKey ? this.focused : this.at(event);
        if (cell) this.focused = cell;
        this.mark();
        const element = byKey ? this.spoken.firstElementChild : null;
        this.hoverSoon(null);
        this.events.menu(cell, element ?? { x: event.clientX, y: event.clientY });
      },
      { signal },
    );
    host.addEventListener(
      'keydown',
      (event) => {
        if (event.altKey || event.metaKey || !this.scene) return;
        this.keyDown(event, how(event));
      },
      { signal },
    );
    host.addEventListener(
      'focus',
      () => {
        if (!this.focused && this.scene && this.scene.items.length > 0) {
          this.focused = { row: 0, column: 0 };
          this.mark();
        }
      },
      { signal },
    );
  }

  private keyDown(event: KeyboardEvent, how: 'only' | 'toggle' | 'extend'): void {
    const cell = this.focused;
    const to = cell && nextCell(cell, event.key, this.scene?.items.length ?? 0);
    if (to) {
      event.preventDefault();
      this.focused = to;
      this.mark();
      this.bringIntoSight(to);
      this.events.hover(to, this.boxOf(to));
    } else if (event.key === ' ' && cell) {
      event.preventDefault();
      this.events.select(cell, how);
    } else if (event.key === 'Enter' && cell) {
      event.preventDefault();
      this.events.open(cell);
    } else if (event.key === 'Backspace') {
      event.preventDefault();
      this.events.leave();
    } else if (event.key === 'Escape') this.events.hover(null, null);
  }

  private bringIntoSight(cell: Cell): void {
    if (!this.scene) return;
    const { y0, y1 } = boxOfCell(this.scene.layout, cell);
    const { scrollTop, clientHeight } = this.host;
    if (y0 < scrollTop + 8) this.host.scrollTop = y0 - 8;
    else if (y1 > scrollTop + clientHeight - 8) this.host.scrollTop = y1 - clientHeight + 8;
  }

  private hoverSoon(cell: Cell | null): void {
    this.rest.come(cell, cell?.row === this.hovered?.row && cell?.column === this.hovered?.column);
  }

  private unlit(): void {
    this.hovered = null;
    this.mark();
  }

  private rested(cell: Cell | null): void {
    this.hovered = cell;
    this.mark();
    this.events.hover(cell, cell && this.boxOf(cell));
  }

  private at(event: MouseEvent): Cell | null {
    const { left, top } = this.content.getBoundingClientRect();
    return this.scene ? cellAt(this.scene.layout, event.clientX - left, event.clientY - top) : null;
  }

  private boxOf(cell: Cell): DOMRect {
    const { left, top } = this.content.getBoundingClientRect();
    if (!this.scene) return new DOMRect(left, top, 0, 0);
    const { x0, y0, x1, y1 } = boxOfCell(this.scene.layout, cell);
    return new DOMRect(left + x0, top + y0, x1 - x0, y1 - y0);
  }
}

function cellElement(label: string, column: number): HTMLElement {
  const cell = document.createElement('div');
  cell.id = 'overlap-cell';
  cell.role = 'gridcell';
  cell.ariaLabel = label;
  cell.setAttribute('aria-colindex', String(column));
  return cell;
}

/** Where a key leads from a cell of a staircase of `count` rows; null for other keys. */
export function nextCell({ row, column }: Cell, key: string, count: number): Cell | null {
  const at = (r: number, c: number): Cell => {
    const to = Math.max(0, Math.min(r, count - 1));
    return { row: to, column: Math.max(0, Math.min(c, to)) };
  };
  switch (key) {
    case 'ArrowLeft':
      return at(row, column - 1);
    case 'ArrowRight':
      return at(row, column + 1);
    case 'ArrowUp':
      return at(row - 1, column);
    case 'ArrowDown':
      return at(row + 1, column);
    case 'Home':
      return at(row, 0);
    case 'End':
      return at(row, row);
    case 'PageUp':
      return at(0, column);
    case 'PageDown':
      return at(count - 1, column);
    default:
      return null;
  }
}
