import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ActionContext, Run } from '../../electron/actions/ground/context';
import { loadImages } from '../../electron/actions/copy/loadImages';
import { createContext, type OwnedContext } from '../../electron/actions/ground/createContext';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { loadSampleImages } from '../../electron/actions/copy/sampleImages';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { saveImages, type SaveRequest } from '../../electron/actions/copy/saveImages';
import { readStoreView, type StoreView } from '../../electron/actions/images/storeView';
import { tagImage } from '../../electron/actions/images/tagImages';
import { createWorkerPool } from '../../electron/worker/workerPool';
import type { ImageNode } from '../../shared/graph/imageGraph';

const quiet: Run = { signal: new AbortController().signal, report: () => undefined };

/** A store in a test's temporary folder, with the use cases that the command line and the window have. */
export interface TestStore {
  readonly context: ActionContext;
  /** Folder of the layout. */
  readonly directory: string;
  load(path: string): ReturnType<typeof loadImages>;
  loadSamples(): ReturnType<typeof loadSampleImages>;
  /** Saves to a file of this name in the temporary folder; gives its path. */
  save(what: readonly string[], format: SaveRequest['format'], file: string): Promise<string>;
  /** Gives the image with a name one more. */
  tag(image: string, name: string): Promise<void>;
  view(): Promise<StoreView>;
  images(): Promise<readonly ImageNode[]>;
  /** Image IDs by name; what has none stands under its ID. */
  idsByName(): Promise<Record<string, string>>;
}

/** A temporary folder with stores in it, and one worker pool for all. */
export interface Bench {
  readonly folder: string;
  path(...parts: string[]): string;
  /** A new, empty store. */
  store(): Promise<TestStore>;
  /** Lets the workers go and removes the folder. */
  close(): Promise<void>;
}

/** Opens a bench: one for a test file, closed in `afterAll`. */
export async function openBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'stratigraph-interop-'));
  const pool = createWorkerPool();
  const contexts: OwnedContext[] = [];
  let stores = 0;
  return {
    folder,
    path: (...parts) => join(folder, ...parts),
    async store() {
      const store = await openDefaultStore(join(folder, `store-${++stores}`));
      const context = createContext(store, pool);
      contexts.push(context);
      const view = (): Promise<StoreView> => readStoreView(context);
      const images = async (): Promise<readonly ImageNode[]> => {
        const { graph, damaged } = await view();
        if (damaged.length > 0) throw new Error(`damaged roots: ${JSON.stringify(damaged)}`);
        return graph.images;
      };
      return {
        context,
        directory: store.directory,
        load: (path) => loadImages(context, { path, label: basename(path) }, quiet),
        loadSamples: () => loadSampleImages(context, quiet),
        async save(what, format, file) {
          const target = join(folder, file);
          await saveImages(context, { what, format, target }, quiet);
          return target;
        },
        async tag(name, more) {
          await tagImage(context, resolveImage((await view()).graph, name).image.id, more);
        },
        view,
        images,
        async idsByName() {
          const entries = (await images()).flatMap(({ id, names }) =>
            names.length === 0 ? [[id, id] as const] : names.map((name) => [name, id] as const),
          );
          return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
        },
      };
    },
    async close() {
      for (const context of contexts) await context.close();
      await pool.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Diff IDs of an image, from the base up. */
export async function diffIdsOf(store: TestStore, image: ImageNode): Promise<readonly string[]> {
  const { graph } = await store.view();
  const byChain = new Map(graph.layers.map(({ chainId, diffId }) => [chainId, diffId]));
  return image.layers.map((chainId) => byChain.get(chainId) ?? `no layer ${chainId}`);
}

/** A port of this machine that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close((fault) => (fault ? reject(fault) : resolve(port)));
    });
  });
}
