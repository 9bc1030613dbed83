import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bestFirst,
  bestName,
  chosenAtFirst,
  inOrder,
  matchText,
} from '../../../renderer/view/palette/matchText';

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

  test('an image before commands that have its name among their words, and a command by its own', () => {
    const option = (label: string, query: string) => ({
      label,
      match: matchText(label, query) ?? { score: 0 },
      disabledReason: null,
    });
    const first = (query: string): string | undefined =>
      bestFirst([
        [option('Save storefront:2.1…', query), option('Tag storefront:2.1…', query)],
        [option('storefront:2.1', query)],
        [option('Settings', query)],
      ])[0]?.[0]?.label;
    expect(first('storefront:2.1')).toBe('storefront:2.1');
    expect(first('save')).toBe('Save storefront:2.1…');
    expect(first('settings')).toBe('Settings');
    expect(first('')).toBe('Save storefront:2.1…');
  });

  test('an image before a command also where what was typed stands far behind in both', () => {
    const name = 'registry.example.com/a/team/with/a/long/path/storefront:2.1';
    const command = matchText(`Save ${name}…`, 'storefront:2.1');
    expect(matchText(name, 'storefront:2.1')?.score).toBeGreaterThan(command?.score ?? Infinity);
  });

  test('an image by any of its names, before the command that takes this name away', () => {
    const best = bestName(['shop-api:2.4', 'shop-api:latest'], 'shop-api:latest');
    expect(best?.name).toBe('shop-api:latest');
    const command = matchText('Remove the name shop-api:latest', 'shop-api:latest');
    expect(best?.match.score).toBeGreaterThan(command?.score ?? Infinity);
    expect(bestName(['a:1', 'b:1'], 'c')).toBeNull();
  });

  test('what cannot be done now comes after all that can, and Enter runs none of it', () => {
    const scores = fc.array(
      fc.record({ score: fc.integer({ min: 0, max: 5 }), off: fc.boolean(), takesAway: fc.constant(false) }),
    );
    fc.assert(
      fc.property(fc.array(scores, { maxLength: 3 }), (groups) => {
        const made = groups.map((group) =>
          group.map(({ score, off, takesAway }) => ({
            match: { score },
            disabledReason: off ? 'not now' : null,
            takesAway,
          })),
        );
        const sorted = bestFirst(made.map(inOrder));
        const all = sorted.flat();
        const first = all.findIndex(({ disabledReason }) => disabledReason === null);
        expect(first).toBeLessThanOrEqual(0);
        expect(chosenAtFirst(all)).toBe(first);
        for (const group of sorted) {
          const can = group.filter(({ disabledReason }) => disabledReason === null);
          expect(group.slice(0, can.length)).toEqual(can);
          const best = can.map(({ match }) => match.score);
          expect(best).toEqual([...best].sort((a, b) => b - a));
        }
      }),
    );
  });

  test('Enter runs the best, but nothing that takes something away', () => {
    const option = (takesAway: boolean) => ({ takesAway, disabledReason: null });
    expect(chosenAtFirst([option(false), option(true)])).toBe(0);
    expect(chosenAtFirst([option(true), option(false)])).toBe(-1);
    expect(chosenAtFirst([])).toBe(-1);
  });
});
