import { expect, test } from 'vitest';
import { foot, wholePlace, wholeScale } from '../../../renderer/chart/layers/wholeView';

/** All of a drawing in sight is in sight above zoom control and legend. */

test.each([
  [560, 640],
  [560, 380],
  [3000, 300],
  [300, 3000],
  [900, 700],
])('a drawing of %i × %i is whole above the foot', (width, height) => {
  for (const view of [
    { width: 752, height: 687 },
    { width: 1308, height: 950 },
    { width: 400, height: 300 },
  ]) {
    const k = wholeScale({ width, height }, view);
    const { x, y } = wholePlace({ width, height }, view, k);
    expect(k).toBeLessThanOrEqual(1);
    expect(x).toBeGreaterThanOrEqual(0);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(x + width * k).toBeLessThanOrEqual(view.width + 0.001);
    expect(y + height * k).toBeLessThanOrEqual(view.height - foot + 0.001);
  }
});
