import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { sweepIngests } from '../../../electron/store/ingest';
import { StorePaths } from '../../../electron/store/layout';
import { sweepLockDrafts, withLock } from '../../../electron/store/lock';
import { newOwner, ownName } from '../../../electron/store/owner';
import { openStore, problemFacts, temporaryFolder } from '../../setup/temporary';
import { bundle, runNode } from './scripts';

/** The lock between processes: real processes, a real folder. */

let folder = '';
let lockScript = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-lock-'));
  lockScript = await bundle('electron/store/lock.ts', join(folder, 'lock.cjs'));
});

afterEach(() => vi.useRealTimers());

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A script for a process of its own, with `withLock` and `path` at hand. */
async function script(body: string): Promise<string> {
  const file = join(await temporaryFolder(), 'script.cjs');
  const head = `const { withLock } = require(${JSON.stringify(lockScript)});
const fs = require('node:fs/promises'); const [, , path, counter] = process.argv;\n`;
  await writeFile(file, `${head}(async () => { ${body} })();`);
  return file;
}

const count = `for (let i = 0; i < 20; i++) await withLock(path, async () => {
  const n = Number(await fs.readFile(counter, 'utf8'));
  await new Promise((resolve) => setImmediate(resolve));
  await fs.writeFile(counter, String(n + 1));
});`;

test('of many processes one at a time holds it', async () => {
  const place = await temporaryFolder();
  const [path, counter] = [join(place, 'lock'), join(place, 'counter')];
  await writeFile(counter, '0');
  const file = await script(count);
  const ended = await Promise.all([1, 2, 3, 4].map(() => runNode([file, path, counter])));
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, '']));
  expect(await readFile(counter, 'utf8')).toBe('80');
  expect(await readdir(place)).toEqual(['counter']);
});

test('of many calls in one process one at a time holds it, in order', async () => {
  const path = join(await temporaryFolder(), 'lock');
  const order: number[] = [];
  let inside = 0;
  await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      withLock(path, async () => {
        expect(++inside).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(i);
        inside--;
      }),
    ),
  );
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('a dead process is no holder: several that come at once take it over, one at a time', async () => {
  const place = await temporaryFolder();
  const [path, counter] = [join(place, 'lock'), join(place, 'counter')];
  await writeFile(counter, '0');
  const dying = await script(`await withLock(path, async () => process.kill(process.pid, 'SIGKILL'));`);
  expect((await runNode([dying, path])).signal).toBe('SIGKILL');
  expect(await readdir(place)).toEqual(['counter', 'lock']);
  const file = await script(count);
  await Promise.all([1, 2, 3, 4].map(() => runNode([file, path, counter])));
  expect(await readFile(counter, 'utf8')).toBe('80');
  expect(await readdir(place)).toEqual(['counter']);
});

test('the claim of a process that died while it broke a dead lock is broken, too', async () => {
  const place = await temporaryFolder();
  const path = join(place, 'lock');
  const dead = { ...newOwner(), boot: 'before' };
  await writeFile(path, JSON.stringify(dead));
  await writeFile(
    `${path}.break-${dead.token.slice(0, 16)}`,
    JSON.stringify({ ...newOwner(), boot: 'before' }),
  );
  expect(await withLock(path, () => Promise.resolve('done'), 2000)).toBe('done');
  expect(await readdir(place)).toEqual([]);
});

test('a living process keeps it: who waits too long is told who has it', async () => {
  const place = await temporaryFolder();
  const path = join(place, 'lock');
  const holder = spawn(
    process.execPath,
    [
      await script(
        `await withLock(path, () => new Promise((resolve) => { console.log('held'); process.stdin.on('end', resolve).resume(); }));`,
      ),
      path,
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const facts = await problemFacts(
    withLock(path, () => Promise.resolve(), 50),
    'store-busy',
  );
  expect(facts.owner).toContain(`process ${holder.pid}`);
  holder.stdin.end();
  await new Promise((resolve) => holder.once('close', resolve));
  expect(await withLock(path, () => Promise.resolve('done'))).toBe('done');
});

test('a lock of another machine is left alone until it has not been touched for a minute', async () => {
  const path = join(await temporaryFolder(), 'lock');
  await writeFile(path, JSON.stringify({ ...newOwner(), host: 'another-machine' }));
  await problemFacts(
    withLock(path, () => Promise.resolve(), 50),
    'store-busy',
  );
  // Its clock may be behind: what the file system saw counts, too.
  const before = new Date(Date.now() - 120_000);
  await utimes(path, before, before);
  await problemFacts(
    withLock(path, () => Promise.resolve(), 50),
    'store-busy',
  );
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  expect(await withLock(path, () => Promise.resolve('done'), 2000)).toBe('done');
});

test('a lock of another machine from the future is broken when it is still the same after a minute, however that is told', async () => {
  const path = join(await temporaryFolder(), 'lock');
  const future = new Date('2100-01-01');
  const make = async (): Promise<void> => {
    await writeFile(path, JSON.stringify({ ...newOwner(), host: 'another-machine' }));
    await utimes(path, future, future);
  };
  await make();
  await problemFacts(
    withLock(path, () => Promise.resolve(), 50),
    'store-busy',
  );
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  expect(await withLock(path, () => Promise.resolve('done'), 2000)).toBe('done');
  vi.useRealTimers();
  // The file system's own clock was ahead, too: it is watched. Who beats is there.
  for (const beats of [true, false]) {
    await make();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    const time = setInterval(() => {
      vi.setSystemTime(Date.now() + 5000);
      if (beats) void utimes(path, future, new Date(future.getTime() + Date.now())).catch(() => undefined);
    }, 150);
    const taken = withLock(path, () => Promise.resolve('done'), 6000);
    if (beats) await problemFacts(taken, 'store-busy');
    else expect(await taken).toBe('done');
    clearInterval(time);
    vi.useRealTimers();
  }
});

test('a load of another machine is given up when nothing in it has changed for a week, also one from the future', async () => {
  const { directory } = await openStore();
  const folder = join(directory, 'ingest', '0123456789abcdef');
  const times = [new Date('2100-01-01'), new Date()];
  for (const time of times) {
    await mkdir(folder);
    await writeFile(join(folder, 'owner'), JSON.stringify({ ...newOwner(), host: 'another-machine' }));
    await utimes(folder, time, time);
    await sweepIngests(new StorePaths(directory));
    expect(await readdir(join(directory, 'ingest'))).toEqual(['0123456789abcdef']);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 8 * 86_400_000 });
    await sweepIngests(new StorePaths(directory));
    vi.useRealTimers();
    expect(await readdir(join(directory, 'ingest'))).toEqual([]);
  }
});

test('it is let go when the work fails', async () => {
  const place = await temporaryFolder();
  const path = join(place, 'lock');
  await expect(withLock(path, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await readdir(place)).toEqual([]);
});

test('who lost it does not take it from who has it now', async () => {
  const path = join(await temporaryFolder(), 'lock');
  const other = JSON.stringify(newOwner());
  await withLock(path, () => writeFile(path, other));
  expect(await readFile(path, 'utf8')).toBe(other);
});

test('what a process left that was killed before its first byte goes at once, and that of one that lives stays', async () => {
  const { directory } = await openStore();
  const paths = new StorePaths(directory);
  const { ingest } = paths;
  const alive = ownName();
  // Its number is taken by a process that began at another time.
  const dead = ownName().replace(/^(\d+)-\d+/, '$1-1');
  for (const name of [alive, dead]) {
    await writeFile(join(directory, `lock.${name}`), '');
    await writeFile(join(directory, `lock.break-0123456789abcdef.${name}`), '');
    await mkdir(join(ingest, name));
  }
  await sweepLockDrafts(directory);
  await sweepIngests(paths);
  const left = [...(await readdir(directory)), ...(await readdir(ingest))].filter((name) =>
    /\d-\d/.test(name),
  );
  expect(left.sort()).toEqual([alive, `lock.${alive}`, `lock.break-0123456789abcdef.${alive}`].sort());
});
