/**
 * XXH64 with the seed 0: the checksum of zstd frames (RFC 8878, 3.1.1; doc/xxhash_spec.md of xxHash). A number of 64 bits
 * is a pair of 32 here, the low half first: as BigInt a stream would take some ten times as long as its decoder.
 */

type Pair = readonly [low: number, high: number];

const prime1: Pair = [0x85ebca87 | 0, 0x9e3779b1 | 0];
const prime2: Pair = [0x27d4eb4f | 0, 0xc2b2ae3d | 0];
const prime3: Pair = [0x9e3779f9 | 0, 0x165667b1 | 0];
const prime4: Pair = [0xc2b2ae63 | 0, 0x85ebca77 | 0];
const prime5: Pair = [0x165667c5 | 0, 0x27d4eb2f | 0];

/** Bytes of a stripe: a word of eight for each of the four lanes. */
const stripeBytes = 32;

/** High half of the product of two unsigned numbers of 32 bits. */
function highProduct(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const one = Math.imul(aHigh, bLow);
  const other = Math.imul(aLow, bHigh);
  const carry = (Math.imul(aLow, bLow) >>> 16) + (one & 0xffff) + (other & 0xffff);
  return (Math.imul(aHigh, bHigh) + (one >>> 16) + (other >>> 16) + (carry >>> 16)) | 0;
}

const times = ([al, ah]: Pair, [bl, bh]: Pair): Pair => [
  Math.imul(al, bl),
  (highProduct(al, bl) + Math.imul(ah, bl) + Math.imul(al, bh)) | 0,
];

const plus = ([al, ah]: Pair, [bl, bh]: Pair): Pair => {
  const low = (al + bl) | 0;
  return [low, (ah + bh + (low >>> 0 < bl >>> 0 ? 1 : 0)) | 0];
};

const either = ([al, ah]: Pair, [bl, bh]: Pair): Pair => [al ^ bl, ah ^ bh];

/** Turned to the left by 1 to 31 bits. */
const turned = ([low, high]: Pair, bits: number): Pair => [
  (low << bits) | (high >>> (32 - bits)),
  (high << bits) | (low >>> (32 - bits)),
];

/** Moved to the right by 1 to 63 bits. */
const moved = ([low, high]: Pair, bits: number): Pair =>
  bits >= 32 ? [high >>> (bits - 32), 0] : [(low >>> bits) | (high << (32 - bits)), high >>> bits];

const round = (lane: Pair, word: Pair): Pair => times(turned(plus(lane, times(word, prime2)), 31), prime1);

const firstLanes: readonly Pair[] = [
  plus(prime1, prime2),
  prime2,
  [0, 0],
  plus([~prime1[0], ~prime1[1]], [1, 0]),
];

/** The hash of bytes that come in pieces. */
export class Xxh64 {
  /** The lanes' numbers, one behind the other. */
  private readonly lanes = Int32Array.from(firstLanes.flat());
  /** Bytes of a stripe that is not whole yet. */
  private readonly rest = new Uint8Array(stripeBytes);
  private waiting = 0;
  private total = 0;

  /** Takes further bytes. */
  update(bytes: Uint8Array): void {
    this.total += bytes.length;
    let at = 0;
    if (this.waiting > 0) {
      at = Math.min(stripeBytes - this.waiting, bytes.length);
      this.rest.set(bytes.subarray(0, at), this.waiting);
      this.waiting += at;
      if (this.waiting < stripeBytes) return;
      this.stripes(this.rest, 0, 1);
      this.waiting = 0;
    }
    const count = Math.floor((bytes.length - at) / stripeBytes);
    if (count > 0) this.stripes(bytes, at, count);
    const left = bytes.subarray(at + count * stripeBytes);
    this.rest.set(left);
    this.waiting = left.length;
  }

  /** Lane by lane, in plain numbers: all but a few bytes of a stream come along here. */
  private stripes(bytes: Uint8Array, from: number, count: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset + from, count * stripeBytes);
    const [p1l, p1h] = prime1;
    const [p2l, p2h] = prime2;
    for (let lane = 0; lane < 4; lane++) {
      let low = this.lanes[lane * 2] ?? 0;
      let high = this.lanes[lane * 2 + 1] ?? 0;
      for (let at = lane * 8; at < view.byteLength; at += stripeBytes) {
        const wordLow = view.getInt32(at, true);
        const wordHigh = view.getInt32(at + 4, true);
        const added = Math.imul(wordLow, p2l);
        const sum = (low + added) | 0;
        const sumHigh =
          (high +
            highProduct(wordLow, p2l) +
            Math.imul(wordHigh, p2l) +
            Math.imul(wordLow, p2h) +
            (sum >>> 0 < added >>> 0 ? 1 : 0)) |
          0;
        const turnedLow = (sum << 31) | (sumHigh >>> 1);
        const turnedHigh = (sumHigh << 31) | (sum >>> 1);
        low = Math.imul(turnedLow, p1l);
        high = (highProduct(turnedLow, p1l) + Math.imul(turnedHigh, p1l) + Math.imul(turnedLow, p1h)) | 0;
      }
      this.lanes[lane * 2] = low;
      this.lanes[lane * 2 + 1] = high;
    }
  }

  /** The hash of all bytes so far, as its two halves, each from 0 to 2^32 - 1. */
  digest(): { readonly low: number; readonly high: number } {
    let hash = prime5;
    if (this.total >= stripeBytes) {
      const lanes = [0, 1, 2, 3].map((i): Pair => [this.lanes[i * 2] ?? 0, this.lanes[i * 2 + 1] ?? 0]);
      hash = lanes.map((lane, i) => turned(lane, [1, 7, 12, 18][i] ?? 0)).reduce(plus);
      for (const lane of lanes) hash = plus(times(either(hash, round([0, 0], lane)), prime1), prime4);
    }
    hash = plus(hash, [this.total | 0, Math.floor(this.total / 2 ** 32) | 0]);
    const view = new DataView(this.rest.buffer, 0, this.waiting);
    let at = 0;
    for (; at + 8 <= this.waiting; at += 8) {
      const word: Pair = [view.getInt32(at, true), view.getInt32(at + 4, true)];
      hash = plus(times(turned(either(hash, round([0, 0], word)), 27), prime1), prime4);
    }
    if (at + 4 <= this.waiting) {
      hash = plus(
        times(turned(either(hash, times([view.getInt32(at, true), 0], prime1)), 23), prime2),
        prime3,
      );
      at += 4;
    }
    for (; at < this.waiting; at++)
      hash = times(turned(either(hash, times([view.getUint8(at), 0], prime5)), 11), prime1);
    hash = times(either(hash, moved(hash, 33)), prime2);
    hash = times(either(hash, moved(hash, 29)), prime3);
    hash = either(hash, moved(hash, 32));
    return { low: hash[0] >>> 0, high: hash[1] >>> 0 };
  }
}
