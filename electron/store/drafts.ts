import { randomBytes } from 'node:crypto';
import { appendFile, lstat, readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { areNamesOurs } from './folderTrust';
import { readOwnText } from './ownPlaces';
import { removeByDescriptors } from './removeOwn';
import { ownerOfWord, ownerWord } from './owner';
import { isOwnerGone } from './settled';

/**
 * Drafts beside a person's file, where the file system has no files without a name. The name says whose it is (process,
 * start time, boot) and is short whatever the target is called; the next writer into that folder removes what a process
 * that died has left, and so does the next writer of the store, in which the draft's place is noted.
 */

const pattern = /^\.stratigraph-(\d+-\d+-[0-9a-f]{8}-[0-9a-f]{8})-[0-9a-f]{12}\.(part|swap)$/;
/** Where an ingest notes a draft outside of the store. */
const noteFile = 'outside';

/** A fresh name for a draft of this process. */
export function draftName(): string {
  return `.stratigraph-${ownerWord()}-${randomBytes(6).toString('hex')}.part`;
}

/**
 * A fresh name from which a draft is exchanged for what has its target's name. Whatever that is comes out here: a regular file is
 * what the draft replaced, anything else is the person's, and no sweep removes it.
 */
export function spareName(): string {
  return draftName().replace(/part$/, 'swap');
}

/** Whether a name is one of {@link draftName} or {@link spareName}, of whichever process. */
export const isDraftName = (name: string): boolean => pattern.test(name);

/** Removes what dead processes of the same user left in a folder. Whatever cannot be removed stays. */
export async function sweepDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [] as string[]))
    if (pattern.test(name)) await removeDead(folder, name).catch(() => undefined);
}

/** Notes in an ingest's folder, one after the other, where drafts are made, for {@link removeNoted}. */
export async function noteDraft(ingest: string, draft: string): Promise<void> {
  await appendFile(join(ingest, noteFile), `${draft}\0`, { mode: 0o600 });
}

/**
 * Removes the drafts that a dead ingest notes. The note is not trusted, a store may come from elsewhere: nothing goes that is
 * not by its name a draft of a process that is gone, and this user's own.
 */
export async function removeNoted(ingest: string): Promise<void> {
  const notes = await readOwnText(join(ingest, noteFile)).catch(() => '');
  for (const path of notes.split('\0')) {
    const name = basename(path);
    if (pattern.test(name)) await removeDead(dirname(path), name).catch(() => undefined);
  }
}

async function removeDead(folder: string, name: string): Promise<void> {
  const [, word = '', kind] = pattern.exec(name) ?? [];
  const info = await lstat(join(folder, name));
  if (kind === 'swap' && !info.isFile()) return;
  if (info.uid !== process.getuid?.()) return;
  // A folder may be one of ours that somebody else named so, who may not empty it himself.
  if (info.isDirectory() && !(await areNamesOurs(folder))) return;
  if (!(await isOwnerGone(ownerOfWord(word), join(folder, name)))) return;
  await removeDraft(folder, name);
}

/**
 * Removes a draft, a file, a link or a folder, whatever was copied into that: by descriptors, links not followed, however
 * deep. Anything else that has come into its place stays. `removeFolder`: how a process with a window does it, on a thread.
 */
export async function removeDraft(
  folder: string,
  name: string,
  removeFolder: (path: string) => Promise<unknown> = removeByDescriptors,
): Promise<void> {
  const path = join(folder, name);
  const info = await lstat(path).catch(() => null);
  if (info === null) return;
  if (info.isFile() || info.isSymbolicLink()) return unlink(path);
  if (info.isDirectory()) await removeFolder(path);
}
