import { beforeEach, describe, expect, test } from 'vitest';
import { planPrune } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { timeBefore } from '../../../electron/cli/commands/images';
import { callCommand } from '../../setup/callCommand';
import { noise, ociArchive, type LayerSpec } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
import { blobsOnDisk, load, openStore } from '../../setup/temporary';

const base = [{ path: 'base', content: noise(4000, 1) }];
const layer = (seed: number, form: Partial<LayerSpec> = {}): LayerSpec => ({
  files: [{ path: `f${seed}`, content: noise(3000, seed) }],
  ...form,
});

let store = '';
let index = '';
const json = async (...words: string[]): Promise<unknown> => {
  const called = await callCommand(store, ['--json', ...words]);
  expect(called.err).toBe('');
  return JSON.parse(called.out);
};

beforeEach(async () => {
  const context = await openStore();
  store = context.directory;
  const [plain, packed] = [{ files: base }, { files: base, gzip: true }];
  const made = await load(
    context,
    ociArchive([
      { names: ['rig/one:1'], layers: [plain, layer(2)], created: '2020-01-01T00:00:00Z' },
      { names: ['rig/two:1', 'debian:12'], layers: [packed, layer(3)], created: '2024-01-01T00:00:00Z' },
      { layers: [packed, layer(2, { gzip: true }), layer(4)], created: '2021-01-01T00:00:00Z' },
    ]),
  );
  expect(made).toMatchObject({ layers: 4, newLayers: 4 });
  const layout = indexedLayout('rig/multi:1', [
    { os: 'linux', architecture: 'amd64', layers: [plain, layer(5)] },
    { os: 'linux', architecture: 'arm64', layers: [plain, layer(6)] },
  ]);
  index = layout.index.digest;
  expect(await load(context, layout.archive)).toMatchObject({ layers: 3, newLayers: 2 });
});

interface Use {
  readonly rows: readonly { readonly kind: string; readonly size: number; readonly reclaimable: number }[];
  readonly images: readonly {
    readonly names: readonly string[];
    readonly unique: number;
    readonly reclaimable: number;
  }[];
  readonly between: { readonly size: number; readonly reclaimable: number };
  readonly total: { readonly size: number; readonly reclaimable: number };
}

describe('one size everywhere', () => {
  test('layers and documents of inspect, and the steps of history, add up to the image', async () => {
    for (const name of ['rig/one:1', 'rig/two:1', 'debian:12']) {
      const [document] = (await json('inspect', name)) as [
        { Layers: { StoredSize: number }[]; DocumentsSize: number; StoredSize: number },
      ];
      const layers = document.Layers.reduce((sum, { StoredSize }) => sum + StoredSize, 0);
      expect(layers + document.DocumentsSize).toBe(document.StoredSize);
      const steps = (await json('history', name)) as { size: number }[];
      expect(steps.reduce((sum, { size }) => sum + size, 0)).toBe(layers);
      expect(document.DocumentsSize).toBeLessThan(2000);
    }
  });

  test('df adds up, and what it calls reclaimable is what prune frees', async () => {
    const use = (await json('df')) as Use;
    const images = use.rows.find(({ kind }) => kind === 'images');
    const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
    expect(sum(use.images.map(({ unique }) => unique)) + use.between.size).toBe(images?.size);
    expect(sum(use.images.map((image) => image.reclaimable)) + use.between.reclaimable).toBe(
      images?.reclaimable,
    );
    expect(use.total.size).toBe(sum(use.rows.map(({ size }) => size)));
    const multi = use.images.filter(({ names }) => names.includes('rig/multi:1'));
    expect(multi).toHaveLength(1);
    expect(multi[0]?.unique).toBeGreaterThan(6000);
    expect(await json('prune', '-a', '-n')).toMatchObject({ freedBytes: images?.reclaimable });
  });

  test('a prune takes no platform of a name of which another is used, and says what it skips', async () => {
    const { graph } = await readStoreView(await openStore(store));
    const [one, other] = graph.images.filter(({ names }) => names.includes('rig/multi:1'));
    const plan = planPrune(graph, new Map([[one?.id ?? graph.images[0]!.id, ['work']]]), { all: true });
    expect(plan.images).toHaveLength(graph.images.length - 2);
    expect(plan.skipped.map(({ image }) => image.id).sort()).toEqual([one?.id, other?.id].sort());
  });
});

describe('one name', () => {
  const listed = async (...words: string[]): Promise<readonly string[]> =>
    ((await json('images', ...words)) as { repository: string; tag: string }[])
      .map(({ repository, tag }) => `${repository}:${tag}`)
      .filter((name, i, all) => all.indexOf(name) === i)
      .sort();

  test.each<[readonly string[], readonly string[]]>([
    [['rig/*:1'], ['rig/multi:1', 'rig/one:1', 'rig/two:1']],
    [['rig/t*'], ['rig/two:1']],
    [['debian'], ['debian:12']],
    [['docker.io/library/debian:*'], ['debian:12']],
    [['-f', 'reference=docker.io/library/debian'], ['debian:12']],
    [['-f', 'reference=library/debian:12'], ['debian:12']],
    [['-f', 'reference=index.docker.io/rig/one:1'], ['rig/one:1']],
    [
      ['-f', 'reference=*/*'],
      ['rig/multi:1', 'rig/one:1', 'rig/two:1'],
    ],
    [['-f', 'until=2022-01-01', '-f', 'dangling=false', 'rig/one'], ['rig/one:1']],
    [['-f', 'until=2022-01-01', 'rig/two'], []],
  ])('images %j', async (words, expected) => {
    expect(await listed(...words)).toEqual(expected);
  });

  test('the digest of a name is that of its index', async () => {
    const rows = (await json('images', 'rig/multi')) as { digest: string }[];
    expect(new Set(rows.map(({ digest }) => digest))).toEqual(new Set([index]));
    const [document] = (await json('inspect', '--platform', 'linux/arm64', 'rig/multi:1')) as [
      { RepoDigests: string[] },
    ];
    expect(document.RepoDigests).toEqual([`rig/multi@${index}`]);
    expect(await listed(`rig/multi@${index}`)).toEqual(['rig/multi:1']);
  });

  test('ages and times of until are read as Docker reads them', () => {
    expect([
      timeBefore('1h30m', 5_400_000),
      timeBefore('12', 0),
      timeBefore('2020-01-01T00:00:00Z', 0),
    ]).toEqual([0, 12_000, 1_577_836_800_000]);
    expect(timeBefore('soon', 0)).toBeNull();
  });

  test('until leaves the very moment out where images are listed, and takes it in where they are pruned', async () => {
    const [image] = (await json('inspect', 'rig/one:1')) as [{ Created: string }];
    const until = (time: string): string[] => ['--filter', `until=${time}`, '--filter', 'reference=rig/one'];
    const earlier = new Date(Date.parse(image.Created) - 1).toISOString();
    expect(await listed(...until(image.Created))).toEqual([]);
    const freed = async (time: string): Promise<number> =>
      ((await json('prune', '-a', '-n', ...until(time))) as { freedBytes: number }).freedBytes;
    expect(await freed(earlier)).toBe(0);
    expect(await freed(image.Created)).toBeGreaterThan(0);
  });

  test('a layer is named by its number from the base; find looks in named images', async () => {
    const [second] = (await json('inspect', 'rig/one:1@2')) as [{ Id: string }];
    const [image] = (await json('inspect', 'rig/one:1')) as [{ ChainIds: string[] }];
    expect(second.Id).toBe(image.ChainIds[1]);
    expect(await json('find', 'f2', 'rig/two:1')).toEqual([]);
    expect(await json('find', 'f2', 'rig/one:1@2')).toMatchObject([{ path: 'f2', images: ['rig/one:1'] }]);
    expect(await json('squash', '-n', '--from', '1', 'rig/one:1')).toMatchObject({ layers: 2 });
  });
});

test('inputs that are loaded beside each other each count what they brought', async () => {
  const context = await openStore();
  const forms: readonly Partial<LayerSpec>[] = [{}, { gzip: true }];
  const inputs = Array.from({ length: 8 }, (_, i) =>
    ociArchive([
      { names: [`rig/beside:${i}`], layers: [layer(70), layer(71), layer(80 + (i % 5), forms[i % 2] ?? {})] },
    ]),
  );
  const made = await Promise.all(inputs.map((input) => load(context, input)));
  const sum = (of: (each: (typeof made)[number]) => number): number =>
    made.reduce((all, each) => all + of(each), 0);
  const { graph } = await readStoreView(context);
  expect(sum(({ newLayers }) => newLayers)).toBe(new Set(graph.layers.map(({ diffId }) => diffId)).size);
  expect(sum(({ images }) => images.filter(({ isNew }) => isNew).length)).toBe(graph.images.length);
  const onDisk = [...(await blobsOnDisk(context.directory)).values()].reduce((all, size) => all + size, 0);
  expect(sum(({ addedBytes }) => addedBytes)).toBe(onDisk);
});
