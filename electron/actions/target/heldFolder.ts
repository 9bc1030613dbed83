import { constants } from 'node:fs';
import { mkdir, open, readdir, rmdir, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder of ours that can be emptied though no further descriptor is to be had. */
export interface HeldFolder {
  readonly handle: FileHandle;
  /** Its descriptor is what looking into a folder takes. */
  readonly spare: FileHandle;
}

/** Makes a folder of this user's alone, and holds it. Throws what mkdir(2) and open(2) do; then there is none. */
export async function makeHeldFolder(path: string): Promise<HeldFolder> {
  await mkdir(path, { mode: 0o700 });
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, flags);
    return { handle, spare: await open(path, flags) };
  } catch (thrown) {
    await handle?.close();
    await rmdir(path).catch(() => undefined);
    throw thrown;
  }
}

/**
 * Removes what is in a held folder and lets go of it. Nobody else can write into it, so that paths within lead where they did, and
 * its own name is not asked: it may be another's by now. Throws the file system's own faults, where there is no /proc ENOENT.
 */
export async function emptyHeldFolder({ handle, spare }: HeldFolder): Promise<void> {
  await spare.close();
  try {
    await empty(`/proc/self/fd/${handle.fd}`);
  } finally {
    await handle.close();
  }
}

/** One folder is open at a time. */
async function empty(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      await empty(path);
      await rmdir(path);
    } else await unlink(path);
  }
}
