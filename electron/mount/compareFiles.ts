import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { JobTools } from '../worker/jobTools';
import type { FsPath } from './treeReader';

const pieceSize = 1 << 20;
/** Within a piece that differs, blocks of this size are looked at before single bytes. */
const blockBytes = 512;

/**
 * How many bytes of two files differ at the same place; what one has beyond the end of the other counts as well. Links
 * are not followed. Throws the file system's own faults.
 */
export function countDifferences(a: FsPath, b: FsPath, tools: JobTools): number {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
  const first = openSync(a, flags);
  try {
    const second = openSync(b, flags);
    try {
      return count(first, second, tools);
    } finally {
      closeSync(second);
    }
  } finally {
    closeSync(first);
  }
}

/** As much as there is, up to a whole buffer. */
function fill(fd: number, buffer: Buffer): Buffer {
  let filled = 0;
  while (filled < buffer.length) {
    const read = readSync(fd, buffer, filled, buffer.length - filled, null);
    if (read === 0) break;
    filled += read;
  }
  return buffer.subarray(0, filled);
}

function count(first: number, second: number, tools: JobTools): number {
  const one = Buffer.allocUnsafe(pieceSize);
  const other = Buffer.allocUnsafe(pieceSize);
  let different = 0;
  for (;;) {
    const a = fill(first, one);
    const b = fill(second, other);
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
