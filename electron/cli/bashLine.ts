import { decodeName, encodeName } from '../../shared/layer/entryPath';

/** In what a place of a line lies: between nothing, `'…'`, `"…"` or `$'…'`. */
type Quotes = 'none' | 'single' | 'double' | 'ansi';

/** A word of a line as bash reads it. */
export interface BashWord {
  /** Where it begins and ends in the line. */
  readonly from: number;
  readonly to: number;
  /** What it comes to; null where bash would put something else there first: a variable, what a command prints, a home folder. */
  readonly text: string | null;
}

/** A line as bash reads it (bash(1), QUOTING), or the beginning of one. */
export interface BashLine {
  readonly words: readonly BashWord[];
  /** In what its end lies. */
  readonly quotes: Quotes;
  /** Whether its end belongs to a file that input comes from or output goes to. */
  readonly isTarget: boolean;
}

const controls: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  e: 27,
  E: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/** An escape of `$'…'` behind its backslash: the bytes that it is, and how long it is. */
function ansiEscape(rest: string): { readonly bytes: readonly number[]; readonly length: number } {
  const numbers: readonly (readonly [RegExp, number])[] = [
    [/^[0-7]{1,3}/, 8],
    [/^x([0-9a-fA-F]{1,2})/, 16],
    [/^u([0-9a-fA-F]{1,4})/, 16],
    [/^U([0-9a-fA-F]{1,8})/, 16],
  ];
  for (const [form, base] of numbers) {
    const found = form.exec(rest);
    if (!found) continue;
    const value = parseInt(found[1] ?? found[0], base);
    const isByte = base === 8 || rest.startsWith('x');
    const bytes = isByte ? [value & 0xff] : [...encodeName(String.fromCodePoint(Math.min(value, 0x10ffff)))];
    return { bytes, length: found[0].length };
  }
  const letter = rest[0] ?? '';
  if (letter === 'c' && rest.length > 1) return { bytes: [rest.charCodeAt(1) & 0x1f], length: 2 };
  const control = controls[letter];
  if (control !== undefined) return { bytes: [control], length: 1 };
  if (/[\\'"?]/.test(letter)) return { bytes: [letter.charCodeAt(0)], length: 1 };
  return { bytes: [0x5c], length: 0 };
}

/**
 * Reads a line, or what stands before the cursor, as far as one command goes. Nothing of it is run: a word that is more than its
 * letters has no text. What follows `<` and `>` is no word of the command.
 */
export function readBashLine(line: string): BashLine {
  const words: BashWord[] = [];
  let quotes: Quotes = 'none';
  let from = -1;
  let bytes: number[] = [];
  let isKnown = true;
  let isTarget = false;
  const put = (text: string): void => void bytes.push(...encodeName(text));
  const begin = (at: number): void => {
    if (from < 0) from = at;
  };
  const end = (to: number): void => {
    if (from >= 0 && !isTarget)
      words.push({ from, to, text: isKnown ? decodeName(Uint8Array.from(bytes)) : null });
    if (from >= 0) isTarget = false;
    from = -1;
    bytes = [];
    isKnown = true;
  };
  /** By characters, not by halves of them. */
  const charAt = (i: number): string => String.fromCodePoint(line.codePointAt(i) ?? 0);
  let i = 0;
  for (; i < line.length;) {
    const c = charAt(i);
    const rest = line.slice(i + c.length);
    if (quotes === 'single') {
      if (c === "'") quotes = 'none';
      else put(c);
      i += c.length;
    } else if (quotes === 'ansi') {
      if (c === "'") quotes = 'none';
      else if (c === '\\' && rest !== '') {
        const { bytes: escaped, length } = ansiEscape(rest.slice(0, 9));
        bytes.push(...escaped);
        i += length;
      } else if (c !== '\\') put(c);
      i += c.length;
    } else if (c === '\\') {
      begin(i);
      const next = rest === '' ? '' : charAt(i + 1);
      if (quotes === 'double' && !/^[$`"\\\n]$/.test(next) && next !== '') {
        put('\\');
        i += 1;
        continue;
      }
      if (next !== '\n') put(next);
      i += 1 + next.length;
    } else if (c === '"') {
      begin(i);
      quotes = quotes === 'double' ? 'none' : 'double';
      i += 1;
    } else if (c === '$' && /^[A-Za-z0-9_{(@*#?$!-]/.test(rest)) {
      begin(i);
      isKnown = false;
      i += 1;
    } else if (c === '`') {
      begin(i);
      isKnown = false;
      i += 1;
    } else if (quotes === 'double') {
      put(c);
      i += c.length;
    } else if (c === "'" || (c === '$' && /^['"]/.test(rest))) {
      begin(i);
      quotes = c === "'" ? 'single' : rest.startsWith("'") ? 'ansi' : 'double';
      i += c === "'" ? 1 : 2;
    } else if (/^[ \t\n]$/.test(c)) {
      end(i);
      i += 1;
    } else if (c === '<' || c === '>') {
      if (from >= 0 && /^[0-9]+$/.test(line.slice(from, i))) {
        from = -1;
        bytes = [];
      }
      end(i);
      isTarget = true;
      i += /^[<>&|]*/.exec(rest)?.[0].length ?? 0;
      i += 1;
    } else if (/^[;&|()]$/.test(c)) break;
    else {
      if (c === '~' && from < 0) isKnown = false;
      begin(i);
      put(c);
      i += c.length;
    }
  }
  const isTargetLast = isTarget;
  end(i);
  return { words, quotes, isTarget: isTargetLast };
}

/** What a shell takes as it stands, wherever it stands in a word. */
const plain = /^[A-Za-z0-9_./:@%+=,-]$/;

/** A byte or a control as `$'…'` has it. */
const octal = (text: string): string =>
  [...encodeName(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/**
 * A text as it stands on a line of bash at a place within quotes or without. Each character is written for itself, so that what is
 * common to several texts is common to these, too; none is run, none is what the line's history is asked for.
 */
export function bashText(text: string, quotes: Quotes): string {
  return Array.from(text, (char) => {
    const isByte = /\p{Cc}|\p{Cs}/u.test(char);
    if (quotes === 'ansi') return isByte ? octal(char) : /['\\]/.test(char) ? `\\${char}` : char;
    if (isByte) {
      const inside = `$'${octal(char)}'`;
      return quotes === 'none' ? inside : quotes === 'single' ? `'${inside}'` : `"${inside}"`;
    }
    if (quotes === 'single') return char === "'" ? `'\\''` : char;
    if (quotes === 'double') return char === '!' ? `"'!'"` : /["\\$`]/.test(char) ? `\\${char}` : char;
    return plain.test(char) || char > '~' ? char : `\\${char}`;
  }).join('');
}

/**
 * What readline puts in the place of `part` for a word: the part of a word's beginning that stands at the end of `before`. Null where
 * the word does not begin as what stands before the part.
 */
export function bashReplacement(before: string, part: string): ((word: string) => string | null) | null {
  const { words } = readBashLine(before);
  const last = words.at(-1);
  const isInWord = last !== undefined && last.to === before.length;
  const start = isInWord ? last.from : before.length;
  const cut = Math.max(start, before.endsWith(part) ? before.length - part.length : start);
  const kept = readBashLine(before.slice(start, cut));
  const text = cut === start ? '' : (kept.words[0]?.text ?? null);
  if (text === null) return null;
  return (word) => (word.startsWith(text) ? bashText(word.slice(text.length), kept.quotes) : null);
}
