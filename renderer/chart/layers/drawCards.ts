import { select } from 'd3';
import { domId, type Frame, type Group } from './frame';
import type { CardItem, GroupItem } from './scene';
import { place } from './slide';

/** By how much the sheets behind the card of a group stick out, CSS pixels. */
export const cardStack = [5, 2.5];

/** Draws the cards in sight. */
export function drawCards(group: Group, frame: Frame): void {
  const { scene, text, words, lit, selected } = frame;
  const { cardWidth: width, chipHeight } = scene.metrics;
  const height = chipHeight - 2;
  const cards = group
    .selectAll<SVGGElement, CardItem | GroupItem>('g.card')
    .data(frame.cards, ({ key }) => key);
  cards.exit().remove();
  const entered = cards.enter().append('g').attr('id', domId).attr('role', 'treeitem');
  entered.each(function () {
    const g = select(this);
    g.append('rect').attr('class', 'ring').attr('rx', 11);
    for (const by of cardStack) g.append('rect').attr('class', 'stack').attr('data-by', by).attr('rx', 8);
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
        `card ${lit.hasCard(card.place) ? 'lit' : ''} ${selected.cards.has(card.place) ? 'selected' : ''} ${
          card === frame.hovered ? 'hovered' : ''
        } ${card === frame.focused ? 'focused' : ''} ${card.kind === 'group' ? 'group' : card.image.names.length === 0 ? 'nameless' : ''}`,
    )
    .attr('aria-label', (card) => text.cardLabel(card))
    .attr('aria-selected', (card) => selected.cards.has(card.place));
  const top = -height / 2;
  all
    .select('.ring')
    .attr('x', -3)
    .attr('y', top - 3)
    .attr('width', width + 6)
    .attr('height', height + 6);
  all.select('.body').attr('y', top).attr('width', width).attr('height', height);
  all.selectAll<SVGRectElement, CardItem | GroupItem>('.stack').each(function (card) {
    const by = Number(this.getAttribute('data-by'));
    select(this)
      .attr('display', card.kind === 'group' ? null : 'none')
      .attr('x', by)
      .attr('y', top + by)
      .attr('width', width)
      .attr('height', height);
  });
  all.each(function (card) {
    const g = select(this);
    const { title, mono, badge, badgeWidth, badgeX, foot } = words.card(card);
    g.select('.title')
      .attr('class', mono ? 'title mono' : 'title')
      .attr('x', 9)
      .attr('y', -3)
      .text(title);
    g.select('.badge-body')
      .attr('x', badgeX)
      .attr('y', -14)
      .attr('width', badgeWidth)
      .attr('height', 14)
      .attr('display', badgeWidth === 0 ? 'none' : null);
    g.select('.badge')
      .attr('x', badgeX + badgeWidth / 2)
      .attr('y', -3.5)
      .text(badge);
    g.select('.foot').attr('x', 9).attr('y', 11).text(foot);
  });
}
