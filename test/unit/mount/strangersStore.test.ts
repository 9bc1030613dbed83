import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { privateHome } from '../../../electron/store/homes';
import { newOwner } from '../../../electron/store/owner';
import { dockerArchive } from '../../setup/imageBuilder';
import { findCommand, must, run } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import { temporaryFolder } from '../../setup/temporary';

/** Stores that somebody else prepared: what they say of runs and mounts ends nothing, starts nothing and unmounts nothing. */

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
const runtimes = ['crun', 'runc'].flatMap((name) => findCommand(name) ?? []);

const archive = dockerArchive([shellImage()]);

const cli = (store: string, ...words: string[]): Promise<string> =>
  must(process.execPath, [script, '--store', store, ...words]);

/** A store with an image in a folder of its own. */
async function freshStore(): Promise<{ at: string; store: string }> {
  const at = await temporaryFolder();
  await writeFile(join(at, 'shell.tar'), archive);
  await cli(join(at, 'store'), 'load', '-q', '-i', join(at, 'shell.tar'));
  return { at, store: join(at, 'store') };
}

/** An owner as a process of this boot wrote it that is gone: what another user of this machine could know. */
const gone = (): string => JSON.stringify({ ...newOwner(), pid: 4_194_000, start: '1' });

/** Makes a folder as old as what a process left long ago. */
const age = (path: string): void => utimesSync(path, 1e9, 1e9);

/** What a runtime has written of a container while that ran, as a folder; the container has ended since. */
async function recordOf(runtime: string, { at: to, store }: { at: string; store: string }): Promise<string> {
  const words = [script, '--store', store, 'run', 'rig/shell:1.0', 'sh', '-c', 'echo up; sleep 60'];
  const child = spawn(process.execPath, words, {
    env: { ...process.env, STRATIGRAPH_RUNTIME: runtime },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  const [id = ''] = readdirSync(join(store, 'run')).filter((name) => name.startsWith('stratigraph-'));
  cpSync(join(privateHome('run'), basename(runtime), id), join(to, 'record'), {
    recursive: true,
    filter: (path) => basename(path) !== 'exec.fifo' && basename(path) !== 'notify',
  });
  child.kill('SIGKILL');
  await exit;
  await cli(store, 'gc');
  return id;
}

/** Has a record name a program as a hook of the container's end. */
async function addHook(record: string, program: string): Promise<void> {
  for (const [name, key] of [
    ['state.json', 'config'],
    ['config.json', null],
  ] as const) {
    const path = join(record, name);
    if (!existsSync(path)) continue;
    const document = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
    const hooks = { poststop: [{ path: '/bin/sh', args: ['sh', '-c', program] }] };
    if (key === null) document['hooks'] = hooks;
    else {
      const config = document[key] as Record<string, unknown>;
      config['Hooks'] = { ...(config['Hooks'] as object | null), ...hooks };
      config['hooks'] = config['Hooks'];
    }
    await writeFile(path, JSON.stringify(document));
  }
}

describe.runIf(process.getuid?.() === 0)('a store from elsewhere', () => {
  test.each(runtimes)('with a record of %s that names a program runs nothing', async (runtime) => {
    const fresh = await freshStore();
    const { at, store } = fresh;
    const id = await recordOf(runtime, fresh);
    const canary = join(at, 'canary');
    await addHook(join(at, 'record'), `echo out > ${canary}`);
    // The record is one: the runtime itself believes it.
    mkdirSync(join(at, 'believed'));
    cpSync(join(at, 'record'), join(at, 'believed', id), { recursive: true });
    await run('sh', [
      '-c',
      '"$0" --root "$1" delete --force "$2" || true',
      runtime,
      join(at, 'believed'),
      id,
    ]);
    if (basename(runtime) === 'runc') expect(existsSync(canary)).toBe(true);
    await must('rm', ['-f', canary]);
    for (const owner of [null, gone()])
      for (const words of [['gc'], ['workspace', 'ls'], ['run', 'rig/shell:1.0', 'true']]) {
        const bundle = join(store, 'run', id);
        mkdirSync(bundle, { recursive: true });
        if (owner !== null) await writeFile(join(bundle, 'owner'), owner);
        for (const place of [join(store, 'run', 'state', id), join(bundle, id)])
          cpSync(join(at, 'record'), place, { recursive: true });
        age(bundle);
        await cli(store, ...words);
        await delay(20);
        expect(existsSync(canary), words.join(' ')).toBe(false);
      }
    await cli(store, 'gc');
    expect(readdirSync(join(store, 'run')).filter((name) => name.startsWith('stratigraph-'))).toEqual([]);
  });

  test('with links and records that lead to mounts of the host unmounts none of them', async () => {
    const { at, store } = await freshStore();
    const [host, own] = [join(at, 'host', 'merge'), join(at, 'own')];
    for (const path of [host, own]) {
      mkdirSync(path, { recursive: true });
      await must('mount', ['-t', 'tmpfs', 'canary', path]);
    }
    const guide = join(store, 'guide', '0123456789ab');
    const bundle = join(store, 'run', 'stratigraph-0123456789ab');
    for (const path of [guide, bundle]) mkdirSync(path, { recursive: true });
    symlinkSync(join(at, 'host'), join(guide, 'house'));
    symlinkSync(host, join(bundle, 'root'));
    for (const path of [guide, bundle]) await writeFile(join(path, 'owner'), gone());
    mkdirSync(join(store, 'mounts'), { recursive: true });
    const [{ Id: image = '' } = {}] = JSON.parse(await cli(store, 'inspect', 'rig/shell:1.0')) as {
      Id?: string;
    }[];
    const record = {
      kind: 'image',
      image,
      name: 'rig/shell:1.0',
      base: null,
      since: 1,
      kept: false,
      key: 'root',
    };
    const owner = JSON.parse(gone()) as object;
    for (const [i, target] of [host, own, join(at, 'host')].entries()) {
      const id = `mount-00000000000${i}`;
      await writeFile(
        join(store, 'mounts', `${id}.mount.json`),
        JSON.stringify({ ...record, id, target, owner }),
      );
    }
    for (const words of [['gc'], ['umount', '-a'], ['umount', '-l', '-a'], ['gc']])
      await run(process.execPath, [script, '--store', store, ...words]);
    const mounts = readFileSync('/proc/mounts', 'utf8');
    for (const path of [host, own]) await run('umount', ['-l', path]);
    for (const path of [host, own]) expect(mounts).toContain(` ${path} `);
    expect(existsSync(guide)).toBe(false);
  });

  test('a mount that somebody made in a workspace is not committed away', async () => {
    const { store } = await freshStore();
    await cli(store, 'workspace', 'create', 'rig/shell:1.0', 'w');
    const tree = (await cli(store, 'workspace', 'path', 'w')).trim();
    const inner = join(tree, 'inner');
    mkdirSync(inner);
    await must('mount', ['-t', 'tmpfs', 'canary', inner]);
    await writeFile(join(inner, 'only'), 'copy');
    const refused = await run(process.execPath, [script, '--store', store, 'commit', 'w', 'n:1']);
    expect({ code: refused.code, said: refused.stderr }).toEqual({
      code: 1,
      said: expect.stringContaining('mount (/inner)') as string,
    });
    expect(readFileSync(join(inner, 'only'), 'utf8')).toBe('copy');
    await must('umount', [inner]);
    await cli(store, 'commit', 'w', 'n:1');
    await cli(store, 'umount', '-a');
    await cli(store, 'workspace', 'rm', 'w');
  });
});

test.runIf(process.getuid?.() === 0)(
  'refuses what stands in the place of an empty layer, in a sentence',
  async () => {
    const { store } = await freshStore();
    const layers = join(store, 'cache', 'layers', 'root');
    mkdirSync(layers, { recursive: true });
    for (const [make, words] of [
      [['mkfifo', 'empty-0'], /cache\/layers\/root\/empty-0 in it is no folder/],
      [['touch', 'empty-0'], /cache\/layers\/root\/empty-0 in it is no folder/],
      [['mkdir', '-p', 'empty-0/in'], /cache\/layers\/root\/empty-0 in it is not empty/],
    ] as const) {
      await must('rm', ['-rf', join(layers, 'empty-0')]);
      const [program, ...rest] = make;
      await must('env', ['-C', layers, program, ...rest]);
      const ended = await run(process.execPath, [script, '--store', store, 'mount', 'rig/shell:1.0@1']);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(words);
    }
  },
);

const workspaceFolders = ['upper-1', 'work-1', 'base', 'merged'];

test.each(workspaceFolders)('a workspace with something else for %s says so', async (name) => {
  const { store } = await freshStore();
  await cli(store, 'workspace', 'create', 'rig/shell:1.0', 'w');
  const path = join(store, 'workspaces', 'w', name);
  for (const make of [['mkfifo', path] as const, ['touch', path] as const]) {
    rmSync(path, { recursive: true });
    await must(make[0], [make[1]]);
    for (const words of [
      ['path', 'w'],
      ['diff', 'w'],
    ]) {
      const { code, stderr } = await run(process.execPath, [script, '--store', store, 'workspace', ...words]);
      expect(code).toBe(1);
      expect(stderr).toContain(`workspaces/w/${name} in it is no folder`);
    }
  }
  await cli(store, 'workspace', 'rm', 'w');
  expect(readdirSync(join(store, 'workspaces'))).not.toContain('w');
});

test('a workspace of a copy without empty folders is mounted; one without its changes is not taken for one that has none', async () => {
  const { store } = await freshStore();
  await cli(store, 'workspace', 'create', 'rig/shell:1.0', 'w');
  const folder = join(store, 'workspaces', 'w');
  await writeFile(join(folder, 'upper-1', 'note'), 'kept');
  for (const name of ['work-1', 'base', 'merged']) rmSync(join(folder, name), { recursive: true });
  expect(await cli(store, 'workspace', 'diff', 'w')).toContain('A /note');
  rmSync(join(folder, 'upper-1'), { recursive: true });
  const { code, stderr } = await run(process.execPath, [script, '--store', store, 'workspace', 'diff', 'w']);
  expect(code).toBe(1);
  expect(stderr).toContain('workspaces/w/upper-1 in it is no folder');
});
