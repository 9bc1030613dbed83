import { encodeName } from '../../shared/layer/entryPath';
import { attributeBytes, attributeCount } from './erofsAttributes';
import { blockBits, blockBytes, chunksOf, type Chunks } from './erofsChunks';
import { directoryBytes, type DirectoryEntry } from './erofsDirectory';
import { NotExpressible } from './erofsFault';
import type { DirectoryNode, TreeNode } from './layerTree';

/**
 * A tree as an image of EROFS, the kernel's read-only file system: names and metadata alone. The contents of files stay
 * where they are, in the layer's tar, which the kernel reads as a further device (Linux, fs/erofs/erofs_fs.h and
 * Documentation/filesystems/erofs.rst; `mkfs.erofs --tar=i` makes images of this kind). Little-endian throughout:
 *
 *     0      nothing
 *     1024   superblock, 128 bytes
 *     1152   device slot of the tar, 128 bytes
 *     1536   inodes, 64 bytes each, with their attributes and then chunk addresses or a link's target behind them
 *     …      directories and long targets, in whole blocks
 */
const superOffset = 1024;
const slotBytes = 128;
const slotOffset = superOffset + slotBytes;
const inodesOffset = 1536;
const magic = 0xe0f5e1e2;
const features = { chunkedFile: 0x4, deviceTable: 0x8 } as const;
const layouts = { plain: 0, inline: 2, chunks: 4 } as const;
const inodeBytes = 64;
/** Inodes begin at multiples of this, which also number them. */
const nidUnit = 32;
const chunkBytes = 8;
/** In a chunk's format: addresses come with the device that they are on. */
const withDevice = 0x20;
const typeBits = {
  file: 0o100000,
  directory: 0o040000,
  symlink: 0o120000,
  character: 0o020000,
  block: 0o060000,
  fifo: 0o010000,
} as const;
/** `file_type` of directory entries (linux/fs_types.h). */
const entryTypes = { file: 1, directory: 2, character: 3, block: 4, fifo: 5, symlink: 7 } as const;
/** Least bytes of an image: tools read a page at its beginning. */
const pageBytes = 4096;
/** Most bytes of an image; a layer with more names is better off as files. */
const imageLimit = 1 << 29;

/** An object with its place in the image. */
interface Inode {
  readonly node: TreeNode;
  readonly attributes: Buffer;
  readonly nid: number;
  readonly layout: number;
  readonly size: number;
  readonly links: number;
  readonly chunks: Chunks | null;
  /** First block of what lies outside of the inode. */
  block: number;
}

const roundUp = (value: number, unit: number): number => Math.ceil(value / unit) * unit;

/**
 * The bytes of an image of this tree; `tarBytes` is the length of the tar that its extents are of. The same tree gives
 * the same bytes. Throws {@link NotExpressible}.
 */
export function erofsImage(root: DirectoryNode, tarBytes: number): Uint8Array {
  return new ImageWriter(root, tarBytes).bytes();
}

class ImageWriter {
  private readonly inodes = new Map<TreeNode, Inode>();
  private at = inodesOffset;

  constructor(
    private readonly root: DirectoryNode,
    private readonly tarBytes: number,
  ) {}

  bytes(): Uint8Array {
    // Breadth first: what one directory lists lies together, and the root first, whose number has 16 bits only.
    const directories: DirectoryNode[] = [this.root];
    this.place(this.root);
    for (const directory of directories)
      for (const child of directory.children.values()) {
        if (child.kind === 'directory') directories.push(child);
        if (!this.inodes.has(child)) this.place(child);
      }
    const metaEnd = roundUp(this.at, blockBytes);
    const outside: { readonly at: number; readonly bytes: Uint8Array }[] = [];
    let end = metaEnd;
    const put = (bytes: Uint8Array): number => {
      const at = end;
      outside.push({ at, bytes });
      end += roundUp(bytes.length, blockBytes);
      if (end > imageLimit) throw new NotExpressible('the number of its names');
      return at / blockBytes;
    };
    const sizes = new Map<DirectoryNode, number>();
    for (const directory of directories) {
      const bytes = directoryBytes(this.entries(directory));
      sizes.set(directory, bytes.length);
      this.inode(directory).block = put(bytes);
    }
    for (const inode of this.inodes.values())
      if (inode.node.kind === 'symlink' && inode.layout === layouts.plain)
        inode.block = put(inode.node.target);
    const image = Buffer.alloc(Math.max(end, pageBytes));
    this.head(image, end);
    for (const inode of this.inodes.values()) {
      const size = inode.node.kind === 'directory' ? sizes.get(inode.node) : inode.size;
      this.write(image, inode, size ?? 0);
    }
    for (const { at, bytes } of outside) image.set(bytes, at);
    return image;
  }

  private inode(node: TreeNode): Inode {
    const found = this.inodes.get(node);
    if (!found) throw new Error('a node without a place');
    return found;
  }

  /** Gives an object its place among the inodes. */
  private place(node: TreeNode): void {
    const attributes = attributeBytes(node);
    const head = inodeBytes + attributes.length;
    let layout: number = layouts.plain;
    let chunks: Chunks | null = null;
    let length = head;
    let size = 0;
    let links = 1;
    if (node.kind === 'directory') {
      for (const child of node.children.values()) if (child.kind === 'directory') links++;
      links++;
    } else links = node.links;
    if (node.kind === 'file') {
      size = node.size;
      if (size > 0) {
        chunks = chunksOf(node);
        layout = layouts.chunks;
        length = roundUp(head, chunkBytes) + chunks.addresses.length * chunkBytes;
      }
    } else if (node.kind === 'symlink') {
      size = node.target.length;
      if (head + size <= blockBytes) {
        layout = layouts.inline;
        length = head + size;
      }
    }
    // An inode is in one block, and so is what a link has inline.
    const together = layout === layouts.inline ? length : inodeBytes;
    if ((this.at % blockBytes) + together > blockBytes) this.at = roundUp(this.at, blockBytes);
    const nid = (this.at - inodesOffset) / nidUnit;
    this.inodes.set(node, { node, attributes, nid, layout, size, links, chunks, block: 0 });
    this.at = roundUp(this.at + length, nidUnit);
    if (this.at > imageLimit) throw new NotExpressible('the number of its names');
  }

  private entries(directory: DirectoryNode): DirectoryEntry[] {
    const entry = (name: string, node: TreeNode): DirectoryEntry => ({
      name: encodeName(name),
      nid: this.inode(node).nid,
      type: entryTypes[node.kind],
    });
    const listed = [...directory.children].map(([name, node]) => entry(name, node));
    return [entry('.', directory), entry('..', directory.parent ?? directory), ...listed];
  }

  private head(image: Buffer, end: number): void {
    const at = superOffset;
    image.writeUInt32LE(magic, at);
    image[at + 12] = blockBits;
    image.writeUInt16LE(this.inode(this.root).nid, at + 14);
    image.writeUInt32LE(this.inodes.size, at + 16);
    image.writeUInt32LE(end / blockBytes, at + 36);
    image.writeUInt32LE(inodesOffset / blockBytes, at + 40);
    image.writeUInt32LE(features.chunkedFile | features.deviceTable, at + 80);
    image.writeUInt16LE(1, at + 86);
    image.writeUInt16LE(slotOffset / slotBytes, at + 88);
    const tarBlocks = Math.ceil(this.tarBytes / blockBytes);
    if (tarBlocks > 0xffffffff) throw new NotExpressible('the size of the layer');
    image.writeUInt32LE(tarBlocks, slotOffset + 64);
  }

  /** Writes an inode in its extended form, with what is behind it. */
  private write(image: Buffer, inode: Inode, size: number): void {
    const { node, attributes, nid, layout, links, chunks, block } = inode;
    const { mode, uid, gid, seconds, nanoseconds } = node.metadata;
    const at = inodesOffset + nid * nidUnit;
    image.writeUInt16LE(1 | (layout << 1), at);
    image.writeUInt16LE(attributeCount(attributes.length), at + 2);
    image.writeUInt16LE(typeBits[node.kind] | mode, at + 4);
    image.writeBigUInt64LE(BigInt(size), at + 8);
    image.writeUInt32LE(dataOf(node, chunks, block), at + 16);
    image.writeUInt32LE(nid + 1, at + 20);
    image.writeUInt32LE(uid, at + 24);
    image.writeUInt32LE(gid, at + 28);
    image.writeBigInt64LE(BigInt(seconds), at + 32);
    image.writeUInt32LE(nanoseconds, at + 40);
    image.writeUInt32LE(links, at + 44);
    image.set(attributes, at + inodeBytes);
    const behind = at + inodeBytes + attributes.length;
    if (node.kind === 'symlink' && layout === layouts.inline) image.set(node.target, behind);
    let entry = roundUp(behind, chunkBytes);
    for (const address of chunks?.addresses ?? []) {
      // The device comes first: the tar is the only one, number 1.
      image.writeUInt16LE(1, entry + 2);
      image.writeUInt32LE(address, entry + 4);
      entry += chunkBytes;
    }
  }
}

/** The field `i_u` of an inode. */
function dataOf(node: TreeNode, chunks: Chunks | null, block: number): number {
  if (chunks) return chunks.shift | withDevice;
  if (node.kind === 'character' || node.kind === 'block')
    return ((node.minor & 0xff) | (node.major << 8) | ((node.minor & ~0xff) << 12)) >>> 0;
  return block;
}
