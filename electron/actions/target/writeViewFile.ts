import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { isHeldFile } from '../../worker/jobTools';
import type { ActionContext } from '../ground/context';
import { withTarget } from './target';

/** A view is on screen already: its file is written to its end. */
const unstoppable = { signal: new AbortController().signal };

/**
 * Writes what a view shows to a file that the person chose; an old file of that name is replaced only by the whole new
 * one. Returns its name and bytes. Throws `target-in-store`, `file-unwritable`, `disk-full`.
 */
export async function writeViewFile(
  context: Pick<ActionContext, 'store' | 'pool'>,
  target: string,
  bytes: Uint8Array,
): Promise<{ readonly name: string; readonly bytes: number }> {
  return withTarget(
    context,
    target,
    unstoppable,
    async ({ draft, finish }) => {
      const file = await open(draft, isHeldFile(draft) ? 'r+' : 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await finish();
      return { name: basename(target), bytes: bytes.length };
    },
    { mode: 0o666 },
  );
}
