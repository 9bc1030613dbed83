import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';

/**
 * Compressed streams that are much larger than they look, or that ask much of whoever reads them. By name: the
 * compression, the pieces, how many bytes come out (null: it must be refused).
 */
export interface Bomb {
  readonly kind: 'gzip' | 'zstd' | 'xz' | 'bzip2';
  readonly pieces: () => Iterable<Uint8Array>;
  readonly bytes: number | null;
}

const MiB = 1 << 20;

function* times(piece: Uint8Array, count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) yield piece;
}

const repeated = (bytes: Uint8Array, count: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, () => bytes));

function packed(command: 'xz' | 'bzip2', bytes: number, ...options: string[]): Buffer {
  return execFileSync(command, [...options, '-c'], { input: Buffer.alloc(bytes), maxBuffer: 64 * MiB });
}

/** A zstd frame of run-length blocks, 128 KiB of zeros for 4 bytes each; `window` is its window descriptor. */
function runs(blocks: number, window: number): Buffer {
  const out = Buffer.alloc(6 + blocks * 4);
  out.set([0x28, 0xb5, 0x2f, 0xfd, 0, window]);
  for (let i = 0; i < blocks; i++)
    out.writeUIntLE((131_072 << 3) | (1 << 1) | (i === blocks - 1 ? 1 : 0), 6 + i * 4, 3);
  return out;
}

/** A zstd frame of one compressed block: one literal, and 98,000 matches of 65,539 bytes that take no bits. */
function endlessBlock(): Buffer {
  const count = 98_000 - 0x7f00;
  const block = Buffer.from([0x09, 0x41, 255, count & 255, count >> 8, 0x54, 0, 0, 51, 1]);
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38, 0, 0, 0]);
  head.writeUIntLE((block.length << 3) | (2 << 1) | 1, 6, 3);
  return Buffer.concat([head, block]);
}

/** A zstd frame with the largest window, full of it, and behind that blocks of nothing. */
function emptyBlocks(blocks: number): Buffer {
  const full = runs(1024, 17 << 3);
  full.writeUIntLE((131_072 << 3) | (1 << 1), full.length - 4, 3);
  return Buffer.concat([full, Buffer.alloc(3 * blocks), Uint8Array.of(1, 0, 0)]);
}

const emptyFrame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0);
/** An empty frame that asks for a window of 128 MiB. */
const greedyFrame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 17 << 3, 1, 0, 0);
const skippable = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0);

export const bombs: Readonly<Record<string, Bomb>> = {
  'gzip, zeros': {
    kind: 'gzip',
    pieces: () => times(gzipSync(Buffer.alloc(64 * MiB)), 16),
    bytes: 1024 * MiB,
  },
  'gzip, 200000 empty members': {
    kind: 'gzip',
    pieces: () => times(repeated(gzipSync(Buffer.alloc(0)), 50_000), 4),
    bytes: 0,
  },
  'zstd, zeros in one piece of 32 KiB': {
    kind: 'zstd',
    pieces: () => [runs(8192, 0x38)],
    bytes: 1024 * MiB,
  },
  'zstd, the largest window': { kind: 'zstd', pieces: () => [runs(32, 17 << 3)], bytes: 4 * MiB },
  'zstd, 300000 blocks of nothing behind the largest window': {
    kind: 'zstd',
    pieces: () => [emptyBlocks(300_000)],
    bytes: 128 * MiB,
  },
  'zstd, a block that claims 6 GB': { kind: 'zstd', pieces: () => [endlessBlock()], bytes: null },
  'zstd, a window beyond the largest': { kind: 'zstd', pieces: () => [runs(32, 18 << 3)], bytes: null },
  'zstd, 100000 frames in one piece': {
    kind: 'zstd',
    pieces: () => [repeated(emptyFrame, 100_000)],
    bytes: 0,
  },
  'zstd, 200 frames that ask for much': {
    kind: 'zstd',
    pieces: () => [repeated(greedyFrame, 200)],
    bytes: 0,
  },
  'zstd, 200000 skippable frames in one piece': {
    kind: 'zstd',
    pieces: () => [Buffer.concat([repeated(skippable, 200_000), runs(1, 0x38)])],
    bytes: 131_072,
  },
  'xz, zeros in streams one after another': {
    kind: 'xz',
    pieces: () => times(packed('xz', 32 * MiB, '-9'), 4),
    bytes: 128 * MiB,
  },
  'xz, a dictionary of 1 GiB': {
    kind: 'xz',
    pieces: () => [packed('xz', MiB, '--lzma2=dict=1GiB')],
    bytes: null,
  },
  'xz, 1024 blocks': {
    kind: 'xz',
    pieces: () => [packed('xz', 4 * MiB, '-0', '--block-size=4096')],
    bytes: 4 * MiB,
  },
  'xz, 10000 streams': {
    kind: 'xz',
    pieces: () => [repeated(packed('xz', 1, '-0'), 10_000)],
    bytes: 10_000,
  },
  'bzip2, zeros in blocks of 46 MB': {
    kind: 'bzip2',
    pieces: () => [packed('bzip2', 128 * MiB, '-9')],
    bytes: 128 * MiB,
  },
  'bzip2, 100000 empty streams': {
    kind: 'bzip2',
    pieces: () => times(repeated(packed('bzip2', 0, '-9'), 50_000), 2),
    bytes: 0,
  },
  'bzip2, 100000 empty streams, the lowest and the highest level in turn': {
    kind: 'bzip2',
    pieces: () =>
      times(repeated(Buffer.concat([packed('bzip2', 0, '-1'), packed('bzip2', 0, '-9')]), 1000), 50),
    bytes: 0,
  },
  'bzip2, 2000 streams': {
    kind: 'bzip2',
    pieces: () => [repeated(packed('bzip2', 1, '-9'), 2000)],
    bytes: 2000,
  },
};
