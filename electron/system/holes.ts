import { ftruncateSync, readSync, writeSync } from 'node:fs';
import { defaultLimits } from '../../shared/image/limits';
import type { SparseRegion } from '../../shared/layer/sparseMap';
import { seekTo } from './syscalls';

/** Holes that are kept, all of a file's together: fewer bytes are written as the zeros they are. */
const leastHoles = 1 << 20;
/** A hole between two regions that is shorter than this is written, so that maps stay short. */
const leastGap = 1 << 16;

/**
 * Where an open file of `size` bytes has data, when enough of it is holes to be worth a map; null otherwise, and on a file
 * system that does not tell. Moves the position of `fd`.
 */
export function dataRegions(fd: number, size: number): readonly SparseRegion[] | null {
  if (size < leastHoles) return null;
  let regions: SparseRegion[] = [];
  let gap = leastGap;
  let data = 0;
  for (let at = 0; at < size;) {
    const begin = seekTo(fd, at, 'data');
    if (begin === undefined) return null;
    if (begin === null || begin >= size) break;
    const end = Math.min(size, seekTo(fd, begin, 'hole') ?? size);
    data += end - begin;
    add(regions, { offset: begin, size: end - begin }, gap);
    if (regions.length > defaultLimits['sparse-regions'] / 2) {
      gap *= 4;
      const joined: SparseRegion[] = [];
      for (const region of regions) add(joined, region, gap);
      regions = joined;
    }
    at = end;
  }
  return size - data < leastHoles ? null : regions;
}

/** The next position at or behind `at` where an open file may have data; null where only holes follow. Moves the position of `fd`. */
export function nextData(fd: number, at: number): number | null {
  const found = seekTo(fd, at, 'data');
  return found === undefined ? at : found;
}

/** Bytes that are copied at once. */
const copyBytes = 1 << 20;

/**
 * Copies the first `size` bytes of an open file into an empty one: what is a hole stays one, so that the copy takes no more
 * room than the file does. `wrote` is called before each piece with its bytes. Returns the bytes of the copy, fewer than
 * `size` where the file has become shorter. Throws the file system's own faults.
 */
export function copyData(
  input: number,
  output: number,
  size: number,
  wrote: (bytes: number) => void,
): number {
  const buffer = Buffer.allocUnsafe(Math.min(copyBytes, size));
  for (const region of dataRegions(input, size) ?? [{ offset: 0, size }]) {
    const until = region.offset + region.size;
    for (let position = region.offset; position < until;) {
      const read = readSync(input, buffer, 0, Math.min(buffer.length, until - position), position);
      if (read === 0) {
        ftruncateSync(output, position);
        return position;
      }
      wrote(read);
      for (let at = 0; at < read;) at += writeSync(output, buffer, at, read - at, position + at);
      position += read;
    }
  }
  ftruncateSync(output, size);
  return size;
}

function add(regions: SparseRegion[], region: SparseRegion, gap: number): void {
  const last = regions.at(-1);
  if (!last || region.offset - (last.offset + last.size) >= gap) regions.push(region);
  else regions.splice(-1, 1, { offset: last.offset, size: region.offset + region.size - last.offset });
}
