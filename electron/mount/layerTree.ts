import { decodeName, encodeName } from '../../shared/layer/entryPath';
import type { TarHeader } from '../../shared/layer/tarHeader';
import { implied, linkLimit, TreeFault, type FileTarget, type LayerTarget, type Metadata } from './treeRules';

/** A layer as a tree in memory: the rules of `treeWriter.ts` without a file system. */

/** A part of a file that stands in the layer's tar; what no extent covers is a hole. All in bytes. */
export interface Extent {
  /** Where it begins in the file. */
  readonly position: number;
  /** Where it begins in the uncompressed tar. */
  readonly offset: number;
  readonly length: number;
}

/** What has several names when hard links say so. */
interface Named {
  /** How many names it has in the tree; none when something else took its place. */
  links: number;
}

/** A regular file. */
export interface FileNode extends Named {
  readonly kind: 'file';
  readonly metadata: Metadata;
  size: number;
  extents: readonly Extent[];
}

/** A symbolic link. */
export interface SymlinkNode extends Named {
  readonly kind: 'symlink';
  readonly metadata: Metadata;
  readonly target: Uint8Array;
}

/** A device, a fifo, or a whiteout (`character` 0:0, which an archive's own device can never be). */
export interface SpecialNode extends Named {
  readonly kind: 'character' | 'block' | 'fifo';
  readonly metadata: Metadata;
  readonly major: number;
  readonly minor: number;
}

/** A directory. */
export interface DirectoryNode {
  readonly kind: 'directory';
  metadata: Metadata;
  /** Hides what is below it. */
  opaque: boolean;
  /** Null for the root, and for what is no longer in the tree. */
  parent: DirectoryNode | null;
  readonly children: Map<string, TreeNode>;
  /** Bytes of its path. */
  readonly pathLength: number;
}

/** What a name in a tree stands for. */
export type TreeNode = DirectoryNode | FileNode | SymlinkNode | SpecialNode;

/** A tree with more in it than memory should hold. */
export class TreeTooLarge extends Error {
  override name = 'TreeTooLarge';
}

/** Longest name and longest path of Linux, in bytes (limits.h: NAME_MAX; PATH_MAX less the zero). */
const nameLimit = 255;
const pathLimit = 4095;
/** Most of a device's numbers that a kernel knows (new_encode_dev). */
const majorLimit = 0xfff;
const minorLimit = 0xfffff;

const hidden: Metadata = { ...implied, mode: 0 };

/** Where an entry is: a directory of the tree, and a name in it. */
interface Place {
  readonly parent: DirectoryNode;
  readonly name: string;
}

function byteLength(name: string): number {
  return name.length > 85 ? encodeName(name).length : Buffer.byteLength(name);
}

function isWhiteout(node: TreeNode | undefined): boolean {
  return node?.kind === 'character' && node.major === 0 && node.minor === 0;
}

/**
 * Makes a tree of entries that nobody vouches for. Paths are resolved as `TreeWriter` resolves them: links among the
 * layer's own entries never lead out of the root, and the last component is never followed.
 */
export class LayerTree implements LayerTarget {
  readonly root: DirectoryNode = {
    kind: 'directory',
    metadata: implied,
    opaque: false,
    parent: null,
    children: new Map(),
    pathLength: 0,
  };
  private made = 1;
  private last: { readonly path: string; readonly directory: DirectoryNode } | null = null;

  /** @param limit most objects that are made before {@link TreeTooLarge} is thrown */
  constructor(private readonly limit: number) {}

  /** The directory of a path, made with its parents where it is missing. */
  private directory(path: string): DirectoryNode {
    if (this.last?.path === path) return this.last.directory;
    const directory = this.walk(path);
    this.last = { path, directory };
    return directory;
  }

  private walk(path: string): DirectoryNode {
    const ahead = path.split('/').reverse();
    let links = 0;
    let at = this.root;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        at = at.parent ?? this.root;
        continue;
      }
      const found = at.children.get(name);
      if (found?.kind === 'symlink') {
        if (++links > linkLimit) throw new TreeFault('too many links on the way');
        const target = decodeName(found.target);
        if (target.startsWith('/')) at = this.root;
        ahead.push(...target.split('/').reverse());
      } else if (found?.kind === 'directory') at = found;
      // Something else in the place of a directory gives way, as it does for every other tool.
      else at = this.newDirectory({ parent: at, name }, isWhiteout(found));
    }
    return at;
  }

  private place(path: string): Place {
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 ? this.root : this.directory(path.slice(0, slash));
    return { parent, name: path.slice(slash + 1) };
  }

  /** Puts a node in its place; what is there gives way. */
  private put({ parent, name }: Place, node: TreeNode): void {
    const length = byteLength(name);
    if (length > nameLimit || parent.pathLength + length + 1 > pathLimit) throw new TreeFault('ENAMETOOLONG');
    const before = parent.children.get(name);
    if (before) this.remove(before);
    parent.children.set(name, node);
    if (node.kind !== 'directory') node.links++;
  }

  private count(): void {
    if (++this.made > this.limit) throw new TreeTooLarge('the layer has too many entries');
  }

  private remove(node: TreeNode): void {
    this.last = null;
    if (node.kind !== 'directory') {
      node.links--;
      return;
    }
    node.parent = null;
    for (const child of node.children.values()) this.remove(child);
    node.children.clear();
  }

  private newDirectory(place: Place, opaque = false): DirectoryNode {
    this.count();
    const { parent, name } = place;
    const pathLength = parent.pathLength + byteLength(name) + 1;
    const made: DirectoryNode = {
      kind: 'directory',
      metadata: implied,
      opaque,
      parent,
      children: new Map(),
      pathLength,
    };
    this.put(place, made);
    return made;
  }

  file(path: string, metadata: Metadata, header: TarHeader, offset: number): FileTarget | null {
    this.count();
    const node: FileNode = { kind: 'file', metadata, size: header.realSize, extents: [], links: 0 };
    this.put(this.place(path), node);
    if (header.type === 'sparse') return new ExtentFinder(node, offset + header.size);
    if (header.size > 0) node.extents = [{ position: 0, offset, length: header.size }];
    return null;
  }

  directoryEntry(path: string, metadata: Metadata): void {
    if (path === '') {
      this.root.metadata = metadata;
      return;
    }
    const place = this.place(path);
    const found = place.parent.children.get(place.name);
    const directory = found?.kind === 'directory' ? found : this.newDirectory(place);
    directory.metadata = metadata;
  }

  symlink(path: string, target: string, metadata: Metadata): void {
    const place = this.place(path);
    const bytes = encodeName(target);
    if (bytes.length === 0) throw new TreeFault('is a link to nothing');
    if (bytes.length > pathLimit) throw new TreeFault('ENAMETOOLONG');
    this.count();
    this.put(place, { kind: 'symlink', metadata, target: bytes, links: 0 });
  }

  hardlink(path: string, target: string): void {
    const from = this.place(target);
    const found = from.parent.children.get(from.name);
    if (found === undefined) throw new TreeFault(`is a hard link to ${target}, which is not in the layer`);
    if (found.kind === 'directory') throw new TreeFault(`is a hard link to the directory ${target}`);
    const to = this.place(path);
    if (to.parent === from.parent && to.name === from.name) return;
    const before = to.parent.children.get(to.name);
    if (before) {
      this.remove(before);
      to.parent.children.delete(to.name);
    }
    // What gave way for the link may have been its target, or have had it inside.
    if (from.parent.children.get(from.name) !== found)
      throw new TreeFault(`is a hard link to ${target}, which it replaces`);
    this.put(to, found);
  }

  node(
    path: string,
    type: 'character' | 'block' | 'fifo',
    { major, minor }: { readonly major: number; readonly minor: number },
    metadata: Metadata,
  ): boolean {
    // The numbers 0:0 are a whiteout to overlayfs: an archive must not say by a device what it says by a name.
    if (type === 'character' && major === 0 && minor === 0) return false;
    if (major > majorLimit || minor > minorLimit) throw new TreeFault('EINVAL');
    this.count();
    this.put(this.place(path), { kind: type, metadata, major, minor, links: 0 });
    return true;
  }

  whiteout(path: string): void {
    const place = this.place(path);
    const found = place.parent.children.get(place.name);
    if (found?.kind === 'directory') found.opaque = true;
    if (found !== undefined) return;
    this.count();
    this.put(place, { kind: 'character', metadata: hidden, major: 0, minor: 0, links: 0 });
  }

  opaque(path: string): boolean {
    const directory = this.directory(path);
    if (directory === this.root) return true;
    directory.opaque = true;
    return false;
  }

  end(): void {
    this.last = null;
  }
}

/** Learns from where a sparse file's data go where they come from: they are the last bytes of its body. */
class ExtentFinder implements FileTarget {
  private position = 0;
  private stored = 0;
  private readonly found: { position: number; stored: number; length: number }[] = [];

  constructor(
    private readonly node: FileNode,
    private readonly bodyEnd: number,
  ) {}

  write({ length }: Uint8Array): void {
    const before = this.found.at(-1);
    if (before && before.position + before.length === this.position) before.length += length;
    else this.found.push({ position: this.position, stored: this.stored, length });
    this.position += length;
    this.stored += length;
  }

  seek(position: number): void {
    this.position = position;
  }

  end(): void {
    this.node.size = this.position;
    const begin = this.bodyEnd - this.stored;
    this.node.extents = this.found.map(({ position, stored, length }) => ({
      position,
      offset: begin + stored,
      length,
    }));
  }

  abandon(): void {
    this.node.extents = [];
  }
}
