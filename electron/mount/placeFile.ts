import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  renameSync,
  unlinkSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { dirname } from 'node:path';
import { problem } from '../../shared/image/problem';
import { accessListName } from '../../shared/layer/accessList';
import { systemCode } from '../../shared/image/systemCode';
import { failPoint } from '../store/failPoint';
import type { FsPath } from '../system/beneath';
import { getAttribute, linkOpen, removeAttribute, renameOnly, setAttribute } from '../system/syscalls';
import { RoomWatch } from '../worker/freeSpace';
import { diskProblem, isHeldFile, readRange, type JobTools } from '../worker/jobTools';
import type { JobInput } from '../worker/jobs';
import { linkNew, otherThan, refuseOther, type Only } from './onlyEmpty';

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Elsewhere access lists are no extended attributes. */
const isLinux = process.platform === 'linux';

/** Somebody who puts things in the target's place faster than this keeps us from it. */
const tries = 50;
/** How long what came out of a target's place is tried to be put back, milliseconds. */
const patience = 1000;

/**
 * The job `place-file`. To look at a target and to rename over it are two steps, and between them a device can come into its
 * place: the draft is exchanged for what is there instead, and what came out is looked at. It comes out under the name `spare`,
 * from which sweeps take files alone (`electron/store/drafts.ts`): who is killed before he looked leaves a folder or link of the
 * person's there, and nobody removes it. Where the file system cannot exchange names, the target is looked at right before.
 * With `only` a file is replaced by nobody's mistake: one that came meanwhile, or was written to, stays, and the draft goes.
 */
export function placeFile(
  { draft, folder, name, spare, links = false, dressedAs: old, only }: JobInput<'place-file'>,
  tools: JobTools,
): null {
  const dressedAs = old ?? null;
  const target = `${folder}/${name}`;
  const between = `${folder}/${spare}`;
  return guarded(between, name, (ours) => {
    if (dressedAs && isLinux) keepList(draft, target, dressedAs);
    const placing = { between, spare, name, links, ours, dressedAs, only };
    if (!isHeldFile(draft)) return place(draft, target, placing);
    if (nameHeld(draft, target) === 'named') {
      const undress = undresser(draft, dressedAs);
      undress.unless(null);
      undress.close();
      return null;
    }
    refuseOther(target, placing);
    // A file without a name replaces nothing: it gets one for a moment.
    if (nameHeld(draft, between) !== 'named')
      copyHeld(draft, between, name, tools, isLinux && dressedAs !== null);
    failPoint('draft-named');
    return place(between, target, placing);
  });
}

/** The same for a draft that has a name, by paths of folders that are held open; `name` is what people know the target as. */
export function placeNamed(
  draft: FsPath,
  target: FsPath,
  { between, ...rest }: Omit<Placing, 'ours' | 'dressedAs' | 'only'>,
): void {
  guarded(between, rest.name, (ours) =>
    place(draft, target, { between, ...rest, ours, dressedAs: null, only: undefined }),
  );
}

/** Removes of what stands between, when it fails, what is ours. */
function guarded(between: string, name: string, work: (ours: Ours) => null): null {
  /** What stands under `spare` and may be removed; null for nothing. */
  const ours: Ours = { at: null };
  try {
    return work(ours);
  } catch (cause) {
    const left = lookAt(between);
    if (left && (ours.at ? isSame(left, ours.at) : left.isFile())) unlinkSync(between);
    throw diskProblem(cause, name, 'write');
  }
}

interface Placing {
  readonly between: string;
  readonly spare: string;
  readonly name: string;
  readonly links: boolean;
  readonly ours: Ours;
  /** The file whose owner and mode the draft has. */
  readonly dressedAs: Identity | null;
  readonly only: Only;
}

type Identity = Pick<Stats, 'dev' | 'ino' | 'uid'>;

interface Ours {
  at: Stats | null;
}

/** Renames a draft to a name that is free, or exchanges it for a regular file (with `links` also a link) of that name, which goes. */
function place(draft: FsPath, target: FsPath, placing: Placing): null {
  const undress = undresser(draft, placing.dressedAs);
  try {
    return placeOver(draft, target, undress.unless, placing);
  } finally {
    undress.close();
  }
}

function placeOver(
  draft: FsPath,
  target: FsPath,
  undressUnless: (old: Stats | null) => void,
  placing: Placing,
): null {
  const { between, spare, name, links, ours } = placing;
  let at: FsPath = draft;
  for (let i = 0; i < tries; i++) {
    const own = lookAt(at);
    const isNew = attempted(() => renameOnly(at, target, 'new'), ['EEXIST']);
    if (isNew === 'done') {
      try {
        undressUnless(null);
      } catch (cause) {
        // Back to where it is removed from: nothing was there, and nothing is to be.
        ours.at = own;
        renameOnly(target, between, 'new');
        throw cause;
      }
      return null;
    }
    const looking = (from: FsPath): null => placeLooking(from, target, undressUnless, placing);
    if (isNew === 'unknown') return looking(at);
    // A folder is not put in a file's place.
    if (lookAt(at)?.isDirectory()) throw problem('file-unwritable', { path: name, reason: 'EEXIST' });
    refuseOther(target, placing);
    // That something is there the kernel says by itself; whether the file system takes such a renaming shows at a free name.
    if (at !== between && attempted(() => renameOnly(at, between, 'new'), []) === 'unknown')
      return looking(at);
    at = between;
    ours.at = lookAt(between);
    failPoint('draft-between');
    const exchanged = attempted(() => renameOnly(between, target, 'exchange'), ['ENOENT']);
    if (exchanged === 'unknown') return looking(between);
    if (exchanged === 'refused') continue;
    const other = otherThan(lookAt(between) ?? undefined, placing);
    if (isReplaced(between, links) && other === null) {
      replaceOld({ between, target, draft: ours.at, spare, name }, undressUnless);
      return null;
    }
    // What is the person's and could not be given its name again stays under this one, which nobody sweeps.
    if (!putBack(between, target, ours.at)) throw problem('file-displaced', { path: name, now: spare });
    throw other ?? changed(name);
  }
  throw changed(name);
}

/** What is left to do once a draft stands in the target's place and the old file `between`: where it fails the old one is put back, or named. */
function replaceOld(
  {
    between,
    target,
    draft,
    spare,
    name,
  }: { readonly target: FsPath; readonly draft: Stats | null } & Pick<Placing, 'between' | 'spare' | 'name'>,
  undressUnless: (old: Stats | null) => void,
): void {
  const left = (cause: unknown): Error =>
    problem('old-file-left', { path: name, now: spare, reason: systemCode(cause) ?? 'EIO' }, { cause });
  try {
    failPoint('draft-exchanged');
    undressUnless(lookAt(between));
  } catch (cause) {
    throw putBack(between, target, draft) ? cause : left(cause);
  }
  try {
    failPoint('draft-undressed');
    unlinkSync(between);
  } catch (cause) {
    throw left(cause);
  }
}

/**
 * Gives what came out its name again; says whether that is so. Whoever exchanges names meanwhile may be in the way: until our own
 * draft comes back. All of the first tries may fall into a moment in which somebody else's program, that has just taken our draft to
 * another name, is not running: then it is waited for, and the draft is fetched from where it is.
 */
function putBack(between: string, target: FsPath, draft: Stats | null): boolean {
  const until = Date.now() + patience;
  for (let i = 0; i < tries || Date.now() < until; i++) {
    const there = lookAt(between);
    if (there === null || (draft && isSame(there, draft))) return true;
    const from = i < tries || !draft ? target : (nameOf(draft, dirname(between)) ?? target);
    if (i >= tries) sleep(1);
    if (attempted(() => renameOnly(between, from, 'exchange'), ['ENOENT']) === 'refused')
      attempted(() => renameOnly(between, target, 'new'), ['EEXIST', 'ENOENT']);
    failPoint('draft-put-back');
  }
  // Regular files are swept from under this name: what stays there is to be the other thing, if either must.
  if (isReplaced(between, false)) attempted(() => renameOnly(between, target, 'exchange'), ['ENOENT']);
  return false;
}

/** Where a file of ours is in a folder; null where it is not. */
function nameOf(file: Stats, folder: string): Buffer | null {
  for (const name of readdirSync(folder, { encoding: 'buffer' })) {
    const path = Buffer.concat([Buffer.from(`${folder}/`), name]);
    const info = lstatSync(path, { throwIfNoEntry: false });
    if (info && isSame(info, file)) return path;
  }
  return null;
}

const sleep = (milliseconds: number): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
};

/** For file systems that know rename(2) only. */
function placeLooking(
  draft: FsPath,
  target: FsPath,
  undressUnless: (old: Stats | null) => void,
  placing: Placing,
): null {
  const { name, links, only } = placing;
  refuseOther(target, placing);
  const there = lookAt(target);
  if (there !== null && !isReplaced(target, links)) throw changed(name);
  undressUnless(there);
  // Where a file system makes links, one to a name that is taken is refused by it alone.
  if (only !== undefined && there === null && linkNew(draft, target, placing)) {
    unlinkSync(draft);
    return null;
  }
  renameSync(draft, target);
  return null;
}

interface Undresser {
  readonly unless: (old: Stats | null) => void;
  readonly close: () => void;
}

/**
 * Takes the owner and mode of an old file from the draft again, unless it is that file whose place the draft takes: as root we would
 * give a file to another user for one that he did not have there. The draft is held before it has a name that others know.
 */
function undresser(draft: FsPath, dressedAs: Identity | null): Undresser {
  if (dressedAs === null || process.geteuid?.() !== 0)
    return { unless: () => undefined, close: () => undefined };
  const fd = openDraft(draft);
  return {
    unless: (old) => {
      if (isOld(old, dressedAs) && old?.uid === dressedAs.uid) return;
      // Without bits for the group an access list gives nobody anything.
      fchmodSync(fd, 0o600);
      fchownSync(fd, 0, process.getegid?.() ?? 0);
    },
    close: () => closeSync(fd),
  };
}

const changed = (path: string): Error => problem('file-unwritable', { path, reason: 'changed' });

function attempted(call: () => void, refusals: readonly string[]): 'done' | 'refused' | 'unknown' {
  try {
    call();
    return 'done';
  } catch (cause) {
    const code = systemCode(cause) ?? '';
    if (refusals.includes(code)) return 'refused';
    if (code === 'EINVAL' || code === 'ENOSYS') return 'unknown';
    throw cause;
  }
}

function lookAt(path: FsPath): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

const isSame = (a: Stats, b: Stats): boolean => a.dev === b.dev && a.ino === b.ino;

function isReplaced(path: FsPath, links: boolean): boolean {
  const there = lookAt(path);
  return there !== null && (there.isFile() || (links && there.isSymbolicLink()));
}

/**
 * Gives a draft, whose mode is the old file's already, that file's access list, or takes away what the folder's own gave it: with a
 * list the group bits of a mode are its mask, and without it the owning group would have them.
 */
function keepList(draft: string, target: string, old: Identity): void {
  const list = listOfOld(target, old);
  const fd = openDraft(draft);
  try {
    setList(fd, list);
  } finally {
    closeSync(fd);
  }
}

const openDraft = (draft: FsPath): number =>
  openSync(
    draft,
    constants.O_RDONLY | (typeof draft === 'string' && isHeldFile(draft) ? 0 : constants.O_NOFOLLOW),
  );

/** The access list of the file that was there when the target was looked at; null where it has none, or another is there by now. */
function listOfOld(target: string, old: Identity): Uint8Array | null {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  let fd: number;
  try {
    fd = openSync(target, flags);
  } catch (cause) {
    const code = systemCode(cause);
    // Who may not read a file may see its list all the same.
    return code === 'EACCES' && isOld(lookAt(target), old) ? getAttribute(target, accessListName) : null;
  }
  try {
    return isOld(fstatSync(fd), old) ? getAttribute(fd, accessListName) : null;
  } finally {
    closeSync(fd);
  }
}

const isOld = (info: Stats | null, old: Identity): boolean =>
  info !== null && info.isFile() && info.dev === old.dev && info.ino === old.ino;

/** By a descriptor alone: in a folder of somebody else a name may be another file's by now. */
function setList(fd: number, list: Uint8Array | null): void {
  if (list) return setAttribute(fd, accessListName, list);
  try {
    removeAttribute(fd, accessListName);
  } catch (cause) {
    const code = systemCode(cause) ?? '';
    if (!['ENODATA', 'ENOTSUP', 'EOPNOTSUPP'].includes(code)) throw cause;
  }
}

/** Gives a file that has no name one that is free; says whether it did. Not every file system makes links. */
function nameHeld(held: string, path: string): 'named' | 'taken' | 'no-links' {
  try {
    linkOpen(held, path);
    return 'named';
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'EEXIST') return 'taken';
    if (['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EXDEV', 'EMLINK', 'ENOENT'].includes(code ?? ''))
      return 'no-links';
    throw cause;
  }
}

/** Copies a file without a name into one that has one. */
function copyHeld(held: string, path: string, label: string, tools: JobTools, withList: boolean): void {
  const input = openSync(held, 'r');
  try {
    const { size, mode, uid, gid } = fstatSync(input);
    // All through one descriptor: in a folder of somebody else its name may be another file's by now.
    const made = openSync(path, newFile, 0o600);
    const room = new RoomWatch(path, label);
    try {
      for (const chunk of readRange(input, { offset: 0, size }, { label: path, reuse: true }, tools)) {
        room.take(chunk.length);
        for (let at = 0; at < chunk.length;) at += writeSync(made, chunk, at);
      }
      if (process.getuid?.() === 0) fchownSync(made, uid, gid);
      fchmodSync(made, mode & 0o777);
      if (withList) setList(made, getAttribute(input, accessListName));
      fsyncSync(made);
    } finally {
      closeSync(made);
    }
  } finally {
    closeSync(input);
  }
}
