import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ProblemError } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import type { StorePaths } from './storePaths';
import { fileInfo, listOwn } from './ownPlaces';
import { removeOwn } from './removeOwn';

/**
 * Room for removals on a full disk. Whoever removes an image writes before anything is freed: a lock, a new index.json.
 * A file of this many bytes is kept for that moment and given up in it.
 */
const reserved = 256 << 10;

/** Makes sure that the store keeps its reserve; where there is no room for it, it goes without. */
export async function keepReserve(paths: StorePaths): Promise<void> {
  if ((await fileInfo(paths.reserve))?.size === reserved) return;
  try {
    await rm(paths.reserve, { force: true });
    const file = await open(paths.reserve, 'wx', 0o600);
    try {
      // Not zeros: a file system that compresses, or that keeps holes, would set nothing aside for them.
      await file.writeFile(randomBytes(reserved));
    } finally {
      await file.close();
    }
  } catch (thrown) {
    // Another process may be writing it.
    if (systemCode(thrown) !== 'EEXIST') await rm(paths.reserve, { force: true }).catch(() => undefined);
  }
}

const isFull = (thrown: unknown): boolean =>
  thrown instanceof ProblemError && thrown.problem.code === 'disk-full';

/** Gives up what is made anew on demand: trees, hashes of files and indexes of layers. */
async function dropCaches(paths: StorePaths): Promise<void> {
  for (const folder of [paths.trees, paths.contentHashes, paths.layerIndexes])
    for (const name of await listOwn(folder)) await removeOwn(join(folder, name));
}

/**
 * Runs work that frees room. Where the disk is too full for it to begin, the reserve is given up and it runs again, and
 * then without the caches. Throws what the last attempt threw.
 */
export async function withReserve<T>(paths: StorePaths, work: () => Promise<T>): Promise<T> {
  const ways = [() => rm(paths.reserve, { force: true }), () => dropCaches(paths)];
  for (;;) {
    try {
      const result = await work();
      await keepReserve(paths);
      return result;
    } catch (thrown) {
      const way = isFull(thrown) ? ways.shift() : undefined;
      if (!way) throw thrown;
      await way();
    }
  }
}
