import { interrupt, select, type Selection } from 'd3';
import { tellPlaces } from '../treePlace';
import { drawGround, linesEnd } from './behindNames';
import { drawCards } from './drawCards';
import { drawChips, drawEmptySteps } from './drawChips';
import { drawCrossLinks, drawLeads, drawLinks } from './drawLinks';
import { drawWorkspaces, workspacesIn } from './drawWorkspaces';
import { domId, type Frame, type Group } from './frame';
import type { Item } from './scene';
import { addTextures } from './textures';
import { drawTreeItems } from './treeItems';
import { byReading, treePlaceOf, withParents } from './treeOrder';
import type { ViewTransform } from './viewTransform';

/**
 * From the lowest up. All that is read is in one, in the order of reading: a screen reader goes by the elements, and with
 * the images after all layers nobody would hear whose they are.
 */
const names = ['links', 'leads', 'steps', 'ground', 'items', 'cross-links'] as const;

/** The drawing on an SVG element: all of it, or, over a painting, what a screen reader travels. */
export class SvgLayer {
  readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly defs: Selection<SVGDefsElement, unknown, null, undefined>;
  private readonly world: Group;
  private readonly groups: Readonly<Record<(typeof names)[number], Group>>;

  constructor(private readonly svg: SVGSVGElement) {
    this.root = select(svg);
    this.root.selectAll('*').remove();
    this.defs = this.root.append('defs');
    addTextures(this.defs);
    const world = this.root.append('g').attr('class', 'world');
    this.world = world;
    this.groups = Object.fromEntries(
      names.map((name) => [name, world.append('g').attr('class', name)]),
    ) as typeof this.groups;
  }

  /** Sets where the drawing is seen from. */
  view(transform: ViewTransform, isLit: boolean): void {
    this.world.attr('transform', transform.toString());
    this.root.attr('class', `layer-graph ${isLit ? 'has-lit' : ''}`);
  }

  /** Draws a frame with everything in it, and what it stands on: also a parent out of sight is heard before its children. */
  draw(inSight: Frame): void {
    const { groups } = this;
    const heard = withParents(inSight.scene, [
      ...inSight.chips,
      ...inSight.cards,
      ...workspacesIn(inSight.scene, inSight.area, inSight.pin),
    ]);
    const frame: Frame = {
      ...inSight,
      chips: heard.filter((item) => item.kind === 'chip'),
      cards: heard.filter((item) => item.kind === 'card' || item.kind === 'group'),
    };
    drawLinks(groups.links, frame);
    drawLeads(groups.leads, frame);
    drawEmptySteps(groups.steps, frame);
    drawGround(groups.ground, this.defs, frame);
    drawChips(groups.items, frame);
    drawCards(groups.items, frame);
    drawWorkspaces(groups.items, frame);
    groups['cross-links'].attr('clip-path', linesEnd(frame));
    drawCrossLinks(groups['cross-links'], frame);
    this.tell(frame);
  }

  /** Puts the elements without a look there that a screen reader travels while a canvas has the drawing. */
  drawTree(frame: Frame): void {
    drawTreeItems(this.groups.items, frame);
    this.tell(frame);
  }

  /** Says of all items where in the tree they stand, and in which order they are read. */
  private tell({ scene }: Frame): void {
    const items = this.groups.items.selectAll<SVGGElement, Item>('[role=treeitem]');
    tellPlaces(items, (item) => treePlaceOf(scene, item));
    items.sort(byReading(scene));
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
