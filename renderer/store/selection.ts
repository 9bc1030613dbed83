import { shortDigest, type ChainId, type ImageId } from '../../shared/image/digest';
import type { GraphIndex } from '../../shared/graph/graphIndex';
import { visibleText } from '../../shared/text/format';
import type { Selection } from './state';

/** Nothing selected. */
export const noSelection: Selection = { images: [], layer: null };

/**
 * The selection after an image was chosen. `only` replaces it, `toggle` adds or takes away, `extend` selects everything
 * between the anchor (the last one selected) and the image in `order`; the anchor stays last, so that the next
 * extension starts from it too.
 */
export function selectImage(
  selection: Selection,
  id: ImageId,
  how: 'only' | 'toggle' | 'extend',
  order: readonly ImageId[] = [],
): Selection {
  const { images } = selection;
  if (how === 'toggle') {
    const rest = images.filter((other) => other !== id);
    return { images: rest.length === images.length ? [...images, id] : rest, layer: null };
  }
  const anchor = images[images.length - 1];
  const from = anchor === undefined ? -1 : order.indexOf(anchor);
  const to = order.indexOf(id);
  if (how === 'only' || anchor === undefined || from < 0 || to < 0) return { images: [id], layer: null };
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1).filter((other) => other !== anchor);
  return { images: [...range, anchor], layer: null };
}

/** A layer alone, or a folded run that it is the last of; a layer and images are never selected together. */
export function selectLayer(layer: ChainId, run: readonly ChainId[] = []): Selection {
  return run.length > 1 ? { images: [], layer, run } : { images: [], layer };
}

/** The selection without what the graph no longer has; the same object when nothing is gone. */
export function keepExisting(selection: Selection, index: GraphIndex): Selection {
  const images = selection.images.filter((id) => index.images.has(id));
  const layer = selection.layer !== null && index.layers.has(selection.layer) ? selection.layer : null;
  const { run } = selection;
  const isWhole = run?.every((each) => index.layers.has(each)) ?? true;
  if (images.length === selection.images.length && layer === selection.layer && isWhole) return selection;
  return layer !== null && run && isWhole ? { images, layer, run } : { images, layer };
}

/**
 * What of a selection is gone that {@link keepExisting} has cut: images by name and ID, as `before` knew them, and whether a layer or a folded
 * run is.
 */
export function goneOf(
  selection: Selection,
  kept: Selection,
  before: GraphIndex | null,
): { readonly images: readonly string[]; readonly isLayer: boolean } {
  const still = new Set(kept.images);
  const images = selection.images.flatMap((id) => {
    if (still.has(id)) return [];
    const [name] = before?.images.get(id)?.names ?? [];
    return [name === undefined ? shortDigest(id) : `${visibleText(name)} (${shortDigest(id)})`];
  });
  return { images, isLayer: selection.layer !== null && kept.layer === null };
}
