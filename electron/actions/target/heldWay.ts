import { constants } from 'node:fs';
import { access, lstat, open, readlink, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { systemCode } from '../../../shared/image/systemCode';
import { linkOwner, mostLinks } from '../../store/ownWay';
import { openPath } from '../../system/beneath';

/** A folder on the way to what a person named. What is looked at and done below {@link HeldWay.at} is all in this one folder. */
export interface HeldWay {
  /** The folder, wherever its name leads by then; where the system has no /proc its path. */
  readonly at: string;
  /** Its path without links, as it was reached. */
  readonly path: string;
  readonly close: () => Promise<void>;
}

/**
 * Links on the way to what a person names as a target. Whoever made a link in a folder of his own chooses what is written to, with the
 * rights of whoever follows it; the kernel sees to that in sticky folders alone (`fs.protected_symlinks`). So one that is neither this
 * user's nor root's is followed only to a folder of the same owner, where he can put anything himself.
 */
export interface Link {
  readonly text: string;
  /** Whose the folder has to be to which it leads ({@link checkLed}); null for anybody's. */
  readonly owner: number | null;
}

/** A link that is not followed, or one that is another each time it is looked at. */
export class WayRefused extends Error {
  constructor(readonly code: 'foreign-link' | 'changed') {
    super(`the way is not followed: ${code}`);
  }
}

/** Somebody who exchanges a name on the way faster than this keeps us from it. */
const tries = 50;
const directory = openPath | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/**
 * Holds the folder that a path leads to. Every name is looked up in a folder that is held open already, so that what comes out
 * is one folder, by one way that was looked at: whoever can exchange a name on it decides which, but not between two looks. A
 * relative path begins at `from`. Throws {@link WayRefused}, and what open(2) does.
 */
export async function holdWay(path: string, from: HeldWay | null = null): Promise<HeldWay> {
  const names = (way: string): string[] => way.split('/').filter((name) => name !== '' && name !== '.');
  const isBelow = from !== null && !path.startsWith('/');
  const waiting = names(isBelow ? path : resolve(path));
  let at = isBelow ? await step(`${from.at}/.`, from.path) : await step('/', '/');
  /** Links that are gone through: whose the folder has to be when so many names are left. */
  const led: { readonly left: number; readonly owner: number | null }[] = [];
  try {
    for (let links = 0, name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const next = name === '..' ? await step(`${at.at}/..`, dirname(at.path)) : await nextOf(at, name);
      if ('text' in next) {
        if (++links > mostLinks) throw Object.assign(new Error('ELOOP'), { code: 'ELOOP' });
        led.push({ left: waiting.length, owner: next.owner });
        waiting.unshift(...names(next.text));
      }
      const before = at;
      if (!('text' in next)) at = next;
      else if (next.text.startsWith('/')) at = await step('/', '/');
      if (at !== before) await before.close();
      for (let last = led.at(-1); last?.left === waiting.length; last = led.at(-1)) {
        await checkLed(at, last.owner);
        led.pop();
      }
    }
    return at;
  } catch (cause) {
    await at.close();
    throw cause;
  }
}

/** Holds a folder that is a member of another one, and no link to one. Throws what open(2) does. */
export const holdMember = (folder: HeldWay, name: string): Promise<HeldWay> =>
  step(`${folder.at}/${name}`, join(folder.path, name));

/** A link that may be followed, once what it leads to is held against {@link Link.owner}. Throws {@link WayRefused}. */
export async function linkAt(folder: HeldWay, name: string): Promise<Link> {
  const path = `${folder.at}/${name}`;
  for (let i = 0; i < tries; i++) {
    const before = await lstat(path, { bigint: true });
    const text = await readlink(path);
    const after = await lstat(path, { bigint: true });
    // Of the link that was looked at: giving a name changes the time of a change, too.
    if (before.ino !== after.ino || before.ctimeNs !== after.ctimeNs) continue;
    const uid = Number(before.uid);
    const { mode, uid: owner } = await stat(`${folder.at}/.`);
    const whose = linkOwner(folder.path, { mode }, { uid });
    if (whose === 'ours') return { text, owner: null };
    // In a user namespace the link and what it leads to may be of two users, who look alike.
    if (whose === 'unknown') throw new WayRefused('foreign-link');
    // In a folder for everybody the kernel asks more: the link is the folder's owner's.
    if ((mode & 0o1002) === 0o1002 && uid !== owner) throw new WayRefused('foreign-link');
    return { text, owner: uid };
  }
  throw new WayRefused('changed');
}

/** Throws {@link WayRefused} for a folder to which a link of another user leads, and which is not that user's. */
export async function checkLed(folder: HeldWay, owner: number | null): Promise<void> {
  if (owner !== null && (await stat(`${folder.at}/.`)).uid !== owner) throw new WayRefused('foreign-link');
}

/** The folder of a name, or the link of that name. */
async function nextOf(folder: HeldWay, name: string): Promise<HeldWay | Link> {
  for (let i = 0; i < tries; i++) {
    try {
      if ((await lstat(`${folder.at}/${name}`)).isSymbolicLink()) return await linkAt(folder, name);
      return await holdMember(folder, name);
    } catch (cause) {
      // The one was there when it was looked at, the other when it was opened.
      const code = systemCode(cause) ?? '';
      if (!['ENOTDIR', 'ELOOP', 'EINVAL'].includes(code)) throw cause;
      const info = await lstat(`${folder.at}/${name}`);
      if (!info.isDirectory() && !info.isSymbolicLink()) throw cause;
    }
  }
  throw new WayRefused('changed');
}

/** Without descriptors by its path, where there is a moment between looking and opening. */
async function step(name: string, path: string): Promise<HeldWay> {
  if (!(await hasDescriptors())) {
    if (!(await lstat(path)).isDirectory()) throw Object.assign(new Error(path), { code: 'ENOTDIR' });
    return { at: path, path, close: () => Promise.resolve() };
  }
  const handle: FileHandle = await open(name, directory);
  return { at: `/proc/self/fd/${handle.fd}`, path, close: () => handle.close() };
}

let descriptors: Promise<boolean> | undefined;

/** Whether a folder can be reached by its descriptor's number. */
async function hasDescriptors(): Promise<boolean> {
  descriptors ??=
    process.platform === 'linux'
      ? access('/proc/self/fd').then(
          () => true,
          () => false,
        )
      : Promise.resolve(false);
  return await descriptors;
}
