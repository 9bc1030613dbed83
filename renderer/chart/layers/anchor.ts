import type { Item, Scene } from './scene';
import { itemOf, targetOf, type ChartTarget } from './target';
import type { ViewTransform } from './viewTransform';

/** What has to stay where it is in the window when the next scene comes: CSS pixels of the element. */
export interface Anchor {
  readonly target: ChartTarget;
  /** Null for what stands in the column of cards, which has a place of its own sideways: then the layers stay where they are. */
  readonly x: number | null;
  readonly y: number;
}

/** Cards around the middle that are looked at for one that stays. */
const looked = 200;

/** An item as what stays where it is now. */
export function anchorAt(item: Item, transform: ViewTransform): Anchor {
  const [x, y] = transform.apply([item.x, item.y]);
  return { target: targetOf(item), x: item.kind === 'chip' ? x : null, y };
}

/**
 * What is in sight in a scene, in a view of `size` CSS pixels, and also in the next one: the first of `meant` (what has the
 * keyboard, what is selected) that is, else the card nearest to the middle. Null where there is none.
 */
export function anchorInSight(
  before: Scene,
  next: Scene,
  meant: readonly (Item | null)[],
  transform: ViewTransform,
  { width, height }: { readonly width: number; readonly height: number },
): Anchor | null {
  const [from, to] = before.space.cardsIn(transform.invert([0, 0])[1], transform.invert([0, height])[1]);
  const middle = Math.floor((from + to) / 2);
  const cards = Array.from({ length: Math.min(to - from, looked) }, (_, i) => {
    const at = middle + (i % 2 === 0 ? i / 2 : -(i + 1) / 2);
    return at >= from && at < to ? before.card(at) : null;
  });
  for (const item of [...meant, ...cards]) {
    if (!item) continue;
    const anchor = anchorAt(item, transform);
    const { target, x, y } = anchor;
    if (y <= 0 || y >= height || (x !== null && (x <= 0 || x >= width))) continue;
    if (target.kind === 'image' && next.cardOf(target.id)?.kind === 'card') return anchor;
    if (target.kind === 'layer' && anchored(next, anchor)) return anchor;
  }
  return null;
}

/** What of a scene is to be where the anchor was; null where it is gone. */
export function anchored(scene: Scene, { target }: Anchor): Item | null {
  // A run is known by its last layer; where it was, its first one is now.
  const first = target.kind === 'layer' ? { ...target, id: target.run[0] ?? target.id } : target;
  return itemOf(scene, first) ?? itemOf(scene, target);
}
