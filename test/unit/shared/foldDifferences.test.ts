import { expect, test } from 'vitest';
import type { NodeFacts } from '../../../shared/layer/change';
import type { FileDifference } from '../../../shared/layer/compareTrees';
import { foldDifferences } from '../../../shared/layer/foldDifferences';
import { seeded } from '../../setup/randomLayers';

const random = seeded(11);
const pick = (n: number): number => random(n);
const facts = (type: NodeFacts['type'], size = 0): NodeFacts => ({
  type,
  mode: 0o644,
  uid: 0,
  gid: 0,
  size,
  mtime: 0,
  target: '',
});

const removed = (path: string, size: number | null): FileDifference => ({
  path,
  kind: 'removed',
  before: size === null ? facts('directory') : facts('file', size),
  after: null,
  aspects: [],
});

test('a directory that is gone is one row, with what was in it counted', () => {
  const all = [removed('opt', null), removed('opt-old', 1), removed('opt/a', 10), removed('opt/b', null)];
  all.push(...Array.from({ length: 744 }, (_, i) => removed(`opt/b/${i}`, 2)));
  const rows = foldDifferences(all, new Set());
  expect(rows.map(({ path, depth, below }) => ({ path, depth, below }))).toEqual([
    { path: 'opt', depth: 0, below: { paths: 746, bytes: 10 + 2 * 744 } },
    { path: 'opt-old', depth: 0, below: null },
  ]);
  expect(foldDifferences(all, new Set(['opt'])).map(({ path, depth }) => [path, depth])).toEqual([
    ['opt', 0],
    ['opt/a', 1],
    ['opt/b', 1],
    ['opt-old', 0],
  ]);
});

/** Differences of two random trees: what lies in a directory of one side alone is of that side, too. */
function differences(): FileDifference[] {
  const found: FileDifference[] = [];
  const grow = (within: string, deep: number, side: FileDifference['kind'] | null): void => {
    for (const name of ['a', 'a-b', 'a.c', 'b', 'c/'].slice(0, 1 + pick(5))) {
      const path = within === '' ? name.replace('/', '') : `${within}/${name.replace('/', '')}`;
      const isDirectory = deep < 4 && pick(2) === 0;
      const own = side ?? ([null, 'added', 'removed', 'changed'] as const)[pick(4)] ?? null;
      const of = isDirectory ? facts('directory') : facts('file', pick(100));
      if (own === 'changed' && isDirectory) {
        found.push({ path, kind: 'changed', before: of, after: facts('file', 3), aspects: ['type'] });
        grow(path, deep + 1, 'removed');
        continue;
      }
      if (own !== null)
        found.push({
          path,
          kind: own,
          before: own === 'added' ? null : of,
          after: own === 'removed' ? null : of,
          aspects: own === 'changed' ? ['mode'] : [],
        });
      if (isDirectory) grow(path, deep + 1, own === 'changed' ? null : own);
    }
  };
  grow('', 0, null);
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

test('every difference is shown once or counted once, whatever is open', () => {
  for (let round = 0; round < 300; round++) {
    const all = differences();
    const open = new Set(all.filter(() => pick(2) === 0).map(({ path }) => path));
    const rows = foldDifferences(all, open);
    const hidden = rows
      .filter(({ path }) => !open.has(path))
      .reduce((sum, { below }) => sum + (below?.paths ?? 0), 0);
    expect(rows.length + hidden).toBe(all.length);
    const every = foldDifferences(all, { has: () => true });
    expect(every.map(({ path }) => path).sort()).toEqual(all.map(({ path }) => path).sort());
    for (const row of every) {
      const below = all.filter(({ path }) => path.startsWith(`${row.path}/`));
      const isWhole = (row.before?.type === 'directory') !== (row.after?.type === 'directory');
      expect(row.below?.paths ?? 0).toBe(isWhole ? below.length : 0);
    }
  }
});
