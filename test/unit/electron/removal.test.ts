import { describe, expect, test } from 'vitest';
import { previewPrune, pruneImages } from '../../../electron/actions/images/pruneImages';
import { previewRemove, removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { parseImageId } from '../../../shared/image/digest';
import type { RemovalSelection } from '../../../shared/graph/sharing';
import { buildImage, dockerArchive, ociArchive } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  quietRun,
  refusedUnchanged,
  snapshotDirectory,
  type TestStore,
} from '../../setup/temporary';
import { all, filled, idDangling, idOne, idTwo, namesOf, one } from './shopStore';

describe('remove', () => {
  /** Looks at the preview, removes, and holds one to the other and to the disk. */
  async function removeAsPreviewed(context: TestStore, selection: RemovalSelection): Promise<void> {
    const before = await blobsOnDisk(context.directory);
    const snapshot = await snapshotDirectory(context.directory);
    const preview = await previewRemove(context, selection);
    expect(await snapshotDirectory(context.directory)).toEqual(snapshot);
    const result = await removeImages(context, selection, quietRun());
    const after = await blobsOnDisk(context.directory);
    const freed = [...before].filter(([digest]) => !after.has(digest));
    const bytes = freed.reduce((sum, [, size]) => sum + size, 0);
    expect(preview).toMatchObject({ freedBytes: bytes, freedBlobs: freed.length });
    expect(result.freedBytes).toBe(bytes);
    expect(result.removed).toEqual(preview.images.map(({ id }) => id));
    expect([...result.untagged].sort()).toEqual(
      [...preview.untagged, ...preview.images.flatMap(({ names }) => names)].sort(),
    );
    await expectSoundStore(context.directory);
  }

  test.each<[string, RemovalSelection, object]>([
    ['an image by ID', { images: [idOne], names: [] }, { [idTwo]: all[idTwo], [idDangling]: [] }],
    [
      'an image with two names by ID',
      { images: [idTwo], names: [] },
      { [idOne]: all[idOne], [idDangling]: [] },
    ],
    ['one of two names', { images: [], names: ['shop:latest'] }, { ...all, [idTwo]: ['shop:1.1'] }],
    [
      'both of two names',
      { images: [], names: ['shop:latest', 'shop:1.1'] },
      { [idOne]: all[idOne], [idDangling]: [] },
    ],
    ['the last name', { images: [], names: ['shop:1.0'] }, { [idTwo]: all[idTwo], [idDangling]: [] }],
    [
      'an image and its name',
      { images: [idOne], names: ['shop:1.0'] },
      { [idTwo]: all[idTwo], [idDangling]: [] },
    ],
    ['everything', { images: [idOne, idTwo, idDangling], names: [] }, {}],
    ['nothing', { images: [], names: [] }, all],
  ])('of %s frees what the preview said', async (_what, selection, left) => {
    const context = await filled();
    await removeAsPreviewed(context, selection);
    expect(await namesOf(context)).toEqual(left);
    if (Object.keys(left).length === 0) expect((await blobsOnDisk(context.directory)).size).toBe(0);
  });

  test('the preview tells which layers stay, and who holds them', async () => {
    const context = await filled();
    const preview = await previewRemove(context, { images: [idOne], names: [] });
    const size = buildImage(one).layers[0]?.blob.length;
    expect(preview.keptBytes).toBe(size);
    expect(preview.kept).toMatchObject([{ size, holderCount: 2 }]);
    expect(preview.kept[0]?.holders).toContain('shop:1.1');
  });

  test('of an image under two manifests takes both', async () => {
    const context = await filled();
    const packed = {
      ...one,
      names: ['packed:1'],
      layers: one.layers.map((layer) => ({ ...layer, gzip: true })),
    };
    await load(context, ociArchive([packed]));
    expect(
      (await readStoreView(context)).graph.images.find(({ id }) => id === idOne)?.manifests,
    ).toHaveLength(2);
    await removeAsPreviewed(context, { images: [idOne], names: [] });
    expect(await namesOf(context)).toEqual({ [idTwo]: all[idTwo], [idDangling]: [] });
  });

  test('of what is not there removes nothing', async () => {
    const context = await filled();
    const gone = parseImageId(`sha256:${'0'.repeat(64)}`);
    const remove = (selection: RemovalSelection) => () => removeImages(context, selection, quietRun());
    await refusedUnchanged(context, remove({ images: [idOne, gone], names: [] }), 'image-not-found');
    await refusedUnchanged(context, remove({ images: [], names: ['shop:1.0', 'gone:1'] }), 'name-not-found');
  });

  test('that is cancelled before it began removes nothing', async () => {
    const context = await filled();
    const run = quietRun(AbortSignal.abort());
    await refusedUnchanged(
      context,
      () => removeImages(context, { images: [idOne], names: [] }, run),
      'cancelled',
    );
  });

  test('of two images at once by two callers removes both', async () => {
    const context = await filled();
    await Promise.all(
      [idOne, idTwo].map((id) => removeImages(context, { images: [id], names: [] }, quietRun())),
    );
    expect(await namesOf(context)).toEqual({ [idDangling]: [] });
    await expectSoundStore(context.directory);
  });
});

describe('prune', () => {
  test.each([
    [false, { [idOne]: all[idOne], [idTwo]: all[idTwo] }],
    [true, {}],
  ])('with all: %s frees what the preview said', async (every, left) => {
    const context = await filled();
    const before = await blobsOnDisk(context.directory);
    const preview = await previewPrune(context, { all: every });
    const result = await pruneImages(context, { all: every }, quietRun());
    const after = await blobsOnDisk(context.directory);
    const bytes = [...before]
      .filter(([digest]) => !after.has(digest))
      .reduce((sum, [, size]) => sum + size, 0);
    expect(preview.freedBytes).toBe(bytes);
    expect(result).toMatchObject({ kind: 'prune', freedBytes: bytes });
    expect(await namesOf(context)).toEqual(left);
  });

  test('of a store without a dangling image changes nothing', async () => {
    const context = await openStore();
    await load(context, dockerArchive([one]));
    const before = await snapshotDirectory(context.directory);
    expect(await pruneImages(context, { all: false }, quietRun())).toMatchObject({
      removed: [],
      freedBytes: 0,
    });
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });
});
