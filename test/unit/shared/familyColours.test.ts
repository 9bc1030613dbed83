import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { familyColours, paletteColours, type FamilyColour } from '../../../shared/graph/familyColours';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { makeRoots } from '../../setup/randomForms';

/** Families as they come and go, the largest first, in any order. */
const walks = fc.array(
  fc.uniqueArray(
    fc.integer({ min: 0, max: 40 }).map((n) => `sha256:${n}`),
    { maxLength: 30 },
  ),
  { minLength: 1, maxLength: 12 },
);

test('what stays keeps its colour whatever comes, goes, grows or shrinks, and no two have one while there are enough', () => {
  fc.assert(
    fc.property(walks, (steps) => {
      const memory = new Map<string, FamilyColour>();
      let last: ReadonlyMap<string, FamilyColour> = new Map();
      for (const keys of steps) {
        const now = familyColours(keys, memory);
        expect([...now.keys()].sort()).toEqual([...keys].sort());
        for (const [key, { colour }] of now) {
          expect(colour).toBeGreaterThanOrEqual(1);
          expect(colour).toBeLessThanOrEqual(paletteColours);
          if (last.has(key)) expect(now.get(key)).toEqual(last.get(key));
        }
        const solid = [...now.values()].filter(({ dashed }) => !dashed).map(({ colour }) => colour);
        expect(new Set(solid).size).toBe(solid.length);
        if (memory.size === 0) expect(solid).toHaveLength(Math.min(keys.length, paletteColours));
        now.forEach((colour, key) => {
          memory.delete(key);
          memory.set(key, colour);
        });
        last = now;
      }
    }),
    { numRuns: 300 },
  );
});

test('at a fresh start neither order nor size tells a colour, where there are enough', () => {
  fc.assert(
    fc.property(
      fc
        .uniqueArray(fc.string(), { maxLength: paletteColours })
        .chain((keys) => fc.tuple(fc.constant(keys), fc.shuffledSubarray(keys, { minLength: keys.length }))),
      ([keys, others]) => {
        expect(familyColours(others)).toEqual(new Map([...familyColours(keys)]));
      },
    ),
  );
});

test.each(Array.from({ length: 20 }, (_, i) => i + 1))(
  'a graph of chance %i colours its families so when images are dropped and come again',
  (seed) => {
    const roots = makeRoots(seed);
    const memory = new Map<string, FamilyColour>();
    const coloursOf = (some: typeof roots): ReadonlyMap<string, number> =>
      new Map(
        indexGraph(buildGraph({ revision: '1', roots: some }), memory).families.map((family) => {
          memory.set(family.key, family);
          return [family.key, family.colour];
        }),
      );
    const all = coloursOf(roots);
    for (let from = 1; from <= roots.length; from++)
      for (const [key, colour] of coloursOf(roots.slice(from))) expect(colour).toBe(all.get(key));
    expect(coloursOf(roots)).toEqual(all);
  },
);
