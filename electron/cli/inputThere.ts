import { existsSync, statSync } from 'node:fs';
import { inputFault } from '../../shared/image/inputFault';
import { problem, problemOf } from '../../shared/image/problem';
import { transportOf } from '../../shared/image/transport';

/** Whether there is anything at a word for an input; `-` is standard input. */
export const isThere = (word: string): boolean => word === '-' || existsSync(word);

/**
 * Throws what reading an input that is not there, or that the system does not let this user get to, would throw, before a store is made for
 * it: `file-not-found`, `file-unreadable`, or `transport-word` for a word of other tools.
 */
export function checkThere(word: string): void {
  if (word === '-') return;
  try {
    statSync(word);
  } catch (cause) {
    const fault = inputFault(cause, word);
    const transport = problemOf(fault).code === 'file-not-found' ? transportOf(word) : null;
    throw transport ? problem('transport-word', { text: word, ...transport }, { cause }) : fault;
  }
}
