import { drag, pointer, select, type Selection } from 'd3';
import { boxes } from './drawItems';
import type { ChipItem, Lineage, Scene } from './scene';

const margin = 6;
/** How much wider than high, or higher than wide, things may be drawn. */
const stretch = 40;

/** The overview: the whole drawing small, and a frame around what is in sight. A press or drag goes there. */
export class Minimap {
  private readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly content: Selection<SVGGElement, unknown, null, undefined>;
  private readonly view: Selection<SVGRectElement, unknown, null, undefined>;
  private scene: Scene | null = null;
  private scale = { x: 1, y: 1 };
  private lit: Lineage | null = null;

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
    const { width, height, chipWidth, chipHeight, cardWidth } = scene.metrics;
    const x = (svg.clientWidth - 2 * margin) / width;
    const y = (svg.clientHeight - 2 * margin) / height;
    const both = Math.min(x, y);
    // A store of hundreds of images is a ribbon: it is stretched, so that the overview stays one.
    this.scale = { x: Math.min(x, both * stretch), y: Math.min(y, both * stretch) };
    this.content.attr('transform', `translate(${margin},${margin}) scale(${this.scale.x},${this.scale.y})`);
    this.content.selectAll('*').remove();
    const byColour = new Map<number, ChipItem[]>();
    for (const chip of scene.chips) {
      const list = byColour.get(chip.colour);
      if (list) list.push(chip);
      else byColour.set(chip.colour, [chip]);
    }
    for (const [colour, chips] of byColour) {
      this.content
        .append('path')
        .attr('class', 'chips')
        .attr('d', boxes(chips, chipWidth, chipHeight))
        .style('fill', `var(--lin-${colour})`);
    }
    this.content
      .append('path')
      .attr('class', 'cards')
      .attr('d', boxes(scene.cards, cardWidth, chipHeight - 6));
    this.content.append('path').attr('class', 'lit');
  }

  /** Moves the frame, in the drawing's own coordinates. */
  frame(left: number, top: number, right: number, bottom: number, lit: Lineage): void {
    const svg = this.root.node();
    if (!this.scene || !svg) return;
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
    const cards = scene.cards.filter(({ place }) => lit.cards.has(place));
    const { cardWidth, chipHeight } = scene.metrics;
    this.content.select('.lit').attr('d', boxes(cards, cardWidth, chipHeight - 6));
  }

  /** Takes the drawing away. */
  close(): void {
    this.root.on('.drag', null).selectAll('*').remove();
  }
}
