import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readLayerTree } from '../../../electron/actions/inside/layerTree';
import { readStoreView } from '../../../electron/actions/images/storeView';
import type { ChainId } from '../../../shared/image/digest';
import type { LayerEntry } from '../../../shared/layer/entry';
import { LayerTreeBuilder, type TreePage } from '../../../shared/layer/layerTree';
import type { LayerTree } from '../../../shared/ipc/layerTree';
import { buildLayer, noise, ociArchive, type LayerSpec, type TarMember } from '../../setup/imageBuilder';
import { load, openStore, problemFacts, quietRun, type TestStore } from '../../setup/temporary';

const files: readonly TarMember[] = [
  { path: 'usr', type: 'directory', mode: 0o755 },
  { path: 'usr/lib/big.so', content: noise(5000) },
  { path: 'usr/lib/small.so', content: noise(100) },
  { path: 'usr/lib/again.so', type: 'hardlink', linkTarget: 'usr/lib/big.so' },
  { path: 'usr/bin/tool', content: noise(700) },
  { path: 'usr/bin/link', type: 'symlink', linkTarget: 'tool' },
  { path: 'etc/os', content: noise(900) },
  { path: 'etc/empty' },
  { path: 'etc/.wh.gone' },
  { path: 'var/.wh..wh..opq' },
  { path: 'etc/os', content: noise(50) },
];

async function layerIn(context: TestStore, spec: LayerSpec): Promise<ChainId> {
  await load(context, ociArchive([{ names: ['x:1'], layers: [spec] }]));
  const [layer] = (await readStoreView(context)).graph.layers;
  if (!layer) throw new Error('no layer');
  return layer.chainId;
}

const tree = (context: TestStore, layer: ChainId, path = '', offset = 0): Promise<LayerTree> =>
  readLayerTree(context, { layer, path, offset }, quietRun());

const names = ({ page }: LayerTree | TreePage): readonly (readonly [string, number])[] =>
  page.map(({ name, bytes }) => [name, bytes]);

describe.each([
  ['plain', false],
  ['in gzip', true],
])('a layer %s', (_form, packed) => {
  test('is added up by directory: hard links once, the last of a path, no bytes for deletions', async () => {
    const context = await openStore();
    const layer = await layerIn(context, { files, gzip: packed });
    const root = await tree(context, layer);
    expect(names(root)).toEqual([
      ['usr', 5800],
      ['etc', 50],
    ]);
    expect(root).toMatchObject({
      bytes: 5850,
      layerBytes: 5850,
      files: 5,
      deletions: 2,
      entries: 2,
      restBytes: 0,
    });
    expect(root.storedBytes).toBe(buildLayer({ files, gzip: packed }).blob.length);
    expect(root.page[0]?.children.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['lib', 5100],
      ['bin', 700],
    ]);
    expect(names(await tree(context, layer, 'usr/lib'))).toEqual([
      ['big.so', 5000],
      ['small.so', 100],
    ]);
    expect(await tree(context, layer, 'etc')).toMatchObject({ files: 2, deletions: 1, entries: 1 });
    expect(await tree(context, layer, 'var')).toMatchObject({ bytes: 0, deletions: 1 });
  });
});

test('what is no directory of the layer is said', async () => {
  const context = await openStore();
  const layer = await layerIn(context, { files });
  expect(await problemFacts(tree(context, layer, 'nowhere'), 'file-not-found')).toEqual({ path: '/nowhere' });
  await problemFacts(tree(context, layer, 'etc/os'), 'file-not-found');
  await problemFacts(tree(context, `sha256:${'0'.repeat(64)}` as ChainId), 'layer-not-found');
});

test('a large directory comes in pages, largest first, and says what is left', async () => {
  const context = await openStore();
  const many = Array.from({ length: 1000 }, (_, i) => ({ path: `d/f${i}`, content: noise(1 + i) }));
  const layer = await layerIn(context, { files: many });
  const first = await tree(context, layer, 'd');
  expect(first.entries).toBe(1000);
  expect(first.page).toHaveLength(400);
  expect(first.page[0]).toMatchObject({ name: 'f999', bytes: 1000 });
  const seen = [...first.page];
  while (seen.length < first.entries) {
    const next = await tree(context, layer, 'd', seen.length);
    seen.push(...next.page);
    expect(next.restBytes).toBe(first.bytes - seen.reduce((sum, { bytes }) => sum + bytes, 0));
  }
  expect(new Set(seen.map(({ name }) => name)).size).toBe(1000);
});

test('the index is made again when it is missing, with progress; a stop leaves nothing behind', async () => {
  const context = await openStore();
  const layer = await layerIn(context, { files: [{ path: 'a/big', content: noise(3_000_000) }], gzip: true });
  const cache = join(context.directory, 'cache', 'index', 'sha256');
  await rm(cache, { recursive: true });
  const fresh = await openStore(context.directory);
  const stop = new AbortController();
  stop.abort();
  await problemFacts(
    readLayerTree(fresh, { layer, path: '', offset: 0 }, quietRun(stop.signal)),
    'cancelled',
  );
  expect(await readdir(cache).catch(() => [])).toEqual([]);
  const told: number[] = [];
  const read = await readLayerTree(
    fresh,
    { layer, path: 'a', offset: 0 },
    quietRun(undefined, ({ done }) => told.push(done)),
  );
  expect(names(read)).toEqual([['big', 3_000_000]]);
  expect(told.at(-1)).toBeGreaterThanOrEqual(read.storedBytes);
  expect(await readdir(cache)).toHaveLength(1);
});

describe('adding up entries', () => {
  const common = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
  const page = (entries: readonly LayerEntry[], path = ''): TreePage => {
    const builder = new LayerTreeBuilder();
    for (const entry of entries) builder.add(entry);
    const found = builder.finish().page(path, { offset: 0, limit: 1000, inner: 10 });
    if (!found) throw new Error('no directory');
    return found;
  };

  test('a sparse file counts with the size that it reads as', () => {
    expect(page([{ ...common, path: 'disk.img', kind: 'file', size: 1 << 30, offset: -1 }]).page).toEqual([
      { name: 'disk.img', kind: 'sparse', bytes: 1 << 30, files: 1, children: [] },
    ]);
  });

  test('a file whose first name became another file is counted at its other name', () => {
    const found = page([
      { ...common, path: 'a', kind: 'file', size: 10, offset: 0 },
      { ...common, path: 'b', kind: 'hardlink', target: 'a' },
      { ...common, path: 'a', kind: 'file', size: 3, offset: 512 },
    ]);
    expect(found.bytes).toBe(13);
    expect(names(found)).toEqual([
      ['b', 10],
      ['a', 3],
    ]);
  });

  test('a link to what the layer has not takes nothing', () => {
    expect(page([{ ...common, path: 'b', kind: 'hardlink', target: 'below' }])).toMatchObject({
      bytes: 0,
      files: 0,
      entries: 0,
    });
  });

  test('a deletion is no file, also where a file of that name comes with it', () => {
    const found = page([
      { ...common, path: 'a/x', kind: 'whiteout' },
      { ...common, path: 'a/x', kind: 'file', size: 4, offset: 0 },
    ]);
    expect(found).toMatchObject({ bytes: 4, files: 1, deletions: 1 });
  });

  test('every directory is the sum of what is in it, and the whole is every file once', () => {
    const part = fc.constantFrom('a', 'b', 'c', 'ü');
    const file = fc.record({
      path: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => [...parts, 'f'].join('/')),
      size: fc.nat(1000),
    });
    fc.assert(
      fc.property(fc.array(file, { maxLength: 40 }), (list) => {
        const entries = list.map(({ path, size }): LayerEntry => ({
          ...common,
          path,
          kind: 'file',
          size,
          offset: 0,
        }));
        const last = new Map(list.map(({ path, size }) => [path, size]));
        const sumUnder = (prefix: string): number =>
          [...last].reduce((sum, [path, size]) => sum + (path.startsWith(prefix) ? size : 0), 0);
        expect(page(entries).bytes).toBe(sumUnder(''));
        for (const { name, bytes, children } of page(entries).page) {
          expect(bytes).toBe(sumUnder(`${name}/`));
          if (children.length < 10) {
            expect(children.reduce((sum, child) => sum + child.bytes, 0)).toBe(bytes);
          }
        }
      }),
    );
  });
});
