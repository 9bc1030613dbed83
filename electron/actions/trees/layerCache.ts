import { addBytes } from '../../../shared/image/bytes';
import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { hexOf, type DiffId } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { problem } from '../../../shared/image/problem';
import type { ImpliedDirectory } from '../../../shared/layer/stackLayers';
import { systemCode } from '../../../shared/image/systemCode';
import { storeProblem } from '../../store/durable';
import { infoOwn, listOwn, makeOwnFolder } from '../../store/ownPlaces';
import { bootId, newOwner } from '../../store/owner';
import { places } from '../../store/places';

import type { LowerLayer, UnpackedFacts } from '../../worker/jobs';
import { checkRoom } from '../../worker/freeSpace';
import { damageOf } from '../images/damageOf';
import { diskBytes } from '../ground/diskBytes';
import { wholeFile } from '../../store/blobFile';
import type { ActionContext, Privileged, Run } from '../ground/context';
import { imageLayers, type ImageLayer } from '../images/imageLayers';
import { imagesInUse } from '../images/imageUse';
import { layerForm, type LayerForm } from './layerForm';
import { readRecord, replaceRecord, stampOf, writeRecord, type UnpackedRecord } from './layerRecord';
import { beginStage, isAbandoned, isStage, publish, removeStaged } from './layerStage';
import { readMountRecords } from '../records/mountRecords';
import { readStoreView } from '../images/storeView';
import { openStoredLayer } from '../images/storedLayers';
import type { UnpackedBytes } from './unusedLayers';

/** Most layers of an image that can be mounted: the kernel's own bound (OVL_MAX_STACK), less one for `directoriesOnTop`. */
export const layerLimit = 499;

/** In the name of what was a layer and is none any more, while a mount may show it. */
const changedMark = '.changed-';

/** A layer that is ready for a mount. */
interface ReadyLayer {
  readonly lower: LowerLayer;
  readonly opaqueRoot: boolean;
  /** See `UnpackedFacts`; of a layer that nobody counted as if there were some. */
  readonly impliedRoot: boolean;
  readonly implied: boolean;
}

/**
 * A layer of the cache as a mount takes it; null when it has to be made. It got its name by one rename after its last byte
 * was verified, so a crash of ours leaves no half of it; a power cut may, unless it was synced or the machine has not been
 * started again since, and nobody has written to it (`look`; not needed of what is being shown already). An image is of use only
 * where images are mounted, and while the tar is there that it points into.
 */
async function findReady(
  context: ActionContext,
  privileged: Privileged,
  folder: string,
  { diffId, form, look }: { readonly diffId: DiffId; readonly form: LayerForm; readonly look: boolean },
): Promise<ReadyLayer | null> {
  const record = readRecord(folder);
  if (record?.diffId !== diffId || !(record.synced || record.boot === bootId)) return null;
  if (record.key !== privileged.key || record.stamp === undefined) return null;
  if (record.form === 'image' && form !== 'image') return null;
  if (look && (await stampOf(context, privileged, folder, record)) !== record.stamp) return null;
  const facts = {
    opaqueRoot: record.opaqueRoot === true,
    impliedRoot: record.impliedRoot !== false,
    implied: record.implied !== 0,
  };
  if (record.form !== 'image') return { lower: join(folder, 'fs'), ...facts };
  const { blob = null } = record;
  const tar = blob === null ? join(folder, 'tar') : context.store.pathOf(blob);
  return { lower: { image: join(folder, 'image'), tar }, ...facts };
}

interface Unpacking {
  readonly label: string;
  readonly form: LayerForm;
  readonly run: Run;
  readonly onBytes: (bytes: number) => void;
}

/** Layers that are being made, by their folders. */
const making = new Map<string, Promise<void>>();

/**
 * Makes a layer when it is its turn: one at a time in this process. Who comes after another finds it made, and takes away nothing
 * that the other is about to mount.
 */
async function unpackOnce(
  context: ActionContext,
  privileged: Privileged,
  layer: ImageLayer,
  at: Unpacking,
): Promise<void> {
  await makeOnce(context, privileged, { diffId: layer.diffId, form: at.form, run: at.run }, () =>
    unpack(context, privileged, layer, at),
  );
}

/** Makes what has no place of the cache yet by `make`, when it is its turn. */
async function makeOnce(
  context: ActionContext,
  privileged: Privileged,
  { diffId, form, run }: { readonly diffId: DiffId; readonly form: LayerForm; readonly run: Run },
  make: () => Promise<void>,
): Promise<void> {
  const folder = places.unpacked(context.store.directory, privileged.key, diffId);
  for (let other = making.get(folder); other; other = making.get(folder)) await other.catch(() => undefined);
  const work = async (): Promise<void> => {
    if (run.signal.aborted) throw problem('cancelled', {});
    if ((await findReady(context, privileged, folder, { diffId, form, look: true })) === null) await make();
  };
  const made = work();
  making.set(folder, made);
  await made.finally(() => making.delete(folder));
}

async function unpack(
  context: ActionContext,
  privileged: Privileged,
  layer: ImageLayer,
  at: Unpacking,
): Promise<void> {
  await makeInStage(context, privileged, layer.diffId, async (stage) => {
    const filled = await fill(context, privileged, stage, layer, at);
    const { devicesLeftOut, opaqueRoot, impliedRoot, implied, leftLists = 0, form } = filled;
    const { diffId, digest } = layer;
    const blob = form === 'image' && digest === (diffId as string) ? digest : null;
    return { devicesLeftOut, form, blob, opaqueRoot, impliedRoot, implied, leftLists };
  });
}

/** Makes what has `diffId` for its name: `make` fills a stage, and says what is to be known of it. */
async function makeInStage(
  context: ActionContext,
  privileged: Privileged,
  diffId: DiffId,
  make: (stage: string) => Promise<Omit<UnpackedRecord, 'diffId' | 'key' | 'boot' | 'synced' | 'stamp'>>,
): Promise<void> {
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  const folder = places.unpacked(context.store.directory, privileged.key, diffId);
  await makeRoom(context, privileged, folder);
  const stage = await beginStage(parent);
  try {
    const known = await make(stage);
    const stamp = await stampOf(context, privileged, stage, known);
    if (stamp === null) throw problem('layer-not-found', { name: diffId });
    const made = { diffId, key: privileged.key, boot: bootId, synced: false };
    await writeRecord(stage, { ...made, ...known, stamp });
    await publish(privileged, stage, folder);
  } catch (thrown) {
    await privileged.pool.run('remove-tree', { path: stage });
    throw thrown;
  }
}

/**
 * Takes away what is in the place of a layer and cannot be used: of an earlier start of the machine, changed since, or not
 * ours. A mount may still show it, so then it is only set aside, under a name that {@link sweepUnpacked} knows.
 */
export async function makeRoom(
  context: Pick<ActionContext, 'store'>,
  privileged: Privileged,
  folder: string,
): Promise<void> {
  if ((await infoOwn(folder)) === null) return;
  if ((await readMountRecords(context.store.directory)).length > 0)
    await rename(folder, `${folder}${changedMark}${newOwner().token}`).catch((cause: unknown) => {
      // Another process was faster.
      if (systemCode(cause) !== 'ENOENT') throw cause;
    });
  else await removeStaged(privileged, folder);
}

/**
 * Bytes that a layer takes when it is ready, as far as that is known: those of its tar, or of its blob where nobody has read that; an image
 * points into a blob that is plain.
 */
const readyBytes = ({ digest, diffId, node, blob }: ImageLayer, form: LayerForm): number =>
  digest === (diffId as string) && form === 'image' ? 0 : (node.tarSize ?? blob.size);

/** Makes a layer in a stage: an image where that is asked for and can be, else files. */
async function fill(
  context: ActionContext,
  { pool, style }: Privileged,
  stage: string,
  { digest, diffId, blob }: ImageLayer,
  { label, form, run, onBytes }: Unpacking,
): Promise<UnpackedFacts & { readonly form: LayerForm }> {
  const layer = { file: context.store.fileOf(blob), digest, diffId, label };
  const options = { signal: run.signal, onBytes };
  if (form === 'image') {
    const [image, tar] = [join(stage, 'image'), join(stage, 'tar')];
    const facts = await pool.run(
      'image-layer',
      { ...layer, file: wholeFile(layer.file), image, tar },
      options,
    );
    if (facts) return { ...facts, form };
  }
  const target = join(stage, 'fs');
  return { ...(await pool.run('unpack-layer', { ...layer, target, style }, options)), form: 'files' };
}

/**
 * Makes sure that every layer of an image is unpacked, as files or as an image, and returns what to stack, top first. A
 * layer is unpacked once, whatever images have it, and again when somebody has written to it; that is not looked for when not
 * `look`, since the layers are shown already. Throws what the job `unpack-layer` throws, `too-many-layers`, `layer-elsewhere` and
 * `image-of-other-system`.
 */
export async function unpackImage(
  context: ActionContext,
  privileged: Privileged,
  image: ImageNode,
  run: Run,
  look = true,
): Promise<readonly LowerLayer[]> {
  const store = context.store.directory;
  const label = displayName(image);
  // Its files lie in folders of their own (`Files`, `Hives`), and mean nothing to this kernel.
  if (image.os === 'windows') throw problem('image-of-other-system', { name: label, os: 'Windows' });
  const view = await readStoreView(context);
  const layers = imageLayers(view, image);
  if (layers.length > layerLimit)
    throw problem('too-many-layers', { name: label, layers: layers.length, limit: layerLimit });
  await makeOwnFolder(store, 'cache', 'layers', privileged.key);
  const form = await layerForm(context, privileged);
  const ready = ({ diffId }: ImageLayer): Promise<ReadyLayer | null> =>
    findReady(context, privileged, places.unpacked(store, privileged.key, diffId), { diffId, form, look });
  const missing: ImageLayer[] = [];
  const found = new Map<DiffId, ReadyLayer>();
  const once = [...new Map(layers.map((layer) => [layer.diffId, layer])).values()];
  for (const [i, there] of (await Promise.all(once.map(ready))).entries()) {
    const layer = once[i] as ImageLayer;
    if (there) found.set(layer.diffId, there);
    else missing.push(layer);
  }
  const total = missing.reduce((sum, { blob }) => addBytes(sum, blob.size), 0);
  // All of them together: each alone there may be room for.
  const needed = missing.reduce((sum, layer) => addBytes(sum, readyBytes(layer, form)), 0);
  checkRoom(places.unpackedOf(store, privileged.key), needed, label);
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
      await unpackOnce(context, privileged, layer, { label, form, run, onBytes });
    }
  };
  const workers = Array.from({ length: Math.min(privileged.pool.size, missing.length) }, work);
  const ends = await Promise.allSettled(workers);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw damageOf(failed.reason, view.graph.layers, [image]);
  for (const layer of missing) {
    const there = await ready(layer);
    if (!there) throw problem('layer-not-found', { name: layer.diffId });
    found.set(layer.diffId, there);
  }
  const all = layers.map((layer) => ({ layer, ready: found.get(layer.diffId) as ReadyLayer }));
  const stack: LowerLayer[] = [
    ...(await directoriesOnTop(context, privileged, all, { label, form, run, look })),
  ];
  // One layer twice in an image: the upper one counts, overlayfs takes each directory once.
  for (const { ready: there } of new Map(
    [...all].reverse().map((each) => [each.layer.diffId, each]),
  ).values()) {
    stack.push(there.lower);
    if (there.opaqueRoot) break;
  }
  return [...stack, ...(await emptyLayers(store, privileged.key, stack.length))];
}

/**
 * A layer of directories alone that goes on top of an image's where some of them only imply directories that lower ones list: of
 * a merged directory overlayfs shows the metadata of the topmost. What it has follows from the layers, so it lies among the layers
 * that are ready, by the chain ID of the whole image. Null where overlayfs is right by itself, for nearly all images.
 */
async function directoriesOnTop(
  context: ActionContext,
  privileged: Privileged,
  layers: readonly { readonly layer: ImageLayer; readonly ready: ReadyLayer }[],
  { label, form, run, look }: Omit<Unpacking, 'onBytes'> & { readonly look: boolean },
): Promise<readonly LowerLayer[]> {
  const top = layers.at(-1);
  if (!top || layers.length === 1) return [];
  const rootAt = layers.findLastIndex(({ ready }) => !ready.impliedRoot);
  const isRootAlone = layers.slice(1).every(({ ready }) => !ready.implied);
  if (isRootAlone && (rootAt < 0 || rootAt === layers.length - 1)) return [];
  const name = top.layer.node.chainId as string as DiffId;
  const folder = places.unpacked(context.store.directory, privileged.key, name);
  const ready = (): Promise<ReadyLayer | null> =>
    findReady(context, privileged, folder, { diffId: name, form, look });
  let there = await ready();
  if (!there) {
    await makeOnce(context, privileged, { diffId: name, form, run }, async () => {
      const directories = isRootAlone
        ? [{ path: '', layer: rootAt }]
        : await impliedIn(
            context,
            layers.map(({ layer }) => layer),
            label,
            run,
          );
      await makeInStage(context, privileged, name, async (stage) => {
        const lower = layers.map((each) => each.ready.lower);
        const input = { target: join(stage, 'fs'), directories, layers: lower };
        await privileged.pool.run('implied-layer', input, { signal: run.signal });
        return { devicesLeftOut: 0, form: 'files' };
      });
    });
    there = await ready();
    if (!there) throw problem('layer-not-found', { name });
  }
  return [there.lower];
}

/** The directories of such a layer; where none needs it, the root as overlayfs would show it. */
async function impliedIn(
  context: ActionContext,
  layers: readonly ImageLayer[],
  label: string,
  run: Run,
): Promise<readonly ImpliedDirectory[]> {
  const indexes: string[] = [];
  for (const { blob } of layers)
    indexes.push((await openStoredLayer(context, blob, { signal: run.signal })).indexPath);
  const found = await context.pool.run('implied-directories', { indexes, label }, { signal: run.signal });
  return found.length > 0 ? found : [{ path: '', layer: layers.length - 1 }];
}

/** Empty directories that bring a stack up to the two lower layers that overlayfs wants. */
async function emptyLayers(store: string, key: string, have: number): Promise<string[]> {
  const wanted = ([0, 1] as const).slice(0, Math.max(0, 2 - have));
  const paths = wanted.map((which) => places.empty(store, key, which));
  for (const path of paths) {
    const unsafe = (fault: 'not-a-folder' | 'not-empty'): Error =>
      problem('store-unsafe', { path: store, place: relative(store, path), fault });
    await mkdir(path, { recursive: true, mode: 0o755 }).catch((cause: unknown) => {
      throw systemCode(cause) === 'EEXIST' ? unsafe('not-a-folder') : storeProblem(cause, path);
    });
    // What somebody put there would be seen in every mount of an image of one layer.
    if (!(await lstat(path)).isDirectory()) throw unsafe('not-a-folder');
    if ((await readdir(path)).length > 0) throw unsafe('not-empty');
  }
  return paths;
}

/**
 * Makes the tree at `fs` (an upper directory that rests now) the unpacked form of a layer, without copying it. `alone` takes away
 * other names of its files. It gets its place as a whole, as what is unpacked does: whoever asks for the layer meanwhile makes it
 * himself, and who is first counts.
 */
export async function adoptUnpacked(
  context: ActionContext,
  privileged: Privileged,
  diffId: DiffId,
  {
    fs,
    leftLists,
    alone,
  }: { readonly fs: string; readonly leftLists: number; readonly alone: () => Promise<void> },
): Promise<void> {
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  const folder = places.unpacked(context.store.directory, privileged.key, diffId);
  const stage = await beginStage(parent);
  try {
    await rename(fs, join(stage, 'fs'));
  } catch {
    // A root directory of somebody else cannot be moved by us: the layer is unpacked from its blob when it is needed.
    for (const path of [fs, stage]) await privileged.pool.run('remove-tree', { path });
    return await alone();
  }
  await alone();
  try {
    const { key } = privileged;
    const made = { diffId, key, boot: bootId, synced: false };
    const record: UnpackedRecord = { ...made, devicesLeftOut: 0, leftLists };
    const stamp = await stampOf(context, privileged, stage, record);
    if (stamp === null) throw problem('layer-not-found', { name: diffId });
    await writeRecord(stage, { ...record, stamp });
    await publish(privileged, stage, folder);
  } catch {
    // It is a copy of what the blob says: without it that is unpacked.
    await privileged.pool.run('remove-tree', { path: stage });
  }
}

/**
 * Writes unpacked layers to disk, so that they outlive a power cut. Costs as much as the disk takes; for the background
 * of a process that lives on. A tree that was never synced is unpacked again after the next start of the machine.
 */
export async function syncUnpacked(context: ActionContext): Promise<void> {
  const privileged = await context.privileged();
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  const fresh: { folder: string; record: UnpackedRecord }[] = [];
  for (const name of await listOwn(parent)) {
    const record = /^[0-9a-f]{64}$/.test(name) ? readRecord(join(parent, name)) : null;
    if (record && !record.synced && record.boot === bootId)
      fresh.push({ folder: join(parent, name), record });
  }
  if (fresh.length === 0) return;
  await privileged.pool.run('sync-tree', { path: parent });
  for (const { folder, record } of fresh)
    await replaceRecord(folder, { ...record, synced: true }).catch(() => undefined);
}

/**
 * Removes unpacked layers that no image has any more, and stages that a crash left. Trees made under other rights stay:
 * this process could not remove them. Says what layers it removed.
 */
export async function sweepUnpacked(context: ActionContext): Promise<UnpackedBytes> {
  const cache = join(context.store.directory, 'cache', 'layers');
  if ((await listOwn(cache)).length === 0) return { count: 0, bytes: 0 };
  const privileged = await context.privileged();
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  // In this order: an image is in the store before a layer of it is unpacked, so none that came in between is missed.
  const names = await listOwn(parent);
  const { graph } = await readStoreView(context);
  const used = new Set(graph.layers.flatMap(({ diffId, chainId }) => [hexOf(diffId), hexOf(chainId)]));
  // Another tool may have taken an image out of index.json that a workspace stands on: what it needs is not known here.
  const there = new Set(graph.images.map(({ id }) => id));
  const unknown = [...(await imagesInUse(context.store.directory)).keys()].some((id) => !there.has(id));
  const isShown = (await readMountRecords(context.store.directory)).length > 0;
  let [count, bytes] = [0, 0];
  for (const name of names) {
    const path = join(parent, name);
    if (name.includes(changedMark)) {
      if (!isShown) await removeStaged(privileged, path);
    } else if (isStage(name)) {
      if (await isAbandoned(path)) await privileged.pool.run('remove-tree', { path });
    } else if (/^[0-9a-f]{64}$/.test(name) && !used.has(name) && !unknown) {
      count++;
      bytes += await diskBytes(path);
      await removeStaged(privileged, path);
    }
  }
  return { count, bytes };
}
