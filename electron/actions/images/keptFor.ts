import type { KeptFor } from '../../../shared/graph/imageGraph';
import type { KeptBy } from '../../store/keptBy';
import { nameOfRoot } from './storeView';

/** The image because of which a sweep frees nothing, as it is told to people. */
export function keptForOf(kept: KeptBy | null): { readonly keptFor?: KeptFor } {
  if (kept === null) return {};
  const { root, keeper } = kept;
  if (root === null) return { keptFor: { name: kept.name, root: null, keeper } };
  return { keptFor: { name: nameOfRoot(root), root: root.digest, keeper } };
}
