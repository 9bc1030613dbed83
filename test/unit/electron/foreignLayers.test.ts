import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { fileTree, findPaths } from '../../../electron/actions/inside/imageFiles';
import { inspectImage } from '../../../electron/actions/images/inspectImage';
import { inspectLayer } from '../../../electron/actions/images/inspectLayer';
import { mountImage } from '../../../electron/actions/trees/mounts';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { parseImageId } from '../../../shared/image/digest';
import { isForeignLayerType } from '../../../shared/image/mediaType';
import { callCommand } from '../../setup/callCommand';
import {
  blobPath,
  buildImage,
  digestOf,
  dockerMembers,
  ociArchive,
  replaceMember,
  tarOf,
  type TarMember,
} from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  refusedUnchanged,
  temporaryFolder,
  type TestStore,
  temporaryFile,
} from '../../setup/temporary';

const types = [
  'application/vnd.docker.image.rootfs.foreign.diff.tar',
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
];
const urls = ['https://example.com/base.tar.gz'];
const image = buildImage({
  os: 'windows',
  layers: [
    { files: [{ path: 'Files/Windows/notepad.exe', content: 'base' }] },
    {
      files: [
        { path: 'Files/app.txt', content: 'app' },
        { path: 'Hives/System_Delta', content: 'hive' },
      ],
    },
  ],
});
const [base, top] = image.layers as [(typeof image.layers)[number], (typeof image.layers)[number]];

/** A layout of the image whose base has this type, with or without its bytes. */
function layout(mediaType: string, withBase: boolean): { archive: Buffer; index: string } {
  const descriptor = (bytes: Uint8Array, type: string) => ({
    mediaType: type,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor(image.config, 'application/vnd.oci.image.config.v1+json'),
      layers: [{ ...descriptor(base.blob, mediaType), urls }, descriptor(top.blob, top.mediaType)],
    }),
  );
  const index = JSON.stringify({
    schemaVersion: 2,
    manifests: [
      {
        ...descriptor(manifest, 'application/vnd.oci.image.manifest.v1+json'),
        annotations: { 'org.opencontainers.image.ref.name': 'win:1' },
      },
    ],
  });
  const members: TarMember[] = [
    { path: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { path: 'index.json', content: index },
    ...[manifest, image.config, top.blob, ...(withBase ? [base.blob] : [])].map((content) => ({
      path: blobPath(digestOf(content)),
      content,
    })),
  ];
  return { archive: tarOf(members), index };
}

async function loaded(mediaType: string, withBase: boolean): Promise<TestStore> {
  const context = await openStore();
  await load(context, layout(mediaType, withBase).archive);
  return context;
}

describe.each(types)('a layer of the type %s', (type) => {
  test.each(['plain', 'gzip', 'zstd'])('is taken from the store where that has it %s', async (how) => {
    const context = await openStore();
    const other = { names: ['base:1'], os: 'windows' };
    const files = [{ path: 'Files/Windows/notepad.exe', content: 'base' }];
    await load(
      context,
      ociArchive([{ ...other, layers: [{ files, ...(how === 'plain' ? {} : { [how]: true }) }] }]),
    );
    const result = await load(context, layout(type, false).archive);
    expect(result).toMatchObject({ layers: 2, newLayers: 1 });
    // It is the image's own now: whatever becomes of the other, nothing of it goes.
    expect((await callCommand(context.directory, ['rmi', 'base:1'])).code).toBe(0);
    const { code, err } = await callCommand(context.directory, [
      'save',
      '-o',
      join(await temporaryFolder(), 'w.tar'),
      'win:1',
    ]);
    expect([code, err]).toEqual([0, err]);
    await expectSoundStore(context.directory);
  });

  test('may be missing: the image is there, its bytes are those that are here', async () => {
    expect(isForeignLayerType(type)).toBe(true);
    const context = await loaded(type, false);
    const { graph, damaged } = await readStoreView(context);
    expect(damaged).toEqual([]);
    const [found] = graph.images;
    const bytes = [...(await blobsOnDisk(context.directory)).values()].reduce((sum, size) => sum + size, 0);
    expect(found).toMatchObject({ id: image.id, size: bytes });
    expect(graph.layers[0]).toMatchObject({ size: 0, blobs: [{ digest: base.digest, missing: { urls } }] });
    expect((await inspectImage(context, image.id)).tarSize).toBeNull();
    const layer = await inspectLayer(context, graph.layers[0]?.chainId ?? (base.diffId as never));
    expect(layer).toMatchObject({ entries: null, largest: [] });
    expect(layer.inspectJson).toContain(urls[0]);
    expect(await fsck(context, { repair: false }, quietRun())).toMatchObject({ damage: [] });
  });

  test('that is there is a layer as any other', async () => {
    const context = await loaded(type, true);
    const view = await readStoreView(context);
    expect(view.graph.layers.map(({ tarSize }) => tarSize)).toEqual([base.tar.length, top.tar.length]);
    const [found] = view.graph.images;
    if (!found) throw new Error('no image');
    const tree = await fileTree(context, view, found, null);
    expect(tree.find('Files/Windows/notepad.exe', true)?.entry?.kind).toBe('file');
    expect(tree.find('Hives/System_Delta', true)?.entry?.kind).toBe('file');
  });
});

test('load, images, fsck and inspect say which layers of an image are not here', async () => {
  const store = await openStore();
  const file = await temporaryFile(layout(types[1] ?? '', false).archive);
  const said = `win:1: layer 1 of 2 is not here; it may be left where it came from (${urls.join(', ')}).`;
  for (const words of [['load', file], ['images'], ['fsck']]) {
    const { code, err } = await callCommand(store.directory, words);
    expect([code, err], words[0]).toEqual([0, expect.stringContaining(said)]);
  }
  expect((await callCommand(store.directory, ['images', '-q'])).err).toBe('');
  const { out } = await callCommand(store.directory, ['inspect', 'win:1']);
  const [{ Layers: listed = [] } = {}] = JSON.parse(out) as { Layers?: Record<string, unknown>[] }[];
  expect(listed.map((each) => [each['Missing'], each['Urls']])).toEqual([
    [true, urls],
    [undefined, undefined],
  ]);
});

test('what needs a missing layer says which one, and where it was; what does not need it works', async () => {
  const context = await loaded(types[1] ?? '', false);
  const view = await readStoreView(context);
  const [found] = view.graph.images;
  if (!found) throw new Error('no image');
  const expected = { layer: found.layers[0]?.slice(7, 19), urls: urls[0] };
  expect(await problemFacts(fileTree(context, view, found, null), 'layer-elsewhere')).toEqual(expected);
  const target = join(await temporaryFolder(), 'out.tar');
  const save = (format: 'docker-archive' | 'oci-archive') =>
    saveImages(context, { what: ['win:1'], target, format }, quietRun());
  expect(await refusedUnchanged(context, () => save('docker-archive'), 'layer-elsewhere')).toEqual(expected);
  const own = await fileTree(context, view, found, found.layers[1] ?? null);
  expect(own.find('Files/app.txt', true)?.entry?.kind).toBe('file');
  const hits: string[] = [];
  for await (const { path } of findPaths(context, view, { fits: () => true, part: null })) hits.push(path);
  expect(hits).toEqual(['Files/app.txt', 'Hives/System_Delta']);
  await save('oci-archive');
  const again = await openStore();
  expect((await load(again, target)).images).toEqual([{ id: image.id, names: ['win:1'], isNew: true }]);
});

test('the bytes may come later, with another archive', async () => {
  const context = await loaded(types[3] ?? '', false);
  await readStoreView(context);
  await load(context, layout(types[3] ?? '', true).archive);
  const { graph } = await readStoreView(context);
  expect(graph.layers[0]?.blobs[0]).not.toHaveProperty('missing');
  expect(graph.layers[0]?.size).toBe(base.blob.length);
});

test('a docker-archive may be without a layer that its LayerSources say is foreign', async () => {
  const context = await openStore();
  const source = { mediaType: types[1], digest: base.digest, size: base.blob.length, urls };
  const without = (sources: Record<string, unknown>): Buffer => {
    const members = dockerMembers([image]).filter(({ path }) => !path.startsWith(base.digest.slice(7)));
    const manifest = JSON.parse(String(members.at(-1)?.content)) as Record<string, unknown>[];
    const content = JSON.stringify([{ ...manifest[0], LayerSources: sources }]);
    return tarOf(replaceMember(members, 'manifest.json', content));
  };
  for (const sources of [{}, { [base.diffId]: { ...source, mediaType: top.mediaType } }])
    await refusedUnchanged(context, () => load(context, without(sources)), 'blob-missing');
  await load(context, without({ [base.diffId]: source }));
  const { graph } = await readStoreView(context);
  expect(graph.images.map(({ id }) => id)).toEqual([image.id]);
  expect(graph.layers[0]?.blobs).toMatchObject([{ digest: base.digest, missing: { urls } }]);
  const before = await blobsOnDisk(context.directory);
  await load(context, without({ [base.diffId]: source }));
  expect(await blobsOnDisk(context.directory)).toEqual(before);
});

test('a layer of any other type has to be there', async () => {
  const context = await openStore();
  for (const type of [
    'application/vnd.oci.image.layer.v1.tar',
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
  ]) {
    const facts = await refusedUnchanged(
      context,
      () => load(context, layout(type, false).archive),
      'blob-missing',
    );
    expect(facts).toMatchObject({ entry: blobPath(base.digest), what: 'layer' });
  }
});

test('a Windows image is not mounted, and says so', async () => {
  const context = await loaded(types[0] ?? '', true);
  const facts = await problemFacts(
    mountImage(context, { image: parseImageId(image.id), target: null, kept: false }, quietRun()),
    'image-of-other-system',
  );
  expect(facts).toEqual({ name: 'win:1', os: 'Windows' });
});
