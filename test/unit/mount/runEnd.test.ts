import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endInit, isInitAlive, readInit } from '../../../electron/run/initRecord';
import { newOwner, ownerOf } from '../../../electron/store/owner';
import { dockerArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { findCommand, run } from '../../setup/run';
import { runCaller, type RunCaller } from '../../setup/runCaller';
import { shellImage } from '../../setup/shellImage';
import { temporaryFolder } from '../../setup/temporary';

/** Containers that their runtime does not end, or that nobody can end: after this program was killed, and while it lives. */

const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);
/** Groups of the first kind in which nothing ends, not even by SIGKILL, until it is thawed. */
const freezer = '/sys/fs/cgroup/freezer';
const canFreeze = existsSync(join(freezer, 'cgroup.procs'));
const image = 'rig/shell:1.0';

let user: OrdinaryUser;
let marks = 0;

beforeAll(async () => {
  user = await makeOrdinaryUser();
  await writeFile(join(user.place, 'shell.tar'), dockerArchive([shellImage()]));
});
afterAll(() => user.remove());

async function callerOf(who: 'root' | 'user'): Promise<RunCaller> {
  const caller = await runCaller(who, user);
  await call(caller, runtimes[0] ?? '', 'load', '-q', '-i', join(user.place, 'shell.tar'));
  return caller;
}

const environment = (runtime: string): NodeJS.ProcessEnv => ({
  ...process.env,
  STRATIGRAPH_RUNTIME: runtime,
  STRATIGRAPH_WORKER: undefined,
  STRATIGRAPH_HELPER: undefined,
});

async function call({ words }: RunCaller, runtime: string, ...more: string[]): Promise<string> {
  const [program = '', ...rest] = words;
  const { code, stdout, stderr } = await run(program, [...rest, ...more], {
    cwd: '/',
    env: environment(runtime),
  });
  expect(code, stderr).toBe(0);
  return `${stdout}${stderr}`;
}

const runsOf = (store: string): string[] =>
  existsSync(join(store, 'run')) ? readdirSync(join(store, 'run')) : [];
const holdsOf = (store: string): string[] => {
  const folder = join(store, 'mounts', 'holds');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const mountsIn = (store: string): string[] =>
  readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes(store));

/** Processes with a word in their command line. */
function processesWith(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}

/** A command that runs until it is ended, with children. */
async function started(caller: RunCaller, runtime: string, name: string) {
  const mark = `mark-${process.pid}-${marks++}`;
  const words = [`trap "" TERM INT HUP; sleep 1000 & echo started ${mark}; while :; do sleep 1; done`];
  const [program = '', ...rest] = caller.words;
  const child = spawn(program, [...rest, 'run', name, 'sh', '-c', ...words], {
    cwd: '/',
    env: environment(runtime),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  while (!(await text(child)).includes('started')) expect(child.exitCode, said).toBe(null);
  const [id = ''] = runsOf(caller.store);
  return { child, mark, id, said: () => said };
}

async function text(child: ChildProcess): Promise<string> {
  const [data] = (await once(child.stdout!, 'data')) as [Buffer];
  return data.toString();
}

async function killed({ child }: { readonly child: ChildProcess }): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** What a runtime knows of a container, no longer readable. */
function spoil({ state }: RunCaller, runtime: string, id: string): void {
  const folder = join(state, basename(runtime), id);
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (['state.json', 'status', 'config.json'].includes(name)) writeFileSync(path, '{');
  }
}

function nothingLeft(caller: RunCaller, id: string, mark: string): void {
  expect(processesWith(mark)).toEqual([]);
  expect(runsOf(caller.store)).toEqual([]);
  expect(mountsIn(caller.store).filter((line) => line.includes(id))).toEqual([]);
  for (const runtime of ['crun', 'runc']) expect(existsSync(join(caller.state, runtime, id))).toBe(false);
}

const everybody = ['root', 'user'] as const;

describe.runIf(process.getuid?.() === 0)('a container that its runtime does not end', () => {
  const pairs = everybody.flatMap((who) => runtimes.map((runtime) => [who, runtime] as const));

  test.each(pairs)('of %s by %s is ended by its recorded process', async (who, runtime) => {
    const caller = await callerOf(who);
    // After a kill, by each command that counts or ends such things; the runtime cannot read what it wrote.
    const ways = who === 'root' ? [['df'], ['umount', '-a']] : [['df']];
    for (const words of ways) {
      const its = await started(caller, runtime, image);
      await killed(its);
      expect(processesWith(its.mark).length).toBeGreaterThan(0);
      spoil(caller, runtime, its.id);
      await call(caller, runtime, ...words);
      nothingLeft(caller, its.id, its.mark);
    }
    // While the command line lives: it is told to end, and has no runtime any more that could do it.
    const folder = who === 'root' ? await temporaryFolder() : user.place;
    const gone = join(folder, `${marks}-${basename(runtime)}`);
    await writeFile(gone, `#!/bin/sh\ncase "$*" in *delete*) exit 1;; esac\nexec ${runtime} "$@"\n`, {
      mode: 0o755,
    });
    const its = await started(caller, gone, image);
    its.child.kill('SIGTERM');
    its.child.kill('SIGINT');
    const [code] = (await once(its.child, 'exit')) as [number];
    expect(code).toBe(137);
    nothingLeft(caller, its.id, its.mark);
  });

  test('is ended by commit before it is committed', async () => {
    const caller = await callerOf('root');
    const [runtime = ''] = runtimes;
    await call(caller, runtime, 'workspace', 'create', image, 'own');
    const its = await started(caller, runtime, 'own');
    await killed(its);
    await call(caller, runtime, 'commit', 'own', 'rig/own:1');
    nothingLeft(caller, its.id, its.mark);
  });
});

describe.runIf(process.getuid?.() === 0 && canFreeze)('a container that nobody can end', () => {
  test.each(runtimes.slice(0, 1))('by %s keeps its record and its mount, and is told of', async (runtime) => {
    const caller = await callerOf('root');
    await call(caller, runtime, 'workspace', 'create', image, 'own');
    const its = await started(caller, runtime, 'own');
    const group = join(freezer, `stratigraph-test-${process.pid}-${marks++}`);
    mkdirSync(group);
    try {
      for (const pid of processesWith(its.mark).filter((each) => Number(each) !== its.child.pid))
        if (readFileSync(`/proc/${pid}/status`, 'utf8').match(/^NSpid:.*\t1$/m))
          writeFileSync(join(group, 'cgroup.procs'), pid);
      const [frozen = ''] = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n');
      expect(frozen).not.toBe('');
      await killed(its);
      spoil(caller, runtime, its.id);
      writeFileSync(join(group, 'freezer.state'), 'FROZEN');
      expect(await call(caller, runtime, 'df')).toContain(`(process ${frozen})`);
      expect(runsOf(caller.store)).toEqual([its.id]);
      expect(holdsOf(caller.store).length).toBe(1);
      expect(mountsIn(caller.store).length).toBeGreaterThan(0);
      // The tree is in use: nobody commits it or mounts it a second time.
      const [program = '', ...rest] = caller.words;
      const refused = await run(program, [...rest, 'commit', 'own'], { cwd: '/', env: environment(runtime) });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`(${frozen})`);
      writeFileSync(join(group, 'freezer.state'), 'THAWED');
      expect(await call(caller, runtime, 'df')).not.toContain('(process');
      nothingLeft(caller, its.id, its.mark);
      expect(holdsOf(caller.store)).toEqual([]);
      expect(mountsIn(caller.store)).toEqual([]);
    } finally {
      writeFileSync(join(group, 'freezer.state'), 'THAWED');
      for (let tries = 0; existsSync(group) && tries < 100; tries++) {
        try {
          rmdirSync(group);
        } catch {
          await delay(20);
        }
      }
    }
  });
});

describe('a recorded process', () => {
  const recordOf = async (text: string) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'init'), text);
    return readInit(folder, newOwner());
  };
  const line = (pid: number, start: string): string =>
    `${pid} S ${Array.from({ length: 18 }, () => 1).join(' ')} ${start} 2 3\n`;

  test('is no other than the first of a namespace below ours', async () => {
    const child = spawn('sleep', ['100']);
    const { pid, start } = ownerOf(child.pid ?? 0);
    const found = await recordOf(line(pid, start));
    expect(found).toMatchObject({ pid, start });
    // It runs, with that number and start; what it is not is a container.
    expect(found && isInitAlive(found)).toBe(false);
    expect(found && (await endInit(found))).toBe(true);
    expect(child.exitCode ?? child.signalCode).toBe(null);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  test.runIf(process.getuid?.() === 0)('is ended by number and start together, once', async () => {
    const child = spawn('unshare', ['--pid', '--fork', '--kill-child', 'sleep', '100']);
    const exited = once(child, 'exit');
    let inner = '';
    while (inner === '') inner = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    const { pid, start } = ownerOf(Number(inner));
    for (const other of [String(Number(start) + 1), '1']) {
      const later = await recordOf(line(pid, other));
      expect(later && (await endInit(later))).toBe(true);
    }
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    const found = await recordOf(line(pid, start));
    expect(found && isInitAlive(found)).toBe(true);
    expect(found && (await endInit(found))).toBe(true);
    await exited;
  });

  test('is none where the record says no such thing', async () => {
    const start = '12345';
    for (const text of ['', 'x', '0 S', '-1 S', line(0, start), line(1, 'x'), line(1, '-5'), '1 S 1 1'])
      expect(await recordOf(text), text).toBe(null);
    expect(await readInit(await temporaryFolder(), newOwner())).toBe(null);
  });
});
