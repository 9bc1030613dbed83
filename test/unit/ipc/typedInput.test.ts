import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { TypedInput, type KeyPress } from '../../../electron/ipc/typedInput';

let now: number;
let clipboard: string;
let selection: string;
let typed: TypedInput;
beforeEach(() => {
  now = 1_000_000;
  clipboard = '';
  selection = '';
  typed = new TypedInput(
    { text: () => Promise.resolve(clipboard), selection: () => Promise.resolve(selection) },
    () => now,
  );
});

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  isComposing: false,
  shift: false,
  control: false,
  alt: false,
  meta: false,
  ...more,
});
const type = (text: string): void => {
  for (const key of text) typed.key(press(key === '\r' ? 'Enter' : key));
};

describe('a page that makes up input', () => {
  test('gets nothing typed, whatever it writes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), async (data) => {
        // Answers of a terminal begin with an escape and hold no words.
        fc.pre(!data.includes('\x1b'));
        expect(await typed.take(data)).toBe(false);
      }),
    );
    for (const data of [
      'id\r',
      '\r',
      '\x1b[A',
      '\x1b[200~id\r\x1b[201~',
      '\x03',
      '\x1b[1;1Rid',
      '\x1b]0;x\x07',
    ])
      expect(await typed.take(data), JSON.stringify(data)).toBe(false);
  });

  test('cannot make other words of the keys that are pressed, nor use one twice', async () => {
    type('ls\r');
    expect(await typed.take('rm')).toBe(false);
    expect(await typed.take('lss')).toBe(false);
    expect(await typed.take('sl')).toBe(false);
    expect(await typed.take('ls')).toBe(true);
    expect(await typed.take('ls')).toBe(false);
    expect(await typed.take('\r')).toBe(true);
    expect(await typed.take('\r')).toBe(false);
  });

  test('types at most what is left of the presses when keys and words are random', async () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'Enter', 'ArrowUp'), { maxLength: 30 });
    const data = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\r'), minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(keys, fc.array(data, { maxLength: 20 }), async (pressed, writes) => {
        typed.leave();
        for (const key of pressed) typed.key(press(key));
        let taken = '';
        for (const each of writes) if (await typed.take(each)) taken += each;
        // What came through is a part of what was pressed, in its order.
        let at = 0;
        for (const key of pressed) if (taken[at] === (key === 'Enter' ? '\r' : key)) at++;
        expect(at).toBe(taken.length);
      }),
    );
  });

  test('cannot hoard presses: they are void after a while, and when the window loses the focus', async () => {
    type('ab');
    now += 11_000;
    expect(await typed.take('a')).toBe(false);
    type('ab');
    typed.leave();
    expect(await typed.take('a')).toBe(false);
  });

  test('pastes nothing but what the clipboard held at the press', async () => {
    clipboard = 'good\nwords';
    typed.key(press('V', { control: true, shift: true }));
    clipboard = 'evil';
    expect(await typed.take('evil')).toBe(false);
    expect(await typed.take('\x1b[200~good\rwords\x1b[201~')).toBe(true);
    expect(await typed.take('good\rwords')).toBe(false);
  });

  test('pastes no escape, which could end the brackets of the paste', async () => {
    clipboard = 'good\x1b[201~\nevil\x07\u202e\tend';
    typed.key(press('V', { control: true, shift: true }));
    expect(await typed.take('\x1b[200~good\x1b[201~\revil\x07\u202e\tend\x1b[201~')).toBe(false);
    expect(await typed.take('\x1b[200~good[201~\revil\tend\x1b[201~')).toBe(true);
  });
});

describe('a person', () => {
  test.each<[string, Partial<KeyPress>, string]>([
    ['a', {}, 'a'],
    ['Ä', { shift: true }, 'Ä'],
    ['𠮷', {}, '𠮷'],
    ['c', { control: true }, '\x03'],
    ['@', { control: true, alt: true }, '@'],
    ['b', { alt: true }, '\x1bb'],
    ['B', { alt: true, shift: true }, '\x1bB'],
    ['Enter', {}, '\r'],
    ['Enter', { alt: true }, '\x1b\r'],
    ['Tab', { shift: true }, '\x1b[Z'],
    ['Backspace', {}, '\x7f'],
    ['Escape', {}, '\x1b'],
    ['ArrowUp', {}, '\x1b[A'],
    ['ArrowUp', {}, '\x1bOA'],
    ['ArrowLeft', { control: true }, '\x1b[1;5D'],
    ['F5', {}, '\x1b[15~'],
    ['Delete', {}, '\x1b[3~'],
    ['[', { control: true }, '\x1b'],
  ])('types %s with %j', async (key, more, data) => {
    typed.key(press('Shift', { shift: true }));
    typed.key(press(key, more));
    expect(await typed.take(data)).toBe(true);
  });

  test('types with an input method, and with a dead key', async () => {
    for (const key of ['Process', 'Process', 'Process']) typed.key(press(key));
    now += 30_000;
    expect(await typed.take('容器镜像')).toBe(true);
    expect(await typed.take('层\r')).toBe(false);
    typed.leave();
    typed.key(press('Dead'));
    typed.key(press('e'));
    expect(await typed.take('é')).toBe(true);
    typed.leave();
    expect(await typed.take('容')).toBe(false);
  });

  test('pastes with the middle button, scrolls in a program, and terminals answer programs', async () => {
    selection = 'picked';
    typed.pointer({ wheel: false, middle: true });
    expect(await typed.take('picked')).toBe(true);
    typed.pointer({ wheel: true, middle: false });
    expect(await typed.take('\x1b[A\x1b[A\x1b[A')).toBe(true);
    for (const data of [
      '\x1b[12;40R',
      '\x1b[?1;2c',
      '\x1b[I',
      '\x1b[<0;10;10M',
      '\x1b]11;rgb:1111/1414/1818\x1b\\',
    ])
      expect(await typed.take(data), JSON.stringify(data)).toBe(true);
  });

  test('counts as active for a moment after a key, a click, or what a screen reader activates', () => {
    expect(typed.active).toBe(false);
    for (const deed of [
      () => typed.key(press('Enter')),
      () => typed.pointer({ wheel: false, middle: false }),
      () => typed.act(),
    ]) {
      deed();
      expect(typed.active).toBe(true);
      typed.use();
      expect(typed.active).toBe(false);
    }
    typed.pointer({ wheel: true, middle: false });
    expect(typed.active).toBe(false);
  });
});
