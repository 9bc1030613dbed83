import { endHolderIfAlone } from '../../namespace/holder';
import { createPrivileges } from '../../namespace/privileged';
import type { ImageStore } from '../../store/contentStore';
import type { WorkerPool } from '../../worker/jobs';
import { createWorkerPool } from '../../worker/workerPool';
import { isOurs } from '../../store/ownPlaces';
import type { ActionContext } from './context';
import { readMountRecords } from '../records/mountRecords';

/** A context with its end: threads, helper process and what this process mounted for itself. */
export interface OwnedContext extends ActionContext {
  close(): Promise<void>;
}

/** Namespaces in which nothing is mounted serve nobody; an unused process would be left behind. */
async function endNamespaces(store: string): Promise<void> {
  if (!isOurs(store) || (await readMountRecords(store)).length > 0) return;
  await endHolderIfAlone(store);
}

/** The context of a process over an open store. A pool that is handed in is shared, and stays open. */
export function createContext(store: ImageStore, shared?: WorkerPool): OwnedContext {
  const pool = shared ?? createWorkerPool();
  const privileges = createPrivileges(() => store.directory, pool);
  const endings: (() => Promise<void>)[] = [];
  return {
    store,
    pool,
    // Whoever asks for rights is about to mount, unpack or remove something below the store. A promise also of the refusal: who
    // can do without rights catches that.
    privileged: async () => {
      store.checkOwned();
      return privileges.get();
    },
    prefer: (mode) => privileges.prefer(mode),
    onClose: (work, last) => void (last ? endings.unshift(work) : endings.push(work)),
    async close() {
      for (const work of endings.splice(0).reverse()) await work().catch(() => undefined);
      await privileges.close();
      await endNamespaces(store.directory).catch(() => undefined);
      await store.close();
      if (shared === undefined) await pool.close();
    },
  };
}
