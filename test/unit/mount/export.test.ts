import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { previewSquash, squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import type { ImageId } from '../../../shared/image/digest';
import { dockerArchive, type ImageSpec, noise } from '../../setup/imageBuilder';
import { factsOfTar } from '../../setup/treeFacts';
import {
  load,
  openStore,
  problemFacts,
  quietRun,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

/** Root filesystems as one tarball, for tar(1) and whoever reads it in the order of its members. */

const run = quietRun();
const time = 1_100_000_000;

/** Directories that nothing can be put into, one in another, and a later layer that did. */
const locked: ImageSpec = {
  names: ['rig/locked:1'],
  layers: [
    {
      files: [
        { path: 'ro', type: 'directory', mode: 0o555, mtime: time },
        { path: 'ro/a', content: 'a', mtime: time },
        { path: 'ro/sub', type: 'directory', mode: 0o500, mtime: time },
        { path: 'ro/sub/b', content: 'b', mtime: time },
      ],
    },
    { files: [{ path: 'ro/sub/c', content: 'c', mtime: time }] },
  ],
};

/** A layer whose hard link names nothing. */
const dangling: ImageSpec = {
  names: ['rig/dangling:1'],
  layers: [
    { files: [{ path: 'a', content: 'a' }] },
    { files: [{ path: 'k', type: 'hardlink', linkTarget: 'nowhere' }] },
  ],
};

let store: TestStore;
let folder: string;
beforeEach(async () => {
  store = await openStore();
  folder = await temporaryFolder();
});

async function loaded(spec: ImageSpec): Promise<ImageId> {
  await load(store, dockerArchive([spec]));
  const [image] = (await readStoreView(store)).graph.images;
  if (!image) throw new Error('no image');
  return image.id;
}

/** Runs a program as somebody who cannot write into a read-only directory. */
function asNobody(command: string, ...words: string[]): void {
  const identity = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  execFileSync(command, words, { ...identity, stdio: 'pipe' });
}

test('tar(1) unpacks it with every mode and time, though directories are read-only', async () => {
  const image = await loaded(locked);
  const target = join(folder, 'rootfs.tar');
  await exportRootfs(store, { image }, target, run);
  const tree = join(folder, 'tree');
  for (const path of [folder, target]) chmodSync(path, 0o755);
  mkdirSync(tree);
  chmodSync(tree, 0o777);
  asNobody('tar', '-xpf', target, '-C', tree);
  const facts = ['ro', 'ro/a', 'ro/sub', 'ro/sub/b', 'ro/sub/c'].map((path) => {
    const { mode, mtimeMs } = lstatSync(join(tree, path));
    return `${path} ${(mode & 0o7777).toString(8)} ${mtimeMs / 1000}`;
  });
  asNobody('chmod', '-R', 'u+rwx', join(tree, 'ro'));
  expect(facts).toEqual([
    `ro 555 ${time}`,
    `ro/a 644 ${time}`,
    `ro/sub 500 ${time}`,
    `ro/sub/b 644 ${time}`,
    `ro/sub/c 644 ${time}`,
  ]);
  expect(readFileSync(join(tree, 'ro/sub/c'), 'utf8')).toBe('c');
});

test('attributes that no mount has are in no export and no squash; the others are', async () => {
  const capability = '\x01\0\0\x02\0\x04'.padEnd(20, '\0');
  const xattrs = {
    ...{
      'trusted.mark': '1',
      'trusted.overlay.opaque': 'y',
      'user.overlay.opaque': 'y',
      'security.selinux': 'label',
    },
    ...{ 'user.note': 'kept', 'security.capability': capability },
  };
  const files = [
    { path: 'd', type: 'directory', xattrs },
    { path: 'd/f', content: 'x', xattrs },
  ] as const;
  const image = await loaded({ names: ['marked:1'], layers: [{ files }, { files: [{ path: 'more' }] }] });
  const found = (tar: Buffer): string[] =>
    [...tar.toString('latin1').matchAll(/SCHILY\.xattr\.([^=]+)=/g)].map(([, name = '']) => name).sort();
  const kept = ['security.capability', 'security.capability', 'user.note', 'user.note'];
  const target = join(folder, 'marked.tar');
  await exportRootfs(store, { image }, target, run);
  expect(found(readFileSync(target))).toEqual(kept);
  const { id } = await squashImage(store, { image, from: null, reference: null }, run);
  const { graph } = await readStoreView(store);
  const squashed = graph.images.find((each) => each.id === id);
  const blob = graph.layers.find(({ chainId }) => chainId === squashed?.top)?.blobs[0];
  if (!blob) throw new Error('no layer');
  const bytes = readFileSync(store.store.pathOf(blob.digest));
  expect(found(blob.compression === 'gzip' ? gunzipSync(bytes) : bytes)).toEqual(kept);
});

test('what a squash is said to give adds up: of the files those that stay, and of these those of shared layers', async () => {
  const base = {
    files: [
      { path: 'base', content: noise(3000, 1) },
      { path: 'old', content: noise(500, 2) },
    ],
  };
  await loaded({ names: ['rig/base:1'], layers: [base] });
  await loaded({
    names: ['rig/sums:1'],
    layers: [
      base,
      {
        files: [
          { path: 'old', content: noise(70, 3) },
          { path: 'top', content: noise(20, 4) },
        ],
      },
    ],
  });
  const { graph } = await readStoreView(store);
  const image = graph.images.find(({ names }) => names.includes('rig/sums:1'))?.id;
  if (!image) throw new Error('no image');
  expect(await previewSquash(store, image, null)).toEqual({
    layers: 2,
    bytes: 3590,
    keptBytes: 3090,
    // Not the replaced file, nor the blob with its headers: that one stays as it is.
    sharedBytes: 3000,
    sharedWith: ['rig/base:1'],
  });
});

test('a hard link to nothing is the fault of its layer, in an export and in a squash', async () => {
  const image = await loaded(dangling);
  const works = [
    () => exportRootfs(store, { image }, join(folder, 'rootfs.tar'), run),
    () => squashImage(store, { image, from: null, reference: null }, run),
    () => previewSquash(store, image, null),
  ];
  for (const work of works)
    expect(await problemFacts(work(), 'layer-invalid')).toMatchObject({
      reason: 'hardlink-missing',
      named: ['nowhere'],
    });
});

test.runIf(process.getuid?.() === 0)(
  'a layer that hides all below it hides it in a mount as in an export',
  async () => {
    const image = await loaded({
      names: ['rig/anew:1'],
      layers: [
        { files: [{ path: 'below', content: 'b' }] },
        { files: [{ path: '.wh..wh..opq' }, { path: 'only', content: 'o' }] },
        { files: [{ path: 'above', content: 'a' }] },
      ],
    });
    const { path, id } = await mountImage(store, { image, target: null, kept: false }, run);
    expect(readdirSync(path).sort()).toEqual(['above', 'only']);
    await unmountImage(store, id);
    const target = join(folder, 'rootfs.tar');
    await exportRootfs(store, { image }, target, run);
    expect([...(await factsOfTar(target)).keys()].sort()).toEqual(['above', 'only']);
  },
);

test('nothing is written in the place of a folder', async () => {
  const image = await loaded(locked);
  const target = join(folder, 'folder');
  mkdirSync(target);
  const refused = { path: 'folder', reason: 'EISDIR' };
  expect(await problemFacts(exportRootfs(store, { image }, target, run), 'file-unwritable')).toEqual(refused);
  const request = { what: [image], format: 'docker-archive', target } as const;
  expect(await problemFacts(saveImages(store, request, run), 'file-unwritable')).toEqual(refused);
});
