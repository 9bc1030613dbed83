import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph, type GraphInput, type GraphRoot } from '../../../shared/graph/buildGraph';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import { ownLayers } from '../../../shared/graph/ownLayer';
import {
  chainIdOf,
  diffIdOf,
  digestOf,
  documentBytes,
  imageIdOf,
  step,
  storeOf,
  type StoreSpec,
} from './graphFixtures';

const build = (spec: StoreSpec): ImageGraph => buildGraph(storeOf(spec));
const image = (graph: ImageGraph, n: number): ImageNode | undefined =>
  graph.images.find(({ id }) => id === imageIdOf(`image ${n}`));
const documents = documentBytes.config + documentBytes.manifest;

describe('images', () => {
  test('an empty store is an empty graph', () => {
    expect(buildGraph({ revision: 'r1', roots: [] })).toEqual({
      source: { kind: 'store' },
      sizes: 'stored',
      revision: 'r1',
      images: [],
      layers: [],
      storedBytes: 0,
      unsharedBytes: 0,
    });
  });

  test('names on one manifest are one image: the first given, then the others by the alphabet', () => {
    const graph = build({
      images: [{ layers: ['a'] }],
      roots: [
        { name: 'x:2', images: [0] },
        { name: 'x:9', images: [0] },
        { name: 'x:1', images: [0] },
      ],
    });
    expect(graph.images).toHaveLength(1);
    expect(graph.images[0]).toMatchObject({
      names: ['x:2', 'x:1', 'x:9'],
      manifests: [digestOf('manifest 0')],
      roots: [digestOf('manifest 0')],
    });
  });

  test('an image with no name is dangling; one named and unnamed root is not', () => {
    const graph = build({
      images: [{ layers: ['a'] }, { layers: ['b'] }],
      roots: [
        { name: null, images: [0] },
        { name: null, images: [1] },
        { name: 'b:1', images: [1] },
      ],
    });
    expect(graph.images.map(({ names }) => names)).toEqual([['b:1'], []]);
  });

  test('named images come first, by name; dangling ones after them, by ID', () => {
    const graph = build({
      images: [0, 1, 2, 3].map((n) => ({ layers: [`l${n}`] })),
      roots: [
        { name: null, images: [0] },
        { name: 'z:1', images: [1] },
        { name: null, images: [2] },
        { name: 'a:1', images: [3] },
      ],
    });
    const danglingIds = [imageIdOf('image 0'), imageIdOf('image 2')].sort();
    expect(graph.images.map(({ id }) => id)).toEqual([
      imageIdOf('image 3'),
      imageIdOf('image 1'),
      ...danglingIds,
    ]);
  });

  test('one config under two manifests is one image with both', () => {
    const input = storeOf({ images: [{ layers: ['a'] }], roots: [{ name: 'x:1', images: [0] }] });
    const other = digestOf('other manifest');
    const again = input.roots.map((root): GraphRoot => ({
      ...root,
      digest: other,
      name: 'y:1',
      images: root.images.map((one) => ({ ...one, manifest: other })),
    }));
    const graph = buildGraph({ revision: 'r', roots: [...input.roots, ...again] });
    expect(graph.images).toHaveLength(1);
    expect(graph.images[0]?.manifests).toEqual([digestOf('manifest 0'), other]);
  });

  test('platforms of an index are images with the same name and root', () => {
    const graph = build({
      images: [
        { layers: ['a'], architecture: 'amd64' },
        { layers: ['b'], architecture: 'arm64' },
      ],
      roots: [{ name: 'multi:1', images: [0, 1] }],
    });
    expect(graph.images.map(({ names, roots }) => [names, roots])).toEqual(
      [0, 1].map(() => [['multi:1'], [digestOf('index 0,1')]]),
    );
  });

  test('an image without layers has no top and the size of its documents', () => {
    const graph = build({ images: [{ layers: [] }], roots: [{ name: 'scratch:1', images: [0] }] });
    expect(graph.images[0]).toMatchObject({ layers: [], top: null, size: documents, unique: documents });
  });

  test('history is counted, empty steps apart', () => {
    const history = [step('A'), step('B', true), step('C', true)];
    const graph = build({ images: [{ layers: ['a'], history }], roots: [{ name: 'x:1', images: [0] }] });
    expect(graph.images[0]).toMatchObject({ historySteps: 3, emptySteps: 2 });
  });
});

describe('layers', () => {
  test('stand once a chain ID, each on its parent, with the number of their images', () => {
    const graph = build({
      images: [{ layers: ['os', 'a'] }, { layers: ['os', 'b'] }, { layers: ['os'] }],
      roots: ['x:1', 'y:1', 'z:1'].map((name, i) => ({ name, images: [i] })),
    });
    expect(graph.layers.map(({ chainId, parent, imageCount }) => [chainId, parent, imageCount])).toEqual([
      [chainIdOf('os'), null, 3],
      [chainIdOf('os', 'a'), chainIdOf('os'), 1],
      [chainIdOf('os', 'b'), chainIdOf('os'), 1],
    ]);
  });

  test('the same diff on two parents is two layers over one blob, which counts once', () => {
    const graph = build({
      images: [{ layers: ['a', 'x'] }, { layers: ['b', 'x'] }],
      roots: ['x:1', 'y:1'].map((name, i) => ({ name, images: [i] })),
      sizes: { a: 1, b: 2, x: 1000 },
    });
    expect(graph.layers.filter(({ diffId }) => diffId === diffIdOf('x'))).toHaveLength(2);
    expect(graph.storedBytes).toBe(1003 + 2 * documents);
    expect(graph.unsharedBytes).toBe(2003 + 2 * documents);
    expect(image(graph, 0)).toMatchObject({ shared: 1000, sharedWith: 1 });
  });

  test('a layer that is stored in two compressions has both blobs and their sum', () => {
    const input = storeOf({
      images: [{ layers: ['a'] }, { layers: ['a', 'b'] }],
      roots: ['x:1', 'y:1'].map((name, i) => ({ name, images: [i] })),
    });
    const zstd = { digest: digestOf('zstd'), size: 60, mediaType: 'x', compression: 'zstd' as const };
    const recompressed = (root: GraphRoot): GraphRoot => ({
      ...root,
      images: root.images.map((one) => ({
        ...one,
        layers: one.layers.map((layer, i) => (i === 0 ? { ...layer, blob: zstd, tarSize: 7 } : layer)),
      })),
    });
    const roots = input.roots.map((root, i) => (i === 1 ? recompressed(root) : root));
    const base = buildGraph({ revision: 'r', roots }).layers[0];
    expect(base?.blobs.map(({ digest }) => digest)).toEqual([digestOf('blob a'), zstd.digest]);
    expect(base).toMatchObject({ size: 160, tarSize: 200, imageCount: 2 });
  });

  test('a tar size that only a later image knows is taken from there', () => {
    const input = storeOf({
      images: [{ layers: ['a'] }, { layers: ['a'] }],
      roots: ['x:1', 'y:1'].map((name, i) => ({ name, images: [i] })),
    });
    const roots = input.roots.map((root, i) => ({
      ...root,
      images: root.images.map((one) => ({
        ...one,
        layers: one.layers.map((layer) => ({ ...layer, tarSize: i === 0 ? null : 512 })),
      })),
    }));
    expect(buildGraph({ revision: 'r', roots }).layers[0]?.tarSize).toBe(512);
  });

  test('steps without a layer hang on the layer below; those before the first on the base', () => {
    const history = [
      step('ARG', true),
      step('ADD'),
      step('ENV', true),
      step('LABEL', true),
      step('RUN'),
      step('CMD', true),
    ];
    const graph = build({ images: [{ layers: ['a', 'b'], history }], roots: [{ name: 'x:1', images: [0] }] });
    expect(
      graph.layers.map(({ createdBy, emptySteps }) => [createdBy, ...emptySteps.map((s) => s.createdBy)]),
    ).toEqual([
      ['ADD', 'ARG', 'ENV', 'LABEL'],
      ['RUN', 'CMD'],
    ]);
  });

  test('steps after a shared layer that only some of its images have are not said to be the layer’s', () => {
    const base = [step('ADD'), step('CMD', true)];
    const node = [...base, step('ENV NODE_VERSION', true), step('RUN')];
    const other = [...base, step('LABEL', true), step('COPY')];
    const specs = [
      { layers: ['os', 'node'], history: node },
      { layers: ['os'], history: base },
      { layers: ['os', 'b'], history: other },
    ];
    const said = (images: typeof specs) =>
      build({ images, roots: images.map((_, i) => ({ name: `x:${i}`, images: [i] })) })
        .layers.filter(({ parent }) => parent === null)
        .map(({ emptySteps, stepsDiffer }) => [stepsDiffer ?? false, ...emptySteps.map((s) => s.createdBy)]);
    expect(said(specs)).toEqual([[true, 'CMD']]);
    expect(said(specs.slice(0, 1))).toEqual([[false, 'CMD', 'ENV NODE_VERSION']]);
    expect(said([...specs].reverse())).toEqual([[true, 'CMD']]);
    expect(said([{ layers: ['os'], history: [] }, ...specs.slice(0, 1)])).toEqual([[true]]);
  });

  test('in the context of an image its own history speaks, whichever image came first', () => {
    const history = fc.array(
      fc.record({ command: fc.constantFrom('ADD', 'RUN', 'COPY', ''), isEmpty: fc.boolean() }),
      { maxLength: 6 },
    );
    const images = fc.array(
      fc.record({
        layers: fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 3 }),
        history: history.map((steps) => steps.map(({ command, isEmpty }) => step(command, isEmpty))),
      }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(images, (specs) => {
        const graph = build({
          images: specs,
          roots: specs.map((_, i) => ({ name: `x:${i}`, images: [i] })),
        });
        const nodes = new Map(graph.layers.map((layer) => [layer.chainId, layer]));
        specs.forEach(({ history: steps, layers }, i) => {
          const made = steps.filter(({ empty }) => !empty);
          const own = image(graph, i);
          const told = own && ownLayers(own, nodes).map(({ createdBy }) => createdBy);
          // Steps that are more than the layers make none.
          expect(told).toEqual(layers.map((_, at) => made[at]?.createdBy ?? ''));
        });
      }),
      { seed: 20_261_128 },
    );
  });

  test('layers that history does not name have an empty command', () => {
    const graph = build({ images: [{ layers: ['a'], history: [] }], roots: [{ name: 'x:1', images: [0] }] });
    expect(graph.layers[0]).toMatchObject({
      createdBy: '',
      comment: '',
      author: '',
      created: null,
      emptySteps: [],
    });
  });

  test('a chain that is longer than its list of blobs loses no image', () => {
    const input = storeOf({ images: [{ layers: ['a', 'b'] }], roots: [{ name: 'x:1', images: [0] }] });
    const roots = input.roots.map((root) => ({
      ...root,
      images: root.images.map((one) => ({ ...one, layers: one.layers.slice(0, 1) })),
    }));
    const graph = buildGraph({ revision: 'r', roots });
    expect([graph.images.length, graph.layers.length]).toEqual([1, 1]);
  });
});

const anySpec: fc.Arbitrary<StoreSpec> = fc
  .array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }), { minLength: 1, maxLength: 7 })
  .chain((chains) =>
    fc.record({
      images: fc.constant(chains.map((layers) => ({ layers }))),
      sizes: fc.record({ a: fc.nat(1000), b: fc.nat(1000), c: fc.nat(1000), d: fc.nat(1000) }),
      roots: fc.array(
        fc.record({
          name: fc.option(fc.constantFrom('x:1', 'x:2', 'y:1'), { nil: null }),
          images: fc.uniqueArray(fc.nat(chains.length - 1), { minLength: 1, maxLength: 3 }),
        }),
        { maxLength: 8 },
      ),
    }),
  );

describe('on any store', () => {
  /** Of a root with several images those blobs are not an image's own that only the others need. */
  const closuresOf = (input: GraphInput): Map<string, Map<string, number>> => {
    const closures = new Map<string, Map<string, number>>();
    for (const { images, blobs } of input.roots) {
      const needs = (one: (typeof images)[number]): readonly string[] => [
        one.id,
        one.manifest,
        ...one.layers.map(({ blob }) => blob.digest),
      ];
      const all = new Set(images.flatMap(needs));
      for (const one of images) {
        const mine = new Set(needs(one));
        const own = [...blobs].filter(([digest]) => mine.has(digest) || !all.has(digest));
        closures.set(one.id, new Map([...(closures.get(one.id) ?? []), ...own]));
      }
    }
    return closures;
  };
  const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);

  test('size, shared, unique and the number of partners are those of the closures', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const input = storeOf(spec);
        const closures = closuresOf(input);
        const graph = buildGraph(input);
        expect(new Set(graph.images.map(({ id }) => id))).toEqual(new Set(closures.keys()));
        for (const node of graph.images) {
          const own = closures.get(node.id) ?? new Map<string, number>();
          const others = [...closures].filter(([id]) => id !== node.id).map(([, blobs]) => blobs);
          const staying = input.roots.filter(({ digest }) => !node.roots.includes(digest));
          const shared = [...own].filter(([digest]) =>
            staying.some(({ blobs }) => (blobs as ReadonlyMap<string, number>).has(digest)),
          );
          expect(node).toMatchObject({
            size: sum(own.values()),
            shared: sum(shared.map(([, size]) => size)),
            unique: sum(own.values()) - sum(shared.map(([, size]) => size)),
            sharedWith: others.filter((blobs) => [...own.keys()].some((digest) => blobs.has(digest))).length,
          });
        }
      }),
    );
  });

  test('stored bytes count each blob once, unshared bytes once an image', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const input = storeOf(spec);
        const graph = buildGraph(input);
        const blobs = new Map(input.roots.flatMap((root) => [...root.blobs]));
        expect(graph.storedBytes).toBe(sum(blobs.values()));
        expect(graph.unsharedBytes).toBe(sum(graph.images.map(({ size }) => size)));
      }),
    );
  });

  test('layers are a forest: every parent is there, and every chain of an image goes up along it', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const graph = build(spec);
        const parents = new Map(graph.layers.map(({ chainId, parent }) => [chainId, parent]));
        expect(parents.size).toBe(graph.layers.length);
        for (const { layers, top } of graph.images) {
          expect(top).toBe(layers.at(-1) ?? null);
          layers.forEach((chainId, i) => expect(parents.get(chainId)).toBe(layers[i - 1] ?? null));
        }
        for (const { chainId, imageCount } of graph.layers) {
          expect(imageCount).toBe(graph.images.filter(({ layers }) => layers.includes(chainId)).length);
        }
      }),
    );
  });

  test('the same input gives the same graph and stays untouched', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const input = storeOf(spec);
        const first = buildGraph(input);
        expect(input).toEqual(storeOf(spec));
        expect(buildGraph(input)).toEqual(first);
      }),
    );
  });
});
