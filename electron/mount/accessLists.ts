import { mkdirSync, readFileSync } from 'node:fs';
import {
  accessListName,
  defaultListName,
  isListName,
  listWithin,
  modeWithoutList,
  type ListIds,
} from '../../shared/layer/accessList';
import { systemCode } from '../../shared/image/systemCode';
import type { FsPath } from '../system/beneath';
import { removeAttribute, setAttribute, type Path } from '../system/syscalls';
import type { TreeStyle } from '../worker/jobs';

/** Access lists (see `shared/layer/accessList.ts`) of trees on a disk. */

/** Whether an ID of users, or of groups, is one of this process's user namespace (user_namespaces(7)). */
function idsIn(file: string): (id: number) => boolean {
  const ranges = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  return (id) => ranges.some(([first = 0, , length = 0]) => id >= first && id < first + length);
}

let own: ListIds | null = null;

/** IDs that lists of a tree can say: those of this process's user namespace, or root's alone where all belongs to one ID. */
export function listIds({ owners }: Pick<TreeStyle, 'owners'>): ListIds {
  if (owners === 'single') return { user: (id) => id === 0, group: (id) => id === 0 };
  return (own ??= { user: idsIn('/proc/self/uid_map'), group: idsIn('/proc/self/gid_map') });
}

/** Those of an object's attributes that a tree does not have whole; null for none. */
export function leftOf(
  attributes: Iterable<readonly [name: string, value: Uint8Array]>,
  style: Pick<TreeStyle, 'owners'>,
): ReadonlyMap<string, Uint8Array> | null {
  const left = [...attributes].filter(
    ([name, value]) => isListName(name) && listWithin(value, listIds(style)) !== value,
  );
  return left.length === 0 ? null : new Map(left);
}

/**
 * Gives an object its access lists, without the users and groups that cannot be said here; to be called before its mode is set,
 * which is what the list would change. Returns that mode: where the file system knows no lists, one without what the list alone gave.
 */
export function setLists(
  path: Path,
  mode: number,
  attributes: Iterable<readonly [name: string, value: Uint8Array]>,
  style: Pick<TreeStyle, 'owners'>,
): number {
  let wanted = mode;
  for (const [name, value] of attributes) {
    if (!isListName(name)) continue;
    try {
      setAttribute(path, name, listWithin(value, listIds(style)));
    } catch (thrown) {
      const code = systemCode(thrown) ?? '';
      if (!['ENOTSUP', 'EOPNOTSUPP', 'EPERM'].includes(code)) throw thrown;
      if (name === accessListName) wanted = modeWithoutList(mode, value);
    }
  }
  return wanted;
}

/**
 * Makes the root of a tree, for us alone and without access lists: those that the folder above gives to what is made in it would
 * go on to everything in the tree, and from a workspace into the layers that are made of it.
 */
export function makeTreeRoot(path: FsPath): void {
  mkdirSync(path, { mode: 0o700 });
  for (const name of [accessListName, defaultListName])
    try {
      removeAttribute(path, name);
    } catch (thrown) {
      const code = systemCode(thrown) ?? '';
      if (!['ENODATA', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM'].includes(code)) throw thrown;
    }
}
