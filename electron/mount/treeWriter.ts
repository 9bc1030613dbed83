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
  mkdirSync,
  openSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { isListName } from '../../shared/layer/accessList';
import { LayerShape, namesOfShape, pathOf, type ShapeDirectory } from '../../shared/layer/layerShape';
import { opaquePath, whiteoutPath } from '../../shared/layer/whiteout';
import { HeldTree, pathIn, type FsPath } from '../system/beneath';
import { removeBeneath } from '../system/removeBeneath';
import { makeNode, setAttribute, setModified } from '../system/syscalls';
import type { TarHeader } from '../../shared/layer/tarHeader';
import { systemCode } from '../../shared/image/systemCode';
import { checkRoom, RoomWatch } from '../worker/freeSpace';
import type { TreeStyle } from '../worker/jobs';
import { leftOf, makeTreeRoot, setLists } from './accessLists';
import {
  holdDevice,
  impliedMetadata,
  isImplied,
  isTaken,
  nameLimit,
  targetBytes,
  type FileTarget,
  type LayerTarget,
  type Metadata,
  type TreeEnd,
} from './treeRules';

/** Who has what belongs to an ID that cannot be given here. */
const nobody = 65_534;

/** Where files are kept that only hard links give names: no entry is ever put there (`isAufsPath`). */
const asideFolder = '.wh..wh.plnk';
const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Up to here a path is as it is: Linux takes 4095 bytes, a character has three at most. What is longer goes by descriptors. */
const plainPath = 1300;

/** What a directory takes of a disk (ext4; others take as much as they need). */
const directoryBytes = 4096;

function codeOf(thrown: unknown): string {
  return systemCode(thrown) ?? '';
}

/** What a shape holds: of directories their metadata, of anything else whether it is there. */
type Held = Metadata | 'there' | 'left out';

/**
 * Writes a tree below `root` that nobody else writes, from entries that nobody vouches for. What goes where is said by a
 * `LayerShape`, whose paths have no link on the way; the kernel never follows one either, for everything is made where
 * nothing is (`O_EXCL`, mkdir, symlink, link, mknod), and what gives way is removed first. So a path leads through
 * directories alone that were made here (CVE-2021-32803), also on a file system that takes two names for one: that fails.
 */
export class TreeWriter implements LayerTarget {
  private readonly shape: LayerShape<Held>;
  private hasAside = false;
  private readonly umask: number;
  private held: HeldTree | null = null;
  /** Objects with access lists that name users or groups which cannot be said here. */
  leftLists = 0;

  /** Makes the root, which must not exist; `label` is what the person knows the tree as. */
  constructor(
    private readonly root: string,
    private readonly style: TreeStyle,
    label: string,
  ) {
    makeTreeRoot(root);
    this.umask = process.umask();
    const room = new RoomWatch(root, label);
    const watch = {
      made: (real: string) => {
        room.take(directoryBytes);
        mkdirSync(this.at(real), { mode: 0o700 });
      },
      removed: (real: string) => {
        removeBeneath(this.at(real));
        this.held?.forget();
      },
    };
    this.shape = new LayerShape<Held>(watch, { name: nameLimit });
  }

  /** A path below the root as the file system takes it; bytes that are not UTF-8 stay what they are. To be used at once. */
  private at(real: string): FsPath {
    return this.isPlain(real) ? pathIn(this.root, real) : this.tree().at(real);
  }

  /** The same as a string for system calls, which encode it themselves. */
  private text(real: string): string {
    if (!this.isPlain(real)) return this.tree().textAt(real);
    return real === '' ? this.root : `${this.root}/${real}`;
  }

  private isPlain(real: string): boolean {
    return this.root.length + real.length < plainPath;
  }

  private tree(): HeldTree {
    return (this.held ??= new HeldTree(this.root));
  }

  /** Lets go of what is held open. */
  close(): void {
    this.held?.close();
    this.held = null;
  }

  /** Makes the place of an object; gives its real path. */
  private place(path: string, held: Held, target: string | null = null): string {
    const { parent, name } = this.shape.object(path, held, target);
    return pathOf(parent, name);
  }

  /**
   * Gives an object its recorded owner. One that this user's range of IDs has not goes to `nobody`; the index of the layer
   * remembers whose it was, and a commit writes that.
   */
  private own(real: string, { uid, gid }: Metadata): void {
    if (this.style.owners === 'single' || (uid === 0 && gid === 0)) return;
    this.chown(uid, gid, (u, g) => lchownSync(this.at(real), u, g));
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

  /** Sets the attributes, and returns the mode that is to be set then. */
  private attributes(real: string, { xattrs, mode }: Metadata): number {
    for (const [name, value] of xattrs) {
      if (!isTaken(name) || isListName(name)) continue;
      try {
        setAttribute(this.text(real), name, value);
      } catch (thrown) {
        const code = codeOf(thrown);
        const vital = name === 'security.capability' && this.style.owners === 'kept';
        if (vital || !['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'EINVAL'].includes(code)) throw thrown;
      }
    }
    if (leftOf(xattrs, this.style)) this.leftLists++;
    return setLists(this.text(real), mode, xattrs, this.style);
  }

  /** Sets the times last, since everything else changes them. */
  private dated(real: string, { seconds, nanoseconds }: Metadata): void {
    setModified(this.text(real), seconds, nanoseconds);
  }

  /** Begins a regular file; give it its contents, `size` bytes without its holes, then {@link TreeFile.end}. */
  file(path: string, metadata: Metadata, { size }: Pick<TarHeader, 'size'>): TreeFile {
    checkRoom(this.root, size, `/${path}`);
    return this.begin(this.place(path, 'there'), metadata);
  }

  /**
   * The same of a file that hard links will name. Until the end it lies in a folder of a name that no tree has; those that
   * nothing named go with it.
   */
  fileAside(name: string, metadata: Metadata, { size }: Pick<TarHeader, 'size'>): TreeFile {
    checkRoom(this.root, size, `/${name}`);
    this.shape.keepAside(name, 'there');
    if (!this.hasAside) mkdirSync(this.at(asideFolder), { mode: 0o700 });
    this.hasAside = true;
    const real = `${asideFolder}/${name}`;
    removeBeneath(this.at(real));
    return this.begin(real, metadata);
  }

  private begin(real: string, metadata: Metadata): TreeFile {
    const mode = metadata.mode & 0o777;
    const fd = openSync(this.at(real), newFile, mode);
    return new TreeFile(fd, () => {
      const { uid, gid, seconds, nanoseconds, xattrs } = metadata;
      if (this.style.owners === 'kept' && (uid !== 0 || gid !== 0)) {
        this.chown(uid, gid, (u, g) => fchownSync(fd, u, g));
      }
      // A change of owner takes setuid and capabilities away: they come after it. Access lists change the mode.
      if (xattrs.size > 0) fchmodSync(fd, this.attributes(real, metadata));
      else if ((mode & ~this.umask) !== metadata.mode) fchmodSync(fd, metadata.mode);
      // Node takes a time before 1970 for now.
      if (nanoseconds === 0 && seconds >= 0) futimesSync(fd, seconds, seconds);
      else this.dated(real, metadata);
    });
  }

  directoryEntry(path: string, metadata: Metadata): void {
    this.shape.directory(path, metadata);
  }

  symlink(path: string, target: string, metadata: Metadata): void {
    const bytes = targetBytes(target);
    const real = this.place(path, 'there', target);
    symlinkSync(Buffer.from(bytes), this.at(real));
    this.own(real, metadata);
    if (metadata.xattrs.size > 0) this.attributes(real, metadata);
    this.dated(real, metadata);
  }

  /** Another name for a file of this tree; the target is resolved in the same way, and must be there. */
  hardlink(path: string, target: string): void {
    const before = this.shape.hardlink(path, target);
    if (before === null || before.again || before.object.data === 'left out') return;
    const from =
      before.aside === undefined
        ? pathOf(before.from.parent, before.from.name)
        : `${asideFolder}/${before.aside}`;
    const real = pathOf(before.place.parent, before.place.name);
    if (this.isPlain(from) && this.isPlain(real)) linkSync(this.at(from), this.at(real));
    else this.tree().both(from, real, (one, other) => linkSync(one, other));
  }

  /** What is no part of the layer. */
  unplaced(path: string): void {
    this.shape.unplaced(path);
  }

  /** A device or a fifo; false when this user may not make it. */
  node(
    path: string,
    type: 'character' | 'block' | 'fifo',
    device: { readonly major: number; readonly minor: number },
    metadata: Metadata,
  ): boolean {
    holdDevice(device);
    const leftOut = type !== 'fifo' && !this.style.devices;
    const real = this.place(path, leftOut ? 'left out' : 'there');
    if (leftOut) return false;
    makeNode(this.text(real), type, metadata.mode & 0o777, device);
    this.own(real, metadata);
    const mode = this.attributes(real, metadata);
    chmodSync(this.at(real), mode);
    this.dated(real, metadata);
    return true;
  }

  whiteout(path: string): void {
    this.shape.whiteout(path);
  }

  opaque(path: string): void {
    this.shape.opaque(path);
  }

  /** Makes the marks of deletions, and gives directories their own mode, owner and times, the deepest first. */
  end(): TreeEnd {
    const { shape } = this;
    if (this.hasAside) removeBeneath(this.at(asideFolder));
    shape.finish();
    const all: { readonly real: string; readonly directory: ShapeDirectory<Held> }[] = [
      { real: '', directory: shape.root },
    ];
    for (const { path, node } of namesOfShape(shape))
      if (node.kind === 'directory') all.push({ real: path, directory: node });
      else if (node.kind === 'whiteout') this.mark(path);
    for (const { real, directory } of all.reverse()) {
      // For the root overlayfs has no mark: who stacks the layers leaves out what is below.
      if (directory.opaque && real !== '') this.makeOpaque(real);
      if (this.style.whiteouts === 'device' && hasMarks(directory))
        setAttribute(this.text(real), `${this.style.attributes}.overlay.origin`, new Uint8Array(0));
      const metadata =
        typeof directory.data === 'object' ? (directory.data ?? impliedMetadata) : impliedMetadata;
      this.own(real, metadata);
      const mode = this.attributes(real, metadata);
      chmodSync(this.at(real), mode);
      this.dated(real, metadata);
    }
    const implied = all.filter(({ real, directory }) => real !== '' && isImplied(directory)).length;
    return { opaqueRoot: shape.root.opaque, impliedRoot: isImplied(shape.root), implied };
  }

  /** The mark of a deletion: a device 0:0, or for fuse-overlayfs a file `.wh.NAME`. */
  private mark(real: string): void {
    if (this.style.whiteouts === 'device') makeNode(this.text(real), 'character', 0);
    else closeSync(openSync(this.at(whiteoutPath(real)), newFile, 0o600));
  }

  private makeOpaque(real: string): void {
    if (this.style.whiteouts === 'file') closeSync(openSync(this.at(opaquePath(real)), newFile, 0o600));
    else setAttribute(this.text(real), `${this.style.attributes}.overlay.opaque`, Uint8Array.of(0x79));
  }
}

/**
 * Whether deletions are in a directory. overlayfs lists those of a directory that no other layer has, unless it is marked: see
 * `erofsAttributes.ts`.
 */
function hasMarks({ children }: ShapeDirectory<Held>): boolean {
  for (const { kind } of children.values()) if (kind === 'whiteout') return true;
  return false;
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
