import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { runtimeHome } from '../../../electron/actions/runtimeHome';
import { isAlive, newOwner, ownerOf } from '../../../electron/store/owner';
import { dockerArchive } from '../../setup/imageBuilder';
import { findCommand, must } from '../../setup/run';
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

let archive: Buffer;
beforeAll(() => {
  archive = dockerArchive([shellImage()]);
});

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
const moments: Readonly<Record<string, ((store: string, id: string) => boolean) | null>> = {
  // A folder without its owner's name is left to a later sweep: for a minute it may be about to get one.
  'has a name': (store, id) =>
    (statSync(join(store, 'run', id, 'owner'), { throwIfNoEntry: false })?.size ?? 0) > 0,
  'has its config': (store, id) => existsSync(join(store, 'run', id, 'config.json')),
  'is known to the runtime': (_store, id) => existsSync(join(runtimeHome(), id)),
  runs: null,
};

describe.runIf(process.getuid?.() === 0 && runtimes.length > 0)('a run whose command line is ended', () => {
  const [first] = runtimes;
  const each = [
    ...runtimes.map((runtime) => ['SIGKILL', runtime] as const),
    ...(first ? (['SIGTERM', 'SIGINT'] as const).map((signal) => [signal, first] as const) : []),
  ];

  test.each(each)('by %s, with %s, leaves nothing after the next command', async (signal, runtime) => {
    const folder = await temporaryFolder();
    const store = join(folder, 'store');
    await writeFile(join(folder, 'shell.tar'), archive);
    const env = { ...process.env, STRATIGRAPH_RUNTIME: runtime, STRATIGRAPH_WORKER: undefined };
    const ours = (...words: string[]): ChildProcess =>
      spawn(process.execPath, [script, '--store', store, ...words], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const next = (...words: string[]): Promise<string> =>
      must(process.execPath, [script, '--store', store, ...words], { env });
    await next('load', '-q', '-i', join(folder, 'shell.tar'));
    const ids = new Set<string>();
    for (const [moment, reached] of Object.entries(moments)) {
      const mark = `mark-${process.pid}-${marks++}-end`;
      const command = `trap "exit 3" TERM INT; echo started; while :; do sleep 1; done # ${mark}`;
      const child = ours('run', 'rig/shell:1.0', 'sh', '-c', command);
      const exit = once(child, 'exit') as Promise<[number | null, string | null]>;
      let out = '';
      child.stdout?.on('data', (text: Buffer) => (out += text.toString()));
      const there = (): boolean => {
        const id = runsOf(store)[0];
        if (id !== undefined) ids.add(id);
        return reached === null ? out.includes('started') : id !== undefined && reached(store, id);
      };
      while (child.exitCode === null && !there()) await delay(2);
      // As a person presses Ctrl+C again: a command that has not said yet what it does with a signal does not get it.
      const again = setInterval(() => child.kill(signal), 200);
      child.kill(signal);
      const [code] = await exit;
      clearInterval(again);
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
    expect(readdirSync(runtimeHome()).filter((name) => ids.has(name))).toEqual([]);
    const trees = existsSync('/sys/fs/cgroup') ? ['.', ...readdirSync('/sys/fs/cgroup')] : [];
    const cgroups = trees.flatMap((tree) => [...ids].map((id) => join('/sys/fs/cgroup', tree, id)));
    expect(cgroups.filter((path) => existsSync(path))).toEqual([]);
  });
});
