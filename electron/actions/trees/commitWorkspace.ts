import { mkdir } from 'node:fs/promises';
import { displayName } from '../../../shared/graph/sharing';
import type { DiffId, ImageId } from '../../../shared/image/digest';
import { appendStep } from '../../../shared/image/appendLayer';
import {
  applyConfigChanges,
  parseConfigChanges,
  type ConfigChange,
} from '../../../shared/image/configChange';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { mediaType } from '../../../shared/image/mediaType';
import { parseReference } from '../../../shared/image/reference';
import { wordReadings } from '../../../shared/image/hiddenText';
import { problem } from '../../../shared/image/problem';
import type { Change } from '../../../shared/layer/change';
import type { OperationResult } from '../../../shared/ipc/operation';
import { failPoint } from '../../store/failPoint';
import { newOwner } from '../../store/owner';
import type { Ingest } from '../../store/contentStore';
import type { JobOutput } from '../../worker/jobs';
import { addImage, layerDescriptors, type AddedImage } from '../making/addImage';
import type { ActionContext, Run } from '../ground/context';
import { typedPath } from '../inside/imageFiles';
import { adoptUnpacked, layerLimit, unpackImage } from './layerCache';
import { withMount } from '../records/mountHolds';
import { stageLayer } from '../making/newLayer';
import { imageById } from '../images/resolveImage';
import { recordedFacts } from './recordedFacts';
import { readStoreView } from '../images/storeView';
import { unkeptOf } from '../ground/unkept';
import {
  readWorkspace,
  workspacePlaces,
  writeWorkspace,
  type WorkspaceRecord,
} from '../records/workspaceRecords';
import { mountIdOf, withWorkspace } from '../records/workspaceLocks';
import {
  changesOf,
  freezeWorkspace,
  mountPair,
  mountWorkspace,
  onlyListed,
  type MountedWorkspace,
  type WorkspaceChanges,
} from './workspaces';

/** What a commit takes in. */
export interface CommitRequest {
  readonly workspace: string;
  /** Null makes a dangling image. */
  readonly reference: string | null;
  readonly author: string;
  readonly message: string;
  /** Changes to the config in Dockerfile words. */
  readonly changes: readonly string[];
  /** Ticked paths; null takes every change. */
  readonly paths: readonly string[] | null;
  /** Paths are words as a person typed them, and each stands for all changes below it, too. */
  readonly below?: boolean;
  /** Who was shown to have the name; left out by who shows nothing. */
  readonly holder?: ImageId | null | undefined;
  /** Of ticked paths: the image that they were shown on, and which of them were shown as removed. */
  readonly ticked?: { readonly image?: ImageId | undefined; readonly removed: readonly string[] };
  /** {@link ChangeSet.listed} of what a person was shown; left out by who shows nothing. */
  readonly listed?: string;
}

type WrittenLayer = JobOutput<'write-layer'> & { readonly diffId: DiffId };

/**
 * Turns what a workspace changed, all of it or the ticked paths, into a layer on top of its image, and the sum into a new
 * image. The workspace goes on, on top of that image; what was not ticked stays in it. Committing nothing makes an image
 * with an empty history step. The cost follows the change: nothing of the image below is read.
 *
 * The workspace rests while it is read. A crash or a cancel leaves the workspace as it was, or as it is after the commit;
 * an image that is there is whole. Throws `workspace-not-found`, `workspace-busy`, `change-not-found`,
 * `commit-too-many-layers`, `config-change-invalid`, `reference-invalid`, `shown-changed`, `disk-full`, `cancelled`.
 */
export async function commitWorkspace(
  context: ActionContext,
  request: CommitRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'commit' | 'squash' }> {
  const changes = request.changes.flatMap((text) => parseConfigChanges(text));
  if (request.reference !== null) parseReference(request.reference);
  run.report({ phase: 'starting', done: 0, total: null });
  return withWorkspace(context.store.directory, request.workspace, async () => {
    const mounted = await mountWorkspace(context, request.workspace, false, run);
    const { record } = mounted;
    const thaw = await freezeWorkspace(context, mounted);
    let frozen = true;
    try {
      const set = await changesOf(context, mounted, onlyListed, run);
      const { changes: found = [], listed } = set ?? {};
      if (request.paths === null && request.listed !== undefined && request.listed !== listed)
        throw problem('shown-changed', { what: 'changes' });
      // A directory that is listed for what is in it carries no news of its own.
      const real = found.filter(({ onlyParent }) => !onlyParent);
      const ticked = request.paths === null ? null : tickedPaths(real, request.paths, request.below ?? false);
      if (request.paths !== null) checkTicked(real, record.image, { ...request, paths: request.paths });
      const taken = ticked === null ? real.length : ticked.length;
      const paths = taken < real.length ? ticked : set && set.untouched.alone > 0 ? changedPaths(set) : null;
      const { length: layers } = mounted.image.layers;
      // The workspace could not be mounted on top of such an image.
      if (taken > 0 && layers >= layerLimit) {
        const facts = { workspace: record.name, name: displayName(mounted.image), layers, limit: layerLimit };
        throw problem('commit-too-many-layers', facts);
      }
      const ingest = await context.store.beginIngest();
      try {
        const layer = taken === 0 ? null : await writeLayer(context, mounted, { ingest, paths, run });
        if (run.signal.aborted) throw problem('cancelled', {});
        const { id, name, movedFrom } = await addCommitted(context, mounted, {
          ingest,
          layer,
          request,
          changes,
          run,
        });
        failPoint('image-added');
        await goOn(context, mounted, { id, layer, paths });
        frozen = layer === null;
        const stay = real.length - taken;
        const { size: layerBytes = null } = layer ?? {};
        const added = { id, name, movedFrom, layerBytes, changes: taken, stay };
        return { kind: 'commit', ...added, ...(layer && unkeptOf(layer.sockets)) };
      } finally {
        await ingest.abort();
        // What failed may have left it; that nobody may delete the image then is no reason to fail otherwise.
        await forgetNext(context.store.directory, record.name).catch(() => undefined);
      }
    } finally {
      if (frozen) await thaw();
    }
  });
}

/**
 * Everything that changed, by its paths: what was copied up and is what it was is no part of the layer then. Folders with
 * other times come along as they do with everything, and of the root these are said by no layer.
 */
function changedPaths({ changes, omitted, untouched }: WorkspaceChanges): readonly string[] | null {
  if (omitted > 0) return null;
  const told = changes.filter(({ path, onlyParent }) => path !== '' || !onlyParent);
  return [...told.map(({ path }) => path), ...untouched.linked];
}

/**
 * The ticked paths, each once, with the new directories that they lie in: nothing can be in an image without these, so
 * they are committed as well. With `below` they are words (`wordReadings`), and each stands for every change below it, as a folder
 * does for `git add`. Throws
 * `change-not-found` for a path where nothing changed.
 */
function tickedPaths(
  changes: readonly Change[],
  paths: readonly string[],
  below: boolean,
): readonly string[] {
  const changed = new Set(changes.map(({ path }) => path));
  const newDirectories = new Set(
    changes
      .filter(({ before, after }) => after?.type === 'directory' && before?.type !== 'directory')
      .map(({ path }) => path),
  );
  const ticked = new Set<string>();
  const insideOf = (path: string): readonly Change[] =>
    below ? changes.filter((change) => path === '' || change.path.startsWith(`${path}/`)) : [];
  const isChanged = (path: string): boolean => changed.has(path) || insideOf(path).length > 0;
  for (const word of paths) {
    const path = (below ? wordReadings(word).map(typedPath) : [word]).find(isChanged);
    if (path === undefined) throw problem('change-not-found', { path: `/${typedPath(word)}` });
    const inside = insideOf(path);
    if (changed.has(path)) ticked.add(path);
    for (const change of inside) ticked.add(change.path);
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      if (newDirectories.has(path.slice(0, at))) ticked.add(path.slice(0, at));
  }
  return [...ticked];
}

/** Ticked paths were shown each by itself: as changed, or as removed, of one image. Throws `shown-changed`. */
function checkTicked(
  changes: readonly Change[],
  image: ImageId,
  { paths, ticked }: Pick<CommitRequest, 'ticked'> & { readonly paths: readonly string[] },
): void {
  if (ticked === undefined) return;
  const shown = new Set(ticked.removed);
  const removed = new Set(changes.filter(({ kind }) => kind === 'removed').map(({ path }) => path));
  const isShown =
    (ticked.image ?? image) === image && paths.every((path) => shown.has(path) === removed.has(path));
  if (!isShown) throw problem('shown-changed', { what: 'changes' });
}

async function writeLayer(
  context: ActionContext,
  { privileged, upper, base, image, record }: MountedWorkspace,
  what: { readonly ingest: Ingest; readonly paths: readonly string[] | null; readonly run: Run },
): Promise<WrittenLayer> {
  const { ingest, run, paths } = what;
  let done = 0;
  const recorded = await recordedFacts(context, privileged, image, run);
  const layer = await stageLayer(ingest, (targets) =>
    privileged.pool.run(
      'write-layer',
      { upper, base, style: privileged.style, paths, ...recorded, label: record.name, ...targets },
      {
        signal: run.signal,
        onBytes: (bytes) => run.report({ phase: 'writing', done: (done += bytes), total: null }),
      },
    ),
  );
  failPoint('layer-written');
  return layer;
}

async function addCommitted(
  context: ActionContext,
  { image, record }: MountedWorkspace,
  what: {
    readonly ingest: Ingest;
    readonly layer: WrittenLayer | null;
    readonly request: CommitRequest;
    readonly changes: readonly ConfigChange[];
    readonly run: Run;
  },
): Promise<AddedImage> {
  const { ingest, layer, request, changes, run } = what;
  run.report({ phase: 'committing', done: 0, total: null });
  const origin = { ...storedOrigin(image.id), file: record.imageName };
  const { document } = parseImageConfig(await context.store.readDocument(image.id), origin);
  const config = appendStep(applyConfigChanges(document, changes), {
    diffId: layer === null ? null : layer.diffId,
    created: new Date().toISOString(),
    author: request.author,
    comment: request.message,
    createdBy: createdBy(request),
  });
  const below = await layerDescriptors(context, image);
  const type = mediaType.ociLayer;
  const own = layer === null ? [] : [{ digest: layer.digest, size: layer.size, mediaType: type }];
  const layers = [...below, ...own];
  const { reference, holder } = request;
  // From the moment when it is in the index somebody may delete it, and the workspace stands on it only later.
  const announce = (id: ImageId): Promise<void> =>
    writeWorkspace(context.store.directory, { ...record, next: { image: id, owner: newOwner() } });
  return addImage(context, ingest, { config, layers, reference, holder, announce }, run);
}

/** Takes back that a commit was about to add an image. */
async function forgetNext(store: string, name: string): Promise<void> {
  const record = await readWorkspace(store, name);
  if (record.next) await writeWorkspace(store, { ...record, next: null });
}

/** What a history step says made it: the config changes as a Dockerfile would, else this program. */
function createdBy({ changes, workspace }: CommitRequest): string {
  return changes.length > 0 ? changes.join('\n') : `stratigraph commit ${workspace}`;
}

/**
 * Moves a workspace on to the image that was just made of it. What was committed lies in the workspace already, in just
 * the form of an unpacked layer: it becomes one by a rename. The record is the one step between before and after.
 */
async function goOn(
  context: ActionContext,
  { record, privileged }: MountedWorkspace,
  to: { readonly id: ImageId; readonly layer: WrittenLayer | null; readonly paths: readonly string[] | null },
): Promise<void> {
  const store = context.store.directory;
  const view = await readStoreView(context);
  const image = imageById(view.graph, to.id);
  const root = view.roots.find(({ digest }) => digest === image.roots[0]) ?? record.root;
  const generation = record.generation + (to.layer === null ? 0 : 1);
  const next: WorkspaceRecord = {
    ...record,
    image: to.id,
    root,
    imageName: displayName(image),
    generation,
    next: null,
  };
  if (to.layer === null) {
    await writeWorkspace(store, next);
    return;
  }
  const { pool, style } = privileged;
  const before = workspacePlaces(store, record);
  const after = workspacePlaces(store, next);
  const taken = to.paths === null ? before.upper : `${before.upper}.taken`;
  // A commit that was killed may have left them; we have the workspace to ourselves.
  for (const path of [after.upper, after.work, `${before.upper}.taken`])
    await pool.run('remove-tree', { path });
  if (to.paths === null) await pool.run('make-directory-like', { target: after.upper, like: before.upper });
  else {
    const { upper, base } = before;
    await pool.run('divide-upper', { upper, base, style, paths: to.paths, taken, rest: after.upper });
  }
  await mkdir(after.work, { mode: 0o700 });
  failPoint('next-generation-made');
  const { diffId, sockets, leftLists } = to.layer;
  const label = mountIdOf(record);
  await withMount(store, label, async () => {
    await writeWorkspace(store, next);
    failPoint('workspace-moved-on');
    // Whoever is still in the old tree keeps it, read-only: its upper directory is part of an image now.
    for (const target of [before.merged, before.base])
      await pool.run('unmount', { target, label, lazy: true });
    const alone = async (): Promise<void> => {
      for (const path of [before.work, ...(to.paths === null ? [] : [before.upper])])
        await pool.run('remove-tree', { path });
    };
    // A tree that says more than the layer, or that has sockets, which no layer has, is made anew from that when it is needed.
    if (sockets.count === 0 && (await pool.run('plain-marks', { path: taken })).plain)
      await adoptUnpacked(context, privileged, diffId, { fs: taken, leftLists, alone });
    else {
      await pool.run('remove-tree', { path: taken });
      await alone();
    }
    failPoint('layer-adopted');
    const quiet: Run = { signal: new AbortController().signal, report: () => undefined };
    // The layers below were looked at when the workspace was mounted.
    await mountPair(
      context.store.directory,
      privileged,
      { ...after, label },
      await unpackImage(context, privileged, image, quiet, false),
    );
  });
}
