/** Bytes in pieces, from wherever. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
