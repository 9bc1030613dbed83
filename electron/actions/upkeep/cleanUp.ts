import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanUpCandidates } from '../../../shared/graph/cleanUp';
import { isShown, type ShownRemoval } from '../../../shared/graph/shown';
import type { ImageNode, KeptFor } from '../../../shared/graph/imageGraph';
import { planRemoval } from '../../../shared/graph/sharing';
import type { ImageId } from '../../../shared/image/digest';
import { problem } from '../../../shared/image/problem';
import type { CleanUpList } from '../../../shared/ipc/cleanUp';
import { undoTime } from '../../../shared/ipc/undoTime';
import type { OperationResult } from '../../../shared/ipc/operation';
import { ingestFolders } from '../../store/ingest';
import { lastUses } from '../../store/lastUse';
import { ownerText } from '../../store/ownPlaces';
import { parseOwner } from '../../store/owner';
import { isOwnerGone } from '../../store/settled';
import type { ActionContext, Run } from '../ground/context';
import { diskBytes } from '../ground/diskBytes';
import { checkUnused, imagesInUse } from '../images/imageUse';
import { inOrder, NameTable } from '../images/indexNames';
import { keptForOf } from '../images/keptFor';
import { dropLostReferrers } from '../images/lostReferrers';
import { withReferrers } from '../images/referrers';
import { imageById } from '../images/resolveImage';
import { checkSeen, withFreshView } from '../images/seenIndex';
import { nameOfRoot, readStoreView } from '../images/storeView';
import { dropUnusedLayers, unusedLayers } from '../trees/unusedLayers';
import { removeOwn } from '../../store/removeOwn';

/** A month: what nobody used for so long may be called unused. */
const unusedFor = 30 * 86_400_000;
/** Bytes from which on an unused image is worth a line. */
const largeFrom = 10_000_000;

/** Ingests that a crash or a power cut left: their owner is gone. */
async function interruptedIngests(store: string): Promise<readonly { path: string; since: number }[]> {
  const found: { path: string; since: number }[] = [];
  for (const path of await ingestFolders(store)) {
    const owner = parseOwner((await ownerText(join(path, 'owner'))) ?? '');
    if (owner === null || !(await isOwnerGone(owner, path))) continue;
    found.push({ path, since: (await lstat(path).catch(() => null))?.mtimeMs ?? Date.now() });
  }
  return found;
}

/** What may go: images with a reason each, caches that are rebuilt when needed, what can still be put back. */
export async function listCleanUp(context: ActionContext): Promise<CleanUpList> {
  const store = context.store.directory;
  const { graph } = await readStoreView(context);
  const used = await imagesInUse(store);
  const uses = await lastUses(store, graph.images, (digest) => context.store.pathOf(digest));
  const candidates = cleanUpCandidates(graph, uses, new Set(used.keys()), {
    now: Date.now(),
    unusedFor,
    largeFrom,
  });
  const { settled: layers } = await unusedLayers(context);
  let layerBytes = 0;
  for (const path of layers) layerBytes += await diskBytes(path);
  const ingests = await interruptedIngests(store);
  let ingestBytes = 0;
  for (const { path } of ingests) ingestBytes += await diskBytes(path);
  return {
    candidates: [...candidates],
    held: [...used].flatMap(([image, by]) =>
      graph.images.some(({ id }) => id === image) ? [{ image, by: [...by] }] : [],
    ),
    unpacked: { count: layers.length, bytes: layerBytes },
    interrupted: {
      count: ingests.length,
      bytes: ingestBytes,
      since: ingests.length === 0 ? null : Math.round(Math.min(...ingests.map(({ since }) => since))),
    },
    trash: (await context.store.readTrash()).map(({ id, removedAt, roots }) => ({
      id,
      removedAt,
      names: roots.flatMap((root) => nameOfRoot(root) ?? []),
      images: new Set(roots.map(({ digest }) => digest)).size,
    })),
    undoTime,
  };
}

/** What a person ticked. */
export interface CleanUpRequest {
  readonly images: readonly ImageId[];
  readonly unpacked: boolean;
  readonly interrupted: boolean;
  /** What they were shown of the images; left out by who shows nothing. */
  readonly shown?: ShownRemoval;
}

/**
 * Takes images out of the store and clears caches. The images can be put back with {@link undoCleanUp} until the garbage
 * collector has run; only then their bytes are free. Caches go at once. Throws `image-not-found`, `image-in-use`, `shown-changed`.
 */
export async function cleanUp(
  context: ActionContext,
  request: CleanUpRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'cleanup' }> {
  run.report({ phase: 'removing', done: 0, total: null });
  const { images, trash } = await withFreshView(() => removeShown(context, request, run));
  let cacheBytes = 0;
  if (request.unpacked) {
    for (const path of (await unusedLayers(context)).settled) cacheBytes += await diskBytes(path);
    await dropUnusedLayers(context);
  }
  if (request.interrupted) {
    context.store.checkOwned();
    for (const { path } of await interruptedIngests(context.store.directory)) {
      cacheBytes += await diskBytes(path);
      await removeOwn(path);
    }
  }
  return { kind: 'cleanup', removed: images.map(({ id }) => id), trash, cacheBytes };
}

/** The images of a clean-up, taken out as they were shown. */
async function removeShown(
  context: ActionContext,
  request: CleanUpRequest,
  run: Run,
): Promise<{ readonly images: readonly ImageNode[]; readonly trash: string | null }> {
  const view = await readStoreView(context);
  for (const id of request.images) imageById(view.graph, id);
  const plan = planRemoval(view.graph, { images: request.images, names: [] });
  if (request.shown && !isShown(request.shown, plan)) throw problem('shown-changed', { what: 'images' });
  await checkUnused(context.store.directory, plan.images);
  if (run.signal.aborted) throw problem('cancelled', {});
  if (plan.roots.size === 0) return { images: plan.images, trash: null };
  const trash = await context.store.moveToTrash(withReferrers(view, plan.roots), async (index) => {
    checkSeen(index, view, { roots: plan.roots });
    await checkUnused(context.store.directory, plan.images);
  });
  return { images: plan.images, trash };
}

/**
 * Puts back what a clean-up took out. A name that another image has been given since stays with that one. False when the
 * garbage collector was faster.
 */
export async function undoCleanUp(context: Pick<ActionContext, 'store'>, trash: string): Promise<boolean> {
  return context.store.restoreFromTrash(trash, (index, { roots, order }) => {
    const table = new NameTable(index);
    for (const root of roots) {
      const name = nameOfRoot(root);
      if (name === null || table.holderOf(name) !== null) table.addDangling(root);
      else table.addName(root, name);
    }
    return order === undefined ? table.index() : inOrder(table.index(), order);
  });
}

/**
 * The garbage collector: frees what was removed before a time, or of it what `ids` names, and what nothing needs any more; with it signatures and the
 * like of images that are neither here nor can be put back.
 */
export async function collectGarbage(
  context: Pick<ActionContext, 'store'>,
  options: {
    readonly ids?: ReadonlySet<string>;
    readonly before?: number;
    readonly signal?: AbortSignal;
  } = {},
): Promise<{ freedBytes: number; freedBlobs: readonly string[]; keptFor?: KeptFor | undefined }> {
  await dropLostReferrers(context);
  const { freedBytes, freedBlobs, keptFor } = await context.store.emptyTrash(options);
  return { freedBytes, freedBlobs, ...keptForOf(keptFor) };
}

/** Frees what a process that has ended left in the trash and nobody can be waiting for any more. */
export async function sweepTrash(context: Pick<ActionContext, 'store'>): Promise<void> {
  const before = Date.now() - undoTime;
  if (!context.store.keepsCaches || !context.store.isStoreAlone()) return;
  if ((await context.store.readTrash()).some(({ removedAt }) => removedAt < before))
    await collectGarbage(context, { before });
}
