import { describe, expect, test } from 'vitest';
import { builtOn, tableRows, type TableRow } from '../../../renderer/view/table/rows';
import { fakeIndex } from '../chart/fakeIndex';

const index = fakeIndex();
const { images } = index.graph;
const label = (row: TableRow): string =>
  row.kind === 'group'
    ? `[${row.title}]`
    : row.repository === ''
      ? 'dangling'
      : `${row.repository}:${row.tag}`;
const rows = (
  column: 'repository' | 'tag' | 'id' | 'created' | 'size' | 'shared' | 'unique',
  descending: boolean,
  group: 'none' | 'repository' | 'family' = 'none',
): string[] => tableRows(images, index, { column, descending }, group).map(label);

describe('the table', () => {
  test('sorts names as people count, dangling images last', () => {
    expect(rows('repository', false)).toEqual([
      'app:1',
      'app:2',
      'base:1',
      'other:9',
      'other:10',
      'dangling',
    ]);
  });

  test('sorts by size from the top, equal ones by name', () => {
    expect(rows('size', true)).toEqual(['app:2', 'app:1', 'base:1', 'other:9', 'other:10', 'dangling']);
    expect(rows('size', false).at(-1)).toBe('app:2');
  });

  test('gives an order for every column, with every image in it', () => {
    for (const column of ['repository', 'tag', 'id', 'created', 'size', 'shared', 'unique'] as const) {
      expect(rows(column, true)).toHaveLength(images.length);
      expect([...rows(column, true)].sort()).toEqual([...rows(column, false)].sort());
    }
  });

  test('groups by repository and by family, members under their head', () => {
    expect(rows('repository', false, 'repository')).toEqual([
      '[app]',
      'app:1',
      'app:2',
      '[base]',
      'base:1',
      '[other]',
      'other:9',
      'other:10',
      '[]',
      'dangling',
    ]);
    expect(rows('repository', false, 'family')).toEqual([
      '[base:1]',
      'app:1',
      'app:2',
      'base:1',
      '[other:9]',
      'other:9',
      'other:10',
      'dangling',
    ]);
  });

  test('says what an image is built on', () => {
    const app = images.find(({ names }) => names[0] === 'app:1');
    const base = images.find(({ names }) => names[0] === 'base:1');
    expect(app && builtOn(index.graph, app)).toEqual({ name: 'base:1', layers: 2 });
    expect(base && builtOn(index.graph, base)).toBeNull();
  });
});
