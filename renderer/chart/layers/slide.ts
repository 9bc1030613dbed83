import { interrupt, type BaseType, type Selection } from 'd3';
import type { Frame } from './frame';
import { leftOf } from './hitTest';
import type { Item } from './scene';

/** How long things slide to their new places, milliseconds. */
export const slide = 220;

/** Puts groups at their items' places; those that were there before slide when the frame is animated. */
export function place<T extends Item>(
  items: Selection<SVGGElement, T, BaseType, unknown>,
  entered: Selection<SVGGElement, T, BaseType, unknown>,
  frame: Frame,
): void {
  const at = (item: T): string => `translate(${leftOf(item, frame.pin)},${item.y})`;
  entered.attr('transform', at);
  if (!frame.animate) {
    items
      .each(function () {
        interrupt(this);
      })
      .attr('transform', at);
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
