import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../../shared/layer/entry';
import { layerNames } from '../../../shared/layer/layerNames';
import { LayerStack, StackFault, toStackEntry } from '../../../shared/layer/stackLayers';
import { bruteTree, type BruteNode } from '../../setup/bruteTree';

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 0 };
const file = (path: string, offset = 0): LayerEntry => ({ ...common, path, kind: 'file', size: 1, offset });
const link = (path: string, target: string): LayerEntry => ({ ...common, path, kind: 'symlink', target });
const hard = (path: string, target: string): LayerEntry => ({ ...common, path, kind: 'hardlink', target });
const device = (path: string, minor: number): LayerEntry => ({
  ...common,
  path,
  kind: 'character',
  major: 0,
  minor,
});
const folder = (path: string, mode = 0o755): LayerEntry => ({ ...common, path, kind: 'directory', mode });
const gone = (path: string): LayerEntry => ({ ...common, path, kind: 'whiteout' });
const opaque = (path: string): LayerEntry => ({ ...common, path, kind: 'opaque' });

type Layers = readonly (readonly LayerEntry[])[];

/** The tree by the rules themselves: a line each, equal where the brute one is. */
function stacked(layers: Layers): ReadonlyMap<string, LayerEntry | null> {
  const stack = new LayerStack<LayerEntry>();
  for (const entries of layers)
    stack.add(entries.flatMap((entry) => toStackEntry<LayerEntry>(entry, entry) ?? []));
  const { directories, nodes } = stack.result();
  const tree = new Map<string, LayerEntry | null>();
  for (const { path, data } of directories) tree.set(path, data);
  for (const [data, paths] of nodes) for (const path of paths) tree.set(path, data);
  return tree;
}

const plain = (tree: ReadonlyMap<string, BruteNode>): [string, LayerEntry | null][] =>
  [...tree].map(([path, { entry }]): [string, LayerEntry | null] => [path, entry]);
const sorted = (tree: Iterable<[string, LayerEntry | null]>): [string, LayerEntry | null][] =>
  [...tree].filter(([path, entry]) => path !== '' || entry !== null).sort(([a], [b]) => (a < b ? -1 : 1));
const paths = (...layers: LayerEntry[][]): string[] =>
  sorted(stacked(layers)).map(
    ([path, entry]) => `${path}${entry?.kind === 'file' ? ` ${entry.offset}` : ''}`,
  );

describe('a path through a link of its own layer', () => {
  test('is where the link leads: the later entry counts, whichever way it was spelled', () => {
    const good = file('usr/sbin/tool', 1);
    expect(paths([good, link('sbin', 'usr/sbin'), file('sbin/tool', 2)])).toEqual([
      'sbin',
      'usr',
      'usr/sbin',
      'usr/sbin/tool 2',
    ]);
    for (const target of ['/usr/sbin', '../../usr/./sbin/', 'chain', 'usr/sbin/../sbin'])
      expect(
        paths([good, link('chain', 'usr/sbin'), link('sbin', target), file('sbin/tool', 2)]),
        target,
      ).toContain('usr/sbin/tool 2');
  });

  test('follows the link that is there when it comes', () => {
    expect(paths([link('l', 'a'), file('l/x', 1), link('l', 'b'), file('l/x', 2)])).toEqual([
      'a',
      'a/x 1',
      'b',
      'b/x 2',
      'l',
    ]);
    expect(paths([link('l', 'a'), file('l/x', 1), folder('l'), file('l/x', 2)])).toEqual([
      'a',
      'a/x 1',
      'l',
      'l/x 2',
    ]);
  });

  test('does not follow a link of a lower layer: a directory takes its place', () => {
    expect(paths([link('l', 'a'), file('a/x', 1)], [file('l/x', 2)])).toEqual(['a', 'a/x 1', 'l', 'l/x 2']);
  });

  test('is followed for hard links, deletions and opaque marks, too', () => {
    expect(paths([file('a/x', 1), link('l', 'a'), hard('l/y', 'l/x')])).toContain('a/y 1');
    expect(paths([file('a/x', 1), folder('a')], [folder('a'), link('l', 'a'), gone('l/x')])).toEqual([
      'a',
      'l',
    ]);
    expect(paths([file('a/x', 1)], [folder('a'), link('l', 'a'), opaque('l')])).toEqual(['a', 'l']);
  });

  test('a chain without an end is a fault, and so are hard links to nothing, to folders and to lower layers', () => {
    for (const entries of [
      [link('a', 'b'), link('b', 'a'), file('a/x')],
      [hard('a', 'b')],
      [folder('b'), hard('a', 'b')],
      [file('b'), hard('b/c', 'b')],
      [file('b/c'), hard('b', 'b/c')],
      [file('b'), hard('a', '../c')],
    ])
      expect(() => stacked([entries])).toThrow(StackFault);
    expect(() => stacked([[file('low')], [hard('up', 'low')]])).toThrow('hardlink-missing');
  });
});

describe('a hard link', () => {
  test('takes .. in its target by the letters, before links are followed, and above the root is the root', () => {
    expect(paths([file('a', 1), folder('d'), hard('h', 'd/../a'), hard('d/k', 'd/x/../../a')])).toEqual([
      'a 1',
      'd',
      'd/k 1',
      'h 1',
    ]);
    expect(paths([file('x/y/f'), file('f', 2), link('l', 'x/y'), hard('h', 'l/../f')])).toContain('h 2');
    for (const target of ['../a', 'd/../../a', '/../a', '../../../a'])
      expect(paths([file('a', 3), folder('d'), hard('d/h', target)]), target).toEqual(['a 3', 'd', 'd/h 3']);
    expect(() => stacked([[file('a'), hard('h', '..')]])).toThrow('root-object');
    expect(() => stacked([[file('d/a'), hard('d/h', '../../b')]])).toThrow('hardlink-missing');
  });

  test('to the device 0:0 is no part of the layer either, nor are links to that', () => {
    const lower = [file('a', 1), file('h', 2), file('k', 3)];
    const upper = [device('a', 0), hard('h', 'a'), hard('k', 'h'), hard('new', 'a'), file('f', 4)];
    expect(paths(lower, upper)).toEqual(['a 1', 'f 4', 'h 2', 'k 3']);
    // What has come to that name meanwhile is a target like any other.
    expect(paths([device('a', 0), file('a', 5), hard('h', 'a')])).toEqual(['a 5', 'h 5']);
    expect(paths([device('a', 1), hard('h', 'a')])).toEqual(['a', 'h']);
  });
});

describe('deletions', () => {
  test('go with the directory that they were in', () => {
    expect(paths([file('d/x', 1)], [gone('d/x'), file('d', 2)])).toEqual(['d 2']);
  });

  test('speak of what is below, wherever they stand; of a directory that is made anew nothing is left', () => {
    const tree = stacked([
      [folder('d', 0o700), file('d/old')],
      [file('d/new'), gone('d')],
    ]);
    expect(tree.get('d')).toBeNull();
    expect([...tree.keys()].sort()).toEqual(['d', 'd/new']);
    expect(stacked([[folder('d', 0o700)], [opaque('d')]]).get('d')).toMatchObject({ mode: 0o700 });
  });
});

test('a directory that a layer implies keeps the look of the lower one', () => {
  const tree = stacked([[folder('d', 0o700)], [file('d/x')], [file('new/x')]]);
  expect(tree.get('d')).toMatchObject({ mode: 0o700 });
  expect(tree.get('new')).toBeNull();
});

test('neither what AUFS left nor the device 0:0 is in a layer', () => {
  const device = (minor: number): LayerEntry => ({
    ...common,
    path: `c${minor}`,
    kind: 'character',
    major: 0,
    minor,
  });
  expect(
    paths([file('.wh..wh.plnk/1.2'), folder('d'), folder('d/.wh..wh..opaque'), device(0), device(1)]),
  ).toEqual(['c1', 'd']);
});

test('names of one layer are real ones, deletions included; a hard link names the real path of its target', () => {
  const names = [
    ...layerNames([
      folder('usr/sbin'),
      link('sbin', 'usr/sbin'),
      file('sbin/tool', 3),
      hard('sbin/again', 'sbin/tool'),
      gone('sbin/old'),
      opaque('usr/lib'),
    ]),
  ];
  expect(
    names.map(({ path, entry, implied }) => `${entry.kind} ${path}${implied ? ' implied' : ''}`).sort(),
  ).toEqual([
    'directory usr implied',
    'directory usr/lib implied',
    'directory usr/sbin',
    'file usr/sbin/tool',
    'hardlink usr/sbin/again',
    'opaque usr/lib',
    'symlink sbin',
    'whiteout usr/sbin/old',
  ]);
  expect(names.find(({ path }) => path === 'usr/sbin/again')).toMatchObject({
    entry: { target: 'usr/sbin/tool' },
    body: { kind: 'file', offset: 3 },
  });
});

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((all) => all.join('/'));
const target = fc.oneof(path, fc.constantFrom('/', '.', '..', '/a', '../b', '/b/../c', './a//b', '../../c'));
const entry = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(path, fc.nat()).map(([at, offset]) => file(at, offset)) },
  {
    weight: 3,
    arbitrary: fc.tuple(path, fc.constantFrom(0o700, 0o755)).map(([at, mode]) => folder(at, mode)),
  },
  { weight: 4, arbitrary: fc.tuple(path, target).map(([at, to]) => link(at, to)) },
  { weight: 2, arbitrary: fc.tuple(path, path).map(([at, to]) => hard(at, to)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(path, path, name)
      .map(([at, to, by]) => hard(at, to.replace(/[^/]*$/, `${by}/../$&`))),
  },
  { weight: 1, arbitrary: fc.tuple(path, fc.nat(1)).map(([at, minor]) => device(at, minor)) },
  { weight: 2, arbitrary: path.map(gone) },
  { weight: 1, arbitrary: fc.oneof(path, fc.constant('')).map(opaque) },
);

test('any layers come to the tree that brute force makes of them', () => {
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 9 }), { minLength: 1, maxLength: 3 }), (layers) => {
      const work = (make: () => [string, LayerEntry | null][]): [string, LayerEntry | null][] | null => {
        try {
          return sorted(make());
        } catch {
          return null;
        }
      };
      expect(work(() => [...stacked(layers)])).toEqual(work(() => plain(bruteTree(layers))));
    }),
    { numRuns: 3000 },
  );
});

describe('real paths', () => {
  const real = (entries: readonly LayerEntry[]): number =>
    Math.max(...[...layerNames(entries)].map(({ path: each }) => each.length));

  test('are as long as a name may be, whatever links lead to', () => {
    const long = (letter: string, length: number): string => `${letter}/`.repeat(length / 2);
    // Each target begins with the link before it: the paths add up.
    const chain = (links: number, length: number): LayerEntry[] =>
      [...Array(links).keys()].map((i) =>
        link(`l${i}`, `${i === 0 ? '' : `l${i - 1}/`}${long(String.fromCharCode(97 + (i % 26)), length)}`),
      );
    expect(real([...chain(3, 1000), file('l2/x')])).toBe(3001);
    expect(() => real([...chain(40, 16_000), file('l39/x')])).toThrow(StackFault);
    expect(() => real([...chain(2, 4000), file('l1/x')])).toThrow('path-long');
    // Names of a load for which limits were raised stay what they are, one link included.
    const deep = long('d', 12_000);
    expect(real([file(`${deep}x`), link('l', deep), file('l/y')])).toBe(12_001);
  });

  test('of all entries together are bounded as far as they are longer than what is spelled', () => {
    const target = `${'n'.repeat(250)}/`.repeat(60);
    function* layer(count: number): Generator<LayerEntry> {
      yield link('l', target);
      for (let i = 0; i < count; i++) yield file(`l/${i % 10}`);
    }
    expect(real([...layer(1000)])).toBe(target.length + 1);
    expect(() => [...layerNames(layer(20_000))]).toThrow('links-long');
    expect([
      ...layerNames([link('lib', 'usr/lib'), ...Array<LayerEntry>(20_000).fill(file('lib/x'))]),
    ]).toHaveLength(4);
  });

  test('that only imply folders are bounded by their number and by their bytes', () => {
    const own = (count: number, depth: number): LayerEntry[] =>
      [...Array(count).keys()].map((i) => file(`${`q${i}/`.repeat(depth)}x`));
    // As many as tools make that list no directory.
    expect([...layerNames(own(12_000, 4))]).toHaveLength(60_000);
    expect(real(own(8, 2000))).toBeGreaterThan(6000);
    expect(() => [...layerNames(own(60, 1500))]).toThrow('implied-many');
    expect(() => [...layerNames(own(2000, 100))]).toThrow('implied-many');
    // A directory is as good where it is listed first.
    const listed = own(300, 100).flatMap(({ path, ...rest }) => {
      const names = path.split('/');
      const folders = names.slice(0, -1).map((_, i) => folder(names.slice(0, i + 1).join('/')));
      return [...folders, { path, ...rest }];
    });
    expect([...layerNames(listed)]).toHaveLength(30_300);
  });
});
