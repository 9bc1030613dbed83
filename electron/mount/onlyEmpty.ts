import { linkSync, lstatSync, type Stats } from 'node:fs';
import { problem } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import type { FsPath } from '../system/beneath';
import type { JobInput } from '../worker/jobs';

/** What alone a draft may take the place of: this file while it is empty, nothing at all (null), or any regular file. */
export type Only = JobInput<'place-file'>['only'];

/** What may be replaced, and what people know the target as. */
interface Replacing {
  readonly only: Only;
  readonly name: string;
}

/** The fault of a regular file that is not the empty one that may be replaced; null for what may, and for what is no file. */
export function otherThan(there: Stats | undefined, { only, name }: Replacing): Error | null {
  if (only === undefined || there?.isFile() !== true) return null;
  const isIt = only !== null && there.dev === only.dev && there.ino === only.ino && there.size === 0;
  return isIt ? null : problem('target-there', { path: name, bytes: there.size });
}

/** Throws what {@link otherThan} finds at a path, `target-there`, before anything is moved. */
export function refuseOther(target: FsPath, replacing: Replacing): void {
  const other = otherThan(lstatSync(target, { throwIfNoEntry: false }), replacing);
  if (other) throw other;
}

/**
 * Gives a draft a second name that is free, in one step also where the file system knows rename(2) only; says whether it makes links.
 * Throws `target-there`, `file-unwritable` of something else.
 */
export function linkNew(draft: FsPath, target: FsPath, replacing: Replacing): boolean {
  try {
    linkSync(draft, target);
    return true;
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') return false;
    const there = lstatSync(target, { throwIfNoEntry: false });
    const { name: path } = replacing;
    throw otherThan(there, replacing) ?? problem('file-unwritable', { path, reason: 'changed' });
  }
}
