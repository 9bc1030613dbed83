import { readable } from './readableJson';
import type { Session } from './command';

/**
 * Prints a JSON document byte for byte, with `pretty` set out for reading. A terminal gets nothing that it obeys, and a line feed
 * at the end.
 */
export function printDocument(session: Session, bytes: Uint8Array, pretty = false): void {
  const text = new TextDecoder().decode(bytes);
  if (pretty) session.out(`${readable(text)}\n`);
  else if (process.stdout.isTTY || session.json) session.out(text.endsWith('\n') ? text : `${text}\n`);
  else process.stdout.write(bytes);
}
