import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FolderFiles, SeekableArchive, type ArchiveFiles } from '../../../electron/source/archiveFiles';
import { defaultLimits, storedLimits } from '../../../shared/image/limits';
import { problemFacts, temporaryFolder } from '../../setup/temporary';

const size = 48 << 20;
const document = Buffer.alloc(size, '[1, 2, 3] ');

/** Both forms that are read by us: a file of a folder, a member of an archive. */
async function both(limits = storedLimits): Promise<Readonly<Record<string, ArchiveFiles>>> {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'index.json'), document);
  const members = [
    { name: 'index.json', kind: 'file', offset: 10, size: size - 10, target: '' },
    { name: 'short.json', kind: 'file', offset: size - 5, size: 20, target: '' },
  ] as const;
  return {
    folder: new FolderFiles('shop', folder, limits),
    archive: new SeekableArchive(
      'shop.tar',
      join(folder, 'index.json'),
      { members, size, sparse: false },
      limits,
    ),
  };
}

/** Documents are read in the window's main process: a large one, or one on a slow disk, holds up nobody else. */
describe('a document of an archive', () => {
  test('is read whole, and others get turns meanwhile', async () => {
    for (const [name, files] of Object.entries(await both())) {
      let turns = 0;
      let reading = true;
      const turn = (): void => {
        turns++;
        if (reading) setImmediate(turn);
      };
      setImmediate(turn);
      const bytes = await files.readDocument('index.json', 'index');
      reading = false;
      expect(document.subarray(name === 'folder' ? 0 : 10).equals(bytes), name).toBe(true);
      expect(turns, name).toBeGreaterThan(5);
    }
  });

  test('is refused by its size before a byte of it is read', async () => {
    for (const files of Object.values(await both(defaultLimits)))
      expect(await problemFacts(files.readDocument('index.json', 'index'), 'limit-exceeded')).toMatchObject({
        name: 'document-bytes',
      });
  });

  test('of which an archive holds less than it says is refused', async () => {
    const { archive } = await both();
    if (archive) await problemFacts(archive.readDocument('short.json', 'index'), 'archive-truncated');
  });
});
