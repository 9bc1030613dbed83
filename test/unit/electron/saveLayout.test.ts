import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  load,
  openStore,
  problemFacts,
  quietRun,
  snapshotDirectory,
  temporaryFolder,
} from '../../setup/temporary';

const base = { files: [{ path: 'etc/os', content: noise(3000) }] };
const specs: readonly ImageSpec[] = [
  { names: ['shop:1'], layers: [base, { files: [{ path: 'a', content: noise(2000, 1) }] }] },
  { names: ['shop:2', 'shop:latest'], layers: [base, { gzip: true, files: [{ path: 'b', content: 'b' }] }] },
  { names: ['other:1'], layers: [{ files: [{ path: 'c', content: noise(9000, 2) }] }] },
];

describe('an image layout in a folder', () => {
  test('holds exactly what the images need, and loads as the same images', async () => {
    const context = await openStore();
    await load(context, ociArchive(specs));
    const target = join(await temporaryFolder(), 'layout');
    const what = ['shop:1', 'shop:2', 'shop:latest'];
    const saved = await saveLayout(context, { what, target }, quietRun());
    expect((await readdir(target)).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
    const stored = await blobsOnDisk(context.directory);
    const written = await blobsOnDisk(target);
    for (const [digest, size] of written) expect(stored.get(digest)).toBe(size);
    expect(saved).toMatchObject({ images: 2, layers: 3, file: 'layout' });
    const again = await openStore();
    await load(again, target);
    const images = async (store: typeof context): Promise<unknown> =>
      (await readStoreView(store)).graph.images
        .map(({ id, names }) => [id, names])
        .filter(([, names]) => names?.includes('other:1') !== true)
        .sort();
    expect(await images(again)).toEqual(await images(context));
    expect((await blobsOnDisk(again.directory)).size).toBe(written.size);
  });

  test('takes the place of an empty folder, and of nothing else', async () => {
    const context = await openStore();
    await load(context, ociArchive(specs));
    const folder = await temporaryFolder();
    const target = join(folder, 'layout');
    await mkdir(target);
    await saveLayout(context, { what: ['shop:1'], target }, quietRun());
    const full = join(folder, 'full');
    await mkdir(full);
    await writeFile(join(full, 'theirs'), '');
    const before = await snapshotDirectory(folder);
    const again = saveLayout(context, { what: ['shop:2'], target: full }, quietRun());
    expect((await problemFacts(again, 'file-unwritable')).reason).toBe('ENOTEMPTY');
    await writeFile(join(folder, 'file'), '');
    const over = saveLayout(context, { what: ['shop:2'], target: join(folder, 'file') }, quietRun());
    await problemFacts(over, 'file-unwritable');
    const inside = saveLayout(
      context,
      { what: ['shop:2'], target: join(context.directory, 'x') },
      quietRun(),
    );
    await problemFacts(inside, 'target-in-store');
    expect([...(await snapshotDirectory(folder)).keys()].filter((path) => path !== 'file')).toEqual([
      ...before.keys(),
    ]);
  });

  test('is not there after a cancel or with a blob whose bytes have changed', async () => {
    const context = await openStore();
    await load(context, ociArchive(specs));
    const folder = await temporaryFolder();
    const target = join(folder, 'layout');
    const abort = new AbortController();
    const run = quietRun(abort.signal, ({ done }) => {
      if (done > 0) abort.abort();
    });
    await problemFacts(saveLayout(context, { what: ['shop:1'], target }, run), 'cancelled');
    const { graph } = await readStoreView(context);
    const layer = graph.layers.find(({ imageCount }) => imageCount === 2)?.blobs[0]?.digest ?? '';
    const blob = join(context.directory, 'blobs', 'sha256', layer.slice(7));
    const bytes = await readFile(blob);
    bytes[700] = (bytes[700] ?? 0) ^ 1;
    await writeFile(blob, bytes);
    await problemFacts(saveLayout(context, { what: ['shop:1'], target }, quietRun()), 'blob-damaged');
    await appendFile(blob, 'x');
    await expect(saveLayout(context, { what: ['shop:2'], target }, quietRun())).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});
