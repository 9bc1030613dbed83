import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { XzReadableStream } from 'xz-decompress';
import { LayerError } from '../../shared/layer/tarFault';
import { hasChecksum, blockSize, isZeroBlock } from '../../shared/layer/tarHeader';
import { unbzip2 } from './bzip2';
import { checkExpansion } from './expansion';
import { withoutSha256, XzSums } from './xzChecks';
import { unzstd } from './zstd';
import type { Chunks } from './chunks';
import type { LayerReason } from '../../shared/image/faultReason';
import type { Limits } from '../../shared/image/limits';
import type { Compression } from '../../shared/image/mediaType';
import { ProblemError } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';

/** What is wrong with a compressed stream of a kind. */
class StreamFault extends LayerError {
  constructor(reason: LayerReason, kind: string, cause: unknown) {
    super(reason, kind);
    this.cause = cause;
  }
}

/** A compressed stream that ended before its end. */
export class TruncatedStream extends StreamFault {
  override name = 'TruncatedStream';
}

/** A compressed stream whose bytes break its format. */
export class DamagedStream extends StreamFault {
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

/**
 * gzip members one after the other (RFC 1952, section 2.2). zlib's stream ends at a zero byte between them, as where a file is
 * padded at its end, and says nothing of what follows: so that is read here. Zeros alone are padding (gzip(1)); a member
 * behind them would be lost without a word, and is refused as by Go and gzip(1).
 */
async function* gunzip(source: Chunks): AsyncIterable<Uint8Array> {
  const decoder = zlib.createGunzip({ chunkSize: 1 << 18 });
  /** What the decoder was given and may not have taken, the first at `begin`. */
  const given: Uint8Array[] = [];
  let begin = 0;
  const feed = (async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      for (let first = given[0]; first && begin + first.length <= decoder.bytesWritten; first = given[0]) {
        begin += first.length;
        given.shift();
      }
      given.push(chunk);
      yield chunk;
    }
  })();
  yield* viaStream({ [Symbol.asyncIterator]: () => feed }, decoder);
  do {
    for (const chunk of given) {
      const unread = chunk.subarray(Math.max(0, decoder.bytesWritten - begin));
      if (unread.some((byte) => byte !== 0)) throw new Error('bytes behind the padding');
      begin += chunk.length;
    }
    given.length = 0;
  } while ((await feed.next()).done !== true);
}

/** What the decoder's class holds for all streams of a thread. */
interface XzShared {
  /** Makes a new instance of the decoder, which the stream that begins next takes. */
  _getModuleInstance(): Promise<void>;
  _contextMutex: { acquire(): Promise<void>; release(): void };
}

/**
 * The decoder has one memory for all streams, lets one of them run at a time and waits for ever for one within another (an
 * archive in xz whose layers are in xz), or behind one that was given up. Here each has an instance of its own, whose memory goes
 * with it: 64 MiB for its dictionary at the most.
 */
const shared = XzReadableStream as unknown as XzShared;
let begun = Promise.resolve();
shared._contextMutex = {
  acquire: () => (begun = begun.then(() => shared._getModuleInstance())),
  release: () => undefined,
};

async function* unxz(source: Chunks): AsyncIterable<Uint8Array> {
  const sums = new XzSums();
  const input = Readable.toWeb(Readable.from(withoutSha256(source, sums), { objectMode: false }));
  const reader = new XzReadableStream(input as unknown as ReadableStream<Uint8Array>).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (value.length === 0) continue;
      sums.add(value);
      yield value;
    }
    sums.end();
  } finally {
    // Gives the memory back where the stream is given up before its end.
    await reader.cancel().catch(() => undefined);
  }
}

/** Faults that mean the input ended too early, in the words of the decoders (8 is XZ_BUF_ERROR). */
const endsEarly =
  /unexpected end|premature|truncated|unexpected EOF|Z_BUF_ERROR|input is truncated|error code 8\b/i;

/** What may come out of a decoder, and what is said to have gone beyond it. */
export interface Budget {
  readonly limits: Limits;
  /** What the person called the input. */
  readonly file: string;
  /** Name of the stream in it. */
  readonly what: string;
}

/** Faults that mean that a decoder would need more memory than any ordinary stream (4 is XZ_MEMLIMIT_ERROR). */
const asksTooMuch = /window of a frame is too large|error code 4\b/;

/**
 * Decompresses by kind; `none` passes through. The one way to a decoder: memory is bounded whatever the bytes are, and so is
 * what comes out, by `budget`. Throws {@link TruncatedStream}, {@link DamagedStream} or `limit-exceeded`. What a decoder
 * leaves unread at the end is the caller's to read for its digest.
 */
export async function* decompress(
  kind: Compression,
  source: Chunks,
  budget: Budget,
): AsyncIterable<Uint8Array> {
  if (kind === 'none') {
    yield* source;
    return;
  }
  let sourceFault: unknown = null;
  let ended = false;
  let bytesIn = 0;
  let bytesOut = 0;
  const watched = async function* (): AsyncIterable<Uint8Array> {
    try {
      for await (const chunk of source) {
        bytesIn += chunk.length;
        yield chunk;
      }
      ended = true;
    } catch (thrown) {
      sourceFault = thrown;
      throw thrown;
    }
  };
  const decoders = { gzip: gunzip, zstd: unzstd, xz: unxz, bzip2: unbzip2 } as const;
  try {
    for await (const chunk of decoders[kind](watched())) {
      bytesOut += chunk.length;
      checkExpansion(budget.limits, bytesIn, bytesOut, { file: budget.file, what: budget.what });
      yield chunk;
    }
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    if (sourceFault !== null) throw sourceFault as Error;
    const text = cause instanceof Error ? `${systemCode(cause) ?? ''} ${cause.message}` : String(cause);
    if (ended && endsEarly.test(text)) throw new TruncatedStream('stream-ends', kind, cause);
    if (asksTooMuch.test(text)) throw new DamagedStream('stream-memory', kind, cause);
    throw new DamagedStream('stream-damaged', kind, cause);
  }
}
