import { closeSync, openSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defaultLimits } from '../../../shared/image/limits';
import { FolderFiles, SeekableArchive } from '../../../electron/source/archiveFiles';
import { openRange } from '../../../electron/store/blobFile';
import { sizeOfFile } from '../../../electron/worker/jobTools';
import { problemFacts, temporaryFolder } from '../../setup/temporary';

/** An input may vanish between any two questions that are asked of it: that is said of it by its name, and is no bug of ours. */

const label = 'shop.tar';
const ask = <T>(work: () => T): Promise<T> => Promise.resolve().then(work);

async function vanished(): Promise<SeekableArchive> {
  const file = join(await temporaryFolder(), 'shop.tar');
  await writeFile(file, Buffer.alloc(2048));
  const member = { name: 'manifest.json', kind: 'file', offset: 512, size: 512, target: '' } as const;
  const files = new SeekableArchive(
    label,
    file,
    { members: [member], size: 2048, sparse: false },
    defaultLimits,
  );
  await rm(file);
  return files;
}

test('an archive that vanishes once its headers were read', async () => {
  const files = await vanished();
  for (const work of [
    () => files.rangeOf('manifest.json'),
    () => files.readDocument('manifest.json', 'manifest'),
  ])
    expect(await problemFacts(ask<unknown>(work), 'file-not-found')).toEqual({ path: label });
});

test('a folder that vanishes, before and after it was opened', async () => {
  const folder = join(await temporaryFolder(), 'layout');
  const open = (): FolderFiles => new FolderFiles(label, folder, defaultLimits);
  expect(await problemFacts(ask(open), 'file-not-found')).toEqual({ path: label });
  await mkdir(folder);
  const files = open();
  await rm(folder, { recursive: true });
  for (const work of [() => files.names(), () => files.topNames()])
    expect(await problemFacts(ask<unknown>(work), 'file-not-found')).toEqual({ path: label });
});

test('a descriptor that the system gives no answer for', async () => {
  const fd = openSync('.', 'r');
  closeSync(fd);
  const facts = await problemFacts(
    ask(() => sizeOfFile(fd, label)),
    'file-unreadable',
  );
  expect(facts).toEqual({ path: label, reason: 'EBADF' });
  const range = { path: '/nowhere/at/all', offset: 0, size: 1, mark: '', diffId: null, label };
  await problemFacts(
    ask(() => openRange({ ...range, limits: defaultLimits })),
    'place-gone',
  );
});
