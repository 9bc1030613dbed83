import { select } from 'd3';
import type { Direction } from '../chartKeys';
import { domId, labelOf, type Frame, type Group } from './frame';
import { leftOf, widthOf } from './hitTest';
import { travel } from './navigate';
import type { Item } from './scene';
import { withParents } from './treeOrder';

const directions: readonly Direction[] = ['left', 'right', 'up', 'down'];

/**
 * What a screen reader is told of a drawing on a canvas: elements without a look for the keyboard's place, for where its
 * arrows lead, for what is selected in sight, and for all that these stand on. They stand where the items are, so that a magnifier finds them.
 */
export function drawTreeItems(group: Group, frame: Frame): void {
  const { scene, text, selected, focused } = frame;
  const items = new Set<Item>();
  if (focused) {
    for (const direction of directions) {
      const beside = travel(scene, focused, direction);
      if (beside) items.add(beside);
    }
    items.add(focused);
  }
  // A tree is not empty because nobody has been in it yet.
  const first = focused ? null : travel(scene, null, 'first');
  if (first) items.add(first);
  for (const card of frame.cards) if (selected.cards.has(card.place)) items.add(card);
  if (selected.chip >= 0) items.add(scene.chip(selected.chip));
  const elements = group.selectAll<SVGGElement, Item>('g').data(withParents(scene, items), ({ key }) => key);
  elements.exit().remove();
  const entered = elements.enter().append('g').attr('id', domId).attr('role', 'treeitem');
  entered.append('rect').attr('class', 'unseen');
  const isSelected = (item: Item): boolean =>
    item.kind === 'chip'
      ? item.place === selected.chip
      : item.kind !== 'workspace' && selected.cards.has(item.place);
  const all = entered.merge(elements);
  all
    .attr(
      'class',
      (item) => `${item.kind} ${isSelected(item) ? 'selected' : ''} ${item === focused ? 'focused' : ''}`,
    )
    .attr('aria-label', (item) => labelOf(item, text))
    .attr('aria-selected', isSelected)
    .attr('transform', (item) => `translate(${leftOf(item, frame.pin)},${item.y})`);
  all.each(function (item) {
    const height = scene.metrics.chipHeight;
    select(this)
      .select('rect')
      .attr('y', -height / 2)
      .attr('width', widthOf(item, scene))
      .attr('height', height);
  });
}
