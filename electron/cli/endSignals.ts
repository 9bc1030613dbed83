import { writeSync } from 'node:fs';
import { constants } from 'node:os';
import { translator } from '../../shared/text/catalogue';
import type { Language } from '../../shared/text/format';
import { arePassed } from './passSignals';

/** Ask this process to end. */
const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** How a process is left before it is done, by the signal that asked for it. */
export type Leave = (signal: NodeJS.Signals) => void;

/**
 * Leaves at once: locks, mounts and drafts of a process that is gone are taken away by the next command, as after a kill. By
 * the exit code that shells give what a signal has ended.
 */
export const leaveNow =
  (language: Language): Leave =>
  (signal) => {
    try {
      writeSync(2, `stratigraph: ${translator(language)('cli.left')}\n`);
    } catch {
      // Nobody reads it.
    }
    process.exit(128 + constants.signals[signal]);
  };

/**
 * Calls `cancel` at a signal that asks this process to end: what runs stops where nothing is left half done, and cleans up, which
 * may take a while. At the second one the process is left as it is. While a command has the signals ({@link arePassed}) they are its own.
 * Gives what ends the watch.
 */
export function watchEnding(cancel: () => void, leave: Leave): () => void {
  let heard = false;
  const take = (signal: NodeJS.Signals): void => {
    if (arePassed()) return cancel();
    if (heard) return leave(signal);
    heard = true;
    cancel();
  };
  for (const signal of ending) process.on(signal, take);
  return () => {
    for (const signal of ending) process.off(signal, take);
  };
}
