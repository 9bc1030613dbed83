import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { afterEach } from 'vitest';

/** Somebody else who works in a tree while we read it: a process that exchanges two paths as fast as it can. */
const script = `
const koffi = require(process.argv[1]);
const call = koffi.load('libc.so.6').func('renameat2', 'int', ['int', 'str', 'int', 'str', 'uint']);
const [one, other, times] = process.argv.slice(2);
const pause = new Int32Array(new SharedArrayBuffer(4));
process.stdout.write('ready');
for (;;) {
  for (let i = 0; i < times; i++) call(-100, one, -100, other, 2);
  Atomics.wait(pause, 0, 0, 0.05);
}`;

const running = new Set<ChildProcess>();

afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

/**
 * Starts to exchange `one` and `other` (renameat2, RENAME_EXCHANGE) until the test ends or the returned function is called. Between
 * pauses so many times: after an odd number each is as long in the other's place as in its own.
 */
export async function exchange(one: string, other: string, times = 40): Promise<() => void> {
  const koffi = createRequire(import.meta.url).resolve('koffi');
  const child = spawn(process.execPath, ['-e', script, koffi, one, other, String(times)], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  running.add(child);
  await new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  return () => {
    child.kill('SIGKILL');
    running.delete(child);
  };
}

/**
 * Does `work` again and again while `one` and `other` change places: `least` times, and on until everything of `wanted` was seen
 * (on a loaded machine the other process may not get its turn for long), for half a minute at most. Gives what `work` gave, or what
 * `fault` calls what it threw.
 */
export async function whileExchanged(
  [one, other]: readonly [string, string],
  { least, wanted }: { least: number; wanted: readonly string[] },
  work: () => string | Promise<string>,
  fault: (thrown: unknown) => string,
): Promise<Set<string>> {
  const stop = await exchange(one, other);
  const seen = new Set<string>();
  const until = Date.now() + 30_000;
  for (let i = 0; i < least || (wanted.some((each) => !seen.has(each)) && Date.now() < until); i++)
    try {
      seen.add(await work());
    } catch (thrown) {
      seen.add(fault(thrown));
    }
  stop();
  return seen;
}
