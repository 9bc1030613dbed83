import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  firstPlace,
  followsWhole,
  leastWidth,
  readable,
  wholePlace,
  wholeScale,
} from '../../../renderer/chart/layers/wholeView';

const views = [
  { width: 752, height: 643 },
  { width: 1308, height: 890 },
  { width: 400, height: 300 },
];
const drawings = fc.record({
  width: fc.integer({ min: 100, max: 20_000 }),
  height: fc.integer({ min: 40, max: 400_000 }),
});

/** Where a drawing is first seen from, and how all of it is shown. */
describe.each(views)('in a view of $width × $height', (view) => {
  test('all of a drawing is in sight when it is asked for', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const { k, x, y } = wholePlace(drawing, view, wholeScale(drawing, view));
        const kx = Math.max(k, leastWidth(drawing, view));
        expect(k).toBeLessThanOrEqual(1);
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + drawing.width * kx).toBeLessThanOrEqual(view.width + 0.001);
        expect(y + drawing.height * k).toBeLessThanOrEqual(view.height + 0.001);
      }),
    );
  });

  test('nothing begins with text that is scaled below its size', () => {
    fc.assert(
      fc.property(drawings, (drawing) => {
        const { k, x, y } = firstPlace(drawing, view);
        // From far away words have a size of their own; that is for what nobody scrolls through.
        if (k < readable) expect(drawing.height).toBeGreaterThan(8 * view.height);
        else expect([k, y >= 0, x >= 0]).toEqual([readable, true, true]);
      }),
    );
  });
});

test.each([
  [8, 440],
  [74, 2900],
  [140, 5400],
])('%i images begin at their full size', (_, height) => {
  for (const view of views.slice(0, 2)) expect(firstPlace({ width: 1500, height }, view).k).toBe(1);
});

test('a drawing that grows is not followed to where it cannot be read', () => {
  expect(followsWhole(1, 1)).toBe(true);
  expect(followsWhole(1, 0.04)).toBe(false);
  expect(followsWhole(0.5, 0.48)).toBe(true);
  expect(followsWhole(0.5, 0.2)).toBe(false);
});
