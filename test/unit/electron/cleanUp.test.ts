import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanUp, collectGarbage, listCleanUp, undoCleanUp } from '../../../electron/actions/upkeep/cleanUp';
import { previewRemove, removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagImage, untagImage } from '../../../electron/actions/images/tagImages';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, quietRun, type TestStore } from '../../setup/temporary';
import { blobBytes } from '../../setup/windowTools';

const run = quietRun();
const base = { files: [{ path: 'base', content: Buffer.alloc(5000, 1) }] };
const layer = (name: string, size: number) => ({
  files: [{ path: name, content: Buffer.alloc(size, name) }],
});

/** Two tags of one repository on a base, and a dangling image beside them. */
async function filled(): Promise<TestStore> {
  const store = await openStore();
  await load(
    store,
    dockerArchive([
      { names: ['shop:1'], layers: [base, layer('one', 3000)], created: '2026-01-01T00:00:00Z' },
      { names: ['shop:2'], layers: [base, layer('two', 4000)], created: '2026-02-01T00:00:00Z' },
      { names: [], layers: [base, layer('lost', 6000)], created: '2026-01-15T00:00:00Z' },
    ]),
  );
  return store;
}

const nothingElse = { unpacked: false, interrupted: false };
const graphOf = async (store: TestStore) => (await readStoreView(store)).graph;
const dangling = async (store: TestStore) => {
  const image = (await graphOf(store)).images.find(({ names }) => names.length === 0);
  if (!image) throw new Error('no dangling image');
  return image;
};

test('what is removed keeps its bytes until the collector runs, which frees exactly what was said', async () => {
  const store = await filled();
  const { id } = await dangling(store);
  const { freedBytes } = await previewRemove(store, { images: [id], names: [] });
  const before = await blobBytes(store.directory);
  await cleanUp(store, { images: [id], ...nothingElse }, run);
  expect((await graphOf(store)).images).toHaveLength(2);
  expect(await blobBytes(store.directory)).toBe(before);
  expect((await collectGarbage(store)).freedBytes).toBe(freedBytes);
  expect(await blobBytes(store.directory)).toBe(before - freedBytes);
  expect(await readdir(store.directory)).not.toContain('trash.json');
});

test('undo brings names and images back as they were', async () => {
  const store = await filled();
  const before = await graphOf(store);
  const { trash } = await cleanUp(store, { images: before.images.map(({ id }) => id), ...nothingElse }, run);
  expect((await graphOf(store)).images).toEqual([]);
  // A delete in between frees nothing of what can be put back.
  await removeImages(store, { images: [], names: [] }, run);
  expect(await undoCleanUp(store, trash ?? '')).toBe(true);
  const after = await graphOf(store);
  expect({ ...after, revision: '' }).toEqual({ ...before, revision: '' });
  expect(await undoCleanUp(store, trash ?? '')).toBe(false);
});

test('a name that was given away meanwhile stays with its new image', async () => {
  const store = await filled();
  const [one, two] = (await graphOf(store)).images.filter(({ names }) => names.length > 0);
  if (!one || !two) throw new Error('two images');
  const { trash } = await cleanUp(store, { images: [one.id], ...nothingElse }, run);
  await tagImage(store, two.id, 'shop:1');
  await undoCleanUp(store, trash ?? '');
  const names = new Map((await graphOf(store)).images.map(({ id, names: all }) => [id, all]));
  expect(names.get(two.id)).toEqual(['shop:2', 'shop:1']);
  expect(names.get(one.id)).toEqual([]);
});

test('what can be put back counts as a holder: a preview beside it stays exact', async () => {
  const store = await filled();
  const images = (await graphOf(store)).images;
  const [first, ...others] = images.map(({ id }) => id);
  await cleanUp(store, { images: others, ...nothingElse }, run);
  const selection = { images: first === undefined ? [] : [first], names: [] };
  const { freedBytes, keptBytes } = await previewRemove(store, selection);
  expect(keptBytes).toBeGreaterThan(5000);
  const before = await blobBytes(store.directory);
  expect((await removeImages(store, selection, run)).freedBytes).toBe(freedBytes);
  expect(before - (await blobBytes(store.directory))).toBe(freedBytes);
});

test('the list says why an image may go, and finds what an interrupted load left', async () => {
  const store = await filled();
  const { candidates, trash } = await listCleanUp(store);
  const graph = await graphOf(store);
  const reasonOf = new Map<string, string>(candidates.map(({ id, reason }) => [id, reason]));
  const byName = new Map(graph.images.map((image) => [image.names[0] ?? '', image.id]));
  expect(reasonOf.get(byName.get('shop:1') ?? '')).toBe('superseded');
  expect(reasonOf.get(byName.get('') ?? '')).toBe('dangling');
  expect(reasonOf.has(byName.get('shop:2') ?? '')).toBe(false);
  expect(candidates.find(({ reason }) => reason === 'dangling')?.suggested).toBe(true);
  // It was used (loaded) a moment ago: nothing is ticked for the person.
  expect(candidates.find(({ reason }) => reason === 'superseded')?.suggested).toBe(false);
  expect(trash).toEqual([]);
});

test('a file that is no trash of ours frees nothing that is listed and breaks nothing', async () => {
  const store = await filled();
  const { writeFile } = await import('node:fs/promises');
  await writeFile(
    join(store.directory, 'trash.json'),
    '{"entries":[{"id":1},"x",{"id":"a","removedAt":1,"roots":[{}]}]}',
  );
  expect(await store.store.readTrash()).toEqual([]);
  expect((await collectGarbage(store)).freedBytes).toBe(0);
  expect((await graphOf(store)).images).toHaveLength(3);
});

test('of a dangling image nothing is said that nobody knows: another that shares its layers did not take its place', async () => {
  const store = await openStore();
  const jvm = layer('jvm', 3000);
  await load(
    store,
    dockerArchive([
      {
        names: ['bitnami/kafka:3.9.0'],
        layers: [base, jvm, layer('kafka', 900)],
        created: '2026-01-01T00:00:00Z',
      },
      {
        names: ['mirror/kafka-connect:3.9.0'],
        layers: [base, jvm, layer('connect', 800)],
        created: '2026-01-02T00:00:00Z',
      },
      { names: ['shop:1'], layers: [base, layer('one', 700)], created: '2026-01-02T00:00:00Z' },
      { names: [], layers: [base, layer('one', 700)], created: '2026-01-01T00:00:00Z' },
    ]),
  );
  await untagImage(store, 'bitnami/kafka:3.9.0');
  const { images } = await graphOf(store);
  const { candidates } = await listCleanUp(store);
  const others = candidates
    .filter(({ reason }) => reason === 'dangling')
    .map(({ id, other }) => [
      images.find((image) => image.id === id)?.layers.length,
      images.find((image) => image.id === other)?.names[0] ?? null,
    ]);
  expect(new Map(others as [number, string | null][])).toEqual(
    new Map([
      [3, null],
      [2, 'shop:1'],
    ]),
  );
});
