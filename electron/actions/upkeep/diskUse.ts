import { addBytes } from '../../../shared/image/bytes';
import { join } from 'node:path';
import { freedByRoots, unionOf } from '../../../shared/graph/sharing';
import type { Digest, ImageId } from '../../../shared/image/digest';
import type { Closures } from '../../../shared/graph/holders';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import { listOwn } from '../../store/ownPlaces';
import type { ActionContext } from '../ground/context';
import { diskBytes } from '../ground/diskBytes';
import { heldClosures, planPrune } from '../images/removeImages';
import { imagesInUse } from '../images/imageUse';
import { readStoreView } from '../images/storeView';
import { unusedLayers } from '../trees/unusedLayers';

/** One image, or those of several platforms whose names go together, and its bytes in the store: each blob counted once. */
export interface ImageDiskUse {
  readonly id: ImageId;
  /** All of its platforms. */
  readonly ids: readonly ImageId[];
  readonly names: readonly string[];
  readonly created: string | null;
  readonly size: number;
  /** Bytes that other images need, too, and bytes that they don't. */
  readonly shared: number;
  readonly unique: number;
  /** Bytes that removing it alone would free; 0 while a workspace stands on it. */
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
  /** What of the images' row is no image's alone: with the unique and the reclaimable bytes of all it adds up to the row. */
  readonly between: { readonly size: number; readonly reclaimable: number };
  /** Sum of the rows. */
  readonly total: { readonly size: number; readonly reclaimable: number };
}

/**
 * What the store takes on disk, by kind, and image by image. Images are counted in bytes of blobs, each once; workspaces
 * and caches in blocks of the file system. `reclaimable` as `docker system df` means it: of images what goes with all that nothing
 * uses, as `prune -a` frees it; of caches: all that no mount shows. Of a place from which nothing can be removed (`isFixed`) nothing is, and it
 * has images only: no workspaces, no caches, and nothing of it waits for the garbage collector.
 */
export async function readDiskUse(
  context: ActionContext,
  { isFixed = false }: { readonly isFixed?: boolean } = {},
): Promise<DiskUse> {
  const use = await countDiskUse(context);
  if (!isFixed) return use;
  const none = { reclaimable: 0 };
  const rows = use.rows.filter(({ kind }) => kind === 'images');
  return {
    rows: rows.map((row) => ({ ...row, ...none })),
    images: use.images.map((image) => ({ ...image, ...none })),
    between: { ...use.between, ...none },
    total: { size: rows.reduce((sum, { size }) => addBytes(sum, size), 0), ...none },
  };
}

async function countDiskUse(context: ActionContext): Promise<DiskUse> {
  const store = context.store.directory;
  const view = await readStoreView(context);
  const { graph } = view;
  const used = await imagesInUse(store);
  const { row, images, between } = imagesUse(graph, view.closures, await heldClosures(context, view), used);
  const sum = (values: readonly number[]): number => values.reduce(addBytes, 0);
  const workspaces = await workspaceUse(store);
  const folders = await unpackedFolders(store);
  const { all: idle } = await unusedLayers(context);
  const indexes = await diskBytes(join(store, 'cache', 'index'));
  const { blobs: unreached } = await context.store.unreachedBlobs({ withTrash: true });
  const bytes = unreached.reduce((sum, { size }) => addBytes(sum, size), 0);
  const indexFiles = await listOwn(join(store, 'cache', 'index', 'sha256'));
  const rows: readonly DiskUseRow[] = [
    row,
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
  ];
  return {
    rows,
    images,
    between,
    total: { size: sum(rows.map(({ size }) => size)), reclaimable: sum(rows.map((row) => row.reclaimable)) },
  };
}

/** What the images of an engine take, as it counts their layers, and what goes with those that no container holds. */
export function readEngineUse(graph: ImageGraph): DiskUse {
  const sizes = new Map(graph.layers.map(({ chainId, size }) => [chainId, size]));
  const closures: Closures = new Map(
    graph.images.flatMap(({ roots, layers }) => {
      const needed = new Map(layers.map((layer) => [layer as string as Digest, sizes.get(layer) ?? 0]));
      return roots.map((root) => [root, needed] as const);
    }),
  );
  const used = new Map(
    graph.images.flatMap(({ id, containers }) =>
      containers.length > 0 ? [[id, containers.map(({ name }) => name)] as const] : [],
    ),
  );
  const { row, images, between } = imagesUse(graph, closures, closures, used);
  return { rows: [row], images, between, total: { size: row.size, reclaimable: row.reclaimable } };
}

/** What images take: `held` are the closures with all else that keeps blobs, `used` whose each image is. */
function imagesUse(
  graph: ImageGraph,
  closures: Closures,
  held: Closures,
  used: ReadonlyMap<ImageId, readonly string[]>,
): Pick<DiskUse, 'images' | 'between'> & { readonly row: DiskUseRow } {
  const freedBy = freedByRoots(held);
  const alone = freedByRoots(closures);
  const sizeOf = unionOf(closures);
  const images = platformGroups(graph.images).map((group): ImageDiskUse => {
    const [first] = group as readonly [ImageNode];
    const roots = group.flatMap((image) => image.roots);
    const usedBy = [...new Set(group.flatMap(({ id }) => used.get(id) ?? []))];
    const [size, unique] = [sizeOf(roots), alone(roots)];
    return {
      id: first.id,
      ids: group.map(({ id }) => id),
      names: [...new Set(group.flatMap(({ names }) => names))].sort(),
      created: first.created,
      size,
      shared: size - unique,
      unique,
      reclaimable: usedBy.length > 0 ? 0 : freedBy(roots),
      usedBy,
    };
  });
  const idleImages = new Set(planPrune(graph, used, { all: true }).images);
  const reclaimable = freedBy(graph.images.flatMap(({ id, roots }) => (idleImages.has(id) ? roots : [])));
  const sum = (values: readonly number[]): number => values.reduce(addBytes, 0);
  return {
    row: {
      kind: 'images',
      count: images.length,
      active: images.filter(({ usedBy }) => usedBy.length > 0).length,
      size: graph.storedBytes,
      reclaimable,
    },
    images,
    between: {
      size: graph.storedBytes - sum(images.map(({ unique }) => unique)),
      reclaimable: reclaimable - sum(images.map((image) => image.reclaimable)),
    },
  };
}

/** Images in groups whose roots are no other group's: the platforms of an index are one. In the order of the first of each. */
function platformGroups(images: readonly ImageNode[]): readonly (readonly ImageNode[])[] {
  const groups = new Map<Digest, ImageNode[]>();
  for (const image of images) {
    const group = [...new Set(image.roots.flatMap((root) => groups.get(root) ?? [])), image];
    for (const { roots } of group) for (const root of roots) groups.set(root, group);
  }
  return [...new Set(groups.values())];
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
