import { beforeEach, expect, test } from 'vitest';
import { TerminalGate, type TerminalQuestion } from '../../../electron/ipc/terminalGate';
import { ProblemError } from '../../../shared/image/problem';

const caller = { id: 1 };
const shell: TerminalQuestion = { what: 'shell', name: 'fix', command: null };
const run = (...command: string[]): TerminalQuestion => ({ what: 'network', name: 'fix', command });
let asked: TerminalQuestion[];
let answer: () => Promise<boolean>;
let active: boolean;
let gate: TerminalGate;

beforeEach(() => {
  asked = [];
  answer = () => Promise.resolve(true);
  active = true;
  gate = new TerminalGate({
    askTerminal: (_caller, question) => {
      asked.push(question);
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
