import { join } from 'node:path';
import { shortDigest, type Digest } from '../../../shared/image/digest';
import type { OciDescriptor } from '../../../shared/image/manifest';
import { problem, problemOf, type Problem } from '../../../shared/image/problem';
import { fileInfo } from '../../store/ownPlaces';
import type { ActionContext } from './context';

/**
 * What other processes delete while something is read. Whoever finds no blob looks again whether an image still needs it: deleting
 * replaces index.json first, so a blob that went with its image is in no image of the list by then.
 */

/** Whether a fault is that a blob is not there. */
export function isMissing(found: Problem): boolean {
  return found.code === 'blob-damaged' && found.facts.reason === 'missing';
}

/** How often a list that changes while it is walked is walked again. */
const attempts = 8;

/**
 * What is another each time that the lists of images are replaced, also by what they said before: an image that was deleted and
 * loaded again leaves the same list.
 */
export async function listState({ store }: Pick<ActionContext, 'store'>): Promise<string> {
  const infos = await Promise.all(
    ['index.json', 'trash.json'].map((name) => fileInfo(join(store.directory, name))),
  );
  return infos.map((info) => (info ? `${info.ino} ${info.mtimeMs} ${info.ctimeMs}` : '')).join();
}

/**
 * Runs `look` with all roots that count, also those that a clean-up took away and can still put back, and how many of them
 * index.json lists; again where the lists were replaced when it ends, a few times at the most. Throws what `look` throws,
 * `store-invalid`, `list-too-long`.
 */
export async function whileListed<T>(
  context: Pick<ActionContext, 'store'>,
  look: (roots: readonly OciDescriptor[], listed: number) => Promise<T>,
): Promise<T> {
  const { store } = context;
  for (let i = 1; ; i++) {
    const state = await listState(context);
    const { index } = await store.readIndex();
    const trash = (await store.readTrash()).flatMap(({ roots }) => roots);
    const found = await look([...index.manifests, ...trash], index.manifests.length);
    if (i >= attempts || (await listState(context)) === state) return found;
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
  if (found.code !== 'blob-damaged' || found.facts.reason !== 'missing' || found.facts.file !== undefined)
    return thrown;
  const { digest, image } = found.facts;
  const wanted = digest as Digest;
  // One that is there again was deleted with its image, and loaded with it.
  const isNeeded = await whileListed(
    context,
    async (roots) =>
      (await mayReach(context, roots, wanted)) && (await context.store.sizeOf(wanted)) === null,
  ).catch((fault: unknown) => {
    const { code, facts } = problemOf(fault);
    // No blob is there any more, and none is damaged: the store itself is gone.
    return code === 'store-invalid' && ['gone', 'not-a-folder'].includes(facts.reason) ? { fault } : true;
  });
  if (typeof isNeeded === 'object') return isNeeded.fault;
  if (isNeeded) return thrown;
  return problem('deleted-meanwhile', { name: image ?? shortDigest(wanted) }, { cause: thrown });
}
