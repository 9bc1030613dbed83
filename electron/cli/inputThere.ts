import { existsSync } from 'node:fs';
import { problem } from '../../shared/image/problem';
import { transportOf } from '../../shared/image/transport';

/** Whether there is anything at a word for an input; `-` is standard input. */
export const isThere = (word: string): boolean => word === '-' || existsSync(word);

/**
 * Throws what reading an input that is not there would throw, before a store is made for it: `file-not-found`, or
 * `transport-word` for a word of other tools.
 */
export function checkThere(word: string): void {
  if (isThere(word)) return;
  const transport = transportOf(word);
  throw transport
    ? problem('transport-word', { text: word, ...transport })
    : problem('file-not-found', { path: word });
}
