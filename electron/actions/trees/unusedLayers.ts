import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf } from '../../../shared/image/digest';
import { listOwn } from '../../store/ownPlaces';
import { places } from '../../store/places';
import type { ActionContext, Privileged } from '../ground/context';
import { diskBytes } from '../ground/diskBytes';
import { imagesInUse } from '../images/imageUse';
import { removeStaged } from './layerStage';
import { readMountRecords } from '../records/mountRecords';
import { readStoreView } from '../images/storeView';

/** A layer that was unpacked a moment ago is about to be mounted by somebody, milliseconds. */
const settled = 60_000;

/** Unpacked layers that no mount shows. */
export interface UnusedLayers {
  /** Folders, all of them. */
  readonly all: readonly string[];
  /**
   * Those that may be dropped now; the others are an image's and were unpacked a moment ago, and perhaps somebody is about to
   * mount them.
   */
  readonly settled: readonly string[];
}

/** Unpacked layers that were dropped, or would be, and what they take on disk. */
export interface UnpackedBytes {
  readonly count: number;
  readonly bytes: number;
}

const none: UnusedLayers = { all: [], settled: [] };

/**
 * Folders of unpacked layers that no mount shows now: they are made again when they are needed. Those that this
 * process's rights made, and those of others that it may remove: root's of everybody, a user's of both kinds of mounts. None, and no rights asked for, where nothing was ever unpacked.
 */
export async function unusedLayers(context: ActionContext): Promise<UnusedLayers> {
  const store = context.store.directory;
  if ((await listOwn(join(store, 'cache', 'layers'))).length === 0) return none;
  const privileged = await context.privileged().catch(() => null);
  if (!privileged) return none;
  // In this order: an image is in the store before a layer of it is unpacked, so none that came in between is missed.
  const found: { readonly parent: string; readonly names: readonly string[] }[] = [];
  for (const key of await removableKeys(store, privileged)) {
    const parent = places.unpackedOf(store, key);
    found.push({ parent, names: await listOwn(parent) });
  }
  const { graph } = await readStoreView(context);
  const layers = new Map(graph.layers.map((layer) => [layer.chainId, layer]));
  const shown = new Set<string>();
  const mounted = new Set((await readMountRecords(store)).map(({ image }) => image));
  for (const image of graph.images)
    if (mounted.has(image.id))
      for (const chainId of image.layers) {
        const layer = layers.get(chainId);
        if (layer) shown.add(hexOf(layer.diffId)).add(hexOf(chainId));
      }
  // A mount of an image that is no longer listed: what it shows cannot be told, so nothing is called unused.
  const listed = new Set(graph.images.map(({ id }) => id));
  if ([...mounted].some((id) => !listed.has(id))) return none;
  // Nor can be told what a workspace needs whose image another tool has taken out of the index: its layers wait as all do.
  const isKnown = [...(await imagesInUse(store)).keys()].every((id) => listed.has(id));
  const wanted = new Set(graph.layers.flatMap(({ diffId, chainId }) => [hexOf(diffId), hexOf(chainId)]));
  const all: string[] = [];
  const old: string[] = [];
  for (const { parent, names } of found) {
    for (const name of names) {
      if (!/^[0-9a-f]{64}$/.test(name) || shown.has(name)) continue;
      const info = await lstat(join(parent, name)).catch(() => null);
      if (info === null) continue;
      all.push(join(parent, name));
      if ((isKnown && !wanted.has(name)) || Date.now() - info.mtimeMs > settled) old.push(join(parent, name));
    }
  }
  return { all, settled: old };
}

/** Whose layers a process may remove: see `Privileged.key`. The files of a fuse mount belong to the user alone. */
async function removableKeys(store: string, { mode, key }: Privileged): Promise<readonly string[]> {
  if (mode === 'root') return listOwn(join(store, 'cache', 'layers'));
  return mode === 'mapped' ? [key, `fuse-${key.split('-')[1]}`] : [key];
}

/** Removes {@link unusedLayers}: each is renamed first, so that nobody finds half of one. Says what they were. */
export async function dropUnusedLayers(context: ActionContext): Promise<UnpackedBytes> {
  const { settled: folders } = await unusedLayers(context);
  if (folders.length === 0) return { count: 0, bytes: 0 };
  const bytes = await diskBytes(...folders);
  const privileged = await context.privileged();
  for (const folder of folders) await removeStaged(privileged, folder);
  return { count: folders.length, bytes };
}
