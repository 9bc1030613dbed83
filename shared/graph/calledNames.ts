import { parseReference } from '../image/reference';

/** Familiar names that a person's command line has, in its order; empty in a process that lives for many requests. */
let called: readonly string[] = [];

/** Names that a word may be, in the familiar spelling: the word, and what is before an `@LAYER`. */
function namesInWord(word: string): readonly string[] {
  const at = word.lastIndexOf('@');
  return [word, ...(at > 0 ? [word.slice(0, at)] : [])].flatMap((text) => {
    try {
      const { digest, familiar } = parseReference(text);
      return digest === null ? [familiar] : [];
    } catch {
      return [];
    }
  });
}

/**
 * Notes the words of a command line: of several names of an image its sentences, lists and advice then say the one that the
 * person typed ({@link calledName}). A word that is no name is as harmless as a name that no image has.
 */
export function callByWords(words: readonly string[]): void {
  called = words.flatMap(namesInWord);
}

/**
 * Of the names of an image the one that the command line has, or the one that `word` is where that is given; its first one
 * without; null for none.
 */
export function calledName(names: readonly string[], word?: string): string | null {
  const own = word === undefined ? [] : namesInWord(word);
  return [...own, ...called].find((name) => names.includes(name)) ?? names[0] ?? null;
}
