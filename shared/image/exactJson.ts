import { endOfString, jsonCodes } from './jsonScan';

/**
 * JSON with the numbers as they are written. A document that is taken over (a config for another image) must not say other
 * numbers than it did: those beyond 2^53 (Go has 64 bits) and forms such as `1.10` do not survive as JavaScript's numbers.
 * No library, since those that keep numbers (`lossless-json`) set a prototype where a key is `__proto__`.
 */
export class JsonNumber {
  /** `text`: a number as JSON has it. */
  constructor(readonly text: string) {}

  /** For whoever does not ask for exact numbers. */
  toJSON(): number {
    return Number(this.text);
  }
}

/** Stands before a number that is carried as a text; no document can hold it, for it is random. */
let made: string | null = null;
/** Made when it is wanted: loading what makes it takes longer than most commands' work. */
const markOf = (): string => (made ??= `number ${globalThis.crypto.randomUUID()} `);
const token = /-?\d[\d.eE+-]*/y;

/** A JSON text with the numbers that would not survive as marked texts; the same text where all of them do. */
function markNumbers(text: string): string {
  let out = '';
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === jsonCodes.quote) i = endOfString(text, i);
    else if (c === 0x2d || (c >= 0x30 && c <= 0x39)) {
      token.lastIndex = i;
      const found = token.exec(text)?.[0] ?? '';
      if (found === '') continue;
      if (String(Number(found)) !== found) {
        out += `${text.slice(from, i)}"${markOf()}${found}"`;
        from = i + found.length;
      }
      i += found.length - 1;
    }
  }
  return from === 0 ? text : out + text.slice(from);
}

/**
 * `JSON.parse` of a text that is JSON, in which a number that JavaScript would write in another way is a {@link JsonNumber}. Throws a
 * `SyntaxError` for what is no JSON.
 */
export function parseExactJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const marked = markNumbers(text);
  if (marked === text) return value;
  const mark = markOf();
  return JSON.parse(marked, (_key, each: unknown) =>
    typeof each === 'string' && each.startsWith(mark) ? new JsonNumber(each.slice(mark.length)) : each,
  ) as unknown;
}

/** `JSON.stringify` that writes each {@link JsonNumber} as it was. */
export function exactJson(value: unknown, indent: 0 | 2 = 0): string {
  let some = false;
  const text = JSON.stringify(
    value,
    function (this: unknown, key, each: unknown): unknown {
      const held = (this as Record<string, unknown>)[key];
      if (!(held instanceof JsonNumber)) return each;
      some = true;
      return markOf() + held.text;
    },
    indent,
  );
  return some ? text.replace(new RegExp(`"${markOf()}(-?[\\d.eE+-]+)"`, 'g'), '$1') : text;
}
