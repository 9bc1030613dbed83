import { closeSync, constants, openSync } from 'node:fs';
import koffi from 'koffi';
import { decodeName, encodeName } from '../../shared/layer/entryPath';
import { unnamedCode } from '../../shared/image/systemCode';
import { openPath } from './beneath';

/**
 * The system calls that Node has not: mount, umount, mknod, extended attributes, times to the nanosecond. Linux only,
 * through the C library; synchronous, so for worker threads and processes without a window. Every function throws an
 * error with `code` (`ENOENT`…), `syscall` and `path`, as `node:fs` does. Paths are taken as strings of `entryPath.ts`
 * (bytes that are not UTF-8 as lone surrogates) or as bytes.
 */
export type Path = string | Uint8Array;

interface Calls {
  mount(source: Uint8Array, target: Uint8Array, type: Uint8Array, flags: number, data: Uint8Array): number;
  umount2(target: Uint8Array, flags: number): number;
  mknod(path: Uint8Array, mode: number, device: number): number;
  lsetxattr(path: Uint8Array, name: Uint8Array, value: Uint8Array, size: number, flags: number): number;
  fsetxattr(fd: number, name: Uint8Array, value: Uint8Array, size: number, flags: number): number;
  lgetxattr(path: Uint8Array, name: Uint8Array, value: Uint8Array, size: number): number;
  llistxattr(path: Uint8Array, list: Uint8Array, size: number): number;
  fgetxattr(fd: number, name: Uint8Array, value: Uint8Array, size: number): number;
  flistxattr(fd: number, list: Uint8Array, size: number): number;
  lremovexattr(path: Uint8Array, name: Uint8Array): number;
  fremovexattr(fd: number, name: Uint8Array): number;
  utimensat(directory: number, path: Uint8Array, times: BigInt64Array, flags: number): number;
  unshare(flags: number): number;
  chdir(path: Uint8Array): number;
  fchdir(fd: number): number;
  syncfs(fd: number): number;
  pipe2(ends: Int32Array, flags: number): number;
  linkat(from: number, path: Uint8Array, to: number, target: Uint8Array, flags: number): number;
  renameat2(from: number, path: Uint8Array, to: number, target: Uint8Array, flags: number): number;
  close(fd: number): number;
  lseek(fd: number, position: number, whence: number): number | bigint;
  syscall(number: number, directory: number, path: Uint8Array, how: BigUint64Array, size: number): number;
}

let loaded: Calls | null = null;

function calls(): Calls {
  if (loaded) return loaded;
  const library = koffi.load(process.platform === 'linux' ? 'libc.so.6' : '/usr/lib/libSystem.B.dylib');
  const path = 'const uint8_t *';
  const define = (name: string, result: string, ...types: string[]): unknown =>
    library.func(name, result, types) as unknown;
  loaded = {
    mount: define('mount', 'int', path, path, path, 'ulong', path),
    umount2: define('umount2', 'int', path, 'int'),
    mknod: define('mknod', 'int', path, 'uint', 'uint64'),
    lsetxattr: define('lsetxattr', 'int', path, path, path, 'size_t', 'int'),
    fsetxattr: define('fsetxattr', 'int', 'int', path, path, 'size_t', 'int'),
    lgetxattr: define('lgetxattr', 'int64', path, path, 'uint8_t *', 'size_t'),
    llistxattr: define('llistxattr', 'int64', path, 'uint8_t *', 'size_t'),
    fgetxattr: define('fgetxattr', 'int64', 'int', path, 'uint8_t *', 'size_t'),
    flistxattr: define('flistxattr', 'int64', 'int', 'uint8_t *', 'size_t'),
    lremovexattr: define('lremovexattr', 'int', path, path),
    fremovexattr: define('fremovexattr', 'int', 'int', path),
    utimensat: define('utimensat', 'int', 'int', path, 'int64 *', 'int'),
    unshare: define('unshare', 'int', 'int'),
    chdir: define('chdir', 'int', path),
    fchdir: define('fchdir', 'int', 'int'),
    syncfs: define('syncfs', 'int', 'int'),
    pipe2: define('pipe2', 'int', 'int *', 'int'),
    linkat: define('linkat', 'int', 'int', path, 'int', path, 'int'),
    renameat2: define('renameat2', 'int', 'int', path, 'int', path, 'uint'),
    close: define('close', 'int', 'int'),
    lseek: define('lseek', 'int64', 'int', 'int64', 'int'),
    syscall: define('syscall', 'long', 'long', 'int', path, 'const uint64 *', 'size_t'),
  } as Calls;
  return loaded;
}

const names = new Map<number, string>(
  Object.entries(koffi.os.errno).map(([name, number]) => [number, name] as const),
);

/** `SEEK_DATA` and `SEEK_HOLE` (lseek(2)); macOS has them the other way round. */
const whence = process.platform === 'linux' ? { data: 3, hole: 4 } : { data: 4, hole: 3 };

/**
 * Where the next data or hole of an open file begins, from `position` on. Null: there is no more data. Undefined: the file system
 * does not tell.
 */
export function seekTo(fd: number, position: number, what: 'data' | 'hole'): number | null | undefined {
  const found = Number(calls().lseek(fd, position, whence[what]));
  if (found >= 0) return found;
  return names.get(koffi.errno()) === 'ENXIO' ? null : undefined;
}

/** The call that just failed as the error that `node:fs` would throw. */
export function failure(syscall: string, path: Path): NodeJS.ErrnoException {
  const errno = koffi.errno();
  const code = names.get(errno) ?? unnamedCode(errno);
  const text = typeof path === 'string' ? path : Buffer.from(path).toString();
  return Object.assign(new Error(`${code}: ${syscall} '${text}'`), {
    code,
    errno: -errno,
    syscall,
    path: text,
  });
}

/** A C string: bytes with a zero behind them. Throws EINVAL for a path that has a zero in it. */
export function cString(text: Path): Uint8Array {
  const bytes = typeof text === 'string' ? encodeName(text) : text;
  if (bytes.includes(0)) throw Object.assign(new Error('EINVAL: NUL in a path'), { code: 'EINVAL' });
  const out = new Uint8Array(bytes.length + 1);
  out.set(bytes);
  return out;
}

/** Flags of {@link mount} (linux/mount.h). */
export const mountFlags = {
  readOnly: 1,
  noSuid: 2,
  noDev: 4,
  noExec: 8,
  remount: 32,
  bind: 4096,
  recursive: 16384,
  private: 1 << 18,
} as const;

/** mount(2). `data` are the file system's own options, at most one page. */
export function mount(source: string, target: Path, type: string, flags: number, data = ''): void {
  if (calls().mount(cString(source), cString(target), cString(type), flags, cString(data)) !== 0)
    throw failure('mount', target);
}

/** umount2(2). `lazy`: detaches now, ends when nobody uses it any more (MNT_DETACH). */
export function unmount(target: Path, lazy = false): void {
  // UMOUNT_NOFOLLOW: a link put in the place of a mount point must not lead elsewhere.
  if (calls().umount2(cString(target), 8 | (lazy ? 2 : 0)) !== 0) throw failure('umount', target);
}

/** Device number as the kernel packs it (gnu_dev_makedev). */
function makeDevice(major: number, minor: number): bigint {
  const a = BigInt(major);
  const b = BigInt(minor);
  return ((a & 0xfffff000n) << 32n) | ((a & 0xfffn) << 8n) | ((b & 0xffffff00n) << 12n) | (b & 0xffn);
}

const typeBits = { fifo: 0o010000, character: 0o020000, block: 0o060000 } as const;

/** mknod(2) for devices and fifos; the mode is taken as it is only where the process has no umask. */
export function makeNode(
  path: Path,
  type: keyof typeof typeBits,
  mode: number,
  device: { readonly major: number; readonly minor: number } = { major: 0, minor: 0 },
): void {
  const number = makeDevice(device.major, device.minor);
  if (calls().mknod(cString(path), typeBits[type] | mode, number as unknown as number) !== 0)
    throw failure('mknod', path);
}

/** Sets an extended attribute of an open file, or of the path itself, not of what a symlink points at. */
export function setAttribute(path: Path | number, name: string, value: Uint8Array): void {
  const key = cString(name);
  const set =
    typeof path === 'number'
      ? calls().fsetxattr(path, key, value, value.length, 0)
      : calls().lsetxattr(cString(path), key, value, value.length, 0);
  if (set !== 0) throw failure('lsetxattr', named(path));
}

const reader =
  (target: Uint8Array, read: (target: Uint8Array, buffer: Uint8Array) => number) =>
  (buffer: Uint8Array): number =>
    read(target, buffer);

const named = (path: Path | number): Path => (typeof path === 'number' ? `/proc/self/fd/${path}` : path);

/** An extended attribute of a path, or of an open file; null where it has none of that name (or the file system none at all). */
export function getAttribute(path: Path | number, name: string): Uint8Array | null {
  const key = cString(name);
  const read =
    typeof path === 'number'
      ? (buffer: Uint8Array) => calls().fgetxattr(path, key, buffer, buffer.length)
      : reader(cString(path), (target, buffer) => calls().lgetxattr(target, key, buffer, buffer.length));
  for (let room = 256; ;) {
    const buffer = new Uint8Array(room);
    const length = read(buffer);
    if (length >= 0) return buffer.slice(0, length);
    const fault = failure('lgetxattr', named(path));
    if (fault.code === 'ENODATA' || fault.code === 'ENOTSUP' || fault.code === 'EOPNOTSUPP') return null;
    if (fault.code !== 'ERANGE' || room >= 65_536) throw fault;
    room = 65_536;
  }
}

/** Names of the extended attributes of a path, or of an open file, in byte order; bytes that are not UTF-8 as in names of files. */
export function listAttributes(path: Path | number): readonly string[] {
  const read =
    typeof path === 'number'
      ? (buffer: Uint8Array) => calls().flistxattr(path, buffer, buffer.length)
      : reader(cString(path), (target, buffer) => calls().llistxattr(target, buffer, buffer.length));
  for (let room = 1024; ;) {
    const buffer = new Uint8Array(room);
    const length = read(buffer);
    if (length === 0) return [];
    if (length > 0) {
      const bytes = Buffer.from(buffer.buffer, 0, length);
      const names: Buffer[] = [];
      for (let at = 0, end = 0; (end = bytes.indexOf(0, at)) >= 0; at = end + 1)
        names.push(bytes.subarray(at, end));
      return names.sort((one, other) => Buffer.compare(one, other)).map((name) => decodeName(name));
    }
    const fault = failure('llistxattr', named(path));
    if (fault.code === 'ENOTSUP' || fault.code === 'EOPNOTSUPP') return [];
    if (fault.code !== 'ERANGE' || room >= 65_536) throw fault;
    room = 65_536;
  }
}

/** Takes an extended attribute of an open file, or of the path itself, away. */
export function removeAttribute(path: Path | number, name: string): void {
  const key = cString(name);
  const removed =
    typeof path === 'number' ? calls().fremovexattr(path, key) : calls().lremovexattr(cString(path), key);
  if (removed !== 0) throw failure('lremovexattr', named(path));
}

/** Stands for the current directory in calls that take a descriptor (AT_FDCWD). */
export const atCurrentDirectory = -100;
const noFollow = 0x100;

/**
 * Sets the modification time of the path itself, with `follow` of what it leads to (`/proc/self/fd/N`), and its access time to
 * the same. Seconds and nanoseconds.
 */
export function setModified(path: Path, seconds: number, nanoseconds = 0, follow = false): void {
  const s = BigInt(Math.trunc(seconds));
  const n = BigInt(nanoseconds);
  const times = new BigInt64Array([s, n, s, n]);
  if (calls().utimensat(atCurrentDirectory, cString(path), times, follow ? 0 : noFollow) !== 0)
    throw failure('utimensat', path);
}

/** openat2(2) has this number on every architecture; the C library has no function for it. */
const openat2 = 437;
/** RESOLVE_NO_XDEV, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH (linux/openat2.h). */
const resolveHere = 0x01 | 0x04 | 0x08;
const closeOnExec = 0o2000000;

/**
 * A directory in a directory that is held open, as a descriptor for {@link closeHere}: neither through a link nor into what
 * is mounted there, which throws EXDEV (openat2(2), Linux 5.6). Null where the kernel has no such call, or a filter of system
 * calls keeps it from us.
 */
export function openDirectoryHere(directory: number, name: Path): number | null {
  const flags = openPath | constants.O_DIRECTORY | constants.O_NOFOLLOW | closeOnExec;
  const how = new BigUint64Array([BigInt(flags), 0n, BigInt(resolveHere)]);
  const fd = calls().syscall(openat2, directory, cString(name), how, how.byteLength);
  if (fd >= 0) return fd;
  const fault = failure('openat2', name);
  if (fault.code === 'ENOSYS' || fault.code === 'EPERM') return null;
  throw fault;
}

/** Closes a descriptor of {@link openDirectoryHere}; `node:fs` warns of those that it has not opened. */
export function closeHere(fd: number): void {
  calls().close(fd);
}

/** The calling thread's current directory as a descriptor to come back to; null where this user may not look. */
export function currentDirectory(): number | null {
  try {
    return openSync('.', openPath | constants.O_DIRECTORY);
  } catch {
    return null;
  }
}

/**
 * Runs `work` with the calling thread's own current directory set to `directory`, for relative names in mount options
 * (they must fit in one page), and goes back to where it was, or to `/` where it may not. Other threads keep theirs:
 * unshare(CLONE_FS) is for the thread that calls.
 */
export function inDirectory<T>(directory: Path, work: () => T): T {
  const cloneFs = 0x200;
  if (calls().unshare(cloneFs) !== 0) throw failure('unshare', directory);
  const before = currentDirectory();
  try {
    if (calls().chdir(cString(directory)) !== 0) throw failure('chdir', directory);
    try {
      return work();
    } finally {
      if (before === null || calls().fchdir(before) !== 0) calls().chdir(cString('/'));
    }
  } finally {
    if (before !== null) closeSync(before);
  }
}

/** Gives the calling thread a mount namespace of its own, a copy of the one that it was in (unshare(CLONE_NEWNS)). */
export function leaveMounts(): void {
  if (calls().unshare(0x20000) !== 0) throw failure('unshare', '/');
}

/** syncfs(2): writes the whole file system that a descriptor is on to disk. */
export function syncFileSystem(fd: number): void {
  if (calls().syncfs(fd) !== 0) throw failure('syncfs', String(fd));
}

/** Gives a file that is open and has no name one (linkat(2), AT_SYMLINK_FOLLOW). `open` is its link in /proc. Throws EEXIST. */
export function linkOpen(open: Path, target: Path): void {
  if (calls().linkat(atCurrentDirectory, cString(open), atCurrentDirectory, cString(target), 0x400) !== 0)
    throw failure('linkat', target);
}

/**
 * Renames without replacing, or exchanges two names in one step (renameat2(2)). Throws EEXIST, ENOENT, and EINVAL or ENOSYS
 * where the file system has no such call.
 */
export function renameOnly(from: Path, to: Path, how: 'new' | 'exchange'): void {
  const flags = how === 'new' ? 1 : 2;
  if (calls().renameat2(atCurrentDirectory, cString(from), atCurrentDirectory, cString(to), flags) !== 0)
    throw failure('renameat2', to);
}

/** pipe2(2): descriptors of a new pipe's two ends, which programs that are started do not inherit. The caller closes them. */
export function makePipe(): { readonly read: number; readonly write: number } {
  const ends = new Int32Array(2);
  if (calls().pipe2(ends, closeOnExec) !== 0) throw failure('pipe2', '');
  const [read = -1, write = -1] = ends;
  return { read, write };
}
