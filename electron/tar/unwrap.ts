import { decompress, detectCompression, type Budget } from './decompress';
import type { Chunks } from './chunks';

/** As many bytes tell every kind of compression. */
const signatureBytes = 6;
/** How often an archive may be compressed over: some tools pack what is packed already. */
const mostWraps = 4;

/** What comes first, and all of it. */
async function headOf(source: Chunks): Promise<{ head: Uint8Array; all: AsyncGenerator<Uint8Array> }> {
  const pieces = pull(source);
  const read: Uint8Array[] = [];
  let bytes = 0;
  // A decoder may give its first bytes one by one.
  while (bytes < signatureBytes) {
    const next = await pieces.next();
    if (next.done === true) break;
    read.push(next.value);
    bytes += next.value.length;
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* read;
      yield* pieces;
    } finally {
      // Also where the stream is given up: a decoder has memory to give back.
      await pieces.return(undefined);
    }
  };
  return { head: Buffer.concat(read), all: all() };
}

async function* pull(source: Chunks): AsyncGenerator<Uint8Array> {
  yield* source;
}

/**
 * The stream below all compression that is around it, each told by its content; every decoder has the whole budget. Throws what
 * {@link decompress} throws.
 */
export async function* unwrap(source: Chunks, budget: Budget, wraps = 0): AsyncGenerator<Uint8Array> {
  const { head, all } = await headOf(source);
  const kind = detectCompression(head);
  if (kind === 'none' || wraps === mostWraps) yield* all;
  else yield* unwrap(decompress(kind, all, budget), budget, wraps + 1);
}
