import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { heldPath, openPath, type FsPath } from '../../system/beneath';

/** After so many names others may do something. */
const turn = 500;

/**
 * Bytes below paths as they lie on disk: blocks that files really take, each inode once for all of them. What is not
 * there, or may not be read, counts nothing; what lies on another file system counts with it.
 */
export async function diskBytes(...paths: readonly string[]): Promise<number> {
  const seen = new Set<string>();
  let sum = 0;
  for (const path of paths)
    sum += await (process.platform === 'linux' ? heldBytes(path, seen) : pathBytes(path, seen));
  return sum;
}

interface Looked {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly blocks: bigint;
  isFile(): boolean;
  isDirectory(): boolean;
}

/** Blocks of a file in bytes, the first time that it is seen; null when it was. */
function newBytes(info: Looked, seen: Set<string>): number | null {
  const key = `${info.dev}:${info.ino}`;
  if (seen.has(key)) return null;
  seen.add(key);
  return info.isFile() ? Number(info.blocks) * 512 : 0;
}

/** Levels of a deep tree that are held open at once. */
const levels = 64;

interface Level {
  /** Null while it is closed: deeper ones need the room. */
  fd: number | null;
  readonly info: Looked;
  readonly names: Buffer[];
}

/**
 * By descriptors, and without a path: a container makes trees that are deeper than any, and changes them while they are
 * looked at. A directory that was closed meanwhile is found again as the parent of the one below; what is moved elsewhere
 * at that moment ends the count.
 */
async function heldBytes(path: string, seen: Set<string>): Promise<number> {
  const top = await lstat(path, { bigint: true }).catch(() => null);
  let sum = (top && newBytes(top, seen)) ?? 0;
  const first = top?.isDirectory() === true ? openLevel(path) : null;
  if (first === null) return sum;
  const stack: Level[] = [first];
  try {
    let looked = 0;
    for (let level = stack.at(-1); level; level = stack.at(-1)) {
      const name = level.names.pop();
      if (name === undefined) {
        if (!comeBack(stack)) break;
        continue;
      }
      if (++looked % turn === 0) await setImmediate();
      const at = Buffer.concat([Buffer.from(`/proc/self/fd/${level.fd}/`), name]);
      const info = lookAt(at);
      const bytes = info && newBytes(info, seen);
      if (bytes === null) continue;
      sum += bytes;
      const next = info?.isDirectory() === true ? openLevel(at) : null;
      if (next === null) continue;
      stack.push(next);
      const far = stack.at(-levels);
      if (far) shut(far);
    }
    return sum;
  } finally {
    stack.forEach(shut);
  }
}

function shut(level: Level): void {
  if (level.fd !== null) closeSync(level.fd);
  level.fd = null;
}

/** Leaves a level for the one above; false when that is not where it was. */
function comeBack(stack: Level[]): boolean {
  const level = stack.pop();
  const above = stack.at(-1);
  if (!level) return false;
  try {
    if (!above || above.fd !== null) return true;
    const fd = openSync(`/proc/self/fd/${level.fd}/..`, openPath | constants.O_DIRECTORY);
    above.fd = fd;
    const info = fstatSync(fd, { bigint: true });
    return info.dev === above.info.dev && info.ino === above.info.ino;
  } catch {
    return false;
  } finally {
    shut(level);
  }
}

/** A directory with its names; null where it may not be read, or is none. */
function openLevel(at: FsPath): Level | null {
  let fd: number;
  try {
    fd = openSync(at, openPath | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    const names = readdirSync(heldPath(fd), { encoding: 'buffer' });
    return { fd, info: fstatSync(fd, { bigint: true }), names };
  } catch {
    closeSync(fd);
    return null;
  }
}

function lookAt(at: FsPath): Looked | null {
  try {
    return lstatSync(at, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** The same where there are no descriptors to go by; no trees of containers are there either. */
async function pathBytes(path: string, seen: Set<string>): Promise<number> {
  let sum = 0;
  const waiting = [path];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const info = await lstat(at, { bigint: true }).catch(() => null);
    const bytes = info && newBytes(info, seen);
    if (bytes === null) continue;
    sum += bytes;
    if (info?.isDirectory())
      for (const name of await readdir(at).catch(() => [])) waiting.push(join(at, name));
  }
  return sum;
}
