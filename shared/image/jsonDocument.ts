import { defaultLimits, storedLimits, type Limits } from './limits';
import { problem, type ProblemError } from './problem';

/** Where a document came from, for the sentence that refuses it. */
export interface DocumentOrigin {
  /** What the person called the input. */
  readonly file: string;
  /** Name of the document in it. */
  readonly entry: string;
  /** The bounds that hold for it; by default those for what nobody has looked at yet. */
  readonly limits?: Limits;
}

/** The origin of a document that is in the store. */
export function storedOrigin(digest: string): DocumentOrigin {
  return { file: digest, entry: digest, limits: storedLimits };
}

/** Makes a `document-invalid` problem. */
export function invalidDocument(origin: DocumentOrigin, reason: string): ProblemError {
  const { file, entry } = origin;
  return problem('document-invalid', { file, entry, reason });
}

const quote = 0x22;
const comma = 0x2c;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** Place of the quote that ends the string which begins at `start`, in text that is JSON. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end < 0) return text.length;
    let before = end;
    while (text.charCodeAt(before - 1) === backslash) before--;
    // An odd number of backslashes means the quote is part of the string.
    if ((end - before) % 2 === 0) return end;
  }
}

/**
 * Finds an object with the same key twice: parsers disagree on which one counts (CVE-2014-8179), so nobody's may.
 * Returns the key, or null. Works on text that `JSON.parse` accepts.
 */
function duplicateKey(text: string, deepest: number, tooDeep: () => Error): string | null {
  const stack: (Set<string> | null)[] = [];
  let expectKey = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) {
      const start = i;
      i = endOfString(text, start);
      const keys = stack.at(-1);
      if (expectKey && keys) {
        const raw = text.slice(start + 1, i);
        const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
        if (keys.has(key)) return key;
        keys.add(key);
        expectKey = false;
      }
    } else if (c === openObject) {
      stack.push(new Set());
      expectKey = true;
    } else if (c === openList) {
      stack.push(null);
      expectKey = false;
    } else if (c === closeObject || c === closeList) {
      stack.pop();
      expectKey = false;
    } else if (c === comma) expectKey = stack.at(-1) !== null && stack.length > 0;
    if (stack.length > deepest) throw tooDeep();
  }
  return null;
}

/**
 * Bytes of a JSON document as a value: UTF-8, bounded in size and depth, no key twice in one object. Throws
 * `document-invalid` or `limit-exceeded`.
 */
export function parseJsonDocument(
  bytes: Uint8Array,
  origin: DocumentOrigin,
  name: 'document-bytes' | 'manifest-bytes' = 'document-bytes',
): unknown {
  const { file, entry, limits = defaultLimits } = origin;
  if (bytes.length > limits[name])
    throw problem('limit-exceeded', { file, what: entry, limit: limits[name], name, found: bytes.length });
  const depth = limits['json-depth'];
  let value: unknown;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw problem('document-invalid', { file, entry, reason: 'is not JSON' }, { cause });
  }
  const twice = duplicateKey(text, depth, () =>
    problem('limit-exceeded', { file, what: entry, limit: depth, name: 'json-depth' }),
  );
  if (twice !== null)
    throw invalidDocument(origin, `has the key ${JSON.stringify(twice.slice(0, 60))} twice`);
  return value;
}

/** A JSON object as own properties only; null for anything else. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null. */
export function asObject(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** An own member; undefined for what the prototype holds. */
export function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * A member by name as Go's JSON reads it: the exact name first, else in any letter case. Real archives have keys in
 * any case, since the tools that wrote and read them were Go programs.
 */
export function looseMember(object: JsonObject, key: string): unknown {
  if (Object.hasOwn(object, key)) return object[key];
  const lower = key.toLowerCase();
  for (const name of Object.keys(object)) if (name.toLowerCase() === lower) return object[name];
  return undefined;
}

/**
 * A key that an object has in two spellings that differ by letter case alone, or null. {@link looseMember} and Go's JSON
 * would not agree which one counts (CVE-2014-8179), so a document that needs loose reading must not have one.
 */
export function keyInTwoCases(object: JsonObject): string | null {
  const seen = new Set<string>();
  for (const key of Object.keys(object)) {
    const lower = key.toLowerCase();
    if (seen.has(lower)) return key;
    seen.add(lower);
  }
  return null;
}

/** Text, or '' for anything else. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A list of text; null and missing lists are empty, a single text is a list of one (old configs have those). */
export function asTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** A map of text to text; what is not text is left out. */
export function asTextMap(value: unknown): Readonly<Record<string, string>> {
  const object = asObject(value);
  if (!object) return {};
  const map: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, text] of Object.entries(object)) if (typeof text === 'string') map[key] = text;
  return { ...map };
}
