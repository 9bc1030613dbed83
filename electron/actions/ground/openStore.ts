import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { problem } from '../../../shared/image/problem';
import { readLayerFacts } from '../../index/layerIndex';
import type { ImageStore } from '../../store/contentStore';
import { openDirectoryStore } from '../../store/directoryStore';
import { dataHome, ownDataHome } from '../../store/homes';
import { isEmptyPlace } from '../../store/layout';
import { userNumber } from '../../store/thisUser';
import type { WorkerPool } from '../../worker/jobs';

/**
 * Folder of the store: the one named, else `$STRATIGRAPH_STORE`, else `$XDG_DATA_HOME/stratigraph/store` (XDG base
 * directories: a relative value counts as none), else the same below `~/.local/share`. Of root, where another user could lead that
 * elsewhere and no store is there, in root's own home.
 */
export function storeDirectory(named: string | null, environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = named ?? environment['STRATIGRAPH_STORE'];
  if (chosen) return resolve(chosen);
  const usual = join(dataHome(environment), 'stratigraph', 'store');
  // Root with the environment of another user may look at that one's store, but makes none there, which the user could not write to.
  if (userNumber() !== 0 || existsSync(usual)) return usual;
  return join(ownDataHome(environment) ?? dataHome(environment), 'stratigraph', 'store');
}

/** Whether a folder was named for the store, and not by default. */
export const isNamed = (named: string | null): boolean => Boolean(named ?? process.env['STRATIGRAPH_STORE']);

/**
 * Opens the store, making it where there is none; in a folder that somebody named only with `make`. Threads of `pool` make
 * the system calls that Node has not; without one the store does with what Node has. Throws `store-invalid`.
 */
export async function openDefaultStore(
  named: string | null,
  pool: Pick<WorkerPool, 'run'> | null = null,
  make = true,
): Promise<ImageStore> {
  const directory = storeDirectory(named);
  if (!make && isNamed(named) && isEmptyPlace(directory))
    throw problem('store-invalid', { path: directory, reason: 'missing' });
  const syncFileSystem = pool ? (path: string) => pool.run('sync-tree', { path }) : undefined;
  return openDirectoryStore(directory, { readFacts: readLayerFacts, syncFileSystem });
}
