import type { RemovalPreview } from '../../shared/graph/imageGraph';
import type { OperationResult } from '../../shared/ipc/operation';
import type { ActionContext, Run } from './context';
import { previewRemove, prunable, removeImages } from './removeImages';

type Context = Pick<ActionContext, 'store'>;

/** What a prune would do: remove dangling images, or with `all` every image. Changes nothing. */
export async function previewPrune(context: Context, options: { all: boolean }): Promise<RemovalPreview> {
  return previewRemove(context, { images: await prunable(context, options.all), names: [] });
}

/** Removes dangling images, or with `all` every image, and frees blobs that a crash may have left behind. */
export async function pruneImages(
  context: Context,
  options: { all: boolean },
  run: Run,
): Promise<OperationResult & { readonly kind: 'remove' | 'prune' }> {
  const images = await prunable(context, options.all);
  return { ...(await removeImages(context, { images, names: [] }, run)), kind: 'prune' };
}
