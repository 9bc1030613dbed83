import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DuplicateFinder, SizeSieve } from '../../../shared/graph/duplicateFiles';

const share = (storedBytes: number, tarBytes: number) => ({ storedBytes, tarBytes });

describe('equal files in different layers', () => {
  test('waste every copy but one; on disk about as much less as the layers are compressed', () => {
    const finder = new DuplicateFinder();
    for (const layer of [0, 1, 2]) finder.add(layer, { path: `a${layer}`, size: 100, contents: 'x' });
    finder.add(0, { path: 'again', size: 100, contents: 'x' });
    finder.add(0, { path: 'alone', size: 900, contents: 'y' });
    finder.add(0, { path: 'empty', size: 0, contents: 'z' });
    finder.add(1, { path: 'empty', size: 0, contents: 'z' });
    const found = finder.result([share(10, 10), share(5, 10), share(2, 10)], 10);
    expect(found).toMatchObject({ count: 1, waste: 200, stored: 70 });
    expect(found.files[0]?.copies).toEqual([
      { layer: 0, path: 'a0' },
      { layer: 1, path: 'a1' },
      { layer: 2, path: 'a2' },
    ]);
  });

  const file = fc.record({
    layer: fc.nat(4),
    path: fc.string({ maxLength: 3 }),
    contents: fc.constantFrom('a', 'b', 'c', 'd'),
  });
  const sizes: Readonly<Record<string, number>> = { a: 0, b: 7, c: 7, d: 100 };

  test('add up to the bytes of all layers less those of all contents; what is cut off counts', () => {
    fc.assert(
      fc.property(fc.array(file), fc.nat(3), (files, limit) => {
        const finder = new DuplicateFinder();
        const sieve = new SizeSieve();
        const pairs = new Set<string>();
        for (const { layer, path, contents } of files) {
          const size = sizes[contents] ?? 0;
          finder.add(layer, { path, size, contents });
          sieve.add(layer, size);
          pairs.add(`${layer} ${contents}`);
        }
        const layers = Array.from({ length: 5 }, () => share(1, 2));
        const found = finder.result(layers, limit);
        const each = [...pairs].reduce((sum, pair) => sum + (sizes[pair.slice(2)] ?? 0), 0);
        const once = [...new Set(files.map(({ contents }) => contents))].reduce(
          (sum, c) => sum + (sizes[c] ?? 0),
          0,
        );
        expect(found.waste).toBe(each - once);
        expect(found.stored).toBeLessThanOrEqual(found.waste);
        expect(found.files.length).toBe(Math.min(limit, found.count));
        const all = finder.result(layers, 100).files;
        expect(all.reduce((sum, { waste }) => sum + waste, 0)).toBe(found.waste);
        expect(all.map(({ waste }) => waste)).toEqual(all.map(({ waste }) => waste).sort((a, b) => b - a));
        // No layer with an equal elsewhere is passed over by sizes.
        for (const { size } of all) expect(sieve.isCandidate(size)).toBe(true);
      }),
    );
  });
});
