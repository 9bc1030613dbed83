import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LayerEntry } from '../../../shared/layer/entry';
import {
  compareTrees,
  mergeTree,
  treeObjects,
  type TreeComparison,
} from '../../../shared/layer/compareTrees';
import { bruteTree } from '../../setup/bruteTree';

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 100 };
const file = (path: string, size: number, more: Partial<typeof common> = {}): LayerEntry => ({
  ...common,
  ...more,
  path,
  kind: 'file',
  size,
  offset: 512,
});

type Layers = readonly (readonly LayerEntry[])[];

/** Compares two stacks; a layer that is in both (by identity) is one layer. `contents` by layer and file. */
function compare(
  first: Layers,
  second: Layers,
  contents: (layer: number, file: number) => string | null = () => null,
): TreeComparison {
  const layers = [...new Set([...first, ...second])];
  const objects = layers.map((entries, at) => [...treeObjects(entries, at, (n) => contents(at, n))]);
  const tree = (stack: Layers): ReturnType<typeof mergeTree> =>
    mergeTree(stack.map((entries) => objects[layers.indexOf(entries)] ?? []));
  return compareTrees(tree(first), tree(second), 1000);
}

const listed = ({ differences }: TreeComparison): readonly string[] =>
  differences.map(({ kind, path, aspects }) => `${kind} ${path} ${aspects.join(',')}`.trim());

describe('two trees', () => {
  const base = [file('etc/a', 10), file('etc/b', 20), file('usr/c', 5)];

  test('differ by what is added, removed by a whiteout, hidden by an opaque directory, and changed', () => {
    const found = compare(
      [base],
      [
        base,
        [
          { ...common, path: 'etc/a', kind: 'whiteout' },
          { ...common, path: 'usr', kind: 'opaque' },
          file('etc/b', 21),
          file('new', 7),
        ],
      ],
    );
    expect(listed(found)).toEqual(['removed etc/a', 'changed etc/b content', 'added new', 'removed usr/c']);
    expect(found).toMatchObject({
      added: { paths: 1, after: 7 },
      changed: { paths: 1, before: 20, after: 21 },
      removed: { paths: 2, before: 15 },
    });
  });

  test('files of equal size are unread until both are hashed', () => {
    const a = [file('x', 9), file('y', 9)];
    const b = [file('x', 9), file('y', 9)];
    const unread = compare([a], [b]);
    expect(listed(unread)).toEqual(['changed x unread', 'changed y unread']);
    expect(unread.unread).toEqual({ paths: 2, layers: [0, 1] });
    const read = compare([a], [b], (layer, n) => (n === 0 ? 'same' : `other in ${layer}`));
    expect(listed(read)).toEqual(['changed y content']);
    expect(read.unread).toEqual({ paths: 0, layers: [] });
  });

  test('mode, owner, target and kind count; a time alone is only counted', () => {
    const link = (target: string): LayerEntry => ({ ...common, path: 'l', kind: 'symlink', target });
    const found = compare(
      [[file('m', 0), file('o', 0), file('t', 0), link('a'), file('k', 0)]],
      [
        [
          file('m', 0, { mode: 0o755 }),
          file('o', 0, { uid: 7 }),
          file('t', 0, { mtime: 200 }),
          link('b'),
          { ...common, path: 'k', kind: 'directory' },
        ],
      ],
    );
    expect(listed(found)).toEqual([
      'changed k type',
      'changed l target',
      'changed m mode',
      'changed o owner',
    ]);
    expect(found.timesOnly).toBe(1);
  });

  test('further names of one file are that file', () => {
    const two: LayerEntry[] = [file('a', 4), { ...common, path: 'b', kind: 'hardlink', target: 'a' }];
    expect(listed(compare([[file('a', 4)]], [two], () => 'h'))).toEqual(['added b']);
    expect(() => compare([[]], [[{ ...common, path: 'b', kind: 'hardlink', target: 'no' }]])).toThrow(
      'hardlink-missing',
    );
  });

  test('a list that is cut off keeps its sums', () => {
    const many = Array.from({ length: 30 }, (_, i) => file(`f${i}`, 1));
    const objects = [...treeObjects(many, 0, () => null)];
    const found = compareTrees(new Map(), mergeTree([objects]), 10);
    expect(found.differences).toHaveLength(10);
    expect(found).toMatchObject({ omitted: 20, added: { paths: 30, after: 30 } });
  });

  const path = fc.constantFrom('a', 'b', 'c', 'd/e', 'd/f');
  const entry = fc.oneof(
    fc.tuple(path, fc.nat(3)).map(([at, size]): LayerEntry => file(at, size)),
    path.map((at): LayerEntry => ({ ...common, path: at, kind: 'whiteout' })),
  );
  const layer = fc.uniqueArray(entry, { selector: ({ path: at }) => at, maxLength: 5 });

  test('with everything hashed: what is applied to the first gives the second, and back', () => {
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), fc.array(layer, { maxLength: 4 }), (first, second) => {
        const layers = [...first, ...second];
        const contents = (at: number, n: number): string => `${at} ${n}`;
        const found = compare(first, second, contents);
        const sizes = (stack: Layers): Map<string, number> => {
          const tree = [...bruteTree(stack)].filter(([at]) => at !== '');
          return new Map(tree.map(([at, { entry: found }]) => [at, found?.kind === 'file' ? found.size : 0]));
        };
        const tree = sizes(first);
        for (const { kind, path: at, after } of found.differences)
          if (kind === 'removed') tree.delete(at);
          else tree.set(at, after?.size ?? -1);
        const byPath = (map: Map<string, number>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
        expect(byPath(tree)).toEqual(byPath(sizes(second)));
        const back = compare(second, first, (at, n) => contents((at + second.length) % layers.length, n));
        expect(back.added.paths).toBe(found.removed.paths);
        expect(back.removed.paths).toBe(found.added.paths);
        expect(back.changed.paths).toBe(found.changed.paths);
      }),
    );
  });
});
