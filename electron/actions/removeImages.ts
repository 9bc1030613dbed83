import type { Digest, ImageId } from '../../shared/image/digest';
import type { ImageGraph, RemovalPreview } from '../../shared/graph/imageGraph';
import { planRemoval, previewRemoval, type RemovalSelection } from '../../shared/graph/sharing';
import { problem } from '../../shared/image/problem';
import type { OperationResult } from '../../shared/ipc/operation';
import type { ActionContext, Run } from './context';
import { checkUnused, imagesInUse } from './imageUse';
import { dropRoots, removeName } from './indexNames';
import { withReferrers } from './referrers';
import { imageById } from './resolveImage';
import { nameOfRoot, readStoreView } from './storeView';

type Context = Pick<ActionContext, 'store'>;

/** Throws `image-not-found`, `name-not-found` for what the graph does not have. */
export function checkSelection(graph: ImageGraph, selection: RemovalSelection): void {
  for (const id of selection.images) imageById(graph, id);
  const names = new Set(graph.images.flatMap((image) => image.names));
  for (const name of selection.names) if (!names.has(name)) throw problem('name-not-found', { name });
}

/** What removing would do, to the byte; changes nothing. Throws `image-not-found`, `name-not-found`. */
export async function previewRemove(context: Context, selection: RemovalSelection): Promise<RemovalPreview> {
  const view = await readStoreView(context);
  checkSelection(view.graph, selection);
  const closures = new Map(view.closures);
  // What can still be put back holds its blobs like any other image.
  for (const { roots } of await context.store.readTrash())
    for (const root of roots)
      if (!closures.has(root.digest))
        closures.set(root.digest, await context.store.closureOf(root).catch(() => new Map<Digest, number>()));
  return previewRemoval(view.graph, closures, selection);
}

/**
 * Removes images with all their names, and single names; an image that loses its last name goes with it, as with
 * `docker rmi`. Frees at once what nothing needs any more. Throws `image-not-found`, `name-not-found`.
 */
export async function removeImages(
  context: Context,
  selection: RemovalSelection,
  run: Run,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  run.report({ phase: 'removing', done: 0, total: null });
  const view = await readStoreView(context);
  checkSelection(view.graph, selection);
  const plan = planRemoval(view.graph, selection);
  await checkUnused(context.store.directory, plan.images);
  // A name may have moved to another image since the view was read: only the pairs that were seen are touched.
  const seen = new Map(view.roots.map((root) => [nameOfRoot(root), root.digest]));
  const names = plan.images.flatMap((image) => image.names);
  const { freedBytes } = await context.store.updateAndSweep((index) => {
    let next = dropRoots(index, withReferrers(view, plan.roots));
    for (const name of plan.untagged) {
      const root = next.manifests.find((descriptor) => nameOfRoot(descriptor) === name);
      if (root && root.digest === seen.get(name)) next = removeName(next, name);
    }
    return next;
  }, run.signal);
  return {
    kind: 'remove',
    removed: plan.images.map(({ id }) => id),
    untagged: [...plan.untagged, ...names],
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
