import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { problem } from '../../shared/image/problem';
import type { Session } from './command';
import { jsonText } from './columns';
import { contents, jsonBytes } from './contents';
import { UsageFault } from './parser';

/** Most bytes of a blob that a terminal is shown. */
const shownBytes = 8 << 20;

/** What is printed: its digest, its size in bytes, and its pieces, which throw at their end where they are not the digest's. */
export interface RawBlob {
  readonly digest: string;
  readonly size: number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Prints a blob byte for byte. A terminal gets text alone, and nothing that it obeys; `--json` a document with the contents as
 * `cat` gives them. Throws {@link UsageFault} for what is no text on a terminal, and what `chunks` throws.
 */
export async function printBlob(session: Session, { digest, size, chunks }: RawBlob): Promise<void> {
  if (session.json) {
    if (size > jsonBytes)
      throw problem('limit-exceeded', { file: digest, what: digest, limit: jsonBytes, found: size });
    session.out(jsonText({ digest, ...(await contents(chunks)) }));
    return;
  }
  if (!process.stdout.isTTY) {
    for await (const chunk of chunks) if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
    return;
  }
  const fault = new UsageFault((t) => t('usage.blobTerminal'));
  if (size > shownBytes) throw fault;
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes) || bytes.includes(0)) throw fault;
  const text = bytes.toString('utf8');
  session.out(text.endsWith('\n') ? text : `${text}\n`);
}
