import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchHistory } from '../../../shared/image/history';
import type { ConfigHistory } from '../../../shared/image/imageConfig';
import { diffIdOf, step } from './graphFixtures';

/** Commands with the layers that they were matched to. */
function matched(history: readonly ConfigHistory[], layers: number): (readonly [string, number | null])[] {
  const diffIds = Array.from({ length: layers }, (_, i) => diffIdOf(String(i)));
  return matchHistory({ history, diffIds }).map(({ createdBy, layer }) => [createdBy, layer]);
}

describe('matchHistory', () => {
  test('gives steps that are not empty the layers in order', () => {
    const history = [step('FROM'), step('ENV', true), step('RUN'), step('CMD', true)];
    expect(matched(history, 2)).toEqual([
      ['FROM', 0],
      ['ENV', null],
      ['RUN', 1],
      ['CMD', null],
    ]);
  });

  test('an image without history has a blank step a layer', () => {
    expect(matched([], 3)).toEqual([
      ['', 0],
      ['', 1],
      ['', 2],
    ]);
  });

  test('layers that history does not name come last, with blank steps', () => {
    expect(matched([step('A'), step('B', true)], 3)).toEqual([
      ['A', 0],
      ['B', null],
      ['', 1],
      ['', 2],
    ]);
  });

  test('steps beyond the last layer count as empty, in the record too', () => {
    const steps = matchHistory({ history: [step('A'), step('B')], diffIds: [diffIdOf('0')] });
    expect(steps[1]).toMatchObject({ createdBy: 'B', layer: null, empty: true });
  });

  test('an image without layers keeps its steps', () => {
    expect(matched([step('A'), step('B', true)], 0)).toEqual([
      ['A', null],
      ['B', null],
    ]);
  });

  test('nothing gives nothing', () => {
    expect(matched([], 0)).toEqual([]);
  });

  test('a step keeps what was recorded of it', () => {
    const recorded = {
      createdBy: 'RUN',
      created: '2026-01-01T00:00:00Z',
      author: 'a',
      comment: 'c',
      empty: false,
    };
    expect(matchHistory({ history: [recorded], diffIds: [diffIdOf('0')] })).toEqual([
      { ...recorded, layer: 0 },
    ]);
  });

  const history = fc.array(fc.record({ name: fc.string(), empty: fc.boolean() }), { maxLength: 12 });

  test('every layer gets exactly one step, in order, whatever the counts', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: 12 }), (steps, layers) => {
        const result = matched(
          steps.map(({ name, empty }) => step(name, empty)),
          layers,
        );
        const given = result.map(([, layer]) => layer).filter((layer) => layer !== null);
        expect(given).toEqual(Array.from({ length: layers }, (_, i) => i));
      }),
    );
  });

  test('no recorded step is lost or moved', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: 12 }), (steps, layers) => {
        const result = matched(
          steps.map(({ name, empty }) => step(name, empty)),
          layers,
        );
        expect(result.slice(0, steps.length).map(([name]) => name)).toEqual(steps.map(({ name }) => name));
      }),
    );
  });

  test('empty is said of exactly the steps without a layer', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: 12 }), (steps, layers) => {
        const diffIds = Array.from({ length: layers }, (_, i) => diffIdOf(String(i)));
        for (const { empty, layer } of matchHistory({
          history: steps.map(({ name, empty: none }) => step(name, none)),
          diffIds,
        })) {
          expect(empty).toBe(layer === null);
        }
      }),
    );
  });
});
