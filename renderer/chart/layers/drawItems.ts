import { select, type BaseType, type Selection } from 'd3';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { domId, type Frame, type Group } from './frame';
import type { CardItem, ChipItem } from './scene';
import { box, edgePath } from './shapes';
import { fitEnd, fitName, textWidth } from './textFit';

const titleFont = '500 12px "Inter Variable", sans-serif';
const smallFont = '400 11px "Inter Variable", sans-serif';
const monoFont = '400 11px "JetBrains Mono Variable", monospace';
const slide = 220;

const inFar = (frame: Frame, item: ChipItem | CardItem): boolean =>
  item === frame.hovered ||
  item === frame.focused ||
  (item.kind === 'card'
    ? frame.lit.cards.has(item.place) || frame.selected.cards.has(item.place)
    : frame.lit.chips.has(item.place) || frame.selected.chip === item.place);

/** The fill of a chip in a lit lineage: its family's colour, deeper for older layers (design: colour). */
function lineageFill({ colour, depth }: ChipItem): string {
  const d = Math.min(depth, 7);
  return `oklch(from var(--lin-${colour}-fill) calc(l + ${d - 2} * var(--lin-depth-step) * 0.55) calc(c * (var(--lin-chroma) - ${(d * 0.05).toFixed(2)})) h)`;
}

function place<T extends ChipItem | CardItem>(
  items: Selection<SVGGElement, T, BaseType, unknown>,
  entered: Selection<SVGGElement, T, BaseType, unknown>,
  frame: Frame,
): void {
  const at = (item: T): string => `translate(${item.x},${item.y})`;
  entered.attr('transform', at);
  if (!frame.animate) {
    items.interrupt().attr('transform', at);
    return;
  }
  items
    .filter(function (item) {
      return this.getAttribute('transform') !== at(item);
    })
    .transition()
    .duration(slide)
    .attr('transform', at);
}

/** Draws the chips in sight. */
export function drawChips(group: Group, frame: Frame, far: boolean): void {
  const { scene, text, lit, selected } = frame;
  const { chipWidth: width, chipHeight: height } = scene.metrics;
  const shown = scene.chips.filter((chip) =>
    far
      ? inFar(frame, chip)
      : frame.sees(chip.x, chip.y - height / 2, width + 6, height) || chip === frame.focused,
  );
  const chips = group.selectAll<SVGGElement, ChipItem>('g.chip').data(shown, ({ key }) => key);
  chips.exit().remove();
  const entered = chips.enter().append('g').attr('id', domId).attr('role', 'treeitem');
  entered.each(function (chip) {
    const g = select(this);
    if (chip.run.length > 1)
      for (const offset of [6, 3]) g.append('rect').attr('class', 'stack').attr('data-by', offset);
    g.append('rect').attr('class', 'body').attr('rx', 5);
    g.append('path').attr('class', `edge ${chip.dashed ? 'dashed' : ''}`);
    g.append('rect')
      .attr('class', `texture ${layerTitle(chip.main.createdBy).kind}`)
      .attr('rx', 5);
    g.append('text').attr('class', 'title');
    g.append('text').attr('class', 'foot');
    g.append('text').attr('class', 'amount');
  });
  const all = entered.merge(chips);
  place(all, entered, frame);
  const top = -height / 2;
  const middle = height / 2;
  all
    .attr(
      'class',
      (chip) =>
        `chip ${lit.chips.has(chip.place) ? 'lit' : ''} ${selected.chip === chip.place ? 'selected' : ''} ${
          chip === frame.hovered ? 'hovered' : ''
        } ${chip === frame.focused ? 'focused' : ''}`,
    )
    .attr('aria-label', (chip) => text.chipLabel(chip))
    .attr('aria-level', (chip) => chip.column + 1)
    .attr('aria-selected', (chip) => selected.chip === chip.place)
    .style('--c', ({ colour }) => `var(--lin-${colour})`)
    .style('--f', lineageFill);
  all.select('.body').attr('y', top).attr('width', width).attr('height', height);
  all
    .select('.texture')
    .attr('x', 4)
    .attr('y', top)
    .attr('width', width - 4)
    .attr('height', height);
  all.select('.edge').attr('transform', `translate(0,${top})`).attr('d', edgePath(height));
  all.selectAll<SVGRectElement, unknown>('.stack').each(function () {
    const by = Number(this.getAttribute('data-by'));
    select(this)
      .attr('x', by)
      .attr('y', top + by)
      .attr('rx', 5)
      .attr('width', width)
      .attr('height', height);
  });
  const room = width - 21;
  all
    .select<SVGTextElement>('.title')
    .attr('x', 12)
    .attr('y', top + middle - 3)
    .text((chip) => fitEnd(text.title(chip), room, titleFont));
  all
    .select<SVGTextElement>('.amount')
    .attr('x', width - 9)
    .attr('y', top + middle + 11)
    .text((chip) => text.size(chip));
  all
    .select<SVGTextElement>('.foot')
    .attr('x', 12)
    .attr('y', top + middle + 11)
    .attr('class', (chip) => (text.foot(chip).mono ? 'foot mono' : 'foot'))
    .text((chip) => {
      const { text: words, mono } = text.foot(chip);
      const free = room - 6 - textWidth(text.size(chip), smallFont);
      // A part of an ID is none: it is whole or not there.
      if (mono) return textWidth(words, monoFont) <= free ? words : '';
      return fitEnd(words, free, smallFont);
    });
}

/** Draws the cards in sight. */
export function drawCards(group: Group, frame: Frame, far: boolean): void {
  const { scene, text, lit, selected } = frame;
  const { cardWidth: width, chipHeight } = scene.metrics;
  const height = chipHeight - 2;
  const shown = scene.cards.filter((card) =>
    far
      ? inFar(frame, card)
      : frame.sees(card.x, card.y - height / 2, width, height) || card === frame.focused,
  );
  const cards = group.selectAll<SVGGElement, CardItem>('g.card').data(shown, ({ key }) => key);
  cards.exit().remove();
  const entered = cards.enter().append('g').attr('id', domId).attr('role', 'treeitem');
  entered.each(function () {
    const g = select(this);
    g.append('rect').attr('class', 'ring').attr('rx', 11);
    g.append('rect').attr('class', 'body').attr('rx', 8);
    g.append('text').attr('class', 'title');
    g.append('rect').attr('class', 'badge-body').attr('rx', 7);
    g.append('text').attr('class', 'badge');
    g.append('text').attr('class', 'foot');
  });
  const all = entered.merge(cards);
  place(all, entered, frame);
  all
    .attr(
      'class',
      (card) =>
        `card ${lit.cards.has(card.place) ? 'lit' : ''} ${selected.cards.has(card.place) ? 'selected' : ''} ${
          card === frame.hovered ? 'hovered' : ''
        } ${card === frame.focused ? 'focused' : ''} ${card.image.names.length === 0 ? 'nameless' : ''}`,
    )
    .attr('aria-label', (card) => text.cardLabel(card))
    .attr('aria-level', (card) => card.image.layers.length + 1)
    .attr('aria-selected', (card) => selected.cards.has(card.place));
  const top = -height / 2;
  all
    .select('.ring')
    .attr('x', -3)
    .attr('y', top - 3)
    .attr('width', width + 6)
    .attr('height', height + 6);
  all.select('.body').attr('y', top).attr('width', width).attr('height', height);
  all.each(function (card) {
    const g = select(this);
    const badge = text.badge(card);
    const badgeWidth = badge === '' ? 0 : Math.min(64, badge.length * 6 + 11);
    const dangling = card.image.names.length === 0;
    const font = dangling ? monoFont : titleFont;
    const name = fitName(text.name(card), width - 18 - (badgeWidth === 0 ? 0 : badgeWidth + 5), font);
    const title = g.select<SVGTextElement>('.title').attr('x', 9).attr('y', -3).text(name);
    title.attr('class', dangling ? 'title mono' : 'title');
    const end = badgeWidth === 0 ? 0 : 9 + (title.node()?.getComputedTextLength() ?? 0) + 5;
    g.select('.badge-body')
      .attr('x', end)
      .attr('y', -14)
      .attr('width', badgeWidth)
      .attr('height', 14)
      .attr('display', badgeWidth === 0 ? 'none' : null);
    g.select('.badge')
      .attr('x', end + badgeWidth / 2)
      .attr('y', -3.5)
      .text(fitEnd(badge, badgeWidth - 6, smallFont));
    g.select('.foot')
      .attr('x', 9)
      .attr('y', 11)
      .text(fitEnd(text.below(card), width - 18, smallFont));
  });
}

const dotsAtMost = 8;

/** Hollow dots for the history steps that changed no files, after the layer that they follow. */
export function drawEmptySteps(group: Group, frame: Frame, far: boolean): void {
  const { scene } = frame;
  const { chipWidth, chipHeight } = scene.metrics;
  const steps = ({ run }: ChipItem): number =>
    run.reduce((sum, { emptySteps }) => sum + emptySteps.length, 0);
  const shown =
    far || !frame.emptySteps
      ? []
      : scene.chips.filter(
          (chip) =>
            steps(chip) > 0 && frame.sees(chip.x, chip.y - chipHeight / 2, chipWidth, chipHeight + 12),
        );
  const rows = group.selectAll<SVGGElement, ChipItem>('g.steps').data(shown, ({ key }) => key);
  rows.exit().remove();
  const all = rows.enter().append('g').attr('class', 'steps').merge(rows);
  all.attr(
    'transform',
    ({ x, y, run }) => `translate(${x + 10},${y + chipHeight / 2 + (run.length > 1 ? 11 : 5)})`,
  );
  all.each(function (chip) {
    const count = steps(chip);
    const dots = select(this)
      .selectAll('circle')
      .data(Array.from({ length: Math.min(count, dotsAtMost) }));
    dots.exit().remove();
    dots
      .enter()
      .append('circle')
      .attr('r', 3)
      .attr('cx', (_, i) => i * 9);
    const more = select(this)
      .selectAll<SVGTextElement, number>('text')
      .data(count > dotsAtMost ? [count - dotsAtMost] : []);
    more.exit().remove();
    more
      .enter()
      .append('text')
      .merge(more)
      .attr('x', dotsAtMost * 9)
      .attr('y', 4)
      .text((rest) => `+${rest}`);
  });
}

/** Boxes of many items as one path. */
export function boxes(items: readonly (ChipItem | CardItem)[], width: number, height: number): string {
  return items.map(({ x, y }) => box(x, y - height / 2, width, height)).join('');
}
