import { createHash } from 'node:crypto';
import { lstatSync, statfsSync, type BigIntStats } from 'node:fs';
import { lstat, mkdir, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBytes } from '../../shared/image/limits';
import { tarCacheFormat } from '../../shared/layer/tarRules';
import { markOf } from './blobFile';
import { syncDirectory, writeDurably } from './durable';
import { failPoint } from './failPoint';
import { othersMayWrite } from './folderTrust';
import { ownCacheHome } from './homes';
import { withLock } from './lock';
import { makeFolders } from './makeFolders';
import { mostBytes, readOwnFile } from './ownPlaces';
import { ownerOfWord, ownName, wordOfName } from './owner';
import { removeOwn } from './removeOwn';
import { fromSealedJson, toSealedJson } from './seal';
import { isOwnerGone } from './settled';

/**
 * Compressed archives that were looked at, unpacked, and images of engines that were: a second look, by any process of this person, reads none of that again. Each
 * is a layout folder below `$XDG_CACHE_HOME/stratigraph/unpacked`, as the look made it, with a sealed record of what it was made of and
 * what its files were. It counts only for the very file ({@link markOf}) by the same bounds and name, while every blob is as it was
 * written; its documents and layers are verified by whoever reads them, as those of the store are. All together take a bounded
 * part of the disk, of which the one that was not looked at for longest goes first.
 */

/** Forms of the record and of what a look makes of an archive: what another one made is made anew. */
const format = tarCacheFormat(1);
/** Most bytes of all that is kept, and the part of what the disk has for it, where the environment says nothing. */
const mostKept = { bytes: 10 * 2 ** 30, part: 1 / 10 } as const;
/** A file that was changed so shortly before it was read may be changed again and bear the same times, milliseconds: where the clock counts seconds, and else. */
const tooFresh = { coarse: 2500, fine: 100 } as const;
/** How long another process of this person is waited for that looks over what is kept, milliseconds. */
const patience = 5000;

const recordName = 'unpacked.json';
const entryName = /^[0-9a-f]{64}$/;
const draftName = /^(?:work|gone)\./;
const holdName = /^hold\.([0-9a-f]{64})\./;

/** Of what something is kept. */
export interface UnpackedOf {
  /** The archive, links followed; where there is no mark, a word for what it is. */
  readonly path: string;
  /** See {@link markOf}; null for what is no file and never changes, since `path` has its digest: an image by its ID. */
  readonly mark: string | null;
  /** All else that decides what a look comes to: what the person called it, bounds. */
  readonly how: string;
}

/** What is kept of an archive, held against being cleared away. */
export interface HeldUnpacked {
  /** A layout folder. */
  readonly folder: string;
  /** Names of the blobs in it. */
  readonly blobs: ReadonlySet<string>;
  /** To be called when nothing reads it any more. */
  release(): Promise<void>;
  /** Has it count for nobody any more: it was found damaged. What reads it now goes on; it goes with the last one. */
  forget(): Promise<void>;
}

/** A folder in the making, for an archive that nothing is kept of. */
export interface UnpackedDraft {
  readonly folder: string;
  /**
   * Keeps the layout that was made in it, on disk as a whole, for later looks. Null where it cannot be kept (too large, the archive was
   * changed meanwhile, nobody answers): then it stays a draft.
   */
  keep(): Promise<HeldUnpacked | null>;
  /** Removes it; nothing where it was kept. */
  discard(): Promise<void>;
}

interface UnpackedRecord extends UnpackedOf {
  readonly rules: number;
  readonly files: string;
}

const keyOf = ({ path, mark, how }: UnpackedOf): string =>
  createHash('sha256')
    .update([format, path, mark ?? '', how].join('\0'))
    .digest('hex');

/** Where all that is kept lies, whether something is there or not; null where this person has no such place, or wants none. */
function homePath(): string | null {
  const home = environmentBytes() === 0 ? null : ownCacheHome();
  return home && join(home, 'stratigraph', 'unpacked');
}

/** The folder of all that is kept, which nobody else can write to; null where there is no such place. */
function ownHome(): string | null {
  const folder = homePath();
  if (folder === null) return null;
  try {
    makeFolders(folder, 0o700);
    return isOurFolder(folder) ? folder : null;
  } catch {
    return null;
  }
}

function isOurFolder(path: string): boolean {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info?.isDirectory() !== true || info.uid !== (process.geteuid?.() ?? info.uid)) return false;
  return !othersMayWrite(path, info, false);
}

/** `STRATIGRAPH_UNPACKED`: most bytes of all that is kept (`20GB`); with 0 there is no such cache, and what is there stays untouched. Null where it says nothing that can be read. */
const environmentBytes = (): number | null => parseBytes(process.env['STRATIGRAPH_UNPACKED'] ?? '');

/** Most bytes that may be kept, when so many are. */
function mostBytesOf(home: string, kept: number): number {
  const named = environmentBytes();
  if (named !== null) return named;
  const { bavail, bsize } = statfsSync(home);
  return Math.min(mostKept.bytes, Math.floor((bavail * bsize + kept) * mostKept.part));
}

/** Bytes on disk of a folder and all in it; what goes meanwhile counts for nothing. */
async function bytesBelow(path: string): Promise<number> {
  const info = await lstat(path).catch(() => null);
  if (info === null) return 0;
  let sum = info.blocks * 512;
  if (info.isDirectory())
    for (const name of await readdir(path).catch(() => [])) sum += await bytesBelow(join(path, name));
  return sum;
}

/** Whether the process is gone that gave a name of ours. */
async function isLeft(path: string, name: string): Promise<boolean> {
  const word = wordOfName(name);
  return word !== null && isOwnerGone(ownerOfWord(word), path);
}

/** Removes what processes left that were killed. */
async function sweep(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    const path = join(home, name);
    if ((draftName.test(name) || holdName.test(name)) && (await isLeft(path, name)))
      await removeOwn(path).catch(() => undefined);
  }
}

/** Keys of what somebody reads now. */
async function heldKeys(home: string): Promise<ReadonlySet<string>> {
  return new Set((await readdir(home)).flatMap((name) => holdName.exec(name)?.[1] ?? []));
}

/** Takes something away at once, whatever is in it: it has no name of an entry any more, and goes as a draft does. */
async function removeEntry(home: string, key: string): Promise<void> {
  const gone = join(home, `gone.${ownName()}`);
  await rename(join(home, key), gone).catch(() => undefined);
  await removeOwn(gone).catch(() => undefined);
}

const infoLine = (name: string, { ino, size, mtimeNs }: BigIntStats): string =>
  `${name} ${ino} ${size} ${mtimeNs}`;

/** What the layout's files are, in one word, and the names of its blobs; null where one of them is none of ours. */
async function filesOf(
  folder: string,
): Promise<{ readonly files: string; readonly blobs: readonly string[] } | null> {
  const blobs = (await readdir(join(folder, 'blobs', 'sha256'))).sort();
  const hash = createHash('sha256');
  for (const name of blobs) {
    const info = await lstat(join(folder, 'blobs', 'sha256', name), { bigint: true });
    if (!info.isFile()) return null;
    hash.update(`${infoLine(name, info)}\n`);
  }
  // What images there are stands in no digest that somebody else names.
  for (const name of ['oci-layout', 'index.json']) {
    const bytes = readOwnFile(join(folder, name), mostBytes.list);
    if (bytes === null) return null;
    hash.update(`${name} ${bytes.length}\n`).update(bytes);
  }
  return { files: hash.digest('hex'), blobs };
}

function readRecord(folder: string): UnpackedRecord | null {
  const text = readOwnFile(join(folder, recordName))?.toString('utf8') ?? '';
  return fromSealedJson('unpacked', text) as UnpackedRecord | null;
}

/** What is kept under a key, where it is as it was written. */
async function soundEntry(home: string, key: string): Promise<{ readonly blobs: readonly string[] } | null> {
  const folder = join(home, key);
  try {
    if (!isOurFolder(folder)) return null;
    const record = readRecord(folder);
    if (record?.rules !== format || keyOf(record) !== key) return null;
    const found = await filesOf(folder);
    return found?.files === record.files ? found : null;
  } catch {
    return null;
  }
}

/** Holds what is kept under a key; called under the lock. */
async function hold(home: string, key: string, blobs: readonly string[]): Promise<HeldUnpacked> {
  const path = join(home, `hold.${key}.${ownName()}`);
  await writeFile(path, '', { flag: 'wx', mode: 0o600 });
  const folder = join(home, key);
  const now = new Date();
  await utimes(join(folder, recordName), now, now);
  let isForgotten = false;
  const release = async (): Promise<void> => {
    await rm(path, { force: true }).catch(() => undefined);
    if (!isForgotten) return;
    await locked(home, async () => {
      if (!(await heldKeys(home)).has(key) && readRecord(folder) === null) await removeEntry(home, key);
    });
  };
  return {
    folder,
    blobs: new Set(blobs),
    release,
    async forget() {
      isForgotten = true;
      await rm(join(folder, recordName), { force: true }).catch(() => undefined);
    },
  };
}

/** Runs work against every other process that looks over what is kept; null where that cannot be, or fails: then nothing is kept. */
async function locked<T>(home: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await withLock(join(home, 'lock'), work, patience);
  } catch {
    return null;
  }
}

/** What is kept of an archive, held; null for nothing. What is there and is not as it was written is removed. */
export async function takeUnpacked(of: UnpackedOf): Promise<HeldUnpacked | null> {
  const home = ownHome();
  const key = keyOf(of);
  if (home === null || lstatSync(join(home, key), { throwIfNoEntry: false }) === undefined) return null;
  return locked(home, async () => {
    await sweep(home);
    const found = await soundEntry(home, key);
    if (found) return hold(home, key, found.blobs);
    if (!(await heldKeys(home)).has(key)) await removeEntry(home, key);
    return null;
  });
}

/** Whether a change of an archive that comes now would show in its mark. */
function isMarkable({ path, mark }: UnpackedOf): boolean {
  if (mark === null) return true;
  const { ctimeNs, mtimeNs } = lstatSync(path, { bigint: true });
  const isCoarse = ctimeNs % 1_000_000_000n === 0n && mtimeNs % 1_000_000_000n === 0n;
  const age = Date.now() - Number(ctimeNs / 1_000_000n);
  return age > (isCoarse ? tooFresh.coarse : tooFresh.fine);
}

/** Whether an archive is the file that something was kept of; null where there is none. */
function isSame({ path, mark }: UnpackedOf): boolean | null {
  if (mark === null) return true;
  const info = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return info ? markOf(info) === mark : null;
}

/** A folder in which an archive of so many bytes can be unpacked so that it may be kept; null where it is not to be. */
export async function beginUnpacked(of: UnpackedOf, bytes: number): Promise<UnpackedDraft | null> {
  const home = ownHome();
  try {
    if (home === null || isSame(of) !== true || !isMarkable(of)) return null;
    const isFit = await locked(home, async () => {
      await sweep(home);
      // Unpacked it is hardly ever smaller: what would not fit then does not now.
      return bytes <= (await makeRoom(home, 0, of));
    });
    if (isFit !== true) return null;
    const folder = join(home, `work.${ownName()}`);
    await mkdir(folder, { mode: 0o700 });
    return {
      folder,
      keep: () => locked(home, () => keepDraft(home, folder, of)),
      discard: () => removeOwn(folder),
    };
  } catch {
    return null;
  }
}

/** Gives a draft its name; called under the lock. */
async function keepDraft(home: string, folder: string, of: UnpackedOf): Promise<HeldUnpacked | null> {
  const key = keyOf(of);
  if (isSame(of) !== true) return null;
  const other = await soundEntry(home, key);
  if (other) {
    // Somebody has unpacked it at the same time.
    await removeOwn(folder);
    return hold(home, key, other.blobs);
  }
  const found = await filesOf(folder);
  const bytes = await bytesBelow(folder);
  if (found === null || bytes > (await makeRoom(home, bytes, of))) return null;
  if ((await heldKeys(home)).has(key)) return null;
  await removeEntry(home, key);
  const record: UnpackedRecord = { ...of, rules: format, files: found.files };
  await writeDurably(join(folder, recordName), Buffer.from(toSealedJson('unpacked', record)));
  await syncDirectory(folder);
  failPoint('unpacked-written');
  await rename(folder, join(home, key));
  await syncDirectory(home);
  failPoint('unpacked-kept');
  return hold(home, key, found.blobs);
}

interface Entry {
  readonly key: string;
  readonly bytes: number;
  readonly record: UnpackedRecord | null;
  /** When it was looked at last, milliseconds since 1970. */
  readonly used: number;
}

async function entriesOf(home: string): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  for (const key of (await readdir(home)).filter((name) => entryName.test(name))) {
    const folder = join(home, key);
    const info = await lstat(join(folder, recordName)).catch(() => null);
    const record = readRecord(folder);
    found.push({ key, bytes: await bytesBelow(folder), record, used: info?.mtimeMs ?? 0 });
  }
  return found;
}

/**
 * Clears away what nobody reads until so many bytes more may be kept: first what is no good or of an earlier state of the same archive, then
 * what was not looked at for longest. Returns how many bytes may be kept beside what stays. Called under the lock.
 */
async function makeRoom(home: string, bytes: number, of: UnpackedOf): Promise<number> {
  const held = await heldKeys(home);
  const entries = await entriesOf(home);
  let total = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  // A draft of ours is on the disk already, and counts to what may be kept.
  const most = mostBytesOf(home, total + bytes);
  const isOld = ({ record }: Entry): boolean =>
    record === null || (record.path === of.path && record.mark !== of.mark);
  if (bytes > most) return 0;
  const order = [...entries].sort((a, b) => Number(isOld(b)) - Number(isOld(a)) || a.used - b.used);
  for (const entry of order) {
    if (held.has(entry.key) || (!isOld(entry) && total + bytes <= most)) continue;
    await removeEntry(home, entry.key);
    total -= entry.bytes;
  }
  return bytes === 0 ? most : Math.max(0, most - total);
}

/** What is kept and could go. */
export interface KeptUnpacked {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Clears away all that is kept and nobody reads; with `preview` it is only counted. Zero where nothing is kept, or nobody may look over it.
 */
export async function dropUnpacked({ preview = false }: { readonly preview?: boolean } = {}): Promise<{
  readonly count: number;
  readonly bytes: number;
}> {
  const none = { count: 0, bytes: 0 };
  const home = homePath();
  if (home === null || !isOurFolder(home)) return none;
  const dropped = await locked(home, async () => {
    if (!preview) await sweep(home);
    const held = await heldKeys(home);
    const going = (await entriesOf(home)).filter(({ key }) => !held.has(key));
    if (!preview) for (const { key } of going) await removeEntry(home, key);
    return { count: going.length, bytes: going.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  return dropped ?? none;
}
