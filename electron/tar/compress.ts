import zlib from 'node:zlib';
import type { compress as compressFrame } from '@bokuweb/zstd-wasm';
import { viaStream, type Chunks } from './decompress';

/** What a layer can be written as. */
export type OutCompression = 'none' | 'gzip' | 'zstd';

/**
 * Bytes that are compressed at a time. The input is cut anew, so that the output depends on the bytes alone, never on
 * the pieces in which they came; and it bounds memory.
 */
const blockBytes = 4 << 20;
/** What gzip, Docker and Podman use when nobody says otherwise. */
const gzipLevel = 6;
/** What zstd uses when nobody says otherwise. */
const zstdLevel = 3;
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

interface Encoder {
  readonly compress: typeof compressFrame;
}

/** The encoder, once it was asked for: starting it a second time would take it away from whoever uses it. */
let ready: Promise<Encoder> | null = null;

async function openEncoder(): Promise<Encoder> {
  const encoder = await import('@bokuweb/zstd-wasm');
  await encoder.init();
  return encoder;
}

/**
 * A zstd frame a block (RFC 8878: frames one after another are one stream). WebAssembly, since Node has a compressor of
 * its own from 22.15 on only, and since every version of the library makes other bytes.
 */
async function* zstd(source: Chunks): AsyncIterable<Uint8Array> {
  const encoder = await (ready ??= openEncoder());
  let any = false;
  for await (const block of inBlocks(source)) {
    any = true;
    yield encoder.compress(block, zstdLevel);
  }
  if (!any) yield encoder.compress(new Uint8Array(0), zstdLevel);
}

/** Compresses; the same bytes give the same bytes, however they are cut into chunks. */
export async function* compress(kind: OutCompression, source: Chunks): AsyncIterable<Uint8Array> {
  if (kind === 'none') yield* source;
  else yield* kind === 'gzip' ? gzip(source) : zstd(source);
}
