import { decodeName } from './entryPath';
import { notNegative, numberOf, octalOf, parseNumber, parseOwner } from './tarNumbers';
import { TarFault } from './tarFault';

/**
 * A header block by itself, as Go reads it (archive/tar, `readHeader` and `getFormat`): Docker, Podman, skopeo, umoci and
 * containerd do so, and a name that is another for them is another tree. Every number must be one, in headers of extensions, too.
 */
export interface RawHeader {
  readonly form: TarForm;
  /** The type flag, as a character. */
  readonly flag: string;
  readonly name: string;
  readonly linkName: string;
  /** As the field says, be it below zero. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since 1970. */
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
}

/** Forms of a header block, told by magic, version and trailer: what stands behind the device numbers differs. */
export type TarForm = 'v7' | 'ustar' | 'star' | 'gnu';

export const blockSize = 512;

function fieldEnd(block: Uint8Array, offset: number, length: number): number {
  for (let i = offset; i < offset + length; i++) if (block[i] === 0) return i;
  return offset + length;
}

function field(block: Uint8Array, offset: number, length: number): string {
  return decodeName(block.subarray(offset, fieldEnd(block, offset, length)));
}

/** Whether these characters stand there. */
function says(block: Uint8Array, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (block[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** The form of a header block. Five letters of the magic are not enough, and for POSIX the version does not count. */
export function formOf(block: Uint8Array): TarForm {
  if (says(block, 257, 'ustar\0')) return says(block, 508, 'tar\0') ? 'star' : 'ustar';
  return says(block, 257, 'ustar  \0') ? 'gnu' : 'v7';
}

/**
 * What stands before the name, with a slash between; '' for nothing. GNU headers have no such field, but Go wrote them with one before
 * 1.8, and still takes it for one where the times that stand there are none (golang.org/issues/12594).
 */
function prefixOf(block: Uint8Array, form: TarForm): string {
  if (form === 'ustar') return field(block, 345, 155);
  if (form === 'star') {
    parseNumber(block, 476, 12, 'atime');
    parseNumber(block, 488, 12, 'ctime');
    return field(block, 345, 131);
  }
  if (form !== 'gnu') return '';
  const isTime = (offset: number): boolean => block[offset] === 0 || numberOf(block, offset, 12) !== null;
  if (isTime(345) && isTime(357)) return '';
  const end = fieldEnd(block, 345, 155);
  for (let i = 345; i < end; i++) if ((block[i] ?? 0) > 127) return '';
  return field(block, 345, 155);
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

/** The type flag of a header block, as a character. */
export function typeFlag(block: Uint8Array): string {
  return String.fromCharCode(block[156] ?? 0);
}

/** Reads a header block. Throws {@link TarFault}. */
export function readRawHeader(block: Uint8Array): RawHeader {
  if (!hasChecksum(block)) throw new TarFault('tar-checksum');
  const form = formOf(block);
  const prefix = prefixOf(block, form);
  const name = field(block, 0, 100);
  const device = (offset: number, what: string): number =>
    form === 'v7' ? 0 : parseNumber(block, offset, 8, what);
  return {
    form,
    flag: typeFlag(block),
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: field(block, 157, 100),
    size: parseNumber(block, 124, 12, 'size'),
    // Below zero, too, it has these bits.
    mode: parseNumber(block, 100, 8, 'mode') & 0o7777,
    uid: parseOwner(block, 108, 'uid'),
    gid: parseOwner(block, 116, 'gid'),
    mtime: parseNumber(block, 136, 12, 'mtime'),
    major: device(329, 'devmajor'),
    minor: device(337, 'devminor'),
  };
}

/** Where the data of an old GNU sparse file belongs, and how long the file is. */
export function sparseSize(block: Uint8Array): number {
  return notNegative(parseNumber(block, 483, 12, 'realsize'), 'realsize');
}
