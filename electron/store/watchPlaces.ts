import { watch, type FSWatcher } from 'node:fs';
import { basename } from 'node:path';
import { isOwnFolder } from './ownPlaces';
import { places } from './places';
import { watchPath } from './watchPath';

/** Waits this long for changes to settle before it tells of them, milliseconds. */
const settle = 120;

/**
 * Calls back when workspaces or mounts come or go, by whoever; returns a function that stops. Folders that are not there are
 * watched once somebody has made them: a store that is only looked at stays as it is.
 */
export async function watchPlaces(store: string, onChange: () => void): Promise<() => void> {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const watchers = new Map<string, FSWatcher>();
  const folders = [places.workspaces(store), places.mounts(store)];
  const tell = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      onChange();
    }, settle);
  };
  const follow = async (folder: string): Promise<boolean> => {
    if (watchers.has(folder) || !(await isOwnFolder(folder)) || stopped || watchers.has(folder)) return false;
    const watcher = watch(folder, tell);
    watchers.set(folder, watcher);
    watcher.on('error', () => {
      watcher.close();
      watchers.delete(folder);
    });
    return true;
  };
  const stopTop = watchPath(store, (name) => {
    if (name === null) {
      // Another store stands there.
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
      void Promise.all(folders.map(follow)).then(tell, () => undefined);
      return;
    }
    const folder = folders.find((each) => basename(each) === name);
    if (folder === undefined) return;
    void follow(folder).then(
      (isNew) => {
        if (isNew) tell();
      },
      () => undefined,
    );
  });
  for (const folder of folders) await follow(folder);
  return () => {
    stopped = true;
    if (timer) clearTimeout(timer);
    stopTop();
    for (const watcher of watchers.values()) watcher.close();
  };
}
