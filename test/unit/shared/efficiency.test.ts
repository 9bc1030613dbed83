import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bruteTree } from '../../setup/bruteTree';
import { treeObjects } from '../../../shared/layer/compareTrees';
import { efficiencyOf, efficiencyScore, type Efficiency } from '../../../shared/layer/efficiency';
import type { LayerEntry } from '../../../shared/layer/entry';

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 100 };
const file = (path: string, size: number, more: Partial<typeof common> = {}): LayerEntry => ({
  ...common,
  ...more,
  path,
  kind: 'file',
  size,
  offset: 512,
});
const mark = (kind: 'whiteout' | 'opaque' | 'directory' | 'fifo', path: string): LayerEntry => ({
  ...common,
  path,
  kind,
});
const link = (path: string, target: string): LayerEntry => ({ ...common, path, kind: 'hardlink', target });

type Layers = readonly (readonly LayerEntry[])[];
type Contents = (layer: number, file: number) => string | null;

function measure(layers: Layers, contents: Contents = () => 'x', limit = 1000): Efficiency {
  return efficiencyOf(
    layers.map((entries, at) => treeObjects(entries, at, (n) => contents(at, n))),
    limit,
  );
}

const told = ({ waste }: Efficiency): readonly string[] =>
  waste.flatMap(({ path, directory, parts }) =>
    parts.map(
      ({ layer, by, cause, aspects, bytes, files }) =>
        `/${path}${directory ? '/' : ''} ${bytes} in ${files}: ${layer} by ${by}, ${[cause, ...aspects].join(' ')}`,
    ),
  );

describe('why bytes are stored and not seen', () => {
  test('a later copy is equal, or differs in mode, owner, time or content', () => {
    const found = measure(
      [
        [file('a', 1), file('b', 2), file('c', 4), file('d', 8), file('e', 16)],
        [
          file('a', 1),
          file('b', 2, { mode: 0o755 }),
          file('c', 4, { uid: 5, mtime: 9 }),
          file('d', 9),
          file('e', 16),
        ],
      ],
      (layer, n) => (n === 4 ? `${layer}` : 'x'),
    );
    expect(told(found)).toEqual([
      '/e 16 in 1: 0 by 1, content',
      '/d 8 in 1: 0 by 1, content',
      '/c 4 in 1: 0 by 1, metadata owner times',
      '/b 2 in 1: 0 by 1, metadata mode',
      '/a 1 in 1: 0 by 1, same',
    ]);
    expect(found.layers).toEqual([
      { size: 31, added: 31, changed: 0, covered: 0, removed: 0, hidden: 31 },
      { size: 32, added: 0, changed: 32, covered: 31, removed: 0, hidden: 0 },
    ]);
    expect(efficiencyScore(found)).toBe(32 / 63);
  });

  test('copies of equal size are unread until both layers are', () => {
    const found = measure([[file('a', 3)], [file('a', 3)]], (layer) => (layer === 0 ? 'x' : null));
    expect([found.causes, found.unread]).toEqual([[{ cause: 'unread', bytes: 3, files: 1 }], [1]]);
  });

  test('it is deleted, with its directory, or replaced', () => {
    const base = [
      file('a', 1),
      file('d/x', 2),
      file('d/e/y', 4),
      file('o/z', 8),
      file('f', 16),
      file('g/q', 32),
    ];
    const found = measure([
      base,
      [
        mark('whiteout', 'a'),
        mark('whiteout', 'd'),
        mark('opaque', 'o'),
        file('f/inside', 64),
        mark('fifo', 'g'),
      ],
    ]);
    expect(told(found)).toEqual([
      '/g/ 32 in 1: 0 by 1, directory',
      '/f 16 in 1: 0 by 1, type',
      '/o/ 8 in 1: 0 by 1, directory',
      '/d/ 6 in 2: 0 by 1, directory',
      '/a 1 in 1: 0 by 1, deleted',
    ]);
    expect(found.layers[1]).toMatchObject({ added: 64, removed: 47, covered: 16 });
  });

  test('what is deleted and given again in one layer is changed', () => {
    const found = measure([[file('d/x', 2)], [mark('opaque', 'd'), file('d/x', 2, { mode: 0o600 })]]);
    expect(told(found)).toEqual(['/d/x 2 in 1: 0 by 1, metadata mode']);
    expect(found.layers[1]).toMatchObject({ changed: 2, covered: 2, removed: 0 });
  });

  test('hard links count once, and are seen as long as one name is', () => {
    const base = [file('a', 5), link('b', 'a')];
    expect(measure([base, [mark('whiteout', 'a')]])).toMatchObject({ totalBytes: 5, wastedBytes: 0 });
    expect(told(measure([base, [mark('whiteout', 'a')], [mark('whiteout', 'b')]]))).toEqual([
      '/b 5 in 1: 0 by 2, deleted',
    ]);
  });

  test('a path that a layer lists twice, and an image of nothing', () => {
    expect(told(measure([[file('a', 5), file('a', 6)]]))).toEqual(['/a 5 in 1: 0 by 0, repeated']);
    expect(efficiencyScore(measure([[]]))).toBe(1);
  });

  test('the list is bounded, the sums are not', () => {
    const found = measure(
      [
        [file('a', 5), file('b', 6)],
        [mark('opaque', ''), file('a', 1), file('b', 2)],
      ],
      () => 'x',
      1,
    );
    expect([found.waste.length, found.omitted, found.wastedBytes]).toEqual([1, 1, 11]);
  });
});

/** Bytes of all layers, and of what is seen when they are merged by brute force. */
function mergedBytes(layers: Layers): { total: number; visible: number; seen: ReadonlySet<LayerEntry> } {
  const bytes = (entries: Iterable<LayerEntry>): number =>
    [...entries].reduce((sum, each) => sum + (each.kind === 'file' ? each.size : 0), 0);
  const seen = new Set([...bruteTree(layers).values()].flatMap(({ entry }) => entry ?? []));
  return { total: bytes(layers.flat()), visible: bytes(seen), seen };
}

const names = fc
  .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
  .map((all) => all.join('/'));
const entries = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(names, fc.nat(9)).map(([path, size]) => file(path, size)) },
  { weight: 1, arbitrary: names.map((path) => mark('directory', path)) },
  { weight: 1, arbitrary: names.map((path) => mark('whiteout', path)) },
  { weight: 1, arbitrary: names.map((path) => mark('opaque', path)) },
  { weight: 1, arbitrary: names.map((path) => mark('fifo', path)) },
  { weight: 2, arbitrary: fc.tuple(names, names).map(([path, target]) => link(path, target)) },
);

test('sums are those of merging all trees by brute force, and add up to the last byte', () => {
  fc.assert(
    fc.property(fc.array(fc.array(entries, { maxLength: 7 }), { maxLength: 5 }), (layers) => {
      // Entries that cannot be (links to nothing, a layer whose mark is at odds with itself) are left out.
      const possible: LayerEntry[][] = [];
      for (const layer of layers) {
        const kept: LayerEntry[] = [];
        for (const entry of layer) {
          if (entry.kind === 'hardlink') {
            try {
              mergedBytes([...possible, [...kept, entry]]);
              measure([...possible, [...kept, entry]]);
            } catch {
              continue;
            }
          }
          kept.push(entry);
        }
        const marks = kept.filter(({ kind }) => kind === 'whiteout' || kind === 'opaque');
        try {
          const sorted = [...marks, ...kept.filter((entry) => !marks.includes(entry))];
          mergedBytes([...possible, sorted]);
          measure([...possible, sorted]);
          possible.push(sorted);
        } catch {
          possible.push([]);
        }
      }
      const { total, visible, seen } = mergedBytes(possible);
      const found = measure(possible);
      expect([found.totalBytes, found.visibleBytes]).toEqual([total, visible]);
      expect(found.visibleBytes + found.wastedBytes).toBe(total);
      const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
      expect(sum(found.waste.map(({ bytes }) => bytes))).toBe(found.wastedBytes);
      expect(sum(found.causes.map(({ bytes }) => bytes))).toBe(found.wastedBytes);
      expect(sum(found.layers.map(({ covered, removed }) => covered + removed))).toBe(found.wastedBytes);
      for (const [at, layer] of found.layers.entries()) {
        expect(layer.added + layer.changed).toBe(layer.size);
        const own = possible[at] ?? [];
        const shown = sum(own.map((entry) => (entry.kind === 'file' && seen.has(entry) ? entry.size : 0)));
        expect(layer.size - layer.hidden).toBe(shown);
        expect(
          sum(
            found.waste.flatMap(({ parts }) =>
              parts.filter((part) => part.layer === at).map(({ bytes }) => bytes),
            ),
          ),
        ).toBe(layer.hidden);
      }
    }),
    { numRuns: 300 },
  );
});
