import { Xxh64 } from './xxh64';
import { BlockDecoder, firstState, type Written } from './zstdBlock';

/**
 * Decoding of zstd (RFC 8878). Node has a decoder from 22.15 on only, and that one ends with the first frame. The
 * libraries in JavaScript move the whole window for every block (45 ms for 3 bytes of a block that gives nothing), and
 * carry out sequences without holding them against the end of a block (two minutes for 19 bytes). Here the time is that of the
 * bytes that go in and come out, and memory one window and a quarter. Checksums of frames are held against what came out: an
 * archive that is imported has no digest that would.
 */

/** Largest window of a frame that is decoded: what Node's own decoder allows (ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
const windowLimit = 1 << 27;
/** Most bytes that a block gives (3.1.1.2.4). */
const blockLimit = 1 << 17;
/** Bytes that are given out at a time. */
const pieceBytes = 1 << 18;

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
}

const littleEndian = (bytes: Uint8Array): number => bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);

/** Reads what is behind the mark of a frame (3.1.1.1). Throws for a window that is too large. */
async function readFrameHeader(input: Input): Promise<Frame> {
  const [descriptor = 0] = await input.take(1);
  if ((descriptor & 8) !== 0) throw new Error('a frame is of an unknown form');
  const single = (descriptor & 0x20) !== 0;
  let window = 0;
  if (!single) {
    const [byte = 0] = await input.take(1);
    const base = 2 ** (10 + (byte >> 3));
    window = base + (base / 8) * (byte & 7);
  }
  if (littleEndian(await input.take([0, 1, 2, 4][descriptor & 3] ?? 0)) !== 0)
    throw new Error('a frame wants a dictionary');
  const flag = descriptor >> 6;
  const size = flag === 0 ? (single ? 1 : 0) : 1 << flag;
  const content = size === 0 ? null : littleEndian(await input.take(size)) + (flag === 1 ? 256 : 0);
  if (single) window = content ?? 0;
  if (window > windowLimit) throw new Error('the window of a frame is too large');
  return { window, content, checksum: (descriptor & 4) !== 0 };
}

/** What is kept of a frame's bytes, from one frame to the next. */
class Output implements Written {
  bytes = new Uint8Array(pieceBytes + 2 * blockLimit);
  filled = 0;
  reach = 0;
  private given = 0;
  private window = 0;

  begin(window: number): void {
    this.window = window;
    this.filled = 0;
    this.given = 0;
    this.reach = 0;
  }

  /** What was not given out yet, once it is enough. */
  *ready(enough: number): Generator<Uint8Array> {
    if (this.filled - this.given < enough) return;
    const piece = this.bytes.slice(this.given, this.filled);
    this.given = this.filled;
    yield piece;
  }

  /** Makes room for a block; all but the window was given out. Room grows with what comes, not with what is asked for. */
  makeRoom(): void {
    this.reach = Math.min(this.reach, this.window);
    if (this.filled + blockLimit <= this.bytes.length) return;
    const most = this.window + Math.max(this.window >> 2, pieceBytes + 2 * blockLimit);
    if (this.bytes.length < most) {
      // The last step is a large one: what it copies is there twice for a moment.
      const larger = new Uint8Array(this.bytes.length * 4 > most ? most : this.bytes.length * 2);
      larger.set(this.bytes.subarray(0, this.filled));
      this.bytes = larger;
      if (this.filled + blockLimit <= larger.length) return;
    }
    const from = Math.min(this.given, this.filled - this.reach);
    this.bytes.copyWithin(0, from, this.filled);
    this.filled -= from;
    this.given -= from;
  }
}

/** Decodes one frame behind another. Throws what is wrong; `unexpected end` where the stream was cut. */
export async function* unzstd(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const pieces = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const input = new Input(pieces);
  const decoder = new BlockDecoder();
  const output = new Output();
  try {
    do {
      const mark = littleEndian(await input.take(4));
      if (mark >>> 4 === 0x184d2a5) await input.skip(littleEndian(await input.take(4)));
      else if (mark === 0xfd2fb528) yield* frame(input, decoder, output);
      else throw new Error('no frame begins here');
    } while (!(await input.ended()));
  } finally {
    await pieces.return?.();
  }
}

async function* frame(input: Input, decoder: BlockDecoder, output: Output): AsyncGenerator<Uint8Array> {
  const { window, content, checksum } = await readFrameHeader(input);
  const most = Math.min(window, blockLimit);
  const state = firstState();
  const hash = checksum ? new Xxh64() : null;
  output.begin(window);
  let total = 0;
  for (let last = false; !last;) {
    const head = littleEndian(await input.take(3));
    last = (head & 1) !== 0;
    const kind = (head >> 1) & 3;
    const size = head >> 3;
    if (size > most) throw new Error('a block is too long');
    output.makeRoom();
    const before = output.filled;
    if (kind === 2) decoder.decode(await input.take(size), state, output, most);
    else {
      if (kind === 3) throw new Error('a block is of an unknown form');
      const bytes = await input.take(kind === 0 ? size : 1);
      if (kind === 0) output.bytes.set(bytes, output.filled);
      else output.bytes.fill(bytes[0] ?? 0, output.filled, output.filled + size);
      output.filled += size;
      output.reach += size;
    }
    total += output.filled - before;
    hash?.update(output.bytes.subarray(before, output.filled));
    yield* output.ready(pieceBytes);
  }
  yield* output.ready(1);
  if (content !== null && content !== total) throw new Error('a frame gives another size than it says');
  // Its low four bytes (3.1.1).
  if (hash && littleEndian(await input.take(4)) !== hash.digest().low)
    throw new Error('the checksum of a frame is wrong');
}
