import { shortDigest, type Digest } from '../../shared/image/digest';
import type { OciDescriptor } from '../../shared/image/manifest';
import { problem, problemOf } from '../../shared/image/problem';
import type { ActionContext } from './context';

/**
 * What other processes delete while something is read. Whoever finds no blob looks again whether an image still needs it: deleting
 * replaces index.json first, so a blob that went with its image is in no image of the list by then.
 */

/** How often a list that changes while it is walked is walked again. */
const attempts = 5;

/** All roots that count now, also those that a clean-up took away and can still put back, with what changes when they do. */
async function rootsNow({ store }: Pick<ActionContext, 'store'>): Promise<{
  readonly roots: readonly OciDescriptor[];
  readonly listed: number;
  readonly state: string;
}> {
  const { index, revision } = await store.readIndex();
  const trash = (await store.readTrash()).flatMap(({ roots }) => roots);
  const state = [revision, ...trash.map(({ digest }) => digest)].join();
  return { roots: [...index.manifests, ...trash], listed: index.manifests.length, state };
}

/**
 * Runs `look` with all roots that count, and how many of them index.json lists; again where they are others when it ends, a few times
 * at the most. Throws what `look` throws, `store-invalid`, `list-too-long`.
 */
export async function whileListed<T>(
  context: Pick<ActionContext, 'store'>,
  look: (roots: readonly OciDescriptor[], listed: number) => Promise<T>,
): Promise<T> {
  let now = await rootsNow(context);
  for (let i = 1; ; i++) {
    const found = await look(now.roots, now.listed);
    const after = await rootsNow(context);
    if (after.state === now.state || i >= attempts) return found;
    now = after;
  }
}

/** Whether a root reaches a blob, or may do so: of one that cannot be read nobody knows. */
async function mayReach(
  { store }: Pick<ActionContext, 'store'>,
  roots: readonly OciDescriptor[],
  digest: Digest,
): Promise<boolean> {
  for (const root of roots)
    try {
      const isLost = (await store.sizeOf(root.digest)) === null;
      if (isLost || (await store.closureOf(root)).has(digest)) return true;
    } catch {
      return true;
    }
  return false;
}

/**
 * What is thrown in place of a fault: of a blob that is missing since its image was deleted in the meantime, `deleted-meanwhile`;
 * anything else as it is.
 */
export async function asDeleted(context: Pick<ActionContext, 'store'>, thrown: unknown): Promise<unknown> {
  const found = problemOf(thrown);
  if (found.code !== 'blob-damaged' || found.facts.reason !== 'missing') return thrown;
  const { digest, image } = found.facts;
  const isNeeded = await whileListed(context, (roots) => mayReach(context, roots, digest as Digest)).catch(
    () => true,
  );
  if (isNeeded) return thrown;
  return problem('deleted-meanwhile', { name: image ?? shortDigest(digest as Digest) }, { cause: thrown });
}
