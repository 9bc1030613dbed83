import { storedLimits } from '../image/limits';
import { decimalOf, type PaxRecords } from './paxRecords';
import { TarFault } from './tarFault';

/**
 * Sparse files in tar archives (GNU tar manual, "Storing Sparse Files"): a map of regions that hold data, and the data of
 * those regions one after the other. The map stands in the header (old GNU form), in pax records (0.0 and 0.1) or at the
 * beginning of the body (1.0).
 */
export interface SparseRegion {
  /** Where the data belongs in the file, bytes. */
  readonly offset: number;
  readonly size: number;
}

/** Maps are laid out for layers that were let in: their own bound was held against them before. */
const regionLimit = storedLimits['sparse-regions'];

/**
 * Checks a map against the file that it describes: regions in order, none over another, none behind the end, as many bytes
 * as the body has. Throws {@link TarFault}.
 */
export function checkRegions(
  regions: readonly SparseRegion[],
  realSize: number,
  stored: number,
): readonly SparseRegion[] {
  if (regions.length > regionLimit) throw new TarFault('sparse-long');
  let end = 0;
  let sum = 0;
  for (const { offset, size } of regions) {
    if (offset < end || offset + size > realSize) throw new TarFault('sparse-order');
    end = offset + size;
    sum += size;
  }
  if (sum !== stored) throw new TarFault('sparse-data');
  return regions;
}

function pairs(numbers: readonly number[]): SparseRegion[] {
  if (numbers.length % 2 !== 0) throw new TarFault('sparse-half');
  const regions: SparseRegion[] = [];
  for (let i = 0; i < numbers.length; i += 2)
    regions.push({ offset: numbers[i] ?? 0, size: numbers[i + 1] ?? 0 });
  return regions;
}

function toNumber(text: string): number {
  const value = decimalOf(text);
  if (value === null || value < 0 || !Number.isSafeInteger(value)) throw notANumber(text);
  return value;
}

/** What is wrong with what stands where a number should. */
function notANumber(text: string): TarFault {
  return new TarFault(/^\+?\d+$/.test(text) ? 'sparse-range' : 'sparse-number');
}

/**
 * Which form of sparse file pax records describe, as Go tells it (archive/tar, `readGNUSparsePAXHeaders`); null for none. A version
 * that nobody knows is none: the file is what it is, its name that of the header.
 */
export function sparseVersion(pax: PaxRecords): '0.x' | '1.0' | null {
  const major = pax.get('GNU.sparse.major') ?? '';
  const minor = pax.get('GNU.sparse.minor') ?? '';
  if (major === '0' && (minor === '0' || minor === '1')) return '0.x';
  if (major === '1' && minor === '0') return '1.0';
  if (major !== '' || minor !== '') return null;
  return (pax.get('GNU.sparse.map') ?? '') === '' ? null : '0.x';
}

/**
 * The map of pax forms 0.0 and 0.1 (`GNU.sparse.map`; `parsePax` makes one of 0.0's pairs), which must have as many regions as
 * `GNU.sparse.numblocks` says where it is there. Throws {@link TarFault}.
 */
export function mapOfPax(pax: PaxRecords): readonly SparseRegion[] {
  const map = pax.get('GNU.sparse.map') ?? '';
  const regions = pairs(map === '' ? [] : map.split(',').map(toNumber));
  const count = pax.get('GNU.sparse.numblocks') ?? '';
  // Go refuses a map without a count; who reads it (Python, libarchive) reads what it says.
  if (count === '' ? regions.length === 0 : toNumber(count) !== regions.length)
    throw new TarFault('sparse-half');
  return regions;
}

/** Reads the map of pax form 1.0 from the beginning of a body: decimal lines, padded to whole blocks. */
export class BodyMapReader {
  private text = '';
  private taken = 0;
  private readonly numbers: number[] = [];

  /** Bytes that the map takes, padding included; null until it is complete. */
  length: number | null = null;

  /** Takes bytes of the body; returns how many belonged to the map. Throws {@link TarFault}. */
  feed(chunk: Uint8Array): number {
    if (this.length !== null) return 0;
    let at = 0;
    while (at < chunk.length) {
      const byte = chunk[at++] ?? 0;
      this.taken++;
      if (byte !== 0x0a) {
        if (this.text.length > 20) throw notANumber(this.text);
        this.text += String.fromCharCode(byte);
        continue;
      }
      this.numbers.push(toNumber(this.text));
      this.text = '';
      const [count = 0] = this.numbers;
      if (count > regionLimit) throw new TarFault('sparse-long');
      if (this.numbers.length === 1 + 2 * count) {
        this.length = Math.ceil(this.taken / 512) * 512;
        return at;
      }
    }
    return at;
  }

  get regions(): readonly SparseRegion[] {
    return pairs(this.numbers.slice(1));
  }

  /** Bytes taken so far without the padding. */
  get position(): number {
    return this.taken;
  }
}
