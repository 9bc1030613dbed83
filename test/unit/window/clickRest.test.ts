import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ClickRest } from '../../../renderer/ui/clickRest';

let under: string;
let rest: ClickRest;
beforeEach(() => {
  vi.useFakeTimers();
  under = 'Commit 1 change';
  rest = new ClickRest(() => [under]);
});
afterEach(() => void vi.useRealTimers());

const at = (x: number, y: number, type = 'pointerdown', detail = 1) => ({
  type,
  clientX: x,
  clientY: y,
  detail,
});
const pass = (milliseconds: number): void => void vi.advanceTimersByTime(milliseconds);

test('what takes the place of a button that has acted counts when it has stood a moment', () => {
  rest.acted(at(100, 100));
  for (const [after, now] of [
    [150, 'Committing…'],
    [2000, 'Committing…'],
  ] as const) {
    pass(after);
    under = now;
  }
  under = 'Commit a history step';
  pass(400);
  expect(rest.counts(at(102, 99))).toBe(false);
  // What the browser makes of a press goes with it, however late.
  pass(2000);
  expect(rest.counts(at(102, 99, 'click'))).toBe(false);
  expect(rest.counts(at(102, 99))).toBe(true);
  expect(rest.counts(at(102, 99, 'click'))).toBe(true);
});

test('what came in between two looks has not stood', () => {
  rest.acted(at(100, 100));
  pass(5000);
  under = 'another';
  expect(rest.counts(at(100, 100))).toBe(false);
});

test('elsewhere, after a move, and after a key everything counts at once', () => {
  rest.acted(at(100, 100));
  expect(rest.counts(at(100, 107))).toBe(true);
  expect(rest.counts(at(100, 100))).toBe(false);
  rest.moved(at(104, 104, 'pointermove'));
  expect(rest.counts(at(100, 100))).toBe(false);
  rest.moved(at(110, 100, 'pointermove'));
  expect(rest.counts(at(100, 100))).toBe(true);
  rest.acted(at(100, 100));
  rest.end();
  expect(rest.counts(at(100, 100))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test('a click by a key has no place, and begins no rest', () => {
  rest.acted(at(0, 0, 'click', 0));
  expect(rest.counts(at(0, 0))).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});
