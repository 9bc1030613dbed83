import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { CopyRecords } from '../../../electron/ipc/copyRecords';
import { PageCopies } from '../../../electron/ipc/pageCopies';
import { privateHome } from '../../../electron/store/homes';
import { ownName } from '../../../electron/store/owner';
import { temporaryFolder } from '../../setup/temporary';

beforeEach(async () => {
  vi.stubEnv('XDG_STATE_HOME', await temporaryFolder());
});

let clipboard = '';
let waited: (() => void)[] = [];
const copies = (): PageCopies => {
  clipboard = '';
  waited = [];
  return new PageCopies(
    () => Promise.resolve(clipboard),
    new CopyRecords(),
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

test('what pages of other processes have copied or are copying is known, also once those are gone', async () => {
  const [one, other] = [copies(), copies()];
  expect(other.mayHold('planted')).toBe(false);
  one.wrote('planted\n');
  expect([other.mayHold('planted\r'), copies().mayHold(' planted'), other.mayHold('mine')]).toEqual([
    true,
    true,
    false,
  ]);
  one.begins(1);
  one.begins(2);
  expect(other.mayHold('mine')).toBe(true);
  clipboard = 'copied';
  for (const page of [1, 2]) {
    const done = one.done(page);
    waited.shift()?.();
    await done;
    expect(other.mayHold('mine')).toBe(page === 1);
  }
  expect(other.mayHold('copied')).toBe(true);
  expect(readdirSync(privateHome('clipboard')).filter((name) => name.startsWith('copying'))).toEqual([]);
});

test('of a process that was killed while its page copied, what stands there then counts as the page’s', () => {
  const known = copies();
  known.wrote('a');
  const home = privateHome('clipboard');
  const [pid, ...rest] = ownName().split('-');
  writeFileSync(join(home, `copying.${Number(pid) + (1 << 22)}-${rest.join('-')}`), '');
  expect(known.mayHold('left')).toBe(true);
  expect([known.mayHold('left'), known.mayHold('mine')]).toEqual([true, false]);
});

test('where others can write, or nothing can be read, every text may be a page’s, and nothing is copied', () => {
  const known = copies();
  const home = privateHome('clipboard');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  expect(known.mayHold('mine')).toBe(false);
  chmodSync(home, 0o777);
  expect(known.mayHold('mine')).toBe(true);
  expect(() => known.wrote('text')).toThrow(/store-unsafe/);
  expect(() => known.begins(1)).toThrow(/store-unsafe/);
  rmSync(home, { recursive: true });
  symlinkSync(dirname(home), home);
  expect(known.mayHold('mine')).toBe(true);
});

test('the last thousand texts are kept, and no more for long', () => {
  const known = copies();
  known.wrote('first');
  const home = privateHome('clipboard');
  for (let i = 0; i < 1300; i++) {
    const name = i.toString(16).padStart(64, '0');
    writeFileSync(join(home, name), '');
    utimesSync(join(home, name), 1000 + i, 1000 + i);
  }
  for (let i = 0; i < 200; i++) known.wrote(`more ${i}`);
  const left = readdirSync(home);
  expect(left.length).toBeLessThanOrEqual(1200);
  expect(left).toContain((1299).toString(16).padStart(64, '0'));
  expect(left).not.toContain((0).toString(16).padStart(64, '0'));
  expect(copies().mayHold('first')).toBe(true);
});
