import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadSampleImages } from '../../../electron/actions/copy/sampleImages';
import { asDeleted } from '../../../electron/actions/ground/meanwhile';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { tagImage } from '../../../electron/actions/images/tagImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { problem } from '../../../shared/image/problem';
import { buildImage, dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, problemFacts, quietRun, storeOf, temporaryFile } from '../../setup/temporary';

/** A store's folder that is taken away beneath who has it open. */

const image = { names: ['a:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] };

const away: readonly (readonly [how: string, leave: (path: string) => Promise<unknown>, reason: string])[] = [
  ['moved away', () => Promise.resolve(), 'gone'],
  [
    'on a disk that was taken away, of which the empty folder is left',
    (path) => mkdir(path, { mode: 0o700 }),
    'gone',
  ],
  ['replaced by a file', (path) => writeFile(path, ''), 'not-a-folder'],
];

test.each(away)(
  'a store that is %s is said to be so, and is there when it comes back',
  async (_how, leave, reason) => {
    const store = await storeOf(dockerArchive([image]));
    const { id } = buildImage(image);
    const aside = `${store.directory}-aside`;
    await rename(store.directory, aside);
    await leave(store.directory);
    const archive = await temporaryFile(dockerArchive([image]));
    const asked: readonly (() => Promise<unknown>)[] = [
      () => loadSampleImages(store, quietRun()),
      () => loadImages(store, { path: archive, label: 'a.tar' }, quietRun()),
      () => tagImage(store, id, 'b:1'),
      () => readStoreView(store),
      // As the window says why an image that it shows cannot be read.
      async () => {
        throw await asDeleted(store, problem('blob-damaged', { digest: id, reason: 'missing', found: '' }));
      },
    ];
    for (const ask of asked) {
      const found = await problemFacts(ask(), 'store-invalid');
      expect(found.path).toBe(store.directory);
      if (reason === 'gone') expect(found.reason).toBe(reason);
    }
    // Nothing was made where a disk comes back to.
    if (reason === 'gone')
      expect(existsSync(store.directory) ? readdirSync(store.directory) : []).toEqual([]);
    await rm(store.directory, { force: true, recursive: true });
    await rename(aside, store.directory);
    expect((await readStoreView(store)).graph.images.map(({ names }) => names)).toEqual([['a:1']]);
    await tagImage(store, id, 'b:1');
  },
);

test('a store that is made anew in its place by another process goes on in one that had it open', async () => {
  const store = await storeOf(dockerArchive([image]));
  await rm(store.directory, { recursive: true });
  await problemFacts(readStoreView(store), 'store-invalid');
  const other = await openStore(store.directory);
  expect((await readStoreView(store)).graph.images).toEqual([]);
  await load(store, dockerArchive([image]));
  expect((await readStoreView(other)).graph.images).toHaveLength(1);
});
