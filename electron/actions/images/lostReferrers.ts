import type { Digest } from '../../../shared/image/digest';
import type { ActionContext } from '../ground/context';
import { dropRoots } from './indexNames';
import { subjectOf } from './referrers';
import { readStoreView, type StoreView } from './storeView';

/** Referrers of images whose manifest the store does not have any more. */
export async function lostReferrers(
  context: Pick<ActionContext, 'store'>,
): Promise<{ readonly view: StoreView; readonly lost: ReadonlySet<Digest> }> {
  const view = await readStoreView(context);
  const lost = new Set<Digest>();
  for (const orphan of view.orphans) {
    const subject = await subjectOf(context.store, orphan);
    if (subject !== null && (await context.store.sizeOf(subject)) === null) lost.add(orphan.digest);
  }
  return { view, lost };
}

/** Takes {@link lostReferrers} out of the index: such are left where a signature came while its image was removed. */
export async function dropLostReferrers(context: Pick<ActionContext, 'store'>): Promise<void> {
  const { view, lost } = await lostReferrers(context);
  if (lost.size === 0) return;
  // With an index that has changed since, one of them may be about an image that is here again.
  await context.store.updateIndex((index) =>
    index.manifests === view.roots ? dropRoots(index, lost) : index,
  );
}
