import { expect, test } from 'vitest';
import { loadSampleImages } from '../../../electron/actions/copy/sampleImages';
import { findDuplicateFiles } from '../../../electron/actions/inside/duplicateFiles';
import { findSecrets } from '../../../electron/actions/inside/findSecrets';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { openStore, quietRun } from '../../setup/temporary';

test('the samples have a base, two apps on it, a key deleted too late and a library that is there twice', async () => {
  const context = await openStore();
  await loadSampleImages(context, quietRun());
  const { graph } = await readStoreView(context);
  const named = new Map(graph.images.map((image) => [image.names[0] ?? '', image]));
  const [base] = named.get('sample/bedrock:1')?.layers ?? [];
  expect(base).toBeDefined();
  expect(graph.images.every(({ layers }) => layers[0] === base)).toBe(true);
  const [late, early] = ['sample/quarry:1.1', 'sample/quarry:1.0'].map((name) => named.get(name)?.id);
  if (!late || !early) throw new Error('no quarry');
  const [found, clean] = await findSecrets(context, [late, early], quietRun());
  expect(found?.files).toMatchObject([{ path: 'app/deploy.key', layer: 5, state: 'deleted', by: 6 }]);
  expect(clean?.files).toEqual([]);
  const twice = await findDuplicateFiles(context, null, quietRun());
  const paths = twice.files.map(({ copies }) => copies.map(({ path }) => path).sort());
  expect(paths).toContainEqual(['app/lib/libcurl.so.4', 'usr/lib/libcurl.so.4']);
  expect(paths.flat().filter((path) => /filler/.test(path))).toEqual([]);
});
