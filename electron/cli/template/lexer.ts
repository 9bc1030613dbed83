import { UsageFault } from '../parser';
import { GoFloat } from './goValue';

/** A piece of a template: text as it is, or the inside of `{{ }}`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[] };

/** A token of an action. `spaced` says that blanks stand before it: they part the arguments of a call. */
export interface Token {
  readonly kind: 'word' | 'field' | 'variable' | 'string' | 'number' | 'sign' | 'dot';
  readonly text: string;
  readonly spaced: boolean;
}

const space = /[ \t\r\n]/;

const escapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The characters of a literal of Go between its quotes (Go specification, "String literals"). */
function unquote(body: string): string {
  return body.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([^]))/g,
    (_, hex?: string, short?: string, long?: string, octal?: string, one?: string) => {
      const code = hex ?? short ?? long;
      if (code !== undefined && parseInt(code, 16) <= 0x10ffff)
        return String.fromCodePoint(parseInt(code, 16));
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      const char = one === undefined ? undefined : escapes[one];
      if (char === undefined) throw new UsageFault((t) => t('usage.templateString', { text: body }));
      return char;
    },
  );
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['string', /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`/y],
  [
    'number',
    /'(?:[^'\\\n]|\\[^\n][0-9a-fA-F]*)'|[+-]?(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/y,
  ],
  ['field', /\.[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['dot', /\./y],
  ['variable', /\$(?:[\p{L}_][\p{L}\p{Nd}_]*)?/uy],
  ['word', /[\p{L}_][\p{L}\p{Nd}_]*/uy],
  ['sign', /:=|[=|(),]/y],
];

/** The value of a number token: also of characters in single quotes, which are numbers in Go. */
export function numberOf(text: string): number | GoFloat {
  if (text.startsWith("'")) return unquote(text.slice(1, -1)).codePointAt(0) ?? 0;
  const plain = text.replaceAll('_', '');
  const sign = plain.startsWith('-') ? -1 : 1;
  const value = sign * Number(plain.replace(/^[+-]/, ''));
  return /^[+-]?[\d.]+(?:[.eE].*)?$/.test(plain) && /[.eE]/.test(plain) ? new GoFloat(value) : value;
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let at = 0;
  let spaced = false;
  while (at < text.length) {
    if (space.test(text[at] ?? '')) {
      at++;
      spaced = true;
      continue;
    }
    let taken = false;
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const match = pattern.exec(text)?.[0];
      if (match === undefined) continue;
      const value =
        kind !== 'string' ? match : match.startsWith('`') ? match.slice(1, -1) : unquote(match.slice(1, -1));
      found.push({ kind, text: value, spaced });
      at += match.length;
      spaced = false;
      taken = true;
      break;
    }
    if (!taken) throw new UsageFault((t) => t('usage.templateWord', { text: text.slice(at).trim() }));
  }
  return found;
}

/** Where the action that begins at `from` ends: at the first `}}` outside of its strings. -1 where it does not. */
function endOfAction(template: string, from: number): number {
  const skip = /"(?:[^"\\\n]|\\[^\n])*"|`[^`]*`|'(?:[^'\\\n]|\\[^\n])+'|\}\}/g;
  skip.lastIndex = from;
  for (let match = skip.exec(template); match; match = skip.exec(template))
    if (match[0] === '}}') return match.index;
  return -1;
}

/**
 * Parts a template into text and actions, as Go's text/template does: `{{- ` and ` -}}` take the blanks beside them, comments
 * are left out. Throws {@link UsageFault}.
 */
export function pieces(template: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  let trims = false;
  for (;;) {
    const open = template.indexOf('{{', at);
    let text = template.slice(at, open < 0 ? undefined : open);
    if (trims) text = text.replace(/^[ \t\r\n]+/, '');
    if (open < 0) {
      if (text !== '') found.push({ kind: 'text', text });
      return found;
    }
    let from = open + 2;
    if (/^-[ \t\r\n]/.test(template.slice(from, from + 2))) {
      text = text.replace(/[ \t\r\n]+$/, '');
      from += 1;
    }
    if (text !== '') found.push({ kind: 'text', text });
    const comment = /^[ \t\r\n]*\/\*[^]*?\*\/( -)?[ \t\r\n]*\}\}/.exec(template.slice(from));
    if (comment) {
      trims = comment[1] !== undefined;
      at = from + comment[0].length;
      continue;
    }
    const close = endOfAction(template, from);
    if (close < 0) throw new UsageFault((t) => t('usage.templateOpen'));
    trims = /[ \t\r\n]-$/.test(template.slice(from, close));
    found.push({ kind: 'action', tokens: tokens(template.slice(from, trims ? close - 1 : close)) });
    at = close + 2;
  }
}
