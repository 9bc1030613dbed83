import { readlinkSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { problem } from '../../shared/image/problem';

/** Writes smaller than this are not asked about beforehand. Bytes. */
const leastAsked = 16 << 20;
/**
 * Room that is never taken, so that a disk is not full to its last byte for everybody else: a hundredth of the file system,
 * of a large one this. Bytes.
 */
const mostKept = 64 << 20;
/** After so many bytes of a file of unknown length the free space is asked for again; sooner where there is little. */
const askedEvery = 16 << 20;

/** What is free on the file system of a path, and what of it is not ours to take; bytes. Null where nobody knows. */
interface Room {
  readonly free: number;
  readonly kept: number;
}

function roomAt(path: string): Room | null {
  try {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info && !info.isFile() && !info.isDirectory()) return null;
    const { bavail, blocks, bsize } = statfsSync(info ? path : dirname(path));
    return { free: bavail * bsize, kept: Math.min(mostKept, Math.floor((blocks * bsize) / 100)) };
  } catch {
    return null;
  }
}

/** Where a path leads: a descriptor's file may have lost its name, or never had one. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return readlinkSync(path);
    } catch {
      return path;
    }
  }
}

/** The folder that the file system of a path is mounted at: by this a person knows which disk is meant, whatever is written there. */
function diskOf(path: string): string {
  try {
    let at = realPath(path);
    while (at !== dirname(at) && !statSync(at, { throwIfNoEntry: false })) at = dirname(at);
    const { dev } = statSync(at);
    while (at !== dirname(at) && statSync(dirname(at)).dev === dev) at = dirname(at);
    return at;
  } catch {
    return dirname(path);
  }
}

/**
 * The guard before a large write whose size is known: throws `no-room` with both numbers when the file system of
 * `path` has less than `bytes` free (and a margin), before anything is written. `path` is a file that is there or will be, or a
 * folder; pipes and devices have no room to ask for. `name` is what the person knows it as. A file system that does not say what
 * is free is let be.
 */
export function checkRoom(path: string, bytes: number, name: string): void {
  if (bytes < leastAsked) return;
  const room = roomAt(path);
  if (room && bytes > room.free - room.kept)
    throw problem('no-room', { path: name, disk: diskOf(path), needed: bytes, free: room.free });
}

/**
 * The guard of a write whose size nobody knows before (what a compressor makes, what comes from a pipe or out of a decoder):
 * asked before each piece, it looks at the free space now and then, and throws `no-room` while the margin is still there. Several
 * may write at once: none takes more than a part of what is left without asking again.
 */
export class RoomWatch {
  /** Bytes that may be written before the free space is asked for again. */
  private left = 0;
  private written = 0;
  private asks = true;

  /** `name` is what the person knows the file as: never a name that we gave it while it is made. */
  constructor(
    private readonly path: string,
    private readonly name: string,
  ) {}

  /** Says that so many bytes are about to be written. Throws `no-room`. */
  take(bytes: number): void {
    this.written += bytes;
    if (!this.asks) return;
    this.left -= bytes;
    if (this.left >= 0) return;
    const room = roomAt(this.path);
    if (room === null) {
      this.asks = false;
      return;
    }
    const usable = room.free - room.kept - bytes;
    if (usable < 0)
      throw problem('no-room', {
        path: this.name,
        disk: diskOf(this.path),
        needed: this.written,
        free: room.free,
        begun: true,
      });
    this.left = Math.min(askedEvery, Math.floor(usable / 8));
  }
}
