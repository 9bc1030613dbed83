import { encodeName } from './entryPath';
import type { SparseRegion } from './sparseMap';
import { blockSize, padded, type HeaderToWrite } from './tarHeader';

/**
 * A map as it is written anew, of the same file: its regions made of whole blocks (where one ends the file ends, or a block), what
 * touches made one, none empty. GNU tar begins each region at a block of its own, Go, Python and libarchive where the one
 * before ends: of whole blocks all of them read the same. `regions` are in order (see `checkRegions`).
 */
export function wholeRegions(regions: readonly SparseRegion[], realSize: number): readonly SparseRegion[] {
  const whole: SparseRegion[] = [];
  let begin = 0;
  let end = 0;
  for (const { offset, size } of regions) {
    if (size === 0) continue;
    const from = offset - (offset % blockSize);
    if (from > end) {
      if (end > begin) whole.push({ offset: begin, size: end - begin });
      begin = from;
    }
    end = Math.min(realSize, padded(offset + size));
  }
  if (end > begin) whole.push({ offset: begin, size: end - begin });
  return whole;
}

/** Bytes that regions hold together. */
export const bytesOf = (regions: readonly SparseRegion[]): number =>
  regions.reduce((sum, { size }) => sum + size, 0);

/**
 * The map of a sparse file as it begins a body: decimal lines, padded to whole blocks. GNU tar makes a file as long as its
 * last region says, so a hole at the end is closed by an empty one.
 */
function bodyMap(regions: readonly SparseRegion[], realSize: number): Uint8Array {
  const last = regions.at(-1);
  const end = last ? last.offset + last.size : 0;
  const closed = end < realSize || !last ? [...regions, { offset: realSize, size: 0 }] : regions;
  const numbers = [closed.length, ...closed.flatMap(({ offset, size }) => [offset, size])];
  const text = new TextEncoder().encode(numbers.map((number) => `${number}\n`).join(''));
  const out = new Uint8Array(padded(text.length));
  out.set(text);
  return out;
}

/** Stored bytes up to which every reader finds what is behind a sparse file: Python's tarfile loses its way behind a larger one. */
const easyBytes = 8 * 2 ** 30 - 2 ** 26;

/**
 * Whether a file of `realSize` bytes, of which `stored` are there, is written with its holes: always, but where too much is
 * stored for some readers and the holes are the smaller part, so that no file grows to more than twice of what is there.
 */
export function keepsHoles(stored: number, realSize: number): boolean {
  return stored <= easyBytes || realSize > 2 * stored;
}

/**
 * How a sparse file is written: pax form 1.0 (GNU tar manual, "PAX Format, Version 1.0"), which GNU tar, Go, Python and
 * libarchive read. `plain` is its header as that of a file of all its bytes, `regions` its map by {@link wholeRegions}. Gives the
 * header, and what comes before the bytes of the regions.
 */
export function sparseHeader(
  plain: HeaderToWrite,
  regions: readonly SparseRegion[],
): { readonly header: HeaderToWrite; readonly before: Uint8Array } {
  const before = bodyMap(regions, plain.size);
  const slash = plain.name.lastIndexOf('/') + 1;
  const text = new TextEncoder();
  const header: HeaderToWrite = {
    ...plain,
    // Whoever does not know the form must not take the map for the file.
    name: `${plain.name.slice(0, slash)}GNUSparseFile.0/${plain.name.slice(slash)}`,
    size: before.length + bytesOf(regions),
    pax: [
      ['GNU.sparse.major', text.encode('1')],
      ['GNU.sparse.minor', text.encode('0')],
      ['GNU.sparse.name', encodeName(plain.name)],
      ['GNU.sparse.realsize', text.encode(String(plain.size))],
    ],
  };
  return { header, before };
}
