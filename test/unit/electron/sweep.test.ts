import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ImageStore, Ingest } from '../../../electron/store/contentStore';
import { newOwner } from '../../../electron/store/owner';
import type { OciDescriptor, OciIndex } from '../../../shared/image/manifest';
import { buildImage, type BuiltImage } from '../../setup/imageBuilder';
import { blobsOnDisk, expectSoundStore, openStore, refusedUnchanged } from '../../setup/temporary';

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

const drop =
  (built: BuiltImage) =>
  (index: OciIndex): OciIndex => ({
    ...index,
    manifests: index.manifests.filter(({ digest }) => digest !== built.manifestDigest),
  });

async function addImage(store: ImageStore, built: BuiltImage): Promise<void> {
  const ingest = await store.beginIngest();
  await stage(ingest, built);
  await ingest.commit(add(built));
  await ingest.abort();
}

describe('leases', () => {
  test('keep a blob from a sweep at the same moment', async () => {
    const { store, directory } = await openStore();
    await addImage(store, image);
    const ingest = await store.beginIngest();
    const layer = image.layers[0];
    if (!layer) throw new Error('no layer');
    expect(await ingest.lease(layer.digest)).toBe(true);
    const { freedBlobs, freedBytes } = await store.updateAndSweep(drop(image));
    expect([...freedBlobs].sort()).toEqual([image.id, image.manifestDigest].sort());
    expect(freedBytes).toBe(image.config.length + image.manifest.length);
    await stage(ingest, twin);
    await ingest.commit(add(twin));
    await ingest.abort();
    expect((await store.closureOf(rootOf(twin))).size).toBe(4);
    await expectSoundStore(directory);
  });

  test('bring a blob back that was deleted all the same', async () => {
    const { store, directory } = await openStore();
    await addImage(store, image);
    const ingest = await store.beginIngest();
    await stage(ingest, twin);
    for (const digest of (await blobsOnDisk(directory)).keys())
      await rm(join(directory, 'blobs', 'sha256', digest.slice(7)));
    await ingest.commit(add(twin));
    await ingest.abort();
    for (const { digest, blob } of twin.layers) expect(await store.sizeOf(digest)).toBe(blob.length);
  });

  test('of what the store has not are refused', async () => {
    const { store } = await openStore();
    const ingest = await store.beginIngest();
    expect(await ingest.lease(image.id)).toBe(false);
    expect(ingest.holds(image.id)).toBe(false);
    await ingest.abort();
  });

  test('of an ingest that was given up hold nothing any more', async () => {
    const { store, directory } = await openStore();
    await addImage(store, image);
    const ingest = await store.beginIngest();
    await stage(ingest, image);
    await ingest.abort();
    await store.updateAndSweep(drop(image));
    expect((await blobsOnDisk(directory)).size).toBe(0);
  });
});

describe('a sweep', () => {
  test('frees exactly what no descriptor reaches', async () => {
    const { store, directory } = await openStore();
    await addImage(store, image);
    await addImage(store, twin);
    const before = await blobsOnDisk(directory);
    const { freedBytes, freedBlobs } = await store.updateAndSweep(drop(twin));
    const after = await blobsOnDisk(directory);
    expect([...freedBlobs].sort()).toEqual([...before.keys()].filter((digest) => !after.has(digest)));
    const total = (blobs: ReadonlyMap<string, number>): number =>
      [...blobs.values()].reduce((sum, size) => sum + size, 0);
    expect(freedBytes).toBe(total(before) - total(after));
    expect([...after.keys()]).toEqual([...(await store.closureOf(rootOf(image))).keys()].sort());
  });

  test('that is cancelled before it began changes nothing', async () => {
    const context = await openStore();
    await addImage(context.store, image);
    await refusedUnchanged(
      context,
      () => context.store.updateAndSweep(drop(image), AbortSignal.abort()),
      'cancelled',
    );
  });

  test('removes ingest folders of dead processes and leaves those of living ones', async () => {
    const { store, directory } = await openStore();
    const folder = async (name: string, owner: object): Promise<void> => {
      await mkdir(join(directory, 'ingest', name, 'leases'), { recursive: true });
      await writeFile(join(directory, 'ingest', name, 'owner'), JSON.stringify(owner));
    };
    await folder('dead', { ...newOwner(), pid: 0x3fffff, start: '1' });
    await folder('reused-number', { ...newOwner(), start: '1' });
    await folder('elsewhere', { ...newOwner(), host: 'another-machine' });
    await folder('elsewhere-of-the-same-name', { ...newOwner(), boot: 'another', machine: 'other' });
    await folder('alive', newOwner());
    await store.updateAndSweep((index) => index);
    expect((await readdir(join(directory, 'ingest'))).sort()).toEqual([
      'alive',
      'elsewhere',
      'elsewhere-of-the-same-name',
    ]);
  });

  test('leaves files that are no blobs alone', async () => {
    const { store, directory } = await openStore();
    await writeFile(join(directory, 'blobs', 'sha256', 'README'), 'mine');
    await store.updateAndSweep((index) => index);
    expect(await readdir(join(directory, 'blobs', 'sha256'))).toEqual(['README']);
  });
});
