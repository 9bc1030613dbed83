import { join } from 'node:path';
import { problem } from '../../../shared/image/problem';
import { listOwn, readOwnIfThere } from '../../store/ownPlaces';
import { parseOwner } from '../../store/owner';
import { places } from '../../store/places';
import { fromStoreJson } from '../../store/seal';
import { isOwnerGone } from '../../store/settled';

/** Holds a name for a run against those of what runs in a store now. Throws `run-name-taken`, and `file-unreadable` where it cannot be told. */
export async function checkRunName(store: string, name: string): Promise<void> {
  const folder = places.runs(store);
  for (const each of await listOwn(folder)) {
    const bundle = join(folder, each);
    const text = await readOwnIfThere(join(bundle, 'owner'));
    if (text === null) continue;
    if (fromStoreJson('run', store, text)?.['called'] !== name) continue;
    if (!(await isOwnerGone(parseOwner(text), bundle))) throw problem('run-name-taken', { name });
  }
}
