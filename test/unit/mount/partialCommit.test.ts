import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseImageId } from '../../../shared/image/digest';
import { setAttribute } from '../../../electron/system/syscalls';
import type { ImageSpec, TarMember } from '../../setup/imageBuilder';
import { problemFacts } from '../../setup/temporary';
import { differences, type TreeFacts } from '../../setup/treeFacts';
import {
  baseOf,
  changesOf,
  commitPaths,
  imageCount,
  imageOf,
  imageTree,
  lines,
  mergedOf,
  openWorkspace,
  treeOf,
  unpackedTree,
  withChanges,
} from './partialTools';

/**
 * A commit of ticked changes: the image is the base with just these, the workspace shows what it showed, and what was
 * not ticked is what still counts as changed.
 */

const withoutTimes = (tree: TreeFacts): TreeFacts =>
  new Map([...tree].map(([path, text]) => [path, text.replace(/ @\d+$/, '')]));

/** Commits the ticked paths and holds everything against the model; gives the image's tree. */
async function commitTicked(
  store: Awaited<ReturnType<typeof openWorkspace>>['store'],
  tick: (path: string) => boolean,
): Promise<TreeFacts> {
  const before = await changesOf(store);
  const base = treeOf(await baseOf(store));
  const workspace = treeOf(await mergedOf(store));
  const paths = before.map(({ path }) => path).filter(tick);
  const { tree, taken } = withChanges(base, workspace, before, new Set(paths));
  const { id, changes, stay } = await commitPaths(store, paths);
  const image = await imageTree(store, id);
  expect(differences(image, tree)).toEqual([]);
  expect(differences(await unpackedTree(store, id), tree)).toEqual([]);
  expect(differences(treeOf(await mergedOf(store)), workspace)).toEqual([]);
  const left = await changesOf(store);
  expect(lines(left)).toEqual(lines(before.filter(({ path }) => !taken.has(path))));
  expect({ changes, stay }).toEqual({ changes: taken.size, stay: left.length });
  return image;
}

const folder = (path: string, mode = 0o755): TarMember => ({ path, type: 'directory', mode });
const house: ImageSpec = {
  names: ['rig/house:1'],
  layers: [
    {
      files: [
        folder('a'),
        { path: 'a/one', content: '1' },
        { path: 'a/two', content: '2' },
        folder('a/sub'),
        { path: 'a/sub/deep', content: 'deep' },
        { path: 'file', content: 'file' },
        { path: 'name', content: 'named' },
        { path: 'link', type: 'symlink', linkTarget: 'a', mode: 0o777 },
      ],
    },
    { files: [folder('a'), { path: 'a/three', content: '3' }, { path: 'a/.wh.two', content: '' }] },
  ],
};

describe.runIf(process.getuid?.() === 0)('a commit of ticked changes', () => {
  test('an opaque directory: one new file is taken, what the directory hides stays hidden in the workspace only', async () => {
    const { store, merged } = await openWorkspace(house);
    rmSync(join(merged, 'a'), { recursive: true });
    mkdirSync(join(merged, 'a', 'sub'), { recursive: true });
    writeFileSync(join(merged, 'a', 'new'), 'new');
    expect(lines(await changesOf(store))).toEqual([
      'added a/new',
      'removed a/one',
      'removed a/sub/deep',
      'removed a/three',
    ]);
    const image = await commitTicked(store, (path) => path === 'a/new' || path === 'a/sub/deep');
    expect([...image.keys()]).toEqual(['a', 'a/new', 'a/one', 'a/sub', 'a/three', 'file', 'link', 'name']);
  });

  test('a directory replaced by a file, and a file by a directory of which only the inside is ticked', async () => {
    const { store, merged } = await openWorkspace(house);
    rmSync(join(merged, 'a'), { recursive: true });
    writeFileSync(join(merged, 'a'), 'a file');
    rmSync(join(merged, 'file'));
    mkdirSync(join(merged, 'file', 'x', 'y'), { recursive: true });
    writeFileSync(join(merged, 'file', 'x', 'y', 'inside'), 'in');
    writeFileSync(join(merged, 'file', 'other'), 'other');
    await commitTicked(store, (path) => path === 'file/x/y/inside');
    expect(lines(await changesOf(store))).toEqual(['changed a', 'added file/other']);
    const image = await commitTicked(store, (path) => path === 'a');
    expect(image.get('a')).toMatch(/^file /);
    // And back: what is a file in the image is a directory again.
    rmSync(join(await mergedOf(store), 'a'));
    mkdirSync(join(await mergedOf(store), 'a'));
    writeFileSync(join(await mergedOf(store), 'a', 'one'), 'back');
    const back = await commitTicked(store, (path) => path === 'a/one');
    expect([...back.keys()].filter((path) => path.startsWith('a'))).toEqual(['a', 'a/one']);
    expect(lines(await changesOf(store))).toEqual(['added file/other']);
  });

  test('a symlink replaced by a directory of which only the inside is ticked', async () => {
    const { store, merged } = await openWorkspace(house);
    rmSync(join(merged, 'link'));
    mkdirSync(join(merged, 'link', 'sub'), { recursive: true, mode: 0o700 });
    writeFileSync(join(merged, 'link', 'sub', 'deep'), 'mine');
    const image = await commitTicked(store, (path) => path === 'link/sub/deep');
    expect(image.get('link')).toMatch(/^directory 700 /);
  });

  test('two names of one file, one ticked: both halves keep the contents, and no longer share them', async () => {
    const { store, merged } = await openWorkspace(house);
    writeFileSync(join(merged, 'new1'), 'twice', { mode: 0o4755 });
    chmodSync(join(merged, 'new1'), 0o4755);
    setAttribute(join(merged, 'new1'), 'user.note', Buffer.from('kept'));
    linkSync(join(merged, 'new1'), join(merged, 'a', 'new2'));
    linkSync(join(merged, 'new1'), join(merged, 'new3'));
    linkSync(join(merged, 'name'), join(merged, 'name2'));
    const image = await commitTicked(store, (path) => path === 'a/new2' || path === 'name2');
    expect(image.get('a/new2')).toMatch(/^file 4755 0:0 5 \S+ user.note=6b657074/);
    appendFileSync(join(await mergedOf(store), 'new3'), ' more');
    expect(readFileSync(join(await mergedOf(store), 'a', 'new2'), 'utf8')).toBe('twice');
    // The two names that stayed are one file still.
    expect(readFileSync(join(await mergedOf(store), 'new1'), 'utf8')).toBe('twice more');
    const { id } = await commitPaths(store, null);
    expect((await unpackedTree(store, id, true)).get('new3')).toMatch(/ = new1 new3 @/);
  });

  test('two names of one file, both ticked: they are one file in the image', async () => {
    const { store, merged } = await openWorkspace(house);
    writeFileSync(join(merged, 'new1'), 'twice');
    linkSync(join(merged, 'new1'), join(merged, 'a', 'new2'));
    writeFileSync(join(merged, 'stays'), 'x');
    await commitTicked(store, (path) => path !== 'stays');
    for (const tree of [
      await imageTree(store, await imageOf(store), true),
      await unpackedTree(store, await imageOf(store), true),
    ])
      expect(tree.get('new1')).toMatch(/ = a\/new2 new1 @/);
  });

  test('nested new directories of which only a child is ticked come with their own modes', async () => {
    const { store, merged } = await openWorkspace(house);
    mkdirSync(join(merged, 'n1', 'n2', 'n3'), { recursive: true });
    chmodSync(join(merged, 'n1'), 0o1777);
    chmodSync(join(merged, 'n1', 'n2'), 0o700);
    writeFileSync(join(merged, 'n1', 'n2', 'child'), 'c');
    writeFileSync(join(merged, 'n1', 'n2', 'n3', 'sibling'), 's');
    const image = await commitTicked(store, (path) => path === 'n1/n2/child');
    expect(image.get('n1')).toMatch(/^directory 1777 /);
    expect(image.get('n1/n2')).toMatch(/^directory 700 /);
    expect(lines(await changesOf(store))).toEqual(['added n1/n2/n3', 'added n1/n2/n3/sibling']);
  });

  test('a deletion is taken or stays; a renamed file is two changes that can be parted', async () => {
    const { store, merged } = await openWorkspace(house);
    rmSync(join(merged, 'a', 'one'));
    rmSync(join(merged, 'a', 'sub'), { recursive: true });
    renameSync(join(merged, 'file'), join(merged, 'renamed'));
    const image = await commitTicked(store, (path) => path === 'a/sub' || path === 'renamed');
    expect([...image.keys()]).toEqual(['a', 'a/one', 'a/three', 'file', 'link', 'name', 'renamed']);
    expect(lines(await changesOf(store))).toEqual(['removed a/one', 'removed file']);
  });

  test('a directory whose mode, owner or attributes changed keeps those of the image where it is not ticked', async () => {
    const { store, merged } = await openWorkspace(house);
    chmodSync(join(merged, 'a'), 0o700);
    setAttribute(join(merged, 'a', 'sub'), 'user.note', Buffer.from('n'));
    chmodSync(merged, 0o711);
    writeFileSync(join(merged, 'a', 'new'), 'n');
    writeFileSync(join(merged, 'a', 'sub', 'new'), 'n');
    expect(lines(await changesOf(store))).toEqual([
      'changed ',
      'changed a',
      'added a/new',
      'changed a/sub',
      'added a/sub/new',
    ]);
    const image = await commitTicked(store, (path) => path === 'a/new' || path === 'a/sub/new');
    expect(image.get('a')).toMatch(/^directory 755 /);
    expect(statSync(await baseOf(store)).mode & 0o7777).toBe(0o755);
    expect(statSync(await mergedOf(store)).mode & 0o7777).toBe(0o711);
    await commitTicked(store, (path) => path === 'a');
    await commitTicked(store, (path) => path === '');
    expect(statSync(await baseOf(store)).mode & 0o7777).toBe(0o711);
    expect(lines(await changesOf(store))).toEqual(['changed a/sub']);
  });

  test('attributes of a directory are all that stays of it', async () => {
    const { store, merged } = await openWorkspace(house);
    setAttribute(join(merged, 'a', 'sub'), 'user.note', Buffer.from('n'));
    writeFileSync(join(merged, 'new'), 'n');
    await commitTicked(store, (path) => path === 'new');
    expect(lines(await changesOf(store))).toEqual(['changed a/sub']);
  });

  test('paths that nobody changed are refused, as often as others are named, and nothing is committed', async () => {
    const { store, merged } = await openWorkspace(house);
    writeFileSync(join(merged, 'new'), 'n');
    writeFileSync(join(merged, 'file'), 'changed');
    for (const paths of [['new', 'a/one'], ['a/one'], ['new', 'file', 'nowhere/at/all']])
      expect(await problemFacts(commitPaths(store, paths), 'change-not-found')).toEqual({
        path: `/${paths.at(-1) ?? ''}`,
      });
    expect(await imageCount(store)).toBe(1);
    writeFileSync(join(await mergedOf(store), 'still'), 'writable');
    // Twice the same path is that path.
    const { changes, stay } = await commitPaths(store, ['new', 'new', 'new']);
    expect({ changes, stay }).toEqual({ changes: 1, stay: 2 });
    expect(lines(await changesOf(store))).toEqual(['changed file', 'added still']);
  });

  test('whatever is changed and ticked', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
    const step = fc.record({
      what: fc.constantFrom(
        'write',
        'remove',
        'folder',
        'mode',
        'symlink',
        'link',
        'rename',
        'xattr',
        'append',
      ),
      path,
      other: path,
      value: fc.integer({ min: 0, max: 7 }),
    });
    const steps = fc.array(step, { minLength: 1, maxLength: 14 });
    type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
    const make = (tree: string, { what, path: at, other, value }: Step): void => {
      const target = join(tree, at);
      if (what === 'remove') rmSync(target, { recursive: true });
      else if (what === 'folder') mkdirSync(target, { recursive: true });
      else if (what === 'symlink') symlinkSync(other, target);
      else if (what === 'link') linkSync(target, join(tree, other));
      else if (what === 'rename') renameSync(target, join(tree, other));
      else if (what === 'append') appendFileSync(target, `+${value}`);
      else if (what === 'write') writeFileSync(target, `${value}`);
      else if (existsSync(target) && !lstatSync(target).isSymbolicLink()) {
        if (what === 'mode') chmodSync(target, 0o700 + value);
        else setAttribute(target, 'user.note', Buffer.from(String(value)));
      }
    };
    /** Makes the steps that can be made; one that cannot (nothing there, a directory in the way) changes nothing. */
    const makeAll = (tree: string, all: readonly Step[]): void => {
      for (const each of all) {
        try {
          make(tree, each);
        } catch (thrown) {
          if (!/^E/.test((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
        }
      }
    };
    const run = async (
      first: readonly Step[],
      second: readonly Step[],
      ticks: readonly boolean[],
    ): Promise<void> => {
      const { store, merged } = await openWorkspace({
        layers: [
          {
            files: [
              folder('a'),
              { path: 'a/a', content: 'aa' },
              folder('a/b'),
              { path: 'a/b/c', content: 'abc' },
              { path: 'b', content: 'b' },
              folder('c', 0o750),
              { path: 'c/a', type: 'symlink', linkTarget: '../a', mode: 0o777 },
              { path: 'c/b', type: 'hardlink', linkTarget: 'b' },
            ],
          },
        ],
      });
      makeAll(merged, first);
      const { id } = await commitPaths(store, null);
      const whole = treeOf(await mergedOf(store));
      expect(differences(await imageTree(store, id), whole)).toEqual([]);
      expect(await changesOf(store)).toEqual([]);
      makeAll(await mergedOf(store), second);
      let at = 0;
      await commitTicked(store, () => ticks[at++ % ticks.length] ?? false);
      // The rest, in one: now the image is what the workspace shows.
      const rest = await commitPaths(store, null);
      const shown = treeOf(await mergedOf(store));
      expect(differences(withoutTimes(await unpackedTree(store, rest.id)), withoutTimes(shown))).toEqual([]);
      await store.close();
    };
    const ticks = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
    await fc.assert(fc.asyncProperty(steps, steps, ticks, run), { numRuns: 25 });
  }, 300_000);
});

test('a ticked path is committed as it was shown, changed or removed, and of the image that was shown', async () => {
  const { store } = await openWorkspace(house);
  const tree = await mergedOf(store);
  writeFileSync(join(tree, 'file'), 'other');
  rmSync(join(tree, 'name'));
  const shown = { removed: ['name'] };
  const paths = ['file', 'name'];
  const images = await imageCount(store);
  rmSync(join(tree, 'file'));
  await problemFacts(commitPaths(store, paths, shown), 'shown-changed');
  writeFileSync(join(tree, 'file'), 'again');
  writeFileSync(join(tree, 'name'), 'again');
  await problemFacts(commitPaths(store, paths, shown), 'shown-changed');
  rmSync(join(tree, 'name'));
  const other = parseImageId(`sha256:${'0'.repeat(64)}`);
  await problemFacts(commitPaths(store, paths, { ...shown, image: other }), 'shown-changed');
  expect(await imageCount(store)).toBe(images);
  expect(await commitPaths(store, paths, shown)).toMatchObject({ changes: 2, stay: 0 });
});
