import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compareFiles, type FileComparison } from '../../../electron/actions/inside/compareFiles';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { removeImages } from '../../../electron/actions/images/removeImages';
import type { ImageId } from '../../../shared/image/digest';
import { ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { pairImages } from '../../setup/pairImages';
import { load, openStore, problemFacts, quietRun, type TestStore } from '../../setup/temporary';

const hashesOf = (context: TestStore): Promise<readonly string[]> =>
  readdir(join(context.store.directory, 'cache', 'contents', 'sha256')).catch(() => []);

async function idOf(context: TestStore, name: string): Promise<ImageId> {
  const { graph } = await readStoreView(context);
  const image = graph.images.find(({ names }) => names.includes(name));
  if (!image) throw new Error(name);
  return image.id;
}

async function compare(
  context: TestStore,
  names: readonly [string, string],
  contents: boolean,
  run = quietRun(),
): Promise<FileComparison> {
  const [first, second] = [await idOf(context, names[0]), await idOf(context, names[1])];
  return compareFiles(context, { first, second, contents }, run);
}

const listed = ({ differences }: FileComparison): readonly string[] =>
  differences.map(({ kind, path, aspects }) =>
    `${kind} ${path} ${aspects.filter((aspect) => aspect !== 'times').join(',')}`.trim(),
  );

const packed = (images: readonly ImageSpec[]): readonly ImageSpec[] =>
  images.map((image) => ({ ...image, layers: image.layers.map((layer) => ({ ...layer, gzip: true })) }));

const expected = [
  'removed etc/hosts',
  'changed srv/app.js content',
  'changed srv/current target',
  'added srv/new.js',
  'removed srv/old.js',
  'changed srv/run.sh mode',
  // Directories that no layer lists are in the tree all the same.
  'removed var',
  'removed var/cache',
  'removed var/cache/apt.bin',
];

describe.each([
  ['plain', pairImages],
  ['in gzip', packed(pairImages)],
])('files of two images, layers %s', (_form, images) => {
  test('are compared by the indexes alone; contents when asked for, once', async () => {
    const context = await openStore();
    await load(context, ociArchive(images));
    const pair = ['till:1.0', 'till:1.1'] as const;
    const quick = await compare(context, pair, false);
    expect(listed(quick)).toEqual([
      ...expected.slice(0, 1),
      'changed srv/app.js unread',
      ...expected.slice(2, 5),
      'changed srv/run.sh unread,mode',
      'changed srv/vendor.js unread',
      ...expected.slice(6),
    ]);
    expect(quick.unread.paths).toBe(3);
    expect(quick.bytesToRead).toBeGreaterThan(0);
    expect(await hashesOf(context)).toEqual([]);
    let reported = 0;
    const run = { ...quietRun(), report: ({ done }: { done: number }) => (reported = done) };
    const whole = await compare(context, pair, true, run);
    expect(listed(whole)).toEqual(expected);
    expect(whole).toMatchObject({ timesOnly: 1, unread: { paths: 0 }, bytesToRead: 0 });
    expect(reported).toBe(quick.bytesToRead);
    // Only the two layers that had to be read were; the quick look knows now, too.
    expect(await hashesOf(context)).toHaveLength(2);
    expect(listed(await compare(context, pair, false))).toEqual(expected);
  });
});

describe('hashes of files', () => {
  test('leave nothing after a cancel, go with their layer, and are made again when they are damaged', async () => {
    const context = await openStore();
    await load(context, ociArchive(pairImages));
    const pair = ['till:1.0', 'till:1.1'] as const;
    const stop = new AbortController();
    const run = { signal: stop.signal, report: ({ layers }: { layers?: number }) => layers && stop.abort() };
    await expect(compare(context, pair, true, run)).rejects.toMatchObject({ problem: { code: 'cancelled' } });
    expect((await hashesOf(context)).filter((name) => name.includes('.'))).toEqual([]);
    await compare(context, pair, true);
    const [name = ''] = await hashesOf(context);
    const path = join(context.store.directory, 'cache', 'contents', 'sha256', name);
    await writeFile(path, (await readFile(path)).subarray(0, 300));
    expect((await compare(context, pair, false)).bytesToRead).toBeGreaterThan(0);
    expect(listed(await compare(context, pair, true))).toEqual(expected);
    const images = [await idOf(context, 'till:1.0'), await idOf(context, 'till:1.1')];
    await removeImages(context, { images, names: [] }, quietRun());
    expect(await hashesOf(context)).toEqual([]);
  });

  test('are never made of a blob that is damaged', async () => {
    const context = await openStore();
    await load(context, ociArchive(pairImages));
    const { graph } = await readStoreView(context);
    const layer = graph.layers.find(
      ({ createdBy, imageCount }) => createdBy.startsWith('COPY src') && imageCount === 1,
    );
    const [blob] = layer?.blobs ?? [];
    if (!blob) throw new Error('no layer');
    const path = context.store.pathOf(blob.digest);
    const bytes = await readFile(path);
    bytes[2000] = (bytes[2000] ?? 0) ^ 1;
    await rm(path);
    await writeFile(path, bytes);
    const facts = await problemFacts(compare(context, ['till:1.0', 'till:1.1'], true), 'blob-damaged');
    expect(facts.digest).toBe(blob.digest);
    expect((await hashesOf(context)).filter((name) => name.startsWith(blob.digest.slice(7)))).toEqual([]);
  });
});
