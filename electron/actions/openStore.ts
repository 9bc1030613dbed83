import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { readLayerFacts } from '../index/layerIndex';
import type { ImageStore } from '../store/contentStore';
import { openDirectoryStore } from '../store/directoryStore';
import type { WorkerPool } from '../worker/jobs';

/**
 * Folder of the store: the one named, else `$STRATIGRAPH_STORE`, else `$XDG_DATA_HOME/stratigraph/store` (XDG base
 * directories: a relative value counts as none), else the same below `~/.local/share`.
 */
export function storeDirectory(named: string | null, environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = named ?? environment['STRATIGRAPH_STORE'];
  if (chosen) return resolve(chosen);
  const data = environment['XDG_DATA_HOME'];
  const base = data !== undefined && isAbsolute(data) ? data : join(homedir(), '.local', 'share');
  return join(base, 'stratigraph', 'store');
}

/**
 * Opens the store, making it where there is none. Threads of `pool` make the system calls that Node has not; without one
 * the store does with what Node has. Throws `store-invalid`.
 */
export function openDefaultStore(
  named: string | null,
  pool: Pick<WorkerPool, 'run'> | null = null,
): Promise<ImageStore> {
  const syncFileSystem = pool ? (path: string) => pool.run('sync-tree', { path }) : undefined;
  return openDirectoryStore(storeDirectory(named), { readFacts: readLayerFacts, syncFileSystem });
}
