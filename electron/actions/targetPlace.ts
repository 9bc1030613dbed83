import type { Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { problem, ProblemError } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { mostLinks } from '../store/ownWay';
import { checkLink, ForeignLink, realWay } from './targetWay';

/** Where something that a person asked for is to be written. */
export type TargetPlace =
  | {
      readonly kind: 'file';
      /** The folder without links on the way, and the name in it that is written or replaced. */
      readonly folder: string;
      readonly name: string;
      /** The regular file that is replaced, or the link; null where nothing is. */
      readonly old: Stats | null;
    }
  /** A pipe or a character device, which is written into by opening its path. */
  | { readonly kind: 'stream'; readonly path: string }
  /** A descriptor that whoever started us has opened for us: written into as it is, like standard output. */
  | { readonly kind: 'descriptor'; readonly fd: number };

/**
 * Finds out what a path is before anything is written to it. A link is followed to what it leads to, also where that is not
 * there yet; a pipe or a character device is written into; a folder, a disk, a socket, a link that somebody else made to
 * where he may not write (`targetWay.ts`) and anything inside of the store, or a second name of a file of
 * it, are refused. With `links` replaced nothing is followed in the last place, and only regular files and links are replaced. Throws `file-unwritable`, `target-in-store`.
 */
export async function findTarget(
  target: string,
  store: string,
  links: 'followed' | 'replaced' = 'followed',
): Promise<TargetPlace> {
  const label = basename(target) || target || '""';
  const refuse = (reason: string, cause?: unknown): Error =>
    problem('file-unwritable', { path: label, reason }, { cause });
  if (target === '') throw refuse('ENOENT');
  if (/\/\.{0,2}$/.test(target)) {
    // It has to be a folder then: where none is that is the fault.
    const found = await stat(target).then(
      () => 'EISDIR',
      (cause: unknown) => systemCode(cause) ?? 'unknown',
    );
    throw refuse(found);
  }
  try {
    let at = resolve(target);
    for (let followed = 0; followed <= mostLinks; followed++) {
      const folder = await realWay(dirname(at));
      const name = basename(at);
      if (name === '') throw refuse('EISDIR');
      const path = join(folder, name);
      const info = await lstat(path).catch((cause: unknown) => {
        if (systemCode(cause) === 'ENOENT') return null;
        throw cause;
      });
      if (info?.isSymbolicLink() && links === 'followed') {
        if (/^\/proc\/\d+(?:\/task\/\d+)?\/fd$/.test(folder)) return await ofDescriptor(path, store, label);
        const next = await readlink(path);
        if (next.endsWith('/')) throw refuse('EISDIR');
        at = resolve(folder, next);
        await checkLink(info, folder, dirname(at));
        continue;
      }
      if (await isInStore(folder, info, store)) throw problem('target-in-store', { path: label });
      if (info === null || info.isFile() || info.isSymbolicLink())
        return { kind: 'file', folder, name, old: info };
      if (links === 'replaced' && !info.isDirectory() && !info.isBlockDevice()) throw refuse('another-kind');
      return streamOf(path, info, label);
    }
  } catch (cause) {
    throw cause instanceof ProblemError ? cause : refuse(reasonOf(cause), cause);
  }
  throw refuse('ELOOP');
}

/**
 * The same for a folder that is to be made: where nothing is, or an empty folder, also at the end of links. Throws
 * `file-unwritable`, `target-in-store`.
 */
export async function findFolder(
  target: string,
  store: string,
): Promise<{ readonly folder: string; readonly name: string }> {
  const label = basename(target) || target;
  try {
    const path = resolve(target);
    const there = await lstat(path).catch((cause: unknown) => {
      if (systemCode(cause) === 'ENOENT') return null;
      throw cause;
    });
    const real = there === null ? join(await realWay(dirname(path)), basename(path)) : await realWay(path);
    if (target === '' || real === '/') throw problem('file-unwritable', { path: label, reason: 'EEXIST' });
    if (await isInStore(real, null, store)) throw problem('target-in-store', { path: label });
    if (there !== null && (await readdir(real)).length > 0)
      throw problem('file-unwritable', { path: label, reason: 'ENOTEMPTY' });
    return { folder: dirname(real), name: basename(real) };
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw problem('file-unwritable', { path: label, reason: reasonOf(cause) }, { cause });
  }
}

/**
 * The folder that a person's path names, with all links on the way, to put something into. Throws `file-unwritable`,
 * `target-in-store`.
 */
export async function findExisting(target: string, store: string): Promise<string> {
  const label = basename(target) || target || '""';
  try {
    const real = await realWay(resolve(target));
    if (!(await stat(real)).isDirectory())
      throw problem('file-unwritable', { path: label, reason: 'ENOTDIR' });
    if (await isInStore(real, null, store)) throw problem('target-in-store', { path: label });
    return real;
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw problem('file-unwritable', { path: label, reason: reasonOf(cause) }, { cause });
  }
}

const reasonOf = (cause: unknown): string =>
  cause instanceof ForeignLink ? 'foreign-link' : (systemCode(cause) ?? 'unknown');

function streamOf(path: string, info: Stats, label: string): TargetPlace {
  if (info.isFIFO() || info.isCharacterDevice()) return { kind: 'stream', path };
  const reason = info.isDirectory() ? 'EISDIR' : info.isBlockDevice() ? 'block-device' : 'another-kind';
  throw problem('file-unwritable', { path: label, reason });
}

/** What an entry of `/proc/PID/fd` stands for: one of ours is written into, whatever it is, as the shell's `>&N` does. */
async function ofDescriptor(path: string, store: string, label: string): Promise<TargetPlace> {
  const info = await stat(path);
  if (info.isDirectory()) throw problem('file-unwritable', { path: label, reason: 'EISDIR' });
  const leads = await readlink(path).catch(() => '');
  if (leads.startsWith('/') && info.isFile() && (await isInStore(dirname(leads), info, store)))
    throw problem('target-in-store', { path: label });
  if (dirname(path) === (await realpath('/proc/self/fd')))
    return { kind: 'descriptor', fd: Number(basename(path)) };
  // The file of another process has a name of its own.
  if (info.isFile()) throw problem('file-unwritable', { path: label, reason: 'another-kind' });
  return streamOf(path, info, label);
}

const sameFile = (a: Pick<Stats, 'dev' | 'ino'>, b: Pick<Stats, 'dev' | 'ino'>): boolean =>
  a.dev === b.dev && a.ino === b.ino;

/** What is at a path; null where nothing is, or nothing that this user may look at. What the disk does not tell is thrown. */
async function seen(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (thrown) {
    const code = systemCode(thrown) ?? '';
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(code)) return null;
    throw problem('file-unreadable', { path, reason: code }, { cause: thrown });
  }
}

/** Whether a folder is the store's or in it, by whatever path or mount, or a file is one of its blobs under another name. */
async function isInStore(folder: string, file: Stats | null, store: string): Promise<boolean> {
  const blobs = join(store, 'blobs', 'sha256');
  const own = (await Promise.all([store, dirname(blobs), blobs].map(seen))).filter((info) => info !== null);
  for (let at = folder; ; at = dirname(at)) {
    const info = await seen(at);
    if (info && own.some((each) => sameFile(each, info))) return true;
    if (at === dirname(at)) break;
  }
  if (file === null || file.nlink < 2 || !file.isFile()) return false;
  for (const name of await readdir(blobs).catch(() => [] as string[])) {
    const info = await lstat(join(blobs, name)).catch(() => null);
    if (info && sameFile(info, file)) return true;
  }
  return false;
}
