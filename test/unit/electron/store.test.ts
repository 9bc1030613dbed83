import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { trashPath } from '../../../electron/store/trash';
import type { ImageStore, Ingest } from '../../../electron/store/contentStore';
import type { OciDescriptor, OciIndex } from '../../../shared/image/manifest';
import { buildImage, type BuiltImage } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  openStore,
  problemFacts,
  refusedUnchanged,
  snapshotDirectory,
} from '../../setup/temporary';

const image = buildImage({ names: [], layers: [{ files: [{ path: 'a', content: 'a' }] }] });
const twin = buildImage({
  names: [],
  layers: [{ files: [{ path: 'a', content: 'a' }] }, { files: [{ path: 'b', content: 'b' }] }],
});

function rootOf({ manifestDigest, manifest }: BuiltImage): OciDescriptor {
  return {
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    digest: manifestDigest,
    size: manifest.length,
  };
}

async function stage(ingest: Ingest, { config, manifest, layers }: BuiltImage): Promise<void> {
  for (const bytes of [...layers.map(({ blob }) => blob), config, manifest]) await ingest.put(bytes);
}

const add =
  (built: BuiltImage) =>
  (index: OciIndex): OciIndex => ({ ...index, manifests: [...index.manifests, rootOf(built)] });

async function addImage(store: ImageStore, built: BuiltImage): Promise<void> {
  const ingest = await store.beginIngest();
  await stage(ingest, built);
  await ingest.commit(add(built));
  await ingest.abort();
}

describe('a new store', () => {
  test('is an empty OCI image layout that only its owner can read', async () => {
    const { directory } = await openStore();
    expect(await readFile(join(directory, 'oci-layout'), 'utf8')).toBe('{"imageLayoutVersion":"1.0.0"}\n');
    expect(JSON.parse(await readFile(join(directory, 'index.json'), 'utf8'))).toEqual({
      schemaVersion: 2,
      manifests: [],
    });
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  test('opened again is the same, byte for byte', async () => {
    const { store, directory } = await openStore();
    await addImage(store, image);
    const before = await snapshotDirectory(directory);
    await openStore(directory);
    expect(await snapshotDirectory(directory)).toEqual(before);
  });

  test.each([
    ['another version', 'oci-layout', '{"imageLayoutVersion":"2.0.0"}'],
    ['no JSON', 'oci-layout', 'layout'],
  ])('a layout of %s is refused', async (_what, file, text) => {
    const { directory } = await openStore();
    await writeFile(join(directory, file), text);
    await problemFacts(openStore(directory), 'store-invalid');
  });

  test('a damaged index.json is said to be damaged and left alone', async () => {
    const context = await openStore();
    await writeFile(join(context.directory, 'index.json'), '{"schemaVersion":2,');
    await refusedUnchanged(context, () => context.store.readIndex(), 'store-invalid');
    await refusedUnchanged(context, () => context.store.updateAndSweep(add(image)), 'store-invalid');
  });
});

describe('an ingest', () => {
  test('shows nothing before its commit, everything after it', async () => {
    const { store, directory } = await openStore();
    const ingest = await store.beginIngest();
    await stage(ingest, image);
    expect((await blobsOnDisk(directory)).size).toBe(0);
    expect((await store.readIndex()).index.manifests).toEqual([]);
    const result = await ingest.commit(add(image));
    await ingest.abort();
    const blobs = await blobsOnDisk(directory);
    expect([...result.newBlobs].sort()).toEqual([...blobs.keys()]);
    expect(result.addedBytes).toBe([...blobs.values()].reduce((sum, size) => sum + size, 0));
    expect((await store.readIndex()).index.manifests).toEqual([rootOf(image)]);
    expect((await store.readIndex()).revision).toBe(result.revision);
    await expectSoundStore(directory);
  });

  test('makes blobs that nobody can write', async () => {
    const { store } = await openStore();
    await addImage(store, image);
    expect((await stat(store.pathOf(image.id))).mode & 0o777).toBe(0o444);
  });

  test('that is given up leaves nothing', async () => {
    const { store, directory } = await openStore();
    const before = await snapshotDirectory(directory);
    const ingest = await store.beginIngest();
    await stage(ingest, image);
    await ingest.abort();
    expect(await snapshotDirectory(directory)).toEqual(before);
    await ingest.abort();
  });

  test('whose change fails takes its blobs back out', async () => {
    const { store, directory } = await openStore();
    const before = await snapshotDirectory(directory);
    const ingest = await store.beginIngest();
    await stage(ingest, image);
    await expect(
      ingest.commit(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await ingest.abort();
    expect(await snapshotDirectory(directory)).toEqual(before);
  });

  test('whose change fails takes the indexes of its layers back out, too', async () => {
    const { store, directory } = await openStore();
    const before = await snapshotDirectory(directory);
    const ingest = await store.beginIngest();
    const layer = image.layers[0];
    if (!layer) throw new Error('no layer');
    const [path, index] = [ingest.newPath('blob'), ingest.newPath('index')];
    await writeFile(path, layer.blob);
    await writeFile(index, 'an index');
    const { digest, diffId, tar } = layer;
    const size = layer.blob.length;
    const counts = { tarSize: tar.length, contentSize: 1, entries: 1 };
    const facts = { digest, size, compression: 'none', diffId, ...counts } as const;
    await ingest.adopt({ path, digest, size, index: { path: index, facts } });
    await expect(
      ingest.commit(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await ingest.abort();
    expect(await snapshotDirectory(directory)).toEqual(before);
  });

  test('adds only what the store has not', async () => {
    const { store, directory } = await openStore();
    await addImage(store, image);
    const before = await blobsOnDisk(directory);
    const ingest = await store.beginIngest();
    await stage(ingest, twin);
    const { newBlobs } = await ingest.commit(add(twin));
    await ingest.abort();
    const after = await blobsOnDisk(directory);
    expect([...newBlobs].sort()).toEqual([...after.keys()].filter((digest) => !before.has(digest)));
    expect(newBlobs).not.toContain(image.layers[0]?.digest);
  });

  test('adopts one digest once, whoever staged it', async () => {
    const { store, directory } = await openStore();
    const ingest = await store.beginIngest();
    const layer = image.layers[0];
    if (!layer) throw new Error('no layer');
    for (let i = 0; i < 2; i++) {
      const path = ingest.newPath('blob');
      await writeFile(path, layer.blob);
      await ingest.adopt({ path, digest: layer.digest, size: layer.blob.length, index: null });
    }
    expect(ingest.holds(layer.digest)).toBe(true);
    const { newBlobs } = await ingest.commit((index) => index);
    expect(newBlobs).toEqual([layer.digest]);
    await ingest.abort();
    await expectSoundStore(directory);
  });

  test('has its paths within its own folder, whatever the label', async () => {
    const { store, directory } = await openStore();
    const ingest = await store.beginIngest();
    const path = ingest.newPath('../../../evil/\0name');
    expect(path.startsWith(join(directory, 'ingest'))).toBe(true);
    expect(path.slice(join(directory, 'ingest').length + 1).split('/')).toHaveLength(2);
    await ingest.abort();
  });
});

describe('documents', () => {
  test('are read with their digest verified', async () => {
    const { store: writer, directory } = await openStore();
    await addImage(writer, image);
    // The one that wrote them has them still.
    const { store } = await openStore(directory);
    expect(Buffer.from(await store.readDocument(image.id))).toEqual(image.config);
    const file = join(directory, 'blobs', 'sha256', image.manifestDigest.slice(7));
    await rm(file);
    await problemFacts(store.readDocument(image.manifestDigest), 'blob-damaged');
    await writeFile(file, String(image.manifest).replace('2', '3'));
    await problemFacts(store.readDocument(image.manifestDigest), 'blob-damaged');
  });

  test('longer than asked for are not read', async () => {
    const { store } = await openStore();
    await addImage(store, image);
    await problemFacts(store.readDocument(image.id, image.config.length - 1), 'limit-exceeded');
  });
});

describe('index.json', () => {
  test('keeps members that we do not know when it is replaced', async () => {
    const { store, directory } = await openStore();
    await addImage(store, image);
    const file = join(directory, 'index.json');
    const index = JSON.parse(await readFile(file, 'utf8')) as { manifests: Record<string, unknown>[] };
    Object.assign(index, { 'x-mine': { a: 1 }, annotations: { who: 'me' } });
    Object.assign(index.manifests[0] ?? {}, { urls: ['https://example.com/x'], 'x-also': [1] });
    await writeFile(file, JSON.stringify(index));
    await addImage(store, twin);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      ...index,
      manifests: [index.manifests[0], rootOf(twin)],
    });
  });

  test('is not written when nothing changes', async () => {
    const { store, directory } = await openStore();
    const file = join(directory, 'index.json');
    const { ino } = await stat(file);
    await store.updateIndex((index) => index);
    expect((await stat(file)).ino).toBe(ino);
  });

  test('loses no change when many are made at once', async () => {
    const { store } = await openStore();
    const names = Array.from({ length: 20 }, (_, i) => `n${i}`);
    await Promise.all(
      names.map((name) =>
        store.updateIndex((index) => ({
          ...index,
          manifests: [...index.manifests, { ...rootOf(image), annotations: { name } }],
        })),
      ),
    );
    const { index } = await store.readIndex();
    expect(index.manifests.map(({ annotations }) => annotations?.['name']).sort()).toEqual(names.sort());
  });

  test('tells those who watch when it changes', async () => {
    const { store } = await openStore();
    const told = await new Promise<boolean>((resolve) => {
      const stop = store.watch(() => {
        stop();
        resolve(true);
      });
      void store.updateIndex(add(image));
    });
    expect(told).toBe(true);
  });

  test("tells them, too, when what can be put back goes: bytes that it kept are somebody's own then", async () => {
    const { store, directory } = await openStore();
    const path = trashPath(directory);
    await writeFile(path, '{}');
    const told = await new Promise<boolean>((resolve) => {
      const stop = store.watch(() => {
        stop();
        resolve(true);
      });
      void rm(path);
    });
    expect(told).toBe(true);
  });
});
