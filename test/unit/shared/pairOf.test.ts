import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { blobsOf, pairOf, partingOf, type MadeStep } from '../../../shared/graph/pairOf';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { randomGraph } from '../../setup/randomGraph';
import { chainIdOf, storeOf } from './graphFixtures';

const index = indexGraph(
  buildGraph(
    storeOf({
      images: [
        { layers: ['base', 'tools', 'one', 'same'] },
        { layers: ['base', 'tools', 'two', 'same'] },
        { layers: ['base'] },
        { layers: ['other'] },
      ],
      roots: [0, 1, 2, 3].map((n) => ({ name: `x:${n}`, images: [n] })),
      sizes: { base: 100, tools: 20, one: 3, two: 4, same: 50, other: 7 },
    }),
  ),
);
const image = (name: string): ImageNode => {
  const found = index.graph.images.find(({ names }) => names[0] === name);
  if (!found) throw new Error(name);
  return found;
};

describe('two images side by side', () => {
  test('have a trunk, part after it, and may hold the same content on other parents', () => {
    const pair = pairOf(index, image('x:0'), image('x:1'));
    expect(pair).toMatchObject({ common: 170, onlyFirst: 3, onlySecond: 4 });
    expect(pair.trunk.map(({ chainId }) => chainId)).toEqual([chainIdOf('base'), chainIdOf('base', 'tools')]);
    expect(pair.first?.chainId).toBe(chainIdOf('base', 'tools', 'one'));
    expect(pair.second?.chainId).toBe(chainIdOf('base', 'tools', 'two'));
    expect(pair.elsewhere).toHaveLength(1);
    expect(pair.elsewhere[0]).toMatchObject({ sameBlob: true });
    expect(pair.elsewhere[0]?.first.chainId).not.toBe(pair.elsewhere[0]?.second.chainId);
  });

  test('one may stand on all of the other, and two may have nothing in common', () => {
    expect(pairOf(index, image('x:0'), image('x:2'))).toMatchObject({
      common: 100,
      onlySecond: 0,
      second: null,
    });
    expect(pairOf(index, image('x:0'), image('x:3'))).toMatchObject({ common: 0, trunk: [], elsewhere: [] });
    expect(pairOf(index, image('x:3'), image('x:3'))).toMatchObject({ common: 7, onlyFirst: 0, first: null });
  });

  test('take each byte once: what is common and what is not add up to both', () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const random = indexGraph(randomGraph({ images: 12, layers: 60, seed }));
        const [a, b] = random.graph.images;
        if (!a || !b) return;
        const { common, onlyFirst, onlySecond } = pairOf(random, a, b);
        const sum = (of: ImageNode): number => [...blobsOf(random, of).values()].reduce((x, y) => x + y, 0);
        expect(common + onlyFirst).toBe(sum(a));
        expect(common + onlySecond).toBe(sum(b));
      }),
      { numRuns: 40 },
    );
  });
});

describe('where histories part', () => {
  const step = (createdBy: string, layer: string | null): MadeStep => ({
    createdBy,
    created: null,
    author: '',
    comment: '',
    empty: layer === null,
    chainId: layer === null ? null : chainIdOf(layer),
  });
  const base = step('ADD rootfs', 'base');

  test('an empty step parts them before the layers do', () => {
    const a = [base, step('ENV A=1', null), step('RUN x', 'x')];
    const b = [base, step('ENV A=2', null), step('RUN x', 'x')];
    expect(partingOf(a, b)).toEqual({ at: 1, first: a[1], second: b[1], sameCommand: false });
  });

  test('the same command with another result is said', () => {
    expect(partingOf([base, step('COPY .', 'a')], [base, step('COPY .', 'b')])).toMatchObject({
      at: 1,
      sameCommand: true,
    });
  });

  test('a history that ends has no step there', () => {
    expect(partingOf([base], [base, step('RUN x', 'x')])).toMatchObject({ at: 1, first: null });
    expect(partingOf([base], [base])).toMatchObject({ first: null, second: null, sameCommand: false });
  });
});
