import { lstatSync, watch, type FSWatcher } from 'node:fs';

/** How often it is looked whether another folder stands at the path, milliseconds. */
const lookEvery = 2000;

/**
 * Calls back with the name of each entry of a folder that comes, goes or changes, and with null when another folder, or none,
 * stands at the path: the system watches a folder and not its path, so one that was moved away would be watched for ever, and what
 * took its place never. Returns a function that stops.
 */
export function watchPath(
  folder: string,
  onEvent: (name: string | null) => void,
  every = lookEvery,
): () => void {
  let watcher: FSWatcher | null = null;
  const follow = (): void => {
    watcher?.close();
    try {
      const next = watch(folder, (_event, name) => onEvent(name));
      next.on('error', () => next.close());
      watcher = next;
    } catch {
      // There is none: looked for again.
      watcher = null;
    }
  };
  let seen = identityOf(folder);
  follow();
  const timer = setInterval(() => {
    const now = identityOf(folder);
    if (now === seen) return;
    seen = now;
    follow();
    onEvent(null);
  }, every);
  timer.unref();
  return () => {
    clearInterval(timer);
    watcher?.close();
  };
}

function identityOf(folder: string): string {
  try {
    const { dev, ino } = lstatSync(folder, { bigint: true });
    return `${dev} ${ino}`;
  } catch {
    return '';
  }
}
