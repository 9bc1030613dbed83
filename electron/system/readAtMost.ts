import { open } from 'node:fs/promises';

/**
 * What a file holds, and a pipe or a device, too (`<(…)`); null where that is more than `most` bytes, of which no more is read. Throws
 * what open(2) and read(2) do.
 */
export async function readAtMost(path: string, most: number): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  const file = await open(path, 'r');
  try {
    for await (const part of file.createReadStream({ autoClose: false })) {
      parts.push(part as Buffer);
      bytes += (part as Buffer).length;
      if (bytes > most) return null;
    }
  } finally {
    await file.close();
  }
  return Buffer.concat(parts);
}
