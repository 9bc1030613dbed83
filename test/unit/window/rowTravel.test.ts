import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { pageRows, rowByKey, travelRows } from '../../../renderer/ui/rowTravel';

describe('the row that a key leads to', () => {
  test.each([
    ['ArrowDown', 21],
    ['ArrowUp', 19],
    ['PageDown', 28],
    ['PageUp', 12],
    ['Home', 0],
    ['End', 99],
  ])('%s leads from row 20 of 100 to row %i', (key, to) => {
    expect(rowByKey(key, 20, 100, 8)).toBe(to);
  });

  test.each(['ArrowLeft', 'ArrowRight', 'Enter', ' ', 'Escape', 'a', 'home'])(
    '“%s” does not travel',
    (key) => {
      expect(rowByKey(key, 20, 100, 8)).toBeNull();
    },
  );

  test('never leads out of the rows, and to the first one of none', () => {
    const keys = fc.constantFrom('ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End');
    fc.assert(
      fc.property(keys, fc.nat(500), fc.nat(500), fc.integer({ min: 1, max: 50 }), (key, at, count, page) => {
        const to = rowByKey(key, at, count, page);
        expect(to).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThan(Math.max(1, count));
      }),
    );
  });
});

test('a page leaves one row of those below the head in sight, and passes one at least', () => {
  expect(pageRows(28 + 10 * 28, 28, 28)).toBe(9);
  expect(pageRows(28 + 10 * 24 + 23, 24, 28)).toBe(9);
  expect(pageRows(40, 28, 28)).toBe(1);
  expect(pageRows(0, 28, 28)).toBe(1);
});

describe('travelling', () => {
  const rows = { count: 100, rowHeight: 28, head: 28 };
  const event = (key: string): { key: string; preventDefault: ReturnType<typeof vi.fn<() => void>> } => ({
    key,
    preventDefault: vi.fn<() => void>(),
  });

  test('goes to the row, scrolls no further than it must, and keeps the key from scrolling', () => {
    const scroller = { scrollTop: 0, clientHeight: 28 + 10 * 28 };
    const go = vi.fn<(to: number) => void>();
    const down = event('ArrowDown');
    expect(travelRows(down, { ...rows, scroller, at: 4, go })).toBe(true);
    expect(go).toHaveBeenLastCalledWith(5);
    expect(down.preventDefault).toHaveBeenCalledOnce();
    expect(scroller.scrollTop).toBe(0);
    travelRows(event('PageDown'), { ...rows, scroller, at: 5, go });
    expect(go).toHaveBeenLastCalledWith(14);
    expect(scroller.scrollTop).toBe(5 * 28);
    travelRows(event('Home'), { ...rows, scroller, at: 14, go });
    expect(go).toHaveBeenLastCalledWith(0);
    expect(scroller.scrollTop).toBe(0);
  });

  test('passes a page of its own where one is given', () => {
    const go = vi.fn<(to: number) => void>();
    travelRows(event('PageDown'), { ...rows, scroller: null, at: 3, page: 15, go });
    expect(go).toHaveBeenLastCalledWith(18);
  });

  test('leaves other keys alone', () => {
    const scroller = { scrollTop: 70, clientHeight: 308 };
    const go = vi.fn<(to: number) => void>();
    const enter = event('Enter');
    expect(travelRows(enter, { ...rows, scroller, at: 4, go })).toBe(false);
    expect(go).not.toHaveBeenCalled();
    expect(enter.preventDefault).not.toHaveBeenCalled();
    expect(scroller.scrollTop).toBe(70);
  });
});
