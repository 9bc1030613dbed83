import { expect, test } from 'vitest';
import { fileTree } from '../../../electron/actions/inside/imageFiles';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { rewriteImage } from '../../../electron/actions/making/rewriteImage';
import { squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { dockerArchive, type TarMember } from '../../setup/imageBuilder';
import { quietRun, storeOf, type TestStore } from '../../setup/temporary';

/** Directories that no layer lists are part of the tree: they stay when layers are written anew. */

const layered = (...layers: readonly (readonly TarMember[])[]): Promise<TestStore> =>
  storeOf(dockerArchive([{ names: ['w:1'], layers: layers.map((files) => ({ files })) }]));
const there = async (store: TestStore, name: string, path: string): Promise<boolean> => {
  const view = await readStoreView(store);
  const tree = await fileTree(store, view, resolveImage(view.graph, name).image, null);
  return tree.find(path, true) !== null;
};

test.each([
  ['in the place of a file', [[{ path: 'c' }], [{ path: 'c/a/d/.wh.q' }]]],
  ['below an opaque one', [[{ path: 'c/.wh..wh..opq' }], [{ path: 'c/a/d/.wh.q' }]]],
  [
    'behind a link that leads upwards',
    [
      [
        { path: 'l', type: 'symlink', linkTarget: 'c/a/d/../e' },
        { path: 'l/f', content: '1' },
      ],
      [{ path: 'g' }],
    ],
  ],
] as const)('directories that deletions imply stay in a squash, %s', async (_, layers) => {
  const store = await layered([{ path: 'x' }], ...layers, [{ path: 'y' }]);
  const image = resolveImage((await readStoreView(store)).graph, 'w:1').image;
  expect(await there(store, 'w:1', 'c/a/d')).toBe(true);
  await squashImage(store, { image: image.id, from: image.layers[1] ?? null, reference: 'w:2' }, quietRun());
  expect(await there(store, 'w:2', 'c/a/d')).toBe(true);
});

test('directories stay when the last that was in them is taken out, and nothing is left to take out', async () => {
  const store = await layered([{ path: 'opt/app/secret' }], [{ path: 'b' }]);
  const image = resolveImage((await readStoreView(store)).graph, 'w:1').image;
  const what = { patterns: ['/opt/app/*'], reference: 'w:2' };
  await rewriteImage(store, { image: image.id, ...what }, quietRun());
  expect(await there(store, 'w:2', 'opt/app')).toBe(true);
  expect(await there(store, 'w:2', 'opt/app/secret')).toBe(false);
  const again = resolveImage((await readStoreView(store)).graph, 'w:2').image;
  const { layers, kept } = await rewriteImage(store, { image: again.id, ...what }, quietRun());
  expect([layers, kept]).toEqual([[], 2]);
});
