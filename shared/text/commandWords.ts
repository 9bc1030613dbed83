import { visibleLines, visibleText } from './format';

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

/** Most characters of a command that a question can show: a dialog of the system does not scroll, and has no more room. */
export const mostAsked = 1400;

/** {@link quotedWords} for a question, whole; null for what is too long for one: nobody can say yes to what is not seen. */
export function askedCommand(words: readonly string[]): string | null {
  // Escapes make it longer, never shorter.
  if (words.reduce((sum, word) => sum + word.length + 1, 0) > 2 * mostAsked) return null;
  const text = visibleText(quotedWords(words));
  return text.length > mostAsked ? null : text;
}

/** Most lines of a text that a question can show. */
const mostLines = 20;

/** A text of several lines for a question, `…` behind what is cut off. `\r` ends a line as Enter does. */
export function askedLines(text: string): { readonly text: string; readonly isCut: boolean } {
  const whole = visibleLines(text.slice(0, 2 * mostAsked).replace(/\r\n?/g, '\n'));
  const lines = whole.split('\n');
  const isCut = text.length > 2 * mostAsked || whole.length > mostAsked || lines.length > mostLines;
  const shown = lines.slice(0, mostLines).join('\n').slice(0, mostAsked);
  return { text: isCut ? `${shown}…` : shown, isCut };
}
