import { addBytes } from '../../shared/image/bytes';
import { join } from 'node:path';
import { freedByRoots } from '../../shared/graph/sharing';
import type { ImageId } from '../../shared/image/digest';
import { listOwn } from '../store/ownPlaces';
import type { ActionContext } from './context';
import { diskBytes } from './diskBytes';
import { imagesInUse } from './imageUse';
import { readStoreView } from './storeView';
import { unusedLayers } from './unusedLayers';

/** One image and its bytes in the store: each blob counted once. */
export interface ImageDiskUse {
  readonly id: ImageId;
  readonly names: readonly string[];
  readonly created: string | null;
  readonly size: number;
  /** Bytes that other images need, too, and bytes that they don't. */
  readonly shared: number;
  readonly unique: number;
  /** Bytes that removing this image alone would free; 0 while a workspace stands on it. */
  readonly reclaimable: number;
  /** Names of workspaces and mounts that use it. */
  readonly usedBy: readonly string[];
}

/** A kind of thing with all of it and what can go. Bytes. */
export interface DiskUseRow {
  readonly kind: 'images' | 'workspaces' | 'unpacked' | 'indexes' | 'unreached';
  readonly count: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
}

/** What a store takes on disk. */
export interface DiskUse {
  readonly rows: readonly DiskUseRow[];
  readonly images: readonly ImageDiskUse[];
}

/**
 * What the store takes on disk, by kind, and image by image. Images are counted in bytes of blobs, each once; workspaces
 * and caches in blocks of the file system. `reclaimable` of images: those without a name that nothing uses, as `prune`
 * frees them; of caches: all that no mount shows.
 */
export async function readDiskUse(context: ActionContext): Promise<DiskUse> {
  const store = context.store.directory;
  const view = await readStoreView(context);
  const { graph, closures } = view;
  const used = await imagesInUse(store);
  const freedBy = freedByRoots(closures);
  const images = graph.images.map((image): ImageDiskUse => {
    const usedBy = used.get(image.id) ?? [];
    return {
      id: image.id,
      names: image.names,
      created: image.created,
      size: image.size,
      shared: image.shared,
      unique: image.unique,
      reclaimable: usedBy.length > 0 ? 0 : freedBy(image.roots),
      usedBy,
    };
  });
  const dangling = graph.images.filter(({ id, names }) => names.length === 0 && !used.has(id));
  const workspaces = await workspaceUse(store);
  const folders = await unpackedFolders(store);
  const idle = await unusedLayers(context);
  const indexes = await diskBytes(join(store, 'cache', 'index'));
  const unreached = await context.store.unreachedBlobs({ withTrash: true });
  const bytes = unreached.reduce((sum, { size }) => addBytes(sum, size), 0);
  const indexFiles = await listOwn(join(store, 'cache', 'index', 'sha256'));
  return {
    images,
    rows: [
      {
        kind: 'images',
        count: images.length,
        active: images.filter(({ usedBy }) => usedBy.length > 0).length,
        size: graph.storedBytes,
        reclaimable: freedBy(dangling.flatMap(({ roots }) => roots)),
      },
      { kind: 'workspaces', ...workspaces, active: workspaces.count, reclaimable: 0 },
      {
        kind: 'unpacked',
        count: folders.length,
        active: folders.length - idle.length,
        size: await diskBytes(...folders),
        reclaimable: await diskBytes(...idle),
      },
      { kind: 'indexes', count: indexFiles.length, active: 0, size: indexes, reclaimable: indexes },
      { kind: 'unreached', count: unreached.length, active: 0, size: bytes, reclaimable: bytes },
    ],
  };
}

async function workspaceUse(store: string): Promise<{ readonly count: number; readonly size: number }> {
  const folder = join(store, 'workspaces');
  const names = (await listOwn(folder)).filter((name) => !name.startsWith('.'));
  const uppers: string[] = [];
  // Only what was changed is the workspace's own; its mounted trees would be counted as files.
  for (const name of names)
    for (const part of await listOwn(join(folder, name)))
      if (part.startsWith('upper')) uppers.push(join(folder, name, part));
  return { count: names.length, size: await diskBytes(...uppers) };
}

async function unpackedFolders(store: string): Promise<readonly string[]> {
  const folder = join(store, 'cache', 'layers');
  const found: string[] = [];
  for (const key of await listOwn(folder))
    for (const name of await listOwn(join(folder, key)))
      if (/^[0-9a-f]{64}$/.test(name)) found.push(join(folder, key, name));
  return found;
}
