import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { analyzeImage } from '../../../electron/actions/inside/analyzeImage';
import { compareFiles } from '../../../electron/actions/inside/compareFiles';
import { findDuplicateFiles } from '../../../electron/actions/inside/duplicateFiles';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { findSecrets } from '../../../electron/actions/inside/findSecrets';
import { fileTree, findPaths } from '../../../electron/actions/inside/imageFiles';
import { previewRewrite, rewriteImage } from '../../../electron/actions/making/rewriteImage';
import { previewSquash, squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { buildImage, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import {
  openStore,
  problemFacts,
  quietRun,
  storeOf,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const spec: ImageSpec = {
  names: ['shop:1'],
  layers: [
    { files: [{ path: 'a', content: 'a' }] },
    { files: [{ path: 'b', content: noise(5000) }], gzip: true },
  ],
};
const built = buildImage(spec);
const image = built.id;
const patterns = ['/b'];

const uses: Readonly<Record<string, (context: TestStore) => Promise<unknown>>> = {
  analyze: (context) => analyzeImage(context, { image, upTo: null }, quietRun()),
  'diff --files': (context) =>
    compareFiles(context, { first: image, second: image, contents: true }, quietRun()),
  duplicates: (context) => findDuplicateFiles(context, null, quietRun()),
  export: async (context) =>
    exportRootfs(context, { image }, join(await temporaryFolder(), 'root.tar'), quietRun()),
  secrets: (context) => findSecrets(context, [image], quietRun()),
  find: async (context) => {
    for await (const hit of findPaths(context, await readStoreView(context), {
      fits: () => true,
      part: null,
    }))
      void hit;
  },
  ls: async (context) => {
    const view = await readStoreView(context);
    const [node] = view.graph.images;
    if (node) await fileTree(context, view, node, null);
  },
  'rewrite, looked at': (context) => previewRewrite(context, { image, patterns }),
  rewrite: (context) => rewriteImage(context, { image, patterns, reference: null }, quietRun()),
  'squash, looked at': (context) => previewSquash(context, image, null),
  squash: (context) => squashImage(context, { image, from: null, reference: null }, quietRun()),
};

test.each(Object.keys(uses))('%s says of a damaged blob whose layer it is', async (name) => {
  const { directory, store } = await storeOf(ociArchive([spec]));
  const path = store.pathOf(built.layers[1]?.digest ?? image);
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 30) ^ 1, bytes.length - 30);
  chmodSync(path, 0o644);
  writeFileSync(path, bytes);
  rmSync(join(directory, 'cache'), { recursive: true });
  const work = uses[name]?.(await openStore(directory));
  const facts = await problemFacts(Promise.resolve(work), 'blob-damaged');
  expect(facts).toMatchObject({ image: 'shop:1', layer: 2, layers: 2 });
});
