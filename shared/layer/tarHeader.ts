import type { Limits } from '../image/limits';
import { decodeName, encodeName } from './entryPath';
import {
  paxNumber,
  paxOwner,
  paxTime,
  paxXattrs,
  xattrPrefix,
  type PaxRecords,
  type TarTime,
} from './paxRecords';
import { blockSize, readRawHeader, sparseSize, type TarForm } from './rawHeader';
import { mapOfPax, sparseVersion, type SparseRegion } from './sparseMap';
import { TarFault, TarLimitFault } from './tarFault';
import { notNegative, parseNumber } from './tarNumbers';

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

export { blockSize, hasChecksum, isZeroBlock, typeFlag } from './rawHeader';
export { parsePax } from './paxRecords';

/**
 * Members of other flags Docker, Podman and containerd refuse, and so do we: what some readers take for a file and others pass over
 * is in nobody's tree for sure.
 */
const types: Readonly<Record<string, TarType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  S: 'sparse',
  // GNU tar's, which those refuse, too: a directory of an incremental archive, whose body lists what was in it.
  D: 'directory',
  // GNU tar makes nothing of them either (GNU tar manual, "Basic Tar Format").
  M: 'volume',
  V: 'volume',
};

/** What extension headers have said about the next member. */
export interface TarExtensions {
  readonly pax: PaxRecords;
  readonly gnuName: string | null;
  readonly gnuLink: string | null;
}

/** Bytes that follow an extension header (flags x, g, L, K). Throws {@link TarFault}, also past the limit. */
export function extensionSize(block: Uint8Array, limits: Limits): number {
  const { size, name } = readRawHeader(block);
  const limit = limits['extension-bytes'];
  if (size > limit) throw new TarLimitFault({ name: 'extension-bytes', limit, found: size }, name);
  return notNegative(size, 'size');
}

/** The name, or the link's target, that a header of GNU says of the next member: a NUL ends it. */
export function longNameOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeName(end < 0 ? bytes : bytes.subarray(0, end));
}

const wholeTime = (seconds: number): TarTime => ({ mtime: seconds, seconds, nanoseconds: 0 });

/** Regions of an old GNU sparse map: `count` pairs from `offset` on, ended early by a pair of zeros. Throws {@link TarFault}. */
export function sparseRegions(block: Uint8Array, offset: number, count: number): SparseRegion[] {
  const regions: SparseRegion[] = [];
  for (let i = 0; i < count; i++) {
    const at = offset + i * 24;
    const ends = [at, at + 12].map((field) => block[field] === 0);
    if (ends[0] && ends[1]) break;
    // For Go the map ends where there is no offset, for GNU tar where there is no size.
    if (ends[0] || ends[1]) throw new TarFault('number-form', ends[0] ? 'offset' : 'numbytes');
    regions.push({
      offset: notNegative(parseNumber(block, at, 12, 'offset'), 'offset'),
      size: notNegative(parseNumber(block, at + 12, 12, 'numbytes'), 'numbytes'),
    });
  }
  return regions;
}

/** How a file is sparse, what it is named, and how long it is. */
type Sparse = Pick<TarHeader, 'name' | 'realSize' | 'regions'>;

/** What a member of flag `S` says of the file: its map begins in the header itself, which must be GNU's. Throws {@link TarFault}. */
function oldSparse(block: Uint8Array, form: TarForm, name: string): Sparse {
  // That of star has the same flag and other fields.
  if (form !== 'gnu') throw new TarFault('sparse-form');
  return { name, realSize: sparseSize(block), regions: sparseRegions(block, 386, 4) };
}

/**
 * What pax records say of a sparse file; null where none do, be they records of a version that nobody knows. Throws
 * {@link TarFault}.
 */
function paxSparse(pax: PaxRecords, name: string, size: number): Sparse | null {
  const version = sparseVersion(pax);
  if (version === null) return null;
  const realSize = paxNumber(pax, 'GNU.sparse.size') ?? paxNumber(pax, 'GNU.sparse.realsize') ?? size;
  return {
    name: pax.get('GNU.sparse.name') || name,
    realSize: notNegative(realSize, 'realsize'),
    regions: version === '1.0' ? null : mapOfPax(pax),
  };
}

/**
 * Reads a header block with what extensions said before it. A pax size always wins (CVE-2025-62518: two sizes for one
 * member let files be smuggled). Throws {@link TarFault}.
 */
export function parseHeader(block: Uint8Array, extensions: TarExtensions): TarHeader {
  const raw = readRawHeader(block);
  const { pax, gnuName, gnuLink } = extensions;
  let type = types[raw.flag];
  if (type === undefined) throw new TarFault('tar-type', raw.flag);
  // An empty value takes a record back (POSIX pax, "extended header"): the header's own field counts. GNU's names count more.
  let name = gnuName || pax.get('path') || raw.name;
  const linkName = gnuLink || pax.get('linkpath') || raw.linkName;
  // Writers from before POSIX mark directories by a trailing slash alone; a member that says that it is a file is one, with all
  // of its body, as for Go, so for Docker, Podman and umoci. GNU tar makes a directory of it, and passes over the body. The
  // name of a sparse file, which is said elsewhere, does not count for that.
  if (raw.flag === '\0' && name.endsWith('/')) type = 'directory';
  // The field must be a size also where it does not count.
  if (!/[1-6]/.test(raw.flag)) notNegative(raw.size, 'size');
  const saidSize = paxNumber(pax, 'size') ?? raw.size;
  // Links, devices and directories have no body, whatever their size field says (GNU tar, star and Go agree).
  const passedOver = raw.flag === 'D' ? notNegative(saidSize, 'size') : 0;
  const hasBody = type === 'file' || type === 'sparse' || type === 'volume';
  const size = hasBody ? notNegative(saidSize, 'size') : 0;
  const sparse = type === 'sparse' ? oldSparse(block, raw.form, name) : paxSparse(pax, name, size);
  if (sparse) {
    if (type !== 'file' && type !== 'sparse') throw new TarFault('sparse-form');
    type = 'sparse';
    name = sparse.name;
  }
  if (name.includes('\0') || linkName.includes('\0')) throw new TarFault('nul-name');
  const device = type === 'character' || type === 'block';
  // They count for nothing, and yet must be times.
  for (const key of ['atime', 'ctime']) paxTime(pax, key);
  return {
    name,
    size,
    realSize: sparse?.realSize ?? size,
    ...(passedOver > 0 ? { passedOver } : {}),
    mode: raw.mode,
    uid: paxOwner(pax, 'uid') ?? raw.uid,
    gid: paxOwner(pax, 'gid') ?? raw.gid,
    ...(paxTime(pax, 'mtime') ?? wholeTime(raw.mtime)),
    type,
    linkName,
    major: device ? notNegative(raw.major, 'devmajor') : 0,
    minor: device ? notNegative(raw.minor, 'devminor') : 0,
    regions: sparse?.regions ?? null,
    xattrs: paxXattrs(pax),
  };
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
