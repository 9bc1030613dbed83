import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import bitIterator, { type BitReader } from 'unbzip2-stream/lib/bit_iterator.js';
import bzip2 from 'unbzip2-stream/lib/bzip2.js';
import { XzReadableStream } from 'xz-decompress';
import { hasChecksum, blockSize, isZeroBlock } from '../../shared/layer/tarHeader';
import { ZstdWindows } from './zstdWindow';
import type { Compression } from '../../shared/image/mediaType';

/** Bytes in pieces, from wherever. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A compressed stream that ended before its end. */
export class TruncatedStream extends Error {
  override name = 'TruncatedStream';
}

/** A compressed stream whose bytes break its format. */
export class DamagedStream extends Error {
  override name = 'DamagedStream';
}

/** Tells a stream's compression by its first bytes (at least 6, where the stream has as many). Names are never asked. */
export function detectCompression(head: Uint8Array): Compression {
  const is = (...magic: number[]): boolean => magic.every((byte, i) => head[i] === byte);
  if (is(0x1f, 0x8b)) return 'gzip';
  if (is(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd';
  // A zstd stream may begin with a skippable frame (zstd:chunked and pzstd write one).
  if (
    head.length >= 4 &&
    ((head[0] ?? 0) & 0xf0) === 0x50 &&
    head[1] === 0x2a &&
    head[2] === 0x4d &&
    head[3] === 0x18
  ) {
    return 'zstd';
  }
  if (is(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)) return 'xz';
  // `BZh`, the level, then the mark of a block (pi) or of an empty stream's end: a file name may begin with `BZh`, too.
  if (is(0x42, 0x5a, 0x68) && (head[3] ?? 0) >= 0x31 && (head[3] ?? 0) <= 0x39) {
    const [, , , , first, second] = head;
    if ((first === 0x31 && second === 0x41) || (first === 0x17 && second === 0x72)) return 'bzip2';
  }
  return 'none';
}

/** True when bytes look like the beginning of a tar: a header with its checksum, or the zero blocks of an empty one. */
export function looksLikeTar(head: Uint8Array): boolean {
  if (head.length < blockSize) return false;
  const block = head.subarray(0, blockSize);
  return hasChecksum(block) || isZeroBlock(block);
}

/** Bytes by way of a stream of Node's. */
export async function* viaStream(
  source: Chunks,
  transform: NodeJS.ReadWriteStream,
): AsyncIterable<Uint8Array> {
  const input = Readable.from(source, { objectMode: false, highWaterMark: 1 << 20 });
  input.on('error', (fault) => transform.emit('error', fault));
  const output = input.pipe(transform);
  for await (const chunk of output) yield chunk as Uint8Array;
}

async function* gunzip(source: Chunks): AsyncIterable<Uint8Array> {
  yield* viaStream(source, zlib.createGunzip({ chunkSize: 1 << 18 }));
}

async function* unzstd(source: Chunks): AsyncIterable<Uint8Array> {
  // Node's own decoder (since 22.15) stops at the end of the first frame, and layers have many.
  let out: Uint8Array[] = [];
  const stream = new Decompress((chunk) => out.push(chunk));
  const windows = new ZstdWindows();
  for await (const chunk of source) {
    windows.feed(chunk);
    stream.push(chunk);
    const ready = out;
    out = [];
    yield* ready;
  }
  stream.push(new Uint8Array(0), true);
  yield* out;
}

async function* unxz(source: Chunks): AsyncIterable<Uint8Array> {
  const input = Readable.toWeb(Readable.from(source, { objectMode: false }));
  const reader = new XzReadableStream(input as unknown as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** Compressed bytes that hold any block of a bzip2 stream of level `level` (0: its header). */
const bzip2BlockBytes = (level: number): number => (level === 0 ? 4 : 25_000 + 100_000 * level);

/** Block by block, so that no more than one block is ever in memory, whatever a hostile stream expands to. */
async function* unbzip(source: Chunks): AsyncIterable<Uint8Array> {
  const waiting: Uint8Array[] = [];
  let received = 0;
  let bits: BitReader | null = null;
  let level = 0;
  let crc: number | null = 0;
  const next = (reader: BitReader): Uint8Array | null => {
    if (level === 0) {
      level = bzip2.header(reader);
      crc = 0;
      return null;
    }
    const size = 100_000 * level;
    const out: number[] = [];
    crc = bzip2.decompress(reader, (byte) => out.push(byte), new Int32Array(size), size, crc ?? 0);
    // The end of one stream: another may follow, pbzip2 writes many.
    if (crc === null) level = 0;
    return out.length > 0 ? Uint8Array.from(out) : null;
  };
  for await (const chunk of source) {
    waiting.push(chunk);
    received += chunk.length;
    bits ??= bitIterator(() => {
      const more = waiting.shift();
      if (!more) throw new Error('unexpected end');
      return more;
    });
    while (received - bits.bytesRead >= bzip2BlockBytes(level)) {
      const block = next(bits);
      if (block) yield block;
    }
  }
  while (bits && received > bits.bytesRead) {
    const block = next(bits);
    if (block) yield block;
  }
  if (crc !== null) throw new Error('unexpected end');
}

/** Faults that mean the input ended too early, in the words of the decoders (8 is XZ_BUF_ERROR). */
const endsEarly =
  /unexpected end|premature|truncated|unexpected EOF|Z_BUF_ERROR|invalid zstd data|input is truncated|error code 8\b/i;

/**
 * Decompresses by kind; `none` passes through. Throws {@link TruncatedStream} or {@link DamagedStream}. What a decoder
 * leaves unread at the end (padding behind the last gzip member) is the caller's to read for its digest.
 */
export async function* decompress(kind: Compression, source: Chunks): AsyncIterable<Uint8Array> {
  if (kind === 'none') {
    yield* source;
    return;
  }
  let sourceFault: unknown = null;
  let ended = false;
  const watched = async function* (): AsyncIterable<Uint8Array> {
    try {
      yield* source;
      ended = true;
    } catch (thrown) {
      sourceFault = thrown;
      throw thrown;
    }
  };
  const decoders = { gzip: gunzip, zstd: unzstd, xz: unxz, bzip2: unbzip } as const;
  try {
    yield* decoders[kind](watched());
  } catch (cause) {
    if (sourceFault !== null) throw sourceFault as Error;
    const text =
      cause instanceof Error
        ? `${(cause as NodeJS.ErrnoException).code ?? ''} ${cause.message}`
        : String(cause);
    if (ended && endsEarly.test(text)) throw new TruncatedStream(`the ${kind} stream ends early`, { cause });
    throw new DamagedStream(`the ${kind} stream is damaged`, { cause });
  }
}
