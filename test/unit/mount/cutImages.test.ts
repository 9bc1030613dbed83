import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compareFiles } from '../../../electron/actions/inside/compareFiles';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { fileTree } from '../../../electron/actions/inside/imageFiles';
import { listMounts, mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { resolveAt, resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagLayer } from '../../../electron/actions/making/tagLayer';
import { findRuntime } from '../../../electron/run/findRuntime';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { run as runProgram } from '../../setup/run';
import { buildImage, dockerArchive } from '../../setup/imageBuilder';
import { randomLayer, seeded } from '../../setup/randomLayers';
import { shellImage } from '../../setup/shellImage';
import { blobsOnDisk, load, openStore, problemFacts, quietRun, temporaryFolder } from '../../setup/temporary';
import { differences, factsOfDirectory, factsOfTar } from '../../setup/treeFacts';

/** An image up to one of its layers is the image that was loaded with these layers alone, however it is looked at. */

const run = quietRun();
const images = Number(process.env['CUT_IMAGES'] ?? 6);
const seed = Number(process.env['CUT_SEED'] ?? 20_261_129);

test.runIf(process.getuid?.() === 0)(`${images} random images, cut at each layer`, async () => {
  let compared = 0;
  for (let number = 0; number < images; number++) {
    const random = seeded(seed + number);
    const layers = Array.from({ length: 3 }, () => ({ files: randomLayer(random) }));
    const part = (count: number): { names: string[]; layers: typeof layers } => ({
      names: [`part:${count}`],
      layers: layers.slice(0, count),
    });
    const store = await openStore();
    await load(store, dockerArchive([{ names: ['whole:1'], layers }, part(1), part(2)]));
    const view = await readStoreView(store);
    const whole = resolveImage(view.graph, 'whole:1').image;
    if ((await fileTree(store, view, whole, null).catch(() => null)) === null) continue;
    const folder = await temporaryFolder();
    for (const count of [1, 2]) {
      const where = `image ${seed + number}, layer ${count}`;
      const { image, layer: upTo } = resolveAt(view.graph, `whole:1@${count}`);
      expect([image.id, upTo], where).toEqual([whole.id, whole.layers[count - 1]]);
      const alone = resolveImage(view.graph, `part:${count}`).image;
      compared++;
      const exported = async (what: Parameters<typeof exportRootfs>[1], name: string) => {
        const file = join(folder, `${name}-${count}.tar`);
        await exportRootfs(store, what, file, run);
        return factsOfTar(file);
      };
      const expected = await exported({ image: alone.id }, 'alone');
      expect(differences(await exported({ image: image.id, upTo }, 'cut'), expected), where).toEqual([]);
      const mounted = await mountImage(store, { image: image.id, upTo, target: null, kept: false }, run);
      const facts = factsOfDirectory(mounted.path);
      await unmountImage(store, mounted.id);
      const peer = await mountImage(store, { image: alone.id, target: null, kept: false }, run);
      expect(differences(facts, factsOfDirectory(peer.path)), where).toEqual([]);
      await unmountImage(store, peer.id);
      const toWhole = { second: whole.id, contents: true };
      const files = await compareFiles(store, { first: image.id, upTo: [upTo, null], ...toWhole }, run);
      expect(files, where).toEqual(await compareFiles(store, { first: alone.id, ...toWhole }, run));
    }
  }
  expect(compared).toBeGreaterThan(images / 2);
});

test('tag makes one image of it, with its part of history and no blob but two documents', async () => {
  const store = await openStore();
  const step = (created_by: string, day: number, empty_layer = false): Record<string, unknown> => ({
    created_by,
    created: `2024-01-0${day}T00:00:00Z`,
    ...(empty_layer ? { empty_layer } : {}),
  });
  const spec = {
    names: ['shop:1.6'],
    config: { Cmd: ['/srv'], Labels: { a: 'b' } },
    history: [step('ADD base', 1), step('ENV A=1', 2, true), step('COPY', 3), step('CMD', 4, true)],
    layers: [{ files: [{ path: 'a' }] }, { gzip: true, files: [{ path: 'b' }] }],
  };
  await load(store, dockerArchive([spec]));
  const built = buildImage(spec);
  const before = await blobsOnDisk(store.directory);
  const { graph } = await readStoreView(store);
  const { image, layer: upTo } = resolveAt(graph, 'shop:1.6@1');
  const made = await tagLayer(store, { image: image.id, upTo, reference: 'shop:base' }, run);
  const again = await tagLayer(store, { image: image.id, upTo, reference: 'shop:again' }, run);
  expect(again.id).toBe(made.id);
  expect((await blobsOnDisk(store.directory)).size).toBe(before.size + 2);
  const view = await readStoreView(store);
  const node = resolveImage(view.graph, 'shop:base').image;
  expect(node).toMatchObject({
    id: made.id,
    names: ['shop:base', 'shop:again'],
    layers: [graph.images[0]?.layers[0]],
  });
  const { document } = parseImageConfig(await store.store.readDocument(made.id), storedOrigin(made.id));
  expect(document).toMatchObject({
    created: '2024-01-02T00:00:00Z',
    config: { Cmd: ['/srv'], Labels: { a: 'b' } },
    rootfs: { diff_ids: [built.layers[0]?.diffId] },
    history: spec.history.slice(0, 2),
  });
  // Up to its top layer it is the image.
  const top = resolveAt(graph, 'shop:1.6@2');
  const named = await tagLayer(store, { image: image.id, upTo: top.layer, reference: 'shop:top' }, run);
  expect(named.id).toBe(image.id);
});

test('a word behind @ is a layer: its number, or an ID of it or the beginning of one; never another image', async () => {
  const store = await openStore();
  const spec = { names: ['shop:1.6'], layers: [{ files: [{ path: 'a' }] }, { files: [{ path: 'b' }] }] };
  const others = Array.from({ length: 300 }, (_, i) => ({
    names: [`n:${i}`],
    config: { Labels: { i: String(i) } },
    layers: [],
  }));
  await load(store, dockerArchive([spec, ...others]));
  const { graph } = await readStoreView(store);
  const { image } = resolveImage(graph, 'shop:1.6');
  for (const [i, chainId] of image.layers.entries()) {
    const node = graph.layers.find((each) => each.chainId === chainId);
    for (const word of [
      String(i + 1),
      chainId,
      chainId.slice(7, 19),
      node?.diffId,
      node?.diffId.slice(0, 15),
    ])
      expect(resolveAt(graph, `shop:1.6@${word}`)).toMatchObject({ image: { id: image.id }, layer: chainId });
  }
  // Of 300 images some have IDs that begin so: a short word behind a name means none of them.
  const beginnings = new Set(graph.images.map(({ id }) => id.slice(7, 9)));
  for (const word of ['10', '23', '99', ...beginnings].filter((each) => beginnings.has(each))) {
    const isOwn = image.layers.some((chainId) => {
      const { diffId = '' } = graph.layers.find((each) => each.chainId === chainId) ?? {};
      return chainId.startsWith(word, 7) || diffId.startsWith(word, 7);
    });
    if (!isOwn)
      await problemFacts(
        Promise.resolve().then(() => resolveAt(graph, `shop:1.6@${word}`)),
        'layer-not-found',
      );
  }
  const facts = await problemFacts(
    Promise.resolve().then(() => resolveAt(graph, 'shop:1.6@3')),
    'layer-not-found',
  );
  expect(facts).toEqual({ name: '3', image: 'shop:1.6', layers: 2 });
  expect(resolveAt(graph, `shop:1.6@${image.id}`)).toMatchObject({ image: { id: image.id }, layer: null });
});

test.runIf(process.getuid?.() === 0)('mounts of an image and of its layers are told apart', async () => {
  const store = await openStore();
  await load(
    store,
    dockerArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a' }] }, { files: [{ path: 'b' }] }] }]),
  );
  const { graph } = await readStoreView(store);
  const { image, layer: upTo } = resolveAt(graph, 'shop:1@1');
  const kept = { image: image.id, target: null, kept: true };
  const whole = await mountImage(store, kept, run);
  const cut = await mountImage(store, { ...kept, upTo }, run);
  try {
    expect(cut.path).not.toBe(whole.path);
    expect((await mountImage(store, { ...kept, upTo }, run)).path).toBe(cut.path);
    expect((await listMounts(store)).map(({ name }) => name)).toEqual(['shop:1', 'shop:1@1']);
    expect([...factsOfDirectory(cut.path).keys(), ...factsOfDirectory(whole.path).keys()]).toEqual([
      'a',
      'a',
      'b',
    ]);
    expect((await unmountImage(store, `${image.id}@1`)).id).toBe(cut.id);
    await problemFacts(unmountImage(store, 'shop:1@1'), 'mount-not-found');
  } finally {
    await unmountImage(store, whole.id);
  }
});

test.runIf(process.getuid?.() === 0 && (await findRuntime()) !== null)(
  'run IMG@LAYER sees that layer and those below',
  async () => {
    const store = await openStore();
    const shell = shellImage('shell:1');
    const layers = [
      ...shell.layers,
      { files: [{ path: 'srv/.wh.app.conf' }, { path: 'srv/late', content: '1' }] },
    ];
    await load(store, dockerArchive([{ ...shell, layers }]));
    const ran = async (word: string): Promise<string> => {
      const program = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
      const { stdout } = await runProgram(process.execPath, [
        program,
        '--store',
        store.directory,
        'run',
        word,
        'ls',
        '/srv',
      ]);
      return stdout;
    };
    expect(await ran('shell:1@2')).toBe('app.conf\nbig.bin\nold.log\n');
    expect(await ran('shell:1@3')).toBe('big.bin\nlate\nold.log\n');
  },
);
