import { accessListName, givesOthersWrite } from '../../shared/layer/accessList';
import { userNumber } from './thisUser';

type Reader = (path: string, name: string) => Uint8Array | null;

let reader: Reader | null = null;

/**
 * Makes ready what {@link hasOtherWriters} asks with: system calls, which are loaded where a folder may have such a list alone. Where
 * they cannot be loaded nothing is known.
 */
export async function readyLists(): Promise<void> {
  reader ??= await import('../system/syscalls').then(
    ({ getAttribute }) => getAttribute,
    () => null,
  );
}

/**
 * Whether the access list of a folder lets others write than its owner and owning group, of one whose group bits let somebody write:
 * with a list those bits are the most that it gives (acl(5)). `unready` where nothing was made ready.
 */
export function hasOtherWriters(path: string, unready: boolean): boolean {
  if (reader === null) return unready;
  try {
    const list = reader(path, accessListName);
    return list !== null && givesOthersWrite(list, userNumber());
  } catch {
    return true;
  }
}
