import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import type { Closures } from '../../../shared/graph/holders';
import {
  baseOf,
  displayName,
  planRemoval,
  previewRemoval,
  sharingOf,
  type RemovalSelection,
} from '../../../shared/graph/sharing';
import { closuresOf, digestOf, imageIdOf, storeOf, type StoreSpec } from './graphFixtures';

const chosen = (images: readonly number[], names: readonly string[] = []): RemovalSelection => ({
  images: images.map((n) => imageIdOf(`image ${n}`)),
  names,
});

interface Store {
  readonly graph: ImageGraph;
  readonly closures: Closures;
}
const make = (spec: StoreSpec): Store => {
  const input = storeOf(spec);
  return { graph: buildGraph(input), closures: closuresOf(input) };
};
const node = (graph: ImageGraph, n: number): ImageNode => {
  const found = graph.images.find(({ id }) => id === imageIdOf(`image ${n}`));
  if (!found) throw new Error(`the graph has no image ${n}`);
  return found;
};

/** Two images on one base, one of them with two names, and one that shares nothing. */
const small: StoreSpec = {
  images: [{ layers: ['base', 'a'] }, { layers: ['base', 'b'] }, { layers: ['alone'] }],
  roots: [
    { name: 'shop/a:1', images: [0] },
    { name: 'shop/a:latest', images: [0] },
    { name: 'shop/b:1', images: [1] },
    { name: null, images: [2] },
  ],
  sizes: { base: 1000, a: 200, b: 30, alone: 5000 },
};

describe('planRemoval follows docker rmi', () => {
  const { graph } = make(small);
  const idsOf = (selection: RemovalSelection): string[] =>
    planRemoval(graph, selection).images.map(displayName);

  test('an image goes with all of its names', () => {
    const plan = planRemoval(graph, chosen([0]));
    expect(plan.images.map(({ names }) => names)).toEqual([['shop/a:1', 'shop/a:latest']]);
    expect(plan.untagged).toEqual([]);
  });

  test('one of two names goes alone and takes no root', () => {
    const plan = planRemoval(graph, chosen([], ['shop/a:1']));
    expect(plan.images).toEqual([]);
    expect(plan.untagged).toEqual(['shop/a:1']);
    expect([...plan.roots]).toEqual([]);
  });

  test('the last name takes its image with it', () => {
    expect(idsOf(chosen([], ['shop/b:1']))).toEqual(['shop/b:1']);
  });

  test('all names of an image together take it', () => {
    expect(idsOf(chosen([], ['shop/a:latest', 'shop/a:1']))).toEqual(['shop/a:1']);
  });

  test('an image and one of its own names is that image, nothing more', () => {
    const plan = planRemoval(graph, chosen([0], ['shop/a:1']));
    expect(plan.images).toHaveLength(1);
    expect(plan.untagged).toEqual([]);
  });

  test('names and images that the graph does not have take nothing', () => {
    const plan = planRemoval(graph, { images: [imageIdOf('unknown')], names: ['no/such:1'] });
    expect(plan).toEqual({ images: [], roots: new Set(), untagged: [] });
  });

  test('an empty selection takes nothing, not even images without roots', () => {
    expect(idsOf(chosen([]))).toEqual([]);
  });

  test('a root of two platforms goes whole', () => {
    const { graph: two } = make({
      images: [{ layers: ['x'] }, { layers: ['y'] }],
      roots: [{ name: 'multi:1', images: [0, 1] }],
    });
    expect(planRemoval(two, chosen([0])).images).toHaveLength(2);
  });

  test('an image that another root still reaches stays', () => {
    const { graph: two } = make({
      images: [{ layers: ['x'] }, { layers: ['y'] }],
      roots: [
        { name: 'multi:1', images: [0, 1] },
        { name: 'single:1', images: [1] },
      ],
    });
    const plan = planRemoval(two, chosen([0]));
    expect(plan.images.map(({ id }) => id)).toEqual([imageIdOf('image 0')]);
    expect(plan.roots.size).toBe(1);
  });
});

describe('previewRemoval', () => {
  const { graph, closures } = make(small);
  /** Bytes of a config and a manifest in these stores. */
  const documents = 11 + 13;

  test('frees what is unique and keeps what another image needs', () => {
    const preview = previewRemoval(graph, closures, chosen([0]));
    expect(preview).toMatchObject({ freedBytes: 200 + documents, freedBlobs: 3, keptBytes: 1000 });
    expect(preview.kept).toMatchObject([{ size: 1000, holders: ['shop/b:1'], holderCount: 1 }]);
  });

  test('frees a shared layer when its last image goes', () => {
    const preview = previewRemoval(graph, closures, chosen([0, 1]));
    expect(preview).toMatchObject({ freedBytes: 1230 + 2 * documents, keptBytes: 0, kept: [] });
  });

  test('removing one of several names frees nothing', () => {
    expect(previewRemoval(graph, closures, chosen([], ['shop/a:1']))).toEqual({
      containers: [],
      images: [],
      freed: [],
      untagged: ['shop/a:1'],
      freedBytes: 0,
      freedBlobs: 0,
      keptBytes: 0,
      kept: [],
    });
  });

  test('what deleting one image frees is its unique size', () => {
    for (const image of graph.images) {
      const { freedBytes, keptBytes } = previewRemoval(graph, closures, { images: [image.id], names: [] });
      expect([freedBytes, keptBytes]).toEqual([image.unique, image.shared]);
    }
  });

  test('lists at most 50 kept layers, largest first, and 8 of many holders', () => {
    const layers = Array.from({ length: 60 }, (_, i) => `layer ${i}`);
    const images = Array.from({ length: 12 }, (_, i) => ({ layers: [...layers, `top ${i}`] }));
    const many = make({
      images,
      roots: images.map((_, i) => ({ name: `many:${String(i).padStart(2, '0')}`, images: [i] })),
      sizes: Object.fromEntries(layers.map((layer, i) => [layer, 100 + i])),
    });
    const { kept } = previewRemoval(many.graph, many.closures, chosen([0]));
    expect(kept.map(({ size }) => size)).toEqual(Array.from({ length: 50 }, (_, i) => 159 - i));
    expect(new Set(kept.map(({ holderCount }) => holderCount))).toEqual(new Set([11]));
    expect(kept[0]?.holders).toEqual(
      Array.from({ length: 8 }, (_, i) => `many:${String(i + 1).padStart(2, '0')}`),
    );
  });

  test('counts two holders with the same display name, dangling ones by their short IDs', () => {
    const store = make({
      images: [{ layers: ['x', 'a'] }, { layers: ['x', 'b'] }, { layers: ['x', 'c'] }],
      roots: [
        { name: 'gone:1', images: [0] },
        { name: null, images: [1] },
        { name: null, images: [2] },
      ],
    });
    const { kept } = previewRemoval(store.graph, store.closures, chosen([0]));
    const short = [1, 2].map((n) => imageIdOf(`image ${n}`).slice(7, 19)).sort();
    expect(kept).toMatchObject([{ holders: short, holderCount: 2 }]);
  });
});

describe('sharingOf', () => {
  const { graph } = make(small);

  test('gives the common bytes of layers and the names, the image itself left out', () => {
    expect(sharingOf(graph, node(graph, 0))).toEqual([
      { id: imageIdOf('image 1'), name: 'shop/b:1', bytes: 1000 },
    ]);
  });

  test('is empty for an image that shares nothing', () => {
    expect(sharingOf(graph, node(graph, 2))).toEqual([]);
  });

  test('counts a blob that stands twice in a chain once', () => {
    const { graph: twice } = make({
      images: [{ layers: ['x', 'x', 'a'] }, { layers: ['x', 'b', 'x'] }],
      roots: [
        { name: 'a:1', images: [0] },
        { name: 'b:1', images: [1] },
      ],
      sizes: { x: 70 },
    });
    expect(sharingOf(twice, node(twice, 0))).toMatchObject([{ name: 'b:1', bytes: 70 }]);
  });

  test('is sorted by bytes, then by name', () => {
    const { graph: sorted } = make({
      images: [
        { layers: ['x', 'y'] },
        { layers: ['x', 'c'] },
        { layers: ['x', 'd'] },
        { layers: ['x', 'y', 'e'] },
      ],
      roots: ['self:1', 'c:1', 'b:1', 'z:1'].map((name, i) => ({ name, images: [i] })),
    });
    expect(sharingOf(sorted, node(sorted, 0)).map(({ name }) => name)).toEqual(['z:1', 'b:1', 'c:1']);
  });
});

describe('baseOf', () => {
  const chain = make({
    images: [
      { layers: ['os'] },
      { layers: ['os', 'run'] },
      { layers: ['os', 'run', 'app', 'conf'] },
      { layers: [] },
    ],
    roots: ['os:1', 'run:1', 'app:1', 'scratch:1'].map((name, i) => ({ name, images: [i] })),
  }).graph;

  test.each([
    [2, 'run:1', 2],
    [1, 'os:1', 1],
  ])('image %i stands on %s, %i layers above', (n, base, layersAbove) => {
    const found = baseOf(chain, node(chain, n));
    expect([found?.image.names[0], found?.layersAbove]).toEqual([base, layersAbove]);
  });

  test.each([0, 3])('image %i stands on no other', (n) => {
    expect(baseOf(chain, node(chain, n))).toBeNull();
  });

  test('an image with the same chain is no base', () => {
    const { graph: same } = make({
      images: [{ layers: ['os'] }, { layers: ['os'] }],
      roots: [
        { name: 'a:1', images: [0] },
        { name: 'b:1', images: [1] },
      ],
    });
    expect(baseOf(same, node(same, 0))).toBeNull();
  });

  test('a named base is preferred to a dangling one of the same depth, whichever comes first', () => {
    const { graph: two } = make({
      images: [{ layers: ['os'] }, { layers: ['os'] }, { layers: ['os', 'app'] }],
      roots: [
        { name: null, images: [0] },
        { name: 'os:1', images: [1] },
        { name: 'app:1', images: [2] },
      ],
    });
    for (const images of [two.images, [...two.images].reverse()]) {
      expect(baseOf({ ...two, images }, node(two, 2))?.image.names).toEqual(['os:1']);
    }
  });
});

test('displayName is the first name, else the short ID', () => {
  const id = imageIdOf('image 1');
  expect(displayName({ id, names: ['b:1', 'c:1'] })).toBe('b:1');
  expect(displayName({ id, names: [] })).toBe(digestOf('image 1').slice(7, 19));
});
