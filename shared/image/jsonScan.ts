/** The characters that a JSON text is built of (RFC 8259), as codes. */
export const jsonCodes = {
  quote: 0x22,
  comma: 0x2c,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;
const { quote, comma, openList, backslash, closeList, openObject, closeObject } = jsonCodes;

/** Bounds of a JSON text (RFC 8259). */
export interface JsonBounds {
  /** Most values: lists, objects, and what stands between commas. */
  readonly values: number;
  /** Most levels of lists and objects. */
  readonly depth: number;
}

/** Far beyond what ten thousand images come to, and below what costs more than some hundred megabytes. */
export const jsonBounds: JsonBounds = { values: 2_000_000, depth: 128 };

/**
 * Which bound a JSON text is beyond; null for none. It goes through the text once, without a stack, and is asked before anything is
 * parsed: a byte of text can come to a hundred of memory, and levels without end (`[[[[`) end the whole process within V8's parser,
 * where nothing can be caught. What is no JSON is counted somehow, and refused by the parser.
 */
export function jsonExcess(
  text: string,
  { values, depth }: JsonBounds = jsonBounds,
): 'values' | 'depth' | null {
  let count = 1;
  let level = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) i = endOfString(text, i);
    else if (c === comma) count++;
    else if (c === openList || c === openObject) {
      count++;
      if (++level > depth) return 'depth';
    } else if (c === closeList || c === closeObject) level--;
    if (count > values) return 'values';
  }
  return null;
}

/** What {@link parseBoundedJson} throws for a text beyond its bounds. */
class BeyondBounds extends SyntaxError {
  override name = 'BeyondBounds';
}

/** Whether a text was refused for its levels or values, not for being no JSON. */
export const isBeyondBounds = (thrown: unknown): boolean => thrown instanceof BeyondBounds;

/**
 * `JSON.parse` for whatever text comes from elsewhere: throws a `SyntaxError` as that does, also for what is beyond the bounds.
 */
export function parseBoundedJson(text: string, bounds: JsonBounds = jsonBounds): unknown {
  const excess = jsonExcess(text, bounds);
  if (excess !== null)
    throw new BeyondBounds(`more than ${bounds[excess]} ${excess === 'depth' ? 'levels' : 'values'}`);
  return JSON.parse(text) as unknown;
}

/** Place of the quote that ends the string which begins at `start`; the end of the text where none does. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === backslash) before--;
    // An odd number of backslashes means the quote is part of the string.
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}
