import { join } from 'node:path';
import { privateHome } from '../../electron/store/homes';
import type { OrdinaryUser } from './ordinaryUser';
import { temporaryFolder } from './temporary';

const script = join(import.meta.dirname, '..', '..', 'scripts', 'stratigraph.mjs');

/** Who calls our command line in tests of what runs in containers. */
export interface RunCaller {
  /** The program with its store, as the first words of a command. */
  readonly words: readonly string[];
  readonly store: string;
  /** Where runtimes keep what they know. */
  readonly state: string;
}

let stores = 0;

/** Root, or an ordinary user, with a store of its own that is not there yet. */
export async function runCaller(who: 'root' | 'user', user: OrdinaryUser): Promise<RunCaller> {
  const folder = who === 'root' ? await temporaryFolder() : join(user.folder, `own-${stores++}`);
  const store = join(folder, 'store');
  const program =
    who === 'root'
      ? [process.execPath, script]
      : [...user.as, 'env', '-u', 'XDG_DATA_HOME', user.node, user.cli];
  const state =
    who === 'root' ? privateHome('run') : join(user.folder, '.local', 'share', 'stratigraph', 'run');
  return { words: [...program, '--store', store], store, state };
}
