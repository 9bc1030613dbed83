import { describe, expect, test } from 'vitest';
import { impliedName } from '../../../shared/layer/whiteout';
import { openStoredLayer } from '../../../electron/actions/images/storedLayers';
import { previewRewrite, rewriteImage } from '../../../electron/actions/making/rewriteImage';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { readLayerEntries } from '../../../electron/index/layerIndex';
import type { ImageId } from '../../../shared/image/digest';
import { pathRemoval } from '../../../shared/layer/removePaths';
import { dockerArchive, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import {
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  refusedUnchanged,
  type TestStore,
} from '../../setup/temporary';
import { mergedTree } from './mergedTree';

const base: ImageSpec['layers'][number] = {
  files: [
    { path: 'etc/', type: 'directory', mode: 0o755 },
    { path: 'etc/conf', content: 'a = 1\n' },
    { path: 'srv/', type: 'directory', mode: 0o710 },
    { path: 'srv/keys/', type: 'directory', mode: 0o700 },
    { path: 'srv/keys/till.pem', content: noise(900, 3), mode: 0o600, xattrs: { 'user.kind': 'key' } },
    { path: 'srv/links/', type: 'directory', mode: 0o750 },
    { path: 'srv/links/one', type: 'hardlink', linkTarget: 'srv/keys/till.pem' },
    { path: 'srv/links/two', type: 'hardlink', linkTarget: 'srv/keys/till.pem' },
  ],
};
const shop: ImageSpec = {
  names: ['shop:1'],
  created: '2024-01-01T00:00:00Z',
  history: [
    { created_by: 'ADD root' },
    { created_by: 'ENV A=1', empty_layer: true },
    { created_by: 'RUN a' },
    { created_by: 'RUN b', comment: 'buildkit' },
  ],
  layers: [
    base,
    { files: [{ path: 'usr/bin/till', content: noise(2000, 4), mode: 0o755 }] },
    {
      files: [
        { path: 'srv/keys/.wh.till.pem' },
        { path: 'srv/links/.wh..wh..opq' },
        { path: 'srv/links/new', content: 'x' },
      ],
      gzip: true,
    },
  ],
};
const other: ImageSpec = { names: ['other:1'], layers: [base] };

async function opened(): Promise<{ store: TestStore; id: ImageId }> {
  const store = await openStore();
  await load(store, dockerArchive([shop, other]));
  return { store, id: (await resolved(store, 'shop:1')).id };
}

async function resolved(store: TestStore, name: string): Promise<ReturnType<typeof resolveImage>['image']> {
  return resolveImage((await readStoreView(store)).graph, name).image;
}

/** Entries of each layer of an image, and the tree that they come to. */
async function insides(
  store: TestStore,
  name: string,
): Promise<{ layers: string[][]; tree: ReadonlyMap<string, string> }> {
  const { graph } = await readStoreView(store);
  const { layers } = resolveImage(graph, name).image;
  const open = await Promise.all(
    layers.map((chain) =>
      openStoredLayer(store, graph.layers.find(({ chainId }) => chainId === chain)!.blobs[0]!),
    ),
  );
  const listed = await Promise.all(
    open.map(async ({ indexPath }) => {
      const lines: string[] = [];
      for await (const entry of readLayerEntries(indexPath))
        lines.push(`${entry.kind} ${entry.path}${entry.kind === 'hardlink' ? ` -> ${entry.target}` : ''}`);
      return lines;
    }),
  );
  return { layers: listed, tree: await mergedTree(open) };
}

describe('taking paths out of every layer', () => {
  test('rewrites only the layers that hold one; a link to what goes becomes the file', async () => {
    const { store, id } = await opened();
    const before = await insides(store, 'shop:1');
    const old = await resolved(store, 'shop:1');
    const result = await rewriteImage(
      store,
      { image: id, patterns: ['/srv/keys/till.pem'], reference: 'shop:clean' },
      quietRun(),
    );
    expect(result).toMatchObject({
      name: 'shop:clean',
      kept: 1,
      layers: [
        { number: 1, entries: 1, bytes: 900 },
        { number: 3, entries: 1, bytes: 0 },
      ],
    });
    const { layers, tree } = await insides(store, 'shop:clean');
    expect(layers[0]).toEqual([
      'directory etc',
      'file etc/conf',
      'directory srv',
      'directory srv/keys',
      'directory srv/links',
      'file srv/links/one',
      'hardlink srv/links/two -> srv/links/one',
    ]);
    // The directory that it implied is implied by a mark.
    expect(layers[2]).toEqual(['opaque srv/links', 'file srv/links/new', `whiteout srv/keys/${impliedName}`]);
    expect(tree).toEqual(before.tree);
    const now = await resolved(store, 'shop:clean');
    const blobs = async (chains: readonly string[]): Promise<unknown[]> =>
      (await readStoreView(store)).graph.layers
        .filter(({ chainId }) => chains.includes(chainId))
        .map(({ blobs: all }) => all[0]?.digest);
    expect(await blobs([now.layers[1] ?? ''])).toEqual(await blobs([old.layers[1] ?? '']));
    expect(await insides(store, 'shop:1')).toEqual(before);
    await expectSoundStore(store.directory);
  });

  test('what stays is the old tree without the paths; the bytes of a promoted link are those of the file', async () => {
    const { store } = await opened();
    const before = await insides(store, 'other:1');
    const { id } = await resolved(store, 'other:1');
    await rewriteImage(
      store,
      { image: id, patterns: ['*.pem', '/etc'], reference: 'other:clean' },
      quietRun(),
    );
    const { tree } = await insides(store, 'other:clean');
    const expected = [...before.tree].filter(
      ([path]) => path !== 'srv/keys/till.pem' && !/^etc(?:\/|$)/.test(path),
    );
    expect(tree).toEqual(new Map(expected));
  });

  test('the same again gives the same image; history says what was done, times stay', async () => {
    const { store, id } = await opened();
    const what = { image: id, patterns: ['/srv/keys'], reference: null };
    const first = await rewriteImage(store, what, quietRun());
    expect((await rewriteImage(store, what, quietRun())).id).toBe(first.id);
    const config = JSON.parse(new TextDecoder().decode(await store.store.readDocument(first.id))) as {
      created: string;
      history: unknown[];
    };
    expect(config.created).toBe(shop.created);
    const comment = `rewritten from ${id}`;
    expect(config.history).toEqual([
      { created_by: 'ADD root', comment },
      { created_by: 'ENV A=1', empty_layer: true },
      { created_by: 'RUN a' },
      { created_by: 'RUN b', comment: `buildkit; ${comment}` },
      {
        created: shop.created,
        created_by: 'stratigraph rewrite --remove /srv/keys',
        comment,
        empty_layer: true,
      },
    ]);
  });

  test('a preview says which layers change, and what sharing is lost', async () => {
    const { store, id } = await opened();
    const preview = await previewRewrite(store, { image: id, patterns: ['till.pem'] }).catch(
      (thrown: unknown) => thrown,
    );
    expect(preview).toMatchObject({ problem: { code: 'nothing-to-remove', facts: { paths: 'till.pem' } } });
    expect(await previewRewrite(store, { image: id, patterns: ['srv/keys/till.pem'] })).toMatchObject({
      kept: 1,
      removedBytes: 900,
      sharedWith: ['other:1'],
      layers: [{ number: 1, paths: ['srv/keys/till.pem'] }, { number: 3 }],
    });
  });

  test('is refused where nothing fits, for the root, and where a layer is not whole by itself; the store stays as it is', async () => {
    const { store, id } = await opened();
    const work =
      (image: ImageId, ...patterns: string[]) =>
      () =>
        rewriteImage(store, { image, patterns, reference: null }, quietRun());
    expect(await refusedUnchanged(store, work(id, '/etc', '/gone'), 'nothing-to-remove')).toEqual({
      name: 'shop:1',
      paths: '/gone',
    });
    for (const root of ['/', '', '..', 'etc/..'])
      await refusedUnchanged(store, work(id, root), 'removal-invalid');
    await load(
      store,
      dockerArchive([
        {
          names: ['hang:1'],
          layers: [base, { files: [{ path: 'b', type: 'hardlink', linkTarget: 'etc/conf' }] }],
        },
      ]),
    );
    const hang = (await resolved(store, 'hang:1')).id;
    expect(await problemFacts(work(hang, '/etc/conf')(), 'layer-invalid')).toMatchObject({
      file: 'hang:1',
      entry: 'b',
    });
    await expectSoundStore(store.directory);
  });

  test('packs a layer as its image has it, whatever other forms of it are stored', async () => {
    const packed = {
      files: [
        { path: 'a', content: noise(3000, 8) },
        { path: 'gone', content: 'x' },
      ],
      gzip: true,
    };
    const store = await openStore();
    await load(store, ociArchive([{ names: ['packed:1'], layers: [packed] }]));
    await load(store, dockerArchive([{ names: ['plain:1'], layers: [{ ...packed, gzip: false }, base] }]));
    const { id } = await resolved(store, 'packed:1');
    await rewriteImage(store, { image: id, patterns: ['gone'], reference: 'packed:2' }, quietRun());
    const { graph } = await readStoreView(store);
    const [chain] = (await resolved(store, 'packed:2')).layers;
    const [blob] = graph.layers.find(({ chainId }) => chainId === chain)?.blobs ?? [];
    expect(blob).toMatchObject({
      compression: 'gzip',
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
    });
  });

  test('leaves nothing behind when it is stopped', async () => {
    const { store, id } = await opened();
    const abort = new AbortController();
    const stop = quietRun(abort.signal, ({ phase }) => phase === 'starting' && abort.abort());
    await refusedUnchanged(
      store,
      () => rewriteImage(store, { image: id, patterns: ['/srv'], reference: 'x' }, stop),
      'cancelled',
    );
  });
});

test('patterns: a path with all below, a name pattern anywhere, a path pattern of the whole path', () => {
  const removal = pathRemoval(['/srv/keys/', '*.pem', 'etc/*.conf', '/gone', './a//b']);
  const has = (path: string): boolean => removal?.has(path) === true;
  expect(
    ['srv/keys', 'srv/keys/x/y', 'a.pem', 'deep/b.pem', 'deep/b.pem/inside', 'etc/a.conf', 'a/b'].filter(
      (path) => !has(path),
    ),
  ).toEqual([]);
  expect(['srv', 'srv/keys2', 'etc/d/a.conf', 'x/etc/a.conf', 'a', ''].filter(has)).toEqual([]);
  expect(removal?.unused()).toEqual(['/gone']);
  expect(pathRemoval(['*'])?.has('')).toBe(false);
});
