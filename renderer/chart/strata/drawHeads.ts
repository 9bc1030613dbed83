import { select, easeCubicInOut, type BaseType, type Selection } from 'd3';
import { ShownTexts } from '../layers/fitApart';
import { textWidth } from '../layers/textFit';
import { fonts } from './fonts';
import { chosenOf, domId, slide, type ChartSelection, type Frame, type Layer } from './frame';
import { headFrom, headLines, nameLine, smallLine, type HeadLines } from './headLines';
import { isColumnLit } from './lineage';
import { blockBox, columnTop, highest, type Box, type GroupItem, type HeadItem, type Scene } from './scene';

type HeadLike = HeadItem | GroupItem;
type Heads = Selection<SVGGElement, HeadLike, BaseType, unknown>;

/** The label of a selected head has air on both sides of its words, CSS pixels in all. */
const pillInset = 8;

/** Room for the words of a head, CSS pixels. */
function roomOf({ grid }: Pick<Frame, 'grid'>, item: HeadLike): number {
  if (item.kind === 'group')
    return (grid.x1[item.to] ?? 0) - (grid.x0[item.from] ?? 0) + grid.metrics.gap - 2;
  return grid.column + grid.metrics.gap - 2;
}

const known = new WeakMap<Scene, ShownTexts>();

/** What the repositories of heads are told from: those of all heads and blocks. */
function amongOf({ scene, text }: Pick<Frame, 'scene' | 'text'>): ShownTexts {
  let found = known.get(scene);
  if (!found) {
    const names = (): string[] => [
      ...scene.heads.flatMap((head) => (head ? [text.head(head).name] : [])),
      ...scene.groups.map((group) => text.groupTitle(group)),
    ];
    known.set(scene, (found = new ShownTexts(names)));
  }
  return found;
}

/** The lines of a head as they are drawn. */
export function linesOf(
  frame: Pick<Frame, 'grid' | 'scene' | 'text' | 'selection'>,
  item: HeadLike,
): HeadLines {
  const words =
    item.kind === 'group' ? frame.text.block(item, chosenOf(item, frame.selection)) : frame.text.head(item);
  const room = roomOf(frame, item);
  return headLines(
    words,
    isChosen(item, frame.selection) && room - pillInset >= headFrom ? room - pillInset : room,
    amongOf(frame),
  );
}

function isChosen(item: HeadLike, selection: ChartSelection): boolean {
  return item.kind === 'group'
    ? chosenOf(item, selection) === item.images.length
    : selection.images.has(item.image.id);
}

/** Where a head is; null where columns are too narrow for heads. */
export function headBox(
  frame: Pick<Frame, 'grid' | 'scene' | 'text' | 'selection'>,
  item: HeadLike,
): Box | null {
  const { grid, scene } = frame;
  const room = roomOf(frame, item);
  if (room < headFrom) return null;
  const { height } = linesOf(frame, item);
  if (item.kind === 'group') {
    const { x, y, width } = blockBox(grid, scene, item);
    return { x: x - 1, y: y - height, width: width + 2, height };
  }
  const x = ((grid.x0[item.column] ?? 0) + (grid.x1[item.column] ?? 0)) / 2 - room / 2;
  return { x, y: columnTop(grid, scene, item.column) - height, width: room, height };
}

/** Draws the heads of columns and blocks: repository, tag, size; of selected images as an accent label. */
export function drawHeads(group: Layer, frame: Frame): void {
  const { scene, grid, text, from, to, selection, hovered, focused, lit, motion } = frame;
  const shown: HeadLike[] = [];
  const blocks = new Set<number>();
  for (let column = from; column <= to; column++) {
    const head = scene.heads[column];
    if (head) {
      if (grid.column + grid.metrics.gap - 2 >= headFrom || head === focused || head === hovered)
        shown.push(head);
      continue;
    }
    const block = scene.layout.columnBlock[column] ?? -1;
    const item = scene.groups[block];
    if (item && !blocks.has(block)) {
      blocks.add(block);
      if (roomOf(frame, item) >= headFrom || item === focused || item === hovered) shown.push(item);
    }
  }
  const heads = group.selectAll<SVGGElement, HeadLike>('g.head').data(shown, ({ key }) => key);
  heads.exit().remove();
  const entered = heads.enter().append('g').attr('id', domId);
  entered.each(function () {
    const g = select(this);
    g.append('rect').attr('class', 'hit');
    g.append('rect').attr('class', 'pill').attr('rx', 6);
    g.append('text').attr('class', 'name');
    g.append('text').attr('class', 'tag');
    g.append('text').attr('class', 'tag second');
    g.append('text').attr('class', 'size');
  });
  const all = entered.merge(heads);
  const chosen = (item: HeadLike): boolean => isChosen(item, selection);
  all
    .attr('class', (item) => {
      const parts = ['head', item.kind === 'group' ? 'of-block' : 'of-image'];
      if (item.kind === 'head' && item.image.names.length === 0) parts.push('nameless');
      if (item.kind === 'group' && chosenOf(item, selection) > 0) parts.push('part-selected');
      if (chosen(item)) parts.push('selected');
      if (item === hovered) parts.push('hovered');
      if (item === focused) parts.push('focused');
      if (lit && isColumnLit(scene, lit, item.kind === 'group' ? item.from : item.column)) parts.push('lit');
      return parts.join(' ');
    })
    .attr('aria-label', (item) => (item.kind === 'group' ? text.groupLabel(item) : text.headLabel(item)))
    .attr('aria-expanded', (item) => (item.kind === 'group' ? false : null))
    .attr('aria-selected', chosen);
  const middle = (item: HeadLike): number =>
    item.kind === 'group'
      ? ((grid.x0[item.from] ?? 0) + (grid.x1[item.to] ?? 0)) / 2
      : ((grid.x0[item.column] ?? 0) + (grid.x1[item.column] ?? 0)) / 2;
  const foot = (item: HeadLike): number =>
    item.kind === 'group' ? highest(grid, scene, item.from, item.to) : columnTop(grid, scene, item.column);
  const at = (item: HeadLike): string => `translate(${round(middle(item))},${round(foot(item))})`;
  entered.attr('transform', at);
  if (motion === 'set') all.interrupt().attr('transform', at);
  else if (motion === 'slide') slideTo(heads, at);
  all.each(function (item) {
    const lines = linesOf(frame, item);
    const pillHeight = nameLine + smallLine * lines.tag.length + 6;
    const width = roomOf(frame, item);
    const g = select(this);
    const on = chosen(item);
    // A pill has air around its words; the size stands below it.
    const top = -lines.height - (on ? 5 : 0);
    g.select('.hit')
      .attr('x', -width / 2)
      .attr('y', -lines.height)
      .attr('width', width)
      .attr('height', lines.height);
    g.select('.pill')
      .attr('x', -width / 2 + 1)
      .attr('y', top - 2)
      .attr('width', Math.max(0, width - 2))
      .attr('height', pillHeight)
      .attr('display', on ? null : 'none');
    const tight = lines.tight || (on && textWidth(lines.name, fonts.name) > width - 10);
    g.select('.name')
      .classed('tight', tight)
      .attr('y', top + 12)
      .text(lines.name);
    const mono = item.kind === 'head' && item.image.names.length === 0;
    g.selectAll<SVGTextElement, unknown>('.tag').each(function (_, i) {
      select(this)
        .classed('mono', mono)
        .attr('y', top + nameLine + 11 + i * smallLine)
        .text(lines.tag[i] ?? '');
    });
    g.select('.size').attr('y', -9).text(lines.size);
  });
}

function slideTo(heads: Heads, at: (item: HeadLike) => string): void {
  heads.transition().duration(slide).ease(easeCubicInOut).attr('transform', at);
}

const round = (value: number): number => Math.round(value * 10) / 10;
