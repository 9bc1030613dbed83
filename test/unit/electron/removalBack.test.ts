import { expect, test } from 'vitest';
import { previewRemove, removeImages } from '../../../electron/actions/images/removeImages';
import { pruneImages } from '../../../electron/actions/images/pruneImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagImage, untagImage } from '../../../electron/actions/images/tagImages';
import { collectGarbage, undoCleanUp } from '../../../electron/actions/upkeep/cleanUp';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { RemovalSelection } from '../../../shared/graph/sharing';
import { randomNumbers } from '../../fuzz/mutate';
import { dockerArchive } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  quietRun,
  temporaryFile,
  type TestStore,
} from '../../setup/temporary';
import { all, filled, idDangling, idOne, idTwo, namesOf } from './shopStore';

/** A removal that is kept is one that never was as soon as it is put back, and the very removal as soon as the collector has run. */

const names = Object.values(all).flat();
const selections: readonly RemovalSelection[] = [
  ...[[idOne], [idTwo], [idDangling], [idOne, idTwo], [idOne, idTwo, idDangling]].map((images) => ({
    images,
    names: [],
  })),
  ...[...names.map((name) => [name]), names].map((each) => ({ images: [], names: each })),
  { images: [idOne], names: ['shop:latest'] },
];
const kept = (store: TestStore, selection: RemovalSelection) =>
  removeImages(store, selection, quietRun(), null, true);
const sorted = (images: readonly ImageNode[]): readonly ImageNode[] =>
  images.toSorted((one, other) => one.id.localeCompare(other.id));
const theOnly = async (store: TestStore): Promise<ImageNode> => {
  const [image] = (await readStoreView(store)).graph.images;
  if (!image) throw new Error('no image');
  return image;
};
const bytesOf = async ({ directory }: TestStore): Promise<number> =>
  [...(await blobsOnDisk(directory)).values()].reduce((sum, size) => sum + size, 0);

test.each(selections)('%j comes back whole', async (selection) => {
  const store = await filled();
  const before = await readStoreView(store);
  const bytes = await blobsOnDisk(store.directory);
  const { trash, untagged, removed } = await kept(store, selection);
  const plain = await filled();
  expect(await removeImages(plain, selection, quietRun())).toMatchObject({ untagged, removed });
  expect(await namesOf(store)).toEqual(await namesOf(plain));
  expect(await blobsOnDisk(store.directory)).toEqual(bytes);
  expect(await undoCleanUp(store, trash ?? '')).toBe(true);
  const after = await readStoreView(store);
  expect(sorted(after.graph.images)).toEqual(sorted(before.graph.images));
  expect(after.graph.storedBytes).toBe(before.graph.storedBytes);
  await expectSoundStore(store.directory);
});

test.each(selections)('of %j the collector frees what was said', async (selection) => {
  const store = await filled();
  const { freedBytes: promised } = await previewRemove(store, selection);
  const before = await bytesOf(store);
  expect((await kept(store, selection)).freedBytes).toBe(promised);
  expect((await collectGarbage(store)).freedBytes).toBe(promised);
  expect(before - (await bytesOf(store))).toBe(promised);
  await expectSoundStore(store.directory);
});

test('a prune comes back, too', async () => {
  const store = await filled();
  await untagImage(store, 'shop:1.0');
  const before = await namesOf(store);
  const { trash, removed } = await pruneImages(store, { all: false }, quietRun(), null, true);
  expect(removed).toHaveLength(2);
  await undoCleanUp(store, trash ?? '');
  expect(await namesOf(store)).toEqual(before);
});

test('names come back to their places, before those that were given meanwhile', async () => {
  const random = randomNumbers(30);
  const given = ['shop:1', 'shop:2', 'shop:3', 'shop:4', 'shop:5'];
  for (let round = 0; round < 12; round++) {
    const store = await openStore();
    await load(store, await temporaryFile(dockerArchive([{ names: given, layers: [{ files: [] }] }])));
    const image = await theOnly(store);
    const going = given.filter(() => random(2) === 0).slice(0, 4);
    if (going.length === 0) continue;
    const { trash } = await kept(store, { images: [], names: going });
    await tagImage(store, image.id, 'shop:new');
    expect(await undoCleanUp(store, trash ?? '')).toBe(true);
    expect((await theOnly(store)).names).toEqual([...given, 'shop:new']);
  }
});

test('a name that was taken away, or came to another image, is given back to its place', async () => {
  const random = randomNumbers(31);
  const given = ['shop:1', 'localhost/shop:1', 'shop:2', 'shop:3'];
  for (let round = 0; round < 6; round++) {
    const store = await openStore();
    await load(store, await temporaryFile(dockerArchive([{ names: given, layers: [{ files: [] }] }])));
    const { id, names } = await theOnly(store);
    const name = names[random(names.length)] ?? '';
    await untagImage(store, name);
    await tagImage(store, id, 'shop:new');
    await tagImage(store, id, name, null, names);
    expect((await theOnly(store)).names).toEqual([...names, 'shop:new']);
  }
});
