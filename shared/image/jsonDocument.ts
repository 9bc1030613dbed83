import { JsonNumber, parseExactJson } from './exactJson';
import { findKeyFault, foldKey, type KeyRules } from './documentKeys';
import { reasonFacts, type DocumentReason } from './faultReason';
import { jsonExcess } from './jsonScan';
import { storedLimits, type Limits } from './limits';
import { problem, ProblemError } from './problem';

/** Where a document came from, for the sentence that refuses it. */
export interface DocumentPlace {
  /** What the person called the input. */
  readonly file: string;
  /** Name of the document in it. */
  readonly entry: string;
}

/** A place with the bounds that are held there. There is no default: what is in the store has others than what comes in. */
export interface DocumentOrigin extends DocumentPlace {
  /** The bounds that hold for it: `storedLimits` for what is in the store, else those that the person has set. */
  readonly limits: Limits;
}

/** The origin of a document that is in the store; `file` is what the person called the image, where that is known. */
export function storedOrigin(digest: string, file = digest): DocumentOrigin {
  return { file, entry: digest, limits: storedLimits };
}

/** Makes a `document-invalid` problem; `named` is what the reason names. */
export function invalidDocument(
  { file, entry }: DocumentPlace,
  reason: DocumentReason,
  ...named: readonly (string | number)[]
): ProblemError {
  return problem('document-invalid', { file, entry, ...reasonFacts(reason, named) });
}

/**
 * Bytes of a JSON document as a value: UTF-8, bounded in size, values and depth, no key twice in one object, in whatever letter case
 * (see `documentKeys.ts`). Throws `document-invalid` or `limit-exceeded`.
 */
export function parseJsonDocument(
  bytes: Uint8Array,
  origin: DocumentOrigin,
  name: 'document-bytes' | 'manifest-bytes' = 'document-bytes',
  keys: KeyRules & {
    /** For what is taken over into another document: see {@link parseExactJson}. */
    readonly exactNumbers?: true;
  } = {},
): unknown {
  const { file, entry, limits } = origin;
  if (bytes.length > limits[name])
    throw problem('limit-exceeded', { file, what: entry, limit: limits[name], name, found: bytes.length });
  const depth = limits['json-depth'];
  const beyond = (bound: 'json-values' | 'json-depth'): ProblemError =>
    problem('limit-exceeded', { file, what: entry, limit: limits[bound], name: bound });
  let value: unknown;
  let text: string;
  try {
    // A byte order mark is no part of JSON (RFC 8259, 8.1), and Go's tools refuse it: it stays, and is none of ours to skip.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // Before it is parsed: values cost much more than their bytes, and levels without end would end the process.
    const excess = jsonExcess(text, { values: limits['json-values'], depth });
    if (excess !== null) throw beyond(`json-${excess}`);
    value = keys.exactNumbers ? parseExactJson(text) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw problem('document-invalid', { file, entry, reason: 'json' }, { cause });
  }
  const fault = findKeyFault(text, keys, depth, () => beyond('json-depth'));
  if (fault) throw invalidDocument(origin, `key-${fault.kind}`, JSON.stringify(fault.key.slice(0, 60)));
  return value;
}

/** A JSON object as own properties only; null for anything else. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or null. */
export function asObject(value: unknown): JsonObject | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return value instanceof JsonNumber ? null : (value as JsonObject);
}

/** An own member; undefined for what the prototype holds. */
export function member(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * A member by name as Go's JSON reads it: in any letter case. Real archives have keys in any case, since the tools that wrote
 * and read them were Go programs. {@link parseJsonDocument} lets no object have one key in two.
 */
export function looseMember(object: JsonObject, key: string): unknown {
  if (Object.hasOwn(object, key)) return object[key];
  const folded = foldKey(key);
  for (const name of Object.keys(object)) if (foldKey(name) === folded) return object[name];
  return undefined;
}

/** The key of an object in the spelling that it has there, as Go reads keys; our own for a new one. */
export function memberKey(object: JsonObject, key: string): string {
  const folded = foldKey(key);
  return Object.keys(object).find((each) => foldKey(each) === folded) ?? key;
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

/** A map of text to text; null is empty text, as in Go, and what is no text is left out. */
export function asTextMap(value: unknown): Readonly<Record<string, string>> {
  const object = asObject(value);
  if (!object) return {};
  const map: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [key, text] of Object.entries(object))
    if (typeof text === 'string' || text === null) map[key] = text ?? '';
  return { ...map };
}
