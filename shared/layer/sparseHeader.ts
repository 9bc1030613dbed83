import { encodeName } from './entryPath';
import type { SparseRegion } from './sparseMap';
import { padded, type HeaderToWrite } from './tarHeader';

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
 * libarchive read. `plain` is its header as that of a file of `realSize` bytes; `stored`, the bytes of the body that there
 * is; `regions`, its map, null where the body begins with it already. Gives the header, and what comes before that body.
 */
export function sparseHeader(
  plain: HeaderToWrite,
  { stored, regions }: { readonly stored: number; readonly regions: readonly SparseRegion[] | null },
): { readonly header: HeaderToWrite; readonly before: Uint8Array } {
  const before = regions === null ? new Uint8Array(0) : bodyMap(regions, plain.size);
  const slash = plain.name.lastIndexOf('/') + 1;
  const text = new TextEncoder();
  const header: HeaderToWrite = {
    ...plain,
    // Whoever does not know the form must not take the map for the file.
    name: `${plain.name.slice(0, slash)}GNUSparseFile.0/${plain.name.slice(slash)}`,
    size: before.length + stored,
    pax: [
      ['GNU.sparse.major', text.encode('1')],
      ['GNU.sparse.minor', text.encode('0')],
      ['GNU.sparse.name', encodeName(plain.name)],
      ['GNU.sparse.realsize', text.encode(String(plain.size))],
    ],
  };
  return { header, before };
}
