import { realpathSync, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { defaultLimits, type Limits } from '../../shared/image/limits';
import { problem, type PlaceNeed } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { readLayerFacts } from '../index/layerIndex';
import { stageInput } from '../source/sources';
import type { SourceTools } from '../source/sourceTools';
import type { LookedBlobs } from '../store/blobFile';
import type { ImageStore } from '../store/contentStore';
import { openDirectoryStore } from '../store/directoryStore';
import { readsFrom } from '../store/readPlaces';
import { makeTemporary } from '../store/temporary';
import { removeOwn } from '../store/removeOwn';
import type { WorkerPool } from '../worker/jobs';
import type { ActionContext, Run } from './context';
import { createContext, type OwnedContext } from './createContext';
import { listRoot, NameTable } from './indexNames';
import { withinTime } from './withinTime';

/** The path of an archive or a folder, links followed. Throws `file-not-found`, `not-an-image`, `file-unreadable`. */
function realPath(path: string, label: string): string {
  try {
    // A pipe that a descriptor stands for has no path of its own.
    const info = statSync(path);
    if (!info.isFile() && !info.isDirectory())
      throw problem('not-an-image', { file: label, seen: 'special' });
    return realpathSync(path);
  } catch (cause) {
    const code = systemCode(cause);
    if (code === undefined) throw cause;
    if (code === 'ENOENT' || code === 'ENOTDIR') throw problem('file-not-found', { path: label }, { cause });
    throw problem('file-unreadable', { path: label, reason: code }, { cause });
  }
}

/**
 * Opens an archive (docker-archive, OCI archive, one from before Docker 1.10) or a layout folder where it lies, without loading it.
 * Its documents are read, verified and kept in a folder of our own in the system's temporary one, which goes with
 * the context's `close`; layers stay where they are and are verified by whoever reads them. Of a compressed archive everything is
 * unpacked there in one pass, bounded as a load is. What the use cases are given is a store like any other, to which nothing can be
 * written. Throws what loading throws of an input that is not as it should be, `no-room`, `cancelled`.
 */
export async function lookAt(
  path: string,
  { pool, limits = defaultLimits }: { readonly pool: WorkerPool; readonly limits?: Limits },
  run: Run,
): Promise<OwnedContext> {
  const label = basename(resolve(path));
  const real = realPath(path, label);
  const folder = await makeTemporary('look');
  try {
    const ranges: LookedBlobs = new Map();
    await withinTime(limits, label, run, (timed) =>
      stage({ real, label, folder, ranges }, { pool, limits }, timed),
    );
    const refuse = (need: PlaceNeed): Error => problem('place-cannot', { place: label, need });
    const store = await openDirectoryStore(folder, { readFacts: readLayerFacts, ranges, refuse });
    const context = { ...createContext(store, pool), limits };
    const forget = readsFrom(real, 'looked');
    return {
      ...context,
      async close() {
        forget();
        await context.close();
        await removeOwn(folder);
      },
    };
  } catch (thrown) {
    await removeOwn(folder);
    throw thrown;
  }
}

interface Looking {
  readonly real: string;
  readonly label: string;
  readonly folder: string;
  readonly ranges: LookedBlobs;
}

/** Reads the documents into a layout of our own. */
async function stage(
  { real, label, folder, ranges }: Looking,
  { pool, limits }: { readonly pool: WorkerPool; readonly limits: Limits },
  run: Run,
): Promise<void> {
  const store = await openDirectoryStore(folder, { readFacts: readLayerFacts });
  const ingest = await store.beginIngest();
  try {
    const found = await stageInput(real, label, ingest, toolsFor(store, pool, limits, ranges), run);
    if (run.signal.aborted) throw problem('cancelled', {});
    await ingest.commit((index) => {
      const table = new NameTable(index);
      for (const root of found.roots) listRoot(table, root);
      for (const referrer of found.referrers ?? []) table.addDangling(referrer);
      return table.index();
    });
  } finally {
    await ingest.abort();
  }
}

/** Nothing of what a store has is known: the input stands for itself. */
function toolsFor(
  store: ImageStore,
  pool: ActionContext['pool'],
  limits: Limits,
  looked: LookedBlobs,
): SourceTools {
  const nothing = (): Promise<null> => Promise.resolve(null);
  return { limits, blobs: store, pool, looked, layerWithDiffId: nothing, manifestOfImage: nothing };
}
