import { interrupt, select, type Selection } from 'd3';
import { drawCards } from './drawCards';
import { drawChips, drawEmptySteps } from './drawChips';
import { drawCrossLinks, drawLeads, drawLinks } from './drawLinks';
import { drawWorkspaces } from './drawWorkspaces';
import { domId, type Frame, type Group } from './frame';
import { addTextures } from './textures';
import { drawTreeItems } from './treeItems';
import type { ViewTransform } from './viewTransform';

const names = ['links', 'leads', 'steps', 'chips', 'cards', 'workspaces', 'cross-links', 'items'] as const;

/** The drawing on an SVG element: all of it, or, over a painting, what a screen reader travels. */
export class SvgLayer {
  readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly world: Group;
  private readonly groups: Readonly<Record<(typeof names)[number], Group>>;

  constructor(private readonly svg: SVGSVGElement) {
    this.root = select(svg);
    this.root.selectAll('*').remove();
    addTextures(this.root.append('defs'));
    const world = this.root.append('g').attr('class', 'world');
    this.world = world;
    this.groups = Object.fromEntries(
      names.map((name) => [name, world.append('g').attr('class', name)]),
    ) as typeof this.groups;
  }

  /** Sets where the drawing is seen from, and how much of it can be read. */
  view(transform: ViewTransform, isLit: boolean): void {
    this.world.attr('transform', transform.toString());
    const detail = transform.k < 0.35 ? 'far-detail' : transform.k < 0.6 ? 'less-detail' : 'full-detail';
    this.root.attr('class', `layer-graph ${detail} ${isLit ? 'has-lit' : ''}`);
  }

  /** Draws a frame with everything in it. */
  draw(frame: Frame): void {
    const { groups } = this;
    drawLinks(groups.links, frame);
    drawLeads(groups.leads, frame);
    drawChips(groups.chips, frame);
    drawEmptySteps(groups.steps, frame);
    drawCards(groups.cards, frame);
    drawWorkspaces(groups.workspaces, frame);
    drawCrossLinks(groups['cross-links'], frame);
  }

  /** Puts the elements without a look there that a screen reader travels while a canvas has the drawing. */
  drawTree(frame: Frame): void {
    drawTreeItems(this.groups.items, frame);
  }

  /** Takes everything away that was drawn. */
  clear(): void {
    for (const group of Object.values(this.groups)) group.selectAll('*').remove();
  }

  /** Says that a frame is drawn, and where the keyboard is. */
  settle(focused: Frame['focused']): void {
    this.svg.toggleAttribute('data-ready', true);
    if (focused) this.svg.setAttribute('aria-activedescendant', domId(focused));
    else this.svg.removeAttribute('aria-activedescendant');
  }

  /** Takes the drawing away and ends what moves in it. */
  close(): void {
    this.root.on('.chart', null);
    this.root
      .selectAll<SVGElement, unknown>('*')
      .each(function () {
        interrupt(this);
      })
      .remove();
  }
}
