import { basename } from 'node:path';
import { problem } from '../../shared/image/problem';
import { glance } from '../store/glance';

/**
 * Refuses the folder of the store that is open, by whatever path, where a source is to be opened or listed: it would be there twice. Throws
 * `source-is-store`.
 */
export function refuseOwnStore(path: string, store: string): void {
  const [one, other] = [path, store].map((each) => glance(each));
  if (one && other && one.dev === other.dev && one.ino === other.ino)
    throw problem('source-is-store', { name: basename(path) });
}
