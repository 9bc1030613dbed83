import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutGraph, GraphReader, type PiecedGraph } from '../../../shared/graph/graphPieces';
import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { randomGraph } from '../../setup/randomGraph';

function cut(graph: ImageGraph): PiecedGraph {
  const steps = cutGraph(graph);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

function readAgain(graph: ImageGraph): ImageGraph {
  const pieces = cut(graph);
  const reader = new GraphReader();
  for (let i = 0; i < pieces.count; i++) reader.add(pieces.text(i));
  return reader.finish();
}

describe('a graph that is cut into pieces and put together again', () => {
  test('is the same, whatever its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), (images, more) => {
        const graph = randomGraph({ images, layers: images * more, seed: images + more });
        expect(readAgain(graph)).toEqual(graph);
      }),
      { numRuns: 20 },
    );
    const large = randomGraph({ images: 900, layers: 2000 });
    expect(cut(large).count).toBeGreaterThan(6);
    expect(readAgain(large)).toEqual(large);
  });

  test('is the same without any image, with children before their parents, and with chains of another kind', () => {
    const graph = randomGraph({ images: 30, layers: 1200, seed: 2 });
    const empty = { ...graph, images: [], layers: [] };
    expect(readAgain(empty)).toEqual(empty);
    const upsideDown = { ...graph, layers: [...graph.layers].reverse() };
    expect(readAgain(upsideDown)).toEqual(upsideDown);
    const [image, ...rest] = graph.images;
    const [alone] = graph.layers;
    if (!image || !alone) throw new Error('nothing was made');
    const odd = { ...graph, images: [{ ...image, layers: [alone.chainId, ...image.layers] }, ...rest] };
    expect(readAgain(odd)).toEqual(odd);
  });

  test('keeps what else a graph carries', () => {
    const source = { kind: 'engine', engine: 'podman', name: 'Podman' } as const;
    const graph = { ...randomGraph({ images: 3, layers: 9 }), source };
    expect(readAgain(graph)).toEqual(graph);
  });

  test('says when its beginning is missing', () => {
    expect(() => new GraphReader().finish()).toThrow(/head/);
  });
});
