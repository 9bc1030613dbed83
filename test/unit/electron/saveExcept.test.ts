import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { heldByWords, parseLayerList, readHeld } from '../../../electron/actions/copy/heldLayers';
import { planSave, type SaveCompression } from '../../../electron/actions/copy/planArchive';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { problemSentence } from '../../../shared/text/problemText';
import {
  blobPath,
  buildImage,
  dockerArchive,
  gzip,
  noise,
  ociArchive,
  type ImageSpec,
} from '../../setup/imageBuilder';
import {
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  refusedUnchanged,
  temporaryFile,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const below = [
  { files: [{ path: 'etc/os', content: noise(30_000) }] },
  { files: [{ path: 'usr/lib', content: noise(50_000, 2) }] },
];
const base: ImageSpec = { names: ['base:12'], layers: below };
const shop: ImageSpec = {
  names: ['shop:1.6'],
  layers: [...below, { files: [{ path: 'app', content: noise(4000, 3) }] }],
};
const packed = (spec: ImageSpec): ImageSpec => ({
  ...spec,
  layers: spec.layers.map((layer) => ({ ...layer, gzip: true })),
});
const [first, second] = buildImage(base).layers.map(({ diffId }) => `${diffId}`) as [string, string];

const cases = [
  ['docker-archive', 'kept'],
  ['docker-archive', 'gzip'],
  ['oci-archive', 'kept'],
  ['oci-archive', 'zstd'],
  ['oci-dir', 'kept'],
  ['oci-dir', 'gzip'],
] as const;

/** Saves `shop:1.6` without what `words` name. */
async function saveThin(
  context: TestStore,
  [format, compression]: readonly [(typeof cases)[number][0], SaveCompression],
  words: readonly string[],
): Promise<string> {
  const held = await readHeld(context, await heldByWords(context, words), quietRun());
  const request = { what: ['shop:1.6'], compression, held, target: join(await temporaryFolder(), 'thin') };
  const result =
    format === 'oci-dir'
      ? await saveLayout(context, request, quietRun())
      : await saveImages(context, { ...request, format }, quietRun());
  expect(result).toMatchObject({ layers: 1, leftOut: { layers: 2 } });
  return request.target;
}

describe.each(cases)('a %s of %s layers without those of the base', (...how) => {
  test.each([
    ['plain', packed(base), base],
    ['compressed', base, packed(base)],
  ] as const)('becomes whole in a store that has them %s', async (_form, mine, theirs) => {
    const context = await openStore();
    await load(context, ociArchive([mine, mine === base ? shop : packed(shop)]));
    const thin = await saveThin(context, how, ['base:12']);
    const target = await openStore();
    await load(target, ociArchive([theirs]));
    expect((await load(target, thin)).images).toEqual([
      { id: buildImage(shop).id, names: ['shop:1.6'], isNew: true },
    ]);
    const { graph, damaged } = await readStoreView(target);
    expect(damaged).toEqual([]);
    expect(graph.layers.map(({ diffId }) => diffId).sort()).toEqual(
      buildImage(shop)
        .layers.map(({ diffId }) => diffId)
        .sort(),
    );
    await expectSoundStore(target.directory);
    // A store that has the whole image is not changed by it.
    const before = (await readStoreView(context)).graph.images.length;
    const again = await load(context, thin);
    // A layer that was compressed anew is another blob to a layout.
    if (how[0] === 'docker-archive' || how[1] === 'kept') expect(again).toMatchObject({ addedBytes: 0 });
    expect((await readStoreView(context)).graph.images).toHaveLength(before);
  });

  test('is refused where they are missing, which names them, and nothing changes', async () => {
    const context = await openStore();
    await load(context, ociArchive([base, shop]));
    const thin = await saveThin(context, how, ['base:12']);
    const target = await openStore();
    await load(target, ociArchive([{ names: ['half:1'], layers: below.slice(0, 1) }]));
    const facts = await refusedUnchanged(target, () => load(target, thin, 'thin.tar'), 'layers-missing');
    expect(facts).toEqual({ file: 'thin.tar', missing: 1, diffIds: [second], from: 'base:12' });
    expect(problemSentence({ code: 'layers-missing', facts }, 'en')).toBe(
      `thin.tar needs 1 layer that your store does not have: it was saved without ${second.slice(7, 19)} for a store that has base:12. Your store is unchanged. Load that first, or save the image again with all of its layers.`,
    );
  });

  test('is refused where one of them is damaged', async () => {
    const context = await openStore();
    await load(context, ociArchive([base, shop]));
    const thin = await saveThin(context, how, ['base:12']);
    const target = await openStore();
    await load(target, ociArchive([base]));
    const blob = join(target.directory, blobPath(first));
    const bytes = await readFile(blob);
    bytes[700] = (bytes[700] ?? 0) ^ 1;
    await writeFile(blob, bytes, { mode: 0o600, flag: 'r+' });
    await refusedUnchanged(target, () => load(target, thin), 'blob-damaged');
  });
});

test('what a target has may be told by images, archives, folders and lists', async () => {
  const context = await openStore();
  await load(context, ociArchive([base, shop]));
  const layout = join(await temporaryFolder(), 'layout');
  await saveLayout(context, { what: ['base:12'], target: layout }, quietRun());
  const words = [
    buildImage(base).id.slice(7, 19),
    await temporaryFile(dockerArchive([base])),
    await temporaryFile(gzip(ociArchive([packed(base)]))),
    layout,
    await temporaryFile(`# of the site\n${first}\n\n${second}\n`, 'list.txt'),
    await temporaryFile(JSON.stringify([first, second]), 'list.json'),
  ];
  for (const word of words) await saveThin(context, ['docker-archive', 'kept'], [word]);
  const thin = await saveThin(context, ['oci-archive', 'kept'], ['base:12']);
  const held = await readHeld(context, await heldByWords(context, [thin]), quietRun());
  expect(held.layers.size).toBe(3);
  await problemFacts(heldByWords(context, ['nothing:1']), 'image-not-found');
  const odd = await temporaryFile('sha256:abc\n', 'odd.txt');
  const reading = readHeld(context, await heldByWords(context, [odd]), quietRun());
  expect(await problemFacts(reading, 'layer-list-invalid')).toEqual({ file: odd, line: 1 });
});

test('a docker-archive leaves out what stands on the same parents only', async () => {
  const context = await openStore();
  await load(context, ociArchive([{ names: ['base:12'], layers: [...below].reverse() }, shop]));
  const held = await readHeld(context, { images: ['base:12'], files: [] }, quietRun());
  const layers = async (format: 'docker-archive' | 'oci-archive'): Promise<number> =>
    (await planSave(context, { what: ['shop:1.6'], format, held })).leftOut.layers;
  expect(await layers('docker-archive')).toBe(0);
  expect(await layers('oci-archive')).toBe(2);
});

test('a plan counts what is left out, and the archive has the size that it says', async () => {
  const context = await openStore();
  await load(context, ociArchive([base, shop]));
  const held = await readHeld(context, { images: ['base:12'], files: [] }, quietRun());
  for (const format of ['docker-archive', 'oci-archive'] as const) {
    const request = { what: ['shop:1.6'], format, held };
    const plan = await planSave(context, request);
    const { leftOut } = plan;
    expect(leftOut.layers).toBe(2);
    expect(leftOut.bytes).toBeGreaterThan(80_000);
    const target = join(await temporaryFolder(), 'thin.tar');
    expect(await saveImages(context, { ...request, target }, quietRun())).toMatchObject({
      bytes: plan.bytes,
      leftOut,
    });
  }
});

test('lists of layers are read line by line or as JSON', () => {
  expect(parseLayerList(`["${first}"]\n["${first}","${second}"]\n`, 'l')).toEqual([[first], [first, second]]);
  expect(parseLayerList(`[\n "${first}",\n "${second}"\n]`, 'l')).toEqual([[first, second]]);
  for (const text of ['', '# nothing\n', '[1]', '{}', `${first} ${second}`, first.toUpperCase()])
    expect(() => parseLayerList(text, 'l'), text).toThrow('layer-list-invalid');
});

test('a layer that an archive lists as left out without need is not asked for', async () => {
  const context = await openStore();
  await load(context, ociArchive([base, shop]));
  const folder = join(await temporaryFolder(), 'layout');
  await saveLayout(context, { what: ['shop:1.6'], target: folder }, quietRun());
  const lines = [{ diffId: first, digest: first, size: 1, from: '' }];
  await writeFile(join(folder, 'layers-left-out.json'), JSON.stringify({ leftOut: lines }));
  await mkdir(join(folder, 'more'));
  expect((await load(await openStore(), folder)).images[0]?.id).toBe(buildImage(shop).id);
  await writeFile(join(folder, 'layers-left-out.json'), '{"leftOut":[{"diffId":"sha256:x"}]}');
  await problemFacts(load(await openStore(), folder), 'document-invalid');
});
