import { parseImageId, type Digest, type ImageId } from '../../shared/image/digest';
import type { ImageGraph, RemovalPreview } from '../../shared/graph/imageGraph';
import { previewRemoval, type RemovalPlan, type RemovalSelection } from '../../shared/graph/sharing';
import type { OciDescriptor } from '../../shared/image/manifest';
import { problem, ProblemError } from '../../shared/image/problem';
import type { OperationResult } from '../../shared/ipc/operation';
import type { ActionContext, Run } from './context';
import { checkUnused, imagesInUse } from './imageUse';
import { dropRoots, removeName } from './indexNames';
import { withReferrers } from './referrers';
import { imageById } from './resolveImage';
import { nameOfRoot, readStoreView, type StoreView } from './storeView';
import { checkUnreadUnused, planWithUnread } from './unreadRoots';

type Context = Pick<ActionContext, 'store'>;

/** Throws `image-not-found`, `name-not-found` for what the graph does not have. */
export function checkSelection(
  graph: ImageGraph,
  selection: RemovalSelection,
  unread: readonly { readonly name: string | null }[] = [],
): void {
  for (const id of selection.images) imageById(graph, id);
  const names = new Set([...graph.images.flatMap((image) => image.names), ...unread.map(({ name }) => name)]);
  for (const name of selection.names) if (!names.has(name)) throw problem('name-not-found', { name });
}

/**
 * What removing would do, to the byte; changes nothing. Throws what {@link removeImages} would refuse it with:
 * `image-not-found`, `name-not-found`, `image-in-use`.
 */
export async function previewRemove(context: Context, selection: RemovalSelection): Promise<RemovalPreview> {
  const view = await readStoreView(context);
  checkSelection(view.graph, selection, view.damaged);
  const closures = new Map(view.closures);
  // What can still be put back holds its blobs like any other image; what cannot be read, those that it is known to need.
  const trashed = (await context.store.readTrash()).flatMap(({ roots }) => roots);
  const unread = new Set(view.damaged.map(({ digest }) => digest));
  for (const root of [...trashed, ...view.roots.filter(({ digest }) => unread.has(digest))])
    if (!closures.has(root.digest)) closures.set(root.digest, await presentOf(context, root));
  const plan = planWithUnread(view, selection);
  await checkPlanUnused(context, view, plan);
  // Nobody knows what such a one needs, so that nothing can be freed beside it.
  for (const { digest, problem: fault } of view.damaged)
    if (!plan.roots.has(digest) && fault.code === 'file-unreadable') throw ProblemError.from(fault);
  const preview = previewRemoval(view.graph, closures, { ...selection, roots: [...plan.roots] });
  return { ...preview, untagged: plan.untagged };
}

/** Blobs that a root is known to need and that are here, with their sizes. */
async function presentOf(context: Context, root: OciDescriptor): Promise<ReadonlyMap<Digest, number>> {
  const found = new Map<Digest, number>();
  for (const digest of (await context.store.closureOf(root).catch(() => new Map<Digest, number>())).keys()) {
    const size = await context.store.sizeOf(digest);
    if (size !== null) found.set(digest, size);
  }
  return found;
}

/** Throws `image-in-use` for what a workspace stands on or a mount shows. */
async function checkPlanUnused({ store }: Context, view: StoreView, plan: RemovalPlan): Promise<void> {
  await checkUnused(store.directory, plan.images);
  await checkUnreadUnused(store.directory, view, plan.roots);
}

/**
 * Removes images with all their names, and single names; an image that loses its last name goes with it, as with
 * `docker rmi`. Frees at once what nothing needs any more. A root that cannot be read goes by its name or digest. Throws
 * `image-not-found`, `name-not-found`, `image-in-use`.
 */
export async function removeImages(
  context: Context,
  selection: RemovalSelection,
  run: Run,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  run.report({ phase: 'removing', done: 0, total: null });
  const view = await readStoreView(context);
  checkSelection(view.graph, selection, view.damaged);
  const plan = planWithUnread(view, selection);
  await checkPlanUnused(context, view, plan);
  // A name may have moved to another image since the view was read: only the pairs that were seen are touched.
  const seen = new Map(view.roots.map((root) => [nameOfRoot(root), root.digest]));
  const names = plan.images.flatMap((image) => image.names);
  const unread = [...new Set(view.damaged.map(({ digest }) => digest))].filter((root) =>
    plan.roots.has(root),
  );
  const { freedBytes } = await context.store.updateAndSweep((index) => {
    let next = dropRoots(index, withReferrers(view, plan.roots));
    for (const name of plan.untagged) {
      // Those of roots that went are gone already.
      const root = next.manifests.find((descriptor) => nameOfRoot(descriptor) === name);
      if (root && root.digest === seen.get(name)) next = removeName(next, name);
    }
    return next;
  }, run.signal);
  return {
    kind: 'remove',
    // Of what cannot be read nobody knows the ID: it is the digest of the root there.
    removed: [...plan.images.map(({ id }) => id), ...unread.map(parseImageId)],
    untagged: [...new Set([...plan.untagged, ...names])],
    freedBytes,
  };
}

/** All images that nothing names, or all images; those that a workspace or a mount uses are left out. */
export async function prunable(context: Context, all: boolean): Promise<readonly ImageId[]> {
  const { graph } = await readStoreView(context);
  const used = await imagesInUse(context.store.directory);
  return graph.images
    .filter(({ id, names }) => (all || names.length === 0) && !used.has(id))
    .map(({ id }) => id);
}
