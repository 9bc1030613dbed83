import type { Limits } from '../image/limits';
import { decodeName, encodeName } from './entryPath';
import { mapOfPax, type SparseRegion } from './sparseMap';
import { TarFault, TarLimitFault } from './tarFault';

/**
 * Tar headers as records: v7, ustar (POSIX.1-1988), pax (POSIX.1-2001) and GNU forms. Bytes in, record out and back;
 * streams live in `electron/tar`.
 */
export interface TarHeader {
  /** Name as stored, surrogate-escaped (see entryPath.ts), with pax and GNU long names applied. */
  readonly name: string;
  /** Bytes of the body that follows in the stream. */
  readonly size: number;
  /** Bytes of the file itself: differs from `size` for sparse files only. */
  readonly realSize: number;
  /** Bytes that follow and are no part of what the header stands for, where there are any. */
  readonly passedOver?: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, with fraction (to a fraction of a microsecond, as far as a double goes). */
  readonly mtime: number;
  /** Its whole seconds, exact, rounded down also before 1970: a double rounds the last nanoseconds of a second up. */
  readonly seconds: number;
  /** The fraction of `mtime` in whole nanoseconds, exact: 0..999,999,999, counted up from `seconds`. */
  readonly nanoseconds: number;
  readonly type: TarType;
  readonly linkName: string;
  readonly major: number;
  readonly minor: number;
  /** For sparse files: where the data of the body belongs; null when the body begins with its map. Else null. */
  readonly regions: readonly SparseRegion[] | null;
  /** Extended attributes by name (pax records `SCHILY.xattr.NAME`), values as bytes. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

/**
 * What a header stands for; `sparse` is a regular file whose body is not its contents as they are, `volume` what belongs to an
 * archive in several volumes and is no member: its label, or the rest of a file that began on the volume before.
 */
export type TarType =
  'file' | 'hardlink' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo' | 'sparse' | 'volume';

export { TarFault, TarLimitFault } from './tarFault';

export const blockSize = 512;

const decoder = new TextDecoder('latin1');

/**
 * The octal number of a field; null for what is none. Blanks and NULs around it do not count, a NUL ends it, and a field of
 * nothing else is zero: as in Go (archive/tar, parseOctal), which is what Docker and Podman read with. GNU tar, too, passes
 * over a NUL before the number. Whoever takes such a size for zero makes members of a member's body.
 */
function octalOf(block: Uint8Array, offset: number, length: number): number | null {
  const isBlank = (at: number): boolean => block[at] === 0 || block[at] === 0x20;
  let end = offset + length;
  let i = offset;
  while (i < end && isBlank(i)) i++;
  while (end > i && isBlank(end - 1)) end--;
  let value = 0;
  for (; i < end; i++) {
    const c = block[i] ?? 0;
    if (c === 0) break;
    if (c < 0x30 || c > 0x37) return null;
    value = value * 8 + (c - 0x30);
  }
  return value;
}

/** The number of a field in base 256 (GNU: the high bit is set), below zero as two's complement; past 2^53 it is only near. */
function base256(block: Uint8Array, offset: number, length: number): number {
  const first = block[offset] ?? 0;
  const flip = first & 0x40 ? 0xff : 0;
  let value = (first ^ flip) & 0x3f;
  for (let i = 1; i < length; i++) value = value * 256 + ((block[offset + i] ?? 0) ^ flip);
  return flip === 0 ? value : -value - 1;
}

/** Octal, or base 256. Throws {@link TarFault}. */
function parseNumber(block: Uint8Array, offset: number, length: number, what: string): number {
  if ((block[offset] ?? 0) & 0x80) {
    const value = base256(block, offset, length);
    if (value < 0) throw new TarFault('number-negative', what);
    if (value > Number.MAX_SAFE_INTEGER) throw new TarFault('number-range', what);
    return value;
  }
  const value = octalOf(block, offset, length);
  if (value === null) throw new TarFault('number-form', what);
  return value;
}

/** Owners are 32 bits wide: what GNU tar writes as a negative number in base 256 is `(uid_t)-1` and its neighbours. */
function parseOwner(block: Uint8Array, offset: number, what: string): number {
  for (let i = 0; i < 4; i++) if (block[offset + i] !== 0xff) return parseNumber(block, offset, 8, what);
  return new DataView(block.buffer, block.byteOffset).getUint32(offset + 4);
}

/** Times may lie before 1970: GNU writes those in base 256. */
function parseTime(block: Uint8Array): number {
  if ((block[136] ?? 0) !== 0xff) return parseNumber(block, 136, 12, 'mtime');
  const value = base256(block, 136, 12);
  if (value < -Number.MAX_SAFE_INTEGER) throw new TarFault('number-range', 'mtime');
  return value;
}

function fieldEnd(block: Uint8Array, offset: number, length: number): number {
  for (let i = offset; i < offset + length; i++) if (block[i] === 0) return i;
  return offset + length;
}

function field(block: Uint8Array, offset: number, length: number): string {
  return decodeName(block.subarray(offset, fieldEnd(block, offset, length)));
}

/** True for a block of zeros: half of an end of archive. */
export function isZeroBlock(block: Uint8Array): boolean {
  for (let i = 0; i < blockSize; i++) if (block[i] !== 0) return false;
  return true;
}

/** Tells whether a block's checksum is right, signed or unsigned as old writers disagreed. */
export function hasChecksum(block: Uint8Array): boolean {
  const stored = octalOf(block, 148, 8);
  let unsigned = 256;
  let signed = 256;
  for (let j = 0; j < blockSize; j++) {
    if (j === 148) j = 156;
    const c = block[j] ?? 0;
    unsigned += c;
    signed += c > 127 ? c - 256 : c;
  }
  return stored === unsigned || stored === signed;
}

/** Every other flag is a regular file (POSIX pax, "ustar Interchange Format", typeflag), as for GNU tar, libarchive and Python. */
const types: Readonly<Record<string, TarType>> = {
  '\0': 'file',
  '0': 'file',
  '7': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  S: 'sparse',
  // A directory of an incremental archive of GNU tar; its body lists what was in it.
  D: 'directory',
  // GNU tar makes nothing of them either (GNU tar manual, "Basic Tar Format").
  M: 'volume',
  V: 'volume',
};

/** What extension headers have said about the next member. */
export interface TarExtensions {
  readonly pax: ReadonlyMap<string, string>;
  readonly gnuName: string | null;
  readonly gnuLink: string | null;
}

/** The type flag of a header block, as a character. */
export function typeFlag(block: Uint8Array): string {
  return String.fromCharCode(block[156] ?? 0);
}

/** Bytes that follow an extension header (flags x, g, L, K). Throws {@link TarFault}, also past the limit. */
export function extensionSize(block: Uint8Array, limits: Limits): number {
  const size = parseNumber(block, 124, 12, 'size');
  const limit = limits['extension-bytes'];
  if (size > limit) {
    const bound = { name: 'extension-bytes', limit, found: size } as const;
    throw new TarLimitFault(bound, field(block, 0, 100));
  }
  return size;
}

function paxNumber(pax: ReadonlyMap<string, string>, key: string): number | null {
  const text = pax.get(key);
  if (text === undefined || text === '') return null;
  if (!/^\d+$/.test(text)) throw new TarFault('pax-number', key);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new TarFault('pax-range', key);
  return value;
}

type TarTime = Pick<TarHeader, 'mtime' | 'seconds' | 'nanoseconds'>;

const wholeTime = (seconds: number): TarTime => ({ mtime: seconds, seconds, nanoseconds: 0 });

function paxTime(pax: ReadonlyMap<string, string>): TarTime | null {
  const text = pax.get('mtime');
  if (text === undefined || text === '') return null;
  const parts = /^-?\d{1,16}(?:\.(\d*))?$/.exec(text);
  if (!parts) throw new TarFault('pax-number', 'mtime');
  const fraction = Number((parts[1] ?? '').slice(0, 9).padEnd(9, '0'));
  // A negative time's fraction counts downwards; ours counts up from the second below.
  const nanoseconds = text.startsWith('-') && fraction > 0 ? 1_000_000_000 - fraction : fraction;
  // Beyond it a double has no whole seconds any more, and no file system has such times.
  const mtime = Number(text);
  if (Math.abs(mtime) >= Number.MAX_SAFE_INTEGER) throw new TarFault('pax-range', 'mtime');
  const whole = Number(text.split('.', 1)[0]);
  return { mtime, seconds: text.startsWith('-') && fraction > 0 ? whole - 1 : whole, nanoseconds };
}

const xattrPrefix = 'SCHILY.xattr.';
const noXattrs: ReadonlyMap<string, Uint8Array> = new Map();

function paxXattrs(pax: ReadonlyMap<string, string>): ReadonlyMap<string, Uint8Array> {
  let found: Map<string, Uint8Array> | null = null;
  for (const [key, value] of pax) {
    if (!key.startsWith(xattrPrefix) || key.length === xattrPrefix.length) continue;
    const name = key.slice(xattrPrefix.length);
    if (name.includes('\0')) throw new TarFault('nul-attribute');
    // `parsePax` keeps these values as one character a byte.
    (found ??= new Map()).set(name, bytesOfCharacters(value));
  }
  return found ?? noXattrs;
}

/** Regions of an old GNU sparse map: `count` pairs from `offset` on, ended early by a pair of zeros. Throws {@link TarFault}. */
export function sparseRegions(block: Uint8Array, offset: number, count: number): SparseRegion[] {
  const regions: SparseRegion[] = [];
  for (let i = 0; i < count; i++) {
    const at = offset + i * 24;
    const ends = [at, at + 12].map((field) => block[field] === 0);
    if (ends[0] && ends[1]) break;
    // For Go the map ends where there is no offset, for GNU tar where there is no size.
    if (ends[0] || ends[1]) throw new TarFault('number-form', ends[0] ? 'offset' : 'numbytes');
    const where = parseNumber(block, at, 12, 'offset');
    regions.push({ offset: where, size: parseNumber(block, at + 12, 12, 'numbytes') });
  }
  return regions;
}

/**
 * Reads a header block with what extensions said before it. A pax size always wins (CVE-2025-62518: two sizes for one
 * member let files be smuggled). Throws {@link TarFault}.
 */
export function parseHeader(block: Uint8Array, extensions: TarExtensions): TarHeader {
  if (!hasChecksum(block)) throw new TarFault('tar-checksum');
  const { pax, gnuName, gnuLink } = extensions;
  const flag = typeFlag(block);
  const ustar = decoder.decode(block.subarray(257, 262)) === 'ustar';
  const gnu = ustar && block[262] === 0x20;
  // An empty pax value takes a record back (POSIX pax, "extended header"): the header's own field counts.
  const paxPath = pax.get('path') || null;
  // Of GNU's name and target, too, an empty one says nothing (Go).
  const longName = gnuName || paxPath;
  let name = longName ?? field(block, 0, 100);
  if (ustar && !gnu && longName === null && block[345] !== 0) {
    name = `${field(block, 345, 155)}/${name}`;
  }
  const linkName = gnuLink || pax.get('linkpath') || field(block, 157, 100);
  let type = types[flag] ?? 'file';
  const isPaxSparse =
    type === 'file' &&
    (pax.has('GNU.sparse.major') || pax.has('GNU.sparse.map') || pax.has('GNU.sparse.size'));
  // Before the type is judged by the name: the header of such a member has another name, cut to what fits.
  if (isPaxSparse) name = pax.get('GNU.sparse.name') || name;
  // Writers from before POSIX mark directories by a trailing slash alone; a member that says that it is a file is one, with all
  // of its body, as for Go, so for Docker, Podman and umoci. GNU tar makes a directory of it, and passes over the body.
  if (flag === '\0' && name.endsWith('/')) type = 'directory';
  // The field must be a number also where it does not count, as for Go.
  const ownSize = parseNumber(block, 124, 12, 'size');
  let size = paxNumber(pax, 'size') ?? ownSize;
  const passedOver = flag === 'D' ? size : 0;
  // Links and directories have no body, whatever their size field says (GNU tar, star and Go agree).
  if (type !== 'file' && type !== 'sparse' && type !== 'volume') size = 0;
  let realSize = size;
  let regions: readonly SparseRegion[] | null = null;
  if (type === 'sparse') {
    realSize = parseNumber(block, 483, 12, 'realsize');
    regions = sparseRegions(block, 386, 4);
  }
  if (isPaxSparse && type === 'file') {
    type = 'sparse';
    realSize = paxNumber(pax, 'GNU.sparse.realsize') ?? paxNumber(pax, 'GNU.sparse.size') ?? size;
    regions = mapOfPax(pax);
  }
  if (name.includes('\0') || linkName.includes('\0')) throw new TarFault('nul-name');
  const device = type === 'character' || type === 'block';
  const time = paxTime(pax) ?? wholeTime(parseTime(block));
  return {
    name,
    size,
    realSize,
    ...(passedOver > 0 ? { passedOver } : {}),
    mode: parseNumber(block, 100, 8, 'mode') & 0o7777,
    uid: paxNumber(pax, 'uid') ?? parseOwner(block, 108, 'uid'),
    gid: paxNumber(pax, 'gid') ?? parseOwner(block, 116, 'gid'),
    ...time,
    type,
    linkName,
    major: device ? parseNumber(block, 329, 8, 'devmajor') : 0,
    minor: device ? parseNumber(block, 337, 8, 'devminor') : 0,
    regions,
    xattrs: pax.size === 0 ? noXattrs : paxXattrs(pax),
  };
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

/** Reads pax records (`LENGTH KEY=VALUE\n`, length in bytes and of the whole record). Throws {@link TarFault}. */
export function parsePax(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    let digits = at;
    while (digits < bytes.length && bytes[digits] !== 0x20) digits++;
    const lengthText = decoder.decode(bytes.subarray(at, digits));
    // Some writers pad the last block with zeros inside of the declared size.
    if (bytes[at] === 0) break;
    if (!/^\d{1,10}$/.test(lengthText)) throw new TarFault('pax-length');
    const end = at + Number(lengthText);
    if (end > bytes.length || end <= digits + 1 || bytes[end - 1] !== 0x0a) throw new TarFault('pax-cut');
    const record = bytes.subarray(digits + 1, end - 1);
    const equals = record.indexOf(0x3d);
    if (equals <= 0) throw new TarFault('pax-key');
    // Names of attributes are bytes, as names of files are.
    const key = decodeName(record.subarray(0, equals));
    const value = record.subarray(equals + 1);
    const text = key.startsWith(xattrPrefix) ? oneCharacterAByte(value) : decodeName(value);
    if ((key === 'path' || key === 'linkpath') && text.includes('\0')) throw new TarFault('nul-pax');
    // Sparse form 0.0 says the same key again and again: one list of them.
    const repeated = key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes';
    const before = repeated ? records.get(key) : undefined;
    records.set(key, before === undefined ? text : `${before},${text}`);
    at = end;
  }
  return records;
}

/** Whether an attribute of that name can be written: pax ends a key at its first `=`, and knows no escape. */
export function isPaxName(attribute: string): boolean {
  return !attribute.includes('=');
}

/** What a written header says. */
export interface HeaderToWrite {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'character' | 'block' | 'fifo';
  readonly size: number;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Whole seconds since 1970; may be negative. */
  readonly mtime: number;
  /** Fraction of the second, 0..999,999,999, counted up from `mtime`. */
  readonly nanoseconds?: number;
  readonly linkName?: string;
  readonly major?: number;
  readonly minor?: number;
  /** Extended attributes, written as `SCHILY.xattr.NAME` in the order given. */
  readonly xattrs?: Iterable<readonly [name: string, value: Uint8Array]>;
  /** Further pax records, written behind those for what stands in the header: some readers let the last one count. */
  readonly pax?: readonly (readonly [key: string, value: Uint8Array])[];
}

/** A time as pax writes it: decimal, exact to the nanosecond. */
function paxTimeText(seconds: number, nanoseconds: number): string {
  const whole = seconds < 0 && nanoseconds > 0 ? seconds + 1 : seconds;
  const part = seconds < 0 && nanoseconds > 0 ? 1_000_000_000 - nanoseconds : nanoseconds;
  const sign = seconds < 0 ? '-' : '';
  const fraction = part === 0 ? '' : `.${String(part).padStart(9, '0').replace(/0+$/, '')}`;
  return `${sign}${Math.abs(whole)}${fraction}`;
}

const flags = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
} as const;

function putText(block: Uint8Array, offset: number, length: number, bytes: Uint8Array): void {
  block.set(bytes.subarray(0, length), offset);
}

function putOctal(block: Uint8Array, offset: number, length: number, value: number): void {
  const text = value.toString(8).padStart(length - 1, '0');
  for (let i = 0; i < length - 1; i++) block[offset + i] = text.charCodeAt(i);
}

function paxRecord(key: string, value: Uint8Array): Uint8Array {
  // It would be another key with another value.
  if (!isPaxName(key)) throw new TarFault('pax-key');
  const head = encodeName(` ${key}=`);
  let length = head.length + value.length + 1;
  length += String(length).length;
  if (String(length).length + head.length + value.length + 1 > length) length++;
  const digits = new TextEncoder().encode(String(length));
  const record = new Uint8Array(length);
  record.set(digits, 0);
  record.set(head, digits.length);
  record.set(value, digits.length + head.length);
  record[length - 1] = 0x0a;
  return record;
}

/**
 * Bytes of a header: one ustar block, with a pax header before it where a name, a size or an owner does not fit.
 * Deterministic: the same record gives the same bytes. Throws {@link TarFault} for an attribute whose name
 * has a `=` (see {@link isPaxName}).
 */
export function encodeHeader(header: HeaderToWrite): Uint8Array {
  const name = encodeName(header.name);
  const link = encodeName(header.linkName ?? '');
  const uid = header.uid ?? 0;
  const gid = header.gid ?? 0;
  const records: Uint8Array[] = [];
  const ascii = (bytes: Uint8Array): boolean => bytes.every((b) => b < 128);
  if (name.length > 100 || !ascii(name)) records.push(paxRecord('path', name));
  if (link.length > 100 || !ascii(link)) records.push(paxRecord('linkpath', link));
  const text = new TextEncoder();
  if (header.size > 0o77777777777) records.push(paxRecord('size', text.encode(String(header.size))));
  if (uid > 0o7777777) records.push(paxRecord('uid', text.encode(String(uid))));
  if (gid > 0o7777777) records.push(paxRecord('gid', text.encode(String(gid))));
  const nanoseconds = header.nanoseconds ?? 0;
  if (header.mtime < 0 || header.mtime > 0o77777777777 || nanoseconds > 0)
    records.push(paxRecord('mtime', text.encode(paxTimeText(header.mtime, nanoseconds))));
  for (const [key, value] of header.pax ?? []) records.push(paxRecord(key, value));
  for (const [key, value] of header.xattrs ?? []) records.push(paxRecord(`${xattrPrefix}${key}`, value));

  const block = (type: string, blockName: Uint8Array, size: number): Uint8Array => {
    const out = new Uint8Array(blockSize);
    putText(out, 0, 100, blockName);
    putOctal(out, 100, 8, header.mode);
    putOctal(out, 108, 8, Math.min(uid, 0o7777777));
    putOctal(out, 116, 8, Math.min(gid, 0o7777777));
    putOctal(out, 124, 12, Math.min(size, 0o77777777777));
    putOctal(out, 136, 12, Math.min(Math.max(header.mtime, 0), 0o77777777777));
    out.fill(0x20, 148, 156);
    out[156] = type.charCodeAt(0);
    putText(out, 157, 100, link);
    putText(out, 257, 8, text.encode('ustar\u000000'));
    if (type === '3' || type === '4') {
      putOctal(out, 329, 8, header.major ?? 0);
      putOctal(out, 337, 8, header.minor ?? 0);
    }
    let sum = 0;
    for (const byte of out) sum += byte;
    putText(out, 148, 8, text.encode(`${sum.toString(8).padStart(6, '0')}\0 `));
    return out;
  };

  const main = block(flags[header.type], name, header.size);
  if (records.length === 0) return main;
  const size = records.reduce((sum, record) => sum + record.length, 0);
  const out = new Uint8Array(blockSize + padded(size) + blockSize);
  out.set(block('x', text.encode('PaxHeaders/entry'), size), 0);
  let at = blockSize;
  for (const record of records) {
    out.set(record, at);
    at += record.length;
  }
  out.set(main, blockSize + padded(size));
  return out;
}

/** `size` rounded up to whole blocks. */
export function padded(size: number): number {
  const rest = size % blockSize;
  return rest === 0 ? size : size + blockSize - rest;
}
