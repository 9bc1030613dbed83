import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { adviceFor, equalContent, rebaseAdvice } from '../../../shared/graph/equalContent';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { indexGraph } from '../../../shared/graph/indexGraph';
import type { ImageGraph, LayerNode } from '../../../shared/graph/imageGraph';
import { parseDigest } from '../../../shared/image/digest';
import { chainIdOf, storeOf } from './graphFixtures';

interface Spec {
  readonly name: string | null;
  readonly layers: readonly string[];
  readonly created?: string;
}

function graphOf(images: readonly Spec[], sizes: Readonly<Record<string, number>>): ImageGraph {
  return buildGraph(
    storeOf({
      images: images.map(({ layers, created = null }) => ({ layers, created })),
      roots: images.map(({ name }, n) => ({ name, images: [n] })),
      sizes,
    }),
  );
}

/** The same images in an engine: a layer is stored once for each chain. */
const engineOf = (graph: ImageGraph): ImageGraph => ({
  ...graph,
  sizes: 'unpacked',
  layers: graph.layers.map((layer) => ({
    ...layer,
    blobs: layer.blobs.slice(0, 1).map((blob) => ({ ...blob, digest: parseDigest(layer.chainId) })),
  })),
});

const sizes = { old: 300, new: 310, tools: 120, app: 40, web: 30, tiny: 1 };
const shop: readonly Spec[] = [
  { name: 'debian:old', layers: ['old'], created: '2026-01-01T00:00:00Z' },
  { name: 'debian:new', layers: ['new'], created: '2026-06-01T00:00:00Z' },
  { name: 'a:1', layers: ['old', 'tools', 'app'] },
  { name: 'a:2', layers: ['old', 'tools', 'web'] },
  { name: 'a:3', layers: ['new', 'tools'] },
];
const layerOf = (index: GraphIndex, ...names: string[]): LayerNode => {
  const layer = index.layers.get(chainIdOf(...names));
  if (!layer) throw new Error(names.join());
  return layer;
};

describe('the content of a layer in other places', () => {
  test('is one blob in the store, and a copy for each parent in an engine', () => {
    const graph = graphOf(shop, sizes);
    const store = indexGraph(graph);
    const found = equalContent(store, layerOf(store, 'old', 'tools'));
    expect(found.others.map(({ chainId }) => chainId)).toEqual([chainIdOf('new', 'tools')]);
    expect(found).toMatchObject({ copies: 1, extraBytes: 0 });
    const engine = indexGraph(engineOf(graph));
    expect(equalContent(engine, layerOf(engine, 'old', 'tools'))).toMatchObject({
      copies: 2,
      extraBytes: 120,
    });
    expect(equalContent(store, layerOf(store, 'old'))).toEqual({ others: [], copies: 1, extraBytes: 0 });
  });
});

describe('advice', () => {
  test('names the newest base that holds the same layers, the images, and the exact bytes', () => {
    const graph = graphOf(shop.slice(1), sizes);
    const [advice, ...more] = rebaseAdvice(indexGraph(graph));
    expect(more).toEqual([]);
    expect(advice).toMatchObject({ bytes: 300, equal: { layers: 1, bytes: 120 } });
    expect(advice?.base.names).toEqual(['debian:new']);
    expect(advice?.images.map(({ names }) => names[0]).sort()).toEqual(['a:1', 'a:2']);
    // An engine has the tools twice.
    expect(rebaseAdvice(indexGraph(engineOf(graph)))[0]?.bytes).toBe(420);
    const index = indexGraph(graph);
    expect(adviceFor(index, advice?.images[0]?.id ?? index.graph.images[0]!.id)).toBe(
      adviceFor(index, advice?.images[1]?.id ?? index.graph.images[0]!.id),
    );
  });

  test('is not given where an old base stays anyway', () => {
    expect(rebaseAdvice(indexGraph(graphOf(shop, sizes)))).toEqual([]);
  });

  test('is not given for a script that is copied onto strangers, nor without a name', () => {
    const strangers: readonly Spec[] = [
      { name: 'alpine:3', layers: ['new'], created: '2026-06-01T00:00:00Z' },
      { name: 'a:1', layers: ['old', 'tiny'] },
      { name: 'a:2', layers: ['new', 'tiny'] },
    ];
    expect(rebaseAdvice(indexGraph(graphOf(strangers, sizes)))).toEqual([]);
    const nameless = shop
      .slice(1)
      .map((spec) => (spec.name === 'debian:new' ? { ...spec, name: null } : spec));
    expect(rebaseAdvice(indexGraph(graphOf(nameless, sizes)))).toEqual([]);
  });

  /** Bytes that a set of chains takes, where `key` says what is stored once. */
  const stored = (chains: Iterable<readonly LayerNode[]>, engine: boolean): number => {
    const seen = new Map<string, number>();
    for (const chain of chains) {
      let path = '';
      for (const { diffId, blobs, size } of chain) {
        path += `/${diffId}`;
        if (engine) seen.set(path, size);
        else for (const blob of blobs) seen.set(blob.digest, blob.size);
      }
    }
    return [...seen.values()].reduce((sum, size) => sum + size, 0);
  };

  const names = ['p', 'q', 'r', 's', 't'];
  const spec = fc.record({
    layers: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
    created: fc.integer({ min: 1, max: 9 }).map((day) => `2026-01-0${day}T00:00:00Z`),
  });

  test.each([
    ['the store', false],
    ['an engine', true],
  ])('frees in %s what rebasing the images frees, byte for byte', (_place, engine) => {
    let given = 0;
    fc.assert(
      fc.property(
        fc.array(spec, { minLength: 3, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 5, maxLength: 5 }),
        (specs, bytes) => {
          const plain = graphOf(
            specs.map((each, n) => ({ ...each, name: `i:${n}` })),
            Object.fromEntries(names.map((name, i) => [name, bytes[i] ?? 1])),
          );
          const index = indexGraph(engine ? engineOf(plain) : plain);
          const chainOf = (layers: readonly string[]): LayerNode[] =>
            layers.flatMap((chainId) => index.layers.get(chainId as never) ?? []);
          const before = index.graph.images.map(({ layers }) => chainOf(layers));
          for (const { base, images, from, bytes: told } of rebaseAdvice(index)) {
            given++;
            const moved = new Set(images);
            const after = index.graph.images.map((image, n) => {
              const chain = before[n] ?? [];
              if (!moved.has(image)) return chain;
              const cut = chain.findIndex(({ chainId }) => chainId === from.chainId) + 1;
              return [...chainOf(base.layers), ...chain.slice(cut)];
            });
            expect(stored(before, engine) - stored(after, engine)).toBe(told);
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(given).toBeGreaterThan(10);
  });
});
