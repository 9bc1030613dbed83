import type { CardItem, ChipItem, Item, Scene, WorkspaceItem } from './scene';

/** Keys that travel. */
export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/**
 * Where an arrow key leads: left to what an item stands on, right to the heaviest that stands on it (an image's card
 * when nothing else does), up and down to the next in the same column. Null where there is nothing that way.
 */
export function travel(scene: Scene, from: Item | null, direction: Direction): Item | null {
  const { chips, cards, workspaces } = scene;
  if (!from) return chips[0] ?? cards[0] ?? null;
  switch (direction) {
    case 'left':
      if (from.kind === 'workspace') return before(workspaces, from) ?? cards[from.card] ?? null;
      return chips[from.kind === 'card' ? from.chip : from.parent] ?? null;
    case 'right':
      if (from.kind === 'chip') return above(scene, from);
      return after(workspaces, from);
    case 'up':
    case 'down':
      return beside<Item>(scene[lists[from.kind]], from, direction === 'up' ? -1 : 1);
    case 'first':
      return cards[0] ?? null;
    case 'last':
      return cards[cards.length - 1] ?? null;
  }
}

const lists = { card: 'cards', chip: 'chips', workspace: 'workspaces' } as const;

/** The next workspace to the right of a card or a workspace, of the same image. */
function after(workspaces: readonly WorkspaceItem[], from: CardItem | WorkspaceItem): WorkspaceItem | null {
  const card = from.kind === 'card' ? from.place : from.card;
  return workspaces.find((each) => each.card === card && each.x > from.x) ?? null;
}

/** The workspace to the left of another one, of the same image. */
function before(workspaces: readonly WorkspaceItem[], from: WorkspaceItem): WorkspaceItem | null {
  const own = workspaces.filter((each) => each.card === from.card && each.x < from.x);
  return own[own.length - 1] ?? null;
}

/** The heaviest child: most images through it, then most bytes; else the card of an image that ends here. */
function above({ chips, cards }: Scene, chip: ChipItem): Item | null {
  let best: ChipItem | null = null;
  for (const place of chip.kids) {
    const kid = chips[place];
    if (!kid) continue;
    const heavier =
      !best ||
      kid.last.imageCount > best.last.imageCount ||
      (kid.last.imageCount === best.last.imageCount && kid.size > best.size);
    if (heavier) best = kid;
  }
  return best ?? cards[chip.cards[0] ?? -1] ?? null;
}

/** The nearest in the same column above (-1) or below (1). */
function beside<T extends Item>(items: readonly T[], from: Item, sign: -1 | 1): T | null {
  let best: T | null = null;
  for (const item of items) {
    const distance = (item.y - from.y) * sign;
    if (item.x !== from.x || distance <= 0) continue;
    if (!best || distance < (best.y - from.y) * sign) best = item;
  }
  return best;
}
