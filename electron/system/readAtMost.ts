import { constants } from 'node:fs';
import { open, statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { problem } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';

/** `f_type` of a pipe without a name (statfs(2)). */
const pipes = 0x50495045;
const pieceSize = 1 << 16;
/** How long is waited before a silent pipe is asked again, milliseconds. */
const pause = 20;

/**
 * What a file that a person names holds, and a pipe or a device, too (`<(…)`); null where that is more than `most` bytes, of which no
 * more is read. A pipe is waited for, also for who opens its other end, but never in the kernel: a thread there could not be told to
 * stop, and would keep the process from its end. Throws what open(2) and read(2) do, and `cancelled`.
 */
export async function readAtMost(path: string, most: number, signal?: AbortSignal): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of readPieces(path, signal)) {
    pieces.push(piece);
    if ((bytes += piece.length) > most) return null;
  }
  return Buffer.concat(pieces);
}

async function* readPieces(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    // Of a pipe that has a name nobody may have opened the other end yet: it looks as if it had come to its end.
    let early = (await file.stat()).isFIFO() && (await statfs(path)).type !== pipes;
    for (;;) {
      if (signal?.aborted) throw problem('cancelled', {});
      const piece = Buffer.allocUnsafe(pieceSize);
      const count = await file.read(piece, 0, pieceSize, null).then(
        ({ bytesRead }) => bytesRead,
        (thrown: unknown) => {
          if (systemCode(thrown) === 'EAGAIN') return null;
          throw thrown;
        },
      );
      if (count !== 0 && count !== null) yield piece.subarray(0, count);
      if (count === 0 && !early) return;
      // Whoever has it open and says nothing may still leave without a word.
      if (count !== 0) early = false;
      if (!count) await delay(pause);
    }
  } finally {
    await file.close();
  }
}
