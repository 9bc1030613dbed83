import { stat } from 'node:fs/promises';
import type { HeldLayers } from '../../export/imageExport';
import { whileRead } from '../../store/readPlaces';

/**
 * What is held elsewhere than in a folder that is written into: what is said of that folder counts for nothing, since what a manifest
 * there lists has to be there under that very digest, and who writes looks for that.
 */
export async function heldElsewhere(held: HeldLayers, folder: string): Promise<HeldLayers> {
  const own = await stat(`${folder}/.`);
  for (const { path, without } of held.files ?? []) {
    const info = await stat(path).catch(() => null);
    if (info && info.dev === own.dev && info.ino === own.ino) return heldElsewhere(without(), folder);
  }
  return held;
}

/** Does `work`, which writes, while no file that told what a target has may be written over. */
export const whileHeldRead = <T>(held: HeldLayers | undefined, work: () => Promise<T>): Promise<T> =>
  whileRead(
    (held?.files ?? []).map(({ path }) => path),
    work,
  );
