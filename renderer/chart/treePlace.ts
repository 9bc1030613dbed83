import type { BaseType, Selection } from 'd3';

/** Where an item stands in the tree that a screen reader hears: how deep, and which of its parent's children it is; from 1. */
export interface TreePlace {
  readonly level: number;
  readonly position: number;
  /** Number of the parent's children. */
  readonly of: number;
}

/** Tells where drawn items stand in the tree, also when their parents and siblings are not drawn. */
export function tellPlaces<E extends BaseType, D, P extends BaseType, PD>(
  items: Selection<E, D, P, PD>,
  placeOf: (item: D) => TreePlace,
): void {
  items.each(function (item) {
    const { level, position, of } = placeOf(item);
    const element = this as unknown as Element;
    element.setAttribute('aria-level', String(level));
    element.setAttribute('aria-posinset', String(position));
    element.setAttribute('aria-setsize', String(of));
  });
}
