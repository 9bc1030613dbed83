declare module 'unbzip2-stream/lib/bit_iterator.js' {
  /** Takes so many bits; counts the bytes that it has begun. */
  export interface BitReader {
    (bits: number): number;
    readonly bytesRead: number;
  }
  /** Reads bits of buffers, which it asks for one by one. */
  export default function bitIterator(nextBuffer: () => Uint8Array): BitReader;
}

declare module 'unbzip2-stream/lib/bzip2.js' {
  import type { BitReader } from 'unbzip2-stream/lib/bit_iterator.js';
  const bzip2: {
    /** Reads a stream's header; its level, 1 to 9. */
    header(bits: BitReader): number;
    /** Reads one block; the running checksum of the stream, or null at its end. Throws what is wrong. */
    decompress(
      bits: BitReader,
      put: (byte: number) => void,
      buffer: Int32Array,
      size: number,
      checksum: number,
    ): number | null;
  };
  export default bzip2;
}
