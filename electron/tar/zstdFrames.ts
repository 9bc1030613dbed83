/** Largest window of a zstd frame that is decoded: what Node's own decoder allows (ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
const windowLimit = 1 << 27;

/** Most bytes that a block gives (RFC 8878, 3.1.1.2.4). */
const blockLimit = 1 << 17;
/** Blocks of a frame that are handed on together: so much comes out of a decoder at once. */
const blocksTogether = 4;

/** A part of a frame for its decoder. */
export interface FramePiece {
  readonly bytes: Uint8Array;
  /** True for the last one of a frame: what comes then is another's. */
  readonly last: boolean;
}

/**
 * Follows the frames of a zstd stream (RFC 8878) without decoding them, so that a frame is refused by what its header asks
 * for: a decoder in JavaScript makes room for the whole window at once, decodes all that it is given before anything of it
 * is used, and calls itself for every frame. Skippable frames are left out.
 */
export class ZstdFrames {
  private readonly head: number[] = [];
  /** Bytes of a block, of a checksum or of a skippable frame that are passed over. */
  private skipped = 0;
  private place: 'frame' | 'block' = 'frame';
  private skippable = false;
  private checksum = false;
  private blocks = 0;

  /** True between two frames, where a stream may end. */
  get complete(): boolean {
    return this.place === 'frame' && this.skipped === 0 && this.head.length === 0;
  }

  /**
   * The next bytes of the stream, cut where a frame ends and wherever enough comes out. Throws for a window or a block beyond
   * the limits, and for what is no frame.
   */
  *pieces(chunk: Uint8Array): Generator<FramePiece> {
    let at = 0;
    let start = 0;
    while (at < chunk.length || (this.skipped === 0 && this.ending)) {
      if (this.skipped === 0 && this.ending) {
        this.ending = false;
        if (!this.skippable) yield { bytes: chunk.subarray(start, at), last: true };
        this.skippable = false;
        start = at;
        continue;
      }
      const take = Math.min(this.skipped, chunk.length - at);
      this.skipped -= take;
      at += take;
      if (at === chunk.length) continue;
      if (this.skipped === 0 && this.ending) continue;
      this.head.push(chunk[at++] ?? 0);
      if (this.place === 'frame') this.frame();
      else this.block();
      // Within the head of a block, never between two: what a decoder holds back lets go of what came before.
      if (this.head.length === 1 && this.blocks >= blocksTogether) {
        this.blocks = 0;
        yield { bytes: chunk.subarray(start, at), last: false };
        start = at;
      }
    }
    if (start < chunk.length && !this.skippable) yield { bytes: chunk.subarray(start), last: false };
  }

  /** The frame is over when nothing is left to be passed over. */
  private ending = false;

  private frame(): void {
    const { head } = this;
    const [first = 0, , , , descriptor = 0] = head;
    this.skippable = (first & 0xf0) === 0x50;
    const magic = [
      this.skippable ? first : 0x28,
      ...(this.skippable ? [0x2a, 0x4d, 0x18] : [0xb5, 0x2f, 0xfd]),
    ];
    if (head.length <= 4 && head.some((byte, i) => byte !== magic[i]))
      throw new Error('no frame begins here');
    if (this.skippable) {
      if (head.length < 8) return;
      this.skipped = new DataView(Uint8Array.from(head).buffer).getUint32(4, true);
      this.ending = true;
      head.length = 0;
      return;
    }
    if (head.length < 5) return;
    const single = (descriptor & 0x20) !== 0;
    const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const flag = descriptor >> 6;
    const size = flag === 0 ? (single ? 1 : 0) : 1 << flag;
    const length = 5 + (single ? 0 : 1) + dictionary + size;
    if (head.length < length) return;
    const window = single ? contentSize(head.slice(length - size), flag) : windowSize(head[5] ?? 0);
    if (window > windowLimit) throw new Error('the window of a frame is too large');
    this.checksum = (descriptor & 4) !== 0;
    this.place = 'block';
    this.blocks = 0;
    head.length = 0;
  }

  private block(): void {
    const { head } = this;
    if (head.length < 3) return;
    const [low = 0, middle = 0, high = 0] = head;
    const size = (low >> 3) | (middle << 5) | (high << 13);
    if (size > blockLimit) throw new Error('a block is too long');
    this.blocks++;
    // A run-length block holds one byte, whatever it stands for.
    this.skipped = ((low >> 1) & 3) === 1 ? 1 : size;
    if ((low & 1) !== 0) {
      this.skipped += this.checksum ? 4 : 0;
      this.place = 'frame';
      this.ending = true;
      this.blocks = 0;
    }
    head.length = 0;
  }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** A single segment's window is its content; decoders need no more than the limit for one that says how long it is. */
function contentSize(bytes: readonly number[], flag: number): number {
  const size = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  return flag === 1 ? size + 256 : size;
}
