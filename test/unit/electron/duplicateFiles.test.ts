import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findDuplicateFiles } from '../../../electron/actions/inside/duplicateFiles';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { load, openStore, quietRun } from '../../setup/temporary';

const library = noise(5000, 1);
const images: readonly ImageSpec[] = [
  {
    names: ['a:1'],
    layers: [
      {
        files: [
          { path: 'lib/x.so', content: library },
          { path: 'a', content: noise(11, 2) },
        ],
      },
    ],
  },
  {
    names: ['b:1'],
    layers: [
      {
        files: [
          { path: 'opt/x.so', content: library },
          { path: 'opt/hard', type: 'hardlink', linkTarget: 'opt/x.so' },
        ],
        gzip: true,
      },
      // The same size as another file, and other bytes.
      { files: [{ path: 'b', content: noise(11, 3) }] },
    ],
  },
  // Nothing in it has the size of anything else: it is never read.
  { names: ['c:1'], layers: [{ files: [{ path: 'c', content: noise(777, 4) }] }] },
];

test('equal files are found across layers and compressions; layers that cannot hold any are not read', async () => {
  const context = await openStore();
  await load(context, ociArchive(images));
  const found = await findDuplicateFiles(context, null, quietRun());
  expect(found).toMatchObject({ count: 1, waste: 5000 });
  expect(found.files[0]?.copies.map(({ path }) => path).sort()).toEqual(['lib/x.so', 'opt/x.so']);
  const { graph } = await readStoreView(context);
  const names = found.files[0]?.copies.flatMap(({ layer }) =>
    (found.layers[layer]?.images ?? []).map((id) => graph.images.find((image) => image.id === id)?.names[0]),
  );
  expect(names?.sort()).toEqual(['a:1', 'b:1']);
  expect(await readdir(join(context.store.directory, 'cache', 'contents', 'sha256'))).toHaveLength(3);
  const one = graph.images.find(({ names: [name] }) => name === 'a:1');
  if (!one) throw new Error('no image');
  expect(await findDuplicateFiles(context, [one.id], quietRun())).toMatchObject({
    count: 0,
    waste: 0,
    files: [],
  });
});
