import { lstatSync, type BigIntStats } from 'node:fs';
import type { NodeFacts, NodeType } from '../../shared/layer/change';
import { systemCode } from '../../shared/image/systemCode';
import { leadsNowhere, type FsPath, type HeldMember, type HeldTree } from '../system/beneath';

/** What the objects of a tree are; for the tree itself see `HeldTree`. */

/** `lstat` to the nanosecond, or null where nothing is. */
export function look(path: FsPath): BigIntStats | null {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
}

/** The type of an object. */
export function typeOf(info: BigIntStats): NodeType {
  if (info.isFile()) return 'file';
  if (info.isDirectory()) return 'directory';
  if (info.isSymbolicLink()) return 'symlink';
  if (info.isCharacterDevice()) return 'character';
  if (info.isBlockDevice()) return 'block';
  if (info.isFIFO()) return 'fifo';
  return 'socket';
}

/** Whether a fault says that an object is not what it was when it was looked at. */
export function isGone(thrown: unknown): boolean {
  // EINVAL: readlink(2) of what is no link any more.
  return leadsNowhere(thrown) || systemCode(thrown) === 'EINVAL';
}

/** Target of a symlink; '' where there is none any more. */
export function targetOf(tree: HeldTree, path: string): string {
  try {
    return tree.target(path);
  } catch (thrown) {
    if (isGone(thrown)) return '';
    throw thrown;
  }
}

/** Names in a directory in byte order; none where it is gone. */
export function namesIn(tree: HeldTree, path: string): string[] {
  try {
    return tree.names(path);
  } catch (thrown) {
    if (leadsNowhere(thrown)) return [];
    throw thrown;
  }
}

/** {@link namesIn}, with what the directory says of each. */
export function membersIn(tree: HeldTree, path: string): readonly HeldMember[] {
  try {
    return tree.members(path);
  } catch (thrown) {
    if (leadsNowhere(thrown)) return [];
    throw thrown;
  }
}

/** What `lstat` says as plain data. */
export function factsOf(tree: HeldTree, path: string, info: BigIntStats): NodeFacts {
  const type = typeOf(info);
  return {
    type,
    mode: Number(info.mode & 0o7777n),
    uid: Number(info.uid),
    gid: Number(info.gid),
    size: type === 'file' ? Number(info.size) : 0,
    mtime: Number(info.mtimeNs) / 1e9,
    target: type === 'symlink' ? targetOf(tree, path) : '',
  };
}

/** When something was changed: whole seconds since 1970, rounded down also before it, and what is left, 0 to 999,999,999 ns. */
export function modifiedOf({ mtimeNs }: BigIntStats): {
  readonly seconds: number;
  readonly nanoseconds: number;
} {
  const seconds = (mtimeNs >= 0n ? mtimeNs : mtimeNs - 999_999_999n) / 1_000_000_000n;
  return { seconds: Number(seconds), nanoseconds: Number(mtimeNs - seconds * 1_000_000_000n) };
}

/** Device numbers, as the kernel packs them (gnu_dev_major, gnu_dev_minor). */
export function deviceOf({ rdev }: BigIntStats): { readonly major: number; readonly minor: number } {
  return {
    major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn)),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & ~0xffn)),
  };
}
