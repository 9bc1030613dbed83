import type { Digest } from '../../../shared/image/digest';
import type { OciIndex } from '../../../shared/image/manifest';
import { problem } from '../../../shared/image/problem';
import { nameOfRoot, type StoreView } from './storeView';

/**
 * What changes or removes something in the index decides by a view of the store that was read before the lock was taken. Here
 * is held under the lock that the roots and names in question are still those of the view; where they are not, all is
 * looked at anew. So nothing goes that nobody has seen: a name that came meanwhile, an image that a name has moved to.
 */

/** The index is not what it was decided by any more. */
class StaleView extends Error {}

/** Times that something is decided anew before it is given up: somebody else writes all the time. */
const tries = 50;

/** The roots and the names that a change is about. */
export interface Touched {
  readonly roots?: ReadonlySet<Digest>;
  readonly names?: readonly string[];
}

/**
 * Throws where the index does not list the roots under the names that the view has of them, or has other roots under the
 * names. For use under the store's lock, within {@link withFreshView}.
 */
export function checkSeen(index: OciIndex, view: Pick<StoreView, 'roots'>, touched: Touched): void {
  const names = new Set(touched.names);
  const pairs = (roots: OciIndex['manifests']): string =>
    roots
      .map((root) => ({ digest: root.digest, name: nameOfRoot(root) }))
      .filter(({ digest, name }) => touched.roots?.has(digest) === true || (name !== null && names.has(name)))
      .map(({ digest, name }) => `${digest} ${name ?? ''}`)
      .sort()
      .join('\n');
  if (pairs(index.manifests) !== pairs(view.roots)) throw new StaleView();
}

/** Does work that reads a view and then changes the index; from the beginning where that was not the index of the view any more. */
export async function withFreshView<T>(work: () => Promise<T>): Promise<T> {
  for (let n = 0; n < tries; n++) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof StaleView)) throw thrown;
    }
  }
  throw problem('shown-changed', { what: 'images' });
}
