import { access, constants, readdir } from 'node:fs/promises';
import { readdirSync, statSync } from 'node:fs';
import { defaultLimits } from '../../shared/image/limits';
import { asObject, asText, looseMember, parseJsonDocument } from '../../shared/image/jsonDocument';
import { problem, type ProblemFacts } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { storeProblem, syncDirectory } from './durable';
import { makeFolders } from './makeFolders';
import { keepReserve } from './reserve';
import { readyWay } from './ownWay';
import type { StorePaths } from './storePaths';
import { sweepTemporary } from './temporary';
import {
  checkOwned,
  checkPlaces,
  checkWay,
  fileInfo,
  hasBeenWritten,
  isStoreName,
  makeOwnFolder,
  readOwnText,
  replaceOwn,
} from './ownPlaces';

/** What `index.json` of an empty layout holds. */
export const emptyIndex = '{"schemaVersion":2,"manifests":[]}\n';

/** What `oci-layout` says, or null where there is none. Throws `store-invalid`. */
async function readMarker({ directory, marker }: StorePaths): Promise<string | null> {
  try {
    return await readOwnText(marker);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return null;
    throw problem('store-invalid', { path: directory, reason: 'unreadable' }, { cause });
  }
}

/** Why no folder for a store can be made at a place that somebody named, by the system's error; a full disk is another matter. */
const unmade: Readonly<Record<string, ProblemFacts['store-invalid']['reason'] | undefined>> = {
  EEXIST: 'not-a-folder',
  ENOTDIR: 'not-a-folder',
  ENOENT: 'unmakeable',
  EPERM: 'unmakeable',
  EACCES: 'no-rights',
  EROFS: 'read-only',
};

/**
 * Makes sure that `directory` is an OCI image layout, creating one where there is nothing. A layout that is there is only
 * looked at: whether something may be written to it is for who writes ({@link prepareWriting}). Throws `store-invalid` for
 * a folder that holds something else, since a store is never made among somebody's files, and `store-unsafe`.
 */
export async function ensureLayout(paths: StorePaths): Promise<void> {
  const { directory } = paths;
  if (isEmptyPlace(directory)) {
    await readyWay(directory);
    checkWay(directory);
  }
  try {
    makeFolders(directory, 0o700);
  } catch (cause) {
    const reason = unmade[systemCode(cause) ?? ''];
    throw reason
      ? problem('store-invalid', { path: directory, reason }, { cause })
      : storeProblem(cause, directory);
  }
  checkPlaces(directory);
  const marker = await readMarker(paths);
  if (marker === null) await makeLayout(paths);
  else if (!isLayoutMarker(marker))
    throw problem('store-invalid', { path: directory, reason: 'other-version' });
  else if ((await fileInfo(paths.index)) === null)
    throw problem('store-invalid', { path: directory, reason: 'no-index' });
  if (await mayKeepCaches(directory)) return;
  await sweepTemporary();
  paths.keepCaches('apart');
}

/** Whether a store could be made in a folder, and is not there yet: nothing is at the path, or an empty folder. */
export function isEmptyPlace(directory: string): boolean {
  try {
    return readdirSync(directory).length === 0;
  } catch (thrown) {
    return systemCode(thrown) === 'ENOENT';
  }
}

/**
 * Refuses where nothing is in the place of a store that was open: what is moved or deleted is gone, and a disk that is taken away leaves the
 * empty folder that it was mounted on, in which nothing is made unasked. Throws `store-invalid`.
 */
export function checkStands(directory: string): void {
  if (isEmptyPlace(directory)) throw problem('store-invalid', { path: directory, reason: 'gone' });
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === false)
    throw problem('store-invalid', { path: directory, reason: 'not-a-folder' });
}

/** A store that no writer of ours has written to, or that cannot be written to, is left as it is. */
async function mayKeepCaches(directory: string): Promise<boolean> {
  if (!hasBeenWritten(directory)) return false;
  try {
    checkOwned(directory);
    await access(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function makeLayout(paths: StorePaths): Promise<void> {
  const { directory } = paths;
  // `lock` and `ingest` may come first when two processes begin at once.
  const names = await readdir(directory).catch((cause: unknown) => {
    throw problem('store-invalid', { path: directory, reason: 'unreadable' }, { cause });
  });
  if (!names.every(isStoreName)) throw problem('store-invalid', { path: directory, reason: 'other-files' });
  await prepareWriting(paths);
  try {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    if ((await fileInfo(paths.index)) === null) await replaceOwn(paths.index, bytes(emptyIndex));
    await replaceOwn(paths.marker, bytes('{"imageLayoutVersion":"1.0.0"}\n'));
    await syncDirectory(directory);
  } catch (cause) {
    throw storeProblem(cause, directory);
  }
}

/**
 * What every writer does first: looks whether all places are ours and nobody else can change them, and makes the folders
 * that are missing. Throws `store-unsafe`, `disk-full`, `file-unwritable`.
 */
export async function prepareWriting(paths: StorePaths): Promise<void> {
  const { directory } = paths;
  checkOwned(directory);
  try {
    await makeOwnFolder(directory, 'blobs', 'sha256');
    await makeOwnFolder(directory, 'ingest');
    await makeOwnFolder(directory, 'cache', 'index', 'sha256');
  } catch (cause) {
    throw storeProblem(cause, directory);
  }
  await keepReserve(paths);
  if (paths.cachesApart !== null && hasBeenWritten(directory)) paths.keepCaches('inside');
}

/** True for the content of an `oci-layout` file that we can work with. */
export function isLayoutMarker(text: string): boolean {
  try {
    const marker = parseJsonDocument(new TextEncoder().encode(text), {
      file: 'oci-layout',
      entry: 'oci-layout',
      limits: defaultLimits,
    });
    return /^1\./.test(asText(looseMember(asObject(marker) ?? {}, 'imageLayoutVersion')));
  } catch {
    return false;
  }
}
