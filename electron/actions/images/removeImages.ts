import { parseImageId, type Digest, type ImageId } from '../../../shared/image/digest';
import type { ImageGraph, ImageNode, RemovalPreview } from '../../../shared/graph/imageGraph';
import { nameDigest } from '../../../shared/graph/nameDigest';
import type { Closures } from '../../../shared/graph/holders';
import { previewRemoval, type RemovalPlan, type RemovalSelection } from '../../../shared/graph/sharing';
import { takenTogether, type Together } from '../../../shared/graph/together';
import { isShown, type ShownRemoval } from '../../../shared/graph/shown';
import type { OciDescriptor, OciIndex } from '../../../shared/image/manifest';
import { addBytes } from '../../../shared/image/bytes';
import { problem, ProblemError } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { workspaceRoots } from '../../store/workspaceRoots';
import type { ActionContext, Run } from '../ground/context';
import { checkUnused, imagesInUse } from './imageUse';
import { dropRoots, namesBeside, removeName } from './indexNames';
import type { KeptBy } from '../../store/keptBy';
import { keptForOf } from './keptFor';
import { withReferrers } from './referrers';
import { imageById } from './resolveImage';
import { checkSeen, withFreshView } from './seenIndex';
import { nameOfRoot, readStoreView, type StoreView } from './storeView';
import { bareRoots, checkUnreadUnused, planWithUnread } from './unreadRoots';

type Context = Pick<ActionContext, 'store'>;

/** Images that something uses, and names of what does, that a preview lists at the most. */
export const heldListed = 50;
export const usersListed = 8;

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
 * `image-not-found`, `name-not-found`, `image-in-use`. With `tellsHeld` it says instead of the last what uses the images: what it would do
 * without that.
 */
export async function previewRemove(
  context: Context,
  selection: RemovalSelection,
  tellsHeld = false,
): Promise<RemovalPreview> {
  const view = await readStoreView(context);
  checkSelection(view.graph, selection, bareRoots(view));
  const closures = await heldClosures(context, view);
  const plan = planWithUnread(view, selection);
  const used = tellsHeld ? await imagesInUse(context.store.directory) : new Map<ImageId, readonly string[]>();
  const held = plan.images.filter(({ id }) => used.has(id)).slice(0, heldListed);
  if (held.length === 0) await checkPlanUnused(context, view, plan);
  // Nobody knows what such a one needs, so that nothing can be freed beside it.
  for (const { digest, problem: fault } of view.damaged)
    if (!plan.roots.has(digest) && fault.code === 'file-unreadable') throw ProblemError.from(fault);
  const alone = manifestsAlone(view, selection, plan);
  const preview = previewRemoval(view.graph, closures, { ...selection, roots: [...plan.roots] });
  // A removal sweeps what nothing needs already, too, and what was kept for a root alone that lacks its document.
  const { blobs: swept, keptFor } = await context.store.unreachedBlobs({
    withTrash: false,
    without: withReferrers(view, plan.roots),
  });
  return {
    ...preview,
    ...(held.length > 0 && {
      held: held.map(({ id, names }) => ({ id, names, usedBy: (used.get(id) ?? []).slice(0, usersListed) })),
    }),
    ...(alone.length > 0 && { manifests: alone }),
    untagged: plan.untagged,
    freedBytes: swept.reduce((sum, { size }) => addBytes(sum, size), 0),
    freedBlobs: swept.length,
    ...(keptFor !== null && { freed: [], keptBytes: addBytes(preview.keptBytes, preview.freedBytes) }),
    ...keptForOf(keptFor),
  };
}

/** Roots of a selection that go while their images stay: these have another. */
function manifestsAlone(
  view: StoreView,
  { roots = [] }: RemovalSelection,
  plan: RemovalPlan,
): readonly Digest[] {
  const known = new Set([
    ...bareRoots(view).map(({ digest }) => digest),
    ...plan.images.flatMap((image) => image.roots),
  ]);
  return roots.filter((root) => !known.has(root));
}

/** What images take together, whether or not they may go. Throws `image-not-found`. */
export async function togetherIn(context: Context, images: readonly ImageId[]): Promise<Together> {
  const view = await readStoreView(context);
  checkSelection(view.graph, { images, names: [] });
  const held = await heldClosures(context, view);
  return takenTogether(view.graph, held, images, (roots) => withReferrers(view, roots));
}

/**
 * Blobs by the root that holds them, of all that a removal leaves: what can still be put back, and what a workspace stands on, hold
 * their blobs like any other image; what cannot be read, those that it is known to need. `df` counts with the same.
 */
export async function heldClosures(context: Context, view: StoreView): Promise<Closures> {
  const closures = new Map(view.closures);
  const unread = new Set(view.damaged.map(({ digest }) => digest));
  for (const root of view.roots)
    if (unread.has(root.digest) && !closures.has(root.digest))
      closures.set(root.digest, await presentOf(context, root));
  const trashed = (await context.store.readTrash()).flatMap(({ roots }) => roots);
  for (const root of [...trashed, ...(await workspaceRoots(context.store.directory))]) {
    const blobs = view.closures.get(root.digest) ?? (await presentOf(context, root));
    // Beside the same root in the index: when that goes, this stays.
    closures.set(`held ${root.digest}` as Digest, blobs);
  }
  return closures;
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
 * `docker rmi`. Frees at once what nothing needs any more; with `keep` it goes to the trash, from which it can be put
 * back, and `freedBytes` is what the garbage collector frees then. A root that cannot be read goes by its name or digest. With `shown`,
 * what a person has confirmed, nothing else goes. Throws `image-not-found`, `name-not-found`, `image-in-use`, `shown-changed`.
 */
export async function removeImages(
  context: Context,
  selection: RemovalSelection,
  run: Run,
  shown: ShownRemoval | null = null,
  keep = false,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  return removePicked(context, () => ({ selection, shown }), run, keep);
}

/** What is to be removed, and what a person has confirmed of it; null where nobody was asked. */
export interface Picked {
  readonly selection: RemovalSelection;
  readonly shown: ShownRemoval | null;
}

/**
 * The same for what `pick` says of the store, of the very view that the removal goes by: it is asked again where the index has
 * changed before the lock was taken.
 */
export async function removePicked(
  context: Context,
  pick: (view: StoreView) => Picked | Promise<Picked>,
  run: Run,
  keep = false,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  run.report({ phase: 'removing', done: 0, total: null });
  return withFreshView(async () => {
    const view = await readStoreView(context);
    return removeSeen(context, view, await pick(view), { run, keep });
  });
}

async function removeSeen(
  context: Context,
  view: StoreView,
  { selection, shown }: Picked,
  { run, keep }: { readonly run: Run; readonly keep: boolean },
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  checkSelection(view.graph, selection, bareRoots(view));
  const plan = planWithUnread(view, selection);
  if (shown !== null && !isShown(shown, plan)) throw problem('shown-changed', { what: 'images' });
  const checkUse = (): Promise<void> => checkPlanUnused(context, view, plan);
  await checkUse();
  const names = plan.images.flatMap((image) => image.names);
  const alone = manifestsAlone(view, selection, plan);
  const unread = [...new Set(bareRoots(view).map(({ digest }) => digest))].filter((root) =>
    plan.roots.has(root),
  );
  const roots = withReferrers(view, plan.roots);
  const check = (index: OciIndex): void =>
    checkSeen(index, view, { roots: plan.roots, names: plan.untagged });
  // Those of roots that went are gone already.
  const withoutNames = (index: OciIndex): OciIndex => plan.untagged.reduce(removeName, index);
  const change = (index: OciIndex): OciIndex => withoutNames(dropRoots(index, roots));
  const { freedBytes, keptFor, trash } = keep
    ? await moveAway(context, { roots, names: plan.untagged, left: withoutNames }, run, async (index) => {
        check(index);
        await checkUse();
      })
    : {
        trash: undefined,
        ...(await context.store.updateAndSweep(
          (index) => {
            check(index);
            return change(index);
          },
          run.signal,
          checkUse,
        )),
      };
  return {
    kind: 'remove',
    // Of what cannot be read nobody knows the ID: it is the digest of the root there.
    removed: [...plan.images.map(({ id }) => id), ...[...unread, ...alone].map(parseImageId)],
    untagged: [...new Set([...plan.untagged, ...names])],
    freedBytes,
    ...(trash !== undefined && { trash }),
    ...keptForOf(keptFor),
  };
}

/** Moves roots and names to the trash, and says what the garbage collector frees by that. */
async function moveAway(
  { store }: Context,
  going: {
    readonly roots: ReadonlySet<Digest>;
    readonly names: readonly string[];
    readonly left: (index: OciIndex) => OciIndex;
  },
  run: Run,
  check: (index: OciIndex) => Promise<void>,
): Promise<{ readonly freedBytes: number; readonly keptFor: KeptBy | null; readonly trash: string | null }> {
  const names = new Set(going.names);
  const has = (entry: OciDescriptor): boolean => names.has(nameOfRoot(entry) ?? '');
  const { blobs, keptFor } = await store.unreachedBlobs({ withTrash: false, without: going.roots });
  if (run.signal.aborted) throw problem('cancelled', {});
  const order = (index: OciIndex): readonly string[] => namesBeside(index, has, going.roots);
  const trash = await store.moveToTrash(going.roots, check, { has, left: going.left, order });
  return { freedBytes: blobs.reduce((sum, { size }) => addBytes(sum, size), 0), keptFor, trash };
}

/** Images that a prune takes, and those that it would take and that something uses. */
export interface PrunePlan {
  readonly images: readonly ImageId[];
  readonly skipped: readonly { readonly image: ImageNode; readonly usedBy: readonly string[] }[];
}

/** Which images are meant: without a name or, with `all`, whichever; of them those that `keep` passes. */
export interface PruneChoice {
  readonly all: boolean;
  readonly fits?: ((image: ImageNode) => boolean) | undefined;
}

/**
 * The images that a prune takes: none that a workspace or a mount uses, nor a platform under a name of which another is used,
 * for names go whole. Platforms go together: where one does not fit, all of its index stay.
 */
export function planPrune(
  { images }: Pick<ImageGraph, 'images'>,
  used: ReadonlyMap<ImageId, readonly string[]>,
  { all, fits = () => true }: PruneChoice,
): PrunePlan {
  const users = new Map<Digest, Set<string>>();
  const unfit = new Set<Digest>();
  for (const image of images) {
    // An image with a name may be a platform of an index that has lost its own, too.
    const named = new Set(image.names.map((name) => nameDigest(image, name)));
    for (const root of image.roots) {
      if (!fits(image) || (!all && named.has(root))) unfit.add(root);
      for (const name of used.get(image.id) ?? []) users.set(root, (users.get(root) ?? new Set()).add(name));
    }
  }
  const meant = images.filter(({ roots }) => roots.every((root) => !unfit.has(root)));
  const usedBy = (image: ImageNode): readonly string[] => [
    ...new Set(image.roots.flatMap((root) => [...(users.get(root) ?? [])])),
  ];
  return {
    images: meant.filter((image) => usedBy(image).length === 0).map(({ id }) => id),
    skipped: meant.flatMap((image) => {
      const names = usedBy(image);
      return names.length > 0 ? [{ image, usedBy: names }] : [];
    }),
  };
}

/** {@link planPrune} of the store as it is, or as a view has it. */
export async function prunable(
  context: Context,
  choice: PruneChoice,
  view?: Pick<StoreView, 'graph'>,
): Promise<PrunePlan> {
  const { graph } = view ?? (await readStoreView(context));
  return planPrune(graph, await imagesInUse(context.store.directory), choice);
}
