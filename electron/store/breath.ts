import { setImmediate } from 'node:timers/promises';

/** How long a loop may hold the event loop before it lets others take a turn, milliseconds. */
const hold = 8;

/**
 * Lets long loops breathe: the window's main process must never be held for more than 50 ms, however many images there
 * are. Costs a look at the clock.
 */
export class Breath {
  private since = performance.now();

  /** Gives the event loop a turn when this loop has had its share. */
  async take(): Promise<void> {
    if (performance.now() - this.since < hold) return;
    await setImmediate();
    this.since = performance.now();
  }
}
