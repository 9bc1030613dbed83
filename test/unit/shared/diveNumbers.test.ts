import { describe, expect, test } from 'vitest';
import { countAsDive, type DiveNumbers } from '../../../shared/layer/diveNumbers';
import { defaultRules, judgeAsDive, ruleLimit } from '../../../shared/layer/diveRules';
import type { LayerEntry } from '../../../shared/layer/entry';

const common = { mode: 0o644, uid: 0, gid: 0, mtime: 100 };
const file = (path: string, size: number): LayerEntry => ({
  ...common,
  path,
  kind: 'file',
  size,
  offset: 512,
});
const mark = (kind: 'whiteout' | 'opaque' | 'directory', path: string): LayerEntry => ({
  ...common,
  path,
  kind,
});
const link = (path: string, target: string): LayerEntry => ({ ...common, path, kind: 'hardlink', target });

function numbers(...layers: readonly (readonly LayerEntry[])[]): DiveNumbers {
  const count = countAsDive();
  for (const entries of layers) {
    const layer = count.begin();
    for (const entry of entries) layer.put(entry);
    layer.end();
  }
  return count.result();
}

describe('dive’s numbers, worked out by hand from its rules', () => {
  test('a copy costs both, a deleted file its first copy, a deleted directory all in it once more', () => {
    const found = numbers(
      [mark('directory', 'a'), file('a/x', 100), file('a/y', 30), file('b', 50), link('c', 'b')],
      [file('b', 70), mark('whiteout', 'a')],
      [file('d', 1000), mark('whiteout', 'd')],
    );
    // Paths: /a/x 100, /a/y 30, /b 50+70, /c 0; /a 130 (its tree). Layer 3 marks what no layer below has, so none of it counts.
    expect(found).toEqual({
      efficiency: (100 + 30 + 50 + 130) / (100 + 30 + 120 + 130),
      sizeBytes: 1250,
      userSizeBytes: 1070,
      wastedBytes: 120,
      userWastedPercent: 120 / 1070,
      inefficiencies: [{ count: 2, sizeBytes: 120, file: '/b' }],
    });
  });

  test('a directory that only deeper paths imply is none; a file over it keeps what was in it', () => {
    const found = numbers([file('a/x', 100)], [mark('whiteout', 'a')], [file('a', 5)], [file('a/x', 7)]);
    // The mark of layer 2 counts 0, since dive knows of no directory there.
    expect(found.inefficiencies).toEqual([
      { count: 2, sizeBytes: 107, file: '/a/x' },
      { count: 2, sizeBytes: 5, file: '/a' },
    ]);
    expect(found.efficiency).toBe((7 + 0) / (107 + 5));
  });

  test('a mark of what is not there ends the count of its layer, what stands before it counts', () => {
    const found = numbers(
      [file('b', 10), file('z', 10)],
      [file('b', 4), mark('whiteout', 'none'), file('z', 4)],
    );
    // `.wh.none` comes before `b` by its name: nothing of layer 2 is counted but its size.
    expect(found).toMatchObject({ efficiency: 1, wastedBytes: 0, userSizeBytes: 8 });
    // In a directory before it, it is.
    expect(
      numbers([file('-', 10), file('z', 10)], [file('-', 4), mark('whiteout', 'none'), file('z', 4)]),
    ).toMatchObject({ wastedBytes: 14 });
  });

  test('an emptied directory is not seen, the directory is', () => {
    const found = numbers([mark('directory', 'a'), file('a/x', 10)], [mark('opaque', 'a')]);
    expect(found).toMatchObject({ wastedBytes: 0, efficiency: 1 });
  });

  test('one layer, no layer and no bytes', () => {
    expect(numbers()).toMatchObject({ efficiency: 1, sizeBytes: 0, userWastedPercent: 0 });
    expect(numbers([file('a', 0)], [file('a', 0)])).toMatchObject({
      efficiency: 1,
      userWastedPercent: 0,
      inefficiencies: [{ count: 2, sizeBytes: 0, file: '/a' }],
    });
  });

  test('a path as deep as a tar has room for', () => {
    const path = 'd/'.repeat(20_000) + 'f';
    expect(numbers([file(path, 3)], [file(path, 4)])).toMatchObject({ wastedBytes: 7, efficiency: 3 / 7 });
  });
});

describe('dive’s rules', () => {
  test('sizes as go-humanize reads them, ratios from 0 to 1, words that turn a rule off', () => {
    const sizes = ['20MB', '1.5 GiB', '10', '1,000 kb', '2K', '3ki', ' 4 b', 'off', 'x', '1 xb', '-1'].map(
      (text) => ruleLimit('highestWastedBytes', text),
    );
    expect(sizes).toEqual([20e6, 1.5 * 2 ** 30, 10, 1e6, 2000, 3072, 4, 'off', null, null, null]);
    const ratios = ['0.95', '1', '.5', '1e-1', '1.01', '-0.1', '95%', 'NaN', '', ' Disabled '].map((text) =>
      ruleLimit('lowestEfficiency', text),
    );
    expect(ratios).toEqual([0.95, 1, 0.5, 0.1, null, null, null, null, 'off', 'off']);
  });

  test('a limit that is met is kept, one that is passed is not', () => {
    const found = numbers([file('a', 90)], [file('a', 110), file('b', 90)]);
    // 180 of 290 bytes, 200 wasted of 200.
    const results = (settings: Partial<typeof defaultRules>): string =>
      judgeAsDive(found, { ...defaultRules, ...settings })
        .map(({ result }) => result)
        .join();
    expect(results({})).toBe('fail,skip,fail');
    expect(
      results({
        highestUserWastedPercent: '1',
        highestWastedBytes: '200',
        lowestEfficiency: String(180 / 290),
      }),
    ).toBe('pass,pass,pass');
    expect(results({ highestWastedBytes: '199B', highestUserWastedPercent: 'false' })).toBe('skip,fail,fail');
  });
});
