import { isUtf8 } from 'node:buffer';

/** Most bytes of contents that `--json` shows: a document is made in memory. */
export const jsonBytes = 256 << 20;

/** Contents for a document: as text where they are UTF-8, else as base64. */
export async function contents(
  chunks: AsyncIterable<Uint8Array>,
): Promise<{ size: number; encoding: 'utf-8' | 'base64'; contents: string }> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  const bytes = Buffer.concat(parts);
  const text = isUtf8(bytes);
  const encoding = text ? 'utf-8' : 'base64';
  return { size: bytes.length, encoding, contents: bytes.toString(encoding) };
}
