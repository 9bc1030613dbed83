import { randomBytes } from 'node:crypto';
import { access, constants, mkdir, rename } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ImageId } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { problem, problemOf } from '../../../shared/image/problem';
import type { ChangeSet } from '../../../shared/layer/change';
import type { WorkspaceInfo } from '../../../shared/ipc/workspace';
import { systemCode } from '../../../shared/image/systemCode';
import { failPoint } from '../../store/failPoint';
import { isAlive, newOwner } from '../../store/owner';
import { removeLeft } from '../target/removeLeft';
import { recordUse } from '../../store/lastUse';
import { isOwnFolder, listOwn, makeOwnFolder } from '../../store/ownPlaces';
import { places } from '../../store/places';
import type { JobInput, JobOutput, LowerLayer } from '../../worker/jobs';
import type { ActionContext, Privileged, Run } from '../ground/context';
import { sweepRuns } from './endRun';
import { unpackImage } from './layerCache';
import { runnerOf } from '../records/mountHolds';
import {
  dropMountRecord,
  mountPlace,
  readMountRecords,
  writeMountRecord,
  type MountRecord,
} from '../records/mountRecords';
import { endWithProcess, forgetMount, isOwnMount, shareMount } from './ownMounts';
import { canBeMounted, unmountRecord } from './unmountRecord';
import { imageById } from '../images/resolveImage';
import { recordedPoints } from './runPoints';
import { readStoreView } from '../images/storeView';
import {
  mountIdOf,
  withList,
  withName,
  withWorkspace,
  withWorkspaceMount,
  withWorkspaceNow,
} from '../records/workspaceLocks';
import {
  damagedWorkspaces,
  checkWorkspaceName,
  readWorkspace,
  readWorkspaces,
  workspacePlaces,
  writeWorkspace,
  type WorkspaceRecord,
} from '../records/workspaceRecords';

/** Changes that a window lists at once; a workspace with more says how many are left out. */
const changeLimit = 100_000;
/** Bytes of files that are compared to count the bytes that differ, each time changes are read. */
const compareLimit = 256 << 20;
/** For who needs to know which paths have changed, and not how much of each. */
export const onlyListed = { limit: 10_000_000, compareBytes: 0, known: 'unwanted' } as const;

/** A name for a workspace of this image that none has: `shop-api`, `shop-api-2`. */
function freeName(image: ImageNode, taken: ReadonlySet<string>): string {
  const full = displayName(image);
  const last = full.slice(full.lastIndexOf('/') + 1).split(':')[0] ?? '';
  const base = last.replace(/[^a-zA-Z0-9_.-]/g, '-').replace(/^[^a-zA-Z0-9]+/, '') || 'workspace';
  for (let n = 1; ; n++) {
    const name = n === 1 ? base.slice(0, 120) : `${base.slice(0, 120)}-${n}`;
    if (!taken.has(name)) return name;
  }
}

/**
 * Creates a workspace: a writable overlay on an image that survives restarts. `name` null makes one from the image's.
 * Unpacks what is missing and mounts it for this process. Throws `image-not-found`, `workspace-exists`,
 * `workspace-name-invalid`, `mount-unavailable` and what unpacking throws.
 */
export async function createWorkspace(
  context: ActionContext,
  what: { readonly image: ImageId; readonly name: string | null },
  run: Run,
): Promise<WorkspaceRecord> {
  run.report({ phase: 'starting', done: 0, total: null });
  const store = context.store.directory;
  const view = await readStoreView(context);
  const image = imageById(view.graph, what.image);
  await recordUse(context.store.directory, [image.id]);
  const root = view.roots.find(({ digest }) => digest === image.roots[0]);
  if (!root) throw problem('image-not-found', { name: displayName(image) });
  if (what.name !== null) checkWorkspaceName(what.name);
  const privileged = await context.privileged();
  const lower = await unpackImage(context, privileged, image, run);
  run.report({ phase: 'mounting', done: 0, total: null });
  const made = await withList(store, async () => {
    const taken = await takenNames(store);
    const name = what.name ?? freeName(image, taken);
    if (taken.has(name)) throw problem('workspace-exists', { name });
    const record: WorkspaceRecord = {
      format: 1,
      id: randomBytes(6).toString('hex'),
      name,
      image: image.id,
      root,
      imageName: displayName(image),
      created: new Date().toISOString(),
      key: privileged.key,
      generation: 1,
    };
    // Made under a name that nobody reads, then renamed: a workspace is there as a whole or not at all.
    const draft = join(places.workspaces(store), `.new-${newOwner().token}`);
    const place = places.workspace(store, name);
    try {
      await mkdir(draft, { mode: 0o700 });
      for (const each of ['base', 'merged', 'work-1']) await mkdir(join(draft, each), { mode: 0o700 });
      await privileged.pool.run('make-directory-like', {
        target: join(draft, 'upper-1'),
        like: lower.find((layer) => typeof layer !== 'string' || !layer.includes('/empty-')) ?? draft,
      });
      await writeWorkspace(store, record, draft);
      if (run.signal.aborted) throw problem('cancelled', {});
      await rename(draft, place);
    } catch (thrown) {
      await privileged.pool.run('remove-tree', { path: draft });
      throw thrown;
    }
    return record;
  });
  failPoint('workspace-created');
  try {
    // The image may have gone while it was unpacked; from here on nobody deletes it.
    await context.store.updateIndex((index) => {
      if (!index.manifests.some(({ digest }) => image.roots.includes(digest)))
        throw problem('image-not-found', { name: displayName(image) });
      return index;
    });
  } catch (thrown) {
    // Somebody may have looked at it since; who has removed it has done what is to be done.
    await withWorkspace(store, made.name, async () =>
      removeLeft(context, await setAside(context, made)),
    ).catch(() => undefined);
    throw thrown;
  }
  return made;
}

/** A mounted workspace. */
export interface MountedWorkspace {
  readonly record: WorkspaceRecord;
  readonly image: ImageNode;
  readonly base: string;
  readonly merged: string;
  readonly upper: string;
  readonly privileged: Privileged;
}

function checkKey(record: WorkspaceRecord, privileged: Privileged): void {
  if (record.key !== privileged.key)
    throw problem('workspace-foreign', { name: record.name, made: record.key, now: privileged.key });
}

/**
 * Mounts a workspace where it is not mounted yet. `kept`: for longer than this process. Throws `workspace-not-found`,
 * `workspace-foreign`, `image-not-found`, `mount-failed` and what unpacking throws.
 */
export async function mountWorkspace(
  context: ActionContext,
  name: string,
  kept: boolean,
  run: Run,
): Promise<MountedWorkspace> {
  const store = context.store.directory;
  // First whether there is one: asking for rights makes folders.
  await readWorkspace(store, name);
  const privileged = await context.privileged();
  const look = async (record: WorkspaceRecord): Promise<MountedWorkspace & { readonly live: boolean }> => {
    checkKey(record, privileged);
    const image = imageById((await readStoreView(context)).graph, record.image);
    const { upper, base, merged } = workspacePlaces(store, record);
    const mounts = [merged, base].map((target) => ({ target, label: mountIdOf(record) }));
    const live = (await privileged.pool.run('are-mounted', { mounts })).every(Boolean);
    return { record, image, base, merged, upper, privileged, live };
  };
  const first = await look(await readWorkspace(store, name));
  const seen = mountIdOf(first.record);
  const record = (await readMountRecords(store)).find((each) => each.id === seen);
  if (first.live) await thawLeft(context, first);
  if (first.live && (record?.kept || (!kept && isOwnMount(context, seen)))) return first;
  // As before it is unmounted: of what is left running the kernel says only that the folders are in use.
  if (!first.live) await sweepRuns(context);
  // What may take long comes before the lock.
  if (!first.live) await unpackImage(context, privileged, first.image, run);
  return withWorkspaceMount(store, name, async (workspace) => {
    const { live, ...found } = await look(workspace);
    const id = mountIdOf(workspace);
    const at = workspacePlaces(store, found.record);
    const known = (await readMountRecords(store)).find((each) => each.id === id);
    const fresh = { ...mountRecord(found.record, at), kept: false };
    if (!live) {
      // Until it stands it ends with this process: a kill leaves no record of a mount that is none.
      await writeMountRecord(store, fresh);
      try {
        await mountPair(
          context.store.directory,
          privileged,
          { ...at, label: id },
          await unpackImage(context, privileged, found.image, run),
        );
      } catch (thrown) {
        await dropMountRecord(store, id);
        throw asBusyWorkspace(thrown, found.record.name);
      }
    } else if (known && isAlive(known.owner) !== false && !known.kept && !kept) {
      if (!isOwnMount(context, id)) await shareMount(context, known);
      return found;
    }
    if (kept || known?.kept) await writeMountRecord(store, { ...(known ?? fresh), kept: true });
    else {
      await writeMountRecord(store, fresh);
      endWithProcess(context, fresh);
    }
    return found;
  });
}

function mountRecord(
  record: WorkspaceRecord,
  { merged, base }: { readonly merged: string; readonly base: string },
): Omit<MountRecord, 'kept'> {
  return {
    id: mountIdOf(record),
    kind: 'workspace',
    image: record.image,
    name: record.name,
    target: merged,
    base,
    since: Date.now(),
    owner: newOwner(),
    key: record.key,
  };
}

/** Mounts base and merged of a workspace anew, both or none; what is left of earlier mounts there goes first. */
export async function mountPair(
  store: string,
  privileged: Privileged,
  at: {
    readonly label: string;
    readonly base: string;
    readonly merged: string;
    readonly upper: string;
    readonly work: string;
  },
  lower: readonly LowerLayer[],
): Promise<void> {
  const { pool } = privileged;
  const { label } = at;
  const unmount = async (lazy: boolean): Promise<void> => {
    for (const target of [at.merged, at.base]) await pool.run('unmount', { target, label, lazy });
  };
  // Whoever is in what is left there writes where the new one would.
  await unmount(false);
  await readyFolders(store, at);
  try {
    await mountBoth(store, privileged, at, lower);
  } catch (thrown) {
    // No record will name half of it.
    await unmount(true).catch(() => undefined);
    throw thrown;
  }
}

/**
 * Makes anew what is empty in a workspace that is not mounted, since copies leave empty folders out. That of the changes is
 * not made up: whoever finds it empty takes it for a workspace without any. Throws `store-unsafe`.
 */
async function readyFolders(store: string, at: Parameters<typeof mountPair>[2]): Promise<void> {
  const placeOf = (path: string): string[] => relative(store, path).split(sep);
  if (!(await isOwnFolder(at.upper)))
    throw problem('store-unsafe', { path: store, place: placeOf(at.upper).join('/'), fault: 'not-a-folder' });
  for (const path of [at.base, at.merged, at.work]) await makeOwnFolder(store, ...placeOf(path));
}

async function mountBoth(
  store: string,
  { pool, style }: Privileged,
  { label, ...at }: Parameters<typeof mountPair>[2],
  lower: readonly LowerLayer[],
): Promise<void> {
  // overlayfs's work directory must be empty of what another kind of mount left there.
  await pool.run('mount-overlay', {
    target: at.base,
    label,
    place: await mountPlace(store),
    lower,
    upper: null,
    work: null,
    style,
  });
  failPoint('base-mounted');
  await pool.run('mount-overlay', {
    target: at.merged,
    label,
    place: await mountPlace(store),
    lower,
    upper: at.upper,
    work: at.work,
    style,
  });
  failPoint('workspace-mounted');
}

/** Unmounts a workspace; it stays as it is on disk. Throws `workspace-not-found`, `workspace-busy`. */
export async function unmountWorkspace(context: ActionContext, name: string): Promise<void> {
  await context.store.freeing(() =>
    withWorkspace(context.store.directory, name, () => unmountLocked(context, name)),
  );
}

/**
 * The same, for who has the workspace to himself already, and what is to be done with its folder before somebody can mount it
 * again.
 */
async function unmountLocked(
  context: ActionContext,
  name: string,
  then: (workspace: WorkspaceRecord) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const store = context.store.directory;
  // A command that nobody waits for any more has the tree in a mount namespace of its own, where it would go on.
  await sweepRuns(context);
  try {
    const id = await withWorkspaceMount(store, name, async (workspace) => {
      const id = mountIdOf(workspace);
      const known = (await readMountRecords(store)).find((each) => each.id === id);
      if (known) await unmountRecord(context, known, false);
      // Without a record, or beside it, half of a mount may be there all the same, which a folder is not removed from under.
      const here = { ...mountRecord(workspace, workspacePlaces(store, workspace)), kept: false };
      if (await isMountedInPart(context, here)) await unmountRecord(context, here, false);
      await then(workspace);
      return id;
    });
    await forgetMount(context, id);
  } catch (thrown) {
    throw asBusyWorkspace(thrown, name);
  }
}

/** Whether something of a mount that no record names stands; where nobody has rights to mount, nothing does. */
async function isMountedInPart(context: ActionContext, record: MountRecord): Promise<boolean> {
  if (!(await canBeMounted(context, record))) return false;
  const privileged = await context.privileged().catch(() => null);
  if (privileged?.key !== record.key) return false;
  const mounts = [record.target, record.base ?? record.target].map((target) => ({
    target,
    label: record.id,
  }));
  return (await privileged.pool.run('are-mounted', { mounts })).some(Boolean);
}

/** Throws `workspace-busy` while a command runs in a workspace: it would go on in a tree that nobody sees any more. */
export async function checkNoRun(store: string, record: WorkspaceRecord): Promise<void> {
  const runner = await runnerOf(store, mountIdOf(record));
  if (runner !== null) throw problem('workspace-busy', { name: record.name, ...runner });
}

/** Says of a busy mount which workspace it is. */
export function asBusyWorkspace(thrown: unknown, name: string): unknown {
  const found = problemOf(thrown);
  if (found.code !== 'mount-busy') return thrown;
  const { process, here } = found.facts;
  return problem('workspace-busy', { name, process, ...(here && { here }) }, { cause: thrown });
}

/**
 * What is read of a workspace that others may unmount, rename, remove or commit meanwhile. Where that has happened, what was read,
 * or why it could not be, says nothing: it is read again, by who then has the workspace to himself.
 */
export async function readMounted<T>(
  context: ActionContext,
  name: string,
  run: Run,
  read: (mounted: MountedWorkspace) => Promise<T>,
): Promise<T> {
  const store = context.store.directory;
  const mounted = await mountWorkspace(context, name, false, run);
  const before = await standing(context, mounted);
  const isSteady = async (): Promise<boolean> =>
    before !== null && (await standing(context, mounted)) === before;
  if (before !== null)
    try {
      const found = await read(mounted);
      if (await isSteady()) return found;
    } catch (thrown) {
      if (await isSteady()) throw thrown;
    }
  return withWorkspace(store, name, async () => read(await mountWorkspace(context, name, false, run)));
}

/** What tells a mount of a workspace from a later one of the same; null where it does not stand any more. */
async function standing(
  context: ActionContext,
  { record, merged, base, privileged }: MountedWorkspace,
): Promise<string | null> {
  const store = context.store.directory;
  const label = mountIdOf(record);
  const now = await readWorkspace(store, record.name).catch(() => null);
  if (now?.id !== record.id || now.generation !== record.generation) return null;
  const known = (await readMountRecords(store)).find(({ id }) => id === label);
  const mounts = [merged, base].map((target) => ({ target, label }));
  const live = (await privileged.pool.run('are-mounted', { mounts })).every(Boolean);
  return known && live ? known.owner.token : null;
}

/** All workspaces, as the window and the command line list them. */
export async function listWorkspaces(context: ActionContext): Promise<readonly WorkspaceInfo[]> {
  const store = context.store.directory;
  const records = await readWorkspaces(store);
  if (records.length === 0) return [];
  const [{ graph }, mounts] = await Promise.all([readStoreView(context), readMountRecords(store)]);
  const privileged = await context.privileged().catch((thrown: unknown) => problemOf(thrown));
  const images = new Map(graph.images.map((image) => [image.id, image]));
  return records.map((record) => {
    const image = images.get(record.image);
    const { merged } = workspacePlaces(store, record);
    let found: WorkspaceInfo['problem'] = null;
    if ('code' in privileged) found = privileged;
    else if (privileged.key !== record.key)
      found = {
        code: 'workspace-foreign',
        facts: { name: record.name, made: record.key, now: privileged.key },
      };
    else if (!image) found = { code: 'image-not-found', facts: { name: record.imageName } };
    return {
      name: record.name,
      image: record.image,
      imageName: image && !image.names.includes(record.imageName) ? displayName(image) : record.imageName,
      created: record.created,
      mounted: mounts.some(({ id }) => id === mountIdOf(record)),
      path: 'code' in privileged ? merged : privileged.reach(merged),
      problem: found,
    };
  });
}

/**
 * What a workspace changed, or null when that is still what `known` names; at most `limit` changes. Throws `workspace-not-found` and what mounting
 * throws.
 */
export async function workspaceChanges(
  context: ActionContext,
  name: string,
  run: Run,
  known: string | null = null,
  limit = changeLimit,
): Promise<ChangeSet | null> {
  const how = { limit, compareBytes: compareLimit, known };
  const found = await readMounted(context, name, run, (mounted) => changesOf(context, mounted, how, run));
  if (found === null) return null;
  const { untouched: _, ...changes } = found;
  return changes;
}

/**
 * How a file of a workspace differs from what the image has at its path. Throws `workspace-not-found` and what mounting throws.
 */
export const workspaceContents = (
  context: ActionContext,
  name: string,
  path: string,
  run: Run,
): Promise<JobOutput<'compare-contents'>> =>
  readMounted(context, name, run, ({ base, merged, privileged: { pool } }) =>
    pool.run('compare-contents', { before: base, after: merged, path }, { signal: run.signal }),
  );

/** Changes, and what was copied up without one. */
export type WorkspaceChanges = NonNullable<JobOutput<'read-changes'>>;

/** The same of one that is mounted. */
export async function changesOf(
  context: ActionContext,
  { record, upper, base, privileged: { pool, style } }: MountedWorkspace,
  how: Pick<JobInput<'read-changes'>, 'limit' | 'compareBytes' | 'known'>,
  { signal }: Pick<Run, 'signal'>,
): Promise<WorkspaceChanges | null> {
  const owner = `${record.id} ${record.image}`;
  const points = await recordedPoints(context.store.directory, mountIdOf(record));
  return pool.run('read-changes', { upper, base, style, owner, points, ...how }, { signal });
}

/**
 * Lets a mounted workspace rest, for who has it to himself: nothing is written in it until what is returned is called. Throws
 * `workspace-busy`.
 */
export async function freezeWorkspace(
  context: ActionContext,
  { record, merged, privileged: { pool } }: MountedWorkspace,
): Promise<() => Promise<void>> {
  // What nobody waits for any more would go on in a tree that is a layer then.
  await sweepRuns(context);
  await checkNoRun(context.store.directory, record);
  await pool.run('freeze-overlay', { target: merged, frozen: true }).catch((thrown: unknown) => {
    throw asBusyWorkspace(thrown, record.name);
  });
  return async () => {
    await pool.run('freeze-overlay', { target: merged, frozen: false }).catch(() => undefined);
  };
}

/**
 * Gives a workspace back to whoever writes in it that a commit has left at rest which was killed. One that goes on has the workspace to
 * itself, and gives it back by itself.
 */
async function thawLeft(
  context: ActionContext,
  { record, merged, privileged }: Pick<MountedWorkspace, 'record' | 'merged' | 'privileged'>,
): Promise<void> {
  const isAtRest = await access(privileged.reach(merged), constants.W_OK).then(
    () => false,
    (thrown: unknown) => systemCode(thrown) === 'EROFS',
  );
  if (!isAtRest) return;
  const thaw = (): Promise<null> => privileged.pool.run('freeze-overlay', { target: merged, frozen: false });
  await withWorkspaceNow(context.store.directory, record.name, thaw);
}

/** Names that no new workspace can have: of those that are there, and of whatever lies in the place of one, its record damaged or gone. */
async function takenNames(store: string): Promise<ReadonlySet<string>> {
  const records = await readWorkspaces(store);
  return new Set([...records.map(({ name }) => name), ...(await listOwn(places.workspaces(store)))]);
}

/** Gives a workspace another name; unmounts it for that. Throws `workspace-exists`, `workspace-busy`. */
export async function renameWorkspace(context: ActionContext, name: string, to: string): Promise<void> {
  const store = context.store.directory;
  checkWorkspaceName(to);
  if (name === to) return;
  await withWorkspace(store, name, async () => {
    await unmountLocked(context, name, () =>
      withList(store, async () => {
        if ((await takenNames(store)).has(to)) throw problem('workspace-exists', { name: to });
        await rename(places.workspace(store, name), places.workspace(store, to));
      }),
    );
  });
}

/**
 * Removes a workspace with all changes in it, also one whose record is damaged; the image stays. `shown` is
 * {@link ChangeSet.listed} of what a person has confirmed, null where that could not be read; left out by who shows nothing.
 * Throws `workspace-not-found`, `workspace-busy`, `mount-busy`, `shown-changed`.
 */
export async function removeWorkspace(
  context: ActionContext,
  name: string,
  shown?: string | null,
): Promise<void> {
  await context.store.freeing(() => removeIt(context, name, shown));
}

/**
 * Holds what is changed in a workspace against what was shown of it. It rests from then on, until what is returned is called.
 * Throws `shown-changed`.
 */
async function restAsShown(
  context: ActionContext,
  name: string,
  shown: string | null,
): Promise<() => Promise<void>> {
  const run: Run = { signal: new AbortController().signal, report: () => undefined };
  const mounted = await mountWorkspace(context, name, false, run).catch((thrown: unknown) => {
    // What could not be looked at then, and cannot now, goes unseen.
    if (shown === null) return null;
    throw thrown;
  });
  if (mounted === null) return () => Promise.resolve();
  const thaw = await freezeWorkspace(context, mounted);
  try {
    const found = await changesOf(context, mounted, onlyListed, run).catch((thrown: unknown) => {
      if (shown === null) return null;
      throw thrown;
    });
    if (found !== null && found.listed !== shown) throw problem('shown-changed', { what: 'changes' });
    return thaw;
  } catch (thrown) {
    await thaw();
    throw thrown;
  }
}

async function removeIt(context: ActionContext, name: string, shown?: string | null): Promise<void> {
  const store = context.store.directory;
  if ((await damagedWorkspaces(store)).includes(name)) {
    const { pool } = await context.privileged();
    // Nobody knows its mount: where one is, this refuses.
    const path = places.workspace(store, name);
    await withName(store, name, () => pool.run('remove-tree', { path }));
    return;
  }
  const record = await readWorkspace(store, name);
  const privileged = await context.privileged();
  checkKey(record, privileged);
  await withWorkspace(store, name, async () => {
    const thaw = shown === undefined ? null : await restAsShown(context, name, shown);
    let aside: string;
    try {
      aside = await setAside(context, record);
    } catch (thrown) {
      await thaw?.();
      throw thrown;
    }
    if (!(await removeLeft(context, aside))) throw problem('workspace-remains', { name, path: aside });
  });
}

/** Takes one away for who has it to himself; returns where it lies then. Throws `workspace-not-found`, `workspace-busy`. */
async function setAside(context: ActionContext, { id, name }: WorkspaceRecord): Promise<string> {
  const store = context.store.directory;
  // One rename takes it away; a crash after it leaves a folder that nobody reads and the next sweep removes.
  const aside = join(places.workspaces(store), `.old-${newOwner().token}`);
  await unmountLocked(context, name, async (found) => {
    if (found.id !== id) throw problem('workspace-not-found', { name });
    await rename(places.workspace(store, name), aside);
  });
  failPoint('workspace-removed');
  return aside;
}
