import { NotExpressible } from './erofsFault';
import type { FileNode } from './layerTree';

/** Where the contents of a file are, in the terms of a chunk-based inode (erofs_fs.h, EROFS_INODE_CHUNK_BASED). */

/** Blocks are as long as those of tar, where the contents of every member begin at a whole one. */
export const blockBits = 9;
export const blockBytes = 1 << blockBits;
/** A chunk is a block shifted left by at most so many bits (EROFS_CHUNK_FORMAT_BLKBITS_MASK). */
const shiftLimit = 31;
/** Most chunks of one file: 8 MiB of addresses. */
const chunkLimit = 1 << 20;
/** Addresses are 32 bits wide, and the highest stands for a hole (EROFS_NULL_ADDR). */
const hole = 0xffffffff;

/** Chunks of one size, and where each begins on the data device, in blocks. */
export interface Chunks {
  /** By how many bits a chunk is longer than a block. */
  readonly shift: number;
  readonly addresses: readonly number[];
}

/** How far to shift a block so that it is at least `bytes` long. */
function shiftFor(bytes: number): number {
  let shift = 0;
  while (shift < shiftLimit && blockBytes * 2 ** shift < bytes) shift++;
  return shift;
}

/** How far a block may be shifted and still divide `bytes`. Throws {@link NotExpressible} where not even a block does. */
function shiftOf(bytes: number): number {
  if (bytes % blockBytes !== 0) throw new NotExpressible('the places of the data in a sparse file');
  let shift = 0;
  while (shift < shiftLimit && bytes % (blockBytes * 2 ** (shift + 1)) === 0) shift++;
  return shift;
}

/**
 * The chunks of a file: as large as its extents allow, so that one is enough for a file that is in one piece. Throws
 * {@link NotExpressible} when an extent does not lie on whole blocks.
 */
export function chunksOf({ size, extents }: FileNode): Chunks {
  let shift = shiftFor(size);
  for (const { position, offset, length } of extents) {
    if (offset % blockBytes !== 0) throw new NotExpressible('the places of the data in the archive');
    if (position > 0) shift = Math.min(shift, shiftOf(position));
    // What lies behind the end of the file is not seen; elsewhere a hole has to begin with a chunk.
    if (position + length < size) shift = Math.min(shift, shiftOf(position + length));
  }
  const chunk = blockBytes * 2 ** shift;
  const count = Math.ceil(size / chunk);
  if (count > chunkLimit) throw new NotExpressible('the number of holes in a sparse file');
  const addresses = new Array<number>(count).fill(hole);
  for (const { position, offset, length } of extents) {
    const first = position / chunk;
    const end = Math.ceil((position + length) / chunk);
    for (let i = first; i < end; i++) {
      const address = (offset + (i - first) * chunk) / blockBytes;
      if (address >= hole) throw new NotExpressible('the size of the layer');
      addresses[i] = address;
    }
  }
  return { shift, addresses };
}
