import { join } from 'node:path';
import { isAskedFor, withLock } from '../../store/lock';
import { problemOf } from '../../../shared/image/problem';
import { checkOwned, makeOwnFolder } from '../../store/ownPlaces';
import { places } from '../../store/places';
import { withMount } from './mountHolds';
import { readWorkspace, type WorkspaceRecord } from './workspaceRecords';

/*
 * Three locks, always taken in this order: that of a workspace's name, that of its mount, that of the list of names. Which
 * workspace a name is said by is only known by who holds the mount's lock: renaming and removing hold it, too.
 */

/** ID of a workspace's mount record. */
export const mountIdOf = (record: Pick<WorkspaceRecord, 'id'>): string => `workspace-${record.id}`;

/** Beside the workspace, not in it: it outlasts a rename and a removal. */
const lockOf = (store: string, name: string): string => join(places.workspaces(store), `.lock-${name}`);

/** Work on one store's list of workspaces, one process at a time. */
export async function withList<T>(store: string, work: () => Promise<T>): Promise<T> {
  checkOwned(store);
  await makeOwnFolder(store, 'workspaces');
  return withLock(join(places.workspaces(store), '.lock'), work);
}

/** Work on what has a workspace's name, whatever its record says, one process at a time. */
export const withName = <T>(store: string, name: string, work: () => Promise<T>, wait?: number): Promise<T> =>
  withLock(lockOf(store, name), work, wait);

/** Work on one workspace, one process at a time. */
export async function withWorkspace<T>(
  store: string,
  name: string,
  work: () => Promise<T>,
  wait?: number,
): Promise<T> {
  await readWorkspace(store, name);
  checkOwned(store);
  return withName(store, name, work, wait);
}

/** The same where nobody has the workspace, this process included; null where somebody has. */
export async function withWorkspaceNow<T>(
  store: string,
  name: string,
  work: () => Promise<T>,
): Promise<T | null> {
  if (isAskedFor(lockOf(store, name))) return null;
  return withWorkspace(store, name, work, 0).catch((thrown: unknown) => {
    if (problemOf(thrown).code === 'store-busy') return null;
    throw thrown;
  });
}

/**
 * Work on a workspace's mount, and on where its folder is: with the workspace that has the name once the lock is taken, and has it
 * until the work is done. Between reading a name and having the lock it may have become another's: then that one's is taken.
 * Throws `workspace-not-found`.
 */
export async function withWorkspaceMount<T>(
  store: string,
  name: string,
  work: (record: WorkspaceRecord) => Promise<T>,
): Promise<T> {
  for (;;) {
    const id = mountIdOf(await readWorkspace(store, name));
    const done = await withMount(store, id, async () => {
      const record = await readWorkspace(store, name);
      return mountIdOf(record) === id ? { result: await work(record) } : null;
    });
    if (done) return done.result;
  }
}
