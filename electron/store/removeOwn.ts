import { rm } from 'node:fs/promises';

/**
 * Removes a file or folder of ours with all that is in it; nothing happens where nothing is. Only this user can write there
 * (see `ownPlaces.ts`), so that paths lead where they did; but a store may have come from elsewhere with a tree that is
 * deeper than a path can say, or shut by its owner: that is removed by descriptors. Throws the file system's own faults.
 */
export async function removeOwn(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    await removeByDescriptors(path);
  }
}

/**
 * `removeBeneath`, loaded when it is wanted: it needs system calls that Node has not, and neither the window's process nor a
 * command that removes nothing of the kind should depend on them.
 */
export async function removeByDescriptors(path: string): Promise<void> {
  const { removeBeneath } = await import('../system/removeBeneath');
  removeBeneath(path);
}
