import { expect, test, vi } from 'vitest';
import { Terminals, type TerminalEnd } from '../../../electron/run/terminals';
import { problem } from '../../../shared/image/problem';

const size = { columns: 80, rows: 24 };

function startIn(command: readonly string[]) {
  let got = '';
  let ended = false;
  const terminals = new Terminals({
    data: (_id, data) => (got += data),
    exit: () => (ended = true),
  });
  const id = terminals.start(
    1,
    { command, env: { PATH: process.env.PATH ?? '' }, finish: () => Promise.resolve() },
    size,
    null,
  );
  return { terminals, id, got: () => got, ended: () => ended };
}

test('a window is sent no more than it can show, a program waits for it, and nothing is lost', async () => {
  const bytes = 5_500_000;
  // It ends when it has written all, and says so by then.
  const run = startIn(['sh', '-c', `head -c ${bytes} /dev/zero | tr '\\0' x; printf '\\nend'; read _`]);
  await vi.waitFor(() => expect(run.got().length).toBeGreaterThan(500_000), 20_000);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(run.got().length).toBeLessThan(700_000);
  let shown = 0;
  await vi.waitFor(
    () => {
      const more = run.got().length - shown;
      shown += more;
      if (more > 0) run.terminals.shown(run.id, more);
      expect(run.got()).toMatch(/end$/);
    },
    { timeout: 60_000, interval: 5 },
  );
  expect(run.got().replaceAll(/[^x]/g, '')).toHaveLength(bytes);
  await run.terminals.closeAll();
});

test('what throws while output is taken ends that terminal alone', async () => {
  let ended = false;
  const terminals = new Terminals({ data: () => undefined, exit: () => (ended = true) });
  const id = terminals.start(
    1,
    { command: ['cat'], env: { PATH: process.env.PATH ?? '' }, finish: () => Promise.resolve() },
    size,
    null,
  );
  const questions = terminals.questionsOf(id);
  if (!questions) throw new Error('no terminal');
  questions.read = () => {
    throw new RangeError('Set maximum size exceeded');
  };
  terminals.write(id, 'x\r');
  await vi.waitFor(() => expect(ended).toBe(true), 20_000);
  expect(terminals.has(1, id)).toBe(false);
});

test('what never began in a terminal ends with a code of ours, or with a problem, and what began with its own', async () => {
  const ends: TerminalEnd[] = [];
  const terminals = new Terminals({ data: () => undefined, exit: (_id, end) => void ends.push(end) });
  const start = async (startFailure: (code: number) => Promise<number | null>): Promise<void> => {
    const before = ends.length;
    const env = { PATH: process.env.PATH ?? '' };
    const finish = (): Promise<void> => Promise.resolve();
    terminals.start(1, { command: ['sh', '-c', 'exit 7'], env, startFailure, finish }, size, null);
    await vi.waitFor(() => expect(ends).toHaveLength(before + 1), 20_000);
  };
  const failed = problem('runtime-failed', { runtime: 'crun', code: 7 });
  await start((code) => Promise.resolve(code === 7 ? 126 : null));
  await start(() => Promise.resolve(null));
  await start(() => Promise.reject(failed));
  expect(ends).toEqual([
    { code: 126, signal: null, problem: null },
    { code: 7, signal: null, problem: null },
    { code: 125, signal: null, problem: failed.problem },
  ]);
});
