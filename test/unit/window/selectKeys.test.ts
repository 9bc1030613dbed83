import fc from 'fast-check';
import { expect, test } from 'vitest';
import { optionByKey } from '../../../renderer/ui/selectKeys';

const labels = ['CMD', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'LABEL', 'USER'];
const shut = { at: null, chosen: 2, before: '', labels };

test('a shut list opens where it stands, an open one goes by arrows, Home and End, and not past its ends', () => {
  for (const key of ['ArrowDown', 'ArrowUp', 'Enter', ' ']) expect(optionByKey(key, shut), key).toBe(2);
  expect(optionByKey('Home', { ...shut, at: 3 })).toBe(0);
  expect(optionByKey('End', { ...shut, at: 3 })).toBe(5);
  expect(optionByKey('ArrowDown', { ...shut, at: 5 })).toBe(5);
  expect(optionByKey('ArrowUp', { ...shut, at: 0 })).toBe(0);
  expect(optionByKey('F5', { ...shut, at: 0 })).toBeNull();
});

test('letters go to what begins with them; one letter again and again goes round', () => {
  expect(optionByKey('l', shut)).toBe(4);
  expect(optionByKey('x', { ...shut, at: 1, before: 'e' })).toBe(3);
  let at = 0;
  const seen: number[] = [];
  let before = '';
  for (let i = 0; i < 4; i++) {
    at = optionByKey('e', { ...shut, at, before }) ?? -1;
    before += 'e';
    seen.push(at);
  }
  expect(seen).toEqual([1, 2, 3, 1]);
  expect(optionByKey('q', { ...shut, at: 4 })).toBe(4);
});

test('whatever is pressed, the place is one of the list', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1 }), { maxLength: 9 }),
      fc.constantFrom('ArrowDown', 'ArrowUp', 'Home', 'End', 'Enter', ' ', 'a', 'A', 'é', 'Shift'),
      fc.option(fc.nat(8)),
      fc.string({ maxLength: 3 }),
      (all, key, from, before) => {
        const at = from === null || from >= all.length ? null : from;
        const to = optionByKey(key, { at, chosen: -1, before, labels: all });
        if (to !== null) expect(to >= 0 && to < all.length).toBe(true);
      },
    ),
  );
});
