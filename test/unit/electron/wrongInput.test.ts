import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { callCommand } from '../../setup/callCommand';
import {
  buildImage,
  dockerArchive,
  gzip,
  ociArchive,
  ociMembers,
  tarOf,
  writeMembers,
  type ImageSpec,
} from '../../setup/imageBuilder';
import { legacyMembers, tarOfFile, v1Id } from '../../setup/legacyBuilder';
import { findCommand, run } from '../../setup/run';
import { openStore, snapshotDirectory, temporaryFolder, type TestStore } from '../../setup/temporary';

/** Input for another command, and words of other tools: said in a sentence that names the way, and nothing changes. */

const spec: ImageSpec = {
  names: ['shop:1'],
  layers: [
    { files: [{ path: 'etc/os', content: 'x' }] },
    { gzip: true, files: [{ path: 'usr/a', content: 'y' }] },
  ],
};
const tops = ['bin', 'etc', 'usr'];
const rootfs = tops.flatMap((path) => [
  { path: `./${path}`, type: 'directory' as const },
  { path: `./${path}/file`, content: path },
]);
const bare = [
  { path: 'etc', type: 'directory' as const },
  { path: 'bin', type: 'symlink' as const, linkTarget: 'usr/bin' },
  { path: 'hello', content: 'x' },
];
let store: TestStore;
let folder = '';
beforeEach(async () => {
  store = await openStore();
  folder = await temporaryFolder();
});
const file = (name: string, bytes: Uint8Array): string => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
async function refused(...words: string[]): Promise<{ problem: string | null; err: string }> {
  const before = await snapshotDirectory(store.directory);
  const { problem, err, out } = await callCommand(store.directory, words);
  expect(out).toBe('');
  expect(await snapshotDirectory(store.directory)).toEqual(before);
  return { problem, err };
}

test.each([
  ['a tarball', () => file('r.tar', tarOf(rootfs))],
  ['a compressed one', () => file('r.tar.gz', gzip(tarOf(rootfs)))],
  ['a tarball of folders and links', () => file('f.tar', tarOf(bare))],
  ['a compressed one of them', () => file('f.tar.gz', gzip(tarOf(bare)))],
  [
    'a folder',
    () => {
      for (const path of tops) mkdirSync(join(folder, path));
      return folder;
    },
  ],
])('load names import for %s of a root filesystem', async (_, make) => {
  const { problem, err } = await refused('load', make());
  expect(problem).toBe('not-an-image');
  expect(err).toMatch(/is (?:the tarball of )?a root filesystem.*import/s);
});

test('load names import, too, for files of which nobody can tell what they are', async () => {
  const members = [{ path: 'hello', content: 'x' }];
  await writeMembers(folder, members);
  for (const input of [file('h.tar', tarOf(members)), file('h.tar.gz', gzip(tarOf(members))), folder]) {
    const { problem, err } = await refused('load', input);
    expect(problem, input).toBe('not-an-image');
    expect(err).toMatch(/docker save.*of a root filesystem import makes an image/s);
  }
});

test('import names load for a saved image of every form', async () => {
  const layout = join(folder, 'layout');
  mkdirSync(layout);
  await writeMembers(layout, ociMembers([buildImage(spec)]));
  const inputs = [
    file('docker.tar', dockerArchive([spec])),
    file('docker.tar.gz', gzip(dockerArchive([spec]))),
    file('oci.tar', ociArchive([spec])),
    file(
      'old.tar',
      tarOf(legacyMembers([{ key: 'a', layer: tarOfFile('a', 'x') }], { old: { '1': v1Id('a') } })),
    ),
    layout,
  ];
  for (const input of inputs) {
    const { problem, err } = await refused('import', input, 'x:1');
    expect(problem, input).toBe('is-an-image');
    expect(err).toMatch(/saved image.*load/s);
  }
  // A filesystem may hold such files.
  const own = [
    ...rootfs,
    { path: 'manifest.json', content: '[]' },
    { path: 'index.json' },
    { path: 'oci-layout' },
  ];
  expect((await callCommand(store.directory, ['import', file('own.tar', tarOf(own))])).code).toBe(0);
});

describe('words of skopeo and Podman', () => {
  const words = [
    'docker://debian:12',
    'docker-archive:a.tar',
    'docker-daemon:a:1',
    'oci:dir:name',
    'oci-archive:a.tar',
    'dir:dir',
    'containers-storage:a:1',
  ];

  test.each(words)('%s names the way', async (word) => {
    for (const command of [
      ['load', word],
      ['import', word],
      ['inspect', word],
      ['cat', word, '/a'],
      ['mount', word],
      ['run', word],
    ]) {
      const { problem, err } = await refused(...command);
      expect(problem, command.join(' ')).toBe('transport-word');
      expect(err).toMatch(
        /skopeo copy docker:\/\/debian:12 |load (?:--from (?:docker|podman) a:1|a\.tar|dir)|copy --source dir name store/,
      );
    }
  });

  test('an image or a file of such a name is taken', async () => {
    await callCommand(store.directory, [
      'load',
      file('oci:1', dockerArchive([{ ...spec, names: ['oci:1'] }])),
    ]);
    expect((await callCommand(store.directory, ['inspect', 'oci:1'])).code).toBe(0);
    expect((await refused('tag', 'oci:1', 'docker://x/y')).problem).toBe('transport-word');
  });
});

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A folder as skopeo's directory transport has it. */
function dirFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  const built = buildImage(spec);
  writeFileSync(join(path, 'version'), 'Directory Transport Version: 1.1\n');
  writeFileSync(join(path, 'manifest.json'), built.manifest);
  for (const bytes of [built.config, ...built.layers.map(({ blob }) => blob)])
    writeFileSync(join(path, digest(bytes)), bytes);
  return path;
}

test('a folder of the directory transport loads, and is verified', async () => {
  const path = dirFolder('dir');
  const { code, out, err } = await callCommand(store.directory, ['load', path]);
  expect(code, err).toBe(0);
  expect(out).toBe(`Loaded image ID: ${buildImage(spec).id}\n`);
  const other = dirFolder('bad');
  const layer = join(other, digest(buildImage(spec).layers[0]?.blob ?? new Uint8Array(0)));
  writeFileSync(layer, readFileSync(layer).fill(1, 600, 601));
  expect((await refused('load', other)).problem).toMatch(/digest-mismatch|layer-invalid|archive-damaged/);
  const linked = dirFolder('linked');
  symlinkSync('/etc/passwd', join(linked, 'x'));
  expect((await callCommand(store.directory, ['load', linked])).code).toBe(0);
});

const skopeo = findCommand('skopeo');
test.runIf(skopeo !== null)('what skopeo writes by dir: loads with the same ID', async () => {
  const archive = file('a.tar', ociArchive([spec]));
  const target = join(folder, 'skopeo');
  const { code, stderr } = await run(skopeo ?? '', [
    'copy',
    '--all',
    `oci-archive:${archive}`,
    `dir:${target}`,
  ]);
  expect(code, stderr).toBe(0);
  expect((await callCommand(store.directory, ['load', target])).code).toBe(0);
  expect((await readStoreView(store)).graph.images.map(({ id }) => id)).toEqual([buildImage(spec).id]);
});
