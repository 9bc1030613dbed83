import {
  existsSync,
  lutimesSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { findMount } from '../../../electron/actions/trees/mounts';
import type { ImageId } from '../../../shared/image/digest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { fromSealedJson, toSealedJson } from '../../../electron/store/seal';
import { buildImage, dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { openStore, problemFacts, quietRun, storeOf, type TestStore } from '../../setup/temporary';

const spec: ImageSpec = {
  names: ['x:1'],
  layers: [
    {
      files: [
        { path: 'a', content: 'right\n' },
        { path: 'd/b', content: 'deep\n' },
      ],
    },
  ],
};
const layer = buildImage(spec).layers[0];
const hex = layer?.diffId.slice(7) ?? '';

afterEach(() => {
  delete process.env['STRATIGRAPH_LAYERS'];
});

/** What a mount of the image shows, by a process of its own. */
async function shown(directory: string): Promise<string> {
  const context = await openStore(directory);
  const [image] = (await readStoreView(context)).graph.images;
  if (!image) throw new Error('no image');
  const { id } = await mountImage(context, { image: image.id, target: null, kept: false }, quietRun());
  const { target } = await findMount(context, id);
  try {
    return readFileSync(join((await context.privileged()).reach(target), 'a'), 'utf8');
  } finally {
    await unmountImage(context, id);
  }
}

const staleCaches = async (context: TestStore): Promise<readonly string[]> =>
  (await fsck(await openStore(context.directory), { repair: false }, quietRun())).staleCaches;

describe.skipIf(process.geteuid?.() !== 0)('a layer that somebody wrote to after it was made ready', () => {
  const place = (context: TestStore, ...parts: string[]): string =>
    join(context.directory, 'cache', 'layers', 'root', hex, ...parts);

  test('unpacked: contents, also under the old size and time, a new name, a folder exchanged for a link', async () => {
    process.env['STRATIGRAPH_LAYERS'] = 'files';
    const context = await storeOf(dockerArchive([spec]));
    expect(await shown(context.directory)).toBe('right\n');
    expect(await staleCaches(context)).toEqual([]);
    const changes: readonly (() => void)[] = [
      () => writeFileSync(place(context, 'fs', 'a'), 'LIE-IN-CACHE'),
      () => {
        const { atime, mtime } = statSync(place(context, 'fs', 'a'));
        writeFileSync(place(context, 'fs', 'a'), 'wrong\n');
        lutimesSync(place(context, 'fs', 'a'), atime, mtime);
      },
      () => writeFileSync(place(context, 'fs', 'd', 'new'), ''),
      () => {
        rmSync(place(context, 'fs'), { recursive: true });
        symlinkSync('/', place(context, 'fs'));
      },
      () =>
        writeFileSync(
          place(context, 'layer.json'),
          readFileSync(place(context, 'layer.json'), 'utf8').replace('"files"', '"image"'),
        ),
      () => rmSync(place(context, 'layer.json')),
      // As versions before wrote it: by other rules the same tar came to another tree.
      () => {
        const path = place(context, 'layer.json');
        const record = fromSealedJson('layer', readFileSync(path, 'utf8')) as Record<string, unknown>;
        delete record['rules'];
        writeFileSync(path, toSealedJson('layer', record));
      },
    ];
    for (const change of changes) {
      change();
      expect(await staleCaches(context)).toEqual([`cache/layers/root/${hex}`]);
      expect(await shown(context.directory)).toBe('right\n');
      expect(readdirSync(place(context, 'fs'))).toEqual(['a', 'd']);
      expect(await staleCaches(context)).toEqual([]);
    }
    writeFileSync(place(context, 'fs', 'a'), 'again');
    await fsck(await openStore(context.directory), { repair: true }, quietRun());
    expect(existsSync(place(context))).toBe(false);
  });

  test('as an image: the image itself, and the plain blob that it points into', async () => {
    const context = await storeOf(dockerArchive([spec]));
    expect(await shown(context.directory)).toBe('right\n');
    if (!existsSync(place(context, 'image'))) return;
    const image = readFileSync(place(context, 'image'));
    writeFileSync(place(context, 'image'), Buffer.alloc(image.length));
    expect(await staleCaches(context)).toEqual([`cache/layers/root/${hex}`]);
    expect(await shown(context.directory)).toBe('right\n');
    const blob = context.store.pathOf(layer?.digest ?? ('' as never));
    const bytes = readFileSync(blob);
    rmSync(blob);
    writeFileSync(blob, Buffer.from(bytes.toString('latin1').replace('right', 'wrong'), 'latin1'));
    await problemFacts(shown(context.directory), 'blob-damaged');
  });

  test('mounted many times at once: it is made again once, for all', async () => {
    process.env['STRATIGRAPH_LAYERS'] = 'files';
    const context = await storeOf(dockerArchive([spec]));
    await shown(context.directory);
    const [image] = (await readStoreView(context)).graph.images;
    const what = { image: image?.id as ImageId, target: null, kept: false };
    const first = await mountImage(context, what, quietRun());
    writeFileSync(place(context, 'fs', 'a'), 'LIE-IN-CACHE');
    const mounts = await Promise.all(Array.from({ length: 12 }, () => mountImage(context, what, quietRun())));
    for (const { path } of mounts) expect(readFileSync(join(path, 'a'), 'utf8')).toBe('right\n');
    const layers = readdirSync(place(context, '..')).filter((name) => name.startsWith(hex));
    expect(layers).toHaveLength(2);
    for (const { id } of [first, ...mounts]) await unmountImage(context, id);
  });

  test('while a mount shows it: that mount stays, the next one is right', async () => {
    process.env['STRATIGRAPH_LAYERS'] = 'files';
    const context = await storeOf(dockerArchive([spec]));
    const [image] = (await readStoreView(context)).graph.images;
    if (!image) throw new Error('no image');
    const { id } = await mountImage(context, { image: image.id, target: null, kept: false }, quietRun());
    const { target } = await findMount(context, id);
    writeFileSync(place(context, 'fs', 'd', 'b'), 'changed');
    expect(await shown(context.directory)).toBe('right\n');
    expect(readdirSync(target)).toEqual(['a', 'd']);
    await unmountImage(context, id);
  });
});
