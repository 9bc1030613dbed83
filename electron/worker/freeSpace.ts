import { statfsSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { problem } from '../../shared/image/problem';

/** Writes smaller than this are not asked about: the disk itself says when it is full. Bytes. */
const leastAsked = 16 << 20;

/**
 * The one guard before a large write whose size is known: throws `no-room` with both numbers when the file system of
 * `path` has less than `bytes` free, before anything is written. `path` is a file that is there or will be, or a folder; pipes and
 * devices have no room to ask for. `name` is what the person knows it as. A file system that does not say what is free is let be.
 */
export function checkRoom(path: string, bytes: number, name = basename(path)): void {
  if (bytes < leastAsked) return;
  let free: number;
  try {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info && !info.isFile() && !info.isDirectory()) return;
    const { bavail, bsize } = statfsSync(info ? path : dirname(path));
    free = bavail * bsize;
  } catch {
    return;
  }
  if (bytes > free) throw problem('no-room', { path: name, needed: bytes, free });
}
