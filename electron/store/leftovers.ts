import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfFileName } from './ingest';
import { sweepLockDrafts } from './lock';
import type { StorePaths } from './storePaths';
import { fileInfo, listOwn } from './ownPlaces';

const indexSuffix = '.jsonl';
/** Hashes are written within moments once they are made: an older draft is a crash's, milliseconds. */
const draftAge = 600_000;

/** A cache that is whole: of a layer, or the tree of the layers below it. */
const wholeName = /^[0-9a-f]{64}(?:-[0-9a-f]{32})?$/;

/**
 * Removes what a crash or a failed commit can leave beside blobs: drafts of index.json, of the trash and of locks, layer
 * indexes, hashes of files and trees whose blob is not there, and drafts of such hashes whose writer is long gone. Under the lock only: whoever holds it is the only one who writes drafts.
 */
export async function sweepLeftovers(paths: StorePaths): Promise<void> {
  await sweepLockDrafts(paths.directory);
  for (const name of await listOwn(paths.directory)) {
    if (/^(?:index|trash)\.json\.[0-9a-z-]+$/i.test(name))
      await rm(join(paths.directory, name), { force: true });
  }
  for (const name of await listOwn(paths.layerIndexes)) {
    const digest = name.endsWith(indexSuffix) ? digestOfFileName(name.slice(0, -indexSuffix.length)) : null;
    if (digest === null) continue;
    const blob = await fileInfo(paths.blob(digest));
    if (blob === null) await rm(paths.layerIndex(digest), { force: true });
  }
  for (const folder of [paths.contentHashes, paths.secretFindings, paths.trees])
    for (const name of await listOwn(folder)) {
      const digest = digestOfFileName(name.slice(0, 64));
      const path = join(folder, name);
      const blob = digest === null ? null : await fileInfo(paths.blob(digest));
      const draft = wholeName.test(name) ? null : await fileInfo(path);
      if (blob === null || (draft !== null && Date.now() - draft.mtimeMs > draftAge))
        await rm(path, { force: true });
    }
}
