import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import { ownLayers } from '../../../shared/graph/ownLayer';
import { freedByRoots, previewRemoval, sharingOf } from '../../../shared/graph/sharing';
import { takenTogether } from '../../../shared/graph/together';
import { chanceOf, makeRoots, neededBy } from '../../setup/randomForms';

const total = (sizes: Iterable<number>): number => [...sizes].reduce((sum, size) => sum + size, 0);
const pick = ({ size, unique, shared }: ImageNode) => ({ size, unique, shared });
const byChain = (graph: ImageGraph) => new Map(graph.layers.map((layer) => [layer.chainId, layer]));

describe.each(Array.from({ length: 60 }, (_, i) => i + 1))('a store of chance %i', (seed) => {
  const roots = makeRoots(seed);
  const graph = buildGraph({ revision: '1', roots });
  const closures = new Map(roots.map((root) => [root.digest, root.blobs]));
  const layersOf = (image: ImageNode) => ownLayers(image, byChain(graph));
  const isLayer = new Set(
    roots.flatMap(({ images }) => images.flatMap(({ layers }) => layers.map(({ blob }) => blob.digest))),
  );

  test('the layers of an image and its documents add up to its size', () => {
    for (const image of graph.images) {
      const needed = neededBy(roots, image.id);
      expect(image.size).toBe(total(needed.values()));
      const layers = total([...needed].flatMap(([each, size]) => (isLayer.has(each) ? [size] : [])));
      expect(total(layersOf(image).map(({ size }) => size))).toBe(layers);
      for (const { blobs } of layersOf(image))
        for (const blob of blobs) expect(needed.has(blob.digest)).toBe(true);
    }
  });

  test('what images take together is what their roots say, of one, some and all of them', () => {
    const chance = chanceOf(seed);
    const stored = new Map(roots.flatMap(({ blobs }) => [...blobs]));
    const choices = [
      graph.images,
      ...graph.images.map((image) => [image]),
      ...Array.from({ length: 10 }, () => graph.images.filter(() => chance(2) === 0)),
    ];
    for (const chosen of choices) {
      const ids = chosen.map(({ id }) => id);
      const together = takenTogether(graph, closures, ids);
      const needed = new Map(ids.flatMap((id) => [...neededBy(roots, id)]));
      const going = new Set(chosen.flatMap((image) => image.roots));
      const stay = roots.filter(({ digest: root }) => !going.has(root));
      const held = new Set(stay.flatMap(({ blobs }) => [...blobs.keys()]));
      const kept = [...needed].filter(([each]) => held.has(each));
      const others = graph.images.filter(
        ({ id, roots: own }) =>
          !ids.includes(id) &&
          own.some((root) => !going.has(root)) &&
          kept.some(([each]) => neededBy(roots, id).has(each)),
      );
      expect(together).toEqual({
        size: total(needed.values()),
        unique: total(needed.values()) - total(kept.map(([, size]) => size)),
        shared: total(kept.map(([, size]) => size)),
        // The dialog's count, and what a store has less afterwards.
        freed: previewRemoval(graph, closures, { images: ids, names: [] }).freedBytes,
        along: graph.images.filter(
          ({ id, roots: own }) => !ids.includes(id) && own.every((root) => going.has(root)),
        ).length,
        others: others.length,
        containers: [],
        containerCount: 0,
      });
      const left = new Map(stay.flatMap(({ blobs }) => [...blobs]));
      expect(together.freed).toBe(total(stored.values()) - total(left.values()));
      const [one, ...more] = chosen;
      if (one && more.length === 0) expect(together).toMatchObject(pick(one));
    }
    const all = takenTogether(
      graph,
      closures,
      graph.images.map(({ id }) => id),
    );
    expect(all).toMatchObject({ size: graph.storedBytes, unique: total(stored.values()), shared: 0 });
  });

  test('containers keep what their images stand on, and nothing else', () => {
    const chance = chanceOf(seed + 1000);
    const used = new Map(
      graph.images.map(({ id }) => [id, Array.from({ length: chance(3) }, () => `c-${chance(20)}`)]),
    );
    const running = {
      ...graph,
      images: graph.images.map((image) => ({
        ...image,
        containers: (used.get(image.id) ?? []).map((name) => ({ name, state: 'exited', active: false })),
      })),
    };
    for (let i = 0; i < 10; i++) {
      const ids = graph.images.flatMap(({ id }) => (chance(2) === 0 ? [id] : []));
      const without = takenTogether(graph, closures, ids);
      const found = takenTogether(running, closures, ids);
      const names = new Set(ids.flatMap((id) => used.get(id) ?? []));
      expect(found).toMatchObject({
        size: without.size,
        containers: [...names].sort().slice(0, 8),
        containerCount: names.size,
      });
      const stood = new Map(
        ids.flatMap((id) => ((used.get(id) ?? []).length > 0 ? [...neededBy(roots, id)] : [])),
      );
      const going = new Set(ids.flatMap((id) => graph.images.find((image) => image.id === id)?.roots ?? []));
      const held = new Set(
        roots.filter((root) => !going.has(root.digest)).flatMap(({ blobs }) => [...blobs.keys()]),
      );
      const freed = new Map(
        ids.flatMap((id) => [...neededBy(roots, id)].filter(([d]) => !stood.has(d) && !held.has(d))),
      );
      expect(found.unique).toBe(total(freed.values()));
      expect(found.unique + found.shared).toBe(found.size);
    }
  });

  test('unique bytes are what goes with the roots, of a name for several platforms too', () => {
    for (const image of graph.images) {
      const staying = new Set(
        roots.filter((root) => !image.roots.includes(root.digest)).flatMap(({ blobs }) => [...blobs.keys()]),
      );
      const own = [...neededBy(roots, image.id)].flatMap(([each, size]) => (staying.has(each) ? [] : [size]));
      expect(image.unique).toBe(total(own));
      expect(image.unique + image.shared).toBe(image.size);
      expect(freedByRoots(closures)(image.roots)).toBeGreaterThanOrEqual(image.unique);
    }
  });

  test('what stays of a removal is held by those that need it, and its rows are within its bytes', () => {
    for (const image of graph.images) {
      const preview = previewRemoval(graph, closures, { images: [image.id], names: [] });
      const going = new Set(preview.images.map(({ id }) => id));
      expect(preview.freedBytes).toBe(freedByRoots(closures)(image.roots));
      const all = new Map(
        roots.flatMap((root) => (image.roots.includes(root.digest) ? [...root.blobs] : [])),
      );
      expect(preview.freedBytes + preview.keptBytes).toBe(total(all.values()));
      const freed = total([...all].flatMap(([each, size]) => (isLayer.has(each) ? [size] : [])));
      expect(total([...preview.freed, ...preview.kept].map(({ size }) => size))).toBe(freed);
      const keptBlobs = new Set([...all.keys()]);
      for (const { holders, holderCount } of preview.kept) {
        expect(holderCount).toBeGreaterThan(0);
        for (const holder of holders) {
          // The images of several platforms have one name.
          const named = graph.images.filter(
            ({ id, names }) => names[0] === holder || id.slice(7, 19) === holder,
          );
          const needs = named.filter(
            ({ id }) => !going.has(id) && [...neededBy(roots, id).keys()].some((each) => keptBlobs.has(each)),
          );
          expect(needs).not.toEqual([]);
        }
      }
    }
  });

  test('bytes in common are those of the blobs that both need', () => {
    for (const image of graph.images)
      for (const { id, bytes } of sharingOf(graph, image)) {
        const other = neededBy(roots, id);
        const both = [...neededBy(roots, image.id)].filter(([each]) => isLayer.has(each) && other.has(each));
        expect(bytes).toBe(total(both.map(([, size]) => size)));
      }
  });
});
