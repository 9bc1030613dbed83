import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether others than its owner may write to something. A group of one's own, with the user's number, is the user. */
export function othersMayWrite({ gid, mode }: Pick<Stats, 'gid' | 'mode'>): boolean {
  return (mode & (gid === process.getuid?.() ? 0o002 : 0o022)) !== 0;
}

/** Whether others may give names in a folder, or take them: where a sticky bit stands, names are their owners' and the folder's. */
export const othersMayName = (info: Pick<Stats, 'gid' | 'mode'>): boolean =>
  othersMayWrite(info) && (info.mode & 0o1000) === 0;

/** Whether nobody but this user gives names in a folder. */
export async function areNamesOurs(folder: string): Promise<boolean> {
  const info = await stat(folder);
  return info.uid === process.getuid?.() && !othersMayName(info);
}

/**
 * Whether nobody but this user and root can put another folder in the way to a path without links, nor take its name: for what is
 * looked at by its path and used by it later.
 */
export async function isWayOurs(path: string): Promise<boolean> {
  for (let at = path; at !== dirname(at);) {
    at = dirname(at);
    const info = await stat(at);
    if ((info.uid !== 0 && info.uid !== process.getuid?.()) || othersMayName(info)) return false;
  }
  return true;
}
