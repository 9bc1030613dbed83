import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { fileTree, readTreeFile } from '../../../electron/actions/inside/imageFiles';
import { findSecrets } from '../../../electron/actions/inside/findSecrets';
import { rewriteImage } from '../../../electron/actions/making/rewriteImage';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { ProblemError } from '../../../shared/image/problem';
import { buildImage, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { openStore, quietRun, storeOf, temporaryFolder, type TestStore } from '../../setup/temporary';

const files = [
  { path: 'a', content: noise(3000) },
  { path: 'b', content: noise(400_000, 2) },
];
const spec: ImageSpec = {
  names: ['x:1'],
  layers: [{ files }, { files, gzip: true }, { files: [{ path: 'c' }], zstd: true }],
};
const built = buildImage(spec);

/** Every use case that hands on what a blob holds; each gives what it said. */
const uses: Readonly<Record<string, (context: TestStore) => Promise<string>>> = {
  cat: async (context) => {
    const view = await readStoreView(context);
    const [image] = view.graph.images;
    if (!image)
      throw view.damaged.map(({ problem }) => ProblemError.from(problem))[0] ?? new Error('no image');
    const pieces: Uint8Array[] = [];
    for (const layer of image.layers)
      for (const file of (await fileTree(context, view, image, layer)).inside(''))
        for await (const piece of readTreeFile(context, file)) pieces.push(piece);
    return Buffer.concat(pieces).toString('latin1');
  },
  save: async (context) => {
    const target = join(await temporaryFolder(), 'saved.tar');
    await saveImages(context, { what: ['x:1'], format: 'oci-archive', target }, quietRun());
    return readFileSync(target, 'latin1');
  },
  export: async (context) => {
    const target = join(await temporaryFolder(), 'root.tar');
    await exportRootfs(context, { image: built.id }, target, quietRun());
    return readFileSync(target, 'latin1');
  },
  secrets: async (context) => JSON.stringify(await findSecrets(context, [built.id], quietRun())),
  squash: async (context) => {
    await squashImage(context, { image: built.id, from: null, reference: null }, quietRun());
    return 'made of damaged bytes';
  },
  // Of layers that it keeps, too.
  rewrite: async (context) => {
    await rewriteImage(context, { image: built.id, patterns: ['a'], reference: null }, quietRun());
    return 'made of damaged bytes';
  },
};
/** Those that make an image: nothing right comes of damaged bytes. */
const making = new Set(['squash', 'rewrite']);

test('one byte of a blob is another: every use case says so, or what it says is right all the same', async () => {
  const context = await storeOf(ociArchive([spec]));
  const right: Record<string, string> = {};
  for (const [name, use] of Object.entries(uses))
    if (!making.has(name)) right[name] = await use(await openStore(context.directory));
  let said = 0;
  for (const digest of [built.id, built.manifestDigest, ...built.layers.map((layer) => layer.digest)]) {
    const path = context.store.pathOf(digest);
    const sound = readFileSync(path);
    chmodSync(path, 0o644);
    for (const part of [0, 0.3, 0.6, 0.99]) {
      const at = Math.floor((sound.length - 1) * part);
      const bytes = Buffer.from(sound);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 16, at);
      writeFileSync(path, bytes);
      for (const [name, use] of Object.entries(uses)) {
        const got = await use(await openStore(context.directory)).catch((thrown: unknown) => {
          expect(thrown, `${name}, byte ${at} of ${digest}`).toBeInstanceOf(ProblemError);
          said++;
          return null;
        });
        if (got !== null) expect(got === right[name], `${name}, byte ${at} of ${digest}`).toBe(true);
      }
    }
    writeFileSync(path, sound);
  }
  expect(said).toBeGreaterThan(40);
});
