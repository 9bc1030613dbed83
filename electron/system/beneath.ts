import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  type BigIntStats,
} from 'node:fs';
import { decodeName, encodeName } from '../../shared/layer/entryPath';
import { systemCode } from '../../shared/image/systemCode';
import { OwnDescriptor } from './ownDescriptor';

/**
 * Trees that somebody else can write to while we read them, or that are deeper than a path can say: every name is looked up
 * in a directory that is held open, and no link is followed on the way. Between looking at a path and opening it a process
 * that works in the tree could put a link to the host's files there (the class of CVE-2018-15664); what a descriptor stands
 * for cannot be exchanged. Node has no calls that take a descriptor and a name: `/proc/self/fd/N/NAME` says the same, where
 * the last name is not followed. Linux only; needs nothing but Node.
 */

/** A path as the file system takes it. */
export type FsPath = string | Buffer;

/** open(2), O_PATH: a descriptor that only names an object. Not among Node's own constants. */
export const openPath = 0o10000000;

/** Directories that one tree keeps open beside its anchors. */
const heldLimit = 128;
/** Of the way to a deep directory every so many levels one stays open, so that the way back needs no start from the root. */
const anchorSpacing = 256;

/** A path below a root; bytes that are not UTF-8 (lone surrogates, see entryPath.ts) stay what they are. */
export function pathIn(root: string, path: string): FsPath {
  const whole = path === '' ? root : `${root}/${path}`;
  return /[\ud800-\udfff]/.test(whole) ? Buffer.from(encodeName(whole)) : whole;
}

/** Where a descriptor is found: for a directory with the dot it is the directory, without it a link of /proc to it. */
export const heldPath = (fd: number): string => `/proc/self/fd/${fd}/.`;

/** Whether a fault says that a path leads nowhere by now: something on it is gone, or is no directory. */
export function leadsNowhere(thrown: unknown): boolean {
  const code = systemCode(thrown);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}

/** Whether two looks at an object were at the same one. Numbers of inodes are used again, their birth tells them apart. */
export function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return (
    a.ino === b.ino &&
    a.dev === b.dev &&
    ((a.mode ^ b.mode) & 0o170000n) === 0n &&
    a.birthtimeNs === b.birthtimeNs
  );
}

/**
 * What tells a file with several names from all others: an inode's number alone counts on one file system only, and is given
 * to another file when this one is gone.
 */
export function identityOf({ dev, ino, birthtimeNs, mode }: BigIntStats): string {
  return `${dev}:${ino}:${birthtimeNs}:${mode & 0o170000n}`;
}

/** A name in a directory. */
export interface HeldMember {
  readonly name: string;
  /** The directory says that it is a regular file. It may be something else by now, or on a file system that does not say. */
  readonly isFile: boolean;
}

/** A regular file that is open for reading, and what it was just before. */
export interface OpenFile {
  readonly fd: number;
  readonly info: BigIntStats;
}

/**
 * Opens a regular file for reading; null where there is something else. A link is not followed, and of a device, fifo or
 * socket not even the opening is felt: what is there is held first, looked at, and then that very object opened.
 */
export function openRegular(at: FsPath): OpenFile | null {
  const pinned = openSync(at, openPath | constants.O_NOFOLLOW);
  try {
    const info = fstatSync(pinned, { bigint: true });
    if (!info.isFile()) return null;
    // Without O_NONBLOCK a lease that somebody holds would keep us waiting.
    const fd = openSync(`/proc/self/fd/${pinned}`, constants.O_RDONLY | constants.O_NONBLOCK);
    return { fd, info };
  } finally {
    closeSync(pinned);
  }
}

interface Held {
  readonly path: string;
  readonly fd: number;
}

function noEntry(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`ENOENT: no such path '${path}'`), { code: 'ENOENT' });
}

/**
 * A tree whose directories are reached by descriptors. Paths are relative to the root, spelled as in `entryPath.ts`, and of
 * any length; what they are made of is never followed as a link. A path that {@link HeldTree.at} returns holds until the
 * next call of a method: use it at once. The number of descriptors is bounded, however deep the tree is.
 */
export class HeldTree {
  private readonly root: number;
  /** The longest unused first. */
  private readonly held = new Map<string, number>();
  private readonly anchors: (Held | undefined)[] = [];
  private last: Held;

  /** Opens the root, which is ours and may be reached through links of the person's own. Throws what open(2) does. */
  constructor(root: FsPath) {
    this.root = openSync(root, openPath | constants.O_DIRECTORY);
    this.last = { path: '', fd: this.root };
  }

  /** Closes all descriptors. */
  close(): void {
    this.forget();
    closeSync(this.root);
  }

  /** Forgets what is known of directories, to be called when some of them were removed or renamed by ourselves. */
  forget(): void {
    const fds = [...this.held.values(), ...this.anchors.flatMap((anchor) => (anchor ? [anchor.fd] : []))];
    this.held.clear();
    this.anchors.length = 0;
    // Nothing was written through them.
    for (const fd of fds) new OwnDescriptor(fd).drop();
    this.last = { path: '', fd: this.root };
  }

  /**
   * The object itself as calls of `node:fs` and of `syscalls.ts` take it that do not follow a link in the last place. Throws
   * ENOENT, ENOTDIR or ELOOP where a directory above it is not there (see {@link leadsNowhere}).
   */
  at(path: string): FsPath {
    const text = this.textAt(path);
    return /[\ud800-\udfff]/.test(text) ? Buffer.from(encodeName(text)) : text;
  }

  /** The same as a string for system calls, which encode it themselves. */
  textAt(path: string): string {
    if (path === '') return heldPath(this.root);
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (name === '' || name === '.' || name === '..') throw noEntry(path);
    return `/proc/self/fd/${this.open(slash < 0 ? '' : path.slice(0, slash))}/${name}`;
  }

  /** Runs `work` with two objects at once, as {@link HeldTree.at} returns one. */
  both<T>(one: string, other: string, work: (one: FsPath, other: FsPath) => T): T {
    const slash = one.lastIndexOf('/');
    const directory = this.directory(slash < 0 ? '' : one.slice(0, slash));
    // On the way to the other the directory of the first could be closed: it is held once more.
    const fd = openSync(directory, openPath | constants.O_DIRECTORY);
    try {
      return work(pathIn(`/proc/self/fd/${fd}`, one.slice(slash + 1)), this.at(other));
    } finally {
      closeSync(fd);
    }
  }

  /** The directory at a path, held open, as something to list or to look at. Throws as {@link HeldTree.at} does. */
  directory(path: string): string {
    return heldPath(this.open(path));
  }

  /** `lstat` to the nanosecond, or null where nothing is, also where something on the way is no directory. */
  look(path: string): BigIntStats | null {
    try {
      return lstatSync(this.at(path), { bigint: true, throwIfNoEntry: false }) ?? null;
    } catch (thrown) {
      if (leadsNowhere(thrown)) return null;
      throw thrown;
    }
  }

  /** Names in a directory in byte order. Throws as {@link HeldTree.at} does. */
  names(path: string): string[] {
    const names = readdirSync(this.directory(path), { encoding: 'buffer' });
    return names.sort((a, b) => Buffer.compare(a, b)).map((name) => decodeName(name));
  }

  /** {@link HeldTree.names} with what the directory says of each, which costs no look at them. */
  members(path: string): HeldMember[] {
    const members = readdirSync(this.directory(path), { encoding: 'buffer', withFileTypes: true });
    return members
      .sort((a, b) => Buffer.compare(a.name, b.name))
      .map((member) => ({ name: decodeName(member.name), isFile: member.isFile() }));
  }

  /** Target of a symlink. */
  target(path: string): string {
    return decodeName(readlinkSync(this.at(path), { encoding: 'buffer' }));
  }

  /** A regular file, open for reading; null where there is something else (see {@link openRegular}). */
  file(path: string): OpenFile | null {
    return openRegular(this.at(path));
  }

  private find(path: string): number | undefined {
    if (path === '') return this.root;
    const fd = this.held.get(path);
    if (fd !== undefined) {
      this.held.delete(path);
      this.held.set(path, fd);
    }
    return fd;
  }

  /** A descriptor of a directory, reached from the nearest one above it that is open. */
  private open(path: string): number {
    if (path === this.last.path) return this.last.fd;
    let fd = this.find(path);
    if (fd === undefined) fd = this.descend(path);
    this.last = { path, fd };
    return fd;
  }

  private descend(path: string): number {
    let depth = 1;
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth++;
    const missing: string[] = [];
    let fd = this.root;
    for (let at = path; ; depth--) {
      const anchor = depth % anchorSpacing === 0 ? this.anchors[depth / anchorSpacing] : undefined;
      const known =
        anchor?.path === at ? anchor.fd : missing.length < anchorSpacing ? this.find(at) : undefined;
      if (known !== undefined) {
        fd = known;
        break;
      }
      missing.push(at);
      const slash = at.lastIndexOf('/');
      if (slash < 0) {
        depth = 0;
        break;
      }
      at = at.slice(0, slash);
    }
    for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
      const name = next.slice(next.lastIndexOf('/') + 1);
      if (name === '' || name === '.' || name === '..') throw noEntry(path);
      const at = pathIn(`/proc/self/fd/${fd}`, name);
      fd = openSync(at, openPath | constants.O_DIRECTORY | constants.O_NOFOLLOW);
      this.hold(next, fd, ++depth);
    }
    return fd;
  }

  private hold(path: string, fd: number, depth: number): void {
    if (depth % anchorSpacing === 0) {
      const level = depth / anchorSpacing;
      const before = this.anchors[level];
      this.anchors[level] = { path, fd };
      if (before) this.release(before.fd);
      return;
    }
    const before = this.held.get(path);
    if (before !== undefined) this.release(before);
    this.held.set(path, fd);
    if (this.held.size <= heldLimit) return;
    for (const [oldest, oldFd] of this.held) {
      this.held.delete(oldest);
      this.release(oldFd);
      return;
    }
  }

  private release(fd: number): void {
    closeSync(fd);
    if (this.last.fd === fd) this.last = { path: '', fd: this.root };
  }
}

/** Runs `work` with a tree that is held open for it. */
export function withTree<T>(root: FsPath, work: (tree: HeldTree) => T): T {
  const tree = new HeldTree(root);
  try {
    return work(tree);
  } finally {
    tree.close();
  }
}
