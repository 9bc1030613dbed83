import { lstatSync, readdirSync, readlinkSync, type BigIntStats } from 'node:fs';
import { decodeName, encodeName } from '../../shared/layer/entryPath';
import type { NodeFacts, NodeType } from '../../shared/layer/change';

/** Reading trees whose names may be any bytes, and whose links must never be followed. */

/** A path as the file system takes it. */
export type FsPath = string | Buffer;

/** A path below a root; bytes that are not UTF-8 (lone surrogates, see entryPath.ts) stay what they are. */
export function pathIn(root: string, path: string): FsPath {
  const whole = path === '' ? root : `${root}/${path}`;
  return /[\ud800-\udfff]/.test(whole) ? Buffer.from(encodeName(whole)) : whole;
}

/** The same as a string for system calls, which encode it themselves. */
export function textIn(root: string, path: string): string {
  return path === '' ? root : `${root}/${path}`;
}

/** Names in a directory in byte order. */
export function namesOf(directory: FsPath): string[] {
  const names = readdirSync(directory, { encoding: 'buffer' });
  return names.sort((a, b) => Buffer.compare(a, b)).map((name) => decodeName(name));
}

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

/** Target of a symlink. */
export function targetOf(path: FsPath): string {
  return decodeName(readlinkSync(path, { encoding: 'buffer' }));
}

/** What `lstat` says as plain data. */
export function factsOf(path: FsPath, info: BigIntStats): NodeFacts {
  const type = typeOf(info);
  return {
    type,
    mode: Number(info.mode & 0o7777n),
    uid: Number(info.uid),
    gid: Number(info.gid),
    size: type === 'file' ? Number(info.size) : 0,
    mtime: Number(info.mtimeNs) / 1e9,
    target: type === 'symlink' ? targetOf(path) : '',
  };
}

/** Device numbers, as the kernel packs them (gnu_dev_major, gnu_dev_minor). */
export function deviceOf({ rdev }: BigIntStats): { readonly major: number; readonly minor: number } {
  return {
    major: Number(((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn)),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & ~0xffn)),
  };
}

/**
 * `lstat` of a path below a root without following a link on the way: null where nothing is, also where something on the
 * way is no directory.
 */
export function lookBelow(root: string, path: string): BigIntStats | null {
  const parts = path === '' ? [] : path.split('/');
  for (let i = 1; i < parts.length; i++) {
    const parent = look(pathIn(root, parts.slice(0, i).join('/')));
    if (!parent?.isDirectory()) return null;
  }
  return look(pathIn(root, path));
}
