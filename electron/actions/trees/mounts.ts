import { mkdir, readdir, realpath, rmdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { cutImage } from '../../../shared/graph/cutImage';
import { displayName } from '../../../shared/graph/sharing';
import { problem, ProblemError } from '../../../shared/image/problem';
import type { MountInfo } from '../../../shared/ipc/workspace';
import { failPoint } from '../../store/failPoint';
import { isWayOurs } from '../../store/ownWay';
import { sweepLockDrafts } from '../../store/lock';
import { isAlive, newOwner } from '../../store/owner';
import { recordUse } from '../../store/lastUse';
import { makeOwnFolder } from '../../store/ownPlaces';
import { places } from '../../store/places';
import type { ActionContext, Privileged, Run } from '../ground/context';
import { unpackImage } from './layerCache';
import { mountLocks, sweepHolds, withMount } from '../records/mountHolds';
import {
  dropMountRecord,
  mountPlace,
  newMountId,
  readMountRecords,
  sweepRecordDrafts,
  writeMountRecord,
  type MountRecord,
} from '../records/mountRecords';
import { endWithProcess, forgetMount, handOver } from './ownMounts';
import { canBeMounted, unmountRecord } from './unmountRecord';
import { imageById, resolveAt } from '../images/resolveImage';
import { wordPath } from '../../system/wordPath';
import { readStoreView } from '../images/storeView';

/** Where a mount goes that nobody named a folder for. */
const ownTarget = (store: string, id: string): string => join(places.mounts(store), id);

/** Where a mount goes, checked: an empty directory outside of the store, or a folder of ours. */
async function prepareTarget(
  store: string,
  id: string,
  wanted: string | null,
  { pool }: Privileged,
): Promise<string> {
  if (wanted === null) {
    const target = ownTarget(store, id);
    await makeOwnFolder(store, 'mounts');
    await mkdir(target, { mode: 0o700 });
    return target;
  }
  const path = resolve(wanted);
  const real = await realpath(path).catch(() => {
    throw problem('mount-point-invalid', { path, reason: 'missing' });
  });
  const inside = await realpath(store);
  if (real === inside || real.startsWith(inside + sep))
    throw problem('mount-point-invalid', { path, reason: 'in-store' });
  const names = await readdir(real).catch(() => {
    throw problem('mount-point-invalid', { path, reason: 'not-a-directory' });
  });
  if (!(await isWayOurs(real))) throw problem('mount-point-invalid', { path, reason: 'foreign' });
  // What is mounted in a user namespace is not seen from here.
  const mounted = (await pool.run('list-mounts', { below: real })).includes(real);
  if (names.length > 0 || mounted) throw problem('mount-point-invalid', { path, reason: 'not-empty' });
  return real;
}

/**
 * Mounts an image read-only: layers that are not unpacked yet are unpacked, then stacked by overlayfs. `target` null
 * makes a folder in the store. A mount that is `kept` outlives this process. Throws `image-not-found`,
 * `mount-unavailable`, `mount-point-invalid`, `mount-failed` and what unpacking throws.
 */
export async function mountImage(
  context: ActionContext,
  what: {
    readonly image: ImageId;
    /** The layer that is the top one; null or left out for all. */
    readonly upTo?: ChainId | null | undefined;
    readonly target: string | null;
    readonly kept: boolean;
  },
  run: Run,
): Promise<MountInfo> {
  run.report({ phase: 'starting', done: 0, total: null });
  const whole = imageById((await readStoreView(context)).graph, what.image);
  const upTo = upToOf(whole, what.upTo);
  const image = cutImage(whole, upTo ?? null);
  await recordUse(context.store.directory, [image.id]);
  const privileged = await context.privileged();
  const store = context.store.directory;
  if (what.target === null && what.kept) {
    const same = await keptMount(context, { image: image.id, upTo }, privileged);
    if (same) return toInfo(same, privileged);
  }
  const id = newMountId();
  const target = await prepareTarget(store, id, what.target, privileged);
  const record: MountRecord = {
    id,
    kind: 'image',
    image: image.id,
    ...(upTo === undefined ? {} : { upTo }),
    name: displayName(image),
    target,
    base: null,
    since: Date.now(),
    // Until it stands it ends with this process, whatever was asked for: a kill leaves no record of a mount that is none.
    kept: false,
    owner: newOwner(),
    key: privileged.key,
  };
  // The record comes first: it also keeps the layers from being swept while they are unpacked.
  await writeMountRecord(store, record);
  failPoint('mount-recorded');
  try {
    const lower = await unpackImage(context, privileged, image, run);
    run.report({ phase: 'mounting', done: 0, total: null });
    await privileged.pool.run(
      'mount-overlay',
      {
        target,
        label: id,
        place: await mountPlace(store),
        lower,
        upper: null,
        work: null,
        style: privileged.style,
      },
      { signal: run.signal },
    );
    failPoint('mounted');
  } catch (thrown) {
    await dropMountRecord(store, id);
    // Empty, or a mount point that must not be emptied.
    if (what.target === null) await rmdir(target).catch(() => undefined);
    throw thrown;
  }
  if (what.kept) await writeMountRecord(store, { ...record, kept: true });
  else endWithProcess(context, record);
  return toInfo({ ...record, kept: what.kept }, privileged);
}

/** What a record says of the layer that was asked for: nothing where that is the image's own top. */
const upToOf = ({ top }: ImageNode, layer: ChainId | null | undefined): ChainId | undefined =>
  layer === null || layer === undefined || layer === top ? undefined : layer;

/** A mount of an image in a folder of ours that somebody asked to keep: it serves everybody who asks again. */
async function keptMount(
  context: ActionContext,
  { image, upTo }: Pick<MountRecord, 'image' | 'upTo'>,
  privileged: Privileged,
): Promise<MountRecord | null> {
  const store = context.store.directory;
  const records = (await readMountRecords(store)).filter(
    (each) =>
      each.kind === 'image' &&
      each.image === image &&
      each.upTo === upTo &&
      each.kept &&
      each.target === ownTarget(store, each.id),
  );
  return (await mountedOf(records, privileged))[0] ?? null;
}

/** Which of these records name what is mounted there and is theirs: somebody may have unmounted it, by umount(8). */
async function mountedOf(
  records: readonly MountRecord[],
  { pool }: Privileged,
): Promise<readonly MountRecord[]> {
  const mounts = records.map(({ id, target }) => ({ label: id, target }));
  const live = await pool.run('are-mounted', { mounts });
  return records.filter((_, i) => live[i] === true);
}

function toInfo(record: MountRecord, privileged: Privileged | null): MountInfo {
  const { id, image, name, target, since, kept } = record;
  return { id, image, name, path: privileged ? privileged.reach(target) : target, since, kept };
}

/** Images that are mounted, oldest first; starts no helper process where nothing is. */
export async function listMounts(context: ActionContext): Promise<readonly MountInfo[]> {
  const records = (await readMountRecords(context.store.directory)).filter(({ kind }) => kind === 'image');
  if (records.length === 0) return [];
  const privileged = await context.privileged().catch(() => null);
  const live = privileged ? await mountedOf(records, privileged) : records;
  return live.map((record) => toInfo(record, privileged));
}

/** Finds a mount by its ID, its folder, or the image's name or ID. Throws `mount-not-found`. */
export async function findMount(context: ActionContext, text: string): Promise<MountRecord> {
  const records = (await readMountRecords(context.store.directory)).filter(({ kind }) => kind === 'image');
  const path = wordPath(text);
  const found =
    records.find(({ id }) => id === text || id === `mount-${text}`) ??
    records.find(({ target }) => target === path || text.endsWith(target)) ??
    records.find(({ name }) => name === text);
  if (found) return found;
  const { graph } = await readStoreView(context);
  let wanted: Pick<MountRecord, 'image' | 'upTo'> | null = null;
  try {
    const { image, layer } = resolveAt(graph, text);
    wanted = { image: image.id, upTo: upToOf(image, layer) };
  } catch (thrown) {
    if (!(thrown instanceof ProblemError)) throw thrown;
  }
  const byImage = records.find((record) => record.image === wanted?.image && record.upTo === wanted.upTo);
  if (!byImage) throw problem('mount-not-found', { name: text });
  return byImage;
}

/** {@link findMount}, and that it is mounted there: whoever looks at the folder sees the image. Throws `mount-not-found`. */
export async function findLiveMount(context: ActionContext, text: string): Promise<MountRecord> {
  const record = await findMount(context, text);
  const [live] = await mountedOf([record], await context.privileged());
  if (!live) throw problem('mount-not-found', { name: text });
  return live;
}

/** Unmounts an image's tree. Throws `mount-not-found`, `mount-busy`, `mount-failed`. */
export async function unmountImage(context: ActionContext, text: string, lazy = false): Promise<MountInfo> {
  const record = await findMount(context, text);
  await context.store.freeing(async () => {
    await unmountRecord(context, record, lazy);
    await forgetMount(context, record.id);
  });
  return toInfo(record, null);
}

/**
 * Cleans up after processes that are gone: unmounts what they had mounted for themselves and drops records of mounts that
 * are no more. A tree that somebody is still in stays, as one that is kept. Returns how many were unmounted.
 */
export async function sweepMounts(context: ActionContext): Promise<number> {
  const store = context.store.directory;
  let ended = 0;
  await sweepRecordDrafts(store);
  await sweepLockDrafts(mountLocks(store));
  await sweepHolds(store);
  for (const { id, owner } of await readMountRecords(store)) {
    if (isAlive(owner) !== false) continue;
    await withMount(store, id, async () => {
      // Its owner may have been taken over since, or it may be in the middle of a commit.
      const record = (await readMountRecords(store)).find((each) => each.id === id);
      if (record && isAlive(record.owner) === false && (await sweepMount(context, record))) ended++;
    });
  }
  return ended;
}

/** Ends what the mount of a process that is gone has come to; true when something was unmounted. */
async function sweepMount(context: ActionContext, record: MountRecord): Promise<boolean> {
  const store = context.store.directory;
  if (!(await canBeMounted(context, record))) {
    await unmountRecord(context, record, false);
    return false;
  }
  if (record.kept) {
    const { pool } = await context.privileged();
    // Somebody may have unmounted it by umount(8).
    const [live] = await pool.run('are-mounted', { mounts: [{ target: record.target, label: record.id }] });
    if (live === true) return false;
    // Whoever mounted it in a mount namespace of their own, or is in one that was made meanwhile, sees its files still.
    const [elsewhere] = await pool.run('mounted-anywhere', { labels: [record.id] });
    if (elsewhere !== true) await unmountRecord(context, record, true);
    return false;
  }
  if (await handOver(store, record)) return false;
  try {
    await unmountRecord(context, record, false);
    return true;
  } catch (thrown) {
    if (!(thrown instanceof ProblemError) || thrown.problem.code !== 'mount-busy') throw thrown;
    await writeMountRecord(store, { ...record, kept: true });
    return false;
  }
}
