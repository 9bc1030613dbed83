import { parseReference } from '../image/reference';

/** Names that a person's command line has, as it writes them, in its order; empty in a process that lives for many requests. */
let called: readonly string[] = [];

/** Names that a word may be, in the spellings in which a list may have them: the word, and what is before an `@LAYER`. */
function namesInWord(word: string): readonly string[] {
  const at = word.lastIndexOf('@');
  return [word, ...(at > 0 ? [word.slice(0, at)] : [])].flatMap((text) => {
    try {
      const { digest, familiar, full } = parseReference(text);
      return digest === null ? [text, familiar, full] : [];
    } catch {
      return [text];
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
