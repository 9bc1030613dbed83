import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import type { Digest } from '../../../shared/image/digest';
import { problem, problemOf } from '../../../shared/image/problem';
import { eachLimited } from '../../source/stageBlobs';
import type { Ingest } from '../../store/contentStore';
import type { ActionContext } from '../ground/context';
import { damageOf } from './damageOf';
import { resolveAt } from './resolveImage';
import { readStoreView } from './storeView';

/** Making a second name for a file is mostly waiting. */
const leasesAtOnce = 16;

/** An ingest to hold blobs with; null for a store that none of us has written to, or can, where nobody deletes either, or a full disk. */
async function beginHold({ store }: Pick<ActionContext, 'store'>): Promise<Ingest | null> {
  if (!store.keepsCaches) return null;
  try {
    return await store.beginIngest();
  } catch (thrown) {
    // Its disk may have become read-only since the store was opened: what is in it is to be rescued.
    if (['file-unwritable', 'disk-full', 'store-unsafe'].includes(problemOf(thrown).code)) return null;
    throw thrown;
  }
}

/**
 * Runs `work` while every blob of some images (names or IDs) is held: whoever deletes an image in the meantime, what reads
 * it here reads it to the end. Throws `image-not-found` where one was deleted before it could be held, `blob-damaged` where
 * one is there without a blob of its own, `image-ambiguous`. A layer that is damaged is named by its image.
 */
export async function whileHeld<T>(
  context: Pick<ActionContext, 'store'>,
  what: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  const { graph, closures } = await readStoreView(context);
  const images = new Set(what.map((text) => resolveAt(graph, text).image));
  const hold = await beginHold(context);
  try {
    if (hold === null) return await work();
    const blobs = new Map<Digest, { readonly image: ImageNode; readonly root: Digest }>();
    for (const image of images)
      for (const root of image.roots)
        for (const digest of closures.get(root)?.keys() ?? []) blobs.set(digest, { image, root });
    const quiet = new AbortController().signal;
    await eachLimited([...blobs], leasesAtOnce, quiet, async ([digest, { image, root }]) => {
      if (context.store.lacks?.blobs.has(digest)) return;
      if (!(await leased(hold, digest))) throw await lostBlob(context, image, root, digest);
    });
    return await work();
  } catch (thrown) {
    throw damageOf(thrown, graph.layers, images);
  } finally {
    await hold?.abort();
  }
}

/** What a blob's absence means: its image was deleted meanwhile, or it is there and not whole. */
async function lostBlob(
  context: Pick<ActionContext, 'store'>,
  { id, names }: ImageNode,
  root: Digest,
  digest: Digest,
): Promise<Error> {
  const { graph } = await readStoreView(context);
  return graph.images.some((image) => image.id === id && image.roots.includes(root))
    ? problem('blob-damaged', { digest, reason: 'missing', found: '' })
    : problem('image-not-found', { name: displayName({ id, names }) });
}

/** Leases a blob; on a full disk, where not even a second name for it has room, it goes unheld. */
async function leased(hold: Ingest, digest: Digest): Promise<boolean> {
  try {
    return await hold.lease(digest);
  } catch (thrown) {
    if (problemOf(thrown).code === 'disk-full') return true;
    throw thrown;
  }
}
