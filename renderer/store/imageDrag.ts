import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ImageId } from '../../shared/image/digest';
import type { SourceId } from '../../shared/ipc/source';

/** Images that a person holds, to be dropped on the place that they are to be copied to. */
export interface ImageDrag {
  readonly images: readonly ImageId[];
  /** What people call them: a name, or how many. */
  readonly what: string;
  /** Whose they are: a selection spans nothing but one place. */
  readonly from: SourceId;
  /** The place under the pointer. */
  readonly over: SourceId | null;
  /** Where the pointer was taken up, in the window. */
  readonly x: number;
  readonly y: number;
}

/** The drag that is going on; null: none. */
export const imageDrag = createStore<{ readonly drag: ImageDrag | null }>(() => ({ drag: null }));

/** A part of {@link imageDrag}; the component renders again when the part is another. */
export function useImageDrag<T>(selector: (drag: ImageDrag | null) => T): T {
  return useStore(imageDrag, ({ drag }) => selector(drag));
}
