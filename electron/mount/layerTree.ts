import { LayerShape } from '../../shared/layer/layerShape';
import type { TarHeader } from '../../shared/layer/tarHeader';
import {
  holdDevice,
  impliedMetadata,
  isImplied,
  nameLimit,
  targetBytes,
  type FileTarget,
  type LayerTarget,
  type Metadata,
  type TreeEnd,
} from './treeRules';

/** A layer as a tree in memory, for an image of a file system: what `treeWriter.ts` makes as files. */

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
  /** Has deletions in it. */
  marks: boolean;
  /** Null for the root. */
  readonly parent: DirectoryNode | null;
  readonly children: Map<string, TreeNode>;
}

/** What a name in a tree stands for. */
export type TreeNode = DirectoryNode | FileNode | SymlinkNode | SpecialNode;

/** A tree with more in it than memory should hold. */
export class TreeTooLarge extends Error {
  override name = 'TreeTooLarge';
}

const hidden: Metadata = { ...impliedMetadata, mode: 0 };

/** What a shape holds of an entry. */
type Held = Metadata | FileNode | SymlinkNode | SpecialNode;

/** A layer as a tree in memory, made of entries that nobody vouches for. */
export class LayerTree implements LayerTarget {
  readonly root: DirectoryNode = newDirectory(null, impliedMetadata);
  private readonly shape: LayerShape<Held>;
  private made = 1;
  /** The file that was begun last. */
  protected latest: FileNode | null = null;

  /** @param limit most objects that are made before {@link TreeTooLarge} is thrown */
  constructor(private readonly limit: number) {
    this.shape = new LayerShape<Held>({ made: () => this.count() }, { name: nameLimit });
  }

  private count(): void {
    if (++this.made > this.limit) throw new TreeTooLarge('the layer has too many entries');
  }

  file(path: string, metadata: Metadata, header: TarHeader, offset: number): FileTarget | null {
    const node = this.newFile(metadata, header);
    this.shape.object(path, node);
    return this.withExtents(node, header, offset);
  }

  fileAside(name: string, metadata: Metadata, header: TarHeader, offset: number): FileTarget | null {
    const node = this.newFile(metadata, header);
    this.shape.keepAside(name, node);
    return this.withExtents(node, header, offset);
  }

  private newFile(metadata: Metadata, header: TarHeader): FileNode {
    this.count();
    const node: FileNode = { kind: 'file', metadata, size: header.realSize, extents: [], links: 0 };
    this.latest = node;
    return node;
  }

  private withExtents(node: FileNode, header: TarHeader, offset: number): FileTarget | null {
    if (header.type === 'sparse') return new ExtentFinder(node, offset + header.size);
    if (header.size > 0) node.extents = [{ position: 0, offset, length: header.size }];
    return null;
  }

  directoryEntry(path: string, metadata: Metadata): void {
    this.shape.directory(path, metadata);
  }

  symlink(path: string, target: string, metadata: Metadata): void {
    const bytes = targetBytes(target);
    this.count();
    this.shape.object(path, { kind: 'symlink', metadata, target: bytes, links: 0 }, target);
  }

  hardlink(path: string, target: string): void {
    this.shape.hardlink(path, target);
  }

  unplaced(path: string): void {
    this.shape.unplaced(path);
  }

  node(
    path: string,
    type: 'character' | 'block' | 'fifo',
    device: { readonly major: number; readonly minor: number },
    metadata: Metadata,
  ): boolean {
    holdDevice(device);
    const { major, minor } = device;
    this.count();
    this.shape.object(path, { kind: type, metadata, major, minor, links: 0 });
    return true;
  }

  whiteout(path: string): void {
    this.count();
    this.shape.whiteout(path);
  }

  opaque(path: string): void {
    this.shape.opaque(path);
  }

  end(): TreeEnd {
    const { shape } = this;
    shape.finish();
    // Own stack: hostile paths are deep.
    const waiting = [{ from: shape.root, to: this.root }];
    let implied = 0;
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { from, to } = next;
      if (from.data !== null && !('kind' in from.data)) to.metadata = from.data;
      // For the root overlayfs has no mark: who stacks the layers leaves out what is below.
      to.opaque = from.opaque && from !== shape.root;
      if (from !== shape.root && isImplied(from)) implied++;
      for (const [name, node] of from.children) {
        if (node.kind === 'directory') {
          const child = newDirectory(to, impliedMetadata);
          to.children.set(name, child);
          waiting.push({ from: node, to: child });
        } else if (node.kind === 'whiteout') {
          to.marks = true;
          to.children.set(name, { kind: 'character', metadata: hidden, major: 0, minor: 0, links: 1 });
        } else if ('kind' in node.data) {
          node.data.links = node.links;
          to.children.set(name, node.data);
        }
      }
    }
    return { opaqueRoot: shape.root.opaque, impliedRoot: isImplied(shape.root), implied };
  }
}

function newDirectory(parent: DirectoryNode | null, metadata: Metadata): DirectoryNode {
  return { kind: 'directory', metadata, opaque: false, marks: false, parent, children: new Map() };
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
