import { select, type Selection } from 'd3';
import type { Box, Label } from './picture';

type Root = Selection<SVGSVGElement, unknown, null, undefined>;
type Layer = Selection<SVGGElement, unknown, null, undefined>;

/** An outline or a tint over the painting; `look` is its class. */
export interface Mark extends Box {
  readonly look: string;
  /** Moves the line inwards, CSS pixels. */
  readonly inset?: number;
}

/** The texts of a picture and the marks of hover, selection and focus: SVG over the canvas, in the theme's own colours. */
export class Overlay {
  private readonly root: Root;
  private readonly under: Layer;
  private readonly texts: Layer;
  private readonly marks: Layer;

  constructor(svg: SVGSVGElement) {
    this.root = select(svg);
    this.root.selectAll('*').remove();
    this.under = this.root.append('g').attr('class', 'under');
    this.texts = this.root.append('g').attr('class', 'labels');
    this.marks = this.root.append('g').attr('class', 'marks');
  }

  /** Sets all texts. */
  label(labels: readonly Label[]): void {
    this.texts
      .selectAll<SVGTextElement, Label>('text')
      .data(labels)
      .join('text')
      .attr('class', ({ style }) => `label ${style}`)
      .attr('x', ({ x }) => x)
      .attr('y', ({ y }) => y)
      .attr('text-anchor', ({ anchor }) => anchor)
      .style('fill', ({ ink }) => `var(--${ink})`)
      .text(({ text }) => text);
  }

  /** Shows or hides the texts, while the painting moves below them. */
  showLabels(shown: boolean): void {
    this.texts.attr('class', shown ? 'labels' : 'labels hidden');
  }

  /** Sets all outlines, the last one on top; those of `under` lie below the texts. */
  mark(marks: readonly Mark[], under: readonly Mark[] = []): void {
    draw(this.marks, marks);
    draw(this.under, under);
  }

  /** Takes everything away. */
  close(): void {
    this.root.selectAll('*').remove();
  }
}

function draw(layer: Layer, marks: readonly Mark[]): void {
  layer
    .selectAll<SVGRectElement, Mark>('rect')
    .data(marks)
    .join('rect')
    .attr('class', ({ look }) => `chart-mark ${look}`)
    .attr('x', ({ x0, inset = 0 }) => x0 + inset)
    .attr('y', ({ y0, inset = 0 }) => y0 + inset)
    .attr('width', ({ x0, x1, inset = 0 }) => Math.max(0, x1 - x0 - 2 * inset))
    .attr('height', ({ y0, y1, inset = 0 }) => Math.max(0, y1 - y0 - 2 * inset));
}
