import { fstatSync, type Stats } from 'node:fs';
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { problem, ProblemError } from '../../../shared/image/problem';
import { readPlaces } from '../../store/readPlaces';
import { systemCode } from '../../../shared/image/systemCode';
import { mostLinks } from '../../store/ownWay';
import { checkLed, holdMember, holdWay, linkAt, WayRefused, type HeldWay } from './heldWay';

/** Where something that a person asked for is to be written. */
export type TargetPlace =
  | {
      readonly kind: 'file';
      /** The folder, held, and the name in it that is written or replaced. */
      readonly folder: HeldWay;
      readonly name: string;
      /** The regular file that is replaced, or the link; null where nothing is. */
      readonly old: Stats | null;
    }
  /** A pipe or a character device, which is written into by opening its path: a name in a held folder, or a descriptor's. */
  | { readonly kind: 'stream'; readonly path: string; readonly folder: HeldWay | null }
  /** A descriptor that whoever started us has opened for us: written into as it is, like standard output. */
  | { readonly kind: 'descriptor'; readonly fd: number };

/**
 * Finds out what a path is before anything is written to it, once: the folder in which the name is written stays held, so that
 * what was looked at and what is done later are in the same one. A link is followed to what it leads to, also where that is not
 * there yet; a pipe or a character device is written into; a folder, a disk, a socket, a link that somebody else decides of
 * ({@link holdWay}) and anything inside of the store, or a second name of a file of it, are refused. With `links` replaced nothing is
 * followed in the last place, and only regular files and links are replaced. With `within` the target is a name in that folder,
 * which goes over to the result. Whoever gets a folder closes it. Throws `file-unwritable`, `target-in-store`.
 */
export async function findTarget(
  target: string,
  store: string,
  links: 'followed' | 'replaced' = 'followed',
  within: HeldWay | null = null,
): Promise<TargetPlace> {
  const label = basename(target) || target || '""';
  let folder = within;
  try {
    if (target === '') throw refused(label, 'ENOENT');
    if (within === null && /\/\.{0,2}$/.test(target)) {
      // It has to be a folder then: where none is that is the fault.
      await stat(target);
      throw refused(label, 'EISDIR');
    }
    let name = within ? target : basename(resolve(target));
    folder ??= await holdWay(dirname(resolve(target)));
    for (let followedLinks = 0; followedLinks <= mostLinks; followedLinks++) {
      if (['', '.', '..'].includes(name)) throw refused(label, 'EISDIR');
      const path = `${folder.at}/${name}`;
      const info = await lookAt(path);
      if (info?.isSymbolicLink() && links === 'followed') {
        if (/^\/proc\/\d+(?:\/task\/\d+)?\/fd$/.test(folder.path)) {
          const found = await ofDescriptor(join(folder.path, name), store, label);
          await folder.close();
          return found;
        }
        const { text, owner } = await linkAt(folder, name);
        if (text.endsWith('/')) throw refused(label, 'EISDIR');
        const before = folder;
        folder = await holdWay(dirname(text), before);
        name = basename(text);
        await before.close();
        await checkLed(folder, owner);
        continue;
      }
      await refuseInside(folder.at, info, { store, label });
      if (info === null || info.isFile() || info.isSymbolicLink())
        return { kind: 'file', folder, name, old: info };
      if (links === 'replaced' && !info.isDirectory() && !info.isBlockDevice())
        throw refused(label, 'another-kind');
      return streamOf(path, info, label, folder);
    }
    throw refused(label, 'ELOOP');
  } catch (cause) {
    await folder?.close();
    throw refusal(cause, label);
  }
}

/**
 * Refuses what the window cannot save to before the work for it begins, in the words that {@link findTarget} would refuse it with
 * later; and streams, of which a dialog for files knows no reader. Throws `file-unwritable`, `target-in-store`.
 */
export async function checkFileTarget(target: string, store: string): Promise<void> {
  const found = await findTarget(target, store);
  if (found.kind !== 'descriptor') await found.folder?.close();
  if (found.kind !== 'file') throw refused(basename(target), 'stream');
}

/** What makes a folder an image layout (OCI image-spec, image-layout.md). */
export const layoutFiles = ['oci-layout', 'index.json'] as const;

/** A folder in which another one is to be made, held, and that one's name. */
export interface FolderPlace {
  readonly folder: HeldWay;
  readonly name: string;
  /** The folder of that name itself, held, where it is an image layout already; whoever gets it closes it. */
  readonly layout: HeldWay | null;
}

/**
 * The same for a folder that is to be made: where nothing is, or an empty folder, also at the end of links; or one that is an image layout, to add
 * to it. Throws `file-unwritable`, `target-in-store`.
 */
export async function findFolder(target: string, store: string): Promise<FolderPlace> {
  const label = basename(target) || target;
  let folder: HeldWay | null = null;
  let layout: HeldWay | null = null;
  try {
    const path = resolve(target);
    if (target === '' || path === '/') throw refused(label, 'EEXIST');
    folder = await holdWay(dirname(path));
    let name = basename(path);
    const there = await lookAt(`${folder.at}/${name}`);
    if (there !== null) {
      const itself = await holdWay(name, folder);
      try {
        if (itself.path === '/') throw refused(label, 'EEXIST');
        const members = await readdir(`${itself.at}/.`);
        const isAdded = layoutFiles.every((each) => members.includes(each));
        await refuseInside(itself.at, null, { store, label, isAdded });
        if (isAdded) layout = await holdWay('.', itself);
        else if (members.length > 0) throw refused(label, 'ENOTEMPTY');
        const before = folder;
        folder = await holdWay('..', itself);
        name = basename(itself.path);
        await before.close();
      } finally {
        await itself.close();
      }
    } else await refuseInside(folder.at, null, { store, label });
    return { folder, name, layout };
  } catch (cause) {
    await layout?.close();
    await folder?.close();
    throw refusal(cause, label);
  }
}

/**
 * The folder that a person's path names, with all links on the way, to put something into, held. With `within` it is a member of that
 * folder, and no link. Throws `file-unwritable`, `target-in-store`.
 */
export async function findExisting(
  target: string,
  store: string,
  within: HeldWay | null = null,
): Promise<HeldWay> {
  const label = basename(target) || target || '""';
  let folder: HeldWay | null = null;
  try {
    folder = within ? await holdMember(within, target) : await holdWay(resolve(target));
    await refuseInside(folder.at, null, { store, label });
    return folder;
  } catch (cause) {
    await folder?.close();
    throw refusal(cause, label);
  }
}

/** What is at a path; null for nothing. */
async function lookAt(path: string): Promise<Stats | null> {
  return lstat(path).catch((cause: unknown) => {
    if (systemCode(cause) === 'ENOENT') return null;
    throw cause;
  });
}

const refused = (path: string, reason: string, cause?: unknown): Error =>
  problem('file-unwritable', { path, reason }, { cause });

const refusal = (cause: unknown, label: string): unknown =>
  cause instanceof ProblemError
    ? cause
    : refused(label, cause instanceof WayRefused ? cause.code : (systemCode(cause) ?? 'unknown'), cause);

function streamOf(path: string, info: Stats, label: string, folder: HeldWay | null): TargetPlace {
  if (info.isFIFO() || info.isCharacterDevice()) return { kind: 'stream', path, folder };
  const reason = info.isDirectory() ? 'EISDIR' : info.isBlockDevice() ? 'block-device' : 'another-kind';
  throw problem('file-unwritable', { path: label, reason });
}

/** {@link refuseInside} of the file that an entry of `/proc/PID/fd` leads to. */
async function refuseOpen(
  path: string,
  info: Stats,
  of: { readonly store: string; readonly label: string },
): Promise<void> {
  const leads = await readlink(path).catch(() => '');
  if (leads.startsWith('/')) await refuseInside(dirname(leads), info, of);
}

/**
 * Refuses an open descriptor of ours that is a file of the store, or what is looked at where it lies, as {@link findTarget} refuses its
 * path; `label` is what people know it by. Throws `target-in-store`, `place-cannot`.
 */
export async function checkDescriptor(fd: number, store: string, label: string): Promise<void> {
  const info = fstatSync(fd);
  if (info.isFile()) await refuseOpen(`/proc/self/fd/${fd}`, info, { store, label });
}

/** What an entry of `/proc/PID/fd` stands for: one of ours is written into, whatever it is, as the shell's `>&N` does. */
async function ofDescriptor(path: string, store: string, label: string): Promise<TargetPlace> {
  const info = await stat(path);
  if (info.isDirectory()) throw problem('file-unwritable', { path: label, reason: 'EISDIR' });
  if (info.isFile()) await refuseOpen(path, info, { store, label });
  if (dirname(path) === (await realpath('/proc/self/fd')))
    return { kind: 'descriptor', fd: Number(basename(path)) };
  // The file of another process has a name of its own.
  if (info.isFile()) throw problem('file-unwritable', { path: label, reason: 'another-kind' });
  return streamOf(path, info, label, null);
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

/**
 * Refuses a folder, by its path or descriptor, that is the store's or in it, and a file that is one of its blobs under another name; the same of
 * what is looked at where it lies or was asked what it has (`isAdded`: the folder is a layout that is only added to), and of the person's own
 * store meanwhile. Throws `target-in-store`, `place-cannot`.
 */
async function refuseInside(
  folder: string,
  file: Stats | null,
  {
    store,
    label,
    isAdded = false,
  }: { readonly store: string; readonly label: string; readonly isAdded?: boolean },
): Promise<void> {
  for (const each of new Set([store, ...readPlaces('store')]))
    if (await isInPlace(folder, file, each)) throw problem('target-in-store', { path: label });
  const asked = readPlaces('asked');
  for (const path of new Set([...readPlaces('looked'), ...asked])) {
    const info = await seen(path);
    // What is added to a layout takes nothing from it.
    if (isAdded && info && asked.includes(path) && sameFile(info, await stat(`${folder}/.`))) continue;
    const isIt = info?.isDirectory()
      ? await isInPlace(folder, file, path)
      : info && file && sameFile(info, file);
    // Inside of a folder it is that which cannot: the file itself need not be there.
    const place = info?.isDirectory() ? basename(path) : label;
    if (isIt) throw problem('place-cannot', { place, need: 'target' });
  }
}

/** Whether a folder is that of a layout or in it, by whatever path or mount, or a file is one of its blobs under another name. */
async function isInPlace(folder: string, file: Stats | null, store: string): Promise<boolean> {
  const blobs = join(store, 'blobs', 'sha256');
  const own = (await Promise.all([store, dirname(blobs), blobs].map(seen))).filter((info) => info !== null);
  let below: Stats | null = null;
  for (let at = `${folder}/.`; ; at += '/..') {
    const info = await seen(at);
    if (info && own.some((each) => sameFile(each, info))) return true;
    // At the top the folder above is the folder itself.
    if (info === null || (below && sameFile(info, below))) break;
    below = info;
  }
  if (file === null || file.nlink < 2 || !file.isFile()) return false;
  for (const name of await readdir(blobs).catch(() => [] as string[])) {
    const info = await lstat(join(blobs, name)).catch(() => null);
    if (info && sameFile(info, file)) return true;
  }
  return false;
}
