import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { emptyIndex } from './layout';
import { withLock } from './lock';
import { isOurs } from './ownPlaces';
import { StorePaths } from './storePaths';

/** What making a store at a path made of folders, the innermost first: the path and what is above it that was not there. */
export function missingFolders(directory: string): readonly string[] {
  const missing: string[] = [];
  for (let at = resolve(directory); !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  return missing;
}

/** What a store has in which nothing has come yet. */
const made = new Set(['oci-layout', 'index.json', 'blobs', 'ingest', 'cache', 'reserve', 'lock']);

/** Longest wait for another process that writes to the store, milliseconds: then it is one that is wanted. */
const patience = 2000;

const isEmpty = (folder: string): boolean => readdirSync(folder).length === 0;

/**
 * Takes back the making of a store into which nothing came: what was to be loaded failed or was cancelled. One with an image, or with
 * which another process has begun something, stays. `folders` as {@link missingFolders} said before it was made; a folder that was there is left empty.
 * Throws the file system's own faults.
 */
export async function unmakeStore(directory: string, folders: readonly string[]): Promise<void> {
  const paths = new StorePaths(directory);
  const isBare = async (): Promise<boolean> =>
    (await stat(paths.index)).size === emptyIndex.length &&
    (await readFile(paths.index, 'utf8')) === emptyIndex &&
    readdirSync(directory).every((name) => made.has(name)) &&
    isEmpty(paths.ingest) &&
    isEmpty(paths.blobs);
  if (!isOurs(directory) || !(await isBare())) return;
  const isGone = await withLock(
    paths.lock,
    async () => {
      if (!(await isBare())) return false;
      // In one go, and what another would begin with first: where something is in it by now, nothing is removed.
      rmdirSync(paths.ingest);
      rmdirSync(paths.blobs);
      rmdirSync(dirname(paths.blobs));
      for (const path of [paths.marker, paths.index, paths.reserve]) rmSync(path, { force: true });
      rmSync(join(directory, 'cache'), { recursive: true, force: true });
      return true;
    },
    patience,
  );
  if (isGone) for (const folder of folders) rmdirSync(folder);
}
