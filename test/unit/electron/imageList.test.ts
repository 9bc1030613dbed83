import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keepImageList, readImageList } from '../../../electron/actions/images/imageList';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagImage } from '../../../electron/actions/images/tagImages';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, quietRun } from '../../setup/temporary';

/** The list of images that a large store keeps is what reading all of them gives, whatever happened in between. */

const archive = (count: number): Buffer =>
  dockerArchive(
    Array.from({ length: count }, (_, i) => ({
      names: [`many:${i}`],
      config: { Labels: { number: String(i) } },
      layers: [{ files: [{ path: 'etc/os', content: 'base\n' }] }],
    })),
  );

test('is kept of a large store, read again, and made anew after every change', async () => {
  const store = await openStore();
  const path = join(store.directory, 'cache', 'images.json');
  await load(store, archive(60));
  await keepImageList(store);
  const { mtimeMs } = await stat(path);
  /** As another process reads it. */
  const read = async (): Promise<string> =>
    JSON.stringify((await readImageList(await openStore(store.directory))).graph.images);
  const all = async (): Promise<string> =>
    JSON.stringify((await readStoreView(await openStore(store.directory))).graph.images);
  expect(await read()).toBe(await all());
  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
  const [image] = (await readStoreView(store)).graph.images;
  if (!image) throw new Error('no image');
  await tagImage(store, image.id, 'other:1');
  expect(await read()).toBe(await all());
  expect(await read()).toContain('other:1');
  await removeImages(store, { images: [image.id], names: [] }, quietRun());
  expect(await read()).not.toContain(image.id);
  expect(await read()).toBe(await all());
  for (const bytes of ['', '{', '[]', '{"key":1}']) {
    await writeFile(path, bytes);
    expect(await read()).toBe(await all());
  }
  // A blob that somebody takes away is missed.
  const [, second] = (await readStoreView(store)).graph.images;
  await rm(store.store.pathOf(second?.manifests[0] ?? image.id), { force: true });
  const { damaged } = await readImageList(await openStore(store.directory));
  expect(damaged).toHaveLength(1);
});

test('of a small store nothing is kept', async () => {
  const store = await openStore();
  await load(store, archive(3));
  await keepImageList(store);
  expect((await readImageList(store)).graph.images).toHaveLength(3);
  await expect(readFile(join(store.directory, 'cache', 'images.json'))).rejects.toThrow('ENOENT');
});
