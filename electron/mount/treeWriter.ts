import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  ftruncateSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { decodeName, encodeName } from '../../shared/layer/entryPath';
import { makeNode, setAttribute, setModified } from '../system/syscalls';
import type { TreeStyle } from '../worker/jobs';
import {
  implied,
  isTaken,
  linkLimit,
  TreeFault,
  type FileTarget,
  type LayerTarget,
  type Metadata,
} from './treeRules';

/** Who has what belongs to an ID that cannot be given here. */
const nobody = 65_534;

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

type FsPath = string | Buffer;

function codeOf(thrown: unknown): string {
  return (thrown as NodeJS.ErrnoException).code ?? '';
}

/**
 * Writes a tree below `root` that nobody else writes, from entries that nobody vouches for. No link is ever followed by
 * the kernel: every directory on the way is looked at with lstat, links among them are resolved here and never lead out
 * of the root (`..` at the root stays there, an absolute target begins at the root, as in a chroot). What is known of
 * directories is forgotten as soon as anything is removed (CVE-2021-32803).
 */
export class TreeWriter implements LayerTarget {
  /** Logical paths of directories with the real path below the root that they lead to. */
  private directories = new Map<string, string>([['', '']]);
  /** What directories will look like, by real path; set at the end, for writing into them changes it. */
  private readonly finish = new Map<string, Metadata>();
  private readonly whiteouts = new Set<string>();
  private readonly umask: number;

  /** Makes the root, which must not exist. */
  constructor(
    private readonly root: string,
    private readonly style: TreeStyle,
  ) {
    mkdirSync(root, { mode: 0o700 });
    this.umask = process.umask();
    this.finish.set('', implied);
  }

  /** A path below the root as the file system takes it; bytes that are not UTF-8 stay what they are. */
  private at(real: string): FsPath {
    const path = real === '' ? this.root : `${this.root}/${real}`;
    return /[\ud800-\udfff]/.test(path) ? Buffer.from(encodeName(path)) : path;
  }

  /** The real path of a directory, made with its parents where it is missing. */
  private directory(path: string): string {
    const known = this.directories.get(path);
    if (known !== undefined) return known;
    const real = this.walk(path.split('/'), 0);
    this.directories.set(path, real);
    return real;
  }

  /** Resolves components from the root on, making directories that are missing. */
  private walk(components: readonly string[], links: number): string {
    let real = '';
    for (let i = 0; i < components.length; i++) {
      const name = components[i] ?? '';
      if (name === '' || name === '.') continue;
      if (name === '..') {
        real = real.slice(0, Math.max(0, real.lastIndexOf('/')));
        continue;
      }
      const next = real === '' ? name : `${real}/${name}`;
      const info = lstatSync(this.at(next), { throwIfNoEntry: false });
      if (info?.isSymbolicLink() === true) {
        if (links >= linkLimit) throw new TreeFault('too many links on the way');
        const target = decodeName(readlinkSync(this.at(next), { encoding: 'buffer' }));
        const base = target.startsWith('/') ? [] : real.split('/');
        return this.walk([...base, ...target.split('/'), ...components.slice(i + 1)], links + 1);
      }
      if (info === undefined || !info.isDirectory()) {
        // Something else in the place of a directory gives way, as it does for every other tool.
        const hidden = this.unhide(next);
        if (info !== undefined) this.remove(next);
        mkdirSync(this.at(next), { mode: 0o700 });
        this.finish.set(next, implied);
        if (hidden) this.makeOpaque(next);
      }
      real = next;
    }
    return real;
  }

  /** Where an entry goes: its parent resolved, its own name as it is. */
  private place(path: string): string {
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? '' : this.directory(path.slice(0, slash));
    const name = path.slice(slash + 1);
    return parent === '' ? name : `${parent}/${name}`;
  }

  private remove(real: string): void {
    rmSync(this.at(real), { recursive: true, force: true });
    this.directories = new Map([['', '']]);
    for (const key of this.finish.keys())
      if (key === real || key.startsWith(`${real}/`)) this.finish.delete(key);
    for (const key of this.whiteouts)
      if (key === real || key.startsWith(`${real}/`)) this.whiteouts.delete(key);
  }

  /** Runs `make` where nothing is; what is there gives way first. */
  private replace(real: string, make: () => void): void {
    this.unhide(real);
    try {
      make();
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') throw thrown;
      this.remove(real);
      make();
    }
  }

  /** Takes back the mark of a deletion where marks are files of their own: what comes now is there. */
  private unhide(real: string): boolean {
    if (this.whiteouts.size === 0 || !this.whiteouts.has(real)) return false;
    if (this.style.whiteouts === 'file') {
      rmSync(this.at(this.marked(real)), { force: true });
      this.whiteouts.delete(real);
    }
    return true;
  }

  /**
   * Gives an object its recorded owner. One that this user's range of IDs has not goes to `nobody`; the index of the layer
   * remembers whose it was, and a commit writes that.
   */
  private own(real: string, { uid, gid }: Metadata): void {
    if (this.style.owners === 'single' || (uid === 0 && gid === 0)) return;
    const path = this.at(real);
    this.chown(uid, gid, (u, g) => lchownSync(path, u, g));
  }

  private chown(uid: number, gid: number, apply: (uid: number, gid: number) => void): void {
    try {
      apply(uid, gid);
      return;
    } catch (thrown) {
      if (codeOf(thrown) !== 'EINVAL') throw thrown;
    }
    try {
      apply(nobody, nobody);
    } catch (thrown) {
      if (codeOf(thrown) !== 'EINVAL') throw thrown;
    }
  }

  private attributes(real: string, { xattrs }: Metadata): void {
    for (const [name, value] of xattrs) {
      if (!isTaken(name)) continue;
      const path = real === '' ? this.root : `${this.root}/${real}`;
      try {
        setAttribute(path, name, value);
      } catch (thrown) {
        const code = codeOf(thrown);
        const vital = name === 'security.capability' && this.style.owners === 'kept';
        if (vital || !['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL'].includes(code)) throw thrown;
      }
    }
  }

  /** Sets the times last, since everything else changes them. */
  private dated(real: string, { seconds, nanoseconds }: Metadata): void {
    setModified(real === '' ? this.root : `${this.root}/${real}`, seconds, nanoseconds);
  }

  /** Begins a regular file; give it its contents, then {@link TreeFile.end}. */
  file(path: string, metadata: Metadata): TreeFile {
    const real = this.place(path);
    const mode = metadata.mode & 0o777;
    let fd = -1;
    this.replace(real, () => (fd = openSync(this.at(real), newFile, mode)));
    return new TreeFile(fd, () => {
      const { uid, gid, seconds, nanoseconds, xattrs } = metadata;
      if (this.style.owners === 'kept' && (uid !== 0 || gid !== 0)) {
        this.chown(uid, gid, (u, g) => fchownSync(fd, u, g));
      }
      // A change of owner takes setuid and capabilities away: they come after it.
      if ((mode & ~this.umask) !== metadata.mode) fchmodSync(fd, metadata.mode);
      if (xattrs.size > 0) this.attributes(real, metadata);
      if (nanoseconds === 0) futimesSync(fd, seconds, seconds);
      else this.dated(real, metadata);
    });
  }

  directoryEntry(path: string, metadata: Metadata): void {
    const real = path === '' ? '' : this.place(path);
    if (real !== '') {
      const info = lstatSync(this.at(real), { throwIfNoEntry: false });
      if (info?.isDirectory() !== true) {
        const hidden = this.unhide(real);
        if (info !== undefined) this.remove(real);
        mkdirSync(this.at(real), { mode: 0o700 });
        // Deleted and made anew in one layer: nothing of the old one may show through.
        if (hidden) this.makeOpaque(real);
      }
    }
    this.finish.set(real, metadata);
  }

  symlink(path: string, target: string, metadata: Metadata): void {
    const real = this.place(path);
    const bytes = encodeName(target);
    if (bytes.length === 0) throw new TreeFault('is a link to nothing');
    this.replace(real, () => symlinkSync(Buffer.from(bytes), this.at(real)));
    this.own(real, metadata);
    if (metadata.xattrs.size > 0) this.attributes(real, metadata);
    this.dated(real, metadata);
  }

  /** Another name for a file of this tree; the target is resolved in the same way, and must be there. */
  hardlink(path: string, target: string): void {
    const from = this.place(target);
    const info = lstatSync(this.at(from), { throwIfNoEntry: false });
    if (info === undefined) throw new TreeFault(`is a hard link to ${target}, which is not in the layer`);
    if (info.isDirectory()) throw new TreeFault(`is a hard link to the directory ${target}`);
    const real = this.place(path);
    if (real === from) return;
    try {
      this.replace(real, () => linkSync(this.at(from), this.at(real)));
    } catch (thrown) {
      // What gave way for the link may have been its target, or have had it inside.
      if (codeOf(thrown) !== 'ENOENT') throw thrown;
      throw new TreeFault(`is a hard link to ${target}, which it replaces`);
    }
  }

  /** A device or a fifo; false when this user may not make it. */
  node(
    path: string,
    type: 'character' | 'block' | 'fifo',
    device: { readonly major: number; readonly minor: number },
    metadata: Metadata,
  ): boolean {
    if (type !== 'fifo' && !this.style.devices) return false;
    // The numbers 0:0 are a whiteout to overlayfs: an archive must not say by a device what it says by a name.
    if (type === 'character' && device.major === 0 && device.minor === 0) return false;
    const real = this.place(path);
    const where = `${this.root}/${real}`;
    this.replace(real, () => makeNode(where, type, metadata.mode & 0o777, device));
    this.own(real, metadata);
    chmodSync(this.at(real), metadata.mode);
    if (metadata.xattrs.size > 0) this.attributes(real, metadata);
    this.dated(real, metadata);
    return true;
  }

  /** A deletion of what lies below. What this same layer puts there stays; a directory then hides what was below it. */
  whiteout(path: string): void {
    const real = this.place(path);
    const info = lstatSync(this.at(real), { throwIfNoEntry: false });
    if (info !== undefined) {
      if (info.isDirectory()) this.makeOpaque(real);
      return;
    }
    if (this.style.whiteouts === 'device') makeNode(`${this.root}/${real}`, 'character', 0);
    else closeSync(openSync(this.at(this.marked(real)), newFile, 0o600));
    this.whiteouts.add(real);
  }

  /** The `.wh.` name of a path, for fuse-overlayfs. */
  private marked(real: string): string {
    const slash = real.lastIndexOf('/') + 1;
    return `${real.slice(0, slash)}.wh.${real.slice(slash)}`;
  }

  /** A directory that hides what lies below it; true when it is the root, for which overlayfs has no mark. */
  opaque(path: string): boolean {
    const real = path === '' ? '' : this.directory(path);
    if (real === '') return true;
    this.makeOpaque(real);
    return false;
  }

  private makeOpaque(real: string): void {
    if (this.style.whiteouts === 'file') {
      const mark = this.at(`${real}/.wh..wh..opq`);
      if (lstatSync(mark, { throwIfNoEntry: false }) === undefined) closeSync(openSync(mark, newFile, 0o600));
      return;
    }
    setAttribute(`${this.root}/${real}`, `${this.style.attributes}.overlay.opaque`, Uint8Array.of(0x79));
  }

  /** Gives directories their own mode, owner and times, the deepest first. */
  end(): void {
    const depth = (path: string): number => (path === '' ? 0 : path.split('/').length);
    const all = [...this.finish].map(([real, metadata]) => ({ real, metadata, depth: depth(real) }));
    all.sort((a, b) => b.depth - a.depth);
    for (const { real, metadata } of all) {
      this.own(real, metadata);
      chmodSync(this.at(real), metadata.mode);
      if (metadata.xattrs.size > 0) this.attributes(real, metadata);
      this.dated(real, metadata);
    }
  }
}

/** A file that a {@link TreeWriter} has opened. */
export class TreeFile implements FileTarget {
  private position = 0;
  private sought = false;

  constructor(
    private readonly fd: number,
    private readonly dress: () => void,
  ) {}

  write(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) at += writeSync(this.fd, bytes, at, bytes.length - at, this.position + at);
    this.position += bytes.length;
  }

  /** Goes on at `position`; what is passed over is a hole. */
  seek(position: number): void {
    this.position = position;
    this.sought = true;
  }

  /** Sets the metadata and closes the file; it ends where writing or {@link TreeFile.seek} has come to. */
  end(): void {
    try {
      if (this.sought) ftruncateSync(this.fd, this.position);
      this.dress();
    } finally {
      closeSync(this.fd);
    }
  }

  abandon(): void {
    closeSync(this.fd);
  }
}
