import { lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { markOf } from '../../store/blobFile';
import { watchPath } from '../../store/watchPath';
import { glance } from '../../store/glance';

/** How it is watched, milliseconds; tests are in more of a hurry. */
export interface WatchTimes {
  /** An input that somebody writes is looked at again once it has been the same for this long. */
  readonly quiet: number;
  /** Between two looks at what the system tells nothing of: other machines' disks. */
  readonly look: number;
}

const usual: WatchTimes = { quiet: 400, look: 3000 };

/**
 * Calls `changed` when an archive or a layout folder is another than `was` says ({@link markOfInput}, from before it was read) and has
 * settled, with whether it is there at all; one call ends before the next begins. Returns a function that stops.
 */
export function watchInput(
  path: string,
  was: string | null,
  changed: (isThere: boolean) => Promise<void>,
  { quiet, look }: WatchTimes = usual,
): () => void {
  let told = was;
  let seen = told;
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  const settle = (): void => {
    if (stopped) return;
    timer ??= setTimeout(() => void check(), quiet);
  };
  const check = async (): Promise<void> => {
    const now = markOfInput(path);
    if (now !== seen) {
      // Still being written, or just begun: once more the same, and it has settled.
      seen = now;
      timer = null;
      return settle();
    }
    if (now !== told) {
      told = now;
      await changed(now !== null).catch(() => undefined);
    }
    timer = null;
    if (markOfInput(path) !== told) settle();
  };
  const name = basename(path);
  const stopAbove = watchPath(dirname(path), (each) => {
    if (each === null || each === name) settle();
  });
  const stopWithin = isFolder(path) ? watchPath(path, settle) : null;
  // It may have changed while it was read.
  if (markOfInput(path) !== told) settle();
  const polling = setInterval(() => {
    if (markOfInput(path) !== told) settle();
  }, look);
  polling.unref();
  return () => {
    stopped = true;
    if (timer) clearTimeout(timer);
    clearInterval(polling);
    stopAbove();
    stopWithin?.();
  };
}

const isFolder = (path: string): boolean => glance(path)?.isDirectory() === true;

/** Tells an input from what is written to it later, and from another one in its place; null where there is none. */
export function markOfInput(path: string): string | null {
  try {
    const info = lstatSync(path, { bigint: true });
    if (!info.isDirectory()) return markOf(info);
    const index = lstatSync(join(path, 'index.json'), { bigint: true, throwIfNoEntry: false });
    return `${info.dev}:${info.ino} ${index ? markOf(index) : ''}`;
  } catch {
    return null;
  }
}
