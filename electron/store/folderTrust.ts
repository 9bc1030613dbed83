import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { hasOtherWriters, readyLists } from './folderLists';

/** Whether the group that may write to something is the user's own, who has its number: then an access list may say more. */
const isGroupOwn = ({ gid, mode }: Pick<Stats, 'gid' | 'mode'>): boolean =>
  (mode & 0o022) === 0o020 && gid === process.getuid?.();

/**
 * Whether others than its owner may write to the folder at a path. A group of one's own, with the user's number, is the user. Access
 * lists are seen once {@link readyFor} has run for it; before that `unready` is the answer.
 */
export function othersMayWrite(path: string, info: Pick<Stats, 'gid' | 'mode'>, unready = true): boolean {
  return isGroupOwn(info) ? hasOtherWriters(path, unready) : (info.mode & 0o022) !== 0;
}

/** Makes ready what {@link othersMayWrite} asks of a folder. */
export async function readyFor(info: Pick<Stats, 'gid' | 'mode'>): Promise<void> {
  if (isGroupOwn(info)) await readyLists();
}

/** Whether others may give names in a folder, or take them: where a sticky bit stands, names are their owners' and the folder's. */
export const othersMayName = (path: string, info: Pick<Stats, 'gid' | 'mode'>, unready = true): boolean =>
  (info.mode & 0o1000) === 0 && othersMayWrite(path, info, unready);

/** Whether nobody but this user gives names in a folder. */
export async function areNamesOurs(folder: string): Promise<boolean> {
  const info = await stat(folder);
  await readyFor(info);
  return info.uid === process.getuid?.() && !othersMayName(folder, info);
}
