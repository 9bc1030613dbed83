import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chartInput } from '../../../renderer/chart/strata/input';
import { layoutStrata } from '../../../renderer/chart/strata/layout';
import { makeScene } from '../../../renderer/chart/strata/scene';
import { buildGraph, type GraphInput } from '../../../shared/graph/buildGraph';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { layerBytes } from '../../../shared/graph/layerBytes';
import type { ImageId } from '../../../shared/image/digest';
import { randomGraph } from '../../setup/randomGraph';
import { storeOf, type StoreSpec } from './graphFixtures';

const letters = ['a', "a'", 'b', "b'", 'c', 'd'] as const;

/** Stores of which many layers are there in two forms, some blobs in several chains, and some twice in one. */
const anyStore: fc.Arbitrary<StoreSpec> = fc.record({
  images: fc.array(fc.record({ layers: fc.array(fc.constantFrom(...letters), { maxLength: 5 }) }), {
    minLength: 8,
    maxLength: 8,
  }),
  sizes: fc.record(Object.fromEntries(letters.map((layer) => [layer, fc.nat({ max: 1_000_000 })]))),
  roots: fc.array(
    fc.record({
      name: fc.constant(null),
      images: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 12 },
  ),
});

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);

/** The same from the manifests alone. */
function naive({ roots }: GraphInput, ids: ReadonlySet<ImageId>): { stored: number; alone: number } {
  const together = new Map<string, number>();
  const each = new Map<ImageId, Map<string, number>>();
  for (const { id, layers } of roots.flatMap(({ images }) => images)) {
    if (!ids.has(id)) continue;
    const own = each.get(id) ?? new Map<string, number>();
    each.set(id, own);
    for (const { blob } of layers) {
      together.set(blob.digest, blob.size);
      own.set(blob.digest, blob.size);
    }
  }
  return {
    stored: sum(together.values()),
    alone: sum([...each.values()].map((own) => sum(own.values()))),
  };
}

const idsOf = (images: readonly ImageNode[]): ReadonlySet<ImageId> => new Set(images.map(({ id }) => id));

test('what sharing saves is what the manifests name one by one, less each blob once', () => {
  fc.assert(
    fc.property(anyStore, fc.infiniteStream(fc.boolean()), (spec, picks) => {
      const input = storeOf(spec);
      const graph = buildGraph(input);
      const index = indexGraph(graph);
      for (const images of [graph.images, graph.images.filter(() => picks.next().value === true)]) {
        const { stored, alone } = naive(input, idsOf(images));
        expect(layerBytes(images, index.layers)).toEqual({ stored, alone, saved: alone - stored });
      }
      expect(index.layerBytes).toEqual(layerBytes(graph.images, index.layers));
    }),
    { numRuns: 500 },
  );
});

test("the foot of each family in Strata says what the sidebar's figure is made of", () => {
  fc.assert(
    fc.property(anyStore, fc.boolean(), (spec, grouped) => {
      const input = storeOf(spec);
      const index = indexGraph(buildGraph(input));
      const images = idsOf(index.graph.images);
      const chart = chartInput(index, { images, order: 'lineage', grouped, open: [], shut: [] });
      const { families } = makeScene(chart, layoutStrata(chart.input), index, new Map());
      for (const { key, stored, saved } of families) {
        const family = index.families.find((each) => each.key === key);
        const expected = naive(input, new Set(family?.images));
        expect({ stored, saved }).toEqual({
          stored: expected.stored,
          saved: expected.alone - expected.stored,
        });
      }
      // Where all images are of one family, the foot and the sidebar say the same.
      const [only] = families;
      if (families.length === 1) expect(only?.saved).toBe(index.layerBytes.saved);
    }),
    { numRuns: 300 },
  );
});

test.each([74, 300, 2000])('so it does where families of %i images stand as blocks', (count) => {
  const index = indexGraph(randomGraph({ images: count, layers: 4 * count, seed: 7 }));
  for (const grouped of [false, true])
    for (const order of ['lineage', 'size', 'age'] as const) {
      const images = idsOf(index.graph.images);
      const chart = chartInput(index, { images, order, grouped, open: [], shut: [] });
      const { families } = makeScene(chart, layoutStrata(chart.input), index, new Map());
      let counted = 0;
      for (const { key, stored, saved, images: own } of families) {
        const members = index.families.find((each) => each.key === key)?.images ?? [];
        expect(own).toBe(members.length);
        const whole = layerBytes(
          members.flatMap((id) => index.images.get(id) ?? []),
          index.layers,
        );
        expect({ stored, saved }).toEqual({ stored: whole.stored, saved: whole.saved });
        counted += stored;
      }
      expect(counted).toBeGreaterThanOrEqual(index.layerBytes.stored);
    }
});
