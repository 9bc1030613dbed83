import { openZstd, type ZstdStream } from './zstdLibrary';

/**
 * Decoding of zstd (RFC 8878) by libzstd, which gets one block of a frame at a time: a block gives {@link blockLimit} bytes at most, so
 * that memory is bounded by the window, whatever the stream says. Frames are walked here, since one may follow another, since a
 * window that is too large is refused before memory is taken for it, and since libzstd does not say that a stream was cut.
 */

/** Largest window of a frame that is decoded: what Node's own decoder allows (ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
const windowLimit = 1 << 27;
/** Most bytes that a block gives (3.1.1.2.4). */
const blockLimit = 1 << 17;

/** Bytes that come in pieces, to be taken in others. */
class Input {
  private held: Uint8Array = new Uint8Array(0);
  private at = 0;

  constructor(private readonly source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>) {}

  private get waiting(): number {
    return this.held.length - this.at;
  }

  /** True when nothing follows. */
  async ended(): Promise<boolean> {
    return this.waiting === 0 && !(await this.fill(1));
  }

  /** The next bytes, valid until more are taken. Throws `unexpected end`. */
  async take(count: number): Promise<Uint8Array> {
    if (this.waiting < count && !(await this.fill(count))) throw new Error('unexpected end');
    const taken = this.held.subarray(this.at, this.at + count);
    this.at += count;
    return taken;
  }

  /** Passes bytes over. */
  async skip(count: number): Promise<void> {
    for (let left = count; left > 0;) {
      if (await this.ended()) throw new Error('unexpected end');
      const step = Math.min(left, this.waiting);
      this.at += step;
      left -= step;
    }
  }

  private async fill(count: number): Promise<boolean> {
    const parts = [this.held.subarray(this.at)];
    let waiting = this.waiting;
    while (waiting < count) {
      const step = await this.source.next();
      if (step.done === true) break;
      if (step.value.length === 0) continue;
      parts.push(step.value);
      waiting += step.value.length;
    }
    const [only, second] = parts[0]?.length === 0 ? parts.slice(1) : parts;
    this.held = second === undefined ? (only ?? new Uint8Array(0)) : Buffer.concat(parts);
    this.at = 0;
    return waiting >= count;
  }
}

interface Frame {
  readonly window: number;
  /** Bytes that it gives, where it says so. */
  readonly content: number | null;
  readonly checksum: boolean;
  /** The header itself. */
  readonly bytes: Uint8Array;
}

const littleEndian = (bytes: Uint8Array): number => bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);

/** Reads what is behind the mark of a frame (3.1.1.1). Throws for a window that is too large. */
async function readFrameHeader(input: Input): Promise<Frame> {
  const parts: Uint8Array[] = [];
  // What is taken is valid until more is.
  const take = async (count: number): Promise<Uint8Array> => {
    const taken = Buffer.from(await input.take(count));
    parts.push(taken);
    return taken;
  };
  const [descriptor = 0] = await take(1);
  if ((descriptor & 8) !== 0) throw new Error('a frame is of an unknown form');
  const single = (descriptor & 0x20) !== 0;
  let window = 0;
  if (!single) {
    const [byte = 0] = await take(1);
    const base = 2 ** (10 + (byte >> 3));
    window = base + (base / 8) * (byte & 7);
  }
  if (littleEndian(await take([0, 1, 2, 4][descriptor & 3] ?? 0)) !== 0)
    throw new Error('a frame wants a dictionary');
  const flag = descriptor >> 6;
  const size = flag === 0 ? (single ? 1 : 0) : 1 << flag;
  const content = size === 0 ? null : littleEndian(await take(size)) + (flag === 1 ? 256 : 0);
  if (single) window = content ?? 0;
  if (window > windowLimit) throw new Error('the window of a frame is too large');
  return { window, content, checksum: (descriptor & 4) !== 0, bytes: Buffer.concat(parts) };
}

/** Decodes one frame behind another. Throws what is wrong; `unexpected end` where the stream was cut. */
export async function* unzstd(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const input = new Input(pieces);
  const decoder = await openZstd('Decompressor');
  try {
    do {
      const mark = await input.take(4);
      const number = littleEndian(mark);
      if (number >>> 4 === 0x184d2a5) await input.skip(littleEndian(await input.take(4)));
      else if (number === 0xfd2fb528) yield* frame(input, Buffer.from(mark), decoder);
      else throw new Error('no frame begins here');
    } while (!(await input.ended()));
    decoder.rest();
  } finally {
    await pieces.return?.();
  }
}

async function* frame(input: Input, mark: Uint8Array, decoder: ZstdStream): AsyncGenerator<Uint8Array> {
  const { window, content, checksum, bytes } = await readFrameHeader(input);
  const most = Math.min(window, blockLimit);
  let total = 0;
  const counted = function* (part: Uint8Array): Generator<Uint8Array> {
    for (const piece of decoder.feed(part)) {
      total += piece.length;
      yield piece;
    }
  };
  yield* counted(Buffer.concat([mark, bytes]));
  for (let last = false; !last;) {
    const head = Buffer.from(await input.take(3));
    const number = littleEndian(head);
    last = (number & 1) !== 0;
    const kind = (number >> 1) & 3;
    const size = number >> 3;
    if (size > most) throw new Error('a block is too long');
    if (kind === 3) throw new Error('a block is of an unknown form');
    yield* counted(Buffer.concat([head, await input.take(kind === 1 ? 1 : size)]));
  }
  if (checksum) yield* counted(await input.take(4));
  if (content !== null && content !== total) throw new Error('a frame gives another size than it says');
}
