import type { Target } from './target';
import type { Scene } from './scene';

/** Chips and cards that belong together, as marks by their places. */
export class Lineage {
  private readonly chipMarks: Uint8Array;
  private readonly cardMarks: Uint8Array;
  /** How many chips and cards it has. */
  readonly size: number;

  constructor(chips: Uint8Array, cards: Uint8Array) {
    this.chipMarks = chips;
    this.cardMarks = cards;
    let size = 0;
    for (const mark of chips) size += mark;
    for (const mark of cards) size += mark;
    this.size = size;
  }

  hasChip(place: number): boolean {
    return this.chipMarks[place] === 1;
  }

  hasCard(place: number): boolean {
    return this.cardMarks[place] === 1;
  }

  /** Places of its chips. */
  get chips(): readonly number[] {
    return places(this.chipMarks);
  }

  /** Places of its cards. */
  get cards(): readonly number[] {
    return places(this.cardMarks);
  }
}

function places(marks: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = marks.indexOf(1); at >= 0; at = marks.indexOf(1, at + 1)) found.push(at);
  return found;
}

/** No lineage. */
export const noLineage = new Lineage(new Uint8Array(0), new Uint8Array(0));

/** What stands below the items, and above those that are chips. */
export function lineageOf(scene: Scene, items: readonly Target[]): Lineage {
  if (items.length === 0) return noLineage;
  const { end, cardFrom, cardTo } = scene.layout;
  const chips = new Uint8Array(scene.chipCount);
  const cards = new Uint8Array(scene.cardCount);
  const down = (from: number): void => {
    for (let at = from; at >= 0 && chips[at] === 0; at = scene.parentOf(at)) chips[at] = 1;
  };
  for (const each of items) {
    if (each.kind === 'block') {
      cards.fill(1, each.from, each.to);
      for (let card = each.from; card < each.to; card++) down(scene.layout.cardChip[card] as number);
      continue;
    }
    const item = each.kind === 'workspace' ? scene.card(each.card) : each;
    if (item.kind !== 'chip') {
      cards[item.place] = 1;
      down(item.chip);
      continue;
    }
    down(item.parent);
    // What stands on a chip comes right after it.
    chips.fill(1, item.place, end[item.place]);
    cards.fill(1, cardFrom[item.place], cardTo[item.place]);
  }
  return new Lineage(chips, cards);
}
