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
