import type { _NapiBindings } from '@cloudpss/zstd/napi';

/**
 * libzstd by its streams alone: what the package gives besides works with one state for all threads. A stream that rests is used
 * again, in its thread, since what it holds is only freed when a collector comes by, which does not see how much that is.
 */
type Library = typeof _NapiBindings;
type Stream = InstanceType<Library['Compressor']>;

const resting: { readonly Compressor: Stream[]; readonly Decompressor: Stream[] } = {
  Compressor: [],
  Decompressor: [],
};
/** Streams of a kind that a thread keeps. */
const mostResting = 2;
/** What zstd uses when nobody says otherwise. */
const level = 3;

/** A stream of libzstd, between two frames. Its calls take bytes and give what they come to. */
export interface ZstdStream {
  /** Throws what libzstd says against the bytes; then the stream is of no use any more. */
  feed(bytes: Uint8Array): readonly Uint8Array[];
  /** Ends a frame of a compressor. */
  end(): readonly Uint8Array[];
  /** Gives the stream back; only between two frames. */
  rest(): void;
}

/** A stream that compresses or decompresses. Throws where the package has no library for this machine. */
export async function openZstd(kind: 'Compressor' | 'Decompressor'): Promise<ZstdStream> {
  const { loadPackage } = await import('./zstdPackage');
  const { _NapiBindings: library } = await loadPackage();
  const kept = resting[kind];
  const stream =
    kept.pop() ?? (kind === 'Compressor' ? new library.Compressor(level) : new library.Decompressor());
  const gathered = (work: (take: (piece: Buffer) => void) => void): readonly Uint8Array[] => {
    const pieces: Uint8Array[] = [];
    work((piece) => pieces.push(piece));
    return pieces;
  };
  return {
    feed: (bytes) =>
      gathered((take) => stream.data(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), take)),
    end: () => gathered((take) => stream.end(take)),
    rest: () => {
      if (kept.length < mostResting) kept.push(stream);
    },
  };
}
