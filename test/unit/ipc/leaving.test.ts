import { beforeEach, describe, expect, test } from 'vitest';
import { endingsText, Leaving, type Endings } from '../../../electron/ipc/leaving';

/** Whether a window may close, and what is said of what would end by it. */

const nothing: Endings = { programs: [], operations: [] };
const vim: Endings = { programs: ['vim'], operations: [] };
const window = {};
let asked: Endings[];
let answer: (yes: boolean) => void;
let signal: AbortSignal;
let gone: number;
let leaving: Leaving<object>;
const mayClose = (endings: Endings, of = window): boolean =>
  leaving.mayClose(
    of,
    () => endings,
    () => gone++,
  );
/** Answers the question that stands, and lets what follows happen. */
const say = async (yes: boolean): Promise<void> => {
  answer(yes);
  await new Promise(setImmediate);
};

beforeEach(() => {
  asked = [];
  gone = 0;
  leaving = new Leaving((_window, endings, taken) => {
    asked.push(endings);
    signal = taken;
    return new Promise((resolve) => (answer = resolve));
  });
});

describe('a window that is closed', () => {
  test('goes at once where nothing would end', () => {
    expect(mayClose(nothing)).toBe(true);
    expect(asked).toEqual([]);
  });

  test('stays while the question stands, which is asked once', async () => {
    expect(mayClose(vim)).toBe(false);
    expect(mayClose(vim)).toBe(false);
    expect(asked).toEqual([vim]);
    await say(false);
    expect(gone).toBe(0);
    // A no is not for good.
    expect(mayClose(vim)).toBe(false);
    expect(asked).toHaveLength(2);
  });

  test('goes after a yes, which is for that window alone', async () => {
    expect(mayClose(vim)).toBe(false);
    await say(true);
    expect(gone).toBe(1);
    expect(mayClose(vim)).toBe(true);
    expect(mayClose(vim, {})).toBe(false);
  });

  test('stays where the question fails', async () => {
    leaving = new Leaving(() => Promise.reject(new Error('no display')));
    expect(mayClose(vim)).toBe(false);
    await new Promise(setImmediate);
    expect(gone).toBe(0);
  });
});

test('who ends the program is not held up: no question stands or comes', async () => {
  expect(mayClose(vim)).toBe(false);
  leaving.leave();
  expect(signal.aborted).toBe(true);
  // Whatever the dialog says that is taken away.
  await say(true);
  expect(gone).toBe(0);
  expect(mayClose(vim)).toBe(true);
  expect(asked).toHaveLength(1);
});

describe('what would end is said', () => {
  const operations = [
    { kind: 'load', subject: 'big.tar' },
    { kind: 'save', subject: '3' },
  ] as const;

  test.each([
    [vim, '1 program in a terminal would end: vim.'],
    [{ ...nothing, programs: ['vim', 'sleep', 'vim'] }, '3 programs in terminals would end: vim, sleep.'],
    [
      { ...nothing, operations: operations.slice(0, 1) },
      '1 operation would be cancelled: Loading big.tar. The store stays whole.',
    ],
    [
      { programs: ['top'], operations },
      '1 program in a terminal would end: top.\n\n2 operations would be cancelled: Loading big.tar, Saving 3 images. The store stays whole.',
    ],
  ])('%j', (endings, text) => {
    expect(endingsText(endings, 'en')).toBe(text);
  });

  test('of many the first, and nothing that a dialog would obey', () => {
    const many = Array.from({ length: 9 }, (_, i) => `job\u202e${i}`);
    const text = endingsText({ ...nothing, programs: many }, 'en');
    expect(text).toMatch(/^9 programs in terminals would end: .*, … \+4\.$/);
    expect(text).not.toContain('\u202e');
  });

  test('in Chinese', () => {
    expect(endingsText({ programs: ['vim', 'top'], operations }, 'zh-CN')).toBe(
      '终端中的 2 个程序会被结束：vim、top。\n\n2 项操作会被取消：正在载入 big.tar、正在导出 3 个镜像。仓库保持完好。',
    );
  });
});
