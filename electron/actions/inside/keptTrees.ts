import { rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../../../shared/image/digest';
import type { MemoryTree } from '../../../shared/layer/fileTree';
import { StoredTree, writeTree } from '../../index/storedTree';
import { listOwn } from '../../store/ownPlaces';
import { sha256 } from '../../store/sha256';
import type { ActionContext } from '../ground/context';
import type { ImageLayer } from '../images/imageLayers';

/** Names from which on a tree is kept: smaller ones are put together as fast as they are read. */
export const worthKeeping = 2000;
/** Bytes that kept trees may take together; the oldest go. */
const mostBytes = 512 << 20;

/** What a tree depends on: the blobs, which never change, and whether they lie on one another. */
const keyOf = (layers: readonly ImageLayer[], isStacked: boolean): string =>
  sha256(JSON.stringify([isStacked, ...layers.map(({ digest }) => digest)]));

/**
 * The tree of layers from the base up, or of one alone with all its deletions, as it was kept; null where it is to be made. Throws
 * `blob-damaged` where the blob of a layer has another length than it should.
 */
export function keptTree(
  store: ActionContext['store'],
  layers: readonly ImageLayer[],
  isStacked: boolean,
): StoredTree<ImageLayer> | null {
  const top = layers.at(-1);
  if (!top) return null;
  const key = keyOf(layers, isStacked);
  const kept = StoredTree.open(store.treePathOf(top.digest, key), key, layers);
  // What is known of a layer is said of one that is there.
  if (kept) for (const { digest, blob } of layers) store.fileOf({ digest, size: blob.size });
  return kept;
}

/** Keeps a large tree beside the indexes of its layers; where that is not possible it is put together again, which costs time and nothing else. */
export async function keepTree(
  store: ActionContext['store'],
  layers: readonly ImageLayer[],
  isStacked: boolean,
  tree: MemoryTree<ImageLayer>,
): Promise<void> {
  const top = layers.at(-1);
  if (!top || !store.keepsCaches || tree.size < worthKeeping) return;
  const key = keyOf(layers, isStacked);
  await putKept(store, top.digest, key, (draft) => writeTree(draft, key, tree, layers));
}

/** Keeps a file of that kind in its place, where that is possible. */
export async function putKept(
  store: ActionContext['store'],
  top: Digest,
  key: string,
  write: (draft: string) => void,
): Promise<void> {
  try {
    const path = await store.makeTree(top, key, (draft) => {
      write(draft);
      return Promise.resolve();
    });
    await dropOldest(dirname(path));
  } catch {
    // Too large, or no room.
  }
}

async function dropOldest(folder: string): Promise<void> {
  const files = await Promise.all(
    (await listOwn(folder)).map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
  files.sort((a, b) => b.mtimeMs - a.mtimeMs);
  let bytes = 0;
  for (const { path, size } of files) if ((bytes += size) > mostBytes) await rm(path, { force: true });
}
