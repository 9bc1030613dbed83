import { nearest } from './nearest';
import { unknownOption, UsageFault } from './parser';

/** Options of many commands, each with a value, that people put before the command, as global ones of other tools. */
export const leadingOptions: readonly string[] = ['--source', '--limit'];

/**
 * The words of one such option at a place before the command: with its value in the same word, or as the next one, which is taken
 * whatever it is; null where none stands there.
 */
export function leadingAt<Word extends string | null>(
  words: readonly Word[],
  at: number,
): readonly Word[] | null {
  const word = words[at];
  if (typeof word !== 'string') return null;
  if (leadingOptions.includes(word)) return words.slice(at, at + 2);
  return leadingOptions.some((name) => word.startsWith(`${name}=`)) ? words.slice(at, at + 1) : null;
}

/** The fault of an option before the command that has no place there. */
export function strayOption(word: string): UsageFault {
  const name = word.replace(/=.*$/s, '');
  const globals = ['--store', '--json', '--version', '--help', ...leadingOptions];
  if (name.startsWith('--') && nearest(name, globals) !== null) return unknownOption(name, []);
  return new UsageFault((t) => t('usage.optionFirst', { name }));
}
