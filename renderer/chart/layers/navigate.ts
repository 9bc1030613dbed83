import type { Direction } from '../chartKeys';
import type { CardItem, ChipItem, GroupItem, Item, Scene, WorkspaceItem } from './scene';
import { readBeside, readEnd } from './treeOrder';

/**
 * Where an arrow key leads, as in any tree: left to what an item stands on, right to the heaviest that stands on it (an
 * image's card when nothing else does), up and down to what is read before and after it, Home and End to the first and the
 * last of all. Null where there is nothing that way.
 */
export function travel(scene: Scene, from: Item | null, direction: Direction): Item | null {
  if (!from) return readEnd(scene, 'first');
  switch (direction) {
    case 'left':
      if (from.kind === 'workspace') return before(scene.workspaces, from) ?? cardAt(scene, from.card);
      return chipAt(scene, from.kind === 'chip' ? from.parent : from.chip);
    case 'right':
      if (from.kind === 'chip') return above(scene, from);
      return after(scene.workspaces, from);
    case 'up':
    case 'down':
      return readBeside(scene, from, direction === 'up' ? -1 : 1);
    case 'first':
    case 'last':
      return readEnd(scene, direction);
  }
}

const chipAt = (scene: Scene, place: number): ChipItem | null =>
  place >= 0 && place < scene.chipCount ? scene.chip(place) : null;

const cardAt = (scene: Scene, place: number): CardItem | GroupItem | null =>
  place >= 0 && place < scene.cardCount ? scene.card(place) : null;

/** The next workspace to the right of a card or a workspace, of the same image. */
function after(
  workspaces: readonly WorkspaceItem[],
  from: CardItem | GroupItem | WorkspaceItem,
): WorkspaceItem | null {
  const card = from.kind === 'workspace' ? from.card : from.place;
  return workspaces.find((each) => each.card === card && each.x > from.x) ?? null;
}

/** The workspace to the left of another one, of the same image. */
function before(workspaces: readonly WorkspaceItem[], from: WorkspaceItem): WorkspaceItem | null {
  const own = workspaces.filter((each) => each.card === from.card && each.x < from.x);
  return own[own.length - 1] ?? null;
}

/** The heaviest child: most images through it, then most bytes; else the card of an image that ends here. */
function above(scene: Scene, chip: ChipItem): Item | null {
  let best = -1;
  let most = -1;
  for (const kid of scene.kidsOf(chip.place)) {
    const images = scene.through(kid);
    const size = scene.layout.size[kid] as number;
    if (images > most || (images === most && size > (scene.layout.size[best] as number))) {
      best = kid;
      most = images;
    }
  }
  return chipAt(scene, best) ?? cardAt(scene, scene.cardsOn(chip.place)[0] ?? -1);
}

/** The nearest in the same column above (-1) or below (1): an image among images, whatever it stands on. Null at either end. */
export function beside(scene: Scene, from: Item, sign: -1 | 1): Item | null {
  if (from.kind === 'chip') return chipAt(scene, scene.space.beside(from.place, sign));
  if (from.kind !== 'workspace') return cardAt(scene, from.place + sign);
  let best: WorkspaceItem | null = null;
  for (const item of scene.workspaces) {
    const distance = (item.y - from.y) * sign;
    if (item.x !== from.x || distance <= 0) continue;
    if (!best || distance < (best.y - from.y) * sign) best = item;
  }
  return best;
}
