import { blockBytes } from './erofsChunks';

/** An entry of a directory: its name as bytes, the number of its inode, and `file_type`. */
export interface DirectoryEntry {
  readonly name: Uint8Array;
  readonly nid: number;
  readonly type: number;
}

/** Bytes of `erofs_dirent`. */
const headBytes = 12;

function write(block: Buffer, entries: readonly DirectoryEntry[]): number {
  let nameAt = entries.length * headBytes;
  entries.forEach(({ name, nid, type }, i) => {
    const at = i * headBytes;
    block.writeUInt32LE(nid, at);
    block.writeUInt16LE(nameAt, at + 8);
    block[at + 10] = type;
    block.set(name, nameAt);
    nameAt += name.length;
  });
  return nameAt;
}

/**
 * The contents of a directory (erofs.rst, "Directories"): blocks, each with the fixed parts of its entries and then their
 * names, sorted by bytes throughout, so that the kernel can look a name up by halving. Sorts what it is given.
 */
export function directoryBytes(entries: DirectoryEntry[]): Uint8Array {
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  const blocks: DirectoryEntry[][] = [];
  let block: DirectoryEntry[] = [];
  let used = blockBytes;
  for (const entry of entries) {
    const size = headBytes + entry.name.length;
    if (used + size > blockBytes) {
      blocks.push((block = []));
      used = 0;
    }
    block.push(entry);
    used += size;
  }
  const bytes = Buffer.alloc(blocks.length * blockBytes);
  let length = 0;
  blocks.forEach((each, i) => {
    length = i * blockBytes + write(bytes.subarray(i * blockBytes), each);
  });
  return bytes.subarray(0, length);
}
