import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { inputFault } from '../shared/image/inputFault';
import { openDefaultStore } from './actions/ground/openStore';
import type { RecentStores } from './ipc/recentStores';
import { checkStands } from './store/layout';
import type { WorkerPool } from './worker/jobs';

/** What a start over another store is made of. */
interface Start {
  /** The program, and the words that it is always started with. */
  readonly program: string;
  readonly words: readonly string[];
}

/** Opens other stores, each in a process of its own: what runs over one store is not held up by what runs over another. */
export class OtherStores {
  constructor(
    private readonly of: {
      /** The folder of this process's store, and that of a start that names none. */
      readonly own: string;
      readonly usual: string;
      readonly recent: RecentStores;
      readonly pool: Pick<WorkerPool, 'run'>;
      readonly start: Start;
    },
  ) {}

  /** Folders of the stores that are offered: the recent ones, newest first, and the usual one. */
  offered(): readonly string[] {
    const { own, usual, recent } = this.of;
    return [...new Set([...recent.list(), usual])].filter((directory) => directory !== own);
  }

  /**
   * Opens a store in a window of its own, making it in a folder that is empty where `chosen`: one that is only remembered was moved or deleted
   * when nothing is there. Throws `store-invalid`, `store-unsafe`, and what the system says of a program that does not start.
   */
  async open(directory: string, chosen: boolean): Promise<void> {
    const { usual, recent, pool, start } = this.of;
    const folder = resolve(directory);
    if (!chosen && folder !== usual) checkStands(folder);
    // Whatever is wrong with it is said here, where the person asked for it.
    await openDefaultStore(folder, pool);
    await recent.add(folder);
    const named = folder === usual ? [] : [`--store=${folder}`];
    await startApart(start.program, [...start.words, ...named]);
  }
}

/** Starts a program that outlives this one, over no store by environment; settles when it runs. */
async function startApart(program: string, words: readonly string[]): Promise<void> {
  const { STRATIGRAPH_STORE: _, ...env } = process.env;
  const child = spawn(program, words, { detached: true, stdio: 'ignore', env });
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw inputFault(cause, program);
  }
  child.unref();
}
