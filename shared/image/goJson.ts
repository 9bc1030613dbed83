import { exactJson } from './exactJson';

/**
 * JSON as Go's encoder writes it. Images that other programs convert get their ID from such bytes, so ours have to be
 * the same to the last escape.
 */

const lineSeparator = /[\u2028\u2029]/g;

/** Escapes what Go escapes beyond the specification, so that JSON can stand in HTML. */
function escapeForHtml(text: string): string {
  return text
    .replace(/</g, '\\u003c')
    .replace(/>/g, '\\u003e')
    .replace(/&/g, '\\u0026')
    .replace(lineSeparator, (c) => `\\u${c.charCodeAt(0).toString(16)}`);
}

/** A value as Go's `json.Marshal` writes it, members in the order that they have. */
export function goJson(value: unknown): string {
  // Outside of strings none of these characters occurs; Go has no short forms of backspace and form feed.
  return escapeForHtml(exactJson(value)).replace(/\\(?:\\|[bf])/g, (escape) =>
    escape === '\\b' ? '\\u0008' : escape === '\\f' ? '\\u000c' : escape,
  );
}

/** JSON text without the white space between its tokens, escaped as Go does when it copies a raw message. */
export function compactJson(text: string): string {
  return escapeForHtml(
    text.replace(/"(?:[^"\\]|\\.)*"|[ \t\r\n]+/gs, (token) => (token.startsWith('"') ? token : '')),
  );
}

/** The members of a JSON object as the text that they have, compacted. `text` has to be a JSON object. */
export function rawMembers(text: string): ReadonlyMap<string, string> {
  const compact = compactJson(text);
  const members = new Map<string, string>();
  let depth = 0;
  let start = 1;
  let key: string | null = null;
  const take = (end: number): void => {
    if (key !== null) members.set(key, compact.slice(start, end));
    key = null;
    start = end + 1;
  };
  for (let i = 0; i < compact.length; i++) {
    const c = compact[i];
    if (c === '"') {
      const from = i;
      for (i++; compact[i] !== '"' && i < compact.length; i++) if (compact[i] === '\\') i++;
      if (depth === 1 && key === null) {
        key = JSON.parse(compact.slice(from, i + 1)) as string;
        start = i + 2;
      }
    } else if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') {
      depth--;
      if (depth === 0) take(i);
    } else if (c === ',' && depth === 1) take(i);
  }
  return members;
}
