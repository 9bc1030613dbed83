import { beforeEach, expect, test } from 'vitest';
import { TerminalGate, type PasteQuestion, type TerminalQuestion } from '../../../electron/ipc/terminalGate';
import { ProblemError } from '../../../shared/image/problem';

const caller = { id: 1 };
const shell: TerminalQuestion = { what: 'shell', name: 'fix', command: null };
const run = (...command: string[]): TerminalQuestion => ({ what: 'network', name: 'fix', command });
let asked: TerminalQuestion[];
let pasted: PasteQuestion[];
let answer: () => Promise<boolean>;
let active: boolean;
let gate: TerminalGate;

beforeEach(() => {
  asked = [];
  pasted = [];
  answer = () => Promise.resolve(true);
  active = true;
  gate = new TerminalGate({
    askTerminal: (_caller, question) => {
      asked.push(question);
      return answer();
    },
    askPaste: (_caller, question) => {
      pasted.push(question);
      return answer();
    },
    person: () => ({
      get active() {
        return active;
      },
      use: () => void (active = false),
    }),
  });
});

const refusal = async (work: Promise<void>): Promise<unknown> =>
  work.then(
    () => null,
    (thrown: unknown) => (thrown instanceof ProblemError ? thrown.problem.facts : thrown),
  );

test('asks once a place, remembers a yes and no no', async () => {
  answer = () => Promise.resolve(false);
  expect(await refusal(gate.pass(caller, 'workspace fix', shell))).toMatchObject({ reason: 'declined' });
  active = true;
  answer = () => Promise.resolve(true);
  expect(await refusal(gate.pass(caller, 'workspace fix', shell))).toBeNull();
  expect(await refusal(gate.pass(caller, 'workspace fix', shell))).toBeNull();
  expect(asked).toHaveLength(2);
  active = true;
  expect(await refusal(gate.pass(caller, 'workspace other', shell))).toBeNull();
  expect(asked).toHaveLength(3);
});

test('a shell is no leave for the network, nor one command for another', async () => {
  for (const question of [shell, run('curl', 'a'), run('curl a'), run('curl', 'b')]) {
    active = true;
    expect(await refusal(gate.pass(caller, 'workspace fix', question))).toBeNull();
  }
  expect(asked).toHaveLength(4);
});

test('asks nobody who did nothing, and not again before the next click', async () => {
  active = false;
  expect(await refusal(gate.pass(caller, 'workspace fix', shell))).toMatchObject({ reason: 'unasked' });
  active = true;
  answer = () => Promise.resolve(false);
  expect(await refusal(gate.pass(caller, 'workspace fix', shell))).toMatchObject({ reason: 'declined' });
  expect(await refusal(gate.pass(caller, 'workspace fix', shell))).toMatchObject({ reason: 'unasked' });
  expect(asked).toHaveLength(1);
});

test('asks one thing at a time', async () => {
  let say: (yes: boolean) => void = () => undefined;
  answer = () => new Promise((resolve) => (say = resolve));
  const first = refusal(gate.pass(caller, 'workspace fix', shell));
  active = true;
  expect(await refusal(gate.pass(caller, 'workspace other', shell))).toMatchObject({ reason: 'busy' });
  say(true);
  expect(await first).toBeNull();
});

test('a question that cannot be shown allows nothing, and blocks no later one', async () => {
  answer = () => Promise.reject(new Error('no window'));
  expect(await refusal(gate.pass(caller, 'workspace fix', shell))).toBeInstanceOf(Error);
  active = true;
  answer = () => Promise.resolve(true);
  expect(await refusal(gate.pass(caller, 'workspace fix', shell))).toBeNull();
});

test('asks for no command that a question cannot show to its end, and nothing else is taken for a yes', async () => {
  const long = run('sh', '-c', `${'true;'.repeat(2000)}evil`);
  expect(await refusal(gate.pass(caller, 'image x', long))).toMatchObject({ reason: 'long' });
  expect(asked).toEqual([]);
  expect(active).toBe(true);
});

test('a paste is shown whole where the page may have written it, and asked about each time', async () => {
  const evil = `${'\r'.repeat(30)}evil`;
  expect(await refusal(gate.passPaste(caller, 'fix', evil, 'page'))).toEqual({ reason: 'long' });
  expect(await refusal(gate.passPaste(caller, 'fix', `${'x'.repeat(1500)}evil`, 'page'))).toEqual({
    reason: 'long',
  });
  expect(pasted).toEqual([]);
  for (const way of [true, true, false]) {
    answer = () => Promise.resolve(way);
    const said = await refusal(gate.passPaste(caller, 'fix', 'a\rb\x1b', 'page'));
    expect(said).toEqual(way ? null : { reason: 'declined' });
  }
  expect(pasted.map(({ text }) => text)).toEqual(Array(3).fill('a\nb\\u{1b}'));
  // Of a long text of the person's own the beginning is shown.
  answer = () => Promise.resolve(true);
  expect(await refusal(gate.passPaste(caller, 'fix', 'line\r'.repeat(1000), 'lines'))).toBeNull();
  expect(pasted[3]?.text.split('\n')).toHaveLength(20);
});
