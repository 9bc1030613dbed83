import type { RemovalPreview } from '../../shared/graph/imageGraph';
import type { OperationResult } from '../../shared/ipc/operation';
import type { ActionContext, Run } from './context';
import { previewRemove, prunable, removeImages, type PruneChoice } from './removeImages';

type Context = Pick<ActionContext, 'store'>;

/** What a prune would do: remove dangling images, or with `all` every image. Changes nothing. */
export async function previewPrune(context: Context, choice: PruneChoice): Promise<RemovalPreview> {
  return previewRemove(context, { images: (await prunable(context, choice)).images, names: [] });
}

/** Removes dangling images, or with `all` every image, and frees blobs that a crash may have left behind. */
export async function pruneImages(
  context: Context,
  choice: PruneChoice,
  run: Run,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  const { images } = await prunable(context, choice);
  return { ...(await removeImages(context, { images, names: [] }, run)), kind: 'prune' };
}
