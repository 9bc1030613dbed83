import { readSync } from 'node:fs';
import { nextData } from '../system/holes';
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

/** Where the next byte of either file may be other than a zero; null where only holes follow in both. */
function nextOfEither(first: Compared, second: Compared, at: number): number | null {
  const [one, other] = [nextData(first.fd, at), nextData(second.fd, at)];
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/**
 * How many bytes of two open files differ at the same place; what one has beyond the end of the other counts as well. What is a
 * hole in both is passed over: a file that claims 8 PiB is compared by what it holds. Null when more than `most` bytes would
 * have to be read. Throws the file system's own faults.
 */
export function countDifferences(
  first: Compared,
  second: Compared,
  most: number,
  tools: JobTools,
): number | null {
  const one = Buffer.allocUnsafe(pieceSize);
  const other = Buffer.allocUnsafe(pieceSize);
  const shared = Math.min(first.size, second.size);
  let different = Math.max(first.size, second.size) - shared;
  let left = most;
  for (let position = 0; position < shared;) {
    tools.tick(0);
    const next = nextOfEither(first, second, position);
    if (next === null || next >= shared) break;
    position = next;
    const a = fill({ fd: first.fd, size: shared }, one, position);
    const b = fill({ fd: second.fd, size: shared }, other, position);
    const [common, longer] = [Math.min(a.length, b.length), Math.max(a.length, b.length)];
    // Both have become shorter.
    if (longer === 0) break;
    left -= a.length + b.length;
    if (left < 0) return null;
    different += longer - common;
    for (let at = 0; at < common; at += blockBytes) {
      const end = Math.min(common, at + blockBytes);
      if (a.compare(b, at, end, at, end) === 0) continue;
      for (let i = at; i < end; i++) if (a[i] !== b[i]) different++;
    }
    position += pieceSize;
  }
  return different;
}
