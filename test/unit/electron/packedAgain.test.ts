import { execFileSync } from 'node:child_process';
import { ftruncateSync, openSync, closeSync, mkdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import {
  buildImage,
  dockerMembers,
  gzip,
  noise,
  replaceMember,
  tarOf,
  writeMembers,
  zstd,
  type ImageSpec,
} from '../../setup/imageBuilder';
import {
  expectSoundStore,
  load,
  openStore,
  refusedUnchanged,
  storeOf,
  temporaryFolder,
} from '../../setup/temporary';

/** Archives that somebody unpacked and packed again, compressed over, or wrote for an engine that has some of the layers. */

const hollow = Buffer.concat([noise(3000), Buffer.alloc(1 << 20), noise(70_000, 2), Buffer.alloc(3 << 20)]);
const spec: ImageSpec = {
  names: ['shop:1'],
  layers: [
    {
      files: [
        { path: 'zeros', content: hollow },
        { path: 'a', content: 'one' },
      ],
    },
    { files: [{ path: 'b', content: 'two' }] },
  ],
};
const built = buildImage(spec);
const members = dockerMembers([built]);
const onlyId = async (store: Awaited<ReturnType<typeof openStore>>): Promise<string | undefined> =>
  (await readStoreView(store)).graph.images.map(({ id }) => id).join();

describe('packed again with holes by GNU tar', () => {
  const packed = async (form: readonly string[]): Promise<string> => {
    const folder = await temporaryFolder();
    const plain = join(folder, 'plain');
    mkdirSync(plain);
    await writeMembers(plain, members);
    mkdirSync(join(folder, 'holes'));
    execFileSync('cp', ['-a', '--sparse=always', `${plain}/.`, join(folder, 'holes')]);
    const file = join(folder, 'shop.tar');
    execFileSync('tar', ['-S', ...form, '-C', join(folder, 'holes'), '-cf', file, '.']);
    // It is smaller than what it stands for.
    expect(readFileSync(file).length).toBeLessThan(1 << 20);
    return file;
  };

  test.each(['--format=gnu', '--format=posix', '--format=posix --sparse-version=0.0'])(
    '%s: has the image that it had',
    async (form) => {
      const file = await packed(form.split(' '));
      for (const input of [file, gzip(readFileSync(file))]) {
        const store = await storeOf(input);
        expect(await onlyId(store)).toBe(built.id);
        await expectSoundStore(store.directory);
      }
    },
  );

  test('a few bytes that are said to be sixty gigabytes are refused', async () => {
    const folder = await temporaryFolder();
    const fd = openSync(join(folder, 'layer.tar'), 'w');
    ftruncateSync(fd, 60 * 2 ** 30);
    writeSync(fd, 'end', 59 * 2 ** 30);
    closeSync(fd);
    const file = join(folder, 'bomb.tar');
    execFileSync('tar', ['-S', '-C', folder, '-cf', file, 'layer.tar']);
    const store = await openStore();
    const facts = await refusedUnchanged(store, () => load(store, file), 'limit-exceeded');
    expect([facts.name, facts.what]).toEqual(['expansion-ratio', 'layer.tar']);
  });
});

test('an archive is found below all the compression around it', async () => {
  const tar = tarOf(members);
  const wraps = [
    [gzip, gzip],
    [gzip, zstd],
    [zstd, gzip],
    [gzip, gzip, gzip],
  ];
  for (const wrap of wraps) {
    const store = await storeOf(wrap.reduce<Uint8Array>((bytes, pack) => pack(bytes), tar));
    expect(await onlyId(store)).toBe(built.id);
  }
  const store = await openStore();
  // Nobody packs six times; what is in there is not looked for.
  const deep = Array.from({ length: 6 }).reduce<Uint8Array>((bytes) => gzipSync(bytes), tar);
  await refusedUnchanged(store, () => load(store, deep), 'not-an-image');
});

describe('written for an engine that has layers of it', () => {
  const [base, top] = built.layers as [(typeof built.layers)[0], (typeof built.layers)[0]];
  const thin = (name: string): Buffer => {
    const [entry] = JSON.parse(
      Buffer.from(members.find(({ path }) => path === 'manifest.json')?.content ?? '').toString(),
    ) as [{ Layers: string[] }];
    const listed = { ...entry, Layers: [name, `/${top.digest.slice(7)}/layer.tar`] };
    const rest = replaceMember(members, 'manifest.json', JSON.stringify([listed]));
    return tarOf(rest.filter(({ path }) => !path.startsWith(base.digest.slice(7))));
  };

  test.each(['', 'gone/layer.tar'])('what it does not hold (%j) is taken from the store', async (name) => {
    const store = await storeOf(
      tarOf(dockerMembers([buildImage({ names: ['base:1'], layers: spec.layers.slice(0, 1) })])),
    );
    await load(store, thin(name));
    const { images } = (await readStoreView(store)).graph;
    expect(images.find(({ names }) => names.includes('shop:1'))?.id).toBe(built.id);
    await expectSoundStore(store.directory);
  });

  test('without them it is refused, and says which', async () => {
    const store = await openStore();
    const facts = await refusedUnchanged(store, () => load(store, thin('')), 'layers-missing');
    expect(facts.diffIds).toEqual([base.diffId]);
    await refusedUnchanged(store, () => load(store, thin('gone/layer.tar')), 'blob-missing');
  });
});
