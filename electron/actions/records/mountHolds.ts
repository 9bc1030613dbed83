import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from '../../store/lock';
import { listRecords, makeOwnFolder, mostText, readOwnIfThere } from '../../store/ownPlaces';
import { isOurs, newOwner, toOwner, type Owner } from '../../store/owner';
import { places } from '../../store/places';
import { fromStoreJson, toStoreJson } from '../../store/seal';
import { isStillThere } from '../../store/settled';

/**
 * Who needs a mount besides the process that made it: one small file a holder beside the mount's record. Without it the
 * first of two processes to end would unmount the tree under the other, and the next one would mount it a second time on
 * the same upper directory, which overlayfs does not define.
 */
export interface MountHold {
  readonly owner: Owner;
  /** The command that runs in the tree, by whose will it must stay as it is; null for who only looks. */
  readonly command: string | null;
}

/** The folder with the locks of {@link withMount}. */
export const mountLocks = (store: string): string => join(places.mounts(store), 'locks');

const folderOf = (store: string): string => join(places.mounts(store), 'holds');

const namePattern = /^(.+)\.([0-9a-f]{32})\.json$/;

/** A hold that was taken: what tells it from others, and how to let go. */
export interface TakenHold {
  readonly token: string;
  release(): Promise<void>;
}

/** Holds a mount for this process, or the one named, until it is released, or the process is gone. */
export async function holdMount(
  store: string,
  id: string,
  command: string | null,
  owner: Owner = newOwner(),
): Promise<TakenHold> {
  const folder = await makeOwnFolder(store, 'mounts', 'holds');
  const path = join(folder, `${id}.${owner.token}.json`);
  const hold = { id, owner, command: command?.slice(0, mostText) ?? null };
  await writeFile(path, toStoreJson('hold', store, hold), { flag: 'wx', mode: 0o600 });
  return { token: owner.token, release: () => rm(path, { force: true }) };
}

/** The holds of a mount by processes that are there; those of others are removed. */
export async function readHolds(store: string, id: string): Promise<readonly MountHold[]> {
  const found: MountHold[] = [];
  const isOne = (name: string): boolean => namePattern.exec(name)?.[1] === id;
  for (const name of await listRecords(folderOf(store), isOne)) {
    const hold = await readHold(store, name);
    if (hold) found.push(hold);
  }
  return found;
}

/** Removes the holds of processes that are gone. */
export async function sweepHolds(store: string): Promise<void> {
  for (const name of await listRecords(folderOf(store), (each) => namePattern.test(each)))
    // Whose hold cannot be read may live.
    await readHold(store, name).catch(() => null);
}

/** A hold that counts, or null; one whose process is gone is removed. */
async function readHold(store: string, name: string): Promise<MountHold | null> {
  const path = join(folderOf(store), name);
  // None: released in this moment, or about to be written.
  const text = await readOwnIfThere(path);
  const found = text === null ? null : fromStoreJson('hold', store, text);
  const owner = toOwner(found?.['owner']);
  // One that somebody else has put there keeps nobody from a mount.
  if (found === null || owner === null || found['id'] !== namePattern.exec(name)?.[1]) return null;
  const { command } = found;
  if ((await isStillThere(owner, path)) !== false)
    return { owner, command: typeof command === 'string' ? command : null };
  await rm(path, { force: true }).catch(() => undefined);
  return null;
}

/** Who is in the way of work on a mount, for the sentence that says so. */
export interface Runner {
  /** `name (number)`; of a terminal of this window the name alone: the number would be our own. */
  readonly process: string;
  readonly here?: true;
}

/** Who runs a command in a mount; null when nobody does. */
export async function runnerOf(store: string, id: string): Promise<Runner | null> {
  const running = (await readHolds(store, id)).filter(({ command }) => command !== null);
  // Others first: what runs here the person can see.
  const hold = running.find(({ owner }) => !isOurs(owner)) ?? running[0];
  if (!hold) return null;
  const name = hold.command ?? '';
  return isOurs(hold.owner) ? { process: name, here: true } : { process: `${name} (${hold.owner.pid})` };
}

/** Work on one mount, one process at a time: mounting, unmounting, and what its record says of it. */
export async function withMount<T>(store: string, id: string, work: () => Promise<T>): Promise<T> {
  await makeOwnFolder(store, 'mounts', 'locks');
  return withLock(join(mountLocks(store), `lock-${id}`), work);
}
