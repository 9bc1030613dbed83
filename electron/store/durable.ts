import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { problem, ProblemError } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { failPoint } from './failPoint';
import { fullFactsOf } from './fullFolder';

/**
 * The store's disk faults as problems that name the file, by `shown` where its own name does not say where it is, and of a full disk the
 * folder; anything else is passed on as it is.
 */
export function storeProblem(cause: unknown, path: string, shown = basename(path)): unknown {
  if (cause instanceof ProblemError) return cause;
  const code = systemCode(cause);
  if (code === undefined) return cause;
  const full = fullFactsOf(code, path);
  if (full) return problem('disk-full', full, { cause });
  return problem('file-unwritable', { path: shown, reason: code }, { cause });
}

/** Makes a folder's entries durable: a rename is on disk only when its folder is. */
export async function syncDirectory(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** From so many files on the file system is asked to write everything at once. */
const many = 24;

/**
 * Makes the contents of files in one folder durable. A few are synced one by one; for many of them the whole file system is
 * written where `syncFileSystem` can (syncfs(2)), which waits for the disk once and not once a file.
 */
export async function syncFiles(
  folder: string,
  files: readonly string[],
  syncFileSystem: ((folder: string) => Promise<unknown>) | undefined,
): Promise<void> {
  if (files.length >= many && syncFileSystem && process.platform === 'linux') {
    const worked = await syncFileSystem(folder).then(
      () => true,
      () => false,
    );
    if (worked) return;
  }
  for (const path of files) {
    const file = await open(path, 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

/** Writes a new file durably; throws EEXIST when it is there. */
export async function writeDurably(path: string, bytes: Uint8Array, mode = 0o600): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  failPoint('written');
}

/**
 * Replaces a file as a whole: a reader sees the old bytes or the new ones, also after a power cut. `ready` is asked when all is
 * written, right before the old file goes; what it throws leaves that where it is.
 */
export async function replaceDurably(
  path: string,
  bytes: Uint8Array,
  temporary: string,
  ready: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  try {
    await writeDurably(temporary, bytes, 0o644);
    await ready();
    await rename(temporary, path);
  } catch (thrown) {
    // A full disk leaves a part of it, which would take the room that is missing.
    await rm(temporary, { force: true });
    throw thrown;
  }
  failPoint('replaced');
  await syncDirectory(dirname(path));
  failPoint('replaced-synced');
}
