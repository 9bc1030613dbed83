import { TarFault } from './tarFault';

/**
 * Numbers in the fields of a tar header, as Go reads them (archive/tar, `parser`), with which Docker, Podman and umoci unpack. Whoever
 * takes a size for another one than they do makes members of a member's body.
 */

/**
 * The octal number of a field; null for what is none. Blanks and NULs around it do not count, a NUL ends it, and a field of
 * nothing else is zero.
 */
export function octalOf(block: Uint8Array, offset: number, length: number): number | null {
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

/** Most that Go's numbers hold. */
const int64 = 2n ** 63n;

/** The number of a field in base 256 (GNU: the high bit is set), below zero as two's complement; null beyond 64 bits. */
function base256(block: Uint8Array, offset: number, length: number): number | null {
  const first = block[offset] ?? 0;
  const flip = first & 0x40 ? 0xff : 0;
  let value = BigInt((first ^ flip) & 0x7f);
  for (let i = 1; i < length; i++) value = value * 256n + BigInt((block[offset + i] ?? 0) ^ flip);
  if (value >= int64) return null;
  return Number(flip === 0 ? value : -value - 1n);
}

/** The number of a field, in octal or in base 256 and then also below zero; null for what is none. Past 2^53 it is only near. */
export function numberOf(block: Uint8Array, offset: number, length: number): number | null {
  return ((block[offset] ?? 0) & 0x80 ? base256 : octalOf)(block, offset, length);
}

/** As {@link numberOf}; `what` names the field. Throws {@link TarFault} for what is no number, or none that is exact. */
export function parseNumber(block: Uint8Array, offset: number, length: number, what: string): number {
  const value = numberOf(block, offset, length);
  if (value === null) throw new TarFault('number-form', what);
  if (!Number.isSafeInteger(value)) throw new TarFault('number-range', what);
  return value;
}

/** Holds a number to be none below zero. Throws {@link TarFault}. */
export function notNegative(value: number, what: string): number {
  if (value < 0) throw new TarFault('number-negative', what);
  return value;
}

/** Owners are 32 bits wide: what GNU tar writes as a negative number in base 256 is `(uid_t)-1` and its neighbours. */
export function parseOwner(block: Uint8Array, offset: number, what: string): number {
  const value = parseNumber(block, offset, 8, what);
  return value < 0 && value >= -(2 ** 32) ? value + 2 ** 32 : notNegative(value, what);
}
