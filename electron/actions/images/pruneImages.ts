import type { RemovalPreview } from '../../../shared/graph/imageGraph';
import type { OperationResult } from '../../../shared/ipc/operation';
import { shownOf, type ShownRemoval } from '../../../shared/graph/shown';
import type { ActionContext, Run } from '../ground/context';
import {
  heldListed,
  previewRemove,
  prunable,
  removePicked,
  usersListed,
  type Picked,
  type PruneChoice,
} from './removeImages';
import type { StoreView } from './storeView';

type Context = Pick<ActionContext, 'store'>;

/** What a prune would do: remove dangling images, or with `all` every image. Changes nothing. */
export async function previewPrune(context: Context, choice: PruneChoice): Promise<RemovalPreview> {
  const { images, skipped } = await prunable(context, choice);
  return {
    ...(await previewRemove(context, { images, names: [] })),
    skipped: skipped.slice(0, heldListed).map(({ image: { id, names }, usedBy }) => ({
      id,
      names: names.slice(0, usersListed),
      usedBy: usedBy.slice(0, usersListed),
    })),
  };
}

/**
 * Removes dangling images, or with `all` every image, and frees blobs that a crash may have left behind. With `shown`, what a
 * person has confirmed, the others stay. Throws as {@link removeImages}.
 */
export async function pruneImages(
  context: Context,
  choice: PruneChoice,
  run: Run,
  shown: ShownRemoval | null = null,
  keep = false,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  const pick = async (view: StoreView): Promise<Picked> => {
    const found = await prunable(context, choice, view);
    const images = shown === null ? found.images : shownOf(found.images, shown);
    const going = new Set(images);
    const still = shown && { ...shown, images: shown.images.filter(({ id }) => going.has(id)) };
    return { selection: { images, names: [] }, shown: still };
  };
  return { ...(await removePicked(context, pick, run, keep)), kind: 'prune' };
}
