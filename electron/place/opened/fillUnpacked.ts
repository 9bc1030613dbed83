import { problemOf } from '../../../shared/image/problem';
import { makeTemporary } from '../../store/temporary';
import { removeOwn } from '../../store/removeOwn';
import {
  beginUnpacked,
  dropUnpacked,
  takeUnpacked,
  type HeldUnpacked,
  type UnpackedOf,
} from '../../store/unpackedArchives';

/** A folder with what a look reads, for as long as it lasts. */
export interface Unpacked<T> {
  readonly folder: string;
  /** What is kept for later looks, where that is what lies there. */
  readonly kept: HeldUnpacked | null;
  /** What filling it came to; null where nothing had to be filled. */
  readonly filled: T | null;
  /** To be called when nothing reads it any more. */
  end(this: void): Promise<void>;
}

/** Of what something is to be kept, and about how many bytes that takes. */
export type ToKeep = UnpackedOf & { readonly bytes: number };

/** How a folder is filled. */
export interface Filling<T> {
  /** What is read; null: nothing of it is kept. */
  readonly of: ToKeep | null;
  /** Without it nothing new is kept; what is there is used. */
  readonly keeps?: boolean;
  readonly signal: AbortSignal;
  /** Makes a layout in a folder; in one `toKeep` as a whole in files. What it throws is thrown, unless another disk may have room. */
  fill(this: void, folder: string, toKeep: boolean): Promise<T>;
  /** Whether what was filled may be kept. */
  isWhole(this: void, filled: T): boolean;
}

const isOfDisk = (thrown: unknown): boolean =>
  ['disk-full', 'no-room', 'file-unwritable', 'store-unsafe'].includes(problemOf(thrown).code);

/**
 * Finds what is kept of something that looks read, or fills a folder with it: one that is kept for later looks (`unpackedArchives.ts`), or one in the system's temporary
 * folder that goes with this look. After a fault or a cancelled run nothing is left of it. Throws what `fill` throws.
 */
export async function fillUnpacked<T>({
  of,
  keeps = true,
  signal,
  fill,
  isWhole,
}: Filling<T>): Promise<Unpacked<T>> {
  const ofKept = (kept: HeldUnpacked, filled: T | null): Unpacked<T> => ({
    folder: kept.folder,
    kept,
    filled,
    end: () => kept.release(),
  });
  const known = of && (await takeUnpacked(of));
  if (known) return ofKept(known, null);
  const draft = of && keeps ? await beginUnpacked(of, of.bytes) : null;
  if (draft)
    try {
      const filled = await fill(draft.folder, true);
      const kept = isWhole(filled) && !signal.aborted ? await draft.keep() : null;
      if (kept) return ofKept(kept, filled);
      return { folder: draft.folder, kept, filled, end: () => draft.discard() };
    } catch (thrown) {
      await draft.discard();
      // The disk of the cache may be another one than that for what is temporary.
      if (!isOfDisk(thrown)) throw thrown;
      // It may be the same one: what is kept for a later look is not to be in the way of this one.
      await dropUnpacked();
    }
  const folder = await makeTemporary('look');
  try {
    return { folder, kept: null, filled: await fill(folder, false), end: () => removeOwn(folder) };
  } catch (thrown) {
    await removeOwn(folder);
    throw thrown;
  }
}
