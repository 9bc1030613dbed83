import { expect, test } from 'vitest';
import type { Change, NodeFacts, NodeType } from '../../../shared/layer/change';
import { changeRows, changeTotals, tickPaths } from '../../../shared/layer/changeRows';

/** The list of changes as it is ticked: what a commit would take is what the person sees. */

const facts = (type: NodeType, size = 0): NodeFacts => ({
  ...{ type, size, mode: 0o644, uid: 0, gid: 0, mtime: 0, target: '' },
});
function change(path: string, before: NodeType | null, after: NodeType | null, size = 10): Change {
  return {
    path,
    kind: before === null ? 'added' : after === null ? 'removed' : 'changed',
    before: before && facts(before),
    after: after && facts(after, after === 'file' ? size : 0),
    ...{ aspects: [], copiedUp: 0, changedBytes: null, hiddenBytes: 0, onlyParent: false },
  };
}

const changes = [
  change('etc/conf', 'file', 'file'),
  change('new', null, 'directory'),
  change('new/a', null, 'file'),
  change('new/sub', null, 'directory'),
  change('new/sub/b', null, 'file'),
  change('new-er', null, 'file'),
  change('old', 'file', null),
  change('swap', 'file', 'directory'),
  change('swap/in', null, 'file'),
];
const all = new Set(changes.map(({ path }) => path));

test('a ticked file takes the new directories that it lies in with it', () => {
  const left = tickPaths(changes, all, ['new/sub/b', 'swap/in'], true);
  expect([...left]).toEqual(['etc/conf', 'new/a', 'new-er', 'old']);
  const listed = { changes: 9, ticked: 5, bytes: 20, whiteouts: 0 };
  expect(changeTotals(changes, left, 0)).toEqual({ ...listed, unlisted: 0, going: 5, staying: 4 });
  // What is not listed goes with a commit of all, and stays where anything that is listed stays.
  expect(changeTotals(changes, left, 7)).toEqual({ ...listed, unlisted: 7, going: 5, staying: 11 });
  expect(changeTotals(changes, new Set(), 7)).toMatchObject({ unlisted: 7, going: 16, staying: 0 });
});

test('an unticked new directory keeps all that is in it, and nothing beside it', () => {
  expect([...tickPaths(changes, new Set(), ['new'], false)]).toEqual([
    'new',
    'new/a',
    'new/sub',
    'new/sub/b',
  ]);
  expect([...tickPaths(changes, new Set(), ['swap'], false)]).toEqual(['swap', 'swap/in']);
  expect([...tickPaths(changes, new Set(), ['etc/conf', 'old'], false)]).toEqual(['etc/conf', 'old']);
});

test('whatever is ticked in whatever order, no ticked path lies in a new directory that stays', () => {
  for (let seed = 1; seed < 200; seed++) {
    let unticked: ReadonlySet<string> = new Set();
    for (let i = 0, n = seed; i < 6; i++, n = (n * 31 + 7) % 1009)
      unticked = tickPaths(changes, unticked, [changes[n % changes.length]?.path ?? ''], n % 2 === 0);
    for (const directory of ['new', 'new/sub', 'swap'])
      if (unticked.has(directory))
        for (const { path } of changes)
          if (path.startsWith(`${directory}/`)) expect(unticked).toContain(path);
  }
});

test('a closed new directory is one row with all that is in it', () => {
  const rows = changeRows(changes, { filter: '', open: new Set(['swap']), showParents: false });
  expect(rows.map(({ change: { path }, folded }) => `${path} ${folded}`)).toEqual([
    'etc/conf 0',
    'new 3',
    'new-er 0',
    'old 0',
    'swap 0',
    'swap/in 0',
  ]);
});
