import type { ChainId, ImageId } from '../../../shared/image/digest';
import { inPlace } from '../inPlace';
import type { BlockItem } from './blocks';
import type { Item, Scene } from './scene';

/** What the pointer or the keyboard can rest on: an item, or a block of the far view. */
export type Target = Item | BlockItem;

/** What of the chart a person means: an image, a layer (the last of a run, with the run), or several images at once. */
export type ChartTarget =
  | { readonly kind: 'image'; readonly id: ImageId }
  | { readonly kind: 'workspace'; readonly id: string }
  | { readonly kind: 'layer'; readonly id: ChainId; readonly run: readonly ChainId[] }
  | {
      readonly kind: 'group';
      readonly images: readonly ImageId[];
      /** The collapsed layer; null for a block of the far view. */
      readonly collapsed: ChainId | null;
    };

/** What something of the drawing stands for, by ID. */
export function targetOf(item: Target): ChartTarget {
  switch (item.kind) {
    case 'card':
      return { kind: 'image', id: item.image.id };
    case 'workspace':
      return { kind: 'workspace', id: item.name };
    case 'chip':
      return { kind: 'layer', id: item.last.chainId, run: item.run.map(({ chainId }) => chainId) };
    case 'group':
      return { kind: 'group', images: item.images.map(({ id }) => id), collapsed: item.collapsed };
    case 'block':
      return { kind: 'group', images: item.images.map(({ id }) => id), collapsed: null };
  }
}

/** What of a scene stands for something; null where nothing does. */
export function itemOf(scene: Scene, target: ChartTarget): Item | null {
  if (target.kind === 'workspace') return scene.workspaces.find(({ name }) => name === target.id) ?? null;
  if (target.kind === 'layer') return scene.chipOf(target.id);
  const id = target.kind === 'image' ? target.id : target.images[0];
  return id === undefined ? null : scene.cardOf(id);
}

/**
 * The same thing in another scene. Where it is not there any more, what stands in its place, where the scene before is given: for a layer what
 * it stood on, for a workspace its image, else the image that came next, or the last before it. Null where nothing is left.
 */
export function again(scene: Scene, item: Item | null, before: Scene | null): Item | null {
  const same = item && itemOf(scene, targetOf(item));
  if (!item || same || !before) return same;
  const card = (place: number): Item | null => itemOf(scene, targetOf(before.card(place)));
  if (item.kind === 'workspace') return card(item.card) ?? inPlace(before.cardCount, item.card, card);
  if (item.kind !== 'chip') return inPlace(before.cardCount, item.place, card);
  for (let place = before.parentOf(item.place); place >= 0; place = before.parentOf(place)) {
    const below = scene.chipOf(before.chip(place).last.chainId);
    if (below) return below;
  }
  // Its whole tree is gone: what stood on it was an image among others.
  const rows = Array.from({ length: before.cardCount }, (_, place) => before.card(place).y);
  const row = rows.findIndex((y) => y >= item.y);
  return inPlace(before.cardCount, row < 0 ? before.cardCount : row, card);
}
