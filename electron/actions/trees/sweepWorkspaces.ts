import { join } from 'node:path';
import { problemOf } from '../../../shared/image/problem';
import { sweepDeadLocks, sweepLockDrafts } from '../../store/lock';
import { listOwn } from '../../store/ownPlaces';
import { places } from '../../store/places';
import type { ActionContext } from '../ground/context';
import { readRecordIn, readWorkspace, readWorkspaces, workspacePlaces } from '../records/workspaceRecords';
import { removeLeft } from '../target/removeLeft';
import { mountIdOf, withList, withWorkspace } from '../records/workspaceLocks';

/** Removes what crashes left: folders half made or half removed, and upper directories of earlier generations. */
export async function sweepWorkspaces(context: ActionContext): Promise<void> {
  const store = context.store.directory;
  const folder = places.workspaces(store);
  for (const each of [folder, places.mounts(store)]) await sweepLockDrafts(each);
  const left = async (pattern: RegExp): Promise<string[]> =>
    (await listOwn(folder)).filter((name) => pattern.test(name));
  const removeAll = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await removeLeft(context, join(folder, name));
  };
  await sweepDeadLocks((await left(/^\.lock-[a-zA-Z0-9]/)).map((name) => join(folder, name)));
  for (const name of await left(/^\.old-[0-9a-f]{32}$/)) await removeOld(context, join(folder, name));
  // Who makes a workspace has the list to itself: what is there without that is nobody's.
  if ((await left(/^\.new-[0-9a-f]{32}$/)).length > 0)
    await withList(store, async () => removeAll(await left(/^\.new-[0-9a-f]{32}$/)));
  for (const { name } of await readWorkspaces(store)) await sweepGenerations(context, name);
}

/**
 * Removes what was a workspace. What is still mounted in it is its own: nobody finds it by a name any more, so nobody else unmounts
 * it. Whoever is in it keeps it until he leaves.
 */
async function removeOld(context: ActionContext, folder: string): Promise<void> {
  const record = await readRecordIn(folder, '');
  const { pool } = await context.privileged();
  const mounts = ['merged', 'base'].map((name) => join(folder, name));
  for (const mount of record ? mounts.map((target) => ({ target, label: mountIdOf(record) })) : [])
    try {
      // One may lie over another.
      while ((await pool.run('are-mounted', { mounts: [mount] }))[0] === true)
        await pool.run('unmount', { ...mount, lazy: false });
    } catch (thrown) {
      if (problemOf(thrown).code !== 'mount-busy') throw thrown;
    }
  await removeLeft(context, folder);
}

/** Directories of generations that do not count: of before a commit, or of one that did not come to its end. */
async function earlierGenerations(store: string, name: string): Promise<readonly string[]> {
  const { generation } = await readWorkspace(store, name);
  const { folder } = workspacePlaces(store, { name, generation });
  return (await listOwn(folder))
    .filter((each) => {
      const found = /^(?:upper|work)-(\d+)(?:\..*)?$/.exec(each)?.[1];
      return found !== undefined && Number(found) !== generation;
    })
    .map((each) => join(folder, each));
}

/** Removes them where no commit is making the next generation: that has the workspace to itself. */
async function sweepGenerations(context: ActionContext, name: string): Promise<void> {
  const store = context.store.directory;
  const sweep = async (): Promise<void> => {
    for (const path of await earlierGenerations(store, name)) await removeLeft(context, path);
  };
  try {
    if ((await earlierGenerations(store, name)).length > 0) await withWorkspace(store, name, sweep, 0);
  } catch (thrown) {
    if (!['store-busy', 'workspace-not-found'].includes(problemOf(thrown).code)) throw thrown;
  }
}
