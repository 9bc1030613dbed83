import zlib from 'node:zlib';
import { viaStream } from './decompress';
import type { Chunks } from './chunks';
import { openZstd } from './zstdLibrary';

/** What a layer can be written as. */
export type OutCompression = 'none' | 'gzip' | 'zstd';

/**
 * Bytes that are compressed at a time. The input is cut anew, so that the output depends on the bytes alone, never on
 * the pieces in which they came; and it bounds memory.
 */
const blockBytes = 4 << 20;
/** What gzip, Docker and Podman use when nobody says otherwise. */
const gzipLevel = 6;
/** Place in the gzip header (RFC 1952) of the system that wrote it, and its value for "unknown". */
const gzipSystem = { offset: 9, unknown: 255 };

/** Cuts bytes into blocks of one size, the last one smaller. A block is valid until the next one is asked for. */
async function* inBlocks(source: Chunks): AsyncIterable<Uint8Array> {
  const block = Buffer.allocUnsafe(blockBytes);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + blockBytes - filled);
      block.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < blockBytes) continue;
      yield block;
      filled = 0;
    }
  }
  if (filled > 0) yield block.subarray(0, filled);
}

/** One gzip member with neither time nor name nor system in its header. */
async function* gzip(source: Chunks): AsyncIterable<Uint8Array> {
  const copies = async function* (): AsyncIterable<Uint8Array> {
    // The stream keeps what it is given until it has been compressed.
    for await (const block of inBlocks(source)) yield Buffer.from(block);
  };
  let first = true;
  for await (const chunk of viaStream(copies(), zlib.createGzip({ level: gzipLevel, chunkSize: 1 << 18 }))) {
    if (first) chunk[gzipSystem.offset] = gzipSystem.unknown;
    first = false;
    yield chunk;
  }
}

/**
 * One zstd frame (RFC 8878), by a library of our own choice: every version of it makes other bytes, and Node has one from 22.15 on
 * only.
 */
async function* zstd(source: Chunks): AsyncIterable<Uint8Array> {
  const encoder = await openZstd('Compressor');
  for await (const block of inBlocks(source)) yield* encoder.feed(block);
  yield* encoder.end();
  encoder.rest();
}

/** Compresses; the same bytes give the same bytes, however they are cut into chunks. */
export async function* compress(kind: OutCompression, source: Chunks): AsyncIterable<Uint8Array> {
  if (kind === 'none') yield* source;
  else yield* kind === 'gzip' ? gzip(source) : zstd(source);
}
