import { describe, expect, test } from 'vitest';
import { matchText } from '../../../renderer/view/palette/matchText';

describe('the palette matches', () => {
  test.each([
    ['Save 3 images', 'sa', [[0, 2]]],
    ['Load the sample images', 'sam', [[9, 12]]],
    [
      'Save storefront:2.1',
      'front save',
      [
        [0, 4],
        [10, 15],
      ],
    ],
    ['sample sa', 'sa sa', [[0, 2]]],
    ['Anything', '  ', []],
    ['导出 3 个镜像', '镜像', [[6, 8]]],
  ])('%j against %j', (text, query, marks) => {
    expect(matchText(text, query)?.marks).toEqual(marks);
  });

  test('nothing when a word is missing', () => {
    expect(matchText('Save 3 images', 'save all')).toBeNull();
  });

  test('the beginning of a word before the middle of one', () => {
    const begins = matchText('Load the sample images', 'sam')?.score ?? 0;
    const inside = matchText('Unsampled', 'sam')?.score ?? 0;
    expect(begins).toBeGreaterThan(inside);
  });

  test('signs as letters, not as patterns', () => {
    expect(matchText('a.c', 'a.c')).not.toBeNull();
    expect(matchText('abc', 'a.c')).toBeNull();
  });
});
