import { expect, test } from 'vitest';
import { restAfter } from '../../../renderer/view/workspace/useChanges';

test('few changed files are looked at every second, however long nothing happens', () => {
  expect(restAfter(3, 0)).toBe(900);
  expect(restAfter(3, 50)).toBe(900);
});

test('many changed files are looked at more rarely, the longer nothing happens', () => {
  expect(restAfter(500, 0)).toBe(2000);
  expect(restAfter(500, 2)).toBe(6000);
  expect(restAfter(500, 100)).toBe(15_000);
});
