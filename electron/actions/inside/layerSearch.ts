import type { LayerEntry } from '../../../shared/layer/entry';
import type { LayerName } from '../../../shared/layer/layerNames';
import { KeptFileChanged } from '../../index/keptFile';
import { isListed, KeptNames, writeNames, type PathSearch } from '../../index/keptNames';
import type { SizedBlob } from '../../store/contentStore';
import { sha256 } from '../../store/sha256';
import type { ActionContext } from '../ground/context';
import { putKept, worthKeeping } from './keptTrees';

/**
 * The listed names of a stored layer whose path fits, in the layer's order. Of a large layer all names are kept, once somebody has asked, so that
 * the next search reads what fits alone. `namesOf` gives all of them; it throws what reading a layer does.
 */
export async function* searchLayer(
  { store }: Pick<ActionContext, 'store'>,
  blob: SizedBlob,
  search: PathSearch,
  namesOf: () => Promise<Iterable<LayerName>>,
): AsyncGenerator<{ readonly path: string; readonly entry: LayerEntry }> {
  const key = sha256(JSON.stringify(['names', blob.digest]));
  const kept = KeptNames.open(store.treePathOf(blob.digest, key), key);
  let given = 0;
  if (kept) {
    // What is known of a layer is said of one that is there.
    store.fileOf(blob);
    try {
      for (const found of kept.search(search)) {
        given++;
        yield found;
      }
      return;
    } catch (fault) {
      // Changed while it was read: the rest comes from the index.
      if (!(fault instanceof KeptFileChanged)) throw fault;
    }
  }
  const names = [...(await namesOf())].filter(isListed);
  if (store.keepsCaches && names.length >= worthKeeping)
    await putKept(store, blob.digest, key, (draft) => writeNames(draft, key, names));
  yield* names.filter(({ path }) => search.fits(path)).slice(given);
}
