/**
 * Words and variables as Dockerfile instructions have them (moby/buildkit, dockerfile/shell): single quotes keep
 * everything, double quotes let `\`, `$` through, a backslash takes the next character as it is.
 */

/** Quotes that were opened and not closed. */
export class OpenQuote extends Error {
  override name = 'OpenQuote';
}

/** Splits at blanks outside of quotes; quotes and backslashes stay, for {@link expandWord}. Throws {@link OpenQuote}. */
export function splitWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] ?? '';
    if (quote === '' && /\s/.test(c)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (c === '\\' && quote !== "'" && i + 1 < text.length) {
      word += c + (text[++i] ?? '');
      continue;
    }
    if (quote === '' && (c === '"' || c === "'")) quote = c;
    else if (c === quote) quote = '';
    word += c;
  }
  if (quote !== '') throw new OpenQuote('a quote is not closed');
  if (word !== '') words.push(word);
  return words;
}

/** Takes quotes and backslashes away and puts variables in: `$A`, `${A}`, `${A:-otherwise}`, `${A:+instead}`. */
export function expandWord(word: string, variable: (name: string) => string | undefined): string {
  let out = '';
  let quote = '';
  for (let i = 0; i < word.length; i++) {
    const c = word[i] ?? '';
    if (quote === "'") {
      if (c === "'") quote = '';
      else out += c;
    } else if (c === '\\') {
      const next = word[i + 1];
      if (next === undefined) out += quote === '"' ? c : '';
      else if (quote === '"' && !['"', '$', '\\'].includes(next)) out += c;
      else {
        out += next;
        i++;
      }
    } else if (c === '"') quote = quote === '"' ? '' : '"';
    else if (c === "'" && quote === '') quote = "'";
    else if (c === '$') {
      const found = readVariable(word.slice(i + 1), variable);
      out += found.text;
      i += found.length;
    } else out += c;
  }
  return out;
}

function readVariable(
  rest: string,
  variable: (name: string) => string | undefined,
): { readonly text: string; readonly length: number } {
  const plain = /^[A-Za-z_][A-Za-z0-9_]*/.exec(rest)?.[0];
  if (plain !== undefined) return { text: variable(plain) ?? '', length: plain.length };
  const braced = /^\{([A-Za-z_][A-Za-z0-9_]*)(?::([-+])((?:[^}\\]|\\.)*))?\}/.exec(rest);
  if (!braced) return { text: '$', length: 0 };
  const [all, name = '', operator, word = ''] = braced;
  const value = variable(name) ?? '';
  if (operator === '-')
    return { text: value === '' ? expandWord(word, variable) : value, length: all.length };
  if (operator === '+') return { text: value === '' ? '' : expandWord(word, variable), length: all.length };
  return { text: value, length: all.length };
}
