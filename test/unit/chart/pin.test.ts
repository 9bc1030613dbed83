import fc from 'fast-check';
import { expect, test } from 'vitest';
import { metricsFor } from '../../../renderer/chart/layers/metrics';
import { pinOf } from '../../../renderer/chart/layers/pin';
import { ViewTransform } from '../../../renderer/chart/layers/viewTransform';

const views = fc.record({
  columns: fc.integer({ min: 0, max: 60 }),
  width: fc.integer({ min: 420, max: 1700 }),
  workspaces: fc.integer({ min: 0, max: 6 }),
  k: fc.double({ min: 0.5, max: 1, noNaN: true }),
  scrolled: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('names are in sight wherever the layers are scrolled to, and stand in their own place at the end', () => {
  fc.assert(
    fc.property(views, ({ columns, width, workspaces, k, scrolled }) => {
      const metrics = metricsFor({ columns, rows: 74 }, width, 640, workspaces);
      const beyond = Math.max(0, metrics.width * k - width);
      const transform = new ViewTransform(k, -beyond * scrolled, 0);
      const { by, ground } = pinOf(metrics, transform, width);
      const [left] = transform.apply([metrics.cardX + by, 0]);
      expect(by).toBeLessThanOrEqual(0);
      expect(left + metrics.cardWidth * k).toBeLessThanOrEqual(width + 0.001);
      if (workspaces === 0) expect(left).toBeGreaterThan(-0.001);
      if (by < 0) expect(ground).toBeLessThan(metrics.cardX + by);
      // Whoever has come to the end, or sees everything, sees no layer covered.
      if (workspaces === 0 && (beyond === 0 || scrolled === 1)) expect(by).toBeGreaterThan(-0.001);
    }),
  );
});
