import { visibleText } from './format';

/** Words as a shell takes them, so that what is one word is seen as one: the inverse of {@link commandWords}. */
export function quotedWords(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

/**
 * Splits a command line into words as a shell does: blanks part, single quotes keep everything, double quotes let a
 * backslash through before `"`, `\`, `$` and a back quote. Nothing is expanded. Null while a quote is open.
 */
export function commandWords(text: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quote === "'") {
      if (c === "'") quote = '';
      else word += c;
    } else if (c === '\\') {
      const next = text[++i];
      if (next === undefined) return null;
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
    } else if (quote === '"') {
      if (c === '"') quote = '';
      else word += c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (/\s/.test(c)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + c;
  }
  if (quote !== '') return null;
  if (word !== null) words.push(word);
  return words;
}

/** Characters of a command that a question shows: from its beginning and its end, where it has more. */
const shown = { head: 1000, tail: 400 } as const;

/** {@link quotedWords} for a question: all of it, or both ends and how many characters between them are `hidden`. */
export function askedCommand(words: readonly string[]): { readonly text: string; readonly hidden: number } {
  const text = visibleText(quotedWords(words));
  const hidden = text.length - shown.head - shown.tail;
  if (hidden <= 0) return { text, hidden: 0 };
  return { text: `${text.slice(0, shown.head)}…${text.slice(-shown.tail)}`, hidden };
}
