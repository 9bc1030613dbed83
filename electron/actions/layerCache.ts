import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf, type DiffId } from '../../shared/image/digest';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { problem } from '../../shared/image/problem';
import { replaceDurably } from '../store/durable';
import { bootId, isAlive, newOwner, parseOwner } from '../store/owner';
import { places } from '../store/places';
import type { ActionContext, Privileged, Run } from './context';
import { imageLayers, type ImageLayer } from './imageLayers';
import { imagesInUse } from './imageUse';
import { readStoreView } from './storeView';

/** Most layers of an image that can be mounted: the kernel's own bound (OVL_MAX_STACK), less one for a workspace. */
export const layerLimit = 499;

/** What `layer.json` beside an unpacked tree says. */
interface UnpackedRecord {
  readonly diffId: DiffId;
  /** The boot during which it was unpacked. */
  readonly boot: string;
  /** Whether it has been written to disk since; before that it does not outlive a power cut whole. */
  readonly synced: boolean;
  readonly devicesLeftOut: number;
  /** Whether it hides all layers below it: overlayfs has no mark for that, so they are left out of the stack. */
  readonly opaqueRoot?: boolean;
}

async function readRecord(folder: string): Promise<UnpackedRecord | null> {
  try {
    return JSON.parse(await readFile(join(folder, 'layer.json'), 'utf8')) as UnpackedRecord;
  } catch {
    return null;
  }
}

/**
 * Whether a tree can be used. It got its name by one rename after its last byte was verified, so a crash of ours leaves
 * no half tree; a power cut may, unless the tree was synced or the machine has not been started again since.
 */
async function isUsable(folder: string, diffId: DiffId): Promise<boolean> {
  const record = await readRecord(folder);
  return record?.diffId === diffId && (record.synced || record.boot === bootId);
}

const stagePrefix = '.stage-';

/** A folder beside the unpacked layers for one that is being made; a crash leaves it to {@link sweepUnpacked}. */
async function beginStage(parent: string): Promise<string> {
  const owner = newOwner();
  const stage = join(parent, `${stagePrefix}${owner.token}`);
  await mkdir(stage, { recursive: true, mode: 0o700 });
  await writeFile(join(stage, 'owner'), JSON.stringify(owner), { mode: 0o600 });
  return stage;
}

async function writeRecord(folder: string, record: UnpackedRecord): Promise<void> {
  await writeFile(join(folder, 'layer.json'), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

/** Gives a staged tree its name; when another process was faster its tree counts and ours goes. */
async function publish(privileged: Privileged, stage: string, folder: string): Promise<void> {
  await rm(join(stage, 'owner'), { force: true });
  try {
    await rename(stage, folder);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw cause;
    await privileged.pool.run('remove-tree', { path: stage });
  }
}

async function unpack(
  context: ActionContext,
  privileged: Privileged,
  layer: ImageLayer,
  at: { readonly label: string; readonly run: Run; readonly onBytes: (bytes: number) => void },
): Promise<void> {
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  const folder = places.unpacked(context.store.directory, privileged.key, layer.diffId);
  // A tree that cannot be trusted any more makes room first.
  if ((await readRecord(folder)) !== null) await removeUnpacked(privileged, folder);
  const stage = await beginStage(parent);
  try {
    const { devicesLeftOut, opaqueRoot } = await privileged.pool.run(
      'unpack-layer',
      {
        file: context.store.pathOf(layer.digest),
        digest: layer.digest,
        diffId: layer.diffId,
        target: join(stage, 'fs'),
        style: privileged.style,
        label: at.label,
      },
      { signal: at.run.signal, onBytes: at.onBytes },
    );
    const { diffId } = layer;
    await writeRecord(stage, { diffId, boot: bootId, synced: false, devicesLeftOut, opaqueRoot });
    await publish(privileged, stage, folder);
  } catch (thrown) {
    await privileged.pool.run('remove-tree', { path: stage });
    throw thrown;
  }
}

/** Takes an unpacked tree away: renamed first, so that nobody finds half of it. */
async function removeUnpacked(privileged: Privileged, folder: string): Promise<void> {
  const aside = join(folder, '..', `${stagePrefix}${newOwner().token}`);
  await rename(folder, aside).catch(() => undefined);
  await privileged.pool.run('remove-tree', { path: aside });
}

/**
 * Makes sure that every layer of an image is unpacked and returns the directories to stack, top first. A layer is
 * unpacked once, whatever images have it. Throws what the job `unpack-layer` throws, and `too-many-layers`.
 */
export async function unpackImage(
  context: ActionContext,
  privileged: Privileged,
  image: ImageNode,
  run: Run,
): Promise<readonly string[]> {
  const store = context.store.directory;
  const label = displayName(image);
  const layers = imageLayers(await readStoreView(context), image);
  if (layers.length > layerLimit)
    throw problem('too-many-layers', { name: label, layers: layers.length, limit: layerLimit });
  await mkdir(places.unpackedOf(store, privileged.key), { recursive: true, mode: 0o700 });
  const missing: ImageLayer[] = [];
  for (const layer of new Map(layers.map((layer) => [layer.diffId, layer])).values())
    if (!(await isUsable(places.unpacked(store, privileged.key, layer.diffId), layer.diffId)))
      missing.push(layer);
  const total = missing.reduce((sum, { blob }) => sum + blob.size, 0);
  let done = 0;
  if (total > 0) run.report({ phase: 'unpacking', done, total });
  // The largest first: the last one to end should be a small one.
  const queue = [...missing].sort((a, b) => b.blob.size - a.blob.size);
  const work = async (): Promise<void> => {
    for (let layer = queue.shift(); layer; layer = queue.shift()) {
      const onBytes = (bytes: number): void => {
        done = Math.min(total, done + bytes);
        run.report({ phase: 'unpacking', done, total });
      };
      await unpack(context, privileged, layer, { label, run, onBytes });
    }
  };
  const workers = Array.from({ length: Math.min(privileged.pool.size, missing.length) }, work);
  const ends = await Promise.allSettled(workers);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  const folders = layers.map(({ diffId }) => places.unpacked(store, privileged.key, diffId)).reverse();
  const records = await Promise.all(folders.map(readRecord));
  const lowest = records.findIndex((record) => record?.opaqueRoot === true);
  const seen = lowest < 0 ? folders : folders.slice(0, lowest + 1);
  // One layer twice in an image: the upper one counts, overlayfs takes each directory once.
  const stack = [...new Set(seen)].map((folder) => join(folder, 'fs'));
  return stack.concat(await emptyLayers(store, privileged.key, stack.length));
}

/** Empty directories that bring a stack up to the two lower layers that overlayfs wants. */
async function emptyLayers(store: string, key: string, have: number): Promise<string[]> {
  const wanted = ([0, 1] as const).slice(0, Math.max(0, 2 - have));
  const paths = wanted.map((which) => places.empty(store, key, which));
  for (const path of paths) await mkdir(path, { recursive: true, mode: 0o755 });
  return paths;
}

/** Makes the tree at `fs` (an upper directory that rests now) the unpacked form of a layer, without copying it. */
export async function adoptUnpacked(
  context: ActionContext,
  privileged: Privileged,
  diffId: DiffId,
  fs: string,
): Promise<void> {
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  const folder = places.unpacked(context.store.directory, privileged.key, diffId);
  const stage = await beginStage(parent);
  try {
    await rename(fs, join(stage, 'fs'));
  } catch {
    // A root directory of somebody else cannot be moved by us: the layer is unpacked from its blob when it is needed.
    for (const path of [fs, stage]) await privileged.pool.run('remove-tree', { path });
    return;
  }
  await writeRecord(stage, { diffId, boot: bootId, synced: false, devicesLeftOut: 0 });
  await publish(privileged, stage, folder);
}

/**
 * Writes unpacked layers to disk, so that they outlive a power cut. Costs as much as the disk takes; for the background
 * of a process that lives on. A tree that was never synced is unpacked again after the next start of the machine.
 */
export async function syncUnpacked(context: ActionContext): Promise<void> {
  const privileged = await context.privileged();
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  const fresh: { folder: string; record: UnpackedRecord }[] = [];
  for (const name of await readdir(parent).catch(() => [] as string[])) {
    const record = /^[0-9a-f]{64}$/.test(name) ? await readRecord(join(parent, name)) : null;
    if (record && !record.synced && record.boot === bootId)
      fresh.push({ folder: join(parent, name), record });
  }
  if (fresh.length === 0) return;
  await privileged.pool.run('sync-tree', { path: parent });
  for (const { folder, record } of fresh) {
    const path = join(folder, 'layer.json');
    const bytes = Buffer.from(`${JSON.stringify({ ...record, synced: true })}\n`);
    await replaceDurably(path, bytes, `${path}.${newOwner().token}`).catch(() => undefined);
  }
}

/**
 * Removes unpacked layers that no image has any more, and stages that a crash left. Trees made under other rights stay:
 * this process could not remove them.
 */
export async function sweepUnpacked(context: ActionContext): Promise<void> {
  const cache = join(context.store.directory, 'cache', 'layers');
  if ((await readdir(cache).catch(() => [])).length === 0) return;
  const privileged = await context.privileged();
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  // In this order: an image is in the store before a layer of it is unpacked, so none that came in between is missed.
  const names = await readdir(parent).catch(() => [] as string[]);
  const { graph } = await readStoreView(context);
  const used = new Set(graph.layers.map(({ diffId }) => hexOf(diffId)));
  // Another tool may have taken an image out of index.json that a workspace stands on: what it needs is not known here.
  const there = new Set(graph.images.map(({ id }) => id));
  const unknown = [...(await imagesInUse(context.store.directory)).keys()].some((id) => !there.has(id));
  for (const name of names) {
    const path = join(parent, name);
    if (name.startsWith(stagePrefix)) {
      const owner = parseOwner(await readFile(join(path, 'owner'), 'utf8').catch(() => ''));
      // Without an owner it is about to be renamed, or was left between two steps: the next sweep sees.
      if (owner === null ? await isOld(path) : isAlive(owner) === false)
        await privileged.pool.run('remove-tree', { path });
    } else if (/^[0-9a-f]{64}$/.test(name) && !used.has(name) && !unknown)
      await removeUnpacked(privileged, path);
  }
}

/** A minute: longer than the steps between which a stage has no owner. */
const settled = 60_000;

async function isOld(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  return info !== null && Date.now() - info.mtimeMs > settled;
}
