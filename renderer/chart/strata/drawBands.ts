import { easeCubicInOut, select, type BaseType, type Selection } from 'd3';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { bandLabel, between, labelFrom, type LabelPart } from './bandLabel';
import { bandFill, solidOf } from './fills';
import { domId, slide, type Frame, type Layer } from './frame';
import { isLit } from './lineage';
import { bandBox, type BandItem, type Box, type Item } from './scene';
import { dotRadius, dotsOver } from './stepDots';
import { withParents } from './treeOrder';

/** Bands of this height and more have a texture and a sheen. */
const texturedFrom = 6;
const sheen = 18;
/** Bands with words are drawn as elements also where a canvas paints all others; so many at most. */
const wordsAtMost = 400;

type Bands<E extends BaseType = BaseType> = Selection<SVGGElement, BandItem, E, unknown>;

/** The bands that are elements of their own: all in sight, or of very many those with words or a meaning of the moment, and what the keyboard's place stands on. */
export function bandsDrawn(frame: Frame): readonly BandItem[] {
  const { scene, grid, far, pieces, hovered, focused, selection, lit } = frame;
  const bands = pieces.map((piece) => scene.bands[piece] as BandItem);
  if (!far) return bands;
  const heard = new Set<Item>(focused ? withParents(scene, [focused]) : []);
  let words = 0;
  return bands.filter((band) => {
    if (band === hovered || heard.has(band) || band.layer.chainId === selection.layer) return true;
    if (lit && band.block < 0 && isLit(scene, lit, band) && lit.chain.has(band.place)) return true;
    if (band.block >= 0 || words >= wordsAtMost) return false;
    const { width, height } = bandBox(grid, band);
    if (height < labelFrom || width < 28) return false;
    words++;
    return true;
  });
}

/** Draws bands with textures and labels; each keeps its element while it is in sight. */
export function drawBands(group: Layer, frame: Frame): void {
  const { scene, grid, palette, text, lit, selection, hovered, focused } = frame;
  const bands = group
    .selectAll<SVGGElement, BandItem>('g.band')
    .data([...bandsDrawn(frame)], ({ key }) => key);
  bands.exit().remove();
  const entered = bands.enter().append('g').attr('id', domId);
  entered.each(function (band) {
    const g = select(this);
    const { kind } = layerTitle(band.layer.createdBy);
    g.append('rect').attr('class', 'fill');
    g.append('rect').attr('class', `texture ${kind}`);
    g.append('rect').attr('class', 'sheen').attr('fill', 'url(#strata-sheen)');
    g.append('rect').attr('class', band.dashed ? 'edge dashed' : 'edge');
    g.append('path').attr('class', 'steps');
    g.append('path').attr('class', 'tear');
    g.append('g').attr('class', 'label');
  });
  const all = entered.merge(bands);
  group.classed('has-lit', lit !== null);
  all
    .attr('class', (band) => {
      const parts = ['band'];
      if (lit && isLit(scene, lit, band)) parts.push('lit');
      if (band === hovered) parts.push('hovered');
      if (band === focused) parts.push('focused');
      if (band.layer.chainId === selection.layer) parts.push('selected');
      if (band.block >= 0) parts.push('in-block');
      return parts.join(' ');
    })
    .attr('aria-label', (band) => text.bandLabel(band))
    .attr('aria-selected', ({ layer }) => layer.chainId === selection.layer);
  all.select('.fill').style('--f', ({ colour, depth, hue }) => bandFill(palette, colour, depth, hue));
  all.select('.edge').style('--c', ({ colour }) => solidOf(palette, colour));
  all.select('.tear').style('--c', ({ colour }) => solidOf(palette, colour));
  place(all, entered, frame);
  all.each(function (band) {
    const box = bandBox(grid, band);
    const words = { title: text.title(band), size: text.size(band), shared: text.shared(band) };
    const parts = band.block >= 0 ? [] : bandLabel(words, box.width, box.height);
    select(this)
      .select('.label')
      .selectAll<SVGTextElement, LabelPart>('text')
      .data(parts)
      .join('text')
      .attr('class', ({ style }) => style)
      .attr('text-anchor', ({ anchor }) => anchor)
      .attr('x', ({ x }) => round(x))
      .attr('y', ({ y }) => round(y))
      .each(function ({ text: words, after }) {
        const node = select(this);
        node.text(words);
        if (after !== '') node.append('tspan').attr('class', 'size').attr('dx', between).text(after);
      });
  });
}

/** Puts bands where they belong; those that were there slide from where they are. */
function place(all: Bands, entered: Bands, frame: Frame): void {
  const { grid, motion } = frame;
  const put = (bands: Bands | ReturnType<typeof sliding>): void => {
    const boxOf = (band: BandItem): Box => bandBox(grid, band);
    // A transition has the same attributes as a selection, but no common type with it.
    const target = bands as Bands;
    target.attr('transform', (band) => `translate(${round(boxOf(band).x)},${round(boxOf(band).y)})`);
    const size = (
      name: string,
      value: (box: Box, band: BandItem) => Partial<Record<string, number>>,
    ): void => {
      const part = target.select(name) as Bands;
      for (const key of ['x', 'y', 'width', 'height', 'rx'])
        part.attr(key, (band) => {
          const found = value(boxOf(band), band)[key];
          return found === undefined ? null : round(found);
        });
    };
    size('.fill', ({ width, height }) => ({ width, height, rx: Math.min(3, height / 2) }));
    size('.texture', ({ width, height }) => ({
      width,
      height: height > texturedFrom ? height : 0,
      rx: Math.min(3, height / 2),
    }));
    size('.sheen', ({ width, height }) => ({
      width,
      height: height > texturedFrom ? Math.min(height, sheen) : 0,
      rx: 3,
    }));
    size('.edge', ({ width, height }, { block }) => ({
      x: 0.5,
      y: 0.5,
      width: block >= 0 && width < 6 ? 0 : Math.max(0, width - 1),
      height: Math.max(1, height - 1),
      rx: Math.min(2.5, height / 2),
    }));
    (target.select('.steps') as Bands).attr('d', (band) =>
      stepDots(frame.emptySteps?.[band.place] ?? 0, boxOf(band).width, grid.stacks.steps[band.place] ?? 0),
    );
    (target.select('.tear') as Bands).attr('d', (band) => tear(band, boxOf(band)));
  };
  put(entered);
  if (motion === 'keep') return;
  const fresh = new Set(entered.nodes());
  const old = all.filter(function () {
    return !fresh.has(this);
  });
  if (motion === 'set') {
    old.interrupt().selectAll('*').interrupt();
    put(old);
  } else put(sliding(old));
}

/** Hollow dots over a band for its empty steps, as many as have room: one row. */
function stepDots(count: number, width: number, strip: number): string {
  if (strip === 0) return '';
  return dotsOver(count, width)
    .map(
      (x) =>
        `M${round(x - dotRadius)} ${round(-1 - strip / 2)}a${dotRadius} ${dotRadius} 0 1 0 ${2 * dotRadius} 0a${dotRadius} ${dotRadius} 0 1 0 ${-2 * dotRadius} 0`,
    )
    .join('');
}

const sliding = (bands: Bands) => bands.transition().duration(slide).ease(easeCubicInOut);

/** The edges at which the order breaks a band: torn, not cut. */
function tear({ part, parts }: BandItem, { width, height }: Box): string {
  if (parts === 1 || height < 4) return '';
  const edge = (x: number, inwards: number): string => {
    let path = `M${x} 0`;
    for (let y = 0, i = 1; y < height; i++) {
      y = Math.min(height, y + 3);
      path += `L${x + (i % 2 === 1 ? inwards : 0)} ${round(y)}`;
    }
    return path;
  };
  return (part > 0 ? edge(0, 3) : '') + (part < parts - 1 ? edge(round(width), -3) : '');
}

const round = (value: number): number => Math.round(value * 10) / 10;
