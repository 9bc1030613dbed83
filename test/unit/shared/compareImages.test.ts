import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { compareImages, type Comparison } from '../../../shared/graph/compareImages';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { randomGraph } from '../../setup/randomGraph';
import { chainIdOf, step, storeOf } from './graphFixtures';

function compared(a: readonly string[], b: readonly string[]): Comparison {
  const history = (layers: readonly string[]) =>
    layers.map((name) => step(`RUN ${name.replace(/\d+$/, '')}`));
  const index = indexGraph(
    buildGraph(
      storeOf({
        images: [a, b].map((layers) => ({ layers, history: history(layers) })),
        roots: [0, 1].map((n) => ({ name: `x:${n}`, images: [n] })),
      }),
    ),
  );
  const image = (name: string): ImageNode => {
    const found = index.graph.images.find(({ names }) => names[0] === name);
    if (!found) throw new Error(name);
    return found;
  };
  return compareImages(index, image('x:0'), image('x:1'));
}

const rows = ({ rows: all }: Comparison): readonly (readonly [string, boolean, boolean])[] =>
  all.map(({ kind, first, second }) => [kind, first !== null, second !== null]);

describe('layers above the trunk', () => {
  test('stand side by side by content, then by command, then by place', () => {
    const found = compared(['base', 'app1', 'only', 'tail'], ['base', 'app2', 'tail']);
    expect(found.trunk.map(({ chainId }) => chainId)).toEqual([chainIdOf('base')]);
    expect(rows(found)).toEqual([
      ['command', true, true],
      ['alone', true, false],
      ['equal', true, true],
    ]);
    expect(found.rows[2]?.sameBlob).toBe(true);
    expect(found.rows[2]?.first?.chainId).not.toBe(found.rows[2]?.second?.chainId);
    expect(rows(compared(['base', 'one'], ['base', 'two', 'three']))).toEqual([
      ['different', true, true],
      ['alone', false, true],
    ]);
  });

  test('are none where the images have the same ones, and all where they share none', () => {
    expect(compared(['base', 'a'], ['base']).rows).toHaveLength(1);
    expect(compared(['x'], ['y'])).toMatchObject({
      trunk: [],
      bytes: { first: { both: 0 }, second: { both: 0 } },
    });
    expect(compared([], ['y']).rows).toHaveLength(1);
  });

  test('one equal content weighs more than many equal commands', () => {
    const found = compared(['base', 'same', 'a1', 'b1'], ['base', 'a2', 'b2', 'same']);
    expect(found.rows.filter(({ kind }) => kind === 'equal')).toHaveLength(1);
  });

  test('each stands in one row, in its order; bytes are those of the pair', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const index = indexGraph(randomGraph({ images: 12, layers: 80, seed }));
        const [a, , b] = index.graph.images;
        if (!a || !b) return;
        const found = compareImages(index, a, b);
        const side = (which: 'first' | 'second'): readonly LayerNode['chainId'][] =>
          found.rows.flatMap((row) => row[which]?.chainId ?? []);
        const trunk = found.trunk.map(({ chainId }) => chainId);
        expect([...trunk, ...side('first')]).toEqual(a.layers);
        expect([...trunk, ...side('second')]).toEqual(b.layers);
        for (const { kind, first, second } of found.rows) {
          expect(kind === 'alone').toBe(first === null || second === null);
          if (kind === 'equal') expect(first?.diffId).toBe(second?.diffId);
        }
      }),
      { numRuns: 40 },
    );
  });
});
