import type { Scene } from './scene';
import type { Area } from './spatialIndex';

/** CSS pixels of the drawing that a line may reach beyond its ends. */
const reach = 12;

/**
 * Chips whose line to the chip below them is to be drawn for an area. Lines that only pass through it, from beyond one
 * edge to beyond the other, lie on one another; of those the nearest and the farthest stand for all.
 */
export function linksIn(scene: Scene, area: Area): number[] {
  const { space } = scene;
  const { columnPitch } = scene.metrics;
  const [first, last] = space.columnsIn({ ...area, left: area.left - columnPitch });
  const links: number[] = [];
  for (let column = first; column <= last; column++) {
    for (const chip of space.spansIn(column, area.top - reach, area.bottom + reach)) {
      for (const kid of space.kidsNear(chip, area.top - reach, area.bottom + reach)) links.push(kid);
    }
  }
  return links;
}

/** Cards whose lead from their chip is to be drawn for an area; of those that leave it, the nearest and the farthest. */
export function leadsIn(scene: Scene, area: Area, chips: readonly number[]): number[] {
  const [from, to] = scene.space.cardsIn(area.top - reach, area.bottom + reach);
  const leads: number[] = [];
  for (let card = from; card < to; card++) if (scene.layout.cardChip[card] !== -1) leads.push(card);
  for (const chip of chips) {
    const own = scene.cardsOn(chip);
    const [top] = own;
    const bottom = own[own.length - 1];
    if (top === undefined || bottom === undefined) continue;
    if (top < from) leads.push(top);
    if (bottom >= to) leads.push(bottom);
  }
  return leads;
}
