/** How long loops may hold the event loop before everything else takes a turn, milliseconds. */
const hold = 8;

/** Milliseconds; `performance` would load a part of Node that nothing else needs. */
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

/** When the event loop last had a turn of its own. */
let since = now();
const waiting: (() => void)[] = [];

/** One loop goes on in each turn: several of them together hold it no longer than one. */
function next(): void {
  since = now();
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(next);
}

/**
 * Lets long loops breathe: the window's main process must never be held for more than 50 ms, however many images there
 * are, and however many such loops there are at a time. Gives the event loop a turn when they have had their share;
 * costs a look at the clock.
 */
export async function breathe(): Promise<void> {
  if (now() - since < hold) return Promise.resolve();
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(next);
  });
}
