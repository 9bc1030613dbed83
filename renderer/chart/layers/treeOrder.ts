import type { TreePlace } from '../treePlace';
import type { Item, Scene } from './scene';

/** The tree of a scene: chips as branches; on each the cards of its own images first, then the chips that stand on it. */
interface Counts {
  /** Which child of its parent each chip and card is, from 1. */
  readonly chips: Int32Array;
  readonly cards: Int32Array;
  /** Children of each chip; those of the ground come last. */
  readonly of: Int32Array;
}

const counted = new WeakMap<Scene, Counts>();

function countsOf(scene: Scene): Counts {
  const known = counted.get(scene);
  if (known) return known;
  const { chipCount, cardCount, layout } = scene;
  const chips = new Int32Array(chipCount);
  const cards = new Int32Array(cardCount);
  const of = new Int32Array(chipCount + 1);
  const add = (parent: number): number => {
    const at = parent < 0 ? chipCount : parent;
    return (of[at] = (of[at] as number) + 1);
  };
  const bare: number[] = [];
  for (let card = 0; card < cardCount; card++) {
    const chip = layout.cardChip[card] as number;
    if (chip < 0) bare.push(card);
    else cards[card] = add(chip);
  }
  for (let chip = 0; chip < chipCount; chip++) chips[chip] = add(layout.parent[chip] as number);
  for (const card of bare) cards[card] = add(-1);
  const counts = { chips, cards, of };
  counted.set(scene, counts);
  return counts;
}

/** The chip or the card that an item stands on; null on the ground. */
export function parentOf(scene: Scene, item: Item): Item | null {
  if (item.kind === 'workspace') return scene.card(item.card);
  const chip = item.kind === 'chip' ? item.parent : item.chip;
  return chip < 0 ? null : scene.chip(chip);
}

/** Where an item stands in the tree; made for all of a scene the first time, in linear time. */
export function treePlaceOf(scene: Scene, item: Item): TreePlace {
  const { chips, cards, of } = countsOf(scene);
  const among = (parent: number): number => of[parent < 0 ? scene.chipCount : parent] as number;
  if (item.kind === 'workspace') {
    const own = scene.workspaces.filter(({ card }) => card === item.card);
    const { level } = treePlaceOf(scene, scene.card(item.card));
    return { level: level + 1, position: own.indexOf(item) + 1, of: own.length };
  }
  if (item.kind === 'chip')
    return { level: item.column + 1, position: chips[item.place] as number, of: among(item.parent) };
  return {
    level: item.chip < 0 ? 1 : (scene.layout.column[item.chip] as number) + 2,
    position: cards[item.place] as number,
    of: among(item.chip),
  };
}

/** Compares two items of a scene by which is read first: depth first, a parent before its children. */
export function byReading(scene: Scene): (a: Item, b: Item) => number {
  const keyOf = (item: Item): readonly [number, number, number] => {
    if (item.kind === 'chip') return [item.place, -1, -1];
    const card = item.kind === 'workspace' ? item.card : item.place;
    const chip = scene.layout.cardChip[card] as number;
    return [chip < 0 ? scene.chipCount : chip, card, item.kind === 'workspace' ? item.place : -1];
  };
  return (a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return one[0] - other[0] || one[1] - other[1] || one[2] - other[2];
  };
}

/** Items with all that they stand on, each once, in the order of reading. */
export function withParents(scene: Scene, items: Iterable<Item>): Item[] {
  const found = new Set<Item>();
  for (const item of items)
    for (let at: Item | null = item; at && !found.has(at); at = parentOf(scene, at)) found.add(at);
  return [...found].sort(byReading(scene));
}

/** The item that is read after (1) or before (-1) another one; null at either end. */
export function readBeside(scene: Scene, from: Item, sign: -1 | 1): Item | null {
  const { chipCount, cardCount, layout, workspaces } = scene;
  const chipAt = (place: number): Item | null => (place >= 0 && place < chipCount ? scene.chip(place) : null);
  const cardAt = (place: number): Item | null => (place >= 0 && place < cardCount ? scene.card(place) : null);
  const chipOf = (card: number): number => layout.cardChip[card] as number;
  /** First card of an image without layers; they follow all others. */
  const firstBare = (): Item | null => {
    let at = cardCount;
    while (at > 0 && chipOf(at - 1) < 0) at--;
    return cardAt(at);
  };
  const lastOf = (card: number): Item | null =>
    workspaces.filter((each) => each.card === card).at(-1) ?? cardAt(card);
  /** The last item of a chip itself, not of those above. */
  const endOf = (chip: number): Item | null => {
    const card = scene.cardsOn(chip).at(-1);
    return card === undefined ? chipAt(chip) : lastOf(card);
  };
  if (from.kind === 'chip') {
    if (sign < 0) return from.place > 0 ? endOf(from.place - 1) : null;
    return cardAt(scene.cardsOn(from.place)[0] ?? -1) ?? chipAt(from.place + 1) ?? firstBare();
  }
  const card = from.kind === 'workspace' ? from.card : from.place;
  const own = workspaces.filter((each) => each.card === card);
  const within = from.kind === 'workspace' ? own.indexOf(from) : -1;
  if (sign < 0) {
    if (within >= 0) return own[within - 1] ?? cardAt(card);
    const chip = chipOf(card);
    if (card > 0 && chipOf(card - 1) === chip) return lastOf(card - 1);
    return chip < 0 ? endOf(chipCount - 1) : chipAt(chip);
  }
  const chip = chipOf(card);
  const next = own[within + 1];
  if (next) return next;
  if (card + 1 < cardCount && chipOf(card + 1) === chip) return cardAt(card + 1);
  return chip < 0 ? null : (chipAt(chip + 1) ?? firstBare());
}

/** The first or the last item that is read; null in an empty scene. */
export function readEnd(scene: Scene, end: 'first' | 'last'): Item | null {
  const { chipCount, cardCount, layout, workspaces } = scene;
  if (end === 'first') return chipCount > 0 ? scene.chip(0) : cardCount > 0 ? scene.card(0) : null;
  if (cardCount > 0 && (chipCount === 0 || (layout.cardChip[cardCount - 1] as number) < 0)) {
    return workspaces.filter(({ card }) => card === cardCount - 1).at(-1) ?? scene.card(cardCount - 1);
  }
  if (chipCount === 0) return null;
  const card = scene.cardsOn(chipCount - 1).at(-1);
  if (card === undefined) return scene.chip(chipCount - 1);
  return workspaces.filter((each) => each.card === card).at(-1) ?? scene.card(card);
}
