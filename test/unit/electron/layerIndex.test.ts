import { wholeFile } from '../../../electron/store/blobFile';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectLayer } from '../../../electron/actions/images/inspectLayer';
import { openStoredLayer } from '../../../electron/actions/images/storedLayers';
import { readStoreView } from '../../../electron/actions/images/storeView';
import type { SizedBlob } from '../../../electron/store/contentStore';
import { isSameIndex, readLayerEntries, readLayerFacts } from '../../../electron/index/layerIndex';
import {
  findEntry,
  largestFiles,
  listDirectory,
  readFileHead,
  type OpenLayer,
} from '../../../electron/index/openLayer';
import type { LayerEntry } from '../../../shared/layer/entry';
import {
  buildLayer,
  dockerArchive,
  gzip,
  noise,
  ociArchive,
  type LayerSpec,
  type TarMember,
} from '../../setup/imageBuilder';
import {
  load,
  openStore,
  problemFacts,
  temporaryFile,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

const long = `${'deep/'.repeat(40)}file`;
const files: readonly TarMember[] = [
  { path: 'etc', type: 'directory', mode: 0o755 },
  { path: 'etc/os', content: 'base\n', mode: 0o640, uid: 7, gid: 8, mtime: 1_600_000_000 },
  { path: 'etc/empty' },
  { path: 'srv/shop', content: noise(70_000), mode: 0o4755, xattrs: { 'user.a': 'b' } },
  { path: 'srv/link', type: 'symlink', linkTarget: '/etc/os' },
  { path: 'srv/same', type: 'hardlink', linkTarget: './etc/os' },
  { path: 'dev/tty', type: 'character', major: 4, minor: 64 },
  { path: 'dev/disk', type: 'block', major: 8, minor: 1 },
  { path: 'dev/pipe', type: 'fifo' },
  { path: 'etc/.wh.gone' },
  { path: 'var/.wh..wh..opq' },
  { path: long, content: 'far down' },
  { path: 'ünï/文', content: 'unicode' },
  { path: './dotted/', type: 'directory' },
  { path: 'etc/os', content: 'base, again\n' },
];

const blobOf = (spec: LayerSpec): SizedBlob => {
  const { digest, blob } = buildLayer(spec);
  return { digest, size: blob.length };
};

async function layerIn(context: TestStore, spec: LayerSpec): Promise<OpenLayer> {
  await load(context, ociArchive([{ names: ['x:1'], layers: [spec] }]));
  return openStoredLayer(context, blobOf(spec));
}

async function entriesOf(layer: OpenLayer): Promise<LayerEntry[]> {
  const entries: LayerEntry[] = [];
  for await (const entry of readLayerEntries(layer.indexPath)) entries.push(entry);
  return entries;
}

describe.each([
  ['plain', false],
  ['in gzip', true],
])('the index of a layer %s', (_form, packed) => {
  test('holds every entry as the tar has it, in its order', async () => {
    const layer = await layerIn(await openStore(), { files, gzip: packed });
    const entries = await entriesOf(layer);
    expect(entries.map(({ kind, path }) => [kind, path])).toEqual([
      ['directory', 'etc'],
      ['file', 'etc/os'],
      ['file', 'etc/empty'],
      ['file', 'srv/shop'],
      ['symlink', 'srv/link'],
      ['hardlink', 'srv/same'],
      ['character', 'dev/tty'],
      ['block', 'dev/disk'],
      ['fifo', 'dev/pipe'],
      ['whiteout', 'etc/gone'],
      ['opaque', 'var'],
      ['file', long],
      ['file', 'ünï/文'],
      ['directory', 'dotted'],
      ['file', 'etc/os'],
    ]);
    expect(entries[1]).toMatchObject({ mode: 0o640, uid: 7, gid: 8, mtime: 1_600_000_000, size: 5 });
    expect(entries[3]).toMatchObject({ mode: 0o4755, size: 70_000 });
    expect(entries[4]).toMatchObject({ target: '/etc/os' });
    expect(entries[5]).toMatchObject({ target: 'etc/os' });
    expect(entries[6]).toMatchObject({ major: 4, minor: 64 });
  });

  test('has the facts of the layer', async () => {
    const built = buildLayer({ files, gzip: packed });
    const { facts } = await layerIn(await openStore(), { files, gzip: packed });
    expect(facts).toEqual({
      digest: built.digest,
      size: built.blob.length,
      compression: packed ? 'gzip' : 'none',
      diffId: built.diffId,
      tarSize: built.tar.length,
      contentSize: files.reduce((sum, { content = '' }) => sum + Buffer.from(content).length, 0),
      entries: files.length,
      brings: { path: 'srv', bytes: 70_000 },
    });
  });

  test('gives each file’s contents at its offset', async () => {
    const layer = await layerIn(await openStore(), { files, gzip: packed });
    const entries = await entriesOf(layer);
    for (const [i, entry] of entries.entries()) {
      if (entry.kind !== 'file') continue;
      const content = Buffer.from(files[i]?.content ?? '');
      expect(Buffer.from(await readFileHead(layer, entry, 1 << 20))).toEqual(content);
      expect(Buffer.from(await readFileHead(layer, entry, 3))).toEqual(content.subarray(0, 3));
    }
  });

  test('finds the last entry of a path, lists a folder, knows the largest', async () => {
    const layer = await layerIn(await openStore(), { files, gzip: packed });
    expect(await findEntry(layer, 'etc/os')).toMatchObject({ size: 12 });
    expect(await findEntry(layer, 'etc/none')).toBeNull();
    expect((await listDirectory(layer, 'dev')).map(({ path }) => path)).toEqual([
      'dev/tty',
      'dev/disk',
      'dev/pipe',
    ]);
    expect((await listDirectory(layer, '')).map(({ path }) => path)).toEqual(['etc', 'var', 'dotted']);
    expect(await largestFiles(layer, 2)).toEqual([
      { path: 'srv/shop', size: 70_000 },
      { path: 'etc/os', size: 12 },
    ]);
  });

  test('is made again, the same, when it was deleted, cut off or is another layer’s', async () => {
    const context = await openStore();
    const { indexPath, facts } = await layerIn(context, { files, gzip: packed });
    const before = await readFile(indexPath);
    const kept = await temporaryFile(before, 'index');
    const cache = join(context.directory, 'cache');
    const spoil: readonly (() => Promise<unknown>)[] = [
      () => rm(indexPath),
      () => truncate(indexPath, 500),
      () => writeFile(indexPath, ' '.repeat(1023) + '\n'),
      () =>
        writeFile(
          indexPath,
          Buffer.from(before.toString().replace(facts.digest, `sha256:${'0'.repeat(64)}`)),
        ),
      () => rm(cache, { recursive: true }),
    ];
    for (const change of spoil) {
      await change();
      const fresh = await openStore(context.directory);
      const layer = await openStoredLayer(fresh, blobOf({ files, gzip: packed }));
      expect(layer.facts).toEqual(facts);
      expect(await isSameIndex(kept, indexPath)).toBe(true);
      expect(await readdir(join(cache, 'index', 'sha256'))).toHaveLength(1);
    }
  });
});

test('the same layer has the same entries and offsets whichever archive it came in', async () => {
  const specs = [{ names: ['x:1'], layers: [{ files }] }];
  const seen: LayerEntry[][] = [];
  for (const archive of [
    dockerArchive(specs),
    gzip(dockerArchive(specs)),
    ociArchive(specs),
    gzip(ociArchive(specs)),
  ]) {
    const context = await openStore();
    await load(context, archive);
    seen.push(await entriesOf(await openStoredLayer(context, blobOf({ files }))));
  }
  for (const entries of seen.slice(1)) expect(entries).toEqual(seen[0]);
});

test('offsets lead to the contents, whatever names and sizes a layer has', async () => {
  const context = await openStore();
  const file = fc.record({
    path: fc
      .array(fc.stringMatching(/^[a-zä文 -]{1,40}$/), { minLength: 1, maxLength: 5 })
      .map((parts) => parts.map((part) => `n${part}`).join('/')),
    content: fc.uint8Array({ maxLength: 1400 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { minLength: 1, maxLength: 12 }),
      fc.boolean(),
      async (members, packed) => {
        const layer = await layerIn(context, { files: members, gzip: packed });
        const entries = await entriesOf(layer);
        expect(entries.map(({ path }) => path)).toEqual(members.map(({ path }) => path));
        for (const [i, entry] of entries.entries()) {
          if (entry.kind !== 'file') throw new Error(entry.kind);
          expect([...(await readFileHead(layer, entry, 1 << 20))]).toEqual([...(members[i]?.content ?? [])]);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('a layer whose bytes have changed gives no index', async () => {
  const context = await openStore();
  const layer = await layerIn(context, { files });
  const bytes = await readFile(wholeFile(layer.blob));
  bytes[bytes.length - 1] = 1;
  await rm(wholeFile(layer.blob));
  await writeFile(wholeFile(layer.blob), bytes);
  await rm(layer.indexPath);
  await problemFacts(openStoredLayer(context, blobOf({ files })), 'blob-damaged');
  expect(await readdir(join(context.directory, 'cache', 'index', 'sha256'))).toEqual([]);
});

test('a layer that ends before the contents do says so', async () => {
  const context = await openStore();
  const layer = await layerIn(context, { files });
  const entry = await findEntry(layer, 'srv/shop');
  if (entry?.kind !== 'file') throw new Error('no file');
  const bytes = await readFile(wholeFile(layer.blob));
  await rm(wholeFile(layer.blob));
  await writeFile(wholeFile(layer.blob), bytes.subarray(0, entry.offset + 100));
  await problemFacts(readFileHead(layer, entry, 1 << 20), 'blob-damaged');
});

test('a layer is inspected with its index deleted', async () => {
  const context = await openStore();
  await layerIn(context, { files, gzip: true });
  await rm(join(context.directory, 'cache'), { recursive: true });
  const fresh = await openStore(context.directory);
  const [node] = (await readStoreView(fresh)).graph.layers;
  if (!node) throw new Error('no layer');
  expect(node.tarSize).toBeNull();
  const detail = await inspectLayer(fresh, node.chainId);
  expect(detail).toMatchObject({ entries: files.length, tarSize: buildLayer({ files }).tar.length });
  expect(detail.largest[0]).toEqual({ path: 'srv/shop', size: 70_000 });
});

test('files that are no index have no facts', async () => {
  const folder = await temporaryFolder();
  expect(readLayerFacts(join(folder, 'none'))).toBeNull();
  for (const text of ['', 'x', `${'x'.repeat(1023)}\n`, `${JSON.stringify({ format: 99 }).padEnd(1023)}\n`]) {
    await writeFile(join(folder, 'index'), text);
    expect(readLayerFacts(join(folder, 'index'))).toBeNull();
  }
});

test.each(['not JSON', '[', '{}', 'null', '["f","path"]', '["s","path",1,0,0,0,7]'])(
  'an index with the line %s is called damaged',
  async (line) => {
    const path = join(await temporaryFolder(), 'index');
    await writeFile(path, `${' '.repeat(1023)}\n["d","etc",493,0,0,1]\n${line}\n`);
    const read = async (): Promise<void> => {
      for await (const entry of readLayerEntries(path)) expect(entry.path).toBe('etc');
    };
    expect(await problemFacts(read(), 'layer-invalid')).toMatchObject({ file: 'index' });
  },
);
