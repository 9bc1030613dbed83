import { deserialize, serialize } from 'node:v8';

/** Longest frame that is taken: 200,000 changes with long paths stay well below. */
const limit = 1 << 30;

/** A value as a frame: four bytes of length, then the value as the structured clone algorithm writes it. */
export function toFrame(value: unknown): Buffer {
  const body = serialize(value);
  const head = Buffer.alloc(4);
  head.writeUInt32LE(body.length);
  return Buffer.concat([head, body]);
}

/** Takes a stream apart into the values that {@link toFrame} wrote. Throws on a frame that is too long. */
export class FrameReader {
  private parts: Buffer[] = [];
  private held = 0;

  /** The next bytes; returns the values that are complete now. */
  feed(chunk: Buffer): unknown[] {
    this.parts.push(chunk);
    this.held += chunk.length;
    const values: unknown[] = [];
    for (;;) {
      if (this.held < 4) return values;
      const head = this.joined(4);
      const length = head.readUInt32LE(0);
      if (length > limit) throw new Error('frame is too long');
      if (this.held < 4 + length) return values;
      const all = this.joined(4 + length);
      values.push(deserialize(all.subarray(4, 4 + length)));
      const rest = all.subarray(4 + length);
      this.parts = rest.length > 0 ? [rest, ...this.parts.slice(1)] : this.parts.slice(1);
      this.held -= 4 + length;
    }
  }

  /** The first part, grown to at least `length` bytes. */
  private joined(length: number): Buffer {
    let first = this.parts[0] ?? Buffer.alloc(0);
    if (first.length < length) {
      first = Buffer.concat(this.parts);
      this.parts = [first];
    }
    return first;
  }
}
