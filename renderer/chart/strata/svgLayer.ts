import { select, type Selection } from 'd3';
import { addTextures } from '../layers/textures';
import { tellPlaces, type TreePlace } from '../treePlace';
import { drawBands } from './drawBands';
import { drawGround } from './drawGround';
import { drawHeads } from './drawHeads';
import { drawAbove, drawBelow, drawLeader, drawMarquee } from './drawMarks';
import { drawSpans } from './drawSpans';
import { domId, type Frame, type Layer } from './frame';
import { addOwnPatterns } from './patterns';
import { drawScaleKey } from './scaleKey';
import type { Box, Item } from './scene';
import { byReading, treePlaceOf } from './treeOrder';

/** From the lowest up. Bands and heads are in one, in the order in which they are read: a screen reader goes by their elements. */
const names = ['below', 'items', 'ground', 'above', 'spans', 'leader', 'marquee'] as const;

/** What of a picture is no part of the scene. */
interface Aids {
  /** Where the line from the hover card begins. */
  readonly leader: { readonly x: number; readonly y: number } | null;
  /** The frame that a person drags. */
  readonly marquee: Box | null;
}

/** The drawing on an SVG element: everything, or, over a painting, all but the bands. */
export class SvgLayer {
  readonly root: Selection<SVGSVGElement, unknown, null, undefined>;
  private readonly key: Layer;
  private readonly world: Layer;
  private readonly layers: Readonly<Record<(typeof names)[number], Layer>>;

  constructor(private readonly svg: SVGSVGElement) {
    this.root = select(svg);
    this.root.selectAll('*').remove();
    const defs = this.root.append('defs');
    addTextures(defs);
    addOwnPatterns(defs);
    this.key = this.root.append('g').attr('class', 'key').attr('aria-hidden', 'true');
    const world = this.root.append('g').attr('class', 'world');
    this.world = world;
    this.layers = Object.fromEntries(
      names.map((name) => [name, world.append('g').attr('class', name)]),
    ) as typeof this.layers;
  }

  /** Draws a frame, and says that it is drawn and where the keyboard is. */
  draw(frame: Frame, { leader, marquee }: Aids): void {
    const { layers } = this;
    this.world.attr('transform', `translate(${-frame.left},${-frame.top})`);
    this.root.attr(
      'class',
      `strata-chart ${frame.motion === 'set' ? '' : 'sliding'} ${frame.far ? 'painted' : ''}`,
    );
    drawBelow(layers.below, frame);
    drawBands(layers.items, frame);
    drawHeads(layers.items, frame);
    drawGround(layers.ground, frame);
    drawAbove(layers.above, frame);
    drawSpans(layers.spans, frame);
    drawLeader(layers.leader, frame, leader);
    drawMarquee(layers.marquee, marquee);
    drawScaleKey(this.key, frame);
    this.tell(frame);
    this.svg.toggleAttribute('data-ready', true);
    const active = frame.focused && domId(frame.focused);
    if (active) this.svg.setAttribute('aria-activedescendant', active);
    else this.svg.removeAttribute('aria-activedescendant');
  }

  /** Says of all items where in the tree they stand, and in which order they are read. */
  private tell({ scene }: Frame): void {
    const items = this.layers.items.selectAll<SVGGElement, Item>('g.band, g.head');
    const inTree = (item: Item): boolean => treePlaceOf(scene, item) !== null;
    // What is drawn within a block is its picture: the block says what it holds, and nobody comes to a band of it.
    items.attr('role', (item) => (inTree(item) ? 'treeitem' : null));
    items.attr('aria-hidden', (item) => (inTree(item) ? null : true));
    tellPlaces(items.filter(inTree), (item) => treePlaceOf(scene, item) as TreePlace);
    items.sort(byReading(scene));
  }

  /** Listens no more, and ends what moves. */
  close(): void {
    this.root.on('.chart', null).selectAll('*').interrupt();
  }
}
