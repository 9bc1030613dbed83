import { drag, pointer, select, type Selection } from 'd3';
import type { Lineage } from './lineage';
import type { Scene } from './scene';
import { box, boxes, type Point } from './shapes';

const margin = 6;
/** How much wider than high, or higher than wide, things may be drawn. */
const stretch = 400;
/** What is smaller than this in the overview is drawn together with its neighbours, CSS pixels. */
const quantum = 1;

/** The overview: the whole drawing small, and a frame around what is in sight. A press or drag goes there. */
export class Minimap {
  private readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly content: Selection<SVGGElement, unknown, null, undefined>;
  private readonly view: Selection<SVGRectElement, unknown, null, undefined>;
  private scene: Scene | null = null;
  private scale = { x: 1, y: 1 };
  private lit: Lineage | null = null;
  /** Width that the scene was drawn for, CSS pixels; 0: not yet drawn. */
  private drawnFor = 0;

  constructor(svg: SVGSVGElement, goTo: (x: number, y: number) => void) {
    this.root = select(svg);
    this.root.selectAll('*').remove();
    this.content = this.root.append('g');
    this.view = this.root.append('rect').attr('class', 'view').attr('rx', 3);
    const go = (event: unknown): void => {
      const [x, y] = pointer(event, svg);
      goTo((x - margin) / this.scale.x, (y - margin) / this.scale.y);
    };
    this.root.call(
      drag<SVGSVGElement, unknown>()
        .container(svg)
        .on('start drag', (event: { sourceEvent: unknown }) => go(event.sourceEvent)),
    );
  }

  /** Draws a scene small. */
  show(scene: Scene): void {
    this.scene = scene;
    this.lit = null;
    const svg = this.root.node();
    if (!svg) return;
    this.drawnFor = svg.clientWidth;
    // Hidden it has no size; it is drawn when it comes back.
    if (this.drawnFor === 0) return;
    const { width, height, chipWidth, chipHeight, cardWidth } = scene.metrics;
    const x = (svg.clientWidth - 2 * margin) / width;
    const y = (svg.clientHeight - 2 * margin) / height;
    const both = Math.min(x, y);
    // A store of hundreds of images is a ribbon: it is stretched, so that the overview stays one.
    this.scale = { x: Math.min(x, both * stretch), y: Math.min(y, both * stretch) };
    this.content.attr('transform', `translate(${margin},${margin}) scale(${this.scale.x},${this.scale.y})`);
    this.content.selectAll('*').remove();
    const byColour = new Map<number, Point[]>();
    for (const chip of this.apart(scene.chipCount, (place) => ({
      x: scene.chipX(place),
      y: scene.chipY(place),
    }))) {
      const colour = scene.colourOf(chip.place);
      const list = byColour.get(colour);
      if (list) list.push(chip);
      else byColour.set(colour, [chip]);
    }
    const high = (height: number): number => Math.max(height, quantum / this.scale.y);
    for (const [colour, chips] of byColour) {
      this.content
        .append('path')
        .attr('class', 'chips')
        .attr('d', boxes(chips, chipWidth, high(chipHeight)))
        .style('fill', `var(--lin-${colour})`);
    }
    const cards = this.apart(scene.cardCount, (place) => ({ x: scene.metrics.cardX, y: scene.cardY(place) }));
    this.content
      .append('path')
      .attr('class', 'cards')
      .attr(
        'd',
        cards
          .map(({ x, y }) => box(x, y - high(chipHeight - 6) / 2, cardWidth, high(chipHeight - 6)))
          .join(''),
      );
    this.content.append('path').attr('class', 'lit');
  }

  /** Moves the frame, in the drawing's own coordinates. */
  frame(left: number, top: number, right: number, bottom: number, lit: Lineage): void {
    const whole = this.scene?.metrics ?? { width: 0, height: 0 };
    // Of a drawing that is all in sight, and not small, it would only hide a part.
    const isWhole = top <= 0 && bottom >= whole.height && right >= whole.width;
    this.root.node()?.parentElement?.toggleAttribute('data-whole', isWhole);
    const svg = this.root.node();
    if (!this.scene || !svg) return;
    if (svg.clientWidth !== this.drawnFor) this.show(this.scene);
    const clamp = (value: number, most: number): number => Math.max(2, Math.min(value, most - 2));
    const x0 = clamp(left * this.scale.x + margin, svg.clientWidth);
    const y0 = clamp(top * this.scale.y + margin, svg.clientHeight);
    const x1 = clamp(right * this.scale.x + margin, svg.clientWidth);
    const y1 = clamp(bottom * this.scale.y + margin, svg.clientHeight);
    this.view
      .attr('x', x0)
      .attr('y', y0)
      .attr('width', Math.max(4, x1 - x0))
      .attr('height', Math.max(4, y1 - y0));
    if (this.lit === lit) return;
    this.lit = lit;
    const { scene } = this;
    const lines = lit.cards;
    const cards = this.apart(lines.length, (i) => ({
      x: scene.metrics.cardX,
      y: scene.cardY(lines[i] as number),
    }));
    const { cardWidth, chipHeight } = scene.metrics;
    const height = Math.max(chipHeight - 6, (2 * quantum) / this.scale.y);
    this.content.select('.lit').attr('d', boxes(cards, cardWidth, height));
  }

  /** Of many places only one a pixel: what lies on another is not seen. */
  private apart(count: number, at: (place: number) => Point): (Point & { readonly place: number })[] {
    const seen = new Set<number>();
    const found: (Point & { readonly place: number })[] = [];
    for (let place = 0; place < count; place++) {
      const { x, y } = at(place);
      const cell =
        Math.floor((x * this.scale.x) / quantum) * 65_536 + Math.floor((y * this.scale.y) / quantum);
      if (seen.has(cell)) continue;
      seen.add(cell);
      found.push({ x, y, place });
    }
    return found;
  }

  /** Takes the drawing away. */
  close(): void {
    this.root.on('.drag', null).selectAll('*').remove();
  }
}
