import { once } from 'node:events';
import type { Session } from './command';

/** Characters that are written at once: a write costs more than a line does. */
const atOnce = 1 << 16;

/** Prints a line for each item as it comes, and no faster than they are taken. */
export async function outLines<T>(
  session: Pick<Session, 'out'>,
  items: Iterable<T> | AsyncIterable<T>,
  lineOf: (item: T) => string,
): Promise<void> {
  let pending = '';
  const flush = async (): Promise<void> => {
    session.out(pending);
    pending = '';
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
  };
  for await (const item of items) {
    pending += `${lineOf(item)}\n`;
    if (pending.length >= atOnce) await flush();
  }
  if (pending !== '') await flush();
}
