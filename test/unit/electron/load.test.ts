import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import {
  blobPath,
  buildImage,
  digestOf,
  dockerArchive,
  dockerMembers,
  gzip,
  noise,
  ociArchive,
  ociMembers,
  tarOf,
  writeMembers,
  zstd,
  type ImageSpec,
} from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  quietRun,
  snapshotDirectory,
  temporaryFile,
  temporaryFolder,
} from '../../setup/temporary';

const base = {
  files: [
    { path: 'etc', type: 'directory' as const },
    { path: 'etc/os', content: 'base\n' },
  ],
};
const shop: ImageSpec = {
  names: ['shop:1.0'],
  layers: [base, { files: [{ path: 'srv/shop', content: noise(3000, 2) }] }],
};
const shopNext: ImageSpec = {
  names: ['shop:1.1', 'shop:latest'],
  layers: [base, { files: [{ path: 'srv/shop', content: noise(3000, 3) }] }],
};

/** Every form of one description, as bytes. */
const forms: readonly [string, (specs: readonly ImageSpec[]) => Buffer][] = [
  ['docker-archive', dockerArchive],
  ['docker-archive in gzip', (specs) => gzip(dockerArchive(specs))],
  ['OCI archive', ociArchive],
  ['OCI archive in gzip', (specs) => gzip(ociArchive(specs))],
];

describe.each(forms)('%s', (_form, archive) => {
  test('loads with its image ID, names and layers', async () => {
    const context = await openStore();
    const built = buildImage(shop);
    const result = await load(context, archive([shop]));
    expect(result.images).toEqual([{ id: built.id, names: ['shop:1.0'], isNew: true }]);
    expect(result).toMatchObject({ kind: 'load', layers: 2, newLayers: 2, movedNames: [] });
    const { graph } = await readStoreView(context);
    expect(graph.images.map(({ id, names }) => ({ id, names }))).toEqual([
      { id: built.id, names: ['shop:1.0'] },
    ]);
    expect(graph.layers.map(({ diffId }) => diffId).sort()).toEqual(
      built.layers.map(({ diffId }) => diffId).sort(),
    );
    expect(graph.layers.every(({ tarSize }) => tarSize !== null)).toBe(true);
    await expectSoundStore(context.directory);
  });

  test('holds several images, the layer that they share once', async () => {
    const context = await openStore();
    const [one, two] = [buildImage(shop), buildImage(shopNext)];
    const result = await load(context, archive([shop, shopNext]));
    expect(result.images).toEqual([
      { id: one.id, names: ['shop:1.0'], isNew: true },
      { id: two.id, names: ['shop:1.1', 'shop:latest'], isNew: true },
    ]);
    expect(result.layers).toBe(3);
    const blobs = await blobsOnDisk(context.directory);
    // Two configs, two manifests, three layers.
    expect(blobs.size).toBe(7);
    expect(result.addedBytes).toBe([...blobs.values()].reduce((sum, size) => sum + size, 0));
    await expectSoundStore(context.directory);
  });

  test('loaded a second time adds nothing', async () => {
    const context = await openStore();
    await load(context, archive([shop, shopNext]));
    const before = await snapshotDirectory(context.directory);
    const again = await load(context, archive([shop, shopNext]));
    expect(again).toMatchObject({ newLayers: 0, addedBytes: 0, movedNames: [] });
    expect(again.images.map(({ isNew }) => isNew)).toEqual([false, false]);
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });

  test('takes a name from the image that had it, which stays without a name', async () => {
    const context = await openStore();
    await load(context, archive([shop]));
    const taker: ImageSpec = { ...shopNext, names: ['shop:1.0'] };
    const result = await load(context, archive([taker]));
    expect(result.movedNames).toEqual(['shop:1.0']);
    const { graph } = await readStoreView(context);
    const names = new Map(graph.images.map((image) => [image.id, image.names]));
    expect(names).toEqual(
      new Map([
        [buildImage(shop).id, []],
        [buildImage(taker).id, ['shop:1.0']],
      ]),
    );
  });

  test('without a name becomes a dangling image', async () => {
    const context = await openStore();
    const result = await load(context, archive([{ layers: shop.layers }]));
    expect(result.images).toEqual([{ id: buildImage(shop).id, names: [], isNew: true }]);
  });

  test('without layers loads', async () => {
    const context = await openStore();
    const spec: ImageSpec = { names: ['empty:1'], layers: [] };
    const result = await load(context, archive([spec]));
    expect(result).toMatchObject({ layers: 0, newLayers: 0 });
    expect((await readStoreView(context)).graph.images[0]).toMatchObject({ layers: [], top: null });
  });

  test('with one layer three times stores it once', async () => {
    const context = await openStore();
    const spec: ImageSpec = { names: ['three:1'], layers: [base, base, base] };
    const result = await load(context, archive([spec]));
    expect(result.layers).toBe(1);
    const { graph } = await readStoreView(context);
    expect(graph.images[0]?.layers).toHaveLength(3);
    expect((await blobsOnDisk(context.directory)).size).toBe(3);
  });

  test('with gzip layers keeps their bytes', async () => {
    const context = await openStore();
    const spec: ImageSpec = { names: ['packed:1'], layers: shop.layers.map((l) => ({ ...l, gzip: true })) };
    await load(context, archive([spec]));
    const { layers } = buildImage(spec);
    const blobs = await blobsOnDisk(context.directory);
    for (const { digest, blob } of layers) expect(blobs.get(digest)).toBe(blob.length);
    const { graph } = await readStoreView(context);
    expect(graph.layers.map(({ diffId }) => diffId).sort()).toEqual(
      layers.map(({ diffId }) => diffId).sort(),
    );
  });
});

test('the same image as docker-archive and as OCI archive is one image', async () => {
  const context = await openStore();
  await load(context, dockerArchive([shop]));
  const result = await load(context, ociArchive([shop]));
  expect(result.images[0]?.isNew).toBe(false);
  expect(result.newLayers).toBe(0);
  expect((await readStoreView(context)).graph.images).toHaveLength(1);
});

test('an OCI layout in a folder loads', async () => {
  const context = await openStore();
  const folder = await writeMembers(await temporaryFolder(), ociMembers([buildImage(shop)]));
  const result = await load(context, folder, 'layout');
  expect(result.images).toEqual([{ id: buildImage(shop).id, names: ['shop:1.0'], isNew: true }]);
  await expectSoundStore(context.directory);
});

test('an archive in zstd loads', async () => {
  const context = await openStore();
  const result = await load(context, zstd(dockerArchive([shop])));
  expect(result.images[0]?.id).toBe(buildImage(shop).id);
});

test('layers that come as symlinks to another layer, as Docker writes repeats, are one blob', async () => {
  const context = await openStore();
  const built = buildImage({ names: ['twice:1'], layers: [base, base] });
  const layer = built.layers[0];
  if (!layer) throw new Error('no layer');
  const archive = tarOf([
    { path: 'config.json', content: built.config },
    { path: 'one/layer.tar', content: layer.blob },
    { path: 'two/layer.tar', type: 'symlink', linkTarget: '../one/layer.tar' },
    {
      path: 'manifest.json',
      content: JSON.stringify([
        { Config: 'config.json', RepoTags: ['twice:1'], Layers: ['one/layer.tar', 'two/layer.tar'] },
      ]),
    },
  ]);
  expect((await load(context, archive)).images[0]?.id).toBe(built.id);
  expect((await blobsOnDisk(context.directory)).size).toBe(3);
});

test('keys in lower case and names with ./ are read as Go reads them', async () => {
  const context = await openStore();
  const built = buildImage(shop);
  const members = dockerMembers([built]).map((member) =>
    member.path === 'manifest.json'
      ? {
          path: './manifest.json',
          content: String(member.content)
            .replace('Config', 'config')
            .replace('RepoTags', 'repotags')
            .replace('Layers', 'layers'),
        }
      : { ...member, path: `./${member.path}` },
  );
  expect((await load(context, tarOf(members))).images[0]?.names).toEqual(['shop:1.0']);
});

test('a multi-platform index loads whole: every image under one root and its name', async () => {
  const context = await openStore();
  const platforms = ['amd64', 'arm64'].map((architecture) => buildImage({ ...shop, architecture }));
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: platforms.map(({ manifestDigest, manifest }, i) => ({
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: manifestDigest,
        size: manifest.length,
        platform: { os: 'linux', architecture: i === 0 ? 'amd64' : 'arm64' },
      })),
    }),
  );
  const digest = digestOf(index);
  const members = [
    ...ociMembers(platforms).filter(({ path }) => path !== 'index.json'),
    { path: blobPath(digest), content: index },
    {
      path: 'index.json',
      content: JSON.stringify({
        schemaVersion: 2,
        manifests: [
          {
            mediaType: 'application/vnd.oci.image.index.v1+json',
            digest,
            size: index.length,
            annotations: { 'org.opencontainers.image.ref.name': 'shop:1.0' },
          },
        ],
      }),
    },
  ];
  const result = await load(context, tarOf(members));
  expect(result.images.map(({ id }) => id)).toEqual(platforms.map(({ id }) => id));
  const { graph } = await readStoreView(context);
  for (const image of graph.images) expect(image).toMatchObject({ names: ['shop:1.0'], roots: [digest] });
});

test('two loads at once both arrive whole', async () => {
  const context = await openStore();
  await Promise.all([load(context, dockerArchive([shop])), load(context, ociArchive([shopNext]))]);
  const { graph } = await readStoreView(context);
  expect(graph.images.flatMap(({ names }) => names).sort()).toEqual(['shop:1.0', 'shop:1.1', 'shop:latest']);
  await expectSoundStore(context.directory);
});

test('loads at once of images on one base count every new layer once', async () => {
  const context = await openStore();
  const base = [{ files: [{ path: 'base', content: noise(300_000, 1) }] }, { files: [{ path: 'etc' }] }];
  const images: ImageSpec[] = Array.from({ length: 8 }, (_, i) => ({
    names: [`app${i}:1`],
    layers: [...base, { files: [{ path: `app${i}`, content: `${i}` }] }],
  }));
  const results = await Promise.all(images.map((image) => load(context, dockerArchive([image]))));
  const counts = results.map(({ newLayers }) => newLayers).sort();
  expect(counts).toEqual([1, 1, 1, 1, 1, 1, 1, 3]);
});

test('progress never goes beyond its total, nor back within a phase', async () => {
  const context = await openStore();
  const spec: ImageSpec = { layers: [{ files: [{ path: 'big', content: noise(5 << 20) }] }] };
  const path = await temporaryFile(dockerArchive([spec]));
  const steps: { phase: string; done: number; total: number | null }[] = [];
  await loadImages(
    context,
    { path, label: 'big.tar' },
    quietRun(undefined, (step) => void steps.push(step)),
  );
  expect(steps[0]?.phase).toBe('starting');
  expect(steps.at(-1)?.phase).toBe('committing');
  for (const { done, total } of steps) expect(done).toBeLessThanOrEqual(total ?? Infinity);
  const reading = steps.filter(({ phase, total }) => phase === 'reading' && total !== null).slice(1);
  expect(reading.map(({ done }) => done)).toEqual(reading.map(({ done }) => done).sort((a, b) => a - b));
  expect(reading.at(-1)?.done).toBe(reading.at(-1)?.total);
});

test('a store is never made among files of somebody else', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'photos'));
  await writeFile(join(folder, 'letter.txt'), 'mine');
  await expect(openStore(folder)).rejects.toMatchObject({ problem: { code: 'store-invalid' } });
  expect((await readdir(folder)).sort()).toEqual(['letter.txt', 'photos']);
});
