import { spawn } from 'node:child_process';
import { utimesSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { sweepIngests } from '../../../electron/store/ingest';
import { StorePaths } from '../../../electron/store/storePaths';
import { sweepLockDrafts, withLock } from '../../../electron/store/lock';
import { newOwner, ownName, parseOwner, type Owner } from '../../../electron/store/owner';
import { openStore, problemFacts, temporaryFolder } from '../../setup/temporary';
import { bundle, runNode } from './scripts';

/** The lock between processes: real processes, a real folder. */

/** By how much the time of new files is later than it is, milliseconds. */
const fileClock = vi.hoisted(() => ({ ahead: 0 }));

vi.mock('../../../electron/store/fileClock', async (original) => {
  const { timeBeside } = await original<{ timeBeside: (path: string) => Promise<number> }>();
  return { timeBeside: async (path: string) => (await timeBeside(path)) + fileClock.ahead };
});

let folder = '';
let lockScript = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-lock-'));
  lockScript = await bundle('electron/store/lock.ts', join(folder, 'lock.cjs'));
});

afterEach(() => {
  fileClock.ahead = 0;
});

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
  const dead = { ...newOwner(), start: '1' };
  await writeFile(path, JSON.stringify(dead));
  await writeFile(`${path}.break-${dead.token.slice(0, 16)}`, JSON.stringify({ ...newOwner(), start: '1' }));
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

/** Where process numbers say nothing to this process: another machine, a copy of this one, another boot of it, a container. */
const elsewhere: readonly (readonly [string, Partial<Owner>])[] = [
  ['another machine', { host: 'another-machine' }],
  ['another process namespace', { namespace: 'pid:[1]' }],
  ['another machine of the same host name', { boot: 'another', machine: 'f'.repeat(64) }],
  ['a machine that says nothing of itself', { boot: 'another', machine: '' }],
  ['a copy of this machine that runs', { boot: 'another' }],
];

const minute = 60_000;

/** Runs `work` with our own clock, and the one that nobody sets, told by the test; waiting takes no time. */
async function withClocks<T>(ahead: number, work: (pass: (by: number) => void) => Promise<T>): Promise<T> {
  const [date, monotonic] = [Date.now.bind(Date), performance.now.bind(performance)];
  let passed = 0;
  const spies = [
    vi.spyOn(Date, 'now').mockImplementation(() => date() + ahead + passed),
    vi.spyOn(performance, 'now').mockImplementation(() => monotonic() + passed),
  ];
  try {
    return await work((by) => (passed += by));
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

/** Lets the time of the file system, as it is told by new files, be later by so much. */
const setFileClock = (ahead: number): void => {
  fileClock.ahead = ahead;
};

test.each(elsewhere)(
  'a lock of %s that shows itself is nobody else’s, whatever any clock says',
  async (_, who) => {
    const path = join(await temporaryFolder(), 'lock');
    const content = JSON.stringify({ ...newOwner(), ...who });
    for (const [ours, files] of [
      [0, 0],
      [90_000, 0],
      [-90_000, 0],
      [400 * 86_400_000, 0],
      // The file system's clock has jumped since the holder last showed itself: this machine was asleep.
      [10 * minute, 10 * minute],
      [0, -86_400_000],
    ] as const) {
      await writeFile(path, content);
      setFileClock(files);
      await withClocks(ours, async (pass) => {
        let n = 0;
        // It beats every 15 s.
        const beat = setInterval(() => {
          pass(5000);
          if (++n % 3 === 0) utimesSync(path, 1000 + n, 1000 + n);
        }, 15);
        await problemFacts(
          withLock(path, () => Promise.resolve(), 90_000),
          'store-busy',
        ).finally(() => clearInterval(beat));
      });
      expect(await readFile(path, 'utf8')).toBe(content);
    }
  },
);

test.each(elsewhere)('a lock of %s that shows nothing any more is taken over', async (_, who) => {
  const path = join(await temporaryFolder(), 'lock');
  for (const [files, needs] of [
    // Long ago by the file system's clock: watched for longer than a holder is silent.
    [2 * minute, 20_000],
    // Just now, or in the future.
    [0, minute],
    [-86_400_000, minute],
  ] as const) {
    await writeFile(path, JSON.stringify({ ...newOwner(), ...who }));
    setFileClock(files);
    await withClocks(0, async (pass) => {
      let passed = 0;
      const time = setInterval(() => pass((passed += 1000) && 1000), 5);
      expect(await withLock(path, () => Promise.resolve('done'), 300_000)).toBe('done');
      clearInterval(time);
      expect(passed).toBeGreaterThanOrEqual(needs - 1000);
    });
  }
});

test('what has shown nothing since this boot began is of an earlier one of this machine, and goes at once', async () => {
  const place = await temporaryFolder();
  const path = join(place, 'lock');
  const since = os.uptime() * 1000;
  for (const [who, code] of [
    [{ boot: 'another' }, null],
    [{ boot: 'another', machine: 'f'.repeat(64) }, 'store-busy'],
    [{ boot: 'another', machine: '' }, 'store-busy'],
    [{ boot: 'another', host: 'another-machine' }, 'store-busy'],
  ] as const) {
    await writeFile(path, JSON.stringify({ ...newOwner(), ...who }));
    setFileClock(since - minute);
    await problemFacts(
      withLock(path, () => Promise.resolve(), 50),
      'store-busy',
    );
    setFileClock(since + minute);
    const taken = withLock(path, () => Promise.resolve('done'), 50);
    if (code === null) expect(await taken).toBe('done');
    else await problemFacts(taken, code);
  }
  expect(await readdir(place)).toEqual(['lock']);
});

test('the machine is named, but not by what it names itself', async () => {
  const { machine } = newOwner();
  const id = (await readFile('/etc/machine-id', 'utf8').catch(() => '')).trim();
  expect(machine).toMatch(id === '' ? /^$/ : /^[0-9a-f]{64}$/);
  if (id !== '') expect(JSON.stringify(newOwner())).not.toContain(id);
  // Earlier versions said nothing of it.
  const { machine: _, ...before } = newOwner();
  expect(parseOwner(JSON.stringify(before))).toEqual({ ...before, machine: '' });
});

test('a load of another machine is given up when nothing in it has changed for a week, also one from the future', async () => {
  const { directory } = await openStore();
  const folder = join(directory, 'ingest', '0123456789abcdef');
  const times = [new Date('2100-01-01'), new Date()];
  for (const [, who] of elsewhere)
    for (const time of times) {
      await mkdir(folder);
      await writeFile(join(folder, 'owner'), JSON.stringify({ ...newOwner(), ...who }));
      await utimes(folder, time, time);
      // Our own clock says nothing of what a file server has stamped.
      await withClocks(30 * 86_400_000, () => sweepIngests(new StorePaths(directory)));
      expect(await readdir(join(directory, 'ingest'))).toEqual(['0123456789abcdef']);
      setFileClock(8 * 86_400_000);
      await sweepIngests(new StorePaths(directory));
      setFileClock(0);
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
