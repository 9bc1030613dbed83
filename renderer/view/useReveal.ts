import { useMemo, useState } from 'react';
import type { ChainId, ImageId } from '../../shared/image/digest';
import { appState, useApp } from '../store/hooks';

/** What a view is to bring into sight; a number that makes the same thing new. */
export interface Reveal {
  readonly id: number;
  readonly image: ImageId | null;
  readonly layer: ChainId | null;
  /** Nobody asked for it: the view came, and this was selected. What hides it stays. */
  readonly quiet: boolean;
}

/** Number of the wish with which a view begins: no other has it. */
const first = 0;

/**
 * What the view that asks is to bring into sight: at first what is selected, so that who goes from view to view finds it in
 * each; then whatever somebody asks for by name. Null for nothing.
 */
export function useReveal(): Reveal | null {
  const asked = useApp((state) => state.reveal);
  const [begun] = useState(() => ({ asked: appState().reveal, selection: appState().selection }));
  return useMemo(() => {
    const { images, layer } = begun.selection;
    const image = images[images.length - 1] ?? null;
    // What was asked for and brought this view is still selected.
    const isNew = asked !== null && (asked !== begun.asked || (images.length === 1 && asked.image === image));
    if (isNew) return { id: asked.id, image: asked.image, layer: null, quiet: false };
    if (image === null && layer === null) return null;
    return { id: first, image, layer, quiet: true };
  }, [asked, begun]);
}
