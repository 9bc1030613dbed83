import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { compareImages, type Comparison } from '../../../shared/graph/compareImages';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { joinPair } from '../../../shared/graph/joinPair';
import { makeRoots, neededBy } from '../../setup/randomForms';

/** A comparison's bytes, held against the blobs that roots name: two images of one place, and of two places. */

const total = (sizes: Iterable<number>): number => [...sizes].reduce((sum, size) => sum + size, 0);

describe.each(Array.from({ length: 40 }, (_, i) => i + 1))('images compared, by chance %i', (seed) => {
  const place = (of: number) => {
    const roots = makeRoots(of, true);
    const isLayer = new Set<string>(
      roots.flatMap(({ images }) => images.flatMap(({ layers }) => layers.map(({ blob }) => blob.digest))),
    );
    const layerBytes = ({ id }: ImageNode): number =>
      total([...neededBy(roots, id)].flatMap(([digest, size]) => (isLayer.has(digest) ? [size] : [])));
    return { graph: buildGraph({ revision: '1', roots }), layerBytes };
  };
  const [here, there] = [place(seed), place(seed + 1000)];
  const diffsOf = ({ layers }: ImageGraph, image: ImageNode): ReadonlySet<string> =>
    new Set(layers.filter(({ chainId }) => image.layers.includes(chainId)).map(({ diffId }) => diffId));

  const check = (
    compared: Comparison,
    [a, of]: readonly [ImageNode, typeof here],
    [b, ofB]: readonly [ImageNode, typeof here],
  ): void => {
    const { first, second } = compared.bytes;
    expect([first.both + first.only, second.both + second.only]).toEqual([
      of.layerBytes(a),
      ofB.layerBytes(b),
    ]);
    const [inA, inB] = [diffsOf(of.graph, a), diffsOf(ofB.graph, b)];
    if ([...inA].every((diff) => inB.has(diff))) expect(first.only).toBe(0);
    if ([...inB].every((diff) => inA.has(diff))) expect(second.only).toBe(0);
    if (![...inA].some((diff) => inB.has(diff))) expect([first.both, second.both]).toEqual([0, 0]);
    if (a.id === b.id) expect([first.only, second.only]).toEqual([0, 0]);
  };

  test('of one place: only and both are what the layers of a side take, by content', () => {
    const index = indexGraph(here.graph);
    for (const a of here.graph.images)
      for (const b of here.graph.images) check(compareImages(index, a, b), [a, here], [b, here]);
  });

  test('of two places: neither side counts what the other has in another form', () => {
    for (const a of here.graph.images)
      for (const b of there.graph.images) {
        const pair = joinPair({ graph: here.graph, image: a }, { graph: there.graph, image: b });
        check(compareImages(pair, pair.first, pair.second), [a, here], [b, there]);
      }
  });
});

test('chance makes the same image in two places, in other forms', () => {
  const differ = Array.from({ length: 40 }, (_, i) => i + 1).some((seed) => {
    const [here, there] = [seed, seed + 1000].map((of) =>
      buildGraph({ revision: '1', roots: makeRoots(of, true) }),
    ) as [ImageGraph, ImageGraph];
    return here.images.some((a) => {
      const b = there.images.find(({ id }) => id === a.id);
      if (!b) return false;
      const pair = joinPair({ graph: here, image: a }, { graph: there, image: b });
      const { first, second } = compareImages(pair, pair.first, pair.second).bytes;
      return first.both !== second.both;
    });
  });
  expect(differ).toBe(true);
});
