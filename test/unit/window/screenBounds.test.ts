import { Terminal } from '@xterm/xterm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boundScreen, mostMarks } from '../../../renderer/view/workspace/screenBounds';
import { ScreenFeed } from '../../../renderer/view/workspace/screenFeed';

/** The real xterm.js, which needs no page until it is opened. */

const columns = 80;
const rows = 24;
const newScreen = (): Terminal =>
  new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 100 });
const write = (screen: Terminal, data: string): Promise<void> =>
  new Promise((resolve) => screen.write(data, resolve));
const lines = (screen: Terminal): string[] =>
  Array.from({ length: screen.buffer.active.length }, (_, i) => {
    const line = screen.buffer.active.getLine(i);
    return line?.translateToString(true) ?? '';
  });

/** Every control sequence that xterm.js knows, as the bytes between the number and the end and those before: from its own table. */
function knownSequences(): { readonly prefix: string; readonly rest: string }[] {
  const inner = newScreen() as unknown as {
    _core: { _inputHandler: { _parser: { _csiHandlers: Record<number, unknown> } } };
  };
  const ids = Object.keys(inner._core._inputHandler._parser._csiHandlers).map(Number);
  return ids.map((id) => {
    const text = String.fromCharCode(...[id >> 16, (id >> 8) & 255, id & 255].filter((each) => each > 0));
    const prefix = /^[?>=<]/.exec(text)?.[0] ?? '';
    return { prefix, rest: text.slice(prefix.length) };
  });
}
/** Those whose numbers are names: of modes, attributes, reports, what is erased. None is a count of steps. */
const names = new Set(['J', 'K', 'c', 'g', 'h', 'l', 'm', 'n', 't', '!p', ' q', '"q', '$p']);

test('no sequence is handed a number beyond the screen, whichever xterm.js knows', async () => {
  const known = knownSequences();
  expect(known.length).toBeGreaterThan(40);
  for (const { prefix, rest } of known) {
    const screen = newScreen();
    const seen: number[] = [];
    const id = {
      final: rest.slice(-1),
      ...(rest.length > 1 ? { intermediates: rest.slice(0, -1) } : {}),
      ...(prefix === '' ? {} : { prefix }),
    };
    // What comes first is asked last, in the place of xterm.js itself.
    screen.parser.registerCsiHandler(id, (numbers) => (seen.push(...numbers.flat()), true));
    boundScreen(screen);
    await write(screen, `\x1b[${prefix}2147483647;99999${rest}\u009b${prefix}5000${rest}`);
    if (names.has(rest)) continue;
    expect(seen, rest).toHaveLength(3);
    expect(Math.max(...seen), rest).toBeLessThanOrEqual(columns);
  }
});

test('random sequences with any numbers end, and are what they are with the number of the screen', async () => {
  const counted = knownSequences().filter(({ rest }) => !names.has(rest));
  const number = fc.constantFrom('', '0', '1', '5', '80', '24', '2147483647', '99999999999');
  const sequence = fc.record({
    one: fc.constantFrom(...counted),
    numbers: fc.array(number, { minLength: 1, maxLength: 3 }),
    text: fc.constantFrom(
      '',
      'abc',
      'x',
      'e\u0301',
      '漢',
      '\r\n',
      '\x1b[3;9r',
      '\x1b[2;5H',
      '\x1b[?69h',
      '\t',
    ),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(sequence, { minLength: 1, maxLength: 20 }), async (all) => {
      const screens = [newScreen(), newScreen()] as const;
      for (const screen of screens) boundScreen(screen);
      for (const { one, numbers, text } of all) {
        const most = 'LMST'.includes(one.rest) ? rows : columns;
        const given = `${text}\x1b[${one.prefix}${numbers.join(';')}${one.rest}`;
        const less = numbers.map((each) => (Number(each) > most ? String(most) : each));
        await write(screens[0], given);
        await write(screens[1], `${text}\x1b[${one.prefix}${less.join(';')}${one.rest}`);
      }
      expect(lines(screens[0])).toEqual(lines(screens[1]));
    }),
    { seed: 13, numRuns: 60 },
  );
});

test('a cell takes no more than so many marks, in pieces and repeated; the others stand beside', async () => {
  const screen = newScreen();
  boundScreen(screen);
  const marks = '\u0301\u0300\ufe0f'.repeat(10_000);
  await write(screen, 'x');
  for (let at = 0; at < marks.length; at += 777) await write(screen, marks.slice(at, at + 777));
  await write(screen, '\x1b[2147483647b');
  for (let i = 0; i < screen.buffer.active.length; i++)
    for (let x = 0; x < columns; x++)
      expect(screen.buffer.active.getLine(i)?.getCell(x)?.getChars().length ?? 0).toBeLessThanOrEqual(
        mostMarks + 1,
      );
  await write(screen, '\r\n\x1b[2Je\u0301👩\u200d');
  expect(lines(screen).join('')).toContain('e\u0301👩');
});

test('links are not kept, and a command for colours is not answered part by part', async () => {
  const screen = newScreen();
  boundScreen(screen);
  let answers = 0;
  screen.onData(() => answers++);
  await write(screen, `\x1b]4;${'0;?;'.repeat(5000)}0;?\x07`);
  expect(answers).toBe(0);
  for (let i = 0; i < 50; i++) await write(screen, `\x1b]8;;http://x/${i}\x07y\x1b]8;;\x07`);
  expect(lines(screen)[0]).toBe('y'.repeat(50));
  expect(screen.markers).toHaveLength(0);
});

test('a feed gives all in its order, in pieces that become shorter where they take long, and says what is shown', () => {
  let time = 0;
  const written: string[] = [];
  let done: (() => void)[] = [];
  let shown = 0;
  const options = { screenReaderMode: true };
  const feed = new ScreenFeed(
    {
      write: (data, then) => {
        written.push(String(data));
        // Ten characters take a millisecond.
        time += data.length / 10;
        if (then) done.push(then);
      },
      onKey: () => ({ dispose: () => undefined }),
      options,
    },
    (characters) => (shown += characters),
    () => time,
  );
  const text = Array.from({ length: 20_000 }, (_, i) => String(i)).join(' ');
  for (let at = 0; at < text.length; at += 5000) feed.write(text.slice(at, at + 5000));
  let rounds = 0;
  while (done.length > 0) {
    const now = done;
    done = [];
    for (const each of now) each();
    if (rounds++ === 0) expect(shown).toBe(0);
  }
  expect(written.join('')).toBe(text);
  expect(shown).toBe(text.length);
  // 12 ms are 120 characters here.
  for (const piece of written.slice(5)) expect(piece.length).toBeLessThanOrEqual(256);
  // Nobody can listen to that much.
  expect(options.screenReaderMode).toBe(false);
  feed.end();
  feed.write('more');
  expect(written.join('')).toBe(text);
});
