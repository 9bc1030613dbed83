import { readSync } from 'node:fs';
import type { JobTools } from '../worker/jobTools';

const pieceSize = 1 << 20;
/** Within a piece that differs, blocks of this size are looked at before single bytes. */
const blockBytes = 512;

/** A file and how many bytes of it count: one that grows as it is read would have no end. */
export interface Compared {
  readonly fd: number;
  readonly size: number;
}

/** As much as there is from a position on, up to a whole buffer. */
function fill({ fd, size }: Compared, buffer: Buffer, position: number): Buffer {
  const wanted = Math.min(buffer.length, Math.max(0, size - position));
  let filled = 0;
  while (filled < wanted) {
    const read = readSync(fd, buffer, filled, wanted - filled, position + filled);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}

/**
 * How many bytes of two open files differ at the same place; what one has beyond the end of the other counts as well. Throws the file system's own faults.
 */
export function countDifferences(first: Compared, second: Compared, tools: JobTools): number {
  const one = Buffer.allocUnsafe(pieceSize);
  const other = Buffer.allocUnsafe(pieceSize);
  let different = 0;
  for (let position = 0; ; position += pieceSize) {
    const a = fill(first, one, position);
    const b = fill(second, other, position);
    tools.tick(0);
    if (a.length === 0 && b.length === 0) return different;
    const common = Math.min(a.length, b.length);
    different += Math.max(a.length, b.length) - common;
    for (let at = 0; at < common; at += blockBytes) {
      const end = Math.min(common, at + blockBytes);
      if (a.compare(b, at, end, at, end) === 0) continue;
      for (let i = at; i < end; i++) if (a[i] !== b[i]) different++;
    }
  }
}
