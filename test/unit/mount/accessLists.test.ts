import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { createWorkspace, unmountWorkspace } from '../../../electron/actions/trees/workspaces';
import { setLists } from '../../../electron/mount/accessLists';
import { getAttribute, setAttribute } from '../../../electron/system/syscalls';
import { parseImageId, type ImageId } from '../../../shared/image/digest';
import {
  accessListName,
  defaultListName,
  isAccessList,
  modeWithoutList,
} from '../../../shared/layer/accessList';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive, type TarMember } from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import {
  load,
  openStore,
  problemFacts,
  quietRun,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';
import { factsOfDirectory, factsOfTar } from '../../setup/treeFacts';
import { changesOf, commitPaths, imageTree, mergedOf, openWorkspace, unpackedTree } from './partialTools';

/**
 * Where an object has a POSIX access list the group bits of its mode are what the list gives at most: without it the owning
 * group would have more. So a list goes wherever its object goes.
 */

const asRoot = process.getuid?.() === 0;
const able = asRoot && spawnSync('python3', ['--version']).status === 0;

const python = (script: string, ...words: string[]): string =>
  execFileSync('python3', ['-c', script, ...words], { encoding: 'utf8' });

/** Tag, rights, ID. */
type Entry = readonly [tag: number, rights: number, id: number];
const none = 0xffff_ffff;
function listOf(entries: readonly Entry[], version = 2): Buffer {
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(version);
  for (const [i, [tag, rights, id]] of entries.entries()) {
    bytes.writeUInt16LE(tag, 4 + 8 * i);
    bytes.writeUInt16LE(rights, 6 + 8 * i);
    bytes.writeUInt32LE(id, 8 + 8 * i);
  }
  return bytes;
}
/** A user and a group beside the owner's own; the owning group may read, the mask gives everything. */
const shared = listOf([
  [1, 7, none],
  [2, 7, 12_345],
  [4, 4, none],
  [8, 6, 54_321],
  [16, 7, none],
  [32, 1, none],
]);
const access = (list: Uint8Array): string => `${accessListName}=${Buffer.from(list).toString('hex')}`;

const entry = fc.tuple(
  fc.constantFrom(1, 2, 4, 8, 16, 32, 64),
  fc.constantFrom(0, 4, 7, 8),
  fc.constantFrom(0, 1000, none),
);
/** Near to what is one: most random bytes are not. */
const lists = fc
  .tuple(
    fc.constantFrom(2, 2, 2, 2, 1, 3),
    fc.array(fc.constantFrom<Entry>([2, 5, 7], [2, 0, 8]), { maxLength: 2 }),
    fc.array(fc.constantFrom<Entry>([8, 6, 7], [8, 1, none]), { maxLength: 2 }),
    fc.boolean(),
    fc.array(fc.tuple(fc.nat(7), entry), { maxLength: 1 }),
    fc.constantFrom(0, 0, 0, 1, 7),
  )
  .map(([version, users, groups, mask, odd, cut]) => {
    const entries: Entry[] = [[1, 6, none], ...users, [4, 4, none], ...groups];
    if (mask) entries.push([16, 5, none]);
    entries.push([32, 0, none]);
    for (const [at, one] of odd) entries.splice(at, 1, one);
    return listOf(odd[0]?.[0] === 7 ? [] : entries, version).subarray(cut);
  });

test.runIf(asRoot)('a list is one where the kernel takes it, and none where not', async () => {
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const taken = (value: Uint8Array): boolean => {
    try {
      setAttribute(file, accessListName, value);
      return true;
    } catch {
      return false;
    }
  };
  const seen = new Map<boolean, number>();
  fc.assert(
    fc.property(lists, (value) => {
      const is = isAccessList(value);
      seen.set(is, (seen.get(is) ?? 0) + 1);
      expect(is, Buffer.from(value).toString('hex')).toBe(taken(value));
    }),
    { seed: 20_261_129, numRuns: 1500 },
  );
  expect(Math.min(seen.get(true) ?? 0, seen.get(false) ?? 0)).toBeGreaterThan(100);
});

/** A tree, some of it with lists that Python sets: whoever made the folder is none of ours. */
function treeWithLists(root: string, seed: number): void {
  const random = seeded(seed);
  const rights = (): number => random(8);
  const list = (): Buffer => {
    const users = Array.from({ length: random(3) }, (_, i): Entry => [2, rights(), 1000 + i]);
    const groups = Array.from({ length: random(3) }, (_, i): Entry => [8, rights(), 2000 + i]);
    return listOf([
      [1, rights() | 4, none],
      ...users,
      [4, rights(), none],
      ...groups,
      [16, rights(), none],
      [32, rights(), none],
    ]);
  };
  const wanted: (readonly [string, string, string])[] = [];
  const give = (path: string, directory: boolean): void => {
    if (random(3) > 0) wanted.push([path, accessListName, list().toString('hex')]);
    if (directory && random(2) === 0) wanted.push([path, defaultListName, list().toString('hex')]);
  };
  for (const directory of ['', 'a', 'a/b', 'c']) {
    mkdirSync(join(root, directory), { recursive: true });
    for (let i = 0; i < 3; i++) {
      const path = join(directory, `f${i}`);
      writeFileSync(join(root, path), `${seed} ${path}`);
      chmodSync(join(root, path), 0o600 + random(0o200));
      give(path, false);
    }
    execFileSync('mkfifo', [join(root, directory, 'pipe')]);
    give(join(directory, 'pipe'), false);
    give(directory, true);
  }
  python(
    `
import json, os, sys
for path, name, value in json.loads(sys.argv[2]):
    os.setxattr(os.path.join(sys.argv[1], path), name, bytes.fromhex(value))
`,
    root,
    JSON.stringify(wanted),
  );
}

const imported = async (store: TestStore, path: string, reference: string): Promise<ImageId> =>
  parseImageId((await importRootfs(store, { path, reference, changes: [], message: '' }, quietRun())).id);
const rootOf = (path: string): string[] => [
  (lstatSync(path).mode & 0o7777).toString(8),
  ...[accessListName, defaultListName].map((name) =>
    Buffer.from(getAttribute(path, name) ?? []).toString('hex'),
  ),
];
const timeless = (facts: ReadonlyMap<string, string>): Map<string, string> =>
  new Map([...facts].map(([path, text]) => [path, text.replace(/ @\d+$/, '')]));

test.runIf(able)('lists are in mounts, exports and imports of these as they are in the folder', async () => {
  for (const seed of [1, 2, Math.floor(Date.now() / 1000)]) {
    const source = join(await temporaryFolder(), 'tree');
    treeWithLists(source, seed);
    const wanted = factsOfDirectory(source);
    expect([...wanted.values()].join('\n')).toContain('posix_acl_access');
    const store = await openStore();
    const image = await imported(store, source, 'a:1');
    expect(timeless(await imageTree(store, image, true)), `seed ${seed}`).toEqual(wanted);
    const target = join(await temporaryFolder(), 'out.tar');
    await exportRootfs(store, { image }, target, quietRun());
    expect(await factsOfTar(target), `seed ${seed}`).toEqual(wanted);
    const again = await imported(store, target, 'b:1');
    expect(timeless(await imageTree(store, again, true)), `seed ${seed}`).toEqual(wanted);
    const out = join(await temporaryFolder(), 'gnu');
    mkdirSync(out);
    execFileSync('tar', ['--xattrs', '--xattrs-include=*', '-xpf', target, '-C', out]);
    expect(factsOfDirectory(out), `seed ${seed}`).toEqual(wanted);
    expect(rootOf(out), `seed ${seed}`).toEqual(rootOf(source));
  }
});

const spec = {
  names: ['shop:1'],
  layers: [
    {
      files: [
        { path: 'etc/passwd', content: 'one' },
        { path: 'b', content: 'two' },
      ],
    },
  ],
};

test.runIf(able)('a commit, of all or of a part, makes one image whoever looks at it', async () => {
  const { store, merged } = await openWorkspace(spec);
  treeWithLists(join(merged, 'new'), 3);
  // A list is set on what was copied up: images of layers know none (overlayfs asks the file system of the file).
  chmodSync(join(merged, 'etc'), 0o700);
  chmodSync(join(merged, 'etc/passwd'), 0o600);
  chmodSync(join(merged, 'b'), 0o600);
  setAttribute(join(merged, 'etc'), accessListName, shared);
  setAttribute(join(merged, 'etc/passwd'), accessListName, shared);
  setAttribute(join(merged, 'b'), accessListName, shared);
  setAttribute(merged, accessListName, shared);
  const root = rootOf(merged);
  const changes = await changesOf(store);
  expect(changes.filter(({ path }) => ['', 'b', 'etc'].includes(path)).map(({ aspects }) => aspects)).toEqual(
    [
      ['mode', 'xattrs'],
      ['mode', 'xattrs'],
      ['mode', 'xattrs'],
    ],
  );
  const part = await commitPaths(store, ['b', 'new', 'new/a', 'new/a/f0', 'new/a/f1', 'new/c']);
  expect(part.stay).toBeGreaterThan(5);
  const whole = timeless(factsOfDirectory(await mergedOf(store)));
  const rest = await commitPaths(store, null);
  expect(rest.stay).toBe(0);
  await unmountWorkspace(store, 'own');
  for (const { id } of [part, rest]) {
    const seen = await imageTree(store, id, true);
    expect(seen).toEqual(await unpackedTree(store, id, true));
    expect(seen.get('b')).toContain(access(shared));
  }
  expect(timeless(await imageTree(store, rest.id, true))).toEqual(whole);
  expect(root[0]).toBe('771');
  await createWorkspace(store, { image: rest.id, name: 'next' }, quietRun());
  const { out } = await callCommand(store.store.directory, ['workspace', 'path', 'next']);
  expect(rootOf(out.trim())).toEqual(root);
  await callCommand(store.store.directory, ['workspace', 'umount', 'next']);
});

test.runIf(able)('what a layer says nothing of is in no tree of the image', async () => {
  const { store, merged } = await openWorkspace(spec);
  python(
    `
import os, sys
os.setxattr(sys.argv[1] + '/b', 'user.empty', b'')
os.setxattr(sys.argv[1] + '/etc/passwd', 'trusted.own', b'x')
os.setxattr(sys.argv[1] + '/etc', 'user.containers.x', b'x')
`,
    merged,
  );
  writeFileSync(join(merged, 'c'), 'three');
  const { id } = await commitPaths(store, null);
  await unmountWorkspace(store, 'own');
  expect(await imageTree(store, id)).toEqual(await unpackedTree(store, id));
});

test.runIf(able)('lists of the folder that a store lies in are in no tree and no layer', async () => {
  const folder = await temporaryFolder();
  // Only what goes on to files in it: where others may write beside a store nothing is written to that.
  setAttribute(folder, defaultListName, shared);
  const store = await openStore(join(folder, 'store'));
  const { images } = await load(store, dockerArchive([spec]));
  const image = parseImageId(images[0]?.id ?? '');
  await createWorkspace(store, { image, name: 'own' }, quietRun());
  const merged = await mergedOf(store);
  mkdirSync(join(merged, 'd'));
  writeFileSync(join(merged, 'd/e'), 'five');
  writeFileSync(join(merged, 'etc/passwd'), 'more');
  const { id } = await commitPaths(store, null);
  await unmountWorkspace(store, 'own');
  for (const tree of [await imageTree(store, id), await unpackedTree(store, id)])
    expect([...tree.values()].join('\n')).not.toContain('posix_acl');
});

const carrying = (path: string, value: Uint8Array, more: Partial<TarMember> = {}): TarMember => ({
  path,
  mode: 0o751,
  content: 'x',
  xattrs: { [accessListName]: value },
  ...more,
});

test.runIf(asRoot)('the mode is the one that the layer says, as in listings', async () => {
  // The list's own mask would give 0771, and what others have 1.
  const files = [carrying('f', shared), carrying('d', shared, { type: 'directory', content: '' })];
  const store = await openStore();
  const { images } = await load(store, dockerArchive([{ names: ['a:1'], layers: [{ files }] }]));
  const tree = await imageTree(store, parseImageId(images[0]?.id ?? ''));
  expect(tree.get('f')).toMatch(/^file 751 /);
  expect(tree.get('d')).toMatch(/^directory 751 /);
  const { out } = await callCommand(store.store.directory, ['fsck']);
  expect(out).toContain('0 damaged');
});

const refused: readonly (readonly [string, TarMember])[] = [
  ['that is cut', carrying('f', shared.subarray(0, 30))],
  ['of another version', carrying('f', listOf([], 1))],
  ['without others', carrying('f', shared.subarray(0, -8))],
  ['for what is made in it, of a file', { path: 'f', content: 'x', xattrs: { [defaultListName]: shared } }],
];

test.each(refused)('of a layer with a list %s no tree is made, as in engines', async (_, member) => {
  const store = await openStore();
  const { images } = await load(store, dockerArchive([{ names: ['a:1'], layers: [{ files: [member] }] }]));
  const made = imageTree(store, parseImageId(images[0]?.id ?? ''));
  expect(await problemFacts(made, 'layer-invalid')).toMatchObject({ reason: 'access-list-form' });
});

test.runIf(asRoot)('where there are no lists the owning group has what it had', async () => {
  const folder = await temporaryFolder();
  execFileSync('mount', ['-t', 'ramfs', 'ramfs', folder]);
  try {
    writeFileSync(join(folder, 'f'), '');
    expect(setLists(join(folder, 'f'), 0o6771, [[accessListName, shared]], { owners: 'kept' })).toBe(0o6741);
  } finally {
    execFileSync('umount', [folder]);
  }
  expect(modeWithoutList(0o664, null)).toBe(0o664);
  expect(modeWithoutList(0o604, shared)).toBe(0o604);
});

test.runIf(asRoot)(
  'a copy of one’s own gives the owning group no more than the list gave; one with owners has the list',
  async () => {
    const source = join(await temporaryFolder(), 'tree');
    mkdirSync(join(source, 'd'), { recursive: true });
    writeFileSync(join(source, 'd/f'), 'x');
    setAttribute(join(source, 'd/f'), accessListName, shared);
    const store = await openStore();
    const image = await imported(store, source, 'a:1');
    const target = await temporaryFolder();
    for (const [words, mode, list] of [
      [[], 0o741, null],
      [['-a'], 0o771, Buffer.from(shared)],
    ] as const) {
      const place = join(target, `with${words.join('')}`);
      const { err } = await callCommand(store.store.directory, ['cp', ...words, `${image}:/d`, place]);
      expect(err).not.toContain('stratigraph:');
      expect(lstatSync(join(place, 'f')).mode & 0o777).toBe(mode);
      const found = getAttribute(join(place, 'f'), accessListName);
      expect(found && Buffer.from(found)).toEqual(list);
    }
    await callCommand(store.store.directory, ['cp', '-a', `${image}:/d/f`, join(target, 'alone')]);
    expect(getAttribute(join(target, 'alone'), accessListName)).toEqual(Uint8Array.from(shared));
  },
);
