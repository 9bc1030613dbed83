import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOfFileName } from './ingest';
import { sweepLockDrafts } from './lock';
import type { StorePaths } from './layout';

const indexSuffix = '.jsonl';

/**
 * Removes what a crash or a failed commit can leave beside blobs: drafts of index.json, of the trash and of locks, and layer indexes
 * whose blob is not there. Under the lock only: whoever holds it is the only one who writes drafts.
 */
export async function sweepLeftovers(paths: StorePaths): Promise<void> {
  await sweepLockDrafts(paths.directory);
  for (const name of await readdir(paths.directory)) {
    if (/^(?:index|trash)\.json\.[0-9a-z-]+$/i.test(name))
      await rm(join(paths.directory, name), { force: true });
  }
  for (const name of await readdir(paths.layerIndexes).catch(() => [] as string[])) {
    const digest = name.endsWith(indexSuffix) ? digestOfFileName(name.slice(0, -indexSuffix.length)) : null;
    if (digest === null) continue;
    const blob = await stat(paths.blob(digest)).catch(() => null);
    if (blob === null) await rm(paths.layerIndex(digest), { force: true });
  }
}
