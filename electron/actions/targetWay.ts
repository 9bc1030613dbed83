import type { Stats } from 'node:fs';
import { lstat, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isUserOrRoot, mostLinks } from '../store/ownWay';

/**
 * The links on the way to what a person names as a target. Whoever made a link in a folder of his own chooses what is written to,
 * with the rights of whoever follows it; the kernel sees to that in sticky folders alone (`fs.protected_symlinks`). So one that is
 * neither this user's nor root's is followed only to a folder of the same owner, where he can put anything himself.
 */

/** A link that somebody else made, to where he may not write by himself. */
export class ForeignLink extends Error {}

/** Throws {@link ForeignLink} for a link in a folder that is not to be followed to where a folder is, `leads`. */
export async function checkLink(link: Stats, folder: string, leads: string): Promise<void> {
  if (isUserOrRoot(link)) return;
  const { mode, uid } = await stat(folder);
  // In a folder for everybody the kernel asks more: the link is the folder's owner's.
  const isForAll = (mode & 0o1002) === 0o1002 && link.uid !== uid;
  if (isForAll || (await stat(leads)).uid !== link.uid) throw new ForeignLink(leads);
}

/** realpath(3), where {@link checkLink} lets each link on the way be followed. Throws {@link ForeignLink}. */
export async function realWay(path: string): Promise<string> {
  const waiting = resolve(path).split('/').filter(Boolean);
  let at = '/';
  let links = 0;
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, name);
    const info = await lstat(next);
    if (!info.isSymbolicLink()) {
      at = next;
      continue;
    }
    if (++links > mostLinks) throw Object.assign(new Error(basename(path)), { code: 'ELOOP' });
    await checkLink(info, at, next);
    const target = await readlink(next);
    if (target.startsWith('/')) at = '/';
    waiting.unshift(...target.split('/').filter((part) => part !== '' && part !== '.'));
  }
  return at;
}
