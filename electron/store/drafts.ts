import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, readFile, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isWordAlive, ownerWord } from './owner';

/**
 * Drafts beside a person's file, where the file system has no files without a name. The name says whose it is (process,
 * start time, boot) and is short whatever the target is called; the next writer into that folder removes what a process
 * that died has left, and so does the next writer of the store, in which the draft's place is noted.
 */

const pattern = /^\.stratigraph-(\d+-\d+-[0-9a-f]{8}-[0-9a-f]{8})-[0-9a-f]{12}\.part$/;
/** A draft of a process that cannot be looked for from here (another machine, another container) is left for so long, milliseconds. */
const foreignAge = 7 * 86_400_000;
/** Where an ingest notes a draft outside of the store. */
const noteFile = 'outside';

/** A fresh name for a draft of this process. */
export function draftName(): string {
  return `.stratigraph-${ownerWord()}-${randomBytes(6).toString('hex')}.part`;
}

/** Whether a name is one of {@link draftName}, of whichever process. */
export const isDraftName = (name: string): boolean => pattern.test(name);

/** Removes what dead processes of the same user left in a folder. Whatever cannot be removed stays. */
export async function sweepDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [] as string[]))
    if (pattern.test(name)) await removeDead(folder, name).catch(() => undefined);
}

/** Notes in an ingest's folder where a draft is made, for {@link removeNoted}. */
export async function noteDraft(ingest: string, draft: string): Promise<void> {
  await writeFile(join(ingest, noteFile), draft, { mode: 0o600 });
}

/**
 * Removes the draft that a dead ingest notes. The note is not trusted, a store may come from elsewhere: nothing goes that is
 * not by its name a draft of a process that is gone, and this user's own.
 */
export async function removeNoted(ingest: string): Promise<void> {
  const path = await readFile(join(ingest, noteFile), 'utf8').catch(() => '');
  const name = basename(path);
  if (pattern.test(name)) await removeDead(dirname(path), name).catch(() => undefined);
}

async function removeDead(folder: string, name: string): Promise<void> {
  const [, word = ''] = pattern.exec(name) ?? [];
  const info = await lstat(join(folder, name));
  if (info.uid !== process.getuid?.()) return;
  const isAlive = isWordAlive(word);
  if (isAlive === true || (isAlive === null && Date.now() - info.mtimeMs < foreignAge)) return;
  await removeDraft(folder, name);
}

/** Removes a draft, a file, a link or a folder. Anything else that has come into its place stays. */
export async function removeDraft(folder: string, name: string): Promise<void> {
  const path = join(folder, name);
  const info = await lstat(path).catch(() => null);
  if (info === null) return;
  if (info.isFile() || info.isSymbolicLink()) return unlink(path);
  if (!info.isDirectory()) return;
  // The folder is held, and only this user can put things into it: nothing leads elsewhere on the way down.
  const held = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const inside = process.platform === 'linux' ? `/proc/self/fd/${held.fd}` : path;
    for (const each of await readdir(inside)) await rm(join(inside, each), { recursive: true, force: true });
  } finally {
    await held.close();
  }
  await rmdir(path);
}
