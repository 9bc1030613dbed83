import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readyLists } from './folderLists';
import { othersMayName, readyFor } from './folderTrust';

/** Links on one way at most, as the kernel has it (path_resolution(7)). */
export const mostLinks = 40;

let outsiders: number | null | undefined;

/**
 * Whose number the kernel gives for all who have none in this user namespace, the machine's root and every other user alike; null where
 * everybody has one (user_namespaces(7)).
 */
function outsider(): number | null {
  if (outsiders !== undefined) return outsiders;
  try {
    const isWhole = /^\s*0\s+0\s+4294967295\s*$/.test(readFileSync('/proc/self/uid_map', 'utf8'));
    outsiders = isWhole ? null : Number(readFileSync('/proc/sys/kernel/overflowuid', 'utf8'));
  } catch {
    outsiders = null;
  }
  return outsiders;
}

/**
 * Folders that are root's on every system, by hier(7) and where distributions put homes. In a user namespace the machine's root looks like
 * any other user, so that there these alone are taken for root's: whoever else has a folder on a way may exchange what is in it.
 */
const rootPlaces: ReadonlySet<string> = new Set(
  [
    '/ /dev /dev/shm /home /media /mnt /opt /proc /root /run /run/lock /run/media /run/user /srv /tmp /usr /usr/local',
    '/usr/share /var /var/cache /var/home /var/lib /var/local /var/mnt /var/opt /var/roothome /var/srv /var/tmp /var/usrlocal',
  ].flatMap((line) => line.split(' ')),
);

/** Who has no number here at all, as in `unshare -U`, is none of them: all that is anybody's looks like what is his. */
const isMapped = ({ uid }: Pick<Stats, 'uid'>): boolean =>
  uid !== outsider() && (uid === 0 || uid === (process.geteuid?.() ?? uid));

/** Whether a folder belongs to this user or to root, also to the machine's root as a user namespace shows it. */
const isFolderOurs = (path: string, info: Pick<Stats, 'uid'>): boolean =>
  isMapped(info) || (info.uid === outsider() && rootPlaces.has(path));

/**
 * Whose a link in a folder is: this user's or root's (`ours`), one user's of those who have a number here, or of somebody of whom nobody
 * can tell. In a folder of root's that nobody else gives names in, links are root's.
 */
export function linkOwner(
  folder: string,
  { mode }: Pick<Stats, 'mode'>,
  link: Pick<Stats, 'uid'>,
): 'ours' | 'another' | 'unknown' {
  if (isMapped(link)) return 'ours';
  if (link.uid !== outsider()) return 'another';
  return rootPlaces.has(folder) && (mode & 0o022) === 0 ? 'ours' : 'unknown';
}

/**
 * Whether nobody but this user and root can lead a path elsewhere: each folder and link on the way to it is theirs, what is at its end
 * as well, and others neither give nor take names on the way. It need not be there: then this is said of the way as far as it
 * goes. Each link is followed by its own way. What is there and cannot be looked at is not ours. Access lists are seen where system
 * calls are loaded already: whoever only looks at images does without those.
 */
export const isWayToOurs = (path: string): boolean => isOursTo(path, { end: true, unready: false });

/**
 * The same of the way alone, whoever has what is at its end, with access lists: for what is looked at by its path and used by it
 * later.
 */
export async function isWayOurs(path: string): Promise<boolean> {
  await readyLists();
  return isOursTo(path, { end: false, unready: true });
}

/** Makes ready what {@link isWaySafe} asks of the folders on a way. */
export async function readyWay(path: string): Promise<void> {
  const folders = resolve(path).split('/').slice(0, -1);
  for (const at of folders.keys()) {
    const info = lstatSync(`/${folders.slice(1, at + 1).join('/')}`, { throwIfNoEntry: false });
    if (info?.isDirectory() === true) await readyFor(info);
  }
}

/**
 * As {@link isWayOurs}, at once: for what is gone to by its path again and again. Access lists of folders that a group of the user's
 * own may write to count once {@link readyWay} has run.
 */
export const isWaySafe = (path: string): boolean => isOursTo(path, { end: false, unready: true });

function isOursTo(
  path: string,
  { end, unready }: { readonly end: boolean; readonly unready: boolean },
): boolean {
  const waiting = resolve(path).split('/').filter(Boolean);
  let at = '/';
  let links = 0;
  try {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (name === '..') {
        at = dirname(at);
        continue;
      }
      const folder = lstatSync(at);
      if (!isFolderOurs(at, folder) || othersMayName(at, folder, unready)) return false;
      const next = join(at, name);
      const info = lstatSync(next, { throwIfNoEntry: false });
      if (info === undefined) return true;
      if (!info.isSymbolicLink()) {
        if (!isFolderOurs(next, info) && (end || waiting.length > 0)) return false;
        at = next;
        continue;
      }
      if (linkOwner(at, folder, info) !== 'ours') return false;
      if (++links > mostLinks) return false;
      const target = readlinkSync(next);
      if (target.startsWith('/')) at = '/';
      waiting.unshift(...target.split('/').filter((part) => part !== '' && part !== '.'));
    }
    return true;
  } catch {
    return false;
  }
}
