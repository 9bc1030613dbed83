import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readAtMost } from '../../../electron/system/readAtMost';
import { must, run } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';

/** Pipes where a person names a file: they are waited for, and Ctrl+C ends that. */

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');

test.each([
  ['run', '--env-file', 'PIPE', 'any', 'true'],
  ['sign', '--key', 'PIPE', 'any'],
  ['sign', '--key', 'KEY', '--passphrase-file', 'PIPE', 'any'],
  ['verify', '--key', 'PIPE', 'any'],
  ['encrypt', '--recipient', 'PIPE', 'any'],
  ['decrypt', '--key', 'PIPE', 'any'],
])('%s %s %s waits for a pipe that nobody opens, until it is cancelled', async (...words) => {
  const folder = await temporaryFolder();
  const [pipe, key] = [join(folder, 'pipe'), join(folder, 'key')];
  await must('mkfifo', [pipe]);
  await writeFile(key, 'a key is looked at later');
  const named = words.map((word) => (word === 'PIPE' ? pipe : word === 'KEY' ? key : word));
  const child = spawn(process.execPath, ['--', script, '--store', join(folder, 'store'), ...named], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const opened = async (): Promise<boolean> =>
    (await run('ls', ['-l', `/proc/${child.pid}/fd`])).stdout.includes(pipe);
  while (child.exitCode === null && !(await opened())) await delay(10);
  child.kill('SIGINT');
  expect(await ended).toEqual([130, null]);
});

test('a pipe is read from when somebody opens it until nobody has it open, in as many pieces as it comes', async () => {
  const folder = await temporaryFolder();
  const pipe = join(folder, 'pipe');
  await must('mkfifo', [pipe]);
  const text = 'x'.repeat(300_000);
  await writeFile(join(folder, 'text'), text);
  const read = readAtMost(pipe, 1 << 20);
  await must('sh', [
    '-c',
    'sleep 0.2; { head -c 5; sleep 0.2; cat; } < "$1" > "$2"',
    'sh',
    join(folder, 'text'),
    pipe,
  ]);
  expect((await read)?.toString()).toBe(text);
  expect(await readAtMost('/dev/null', 10)).toEqual(Buffer.alloc(0));
  await expect(readAtMost(folder, 10)).rejects.toThrow(/EISDIR/);
});
