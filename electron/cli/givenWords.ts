import { readFileSync } from 'node:fs';
import { decodeName } from '../../shared/layer/entryPath';
import { UsageFault } from './parser';

/** Whether a word holds bytes that are not UTF-8: as lone surrogates, see `entryPath.ts`. */
const hasBytes = (word: string): boolean => /\p{Cs}/u.test(word);

/**
 * The words of the command line with all their bytes. Node puts U+FFFD for what is not UTF-8, so that two names become one, which may
 * be a third one's: the kernel has them as they were given. Where it does not say, a word with U+FFFD is taken as it is.
 */
export function givenWords(argv: readonly string[]): readonly string[] {
  if (!argv.some((word) => word.includes('\ufffd'))) return argv;
  let bytes: Buffer;
  try {
    bytes = readFileSync('/proc/self/cmdline');
  } catch {
    return argv;
  }
  const given: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(0, from);
    given.push(decodeName(bytes.subarray(from, end < 0 ? bytes.length : end)));
    from = (end < 0 ? bytes.length : end) + 1;
  }
  // Words of Node and the script stand before ours.
  const own = given.slice(given.length - argv.length);
  const isOurs = own.length === argv.length;
  return isOurs && argv.every((word, i) => word.includes('\ufffd') || word === own[i]) ? own : argv;
}

/**
 * Throws a `UsageFault` for a word that is not UTF-8, where it is no path in an image: names of files here, of images and of stores
 * are text.
 */
export function checkText(words: readonly string[], taken: readonly string[] = []): void {
  const word = words.find((each) => hasBytes(each) && !taken.includes(each));
  if (word !== undefined) throw new UsageFault((t) => t('usage.bytes', { text: word }));
}
