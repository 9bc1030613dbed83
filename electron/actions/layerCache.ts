import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hexOf, type Digest, type DiffId } from '../../shared/image/digest';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { problem } from '../../shared/image/problem';
import { replaceDurably } from '../store/durable';
import { bootId, newOwner } from '../store/owner';
import { places } from '../store/places';
import type { LowerLayer, UnpackedFacts } from '../worker/jobs';
import type { ActionContext, Privileged, Run } from './context';
import { imageLayers, type ImageLayer } from './imageLayers';
import { imagesInUse } from './imageUse';
import { layerForm, type LayerForm } from './layerForm';
import { beginStage, isAbandoned, isStage, publish, removeStaged } from './layerStage';
import { readStoreView } from './storeView';

/** Most layers of an image that can be mounted: the kernel's own bound (OVL_MAX_STACK), less one for a workspace. */
export const layerLimit = 499;

/** What `layer.json` beside an unpacked tree or an image says. */
interface UnpackedRecord {
  readonly diffId: DiffId;
  /** The boot during which it was made. */
  readonly boot: string;
  /** Whether it has been written to disk since; before that it does not outlive a power cut whole. */
  readonly synced: boolean;
  readonly devicesLeftOut: number;
  /** `files` in `fs/`, or an `image` of EROFS; without it files, as they were before there were images. */
  readonly form?: LayerForm;
  /** Where the tar is that an image's files are in: the plain blob of this digest, or null for `tar` beside the image. */
  readonly blob?: Digest | null;
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

/** A layer that is ready for a mount. */
interface ReadyLayer {
  readonly lower: LowerLayer;
  readonly opaqueRoot: boolean;
}

/**
 * A layer of the cache as a mount takes it; null when it has to be made. It got its name by one rename after its last byte
 * was verified, so a crash of ours leaves no half of it; a power cut may, unless it was synced or the machine has not been
 * started again since. An image is of use only where images are mounted, and while the tar is there that it points into.
 */
async function findReady(
  context: ActionContext,
  folder: string,
  { diffId, form }: { readonly diffId: DiffId; readonly form: LayerForm },
): Promise<ReadyLayer | null> {
  const record = await readRecord(folder);
  if (record?.diffId !== diffId || !(record.synced || record.boot === bootId)) return null;
  const opaqueRoot = record.opaqueRoot === true;
  if (record.form !== 'image') return { lower: join(folder, 'fs'), opaqueRoot };
  if (form !== 'image') return null;
  const { blob = null } = record;
  const tar = blob === null ? join(folder, 'tar') : context.store.pathOf(blob);
  const isThere = await access(tar).then(
    () => true,
    () => false,
  );
  return isThere ? { lower: { image: join(folder, 'image'), tar }, opaqueRoot } : null;
}

async function writeRecord(folder: string, record: UnpackedRecord): Promise<void> {
  await writeFile(join(folder, 'layer.json'), `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

interface Unpacking {
  readonly label: string;
  readonly form: LayerForm;
  readonly run: Run;
  readonly onBytes: (bytes: number) => void;
}

async function unpack(
  context: ActionContext,
  privileged: Privileged,
  layer: ImageLayer,
  at: Unpacking,
): Promise<void> {
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  const folder = places.unpacked(context.store.directory, privileged.key, layer.diffId);
  // What cannot be used any more makes room first.
  if ((await readRecord(folder)) !== null) await removeStaged(privileged, folder);
  const stage = await beginStage(parent);
  try {
    const { devicesLeftOut, opaqueRoot, form } = await fill(context, privileged, stage, layer, at);
    const { diffId, digest } = layer;
    const blob = form === 'image' && digest === (diffId as string) ? digest : null;
    const made = { diffId, boot: bootId, synced: false };
    await writeRecord(stage, { ...made, devicesLeftOut, form, blob, opaqueRoot });
    await publish(privileged, stage, folder);
  } catch (thrown) {
    await privileged.pool.run('remove-tree', { path: stage });
    throw thrown;
  }
}

/** Makes a layer in a stage: an image where that is asked for and can be, else files. */
async function fill(
  context: ActionContext,
  { pool, style }: Privileged,
  stage: string,
  { digest, diffId }: ImageLayer,
  { label, form, run, onBytes }: Unpacking,
): Promise<UnpackedFacts & { readonly form: LayerForm }> {
  const layer = { file: context.store.pathOf(digest), digest, diffId, label };
  const options = { signal: run.signal, onBytes };
  if (form === 'image') {
    const [image, tar] = [join(stage, 'image'), join(stage, 'tar')];
    const facts = await pool.run('image-layer', { ...layer, image, tar }, options);
    if (facts) return { ...facts, form };
  }
  const target = join(stage, 'fs');
  return { ...(await pool.run('unpack-layer', { ...layer, target, style }, options)), form: 'files' };
}

/**
 * Makes sure that every layer of an image is unpacked, as files or as an image, and returns what to stack, top first. A
 * layer is unpacked once, whatever images have it. Throws what the job `unpack-layer` throws, `too-many-layers`, `layer-elsewhere` and
 * `image-of-other-system`.
 */
export async function unpackImage(
  context: ActionContext,
  privileged: Privileged,
  image: ImageNode,
  run: Run,
): Promise<readonly LowerLayer[]> {
  const store = context.store.directory;
  const label = displayName(image);
  // Its files lie in folders of their own (`Files`, `Hives`), and mean nothing to this kernel.
  if (image.os === 'windows') throw problem('image-of-other-system', { name: label, os: 'Windows' });
  const layers = imageLayers(await readStoreView(context), image);
  if (layers.length > layerLimit)
    throw problem('too-many-layers', { name: label, layers: layers.length, limit: layerLimit });
  await mkdir(places.unpackedOf(store, privileged.key), { recursive: true, mode: 0o700 });
  const form = await layerForm(context, privileged);
  const ready = ({ diffId }: ImageLayer): Promise<ReadyLayer | null> =>
    findReady(context, places.unpacked(store, privileged.key, diffId), { diffId, form });
  const missing: ImageLayer[] = [];
  for (const layer of new Map(layers.map((layer) => [layer.diffId, layer])).values())
    if ((await ready(layer)) === null) missing.push(layer);
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
      await unpack(context, privileged, layer, { label, form, run, onBytes });
    }
  };
  const workers = Array.from({ length: Math.min(privileged.pool.size, missing.length) }, work);
  const ends = await Promise.allSettled(workers);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  // One layer twice in an image: the upper one counts, overlayfs takes each directory once.
  const stack: LowerLayer[] = [];
  for (const layer of new Map([...layers].reverse().map((each) => [each.diffId, each])).values()) {
    const found = await ready(layer);
    if (!found) throw problem('layer-not-found', { name: layer.diffId });
    stack.push(found.lower);
    if (found.opaqueRoot) break;
  }
  return [...stack, ...(await emptyLayers(store, privileged.key, stack.length))];
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
    if (isStage(name)) {
      if (await isAbandoned(path)) await privileged.pool.run('remove-tree', { path });
    } else if (/^[0-9a-f]{64}$/.test(name) && !used.has(name) && !unknown)
      await removeStaged(privileged, path);
  }
}
