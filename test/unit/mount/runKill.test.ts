import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAlive, newOwner, ownerOf } from '../../../electron/store/owner';
import { dockerArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, type OrdinaryUser } from '../../setup/ordinaryUser';
import { findCommand, must, run } from '../../setup/run';
import { runCaller, type RunCaller } from '../../setup/runCaller';
import { shellImage } from '../../setup/shellImage';
import { temporaryFolder } from '../../setup/temporary';

/** This program ended by a signal while it starts a command or waits for one: what is left after the next command. */

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);

test('a process that has ended counts as gone, also before anybody has asked how', async () => {
  // The shell becomes a program that asks for none of its children.
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.5 & echo $!; exec sleep 100'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  const zombie = ownerOf(Number(said.toString()));
  while (!/\) Z /.test(readFileSync(`/proc/${zombie.pid}/stat`, 'utf8'))) await delay(10);
  expect(isAlive(zombie)).toBe(false);
  expect(isAlive(newOwner())).toBe(true);
  expect(isAlive(ownerOf(parent.pid ?? 0))).toBe(true);
  // Another process with a number that was used before.
  expect(isAlive({ ...newOwner(), start: '1' })).toBe(false);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  expect(isAlive(zombie)).toBe(false);
});

test.each([
  ['a command', [script, '--store', 'STORE', 'load', '-']],
  ['a helper', [join(script, '..', '..', 'dist', 'helper.cjs')]],
])('%s opens no debugger at SIGUSR1', async (_, words) => {
  const store = join(await temporaryFolder(), 'store');
  const child = spawn(
    process.execPath,
    words.map((word) => (word === 'STORE' ? store : word)),
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await delay(1500);
  child.kill('SIGUSR1');
  await delay(300);
  expect({ said, code: child.exitCode }).toEqual({ said: '', code: null });
  child.kill('SIGKILL');
  await once(child, 'exit');
});

let archive: Buffer;
/** An image whose program may ask to be traced. */
let tracer: Buffer;
beforeAll(async () => {
  archive = dockerArchive([shellImage()]);
  tracer = await tracerImage();
});

/** Says that it has started and waits for ever, without handlers for signals; with a word as one that is traced. */
const program = `#include <sys/ptrace.h>
#include <unistd.h>
int main(int words, char **word) {
  if (words > 1 && ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) return 1;
  if (write(1, "started\\n", 8) != 8) return 1;
  for (;;) pause();
}
`;

async function tracerImage(): Promise<Buffer> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'tracer.c'), program);
  await must('gcc', ['-static', '-o', join(folder, 'tracer'), join(folder, 'tracer.c')]);
  const { layers, ...rest } = shellImage('rig/tracer:1.0');
  const content = readFileSync(join(folder, 'tracer'));
  return dockerArchive([
    { ...rest, layers: [...layers, { files: [{ path: 'bin/tracer', content, mode: 0o755 }] }] },
  ]);
}

describe.each(runtimes)('%s', (runtime) => {
  test('gives a command pipes as its streams, no file of this machine that it could write to', async () => {
    const folder = await temporaryFolder();
    const [store, secret, file] = ['store', 'secret', 'in.tar'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(file, archive);
    await writeFile(secret, 'original\n');
    await must(process.execPath, [script, '--store', store, 'load', '-q', '-i', file]);
    const words =
      'readlink /proc/self/fd/0; readlink /proc/self/fd/1; (echo changed > /proc/self/fd/0) 2>&1; echo said > /dev/stdout; cat';
    const command = [process.execPath, script, '--store', store, 'run', 'rig/shell:1.0', 'sh', '-c', words];
    const stdout = await must('/bin/sh', ['-c', '"$@" < "$INPUT"', 'sh', ...command], {
      env: { INPUT: secret, STRATIGRAPH_RUNTIME: runtime },
    });
    expect(stdout.split('\n').filter((line) => line !== 'changed')).toEqual([
      expect.stringMatching(/^pipe:/),
      expect.stringMatching(/^pipe:/),
      'said',
      'original',
      '',
    ]);
    expect(readFileSync(secret, 'utf8')).toBe('original\n');
  });

  test('hands on every signal that the command may mean something by, and opens no debugger', async () => {
    const store = join(await temporaryFolder(), 'store');
    const own = (...words: string[]): ChildProcess =>
      spawn(process.execPath, [script, '--store', store, ...words], {
        env: { ...process.env, STRATIGRAPH_RUNTIME: runtime },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
    const load = own('load', '-q');
    load.stdin?.end(archive);
    await once(load, 'exit');
    const signals = ['USR1', 'QUIT', 'USR2', 'ALRM', 'PWR'];
    const trap = signals.map((name) => `trap 'echo got ${name}' ${name}`).join('; ');
    const child = own(
      'run',
      'rig/shell:1.0',
      'sh',
      '-c',
      `${trap}; trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done`,
    );
    let said = '';
    child.stdout?.on('data', (bytes: Buffer) => (said += bytes.toString()));
    let noted = '';
    child.stderr?.on('data', (bytes: Buffer) => (noted += bytes.toString()));
    const until = async (text: string): Promise<void> => {
      while (!said.includes(text) && child.exitCode === null && child.signalCode === null) await delay(10);
      expect(said).toContain(text);
    };
    await until('ready');
    for (const name of signals) {
      child.kill(`SIG${name}` as NodeJS.Signals);
      await until(`got ${name}\n`);
    }
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number];
    expect(noted).not.toContain('ebugger');
    expect({ code, said }).toEqual({
      code: 7,
      said: ['ready', ...signals.map((name) => `got ${name}`), ''].join('\n'),
    });
  });

  test('gets with a terminal no file of this machine as its errors either', async () => {
    const folder = await temporaryFolder();
    const [store, file, seen, errors] = ['store', 'in.tar', 'seen', 'errors'].map((name) =>
      join(folder, name),
    ) as [string, string, string, string];
    await writeFile(file, archive);
    await must(process.execPath, [script, '--store', store, 'load', '-q', '-i', file]);
    // In the runtime's place: it says what it was given, and that what it says is handed on.
    const watched = join(folder, basename(runtime));
    const words = `case "$*" in *" --log "*) its=$(readlink /proc/$$/fd/[012]); echo "$its" > ${seen}; echo said >&2;; esac`;
    await writeFile(watched, `#!/bin/sh\n${words}\nexec ${runtime} "$@"\n`, { mode: 0o755 });
    const command = `"${process.execPath}" "${script}" --store "${store}" run rig/shell:1.0 sh -c "echo out" 2> "${errors}"`;
    const shown = await must('script', ['-qec', command, '/dev/null'], {
      env: { STRATIGRAPH_RUNTIME: watched },
    });
    expect(shown).toContain('out');
    expect(readFileSync(seen, 'utf8').split('\n')).toEqual([
      expect.stringMatching(/^\/dev\/pts\//),
      expect.stringMatching(/^\/dev\/pts\//),
      expect.stringMatching(/^pipe:/),
      '',
    ]);
    expect(readFileSync(errors, 'utf8')).toContain('said\n');
  });
});

/** A word in the command line of what runs in the container, so that it is found. */
let marks = 0;

const runsOf = (store: string): string[] =>
  (existsSync(join(store, 'run')) ? readdirSync(join(store, 'run')) : []).filter((name) => name !== 'state');

/** Processes of this machine with a word in their command line. */
function processesWith(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}

/** When a run is as far as that; null for the moment at which the command has said something. */
const moments: Readonly<Record<string, ((store: string, id: string, state: string) => boolean) | null>> = {
  // A folder without its owner's name is left to a later sweep: for a minute it may be about to get one.
  'has a name': (store, id) =>
    (statSync(join(store, 'run', id, 'owner'), { throwIfNoEntry: false })?.size ?? 0) > 0,
  'has its config': (store, id) => existsSync(join(store, 'run', id, 'config.json')),
  'is known to the runtime': (_store, id, state) => existsSync(join(state, id)),
  runs: null,
};

/** Who runs our command line: the words that do it, with a store and a home of his own. */
let user: OrdinaryUser;

const callerOf = (who: 'root' | 'user'): Promise<RunCaller> => runCaller(who, user);

describe.runIf(process.getuid?.() === 0 && runtimes.length > 0)('a run whose command line is ended', () => {
  beforeAll(async () => {
    user = await makeOrdinaryUser();
    await writeFile(join(user.place, 'shell.tar'), archive);
    await writeFile(join(user.place, 'tracer.tar'), tracer);
  });
  afterAll(() => user.remove());

  const environment = (runtime: string): NodeJS.ProcessEnv => ({
    ...process.env,
    STRATIGRAPH_RUNTIME: runtime,
    STRATIGRAPH_WORKER: undefined,
    STRATIGRAPH_HELPER: undefined,
  });
  const begin = (caller: RunCaller, runtime: string, ...more: string[]): ChildProcess => {
    const [program = '', ...words] = caller.words;
    const options = {
      cwd: '/',
      env: environment(runtime),
      stdio: ['ignore', 'pipe', 'pipe'] satisfies StdioOptions,
    };
    return spawn(program, [...words, ...more], options);
  };
  const call = (caller: RunCaller, runtime: string, ...more: string[]): Promise<string> => {
    const [program = '', ...words] = caller.words;
    return must(program, [...words, ...more], { cwd: '/', env: environment(runtime) });
  };
  const everybody = ['root', 'user'] as const;

  const stubborn = [
    ['ignores them', 'shell', ['sh', '-c', 'trap "" TERM INT HUP; echo started; while :; do sleep 1; done']],
    ['asked to be traced', 'tracer', ['tracer', 'traced']],
  ] as const;
  const cases = everybody.flatMap((who) =>
    runtimes.flatMap((runtime) => stubborn.map((each) => [who, runtime, ...each] as const)),
  );
  test.each(cases)(
    'by a second signal, as %s, with %s, is cleaned up when the first process of its container %s',
    async (who, runtime, _, image, command) => {
      const caller = await callerOf(who);
      await call(caller, runtime, 'load', '-q', '-i', join(user.place, `${image}.tar`));
      const mark = `mark-${process.pid}-${marks++}-end`;
      const child = begin(caller, runtime, 'run', '-e', `MARK=${mark}`, `rig/${image}:1.0`, ...command);
      const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
      let out = '';
      await new Promise<void>((resolve) => {
        child.stdout?.on('data', (text: Buffer) => {
          out += text.toString();
          if (out.includes('started')) resolve();
        });
        void exit.then(() => resolve());
      });
      expect(out).toBe('started\n');
      const [id = ''] = runsOf(caller.store);
      expect(existsSync(join(caller.state, basename(runtime), id))).toBe(true);
      child.kill('SIGTERM');
      await delay(300);
      expect(child.exitCode).toBe(null);
      child.kill('SIGHUP');
      expect(await exit).toEqual([137, null]);
      expect(runsOf(caller.store)).toEqual([]);
      expect(existsSync(join(caller.state, basename(runtime), id))).toBe(false);
      expect(processesWith(id)).toEqual([]);
      expect(
        readFileSync('/proc/mounts', 'utf8')
          .split('\n')
          .filter((line) => line.includes(caller.store)),
      ).toEqual([]);
      expect(
        readdirSync(join(caller.store, 'mounts')).filter(
          (name) => name.endsWith('.json') && name.startsWith('mount-'),
        ),
      ).toEqual([]);
    },
  );

  const [first = ''] = runtimes;

  test('by a second signal, also when nobody takes what the command writes', async () => {
    const caller = await callerOf('root');
    await call(caller, first, 'load', '-q', '-i', join(user.place, 'shell.tar'));
    const mark = `mark-${process.pid}-${marks++}-end`;
    const flood = `trap "" TERM; while :; do echo ${'y'.repeat(1000)}; done # ${mark}`;
    const child = begin(caller, first, 'run', 'rig/shell:1.0', 'sh', '-c', flood);
    const exit = once(child, 'exit');
    child.stdout?.pause();
    while (!runsOf(caller.store).some((id) => existsSync(join(caller.state, basename(first), id))))
      await delay(10);
    await delay(500);
    child.kill('SIGTERM');
    await delay(100);
    child.kill('SIGTERM');
    expect(await exit).toEqual([137, null]);
    expect(processesWith(mark)).toEqual([]);
    expect(runsOf(caller.store)).toEqual([]);
  });

  // `null`: whichever is found first.
  const pairs = everybody.flatMap((who) =>
    runtimes.flatMap((one) => [...runtimes, null].map((other) => [who, one, other] as const)),
  );
  test.runIf(runtimes.length > 1).each(pairs)(
    'by SIGKILL, as %s, with %s, leaves nothing after a command with %s',
    async (who, runtime, other) => {
      const caller = await callerOf(who);
      await call(caller, runtime, 'load', '-q', '-i', join(user.place, 'shell.tar'));
      const mark = `mark-${process.pid}-${marks++}-end`;
      const child = begin(
        caller,
        runtime,
        'run',
        'rig/shell:1.0',
        'sh',
        '-c',
        `echo up; while :; do sleep 1; done # ${mark}`,
      );
      const exit = once(child, 'exit');
      await once(child.stdout as NodeJS.ReadableStream, 'data');
      child.kill('SIGKILL');
      await exit;
      expect(processesWith(mark)).not.toEqual([]);
      await call(caller, other ?? '', 'run', 'rig/shell:1.0', 'true');
      await delay(200);
      expect(processesWith(mark)).toEqual([]);
      expect(runsOf(caller.store)).toEqual([]);
    },
  );

  test.each(runtimes)('%s keeps a command within the limits of who started it', async (runtime) => {
    const caller = await callerOf('root');
    await call(caller, runtime, 'load', '-q', '-i', join(user.place, 'shell.tar'));
    const own = '/sys/fs/cgroup/pids';
    if (!existsSync(join(own, 'cgroup.procs'))) return;
    const limit = join(own, `stratigraph-test-${process.pid}`);
    mkdirSync(limit);
    try {
      writeFileSync(join(limit, 'pids.max'), '60');
      const script = `echo $$ > ${limit}/cgroup.procs; exec "$@"`;
      const words = [...caller.words, 'run', 'rig/shell:1.0', 'sh', '-c'];
      const many = 'i=0; while [ $i -lt 100 ]; do sleep 5 & i=$((i+1)); done; echo all';
      const { code, stdout } = await run('/bin/sh', ['-c', script, 'sh', ...words, many], {
        cwd: '/',
        env: environment(runtime),
      });
      expect([code === 0, stdout]).not.toEqual([true, 'all\n']);
      expect(readdirSync(limit).filter((name) => name.startsWith('stratigraph-'))).toEqual([]);
    } finally {
      while (readFileSync(join(limit, 'cgroup.procs'), 'utf8') !== '') await delay(50);
      rmdirSync(limit);
    }
  });

  const each = [
    ...runtimes.map((runtime) => ['SIGKILL', 'root', runtime] as const),
    ['SIGKILL', 'user', first] as const,
    ...(['SIGTERM', 'SIGINT'] as const).map((signal) => [signal, 'root', first] as const),
  ];

  test.each(each)(
    'by %s, as %s, with %s, leaves nothing after the next command',
    async (signal, who, runtime) => {
      const caller = await callerOf(who);
      const { store } = caller;
      const next = (...words: string[]): Promise<string> => call(caller, runtime, ...words);
      await next('load', '-q', '-i', join(user.place, 'shell.tar'));
      const ids = new Set<string>();
      for (const [moment, reached] of Object.entries(moments)) {
        const mark = `mark-${process.pid}-${marks++}-end`;
        const command = `trap "exit 3" TERM INT; echo started; while :; do sleep 1; done # ${mark}`;
        const child = begin(caller, runtime, 'run', 'rig/shell:1.0', 'sh', '-c', command);
        const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
        let out = '';
        child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
        const there = (): boolean => {
          const id = runsOf(store)[0];
          if (id !== undefined) ids.add(id);
          return reached === null
            ? out.includes('started')
            : id !== undefined && reached(store, id, join(caller.state, basename(runtime)));
        };
        while (child.exitCode === null && !there()) await delay(2);
        child.kill(signal);
        // As a person presses Ctrl+C again: a command that has not said yet what it does with a signal does not get it.
        const again = moment === 'runs' ? null : setInterval(() => child.kill(signal), 200);
        const [code] = await exit;
        if (again) clearInterval(again);
        if (moment === 'runs' && signal !== 'SIGKILL') {
          // The command was told, and answered; we cleaned up ourselves.
          expect(code).toBe(3);
          expect(runsOf(store)).toEqual([]);
        }
        // What starts a moment later is found, too.
        await next('run', 'rig/shell:1.0', 'true');
        expect(runsOf(store), moment).toEqual([]);
        await delay(200);
        expect(processesWith(mark), moment).toEqual([]);
      }
      expect(ids.size).toBe(Object.keys(moments).length);
      const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
      expect(mounts.filter((line) => line.includes(store))).toEqual([]);
      const known = readdirSync(caller.state, { recursive: true, encoding: 'utf8' });
      expect(known.filter((name) => ids.has(basename(name)))).toEqual([]);
      const trees = existsSync('/sys/fs/cgroup') ? ['.', ...readdirSync('/sys/fs/cgroup')] : [];
      const cgroups = trees.flatMap((tree) => [...ids].map((id) => join('/sys/fs/cgroup', tree, id)));
      expect(cgroups.filter((path) => existsSync(path))).toEqual([]);
    },
  );
});
