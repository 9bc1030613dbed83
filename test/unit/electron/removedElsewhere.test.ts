import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive, noise, type LayerSpec } from '../../setup/imageBuilder';
import { load, openStore } from '../../setup/temporary';

/** Who takes a secret out hears where it stands all the same. */

const secret = noise(400, 1);
const base: LayerSpec = {
  files: [
    { path: 'etc/key', content: secret },
    { path: 'etc/hard', type: 'hardlink', linkTarget: 'etc/key' },
    { path: 'same/size', content: noise(400, 2) },
  ],
};

test('at other paths, in other layers, and in other images', async () => {
  const store = await openStore();
  const archive = dockerArchive([
    {
      names: ['shop:1'],
      layers: [
        base,
        {
          gzip: true,
          files: [
            { path: 'backup/key', content: secret },
            { path: 'etc/key', content: secret },
          ],
        },
        { files: [{ path: 'etc/.wh.key' }, { path: 'way', type: 'symlink', linkTarget: 'backup' }] },
      ],
    },
    { names: ['shared:1'], layers: [base] },
    {
      names: ['other:1'],
      layers: [{ files: [{ path: 'a' }] }, { files: [{ path: 'copy', content: secret }] }],
    },
    { names: ['without:1'], layers: [{ files: [{ path: 'b', content: noise(400, 3) }] }] },
  ]);
  await load(store, archive);
  const expected = [
    { path: 'etc/hard', image: 'shop:1', own: true, layer: 1 },
    { path: 'backup/key', image: 'shop:1', own: true, layer: 2 },
    { path: 'copy', image: 'other:1', own: false, layer: 2 },
    { path: 'etc/hard', image: 'shared:1', own: false, layer: 1 },
    { path: 'etc/key', image: 'shared:1', own: false, layer: 1 },
  ];
  const key = (place: { image: string; layer: number; path: string }): string =>
    `${place.image} ${place.layer} ${place.path}`;
  const sorted = (places: typeof expected): typeof expected =>
    [...places].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const words = ['--json', 'rewrite', 'shop:1', '--remove', '/etc/key'];
  for (const dry of [['-n'], []]) {
    const { code, out, err } = await callCommand(store.directory, [
      ...words,
      ...dry,
      ...(dry.length ? [] : ['less:1']),
    ]);
    expect(code, err).toBe(0);
    const found = JSON.parse(out) as { elsewhere: typeof expected; elsewhereCount: number };
    expect(found.elsewhereCount).toBe(expected.length);
    expect(sorted(found.elsewhere)).toEqual(sorted(expected));
  }
  const all = ['rewrite', 'less:1', '--remove', '/etc', '/backup', 'none:1'];
  const { err } = await callCommand(store.directory, all);
  expect(err).toContain('The same contents also stand at /copy in layer 2 of other:1, and stay there.');
  const { err: alone } = await callCommand(store.directory, [
    'rewrite',
    'without:1',
    '--remove',
    '/b',
    'x:1',
  ]);
  expect(alone).not.toContain('also stand');
});

test('of a folder with thousands of files, whichever of them it is', async () => {
  const store = await openStore();
  const content = (i: number): string => `the contents of number ${String(i).padStart(5, '0')}`;
  const files = Array.from({ length: 2500 }, (_, i) => ({
    path: `d/${String(i).padStart(5, '0')}`,
    content: content(i),
  }));
  const kept = [7, 1200, 2499].map((i) => ({ path: `keep/${i}`, content: content(i) }));
  await load(store, dockerArchive([{ names: ['many:1'], layers: [{ files }, { files: kept }] }]));
  const words = ['--json', 'rewrite', '-n', 'many:1', '--remove', '/d'];
  const { out } = await callCommand(store.directory, words);
  const found = JSON.parse(out) as {
    elsewhere: { path: string }[];
    elsewhereCount: number;
    layers: { entries: number; paths: string[] }[];
  };
  expect(found.elsewhere.map(({ path }) => path).sort()).toEqual(kept.map(({ path }) => path).sort());
  expect(found.elsewhereCount).toBe(kept.length);
  expect(found.layers.map(({ entries, paths }) => [entries, paths.length])).toEqual([[2500, 1000]]);
});
