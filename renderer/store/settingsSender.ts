import type { Settings } from '../../shared/ipc/settings';

/**
 * Sends settings one request at a time: changes made meanwhile are put together into the next one, so that dragging a
 * panel does not queue up a request a pixel. `settled` gets the main process's answer once nothing is waiting.
 */
export function settingsSender(
  send: (change: Partial<Settings>) => Promise<Settings | null>,
  settled: (settings: Settings) => void,
): (change: Partial<Settings>) => void {
  let waiting: Partial<Settings> | null = null;
  let busy = false;
  const drain = async (): Promise<void> => {
    busy = true;
    try {
      while (waiting) {
        const change: Partial<Settings> = waiting;
        waiting = null;
        const answer = await send(change);
        if (answer && !waiting) settled(answer);
      }
    } finally {
      busy = false;
    }
  };
  return (change) => {
    waiting = { ...waiting, ...change };
    if (!busy) void drain();
  };
}
