import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { joinSpans, orderImages } from '../../../shared/graph/imageOrder';
import { randomGraph } from '../../setup/randomGraph';

const stores = fc.record({
  images: fc.integer({ min: 1, max: 40 }),
  layers: fc.integer({ min: 40, max: 200 }),
  seed: fc.nat(1e6),
});

describe('the order of images', () => {
  test('has every image once, and the holders of every layer side by side', () => {
    fc.assert(
      fc.property(stores, (options) => {
        const graph = randomGraph(options);
        const { images, layers } = orderImages(indexGraph(graph));
        expect(new Set(images)).toEqual(new Set(graph.images));
        expect(images).toHaveLength(graph.images.length);
        expect(layers).toHaveLength(graph.layers.length);
        for (const { layer, lo, hi } of layers) {
          const holders = images.flatMap((image, i) => (image.layers.includes(layer.chainId) ? [i] : []));
          expect(holders).toEqual(Array.from({ length: hi - lo }, (_, i) => lo + i));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('keeps families together, a layer before what stands on it', () => {
    const graph = randomGraph({ images: 60, layers: 300, seed: 3 });
    const index = indexGraph(graph);
    const { images, layers } = orderImages(index);
    const families = images.map(({ id }) => index.familyOfImage.get(id)?.key);
    expect(families.filter((key, i) => key !== families[i - 1])).toHaveLength(new Set(families).size);
    const seen = new Set<string>();
    for (const { layer, depth } of layers) {
      if (layer.parent !== null) expect(seen.has(layer.parent)).toBe(true);
      expect(depth).toBe(index.depth.get(layer.chainId));
      seen.add(layer.chainId);
    }
  });

  test('brings neighbours as close as any order can', () => {
    const graph = randomGraph({ images: 6, layers: 18, seed: 11 });
    const { images } = orderImages(indexGraph(graph));
    const sizes = new Map(graph.layers.map(({ chainId, size }) => [chainId, size]));
    const trunk = (a: (typeof images)[number], b: (typeof images)[number]): number => {
      let sum = 0;
      for (let i = 0; i < a.layers.length && a.layers[i] === b.layers[i]; i++)
        sum += sizes.get(a.layers[i] as (typeof a.layers)[number]) ?? 0;
      return sum;
    };
    const close = (order: typeof images): number =>
      order.slice(1).reduce((sum, image, i) => sum + trunk(order[i] as typeof image, image), 0);
    const orders = (rest: typeof images): (typeof images)[] =>
      rest.length < 2
        ? [rest]
        : rest.flatMap((first) => orders(rest.filter((x) => x !== first)).map((tail) => [first, ...tail]));
    expect(images).toHaveLength(6);
    expect(close(images)).toBe(Math.max(...orders(images).map(close)));
  });
});

test('spans are joined to what their union is', () => {
  const span = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 6 })).map(([lo, n]) => ({ lo, hi: lo + n }));
  fc.assert(
    fc.property(fc.array(span), (spans) => {
      const places = (list: readonly { lo: number; hi: number }[]): number[] =>
        list.flatMap(({ lo, hi }) => Array.from({ length: hi - lo }, (_, i) => lo + i));
      const joined = places(joinSpans(spans));
      expect(joined).toEqual([...new Set(places(spans))].sort((a, b) => a - b));
    }),
  );
});
