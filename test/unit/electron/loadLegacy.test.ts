import { describe, expect, test } from 'vitest';
import { historyOf } from '../../../electron/actions/images/inspectImage';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { parseImageId } from '../../../shared/image/digest';
import { digestOf, gzip, tarOf, writeMembers, type TarMember } from '../../setup/imageBuilder';
import { legacyMembers, tarOfFile, v1Id, type V1LayerSpec } from '../../setup/legacyBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  quietRun,
  refusedUnchanged,
  snapshotDirectory,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';
import { join } from 'node:path';
import { reasonText } from '../../setup/reasonText';

const run = (words: string): Record<string, unknown> => ({ Cmd: ['/bin/sh', '-c', words] });
const base: V1LayerSpec = {
  key: 'base',
  json: { created: '2014-02-03T04:05:06.700Z', container_config: run('#(nop) ADD file:1 in /'), os: 'linux' },
};
const app: V1LayerSpec = {
  key: 'app',
  parent: 'base',
  json: {
    created: '2014-02-04T00:00:00Z',
    author: 'Ann <ann@example.org>',
    comment: 'second',
    container_config: run('touch /app.txt'),
    config: { Cmd: ['/app'], Env: ['A=1'] },
    architecture: 'amd64',
    os: 'linux',
    docker_version: '1.9.1',
    Size: 4,
  },
};

async function configText(context: TestStore, id: string): Promise<string> {
  return new TextDecoder().decode(await context.store.readDocument(parseImageId(id)));
}

const forms: readonly [string, (members: readonly TarMember[]) => Promise<Uint8Array | string>][] = [
  ['plain', (members) => Promise.resolve(tarOf(members))],
  ['in gzip', (members) => Promise.resolve(gzip(tarOf(members)))],
  ['in a folder', async (members) => writeMembers(await temporaryFolder(), members)],
];

describe.each(forms)('an archive from before Docker 1.10, %s', (_form, pack) => {
  test('becomes an image of today with its name, layers, history and configuration', async () => {
    const context = await openStore();
    const members = legacyMembers([app, base], { shop: { '1.0': v1Id('app') } });
    const result = await load(context, await pack(members));
    expect(result).toMatchObject({ layers: 2, newLayers: 2, converted: 1 });
    const [image] = result.images;
    expect(image?.names).toEqual(['shop:1.0']);
    const diffIds = ['base', 'app'].map((key) => digestOf(tarOfFile(`${key}.txt`, `${key}\n`)));
    // The members of the topmost layer as they were written, sorted, without those that mean nothing any more.
    const json = app.json as Record<string, unknown>;
    const expected = {
      architecture: 'amd64',
      author: 'Ann \\u003cann@example.org\\u003e',
      comment: 'second',
      config: json['config'],
      container_config: json['container_config'],
      created: '2014-02-04T00:00:00Z',
      docker_version: '1.9.1',
      history: [
        { created: '2014-02-03T04:05:06.7Z', created_by: '/bin/sh -c #(nop) ADD file:1 in /' },
        {
          created: '2014-02-04T00:00:00Z',
          author: 'Ann \\u003cann@example.org\\u003e',
          created_by: '/bin/sh -c touch /app.txt',
          comment: 'second',
        },
      ],
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: diffIds },
    };
    expect(await configText(context, image?.id ?? '')).toBe(
      JSON.stringify(expected).replaceAll('\\\\u', '\\u'),
    );
    const history = await historyOf(context, parseImageId(image?.id ?? ''));
    expect(history.map(({ chainId }) => chainId === null)).toEqual([false, false]);
    await expectSoundStore(context.directory);
  });

  test('without names gives each layer that nothing stands on as a dangling image', async () => {
    const context = await openStore();
    const other: V1LayerSpec = { key: 'other', parent: 'base' };
    const result = await load(context, await pack(legacyMembers([app, other, base])));
    expect(result.images.map(({ names }) => names)).toEqual([[], []]);
    expect(result).toMatchObject({ layers: 3, converted: 2 });
  });

  test('gives the same image each time', async () => {
    const context = await openStore();
    const members = legacyMembers([base, app], { shop: { '1.0': v1Id('app') } });
    await load(context, await pack(members));
    const before = await snapshotDirectory(context.directory);
    const again = await load(context, await pack([...members].reverse()));
    expect(again.images[0]?.isNew).toBe(false);
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });

  test('with layers that are links to one another holds their bytes once', async () => {
    const context = await openStore();
    const same: V1LayerSpec = {
      key: 'same',
      parent: 'base',
      layer: { link: `../${v1Id('base')}/layer.tar` },
    };
    const result = await load(context, await pack(legacyMembers([same, base])));
    expect(result).toMatchObject({ layers: 1 });
    const { graph } = await readStoreView(context);
    expect(graph.images[0]?.layers).toHaveLength(2);
    // A layer, a config, a manifest.
    expect((await blobsOnDisk(context.directory)).size).toBe(3);
  });

  test('with an empty layer.tar and a compressed one keeps their bytes', async () => {
    const context = await openStore();
    const packed = gzip(tarOfFile('b', 'b'));
    const members = legacyMembers([
      { key: 'a', layer: new Uint8Array(0) },
      { key: 'b', parent: 'a', layer: packed },
    ]);
    await load(context, await pack(members));
    const blobs = await blobsOnDisk(context.directory);
    expect(blobs.get(digestOf(''))).toBe(0);
    expect(blobs.get(digestOf(packed))).toBe(packed.length);
  });

  test('with a parent that is missing is refused by its name', async () => {
    const context = await openStore();
    const archive = await pack(legacyMembers([app]));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'document-invalid');
    expect(facts.entry).toBe(`${v1Id('app')}/json`);
    expect(reasonText(facts)).toContain(v1Id('base'));
  });

  test('with layers that stand on each other is refused, also beside an image that is whole', async () => {
    const context = await openStore();
    const ring: V1LayerSpec[] = [
      { key: 'one', parent: 'two' },
      { key: 'two', parent: 'one' },
    ];
    for (const layers of [ring, [...ring, base], [...ring, { key: 'top', parent: 'one' }]]) {
      const archive = await pack(legacyMembers(layers));
      const facts = await refusedUnchanged(context, () => load(context, archive), 'document-invalid');
      expect(reasonText(facts)).toMatch(/^stands on itself, by way of [0-9a-f]{64}$/);
    }
  });

  test('with a name for a layer that is missing is refused', async () => {
    const context = await openStore();
    const archive = await pack(legacyMembers([base], { shop: { '1': v1Id('gone') } }));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'blob-missing');
    expect(facts.entry).toBe(`${v1Id('gone')}/json`);
  });

  test('without a layer.tar is refused, unless that layer was thrown away', async () => {
    const context = await openStore();
    const bare: V1LayerSpec = { key: 'bare', parent: 'base', layer: null };
    const archive = await pack(legacyMembers([base, bare]));
    const facts = await refusedUnchanged(context, () => load(context, archive), 'blob-missing');
    expect(facts).toMatchObject({ entry: `${v1Id('bare')}/layer.tar`, what: 'layer' });
    const thrown = await pack(legacyMembers([base, { ...bare, json: { throwaway: true } }]));
    const result = await load(context, thrown);
    const document = JSON.parse(await configText(context, result.images[0]?.id ?? '')) as {
      history: Record<string, unknown>[];
      rootfs: { diff_ids: string[] };
    };
    expect(document.history.map((step) => step['empty_layer'])).toEqual([undefined, true]);
    expect(document.rootfs.diff_ids).toHaveLength(1);
    expect(document).not.toHaveProperty('throwaway');
  });
});

test.each([
  ['upwards', '../../../../etc/passwd'],
  ['absolute', '/etc/passwd'],
  ['to itself', 'layer.tar'],
])('a layer.tar that leads %s is refused', async (_where, link) => {
  const context = await openStore();
  for (const pack of [tarOf, (members: readonly TarMember[]) => gzip(tarOf(members))]) {
    const archive = pack(legacyMembers([{ key: 'a', layer: { link } }]));
    await refusedUnchanged(context, () => load(context, archive), 'blob-missing');
  }
  const folder = await writeMembers(await temporaryFolder(), legacyMembers([{ key: 'a', layer: { link } }]));
  await refusedUnchanged(context, () => load(context, folder), 'blob-missing');
});

test('a layer.tar that is a link from the top of the archive is that member', async () => {
  const context = await openStore();
  const layers: V1LayerSpec[] = [
    base,
    { key: 'same', parent: 'base', layer: { link: `/${v1Id('base')}/layer.tar` } },
  ];
  expect(await load(context, tarOf(legacyMembers(layers)))).toMatchObject({ layers: 1, converted: 1 });
});

test.each([
  ['a parent that is a path', { parent: '../../etc' }, 'has a parent that is no ID: "../../etc"'],
  ['JSON that is none', '{', 'is not JSON'],
  ['a list', '[]', 'is no JSON object'],
  ['a key in two spellings', '{"parent":"","Parent":""}', 'has the key "Parent" in two spellings'],
])('a document with %s is refused', async (_what, json, reason) => {
  const context = await openStore();
  const archive = tarOf(legacyMembers([{ key: 'a', json }]));
  const facts = await refusedUnchanged(context, () => load(context, archive), 'document-invalid');
  expect([facts.entry, reasonText(facts)]).toEqual([`${v1Id('a')}/json`, reason]);
});

test.each([
  ['a list', '[]', 'is no JSON object'],
  ['no tags', '{"shop":"1"}', 'has no tags for "shop"'],
  ['a path for an ID', '{"shop":{"1":"../etc"}}', 'names a layer that is no ID: "../etc"'],
])('repositories with %s is refused', async (_what, content, reason) => {
  const context = await openStore();
  const archive = tarOf([...legacyMembers([base]), { path: 'repositories', content }]);
  const facts = await refusedUnchanged(context, () => load(context, archive), 'document-invalid');
  expect([facts.entry, reasonText(facts)]).toEqual(['repositories', reason]);
});

test('a name outside of the grammar is left out, its image is not', async () => {
  const context = await openStore();
  const names = { UPPER: { '1': v1Id('base') }, lower: { '2': v1Id('base') } };
  const result = await load(context, tarOf(legacyMembers([base], names)));
  expect(result.images.map(({ names }) => names)).toEqual([['lower:2']]);
});

test('a folder whose name is no ID is no layer', async () => {
  const context = await openStore();
  const archive = tarOf([
    { path: 'abc/json', content: '{}' },
    { path: 'repositories', content: '{}' },
  ]);
  await refusedUnchanged(context, () => load(context, archive), 'not-an-image');
});

test('what is saved of it loads again as the same image', async () => {
  const context = await openStore();
  const result = await load(context, tarOf(legacyMembers([base, app], { shop: { '1.0': v1Id('app') } })));
  const target = join(await temporaryFolder(), 'out.tar');
  await saveImages(context, { what: ['shop:1.0'], target, format: 'docker-archive' }, quietRun());
  const again = await load(await openStore(), target);
  expect(again).toMatchObject({ converted: 0, images: [{ id: result.images[0]?.id }] });
});
