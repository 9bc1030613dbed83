import { decodeName } from './entryPath';
import { TarFault } from './tarFault';

/** Pax records (POSIX.1-2001, "pax Extended Header") as Go reads them (archive/tar, `parsePAX`, `validPAXRecord`, `mergePAX`). */
export type PaxRecords = ReadonlyMap<string, string>;

export const xattrPrefix = 'SCHILY.xattr.';
const noXattrs: ReadonlyMap<string, Uint8Array> = new Map();

/** Keys whose values have no NUL. */
const names: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname']);

/** A decimal number as Go takes it, a sign before it or not; null for what is none. Past 2^53 it is only near. */
export function decimalOf(text: string): number | null {
  return /^[+-]?\d+$/.test(text) ? Number(text) : null;
}

/** The number of a record; null where there is none, or an empty one: it takes a record back. Throws {@link TarFault}. */
export function paxNumber(pax: PaxRecords, key: string): number | null {
  const text = pax.get(key) ?? '';
  if (text === '') return null;
  const value = decimalOf(text);
  if (value === null) throw new TarFault('pax-number', key);
  if (!Number.isSafeInteger(value)) throw new TarFault('pax-range', key);
  return value;
}

/** The owner of a record. Throws {@link TarFault}. */
export function paxOwner(pax: PaxRecords, key: string): number | null {
  const value = paxNumber(pax, key);
  if (value !== null && value < 0) throw new TarFault('pax-range', key);
  return value;
}

/** A time as seconds with their fraction, and as whole seconds (rounded down) with the nanoseconds above them. */
export interface TarTime {
  readonly mtime: number;
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** The time of a record, `mtime` or another; null where there is none. Throws {@link TarFault}. */
export function paxTime(pax: PaxRecords, key: string): TarTime | null {
  const text = pax.get(key) ?? '';
  if (text === '') return null;
  const parts = /^[+-]?\d+(?:\.(\d*))?$/.exec(text);
  if (!parts) throw new TarFault('pax-number', key);
  const fraction = Number((parts[1] ?? '').slice(0, 9).padEnd(9, '0'));
  // A negative time's fraction counts downwards; ours counts up from the second below.
  const nanoseconds = text.startsWith('-') && fraction > 0 ? 1_000_000_000 - fraction : fraction;
  // Beyond it a double has no whole seconds any more, and no file system has such times.
  const mtime = Number(text);
  if (Math.abs(mtime) >= Number.MAX_SAFE_INTEGER) throw new TarFault('pax-range', key);
  const whole = Number(text.split('.', 1)[0]);
  return { mtime, seconds: text.startsWith('-') && fraction > 0 ? whole - 1 : whole, nanoseconds };
}

/** Extended attributes by name; one without a value is none, as for Go. */
export function paxXattrs(pax: PaxRecords): ReadonlyMap<string, Uint8Array> {
  let found: Map<string, Uint8Array> | null = null;
  for (const [key, value] of pax) {
    if (!key.startsWith(xattrPrefix) || key.length === xattrPrefix.length || value === '') continue;
    // `parsePax` keeps these values as one character a byte.
    (found ??= new Map()).set(key.slice(xattrPrefix.length), bytesOfCharacters(value));
  }
  return found ?? noXattrs;
}

/** TextDecoder's `latin1` is windows-1252 by the standard and would change bytes 128 to 159. */
function oneCharacterAByte(bytes: Uint8Array): string {
  const pieces: string[] = [];
  // As many arguments as a call takes.
  for (let at = 0; at < bytes.length; at += 8192)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join('');
}

/** The bytes of a text that {@link oneCharacterAByte} made. */
function bytesOfCharacters(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** The length of the record at `at`, and where its blank is. Throws {@link TarFault}. */
function lengthAt(bytes: Uint8Array, at: number): { readonly length: number; readonly blank: number } {
  const blank = bytes.indexOf(0x20, at);
  // Also zeros that pad the records: engines take no such header.
  if (blank < 0 || blank - at > 20) throw new TarFault('pax-length');
  const length = decimalOf(oneCharacterAByte(bytes.subarray(at, blank)));
  if (length === null || length < 5) throw new TarFault('pax-length');
  return { length, blank };
}

/**
 * Reads pax records (`LENGTH KEY=VALUE\n`, length in bytes and of the whole record); of a key the last one counts. The pairs of
 * sparse form 0.0, whose keys come again and again, become the map of form 0.1, and win over one. Throws {@link TarFault}.
 */
export function parsePax(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  const sparse: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const { length, blank } = lengthAt(bytes, at);
    const end = at + length;
    if (end > bytes.length || end <= blank + 1 || bytes[end - 1] !== 0x0a) throw new TarFault('pax-cut');
    const record = bytes.subarray(blank + 1, end - 1);
    const equals = record.indexOf(0x3d);
    if (equals <= 0) throw new TarFault('pax-key');
    // Names of attributes are bytes, as names of files are.
    const key = decodeName(record.subarray(0, equals));
    const value = record.subarray(equals + 1);
    const text = key.startsWith(xattrPrefix) ? oneCharacterAByte(value) : decodeName(value);
    if (key.includes('\0')) throw new TarFault(key.startsWith(xattrPrefix) ? 'nul-attribute' : 'pax-key');
    if (names.has(key) && text.includes('\0')) throw new TarFault('nul-pax');
    at = end;
    const pair = ['GNU.sparse.offset', 'GNU.sparse.numbytes'].indexOf(key);
    if (pair < 0) records.set(key, text);
    else if (pair !== sparse.length % 2) throw new TarFault('sparse-half');
    else if (text.includes(',')) throw new TarFault('sparse-number');
    else sparse.push(text);
  }
  if (sparse.length > 0) records.set('GNU.sparse.map', sparse.join(','));
  return records;
}
