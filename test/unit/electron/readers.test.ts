import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, temporaryFolder } from '../../setup/temporary';
import { bundle, commandLine, runNode } from './scripts';

/** Readers never wait for writers: not even for one that holds the lock and does not go on. */

let folder = '';
let lock = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-readers-'));
  lock = await bundle('electron/store/lock.ts', join(folder, 'lock.cjs'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('while the lock is held by a process that was stopped, everything can be read; once that is dead, changed', async () => {
  const { directory, ...context } = await openStore();
  const files = [{ path: 'etc/os', content: 'base\n' }];
  await load(context, dockerArchive([{ names: ['one:1'], layers: [{ files }] }]));
  await load(
    context,
    dockerArchive([{ names: ['two:1'], layers: [{ files }, { files: [{ path: 'more', content: 'x' }] }] }]),
  );
  const script = join(await temporaryFolder(), 'hold.cjs');
  const path = join(directory, 'lock');
  const body = `const { withLock } = require(${JSON.stringify(lock)});
withLock(${JSON.stringify(path)}, () => { process.stdout.write('held'); return new Promise(() => setInterval(() => 0, 1000)); });`;
  await writeFile(script, body);
  const holder = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  try {
    await once(holder.stdout, 'data');
    holder.kill('SIGSTOP');
    const target = join(await temporaryFolder(), 'saved.tar');
    const reads = [
      ['images'],
      ['inspect', 'one:1'],
      ['history', 'two:1'],
      ['graph', '--json'],
      ['tree'],
      ['ls', 'two:1'],
      ['cat', 'two:1', 'etc/os'],
      ['find', 'etc/*'],
      ['diff', 'one:1', 'two:1'],
      ['df', '-v'],
      ['gc', '-n'],
      ['rmi', '-n', 'one:1'],
      ['fsck'],
      ['save', '-o', target, 'two:1'],
    ];
    for (const args of reads) {
      const { code, stderr } = await runNode([commandLine, '--store', directory, ...args]);
      expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
    }
    await access(path);
  } finally {
    holder.kill('SIGKILL');
    await ended;
  }
  const { code, stderr } = await runNode([commandLine, '--store', directory, 'tag', 'one:1', 'other:1']);
  expect(code, stderr).toBe(0);
  await expect(access(path)).rejects.toThrow();
});
