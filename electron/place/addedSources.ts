import { randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problem } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import {
  addedSourcesFile,
  mostAdded,
  parseAddedDocument,
  readAddedText,
  type AddedSource,
} from '../engine/addedSources';
import { ownSurroundings } from '../engine/discover';
import { replaceDurably } from '../store/durable';
import { withLock } from '../store/lock';
import { makeFolders } from '../store/makeFolders';
import { isWayToOurs } from '../store/ownWay';

type Around = Parameters<typeof addedSourcesFile>[0];

/**
 * Changes the list of places that a person keeps, which the command line and the window both read; whoever else changes it
 * meanwhile is waited for. `change` gives the new list, or null to leave it. Throws `file-unwritable`, `sources-full`, and
 * `sources-invalid` where what is there is no list: it is somebody's work.
 */
export async function changeAddedSources(
  change: (before: readonly AddedSource[]) => readonly AddedSource[] | null,
  around: Around = ownSurroundings(),
): Promise<void> {
  const named = addedSourcesFile(around);
  try {
    // Of root with the environment of another user: what it would make there, that one could not write to.
    if (!isWayToOurs(named)) throw Object.assign(new Error(named), { code: 'EACCES' });
    makeFolders(dirname(named), 0o700);
    // A link leads to the file that is read and replaced.
    const path = await realpath(named).catch(() => named);
    await withLock(`${path}.lock`, async () => {
      const text = await readAddedText(path);
      const known = text === null ? null : parseAddedDocument(text, named);
      const before = known?.sources ?? [];
      const after = change(before);
      if (after === null) return;
      if (after.length > Math.max(mostAdded, before.length - 1))
        throw problem('sources-full', { limit: mostAdded });
      // What we do not know is somebody's.
      const document = { ...known?.members, sources: [...after, ...(known?.unknown ?? [])] };
      const bytes = Buffer.from(`${JSON.stringify(document, null, 2)}\n`);
      await replaceDurably(path, bytes, `${path}.${randomBytes(6).toString('hex')}.new`);
    });
  } catch (cause) {
    const reason = systemCode(cause);
    if (reason === undefined) throw cause;
    if (reason === 'EFBIG') throw problem('sources-invalid', { path: named }, { cause });
    throw problem('file-unwritable', { path: named, reason }, { cause });
  }
}
