/** Largest window of a zstd frame that is decoded: what Node's own decoder allows (ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
const windowLimit = 1 << 27;

/**
 * Follows the frames of a zstd stream (RFC 8878) without decoding them, so that a frame is refused by what its header asks
 * for: a decoder in JavaScript makes room for the whole window at once.
 */
export class ZstdWindows {
  private readonly head: number[] = [];
  /** Bytes of a block or of a checksum that are passed over. */
  private skipped = 0;
  private place: 'frame' | 'block' = 'frame';
  private checksum = false;

  /** The next bytes of the stream. Throws for a window beyond the limit; what is no frame is left to the decoder. */
  feed(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      const take = Math.min(this.skipped, chunk.length - at);
      this.skipped -= take;
      at += take;
      if (at === chunk.length) return;
      this.head.push(chunk[at++] ?? 0);
      if (this.place === 'frame') this.frame();
      else this.block();
    }
  }

  private frame(): void {
    const { head } = this;
    const [first = 0, , , , descriptor = 0] = head;
    // A skippable frame: its magic, and how long it is.
    if ((first & 0xf0) === 0x50) {
      if (head.length < 8) return;
      this.skipped = new DataView(Uint8Array.from(head).buffer).getUint32(4, true);
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
    head.length = 0;
  }

  private block(): void {
    const { head } = this;
    if (head.length < 3) return;
    const [low = 0, middle = 0, high = 0] = head;
    const size = (low >> 3) | (middle << 5) | (high << 13);
    // A run-length block holds one byte, whatever it stands for.
    this.skipped = ((low >> 1) & 3) === 1 ? 1 : size;
    if ((low & 1) !== 0) {
      this.skipped += this.checksum ? 4 : 0;
      this.place = 'frame';
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
