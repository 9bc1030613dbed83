import { symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { analyzeImage } from '../../../electron/actions/inside/analyzeImage';
import { findSecrets } from '../../../electron/actions/inside/findSecrets';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { rewriteImage } from '../../../electron/actions/making/rewriteImage';
import { squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { defaultLimits, type LimitName, type Limits } from '../../../shared/image/limits';
import {
  buildImage,
  dockerArchive,
  dockerMembers,
  gzip,
  headerBlock,
  inBlocks,
  noise,
  ociArchive,
  tarOf,
  type ImageSpec,
} from '../../setup/imageBuilder';
import {
  expectSoundStore,
  openStore,
  quietRun,
  refusedUnchanged,
  temporaryFile,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

/** Every bound, lowered until an ordinary archive goes beyond it: refused with its name; and let in as it is by default. */

const long = `${'folder/'.repeat(40)}file`;
const shop: ImageSpec = {
  names: ['shop:1.0'],
  layers: [
    { files: [{ path: 'etc/os', content: 'base\n' }] },
    {
      files: [
        { path: long, content: 'long' },
        { path: 'marked', xattrs: { 'user.note': 'x'.repeat(300) } },
        { path: 'big', content: noise(40_000) },
      ],
      gzip: true,
    },
  ],
};
/** One sparse file of the old GNU form. */
const sparse: ImageSpec = {
  names: ['sparse:1'],
  layers: [
    {
      tar: Buffer.concat([
        headerBlock({
          name: 'holes',
          flag: 'S',
          size: 4,
          edit: (block) => {
            block.write('ustar  \0', 257, 'latin1');
            for (const [i, text] of ['00000000000', '00000000002', '00000001000', '00000000002'].entries())
              block.write(`${text}\0`, 386 + 12 * i, 'latin1');
            block.write('00000002000\0', 483, 'latin1');
          },
        }),
        inBlocks(Buffer.from('abcd')),
        Buffer.alloc(1024),
      ]),
    },
  ],
};
const two = [shop, { names: ['other:1'], layers: [{ files: [{ path: 'other' }] }] }];

const loadWithin = async (context: TestStore, archive: Uint8Array, limits: Limits) =>
  loadImages({ ...context, limits }, { path: await temporaryFile(archive), label: 'shop.tar' }, quietRun());

/** A bound, a value that is too little, what is loaded, and what the refusal names. */
const cases: readonly [LimitName, number, Uint8Array, RegExp][] = [
  ['document-bytes', 100, dockerArchive([shop]), /\.json$/],
  ['document-bytes', 100, ociArchive([shop]), /index\.json$/],
  ['manifest-bytes', 100, dockerArchive([shop]), /^manifest\.json$/],
  ['json-depth', 2, dockerArchive([shop]), /\.json$/],
  ['descriptors', 1, ociArchive(two), /^index\.json$/],
  ['images', 1, dockerArchive(two), /^manifest\.json$/],
  ['images', 1, ociArchive(two), /^blobs\/sha256\//],
  ['names', 1, dockerArchive(two), /^manifest\.json$/],
  ['names', 1, ociArchive(two), /^index\.json$/],
  ['layers', 1, dockerArchive([shop]), /\.json$/],
  ['layers', 1, ociArchive([shop]), /^blobs\/sha256\//],
  ['layers-total', 2, dockerArchive(two), /\.json$/],
  ['layers-total', 2, ociArchive(two), /^blobs\/sha256\//],
  ['archive-members', 2, dockerArchive([shop]), /./],
  ['layer-members', 42, dockerArchive([shop]), /layer\.tar: big$/],
  ['extension-bytes', 100, dockerArchive([shop]), /PaxHeaders/],
  ['path-bytes', 100, dockerArchive([shop]), /folder\/file$/],
  ['layer-members', 20, dockerArchive([shop]), /folder\/file$/],
  ['names-total', 100, dockerArchive([shop]), /./],
  ['path-depth', 10, dockerArchive([shop]), /folder\/file$/],
  ['xattr-bytes', 100, dockerArchive([shop]), /marked$/],
  ['xattrs-total', 420, dockerArchive([shop]), /marked$/],
  ['sparse-regions', 1, dockerArchive([sparse]), /holes$/],
  ['expanded-bytes', 20_000, dockerArchive([shop]), /layer\.tar$/],
];

describe.each(['as a file', 'compressed, in one pass'])('an archive %s', (form) => {
  const packed = (archive: Uint8Array): Uint8Array => (form === 'as a file' ? archive : gzip(archive));

  test.each(cases)('past %s=%d is refused with its name', async (name, value, archive, what) => {
    const context = await openStore();
    const limits = { ...defaultLimits, [name]: value };
    const facts = await refusedUnchanged(
      context,
      () => loadWithin(context, packed(archive), limits),
      'limit-exceeded',
    );
    expect(facts).toMatchObject({ file: 'shop.tar', limit: value, name });
    // Compressed outside, the whole expands before its layers are looked at.
    expect(facts.what).toMatch(name === 'expanded-bytes' && form !== 'as a file' ? /^shop\.tar$/ : what);
    await loadWithin(context, packed(archive), defaultLimits);
    await expectSoundStore(context.directory);
  });
});

test('what was let in by a raised bound stays readable under the usual ones', async () => {
  const context = await openStore();
  const config = { Labels: { note: 'x'.repeat(5 << 20) } };
  const archive = tarOf(dockerMembers([buildImage({ ...shop, config })]));
  await refusedUnchanged(context, () => loadWithin(context, archive, defaultLimits), 'limit-exceeded');
  await loadWithin(context, archive, { ...defaultLimits, 'document-bytes': 8 << 20 });
  const { graph, damaged } = await readStoreView(context);
  expect(damaged).toEqual([]);
  expect(graph.images.map(({ names }) => names)).toEqual([['shop:1.0']]);
});

test('a layer that was let in by a raised bound is searched, analyzed, rewritten and merged under the usual ones', async () => {
  const context = await openStore();
  const deep = `${'d/'.repeat(defaultLimits['path-depth'] + 50)}file`;
  const files = [
    { path: deep, content: 'deep\n' },
    { path: 'gone', content: 'gone\n' },
  ];
  const archive = dockerArchive([
    { ...shop, layers: [{ files }, { files: [{ path: 'top', content: 'x' }] }] },
  ]);
  await refusedUnchanged(context, () => loadWithin(context, archive, defaultLimits), 'limit-exceeded');
  await loadWithin(context, archive, { ...defaultLimits, 'path-depth': 5000 });
  const image = (await readStoreView(context)).graph.images[0]?.id;
  if (!image) throw new Error('no image');
  expect((await analyzeImage(context, { image, upTo: null }, quietRun())).score).toBe(1);
  expect((await findSecrets(context, [image], quietRun()))[0]?.scanned.files).toBe(3);
  const what = { image, patterns: ['/gone'], reference: 'shop:less' };
  expect((await rewriteImage(context, what, quietRun())).layers).toHaveLength(1);
  await squashImage(context, { image, from: null, reference: 'shop:flat' }, quietRun());
});

test('an import is held against the same bounds', async () => {
  const context = await openStore();
  const path = await temporaryFile(tarOf([{ path: 'a' }, { path: 'b' }, { path: 'c' }]), 'root.tar');
  const request = { path, reference: null, message: '', changes: [] };
  const limits = { ...defaultLimits, 'layer-members': 2 };
  const facts = await refusedUnchanged(
    context,
    () => importRootfs({ ...context, limits }, request, quietRun()),
    'limit-exceeded',
  );
  expect(facts).toMatchObject({ what: 'root.tar: c', name: 'layer-members' });
  expect((await importRootfs(context, request, quietRun())).entries).toBe(3);
});

test('a folder is held against the same bounds as a tarball', async () => {
  const context = await openStore();
  const path = await temporaryFolder();
  for (const name of ['a', 'b', 'c']) await writeFile(join(path, name), name);
  await symlink('x'.repeat(200), join(path, 'd'));
  const request = { path, reference: null, message: '', changes: [] };
  for (const [name, value] of [
    ['layer-members', 2],
    ['names-total', 100],
  ] as const) {
    const limits = { ...defaultLimits, [name]: value };
    const facts = await refusedUnchanged(
      context,
      () => importRootfs({ ...context, limits }, request, quietRun()),
      'limit-exceeded',
    );
    expect(facts).toMatchObject({ file: basename(path), name, limit: value });
  }
  await importRootfs(context, request, quietRun());
});

test('a layer of long names is refused by their sum before a list of them is made', async () => {
  const context = await openStore();
  const names = Array.from({ length: 20 }, (_, i) => ({ path: `${i}${'/n'.repeat(900)}` }));
  const limits = { ...defaultLimits, 'names-total': 16 * 1802 };
  const path = await temporaryFile(gzip(tarOf(names)), 'root.tar');
  const facts = await refusedUnchanged(
    context,
    () =>
      importRootfs({ ...context, limits }, { path, reference: null, message: '', changes: [] }, quietRun()),
    'limit-exceeded',
  );
  expect(facts).toMatchObject({ name: 'names-total', limit: limits['names-total'] });
  expect(facts.what).toMatch(/^root\.tar: 1\d\/n/);
  const few = { ...defaultLimits, 'layer-members': 10_000 };
  expect(
    await refusedUnchanged(
      context,
      () =>
        importRootfs(
          { ...context, limits: few },
          { path, reference: null, message: '', changes: [] },
          quietRun(),
        ),
      'limit-exceeded',
    ),
  ).toMatchObject({ name: 'layer-members' });
});

test('a load that takes longer than it may is stopped, and leaves nothing behind', async () => {
  const context = await openStore();
  // A time of no length: whatever comes next is too late.
  const limits = { ...defaultLimits, time: 1e-6 };
  const big = { names: ['big:1'], layers: [{ files: [{ path: 'big', content: noise(8 << 20) }] }] };
  const facts = await refusedUnchanged(
    context,
    () => loadWithin(context, dockerArchive([big]), limits),
    'limit-exceeded',
  );
  expect(facts).toMatchObject({ file: 'shop.tar', name: 'time' });
  await expectSoundStore(context.directory);
});
