import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { homeProblem, isPrivateHome, makePrivateHome, privateHome } from '../store/homes';
import { sweepLockDrafts, withLock } from '../store/lock';
import { listOwn, readOwnText, replaceOwn } from '../store/ownPlaces';
import { isAlive, ownerOf, toOwner, type Owner } from '../store/owner';
import { isStillThere } from '../store/settled';
import { idMap, outsideId } from './idMap';

/**
 * What is known of the holders of stores: one small file a store in `$XDG_DATA_HOME/stratigraph/holders`. Never in the store: who
 * believes such a record enters the namespaces of the process that it names, runs programs there, and ends it; and a store may
 * have come from elsewhere.
 */
export interface HolderRecord {
  readonly owner: Owner;
  readonly mode: 'mapped' | 'single';
}

/** The arguments of a holder, by which it is known again. */
export const holderCommand = ['sleep', 'infinity'] as const;
/** The same as the kernel tells it. */
const holderWords = holderCommand.map((word) => `${word}\0`).join('');

const recordPattern = /^[0-9a-f]{32}\.json$/;
const draftPattern = /^[0-9a-f]{32}\.json\.[0-9a-f]{32}$/;

/** A store by where it is: one that is moved has a holder of its own there. Throws where nothing is. */
function pathOf(store: string): string {
  const key = createHash('sha256').update(realpathSync(store)).digest('hex').slice(0, 32);
  return join(privateHome('holders'), `${key}.json`);
}

async function readRecord(path: string): Promise<HolderRecord | null> {
  try {
    const value = JSON.parse(await readOwnText(path)) as { owner?: unknown; mode?: unknown };
    const owner = toOwner(value.owner);
    return owner && (value.mode === 'mapped' || value.mode === 'single') ? { owner, mode: value.mode } : null;
  } catch {
    return null;
  }
}

/**
 * Whether a process is a holder that this user started: the user's own, doing what holders do, in a user namespace apart from ours
 * in which the user is root, as the kernel says.
 */
export function isOurHolder(pid: number): boolean {
  try {
    const user = process.geteuid?.() ?? -1;
    return (
      statSync(`/proc/${pid}`).uid === user &&
      outsideId(idMap(pid, 'uid'), 0) === user &&
      readFileSync(`/proc/${pid}/cmdline`, 'utf8') === holderWords &&
      readlinkSync(`/proc/${pid}/ns/user`) !== readlinkSync('/proc/self/ns/user')
    );
  } catch {
    return false;
  }
}

/** The record of a store's holder, when that lives and is one of ours. Writes nothing. */
export async function readHolder(store: string): Promise<HolderRecord | null> {
  if (!isPrivateHome('holders')) return null;
  try {
    const record = await readRecord(pathOf(store));
    return record && isAlive(record.owner) === true && isOurHolder(record.owner.pid) ? record : null;
  } catch {
    return null;
  }
}

/**
 * The process that holds what this user has mounted of a store where nobody here can enter: in a user namespace that is neither ours nor
 * below it, as another `unshare` of the same user made it. Null for none.
 */
export async function holderElsewhere(store: string): Promise<number | null> {
  if (!isPrivateHome('holders')) return null;
  try {
    const record = await readRecord(pathOf(store));
    if (record === null || isAlive(record.owner) !== true || isOurHolder(record.owner.pid)) return null;
    const { pid } = record.owner;
    const isUsers = statSync(`/proc/${pid}`).uid === process.geteuid?.();
    return isUsers && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === holderWords ? pid : null;
  } catch {
    return null;
  }
}

/** Records the holder of a store. */
export async function writeHolder(store: string, pid: number, mode: HolderRecord['mode']): Promise<void> {
  const path = pathOf(store);
  const record: HolderRecord = { owner: ownerOf(pid), mode };
  await replaceOwn(path, Buffer.from(`${JSON.stringify(record)}\n`)).catch((thrown: unknown) => {
    throw homeProblem(thrown, dirname(path));
  });
}

/** Forgets the holder of a store. */
export async function dropHolder(store: string): Promise<void> {
  await rm(pathOf(store), { force: true });
}

/**
 * Work on this user's holders, one process at a time; what is left of those that are gone is removed first. Throws
 * `file-unwritable`, `store-unsafe`, `store-busy`.
 */
export async function withHolders<T>(work: () => Promise<T>): Promise<T> {
  const home = makePrivateHome('holders');
  return withLock(join(home, 'lock'), async () => {
    await sweepLockDrafts(home);
    for (const name of await listOwn(home)) {
      const path = join(home, name);
      const record = recordPattern.test(name) ? await readRecord(path) : null;
      const isGone = record !== null && (await isStillThere(record.owner, path)) === false;
      // Drafts are written under the lock alone.
      if (isGone || draftPattern.test(name)) await rm(path, { force: true });
    }
    return work();
  }).catch((thrown: unknown) => {
    throw homeProblem(thrown, home);
  });
}
