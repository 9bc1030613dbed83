import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type BigIntStats,
  type Dirent,
  type Stats,
} from 'node:fs';
import { lstat, mkdir, open, readdir, rename, type FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { limitSpecs } from '../../shared/image/limits';
import { problem, ProblemError, type ProblemFacts } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { replaceDurably, storeProblem } from './durable';
import { othersMayWrite, readyFor } from './folderTrust';
import { newOwner } from './owner';
import { isWaySafe, readyWay } from './ownWay';
import { removeOwn } from './removeOwn';

/**
 * The one guard of our own folders and files. A store may have come from elsewhere, so what lies where we keep something
 * need not be ours: a symbolic link leads out of the store, a FIFO never answers. So nothing of ours is opened through a
 * link, files are regular ones, and what we write to or delete is in folders that no other user can change, which is why a
 * look before the deed is enough: nobody can exchange a folder in between.
 */

/** Folders with names of their own, relative to the store. */
const folders = [
  'blobs',
  'blobs/sha256',
  'ingest',
  'cache',
  'cache/index',
  'cache/index/sha256',
  'cache/contents',
  'cache/contents/sha256',
  'cache/secrets',
  'cache/secrets/sha256',
  'cache/trees',
  'cache/trees/sha256',
  'cache/layers',
  'mounts',
  'mounts/holds',
  'mounts/locks',
  'workspaces',
  'run',
  'guide',
  'quarantine',
] as const;

/** Files that a store cannot do without, or writes in place. */
const files = ['oci-layout', 'index.json', 'trash.json', 'reserve'] as const;

/** Folders whose members are found by reading them; those with `deep` hold folders of which the same is true. */
const lists = [
  { path: 'cache/layers', deep: true },
  { path: 'workspaces', deep: true },
  { path: 'ingest', deep: true },
  { path: 'mounts', deep: false },
  { path: 'mounts/holds', deep: false },
  { path: 'mounts/locks', deep: false },
  { path: 'run', deep: false },
  { path: 'guide', deep: false },
] as const;

/** Names that a store of ours has at its top, and what file systems put there themselves. */
const topNames = new Set([
  ...folders.filter((each) => !each.includes('/')),
  ...files.filter((each) => !each.includes('/')),
  'lock',
  'lost+found',
]);
const draftNames = /^(?:lock|index|trash|oci-layout)(?:\.|$)/;

/** Whether something at the top of a store is one of the names that we use. */
export function isStoreName(name: string): boolean {
  return topNames.has(name) || draftNames.test(name);
}

type Fault = ProblemFacts['store-unsafe']['fault'];

function unsafe(store: string, place: string, fault: Fault): ProblemError {
  return problem('store-unsafe', { path: store, place, fault });
}

const missing = (thrown: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(systemCode(thrown) ?? '');

function look(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (thrown) {
    if (missing(thrown)) return null;
    throw thrown;
  }
}

const isRefused = (thrown: unknown): boolean => ['EACCES', 'EPERM'].includes(systemCode(thrown) ?? '');

/** Places without which nothing of a store can be read. */
const needed: ReadonlySet<string> = new Set(['.', 'blobs', 'blobs/sha256']);

/**
 * What is at a place. One that may not be read is nothing to who reads the images of somebody else's store (caches, runs,
 * mounts of that user); without the images' own there is no store. Throws `store-unsafe`.
 */
function lookAt(store: string, place: string): Stats | null {
  try {
    const info = look(join(store, place));
    if (info?.isDirectory() && needed.has(place))
      accessSync(join(store, place), constants.R_OK | constants.X_OK);
    return info;
  } catch (thrown) {
    if (!isRefused(thrown)) throw thrown;
    if (!needed.has(place) && place.includes('/')) return null;
    throw unsafe(store, needed.has(place) ? place : '.', 'unreadable');
  }
}

/** Members of a folder by kind; none where it is not there or may not be read. */
function membersOf(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch {
    return [];
  }
}

/**
 * Looks at every place of a store once: folders are folders, files are regular ones, nothing is a symbolic link. The
 * store's folder itself may be reached through links: a person named it. Throws `store-unsafe`.
 */
export function checkPlaces(store: string): void {
  lookAt(store, '.');
  for (const place of folders) {
    const info = lookAt(store, place);
    if (info?.isSymbolicLink()) throw unsafe(store, place, 'link');
    if (info && !info.isDirectory()) throw unsafe(store, place, 'not-a-folder');
  }
  for (const place of files) {
    const info = lookAt(store, place);
    if (info?.isSymbolicLink()) throw unsafe(store, place, 'link');
    if (info && !info.isFile()) throw unsafe(store, place, 'not-a-file');
  }
  for (const { path, deep } of lists) checkMembers(store, path, deep);
}

function checkMembers(store: string, place: string, deep: boolean): void {
  for (const member of membersOf(join(store, place))) {
    const at = `${place}/${member.name}`;
    if (member.isSymbolicLink()) throw unsafe(store, at, 'link');
    if (deep && member.isDirectory()) checkMembers(store, at, false);
  }
}

/** Folders whose members hold what is made for one workspace, run or load: who can write to one of those decides what is done there. */
const holders = ['workspaces', 'run', 'guide', 'ingest', 'cache/layers'] as const;

const foldersIn = (store: string, place: string): readonly string[] =>
  membersOf(join(store, place)).flatMap((each) => (each.isDirectory() ? [`${place}/${each.name}`] : []));

/** Folders of a store that nobody else may write to, where the store is open to others at all. */
const ownFolders = (store: string): readonly string[] => [
  '.',
  ...folders,
  ...holders.flatMap((each) => foldersIn(store, each)),
];

/** This process's user; null where the system has no numbers for them. */
const self = process.getuid?.() ?? null;

/** Makes ready what {@link checkOwned} asks of the folders of a store that are there. */
export async function readyOwned(store: string): Promise<void> {
  try {
    await readyWay(store);
    for (const place of ownFolders(store)) {
      const info = lstatSync(`${store}/${place}`, { throwIfNoEntry: false });
      if (info?.isDirectory() === true) await readyFor(info);
    }
  } catch {
    // What cannot be looked at is told of by whoever opens it.
  }
}

/**
 * {@link checkPlaces}, and that no other user can put something else there: folders belong to this user, and only this
 * user writes to them, or nobody else gets into the store at all; nor does the disk refuse everybody, or the folders' own
 * mode this user. Before anything is written or deleted. Throws `store-unsafe`, `store-invalid` where the folder is gone.
 */
export function checkOwned(store: string): void {
  checkPlaces(store);
  try {
    accessSync(store, constants.W_OK);
  } catch (thrown) {
    if (systemCode(thrown) === 'EROFS') throw unsafe(store, '.', 'read-only');
  }
  if (self === null) return;
  // Not `join`, which drops the dot: a store's folder may be reached through a link, whose own mode says nothing.
  const top = look(`${store}/.`);
  if (top === null) throw problem('store-invalid', { path: store, reason: 'gone' });
  const closed = (top.mode & 0o033) === 0;
  for (const place of ownFolders(store)) {
    const info = place === '.' ? top : lookAt(store, place);
    if (info === null) continue;
    if (info.uid !== self) throw unsafe(store, place, 'owner');
    if (!closed && othersMayWrite(`${store}/${place}`, info)) throw unsafe(store, place, 'writers');
    try {
      accessSync(join(store, place), constants.W_OK | constants.X_OK);
    } catch (thrown) {
      if (isRefused(thrown)) throw unsafe(store, place, 'rights');
      // Another process has just ended its load or run.
      if (systemCode(thrown) !== 'ENOENT') throw thrown;
    }
  }
  checkWay(store);
}

/**
 * That nobody but this user and root can put another folder in a store's place: what is written or deleted by paths would be that
 * one's. Throws `store-unsafe`.
 */
export function checkWay(store: string): void {
  if (self !== null && !isWaySafe(store)) throw unsafe(store, '.', 'way');
}

/**
 * Whether {@link checkOwned} has nothing against a store: for who cleans up on the way to something else, and would keep a
 * person from reading by refusing.
 */
export function isOurs(store: string): boolean {
  try {
    checkOwned(store);
    return true;
  } catch {
    return false;
  }
}

/**
 * That a folder holds nothing but a store: what lies beside a layout that we did not make is somebody's, and nobody knows
 * which blobs it needs. Before anything is swept. Throws `store-unsafe`.
 */
export function checkNothingElse(store: string): void {
  const other = readdirSync(store).find((name) => !isStoreName(name));
  if (other !== undefined) throw unsafe(store, other, 'more');
}

/** Whether a writer of ours has been here: every one leaves the reserve. */
export function hasBeenWritten(store: string): boolean {
  const info = look(join(store, 'reserve'));
  return info?.isFile() === true && (self === null || info.uid === self);
}

/** What an open of ours is refused with when a link, FIFO, device or folder lies in a file's place. */
export class NotOurFile extends Error {
  readonly code = 'ENOENT';
}

// A FIFO would be waited for, a device may do something when it is opened.
const reading = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function refused(path: string, cause: unknown): unknown {
  const code = systemCode(cause);
  return code === 'ELOOP' || code === 'ENXIO' || code === 'ENODEV' || code === 'EISDIR'
    ? new NotOurFile(`${path} is no regular file`, { cause })
    : cause;
}

/** Opens a regular file of ours for reading, links not followed. What is no file is not there (`ENOENT`). */
export function openOwnSync(path: string): number {
  let fd: number;
  try {
    if (look(path)?.isFile() === false) throw new NotOurFile(`${path} is no regular file`);
    fd = openSync(path, reading);
  } catch (cause) {
    throw refused(path, cause);
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new NotOurFile(`${path} is no regular file`);
}

/** {@link openOwnSync}, waiting. */
export async function openOwn(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    if ((await lstat(path)).isFile()) file = await open(path, reading);
    else throw new NotOurFile(`${path} is no regular file`);
  } catch (cause) {
    throw refused(path, cause);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new NotOurFile(`${path} is no regular file`);
}

/**
 * Most bytes of a file of ours: of a record of one thing, of a list of all images, and of a cache, which counts with our seal
 * alone. A store may have come from elsewhere, and a file with holes claims gigabytes that a kilobyte brought.
 */
export const mostBytes = {
  record: 64 << 10,
  list: limitSpecs['document-bytes'].most,
  /** A list of all images fits into an empty trash. */
  trash: limitSpecs['document-bytes'].most + (1 << 20),
  cache: 128 << 20,
} as const;

/**
 * Most records in a folder of ours, which a person's workspaces and mounts do not come near; and most characters of a text in
 * one: the longest path that Linux opens.
 */
export const mostRecords = 10_000;
export const mostText = 4096;

function checkSize(path: string, size: number, limit: number): void {
  if (size > limit)
    throw problem('limit-exceeded', { file: basename(path), what: 'document', limit, found: size });
}

/**
 * The bytes of a regular file of ours. What is no file is not there (`ENOENT`). Throws `limit-exceeded` for one that is larger
 * than ours are.
 */
export async function readOwn(path: string, limit: number = mostBytes.record): Promise<Buffer> {
  const file = await openOwn(path);
  try {
    checkSize(path, (await file.stat()).size, limit);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Replaces a file of ours as a whole, durably: the one way to write what {@link readOwn} reads. Throws `limit-exceeded` for what
 * that would not read any more, before anything is written.
 */
export async function replaceOwn(
  path: string,
  bytes: Uint8Array,
  limit: number = mostBytes.record,
  ready?: () => Promise<void>,
): Promise<void> {
  checkSize(path, bytes.length, limit);
  await replaceDurably(path, bytes, `${path}.${newOwner().token}`, ready);
}

/** {@link readOwn} of text. */
export async function readOwnText(path: string, limit: number = mostBytes.record): Promise<string> {
  return (await readOwn(path, limit)).toString('utf8');
}

/** The bytes of a regular file of ours, at once; null where there is none that can be read, or one larger than ours are. */
export function readOwnFile(path: string, limit: number = mostBytes.cache): Buffer | null {
  try {
    const fd = openOwnSync(path);
    try {
      checkSize(path, fstatSync(fd).size, limit);
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}

/**
 * Facts of what is at a place of ours, a link not followed; null where nothing is. What cannot be looked at may be there:
 * throws `file-unreadable`.
 */
export async function infoOwn(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (thrown) {
    if (missing(thrown)) return null;
    throw unreadable(thrown, path);
  }
}

/** Facts of a regular file of ours; null for anything else. Throws `file-unreadable` as {@link infoOwn} does. */
export async function fileInfo(path: string): Promise<Stats | null> {
  const info = await infoOwn(path);
  return info?.isFile() === true ? info : null;
}

function unreadable(thrown: unknown, path: string): unknown {
  const code = systemCode(thrown) ?? '';
  if (code === '' || thrown instanceof ProblemError) return thrown;
  return problem('file-unreadable', { path, reason: code }, { cause: thrown });
}

/**
 * The text of a file of ours that says whose something is; '' where there is none, or one longer than ours are: it names nobody.
 * Null where there is one that cannot be read: whoever it names may live, and what it is about stays.
 */
export async function ownerText(path: string): Promise<string | null> {
  try {
    return await readOwnText(path);
  } catch (thrown) {
    const isNone =
      missing(thrown) || (thrown instanceof ProblemError && thrown.problem.code === 'limit-exceeded');
    return isNone ? '' : null;
  }
}

/**
 * {@link readOwnText} for what is none where it is not there, no file of ours, or another user's own that this one may not read;
 * null then. Throws `file-unreadable`.
 */
export async function readOwnIfThere(path: string): Promise<string | null> {
  try {
    return await readOwnText(path);
  } catch (thrown) {
    if (missing(thrown) || thrown instanceof ProblemError) return null;
    if (isRefused(thrown) && (await infoOwn(path).catch(() => null))?.uid !== self) return null;
    throw unreadable(thrown, path);
  }
}

/**
 * Names in a folder of ours; none where there is none, or something else is in its place, or it is another user's own: who
 * reads the images of that user's store has nothing there. Throws `file-unreadable` for one of ours that cannot be read.
 */
export async function listOwn(path: string): Promise<string[]> {
  let isOthers = false;
  try {
    const info = await lstat(path);
    isOthers = self !== null && info.uid !== self;
    return info.isDirectory() ? await readdir(path) : [];
  } catch (thrown) {
    if (missing(thrown) || (isOthers && isRefused(thrown))) return [];
    throw unreadable(thrown, path);
  }
}

/**
 * {@link listOwn} of a folder with records that `isOne` picks by name: whoever reads them holds them all. Throws
 * `limit-exceeded` where there are more than anybody has.
 */
export async function listRecords(path: string, isOne: (name: string) => boolean): Promise<string[]> {
  const names = (await listOwn(path)).filter(isOne);
  if (names.length > mostRecords)
    throw problem('limit-exceeded', {
      file: path,
      what: 'records',
      limit: mostRecords,
      found: names.length,
    });
  return names;
}

/** Whether a value in a record is a text as records have them. */
export const isRecordText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= mostText;

/** Whether a folder, and no link to one, is at a path. Throws `file-unreadable` as {@link infoOwn} does. */
export async function isOwnFolder(path: string): Promise<boolean> {
  return (await infoOwn(path))?.isDirectory() === true;
}

/** Makes a folder of ours below the store with those above it, which are looked at on the way. Throws `store-unsafe`. */
export async function makeOwnFolder(store: string, ...names: readonly string[]): Promise<string> {
  let path = store;
  for (const [i, name] of names.entries()) {
    path = join(path, name);
    await mkdir(path, { mode: 0o700 }).catch((thrown: unknown) => {
      // A disk that cannot be written to says so also of a folder that is there.
      if (!['EEXIST', 'EROFS'].includes(systemCode(thrown) ?? '')) throw storeProblem(thrown, path);
      const info = look(path);
      if (info === null) throw storeProblem(thrown, path);
      const place = names.slice(0, i + 1).join('/');
      if (info.isSymbolicLink()) throw unsafe(store, place, 'link');
      if (!info.isDirectory()) throw unsafe(store, place, 'not-a-folder');
    });
  }
  return path;
}

/** Gives a finished draft its name; what lies there and is no file, in a cache, makes way. */
export async function replaceCached(draft: string, path: string): Promise<void> {
  if ((await lstat(path).catch(() => null))?.isDirectory() === true) await removeOwn(path);
  await rename(draft, path);
}

/** Tells one thing at a path from another that takes its place; '' where nothing is. */
export function identityOf(path: string): string {
  const info: BigIntStats | undefined = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return info ? `${info.dev}:${info.ino}:${info.mtimeNs}:${info.ctimeNs}` : '';
}
