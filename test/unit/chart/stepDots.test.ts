import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dotRadius, dotsOver } from '../../../renderer/chart/strata/stepDots';

test('dots of empty steps stand beside one another, within their band, no more than there are steps', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.integer({ min: 0, max: 400 }), (count, width) => {
      const dots = dotsOver(count, width);
      expect(dots.length).toBeLessThanOrEqual(count);
      dots.forEach((x, i) => {
        expect(x - dotRadius).toBeGreaterThanOrEqual(0);
        expect(x + dotRadius).toBeLessThanOrEqual(width);
        if (i > 0) expect(x - (dots[i - 1] ?? 0)).toBeGreaterThan(2 * dotRadius);
      });
      if (count > 0 && width >= 10) expect(dots.length).toBeGreaterThan(0);
    }),
  );
});
