import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { usedByOthers } from '../../../shared/graph/usedByOthers';
import { closuresOf, storeOf, type StoreSpec } from './graphFixtures';

/** Stores whose roots have one image each; with `'` a layer is another stored form of the same. */
const anyStore: fc.Arbitrary<StoreSpec> = fc
  .array(fc.array(fc.constantFrom('a', 'b', "a'", "b'"), { maxLength: 3 }), { minLength: 1, maxLength: 6 })
  .map((images) => ({
    images: images.map((layers) => ({ layers })),
    sizes: Object.fromEntries(['a', 'b', "a'", "b'"].map((layer, i) => [layer, 10 + i])),
    roots: images.map((_, i) => ({ name: `r${i}:1`, images: [i] })),
  }));

test('other images use every layer of one exactly where none of its layers goes with it', () => {
  fc.assert(
    fc.property(anyStore, (spec) => {
      const input = storeOf(spec);
      const graph = buildGraph(input);
      const closures = closuresOf(input);
      const isLayer = new Set(graph.layers.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
      const isUsed = usedByOthers(graph);
      for (const image of graph.images) {
        const roots = new Set(image.roots);
        const stays = new Set(
          [...closures].flatMap(([root, blobs]) => (roots.has(root) ? [] : [...blobs.keys()])),
        );
        const own = new Set(
          [...closures].flatMap(([root, blobs]) => (roots.has(root) ? [...blobs.keys()] : [])),
        );
        const layers = [...own].filter((digest) => isLayer.has(digest));
        expect(isUsed(image)).toBe(layers.length > 0 && layers.every((digest) => stays.has(digest)));
      }
    }),
    { numRuns: 300 },
  );
});
