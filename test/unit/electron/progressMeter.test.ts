import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createProgressMeter } from '../../../electron/actions/ground/progressMeter';
import type { OperationProgress } from '../../../shared/ipc/operation';

/** Runs a meter on a clock of its own; each step says when and how much. */
function measure(
  steps: readonly (readonly [at: number, done: number])[],
  total: number | null = 10_000,
): OperationProgress[] {
  let now = 5_000_000;
  const meter = createProgressMeter(() => now);
  const begin = now;
  return steps.map(([at, done]) => {
    now = begin + at;
    return meter.update({ phase: 'reading', done, total });
  });
}

/** A step every 100 ms at `rate` bytes a second. */
const steady = (until: number, rate: number): [number, number][] =>
  Array.from({ length: until / 100 + 1 }, (_, i) => [i * 100, (i * 100 * rate) / 1000]);

describe('progress', () => {
  test('keeps what it is told', () => {
    const meter = createProgressMeter(() => 0);
    const step = { phase: 'verifying', done: 3, total: 7, layer: 2, layers: 5 } as const;
    expect(meter.update(step)).toEqual({ ...step, rate: null, secondsLeft: null });
  });

  test('says no rate and no time left in the first two seconds', () => {
    for (const { rate, secondsLeft } of measure(steady(1900, 1000))) {
      expect(rate).toBeNull();
      expect(secondsLeft).toBeNull();
    }
  });

  test('at a steady rate says both, and they are right', () => {
    const last = measure(steady(4000, 1000)).at(-1);
    expect(last?.rate).toBeCloseTo(1000, 5);
    expect(last?.secondsLeft).toBeCloseTo(6, 5);
  });

  test('without a total says the rate alone', () => {
    const last = measure(steady(4000, 1000), null).at(-1);
    expect(last?.rate).toBeCloseTo(1000, 5);
    expect(last?.secondsLeft).toBeNull();
  });

  test('has the rate of the last three seconds, not of the whole', () => {
    const slow = steady(4000, 100);
    const fast = steady(4000, 1500).map(([at, done]): [number, number] => [at + 4000, done + 400]);
    expect(measure([...slow, ...fast]).at(-1)?.rate).toBeCloseTo(1500, -2);
  });

  test('says no time left while the rate jumps', () => {
    const slow = steady(2000, 100);
    const burst = steady(1000, 5000).map(([at, done]): [number, number] => [at + 2000, done + 200]);
    expect(measure([...slow, ...burst]).at(-1)?.secondsLeft).toBeNull();
  });

  test('says no time left when nothing moves', () => {
    const stuck: [number, number][] = [...steady(3000, 1000), [4000, 3000], [5500, 3000], [7000, 3000]];
    expect(measure(stuck).at(-1)?.secondsLeft).toBeNull();
  });

  test('counts anew when a phase begins anew', () => {
    const again: [number, number][] = [...steady(4000, 1000), [4100, 0], [4200, 100]];
    expect(measure(again).at(-1)?.rate).toBeNull();
  });

  test('nothing that is reported makes it say more than all, or a time left when all is done', () => {
    const report = fc.record({
      after: fc.integer({ min: 0, max: 1500 }),
      more: fc.integer({ min: -50, max: 3000 }),
      phase: fc.constantFrom('reading', 'writing', 'waiting', 'committing'),
      total: fc.option(fc.integer({ min: 0, max: 20_000 })),
      again: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(report, { maxLength: 40 }), (reports) => {
        let now = 0;
        let sent = 0;
        const meter = createProgressMeter(() => now);
        for (const { after, more, phase, total, again } of reports) {
          now += after;
          sent = Math.max(0, sent + more);
          const told = [meter.update({ phase, done: sent, total })];
          now += 1000;
          const repeated = again ? meter.again() : null;
          if (repeated) told.push(repeated);
          for (const { done, total: of, rate, secondsLeft } of told) {
            expect(done).toBe(sent);
            if (of !== null) expect(done).toBeLessThanOrEqual(of);
            if (secondsLeft !== null) {
              expect(done).toBeLessThan(of ?? 0);
              expect(rate).toBeGreaterThan(0);
            }
          }
        }
      }),
    );
  });

  test('says no time left once nothing has come for a while, and no rate in the end', () => {
    let now = 0;
    const meter = createProgressMeter(() => now);
    for (; now <= 4000; now += 100) meter.update({ phase: 'writing', done: now, total: 5000 });
    expect(meter.again()?.secondsLeft).toBeGreaterThan(0);
    now += 5000;
    meter.again();
    now += 5000;
    expect(meter.again()).toMatchObject({ rate: 0, secondsLeft: null });
  });

  test('never says that less than nothing is left', () => {
    for (const { secondsLeft } of measure(steady(12_000, 1000)))
      expect(secondsLeft ?? 0).toBeGreaterThanOrEqual(0);
  });
});
