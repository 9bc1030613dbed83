import { createHash } from 'node:crypto';
import type { Chunks } from './chunks';

/**
 * The decoder for xz (`xz-decompress`, made of xz-embedded) knows the checks CRC32 and CRC64, and refuses SHA-256. Where a
 * stream has that, it is given the same stream without checks: the container is walked (The .xz File Format 1.2.1), the check
 * behind each block is taken out, and the stream's flags, its index and its footer are written to match. The checks that were
 * taken out are held against what the decoder makes of the blocks, so that nothing is less verified than before.
 */

const magic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
const sha256Type = 0x0a;
/** Bytes of a check by its type (section 2.1.1.2). */
const checkBytes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;
/** Bytes of an index that are gathered before they are handed on. */
const gathered = 1 << 14;

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let i = 0; i < 8; i++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC32 (IEEE 802.3) of bytes that come in pieces. */
class Crc32 {
  private state = 0xffffffff;

  add(bytes: Iterable<number>): this {
    for (const byte of bytes) this.state = (crcTable[(this.state ^ byte) & 0xff] ?? 0) ^ (this.state >>> 8);
    return this;
  }

  get bytes(): Buffer {
    const four = Buffer.alloc(4);
    four.writeUInt32LE(~this.state >>> 0);
    return four;
  }
}

/** The input, as many bytes at a time as are asked for. */
class Input {
  private readonly chunks: AsyncIterator<Uint8Array>;
  private rest: Buffer = Buffer.alloc(0);

  constructor(source: Chunks) {
    this.chunks = (async function* (): AsyncGenerator<Uint8Array> {
      yield* source;
    })();
  }

  /** So many bytes, fewer where the input ends. */
  async take(count: number): Promise<Buffer> {
    if (this.rest.length < count) {
      const parts = [this.rest];
      let have = this.rest.length;
      while (have < count) {
        const next = await this.chunks.next();
        if (next.done === true) break;
        parts.push(Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length));
        have += next.value.length;
      }
      this.rest = Buffer.concat(parts);
    }
    const taken = this.rest.subarray(0, count);
    this.rest = this.rest.subarray(taken.length);
    return taken;
  }

  /** All that is left. */
  async *others(): AsyncGenerator<Uint8Array> {
    yield this.rest;
    for (let next = await this.chunks.next(); next.done !== true; next = await this.chunks.next())
      yield next.value;
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }
}

/** A number of the container: seven bits a byte, the lowest first (section 1.2). */
function vliOf(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** What blocks have to come to. */
export class XzSums {
  private readonly blocks: { readonly size: number; readonly sha256: Buffer | null }[] = [];
  private hash = createHash('sha256');
  private hashed = 0;

  /** A block whose check has gone by; null for one of another type, which the decoder holds itself. */
  expect(size: number, sha256: Buffer | null): void {
    this.blocks.push({ size, sha256 });
  }

  /** The next bytes out of the decoder: of the block that is expected next, or of one whose check has not come yet. */
  add(chunk: Uint8Array): void {
    for (let rest = chunk; rest.length > 0;) {
      this.settle();
      const size = (this.blocks[0]?.size ?? Infinity) - this.hashed;
      const part = rest.subarray(0, size);
      this.hash.update(part);
      this.hashed += part.length;
      rest = rest.subarray(part.length);
    }
  }

  /** After the last bytes. Throws where a block is not what its check says. */
  end(): void {
    this.settle();
    if (this.blocks.length > 0 || this.hashed > 0)
      throw new Error('blocks of xz are not as long as they say');
  }

  /** Holds blocks that are complete against their checks. */
  private settle(): void {
    for (let next = this.blocks[0]; next && this.hashed === next.size; next = this.blocks[0]) {
      const found = this.hash.digest();
      if (next.sha256 && !found.equals(next.sha256))
        throw new Error('a block of xz is not what its SHA-256 says');
      this.hash = createHash('sha256');
      this.hashed = 0;
      this.blocks.shift();
    }
  }
}

/**
 * The streams of `source` in a form that the decoder takes, one after the other as they are; what was taken out goes to `sums`.
 * What is no xz from some point on is handed on unchanged: the decoder says what is wrong with it. Throws for what is wrong
 * with bytes that the decoder does not get to see.
 */
export async function* withoutSha256(source: Chunks, sums: XzSums): AsyncGenerator<Uint8Array> {
  const input = new Input(source);
  try {
    for (;;) {
      const flags = await input.take(4);
      if (flags.length === 4 && flags.every((byte) => byte === 0)) {
        // Padding between streams.
        yield flags;
        continue;
      }
      const head = Buffer.concat([flags, await input.take(8)]);
      const type = head[7] ?? 0xff;
      if (head.length < 12 || !head.subarray(0, 6).equals(magic) || head[6] !== 0 || type > 0x0f) {
        yield head;
        break;
      }
      if (type === sha256Type) {
        if (!new Crc32().add(head.subarray(6, 8)).bytes.equals(head.subarray(8))) throw damaged();
        yield Buffer.concat([magic, plainFlags, new Crc32().add(plainFlags).bytes]);
      } else yield head;
      if (!(yield* stream(input, type, sums))) break;
    }
    yield* input.others();
  } finally {
    await input.close();
  }
}

/** Flags of a stream without checks. */
const plainFlags = Buffer.from([0, 0]);

const damaged = (): Error => new Error('the container of xz is damaged');

/** Blocks, index and footer of a stream; false where it broke off or is none. */
async function* stream(input: Input, type: number, sums: XzSums): AsyncGenerator<Uint8Array, boolean> {
  for (;;) {
    const first = await input.take(1);
    if (first.length === 0) return false;
    if (first[0] === 0) break;
    if (!(yield* block(input, first, type, sums))) return false;
  }
  return yield* ending(input, type === sha256Type);
}

async function* block(
  input: Input,
  first: Buffer,
  type: number,
  sums: XzSums,
): AsyncGenerator<Uint8Array, boolean> {
  yield first;
  const headerRest = 4 * ((first[0] ?? 0) + 1) - 1;
  const header = await input.take(headerRest);
  yield header;
  if (header.length < headerRest) return false;
  let [packed, size] = [0, 0];
  // LZMA2 (section 5.3.1): chunks that say how long they are.
  for (;;) {
    const control = await input.take(1);
    const [kind] = control;
    if (kind === undefined || kind === 0 || (kind > 2 && kind < 0x80)) {
      yield control;
      if (kind !== 0) return false;
      packed++;
      break;
    }
    const length = kind < 0x80 ? 2 : kind < 0xc0 ? 4 : 5;
    const sizes = await input.take(length);
    if (sizes.length < length) {
      yield Buffer.concat([control, sizes]);
      return false;
    }
    const body = (length === 2 ? sizes.readUInt16BE(0) : sizes.readUInt16BE(2)) + 1;
    size += (length === 2 ? 0 : (kind & 0x1f) << 16) + sizes.readUInt16BE(0) + 1;
    const bytes = await input.take(body);
    // In one piece: each costs the decoder a call.
    yield Buffer.concat([control, sizes, bytes]);
    if (bytes.length < body) return false;
    packed += 1 + length + body;
  }
  const padding = -packed & 3;
  const expected = checkBytes[type] ?? 0;
  const behind = await input.take(padding + expected);
  if (behind.length < padding + expected) return false;
  yield type === sha256Type ? behind.subarray(0, padding) : behind;
  sums.expect(size, type === sha256Type ? Buffer.from(behind.subarray(padding)) : null);
  return true;
}

/** Index (whose first byte was read) and footer. */
async function* ending(input: Input, isChanged: boolean): AsyncGenerator<Uint8Array, boolean> {
  const [before, after] = [new Crc32(), new Crc32()];
  let [bytesBefore, bytesAfter] = [0, 0];
  let out: number[] = [];
  const put = (old: readonly number[], now: readonly number[]): void => {
    before.add(old);
    after.add(now);
    bytesBefore += old.length;
    bytesAfter += now.length;
    for (const byte of now) out.push(byte);
  };
  put([0], [0]);
  let records: number | null = null;
  for (let i = 0; records === null || i < 2 * records; i++) {
    const bytes: number[] = [];
    let value = 0;
    do {
      const [byte] = await input.take(1);
      if (byte === undefined || bytes.length === 9) {
        yield Buffer.from([...out, ...bytes]);
        return false;
      }
      value += (byte & 0x7f) * 2 ** (7 * bytes.length);
      bytes.push(byte);
    } while ((bytes.at(-1) ?? 0) >= 0x80);
    if (records === null) {
      records = value;
      i = -1;
      put(bytes, bytes);
    } else if (isChanged && i % 2 === 0) {
      if (value <= checkBytes[sha256Type] || !Number.isSafeInteger(value)) throw damaged();
      put(bytes, vliOf(value - checkBytes[sha256Type]));
    } else put(bytes, bytes);
    if (out.length >= gathered) {
      yield Buffer.from(out);
      out = [];
    }
  }
  const padding = await input.take(-bytesBefore & 3);
  if (isChanged && padding.some((byte) => byte !== 0)) throw damaged();
  put([...padding], isChanged ? new Array<number>(-bytesAfter & 3).fill(0) : [...padding]);
  const tail = await input.take(16);
  yield Buffer.from(out);
  if (!isChanged || tail.length < 16) {
    yield tail;
    return tail.length === 16;
  }
  const footer = tail.subarray(4);
  const backward = bytesBefore / 4;
  const sound =
    before.bytes.equals(tail.subarray(0, 4)) &&
    new Crc32().add(footer.subarray(4, 10)).bytes.equals(footer.subarray(0, 4)) &&
    footer.readUInt32LE(4) === backward &&
    footer[8] === 0 &&
    footer[9] === sha256Type &&
    footer.toString('latin1', 10) === 'YZ';
  if (!sound) throw damaged();
  const fields = Buffer.alloc(6);
  fields.writeUInt32LE(bytesAfter / 4);
  yield Buffer.concat([after.bytes, new Crc32().add(fields).bytes, fields, Buffer.from('YZ')]);
  return true;
}
