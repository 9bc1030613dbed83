import { expect, test } from 'vitest';
import { fromTo } from '../../../shared/graph/comparedOrder';
import type { ImageNode } from '../../../shared/graph/imageGraph';

const image = (layers: string, created: string | null): ImageNode =>
  ({ layers: [...layers], created }) as unknown as ImageNode;

test('an image is compared from its base, else from the older one', () => {
  const base = image('ab', '2024-06-01T00:00:00Z');
  const derived = image('abc', '2024-01-01T00:00:00Z');
  const other = image('ax', '2024-03-01T00:00:00Z');
  for (const [from, to] of [
    [base, derived],
    [other, base],
    [derived, other],
    [base, image('ab', null)],
  ] as const)
    expect(fromTo(from, to)).toEqual([from, to]);
  for (const [from, to] of [
    [base, derived],
    [other, base],
    [derived, other],
  ] as const)
    expect(fromTo(to, from)).toEqual([from, to]);
});
