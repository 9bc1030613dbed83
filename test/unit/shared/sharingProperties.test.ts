import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import type { Closures } from '../../../shared/graph/holders';
import { planRemoval, previewRemoval, sharingOf, type RemovalSelection } from '../../../shared/graph/sharing';
import { closuresOf, imageIdOf, storeOf, type StoreSpec } from './graphFixtures';

function make(spec: StoreSpec): { graph: ImageGraph; closures: Closures } {
  const input = storeOf(spec);
  return { graph: buildGraph(input), closures: closuresOf(input) };
}

/** Stores of up to eight images over a few layers, roots of one or more platforms, names of any number an image. */
const anyStore: fc.Arbitrary<StoreSpec> = fc
  .record({
    images: fc.array(
      fc.record({ layers: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 }) }),
      { minLength: 1, maxLength: 8 },
    ),
    sizes: fc.record(
      Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((layer) => [layer, fc.nat({ max: 1_000_000 })])),
    ),
  })
  .chain(({ images, sizes }) =>
    fc.record({
      images: fc.constant(images),
      sizes: fc.constant(sizes),
      roots: fc
        .array(
          fc.record({
            named: fc.boolean(),
            images: fc.uniqueArray(fc.nat({ max: images.length - 1 }), { minLength: 1, maxLength: 3 }),
          }),
          { maxLength: 10 },
        )
        .map((roots) =>
          roots.map((root, i) => ({ name: root.named ? `r${i}:1` : null, images: root.images })),
        ),
    }),
  );

const anyCase = anyStore.chain((spec) =>
  fc.record({
    spec: fc.constant(spec),
    selection: fc
      .record({
        images: fc.subarray(spec.images.map((_, i) => i)),
        names: fc.subarray(spec.roots.flatMap(({ name }) => (name === null ? [] : [name]))),
      })
      .map(({ images, names }) => ({ images: images.map((n) => imageIdOf(`image ${n}`)), names })),
  }),
);

/** The same questions answered from roots and sets alone, without the graph. */
function naive(spec: StoreSpec, closures: Closures, selection: RemovalSelection) {
  const roots = storeOf(spec).roots;
  const ids = [...new Set(roots.flatMap(({ images }) => images.map(({ id }) => id)))];
  const rootsOf = (id: string) => roots.filter(({ images }) => images.some((image) => image.id === id));
  const namesOf = (id: string) => rootsOf(id).flatMap(({ name }) => (name === null ? [] : [name]));
  const takenWhole = ids.filter((id) => {
    const names = namesOf(id);
    const allNames = names.length > 0 && names.every((name) => selection.names.includes(name));
    return selection.images.some((picked) => picked === id) || allNames;
  });
  const goneRoots = new Set(takenWhole.flatMap((id) => rootsOf(id).map(({ digest }) => digest)));
  const goneImages = ids.filter((id) => rootsOf(id).every(({ digest }) => goneRoots.has(digest)));
  const total = new Map<string, number>();
  for (const root of goneRoots)
    for (const [digest, size] of closures.get(root) ?? []) total.set(digest, size);
  const held = new Set(
    [...closures].filter(([root]) => !goneRoots.has(root)).flatMap(([, blobs]) => [...blobs.keys()]),
  );
  const freed = [...total].filter(([digest]) => !held.has(digest as never));
  const sum = (pairs: Iterable<readonly [string, number]>) =>
    [...pairs].reduce((bytes, [, size]) => bytes + size, 0);
  return {
    ids,
    goneRoots,
    goneImages: new Set(goneImages),
    untagged: selection.names.filter((name) =>
      ids.some((id) => !goneImages.includes(id) && namesOf(id).includes(name)),
    ),
    freedBytes: sum(freed),
    freedBlobs: freed.length,
    totalBytes: sum(total),
  };
}

describe('on any store', () => {
  test('planRemoval takes the roots, images and names that a naive reading of the roots takes', () => {
    fc.assert(
      fc.property(anyCase, ({ spec, selection }) => {
        const { graph, closures } = make(spec);
        const plan = planRemoval(graph, selection);
        const expected = naive(spec, closures, selection);
        expect(plan.roots).toEqual(expected.goneRoots);
        expect(new Set(plan.images.map(({ id }) => id))).toEqual(expected.goneImages);
        expect([...plan.untagged].sort()).toEqual([...expected.untagged].sort());
      }),
      { numRuns: 300 },
    );
  });

  test('previewRemoval frees exactly what no other root reaches; freed and kept make the total', () => {
    fc.assert(
      fc.property(anyCase, ({ spec, selection }) => {
        const { graph, closures } = make(spec);
        const preview = previewRemoval(graph, closures, selection);
        const expected = naive(spec, closures, selection);
        expect(preview.freedBytes).toBe(expected.freedBytes);
        expect(preview.freedBlobs).toBe(expected.freedBlobs);
        expect(preview.freedBytes + preview.keptBytes).toBe(expected.totalBytes);
        for (const { holderCount } of preview.kept) expect(holderCount).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  test('what is left after a removal is what the preview did not free', () => {
    fc.assert(
      fc.property(anyCase, ({ spec, selection }) => {
        const { graph, closures } = make(spec);
        const { freedBytes } = previewRemoval(graph, closures, selection);
        const gone = planRemoval(graph, selection).roots;
        const after = buildGraph({
          revision: 'after',
          roots: storeOf(spec).roots.filter(({ digest }) => !gone.has(digest)),
        });
        expect(after.storedBytes).toBe(graph.storedBytes - freedBytes);
      }),
      { numRuns: 300 },
    );
  });

  test('unique size is what deleting the image alone frees, unless its roots hold other platforms', () => {
    fc.assert(
      fc.property(anyStore, (spec) => {
        const { graph, closures } = make(spec);
        for (const image of graph.images) {
          expect(image.shared + image.unique).toBe(image.size);
          const preview = previewRemoval(graph, closures, { images: [image.id], names: [] });
          if (preview.images.length > 1 || spec.roots.some(({ images }) => images.length > 1)) continue;
          expect(preview.freedBytes).toBe(image.unique);
        }
      }),
    );
  });

  test('sharingOf equals the intersection of the two chains, both ways round', () => {
    fc.assert(
      fc.property(anyStore, (spec) => {
        const { graph } = make(spec);
        const layersOf = (image: ImageNode) =>
          new Set(spec.images.find((_, i) => imageIdOf(`image ${i}`) === image.id)?.layers ?? []);
        const found = new Map<string, number>();
        for (const image of graph.images) {
          for (const { id, bytes } of sharingOf(graph, image)) found.set(`${image.id} ${id}`, bytes);
        }
        for (const a of graph.images) {
          for (const b of graph.images) {
            if (a.id === b.id) continue;
            const others = layersOf(b);
            const common = [...layersOf(a)].filter((layer) => others.has(layer));
            const bytes = common.reduce((sum, layer) => sum + (spec.sizes?.[layer] ?? 0), 0);
            expect(found.get(`${a.id} ${b.id}`) ?? 0).toBe(bytes);
          }
        }
      }),
    );
  });
});
