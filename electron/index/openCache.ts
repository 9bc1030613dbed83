import { closeSync, constants, fstatSync, openSync } from 'node:fs';

/** Opens a cache for reading; null for what is no file of its own: a link, a pipe. */
export function openCache(path: string): number | null {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
  } catch {
    // There is none that we could read.
  }
  return null;
}
