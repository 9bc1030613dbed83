import { watch, type FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { places } from './places';

/** Waits this long for changes to settle before it tells of them, milliseconds. */
const settle = 120;

/** Calls back when workspaces or mounts come or go, by whoever; returns a function that stops. */
export async function watchPlaces(store: string, onChange: () => void): Promise<() => void> {
  let timer: NodeJS.Timeout | null = null;
  const watchers: FSWatcher[] = [];
  for (const folder of [places.workspaces(store), places.mounts(store)]) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const watcher = watch(folder, () => {
      timer ??= setTimeout(() => {
        timer = null;
        onChange();
      }, settle);
    });
    watcher.on('error', () => watcher.close());
    watchers.push(watcher);
  }
  return () => {
    if (timer) clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
