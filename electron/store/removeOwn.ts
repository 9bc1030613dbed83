import { rm } from 'node:fs/promises';
import { removeBeneath } from '../system/removeBeneath';

/**
 * Removes a file or folder of ours with all that is in it; nothing happens where nothing is. Only this user can write there
 * (see `ownPlaces.ts`), so that paths lead where they did; but a store may have come from elsewhere with a tree that is
 * deeper than a path can say, or shut by its owner: that is removed by descriptors. Throws the file system's own faults.
 */
export async function removeOwn(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    removeBeneath(path);
  }
}
