import { expect, test } from 'vitest';
import { PageCopies } from '../../../electron/ipc/pageCopies';

let clipboard = '';
let waited: (() => void)[] = [];
const copies = (): PageCopies => {
  clipboard = '';
  waited = [];
  return new PageCopies(
    () => Promise.resolve(clipboard),
    () => new Promise((resolve) => waited.push(resolve)),
  );
};

test('what the page wrote is known, also after a clipboard manager had it, and what others wrote is not', () => {
  const known = copies();
  known.wrote('touch x\n');
  expect(['touch x', 'touch x\r\n', ' touch x\r'].map((text) => known.mayHold(text))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['touch y', 'touch x; y', ''].some((text) => known.mayHold(text))).toBe(false);
  known.wrote('\n');
  expect(known.mayHold('\r')).toBe(true);
  for (let i = 0; i < 1000; i++) known.wrote(`text ${i}`);
  expect(known.mayHold('text 0')).toBe(true);
});

test('while a page copies all counts as the page’s, and afterwards what it copied', async () => {
  const known = copies();
  known.begins(1);
  expect(known.mayHold('anything')).toBe(true);
  clipboard = 'first';
  const first = known.done(1);
  // A second one begins before the first is read.
  known.begins(1);
  waited.shift()?.();
  await first;
  expect(known.mayHold('anything')).toBe(true);
  clipboard = 'second';
  const second = known.done(1);
  waited.shift()?.();
  await second;
  expect(['first', 'second', 'anything'].map((text) => known.mayHold(text))).toEqual([true, true, false]);
  // A page that never began has nothing to say.
  await known.done(2);
  expect(waited).toEqual([]);
});
