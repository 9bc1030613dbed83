import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskBytes } from '../../../electron/actions/ground/diskBytes';
import { readDiskUse } from '../../../electron/actions/upkeep/diskUse';
import { freeUnreached, previewUnreached } from '../../../electron/actions/upkeep/freeUnreached';
import { fsck, type FsckReport } from '../../../electron/actions/upkeep/fsck';
import { previewRemove } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { freedByRoots } from '../../../shared/graph/sharing';
import type { Digest } from '../../../shared/image/digest';
import { dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  load,
  openStore,
  problemFacts,
  quietRun,
  snapshotDirectory,
  type TestStore,
} from '../../setup/temporary';

const base = { files: [{ path: 'etc/os', content: noise(4000) }] };
const specs: readonly ImageSpec[] = [
  { names: ['shop:1'], layers: [base, { files: [{ path: 'srv/a', content: noise(5000, 1) }] }] },
  { names: ['shop:2'], layers: [base, { files: [{ path: 'srv/b', content: noise(6000, 2) }] }] },
  { created: '2022-01-01T00:00:00Z', layers: [{ files: [{ path: 'x', content: noise(900, 3) }] }] },
];

async function filled(): Promise<TestStore> {
  const context = await openStore();
  await load(context, dockerArchive(specs));
  return context;
}

/** A new process: nothing is remembered as verified. */
const check = async (context: TestStore, repair = false): Promise<FsckReport> =>
  fsck(await openStore(context.directory), { repair }, quietRun());

const fileOf = (context: TestStore, digest: string): string =>
  join(context.directory, 'blobs', 'sha256', digest.slice(7));

async function layerOf(context: TestStore, name: string, at: number): Promise<Digest> {
  const { graph } = await readStoreView(context);
  const image = graph.images.find(({ names }) => names.includes(name));
  const layer = graph.layers.find(({ chainId }) => chainId === image?.layers[at]);
  const digest = layer?.blobs[0]?.digest;
  if (digest === undefined) throw new Error(`no layer ${at} of ${name}`);
  return digest;
}

describe('fsck', () => {
  test('of a sound store finds nothing and changes nothing', async () => {
    const context = await filled();
    const before = await snapshotDirectory(context.directory);
    const report = await check(context);
    const blobs = await blobsOnDisk(context.directory);
    expect(report).toMatchObject({ damage: [], staleIndexes: 0, roots: 3, blobs: blobs.size });
    expect(report.bytes).toBe([...blobs.values()].reduce((sum, size) => sum + size, 0));
    expect(report.unreached).toEqual({ blobs: 0, bytes: 0 });
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });

  const faults: readonly [string, (path: string) => Promise<unknown>][] = [
    [
      'one byte is another',
      async (path) => {
        const bytes = await readFile(path);
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
        await writeFile(path, bytes);
      },
    ],
    ['it ends early', (path) => truncate(path, 700)],
    ['something stands behind it', (path) => appendFile(path, 'more')],
    ['it is gone', (path) => rm(path)],
  ];

  test.each(faults)('names every image of a shared layer of which %s', async (_, harm) => {
    const context = await filled();
    const layer = await layerOf(context, 'shop:1', 0);
    await harm(fileOf(context, layer));
    const { damage } = await check(context);
    expect(damage).toMatchObject([
      { digest: layer, kind: 'layer', images: ['shop:1', 'shop:2'], quarantined: false },
    ]);
    expect(damage[0]?.problem.code).toMatch(/^(?:blob-damaged|layer-invalid|archive-damaged)$/);
  });

  test.each(faults)('finds documents of which %s', async (_, harm) => {
    const context = await filled();
    const { graph } = await readStoreView(context);
    const image = graph.images.find(({ names }) => names.includes('shop:2'));
    const [manifest] = image?.manifests ?? [];
    for (const [kind, digest] of [
      ['config', image?.id],
      ['manifest', manifest],
    ] as const) {
      await harm(fileOf(context, digest ?? ''));
      const { damage } = await check(context);
      expect(damage.find((each) => each.digest === digest)).toMatchObject({ kind, images: ['shop:2'] });
    }
  });

  test('--repair moves damaged blobs out of the way; loading again makes the store whole', async () => {
    const context = await filled();
    const layer = await layerOf(context, 'shop:1', 1);
    await appendFile(fileOf(context, layer), 'x');
    const harmed = createHash('sha256')
      .update(await readFile(fileOf(context, layer)))
      .digest('hex');
    const report = await check(context, true);
    expect(report.damage).toMatchObject([{ digest: layer, images: ['shop:1'], quarantined: true }]);
    const kept = await readFile(join(context.directory, 'quarantine', layer.slice(7)));
    expect(createHash('sha256').update(kept).digest('hex')).toBe(harmed);
    await expect(stat(fileOf(context, layer))).rejects.toThrow('ENOENT');
    expect((await check(context)).damage).toMatchObject([{ digest: layer, quarantined: false }]);
    await load(await openStore(context.directory), dockerArchive(specs));
    expect((await check(context)).damage).toEqual([]);
  });

  test('--repair leaves a blob where it is that another document lies about', async () => {
    const context = await openStore();
    const [spec] = specs;
    if (!spec) throw new Error('no image');
    await load(context, dockerArchive([spec]));
    const { graph } = await readStoreView(context);
    const [image] = graph.images;
    const other = createHash('sha256').update('another layer').digest('hex');
    const config = JSON.parse(await readFile(fileOf(context, image?.id ?? ''), 'utf8')) as {
      rootfs: { diff_ids: string[] };
    };
    config.rootfs.diff_ids[0] = `sha256:${other}`;
    const manifest = JSON.parse(await readFile(fileOf(context, image?.manifests[0] ?? ''), 'utf8')) as {
      config: { digest: string; size: number };
    };
    const put = async (document: unknown): Promise<{ digest: Digest; size: number }> => {
      const text = JSON.stringify(document);
      const hex = createHash('sha256').update(text).digest('hex');
      await writeFile(join(context.directory, 'blobs', 'sha256', hex), text);
      return { digest: `sha256:${hex}` as Digest, size: text.length };
    };
    Object.assign(manifest.config, await put(config));
    const lying = await put(manifest);
    await context.store.updateIndex((index) => ({
      ...index,
      manifests: index.manifests.map((descriptor) => ({ ...descriptor, ...lying })),
    }));
    const before = await blobsOnDisk(context.directory);
    const { damage } = await check(context, true);
    expect(damage).toMatchObject([{ kind: 'layer', images: ['shop:1'], quarantined: false }]);
    expect(await blobsOnDisk(context.directory)).toEqual(before);
  });

  test('--repair makes file indexes again that are missing or wrong', async () => {
    const context = await filled();
    const folder = join(context.directory, 'cache', 'index', 'sha256');
    const names = await readdir(folder);
    const [first = '', second = ''] = names;
    await rm(join(folder, first));
    await appendFile(join(folder, second), '{"path":"srv/never-there"}\n');
    expect(await check(context)).toMatchObject({ damage: [], staleIndexes: 2 });
    expect(await check(context, true)).toMatchObject({ damage: [], staleIndexes: 2 });
    expect(await readdir(folder)).toEqual(names);
    expect(await check(context)).toMatchObject({ damage: [], staleIndexes: 0, staleCaches: [] });
  });

  test('a cancelled check leaves nothing behind', async () => {
    const context = await filled();
    const before = await snapshotDirectory(context.directory);
    const abort = new AbortController();
    const run = quietRun(abort.signal, () => abort.abort());
    await problemFacts(fsck(await openStore(context.directory), { repair: true }, run), 'cancelled');
    expect(await snapshotDirectory(context.directory)).toEqual(before);
  });

  test('what no image needs is no damage', async () => {
    const context = await filled();
    const bytes = 'left over';
    const name = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(context.directory, 'blobs', 'sha256', name), bytes, { mode: 0o444 });
    expect(await check(context)).toMatchObject({ damage: [], unreached: { blobs: 1, bytes: bytes.length } });
  });
});

describe('gc', () => {
  test('frees what nothing reaches, to the byte, and says it before', async () => {
    const context = await filled();
    const before = await blobsOnDisk(context.directory);
    const bytes = noise(3000, 9);
    const name = createHash('sha256').update(bytes).digest('hex');
    await writeFile(join(context.directory, 'blobs', 'sha256', name), bytes, { mode: 0o444 });
    const said = await previewUnreached(context);
    expect(said).toEqual({
      blobs: [`sha256:${name}`],
      bytes: 3000,
      unpacked: { count: 0, bytes: 0 },
      removals: 0,
    });
    expect(await freeUnreached(context, quietRun())).toEqual(said);
    expect(await blobsOnDisk(context.directory)).toEqual(before);
  });

  test('frees removals that could still be taken back', async () => {
    const context = await filled();
    const { graph } = await readStoreView(context);
    const going = graph.images.find(({ names }) => names.includes('shop:2'));
    await context.store.moveToTrash(new Set(going?.roots));
    const whole = [...(await blobsOnDisk(context.directory)).values()].reduce((sum, size) => sum + size, 0);
    expect((await context.store.unreachedBlobs({ withTrash: false })).blobs).toEqual([]);
    const said = await previewUnreached(context);
    expect(said.removals).toBe(1);
    expect((await freeUnreached(context, quietRun())).bytes).toBe(said.bytes);
    const left = [...(await blobsOnDisk(context.directory)).values()].reduce((sum, size) => sum + size, 0);
    expect(whole - left).toBe(said.bytes);
  });

  test.runIf(process.getuid?.() === 0)(
    'drops unpacked layers of every kind that no mount shows, and counts them as df does',
    async () => {
      const context = await filled();
      const { graph } = await readStoreView(context);
      const hexOfLayer = (at: number): string => graph.layers[at]?.diffId.slice(7) ?? '';
      const old = new Date(Date.now() - 120_000);
      const place = async (kind: string, name: string, isOld: boolean): Promise<string> => {
        const folder = join(context.directory, 'cache', 'layers', kind, name);
        await mkdir(folder, { recursive: true });
        await writeFile(join(folder, 'file'), noise(5000, name.charCodeAt(0)));
        if (isOld) await utimes(folder, old, old);
        return folder;
      };
      const kinds = ['root', 'fuse-0', 'single-0', 'mapped-1000'];
      const going: string[] = [];
      const fresh: string[] = [];
      for (const kind of kinds) {
        // Of no image; of an image, unused for long; of an image, about to be mounted.
        going.push(await place(kind, 'f'.repeat(64), false), await place(kind, hexOfLayer(0), true));
        fresh.push(await place(kind, hexOfLayer(1), false));
      }
      const bytes = await diskBytes(...going);
      const said = await previewUnreached(context);
      expect(said).toEqual({ blobs: [], bytes: 0, unpacked: { count: going.length, bytes }, removals: 0 });
      const idle = async (): Promise<number | undefined> =>
        (await readDiskUse(context)).rows.find(({ kind }) => kind === 'unpacked')?.reclaimable;
      expect(await idle()).toBe(bytes + (await diskBytes(...fresh)));
      expect(await freeUnreached(context, quietRun())).toEqual(said);
      expect(going.filter(existsSync)).toEqual([]);
      expect(fresh.filter(existsSync)).toEqual(fresh);
      expect(await idle()).toBe(await diskBytes(...fresh));
    },
  );

  test('spares what a running load holds', async () => {
    const context = await filled();
    const ingest = await context.store.beginIngest();
    const layer = await layerOf(context, 'shop:1', 1);
    expect(await ingest.lease(layer)).toBe(true);
    await context.store.updateIndex((index) => ({ ...index, manifests: [] }));
    await freeUnreached(context, quietRun());
    expect([...(await blobsOnDisk(context.directory)).keys()]).toEqual([layer]);
    await ingest.abort();
    await freeUnreached(context, quietRun());
    expect((await blobsOnDisk(context.directory)).size).toBe(0);
  });
});

test('df: bytes are those on disk, and what it calls reclaimable is what a removal says', async () => {
  const context = await filled();
  await mkdir(join(context.directory, 'cache', 'layers', 'root', 'f'.repeat(64)), { recursive: true });
  const use = await readDiskUse(context);
  const row = (kind: string): (typeof use.rows)[number] | undefined =>
    use.rows.find((each) => each.kind === kind);
  const whole = [...(await blobsOnDisk(context.directory)).values()].reduce((sum, size) => sum + size, 0);
  expect(row('images')).toMatchObject({ count: 3, active: 0, size: whole });
  const { graph, closures } = await readStoreView(context);
  // As `docker system df` has it: what nothing uses.
  const prune = await previewRemove(context, { images: graph.images.map(({ id }) => id), names: [] });
  expect(row('images')?.reclaimable).toBe(prune.freedBytes);
  for (const image of use.images) {
    const said = await previewRemove(context, { images: [image.id], names: [] });
    expect(image.reclaimable).toBe(said.freedBytes);
    expect(image.shared + image.unique).toBe(image.size);
  }
  const all = graph.images.flatMap(({ roots }) => roots);
  expect(freedByRoots(closures)(all)).toBe(whole);
  expect(row('indexes')?.count).toBe(4);
});
