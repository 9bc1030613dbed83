import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, ImageId } from '../../shared/image/digest';
import type { Closures } from '../../shared/graph/sharing';
import type { ActionContext } from './context';
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

/** Blocks that files below a path take, each inode once, and how many entries stand directly in it. Bytes. */
async function taken(path: string): Promise<{ readonly count: number; readonly size: number }> {
  const seen = new Set<string>();
  const add = async (at: string): Promise<number> => {
    const info = await lstat(at).catch(() => null);
    if (!info) return 0;
    const key = `${info.dev}:${info.ino}`;
    if (seen.has(key)) return 0;
    seen.add(key);
    let sum = info.blocks * 512;
    if (info.isDirectory())
      for (const name of await readdir(at).catch(() => [] as string[])) sum += await add(join(at, name));
    return sum;
  };
  const names = await readdir(path).catch(() => [] as string[]);
  let size = 0;
  for (const name of names) size += await add(join(path, name));
  return { count: names.length, size };
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
  const unpacked = await sumOf(folders);
  const indexes = await taken(join(store, 'cache', 'index'));
  const unreached = await context.store.unreachedBlobs({ withTrash: true });
  const bytes = unreached.reduce((sum, { size }) => sum + size, 0);
  const indexFiles = await readdir(join(store, 'cache', 'index', 'sha256')).catch(() => []);
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
        size: unpacked,
        reclaimable: await sumOf(idle),
      },
      { kind: 'indexes', count: indexFiles.length, active: 0, size: indexes.size, reclaimable: indexes.size },
      { kind: 'unreached', count: unreached.length, active: 0, size: bytes, reclaimable: bytes },
    ],
  };
}

/**
 * Bytes that removing these roots would free, as `previewRemoval` counts them; linear in what they reach, so that it
 * can be asked for every image.
 */
export function freedByRoots(closures: Closures): (roots: readonly Digest[]) => number {
  const holders = new Map<Digest, number>();
  for (const blobs of closures.values())
    for (const digest of blobs.keys()) holders.set(digest, (holders.get(digest) ?? 0) + 1);
  return (roots) => {
    const going = new Map<Digest, { count: number; readonly size: number }>();
    for (const root of new Set(roots))
      for (const [digest, size] of closures.get(root) ?? []) {
        const found = going.get(digest);
        if (found) found.count++;
        else going.set(digest, { count: 1, size });
      }
    let freed = 0;
    for (const [digest, { count, size }] of going) if (count === holders.get(digest)) freed += size;
    return freed;
  };
}

async function sumOf(folders: readonly string[]): Promise<number> {
  let sum = 0;
  for (const folder of folders) sum += (await taken(folder)).size;
  return sum;
}

async function workspaceUse(store: string): Promise<{ readonly count: number; readonly size: number }> {
  const folder = join(store, 'workspaces');
  const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => !name.startsWith('.'));
  let size = 0;
  // Only what was changed is the workspace's own; its mounted trees would be counted as files.
  for (const name of names)
    for (const part of await readdir(join(folder, name)).catch(() => [] as string[]))
      if (part.startsWith('upper')) size += (await taken(join(folder, name, part))).size;
  return { count: names.length, size };
}

async function unpackedFolders(store: string): Promise<readonly string[]> {
  const folder = join(store, 'cache', 'layers');
  const found: string[] = [];
  for (const key of await readdir(folder).catch(() => [] as string[]))
    for (const name of await readdir(join(folder, key)).catch(() => [] as string[]))
      if (/^[0-9a-f]{64}$/.test(name)) found.push(join(folder, key, name));
  return found;
}
