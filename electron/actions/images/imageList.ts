import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import { makeOwnFolder, mostBytes, readOwn, readOwnFile, replaceCached } from '../../store/ownPlaces';
import { fromSealedJson, toSealedJson } from '../../store/seal';
import { sha256 } from '../../store/sha256';
import type { ActionContext } from '../ground/context';
import { layersElsewhere } from '../ground/elsewhere';
import { readStoreView, type StoreView } from './storeView';

/** The images of a store, and what of it could not be read; the part of a {@link StoreView} that a list shows. */
export interface ImageList {
  readonly graph: Pick<ImageGraph, 'images' | 'source'>;
  readonly damaged: StoreView['damaged'];
  readonly unfit: StoreView['unfit'];
}

type Context = Pick<ActionContext, 'store'>;

/** Goes up when images are kept in another form. */
const version = 7;
/** From so many images on the list is kept: fewer are read as fast. */
const worthKeeping = 50;

const pathOf = (directory: string): string => join(directory, 'cache', 'images.json');

/** What the list depends on: the bytes of index.json, and which blobs are there. */
async function keyOf(directory: string): Promise<string> {
  const index = await readOwn(join(directory, 'index.json'), mostBytes.list);
  const { mtimeNs } = await stat(join(directory, 'blobs', 'sha256'), { bigint: true });
  return `${version} ${sha256(index)} ${mtimeNs}`;
}

/**
 * The images of the store, as {@link readStoreView} has them. Of a large store the list is kept beside it, a cache that can
 * be deleted: a command line that only lists reads one file, not two for each image. Documents are verified when the list
 * is made, and again when the file system says that one was written to since.
 */
export async function readImageList(context: Context): Promise<ImageList> {
  const { directory } = context.store;
  const key = await keyOf(directory).catch(() => null);
  const kept = key === null ? null : readKept(context.store, key);
  if (kept) return { graph: { images: kept, source: { kind: 'store' } }, damaged: [], unfit: [] };
  const view = await readStoreView(context);
  if (key !== null) await keep(context.store, key, view);
  return view;
}

/** Keeps the list of what the store has now, if it is large; for who has read all of it anyway. */
export async function keepImageList(context: Context): Promise<void> {
  const { directory } = context.store;
  const key = await keyOf(directory).catch(() => null);
  if (key !== null) await keep(context.store, key, await readStoreView(context));
}

function readKept(store: ActionContext['store'], key: string): readonly ImageNode[] | null {
  const kept = fromSealedJson('images', readOwnFile(pathOf(store.directory))?.toString('utf8') ?? '');
  if (kept?.['key'] !== key || !Array.isArray(kept['images'])) return null;
  const images = kept['images'] as ImageNode[];
  return kept['documents'] === stampOf(store, images) ? images : null;
}

/** What the file system says of the documents that a list was made of: a changed one is read again, and its fault told. */
function stampOf(store: ActionContext['store'], images: readonly ImageNode[]): string {
  const facts = images.flatMap(({ id, manifests }) =>
    [id, ...manifests].map((digest) => {
      const info = statSync(store.pathOf(digest), { throwIfNoEntry: false });
      return info ? `${info.ino} ${info.size} ${info.mtimeMs} ${info.ctimeMs}` : '-';
    }),
  );
  return sha256(facts.join('\n'));
}

/** Writes the list; where that is not possible there is none, which costs time and nothing else. */
async function keep(
  store: ActionContext['store'],
  key: string,
  { graph, damaged, unfit }: StoreView,
): Promise<void> {
  if (!store.keepsCaches) return;
  const path = pathOf(store.directory);
  if (damaged.length + unfit.length > 0 || graph.images.length < worthKeeping) return;
  // Who lists these says so, and the list of images alone does not tell.
  if (layersElsewhere(graph, graph.images).length > 0) return;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const documents = stampOf(store, graph.images);
  try {
    await makeOwnFolder(store.directory, 'cache');
    await writeFile(draft, toSealedJson('images', { key, documents, images: graph.images }), { mode: 0o600 });
    await replaceCached(draft, path);
  } catch {
    await rm(draft, { force: true });
  }
}
