import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inPlace } from '../../../renderer/chart/inPlace';
import { chartInput } from '../../../renderer/chart/layers/input';
import { layoutLayers } from '../../../renderer/chart/layers/layout';
import { metricsFor } from '../../../renderer/chart/layers/metrics';
import { makeScene, type Scene } from '../../../renderer/chart/layers/scene';
import { again } from '../../../renderer/chart/layers/target';
import { branchHues } from '../../../renderer/chart/strata/hues';
import { chartInput as strataInput } from '../../../renderer/chart/strata/input';
import { layoutStrata } from '../../../renderer/chart/strata/layout';
import { makeScene as makeStrata, type Scene as Strata } from '../../../renderer/chart/strata/scene';
import { again as strataAgain, instead } from '../../../renderer/chart/strata/target';
import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { randomGraph } from '../../setup/randomGraph';

/** What the focus goes to when what had it is gone: for the person its place, whatever else went with it. */

/** A graph without some of its images, and without the layers that only they had. */
function without(graph: ImageGraph, gone: ReadonlySet<number>): ImageGraph {
  const images = graph.images.filter((_, at) => !gone.has(at));
  const needed = new Set(images.flatMap(({ layers }) => layers));
  return { ...graph, images, layers: graph.layers.filter(({ chainId }) => needed.has(chainId)) };
}

function graphScene(graph: ImageGraph): Scene {
  const index = indexGraph(graph);
  const input = chartInput(index, {
    images: new Set(graph.images.map(({ id }) => id)),
    onlyTagged: false,
    foldFrom: 3,
    unfolded: new Set(),
    collapsed: new Set(),
  });
  const layout = layoutLayers(input.input);
  const workspaces = new Map(graph.images.slice(0, 5).map(({ id }, i) => [id, [`one-${i}`, `two-${i}`]]));
  return makeScene(input, layout, index, metricsFor(layout, 900, 700), workspaces);
}

function strataScene(graph: ImageGraph): Strata {
  const index = indexGraph(graph);
  const input = strataInput(index, {
    images: new Set(graph.images.map(({ id }) => id)),
    order: 'lineage',
    grouped: false,
    open: [],
    shut: [],
  });
  return makeStrata(input, layoutStrata(input.input), index, branchHues(index));
}

const cases = fc.record({
  seed: fc.integer({ min: 1, max: 30 }),
  gone: fc.uniqueArray(fc.integer({ min: 0, max: 19 }), { minLength: 1, maxLength: 19 }),
});
const graphOf = (seed: number): ImageGraph => randomGraph({ images: 20, layers: 60, seed });

test('the next that stays, else the last before', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), fc.nat(11), (stays, place) => {
      const at = Math.min(place, stays.length - 1);
      const order = [...stays.keys()];
      const left = order.filter((each) => each !== at && stays[each] === true);
      const expected = left.find((each) => each > at) ?? left.filter((each) => each < at).at(-1) ?? null;
      expect(inPlace(stays.length, at, (each) => (stays[each] === true ? each : null))).toBe(expected);
    }),
  );
});

describe('whatever is deleted', () => {
  test('an image of the graph leaves the focus to the one that stood next', () => {
    fc.assert(
      fc.property(cases, ({ seed, gone }) => {
        const graph = graphOf(seed);
        const before = graphScene(graph);
        const after = graphScene(without(graph, new Set(gone)));
        const names = (scene: Scene): string[] => scene.cards.map(({ key }) => key);
        const left = new Set(names(after));
        for (const [at, card] of before.cards.entries()) {
          const order = [...names(before).slice(at), ...names(before).slice(0, at).reverse()];
          expect(again(after, card, before)?.key).toBe(order.find((key) => left.has(key)));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('nothing of the graph or the strata leaves it to nothing', () => {
    fc.assert(
      fc.property(cases, ({ seed, gone }) => {
        const graph = graphOf(seed);
        const rest = without(graph, new Set(gone));
        const [before, after] = [graphScene(graph), graphScene(rest)];
        for (const item of [...before.chips, ...before.cards, ...before.workspaces])
          expect(again(after, item, before)).not.toBeNull();
        const [was, is] = [strataScene(graph), strataScene(rest)];
        for (const band of was.bands)
          expect(strataAgain(is, band) ?? instead(is, band, was, band.from)).not.toBeNull();
        for (const [column, head] of was.heads.entries()) {
          if (!head) continue;
          const order = [...was.heads.slice(column), ...was.heads.slice(0, column).reverse()];
          const expected = order.find((each) => each && is.columnOf.has(each.image.id));
          expect((strataAgain(is, head) ?? instead(is, head, was, column))?.key).toBe(expected?.key);
        }
      }),
      { numRuns: 25 },
    );
  });
});
