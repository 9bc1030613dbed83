import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { runPlaces, type RunTree } from '../../../electron/actions/runs/runPlaces';
import type { Runtime } from '../../../electron/run/findRuntime';
import { probeGuards } from '../../../electron/run/probeGuards';
import { runQuietly } from '../../../electron/namespace/runQuietly';
import { isAlive, ownerOf } from '../../../electron/store/owner';
import { problem } from '../../../shared/image/problem';
import { problemFacts, temporaryFolder } from '../../setup/temporary';

/** Programs that we start for ourselves: what they say, and that none of them holds us up. */

const repository = join(import.meta.dirname, '..', '..', '..');
const linux = process.platform === 'linux';
const root = linux && process.getuid?.() === 0;

describe.runIf(linux)('a program that runs aside', () => {
  const sh = (script: string, time?: number): ReturnType<typeof runQuietly> =>
    runQuietly(['/bin/sh', '-c', script], time === undefined ? {} : { time });

  test('gives its code, the first that it wrote and the last that it said', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({ code: 3, said: 'err', wrote: 'out\n' });
    expect(await runQuietly(['/no/such/program'])).toMatchObject({ code: null });
    const long = await sh('i=0; while [ $i -lt 3000 ]; do echo line $i; echo line $i >&2; i=$((i+1)); done');
    expect(long.wrote.startsWith('line 0\n')).toBe(true);
    expect(long.said.endsWith('line 2999')).toBe(true);
  });

  test('that cannot be started for want of descriptors says so, and ends nobody', () => {
    // All that may be open is: whoever starts programs has neither pipes nor a process.
    const source = `import { runQuietly } from ${JSON.stringify(join(repository, 'electron/namespace/runQuietly.ts'))};
      import { startRemotePool } from ${JSON.stringify(join(repository, 'electron/namespace/remotePool.ts'))};
      import { openSync, closeSync } from 'node:fs';
      async function main() {
        const open = [];
        try { for (;;) open.push(openSync('/dev/null', 'r')); } catch {}
        const quiet = await runQuietly(['/bin/true']).then(() => null, (fault) => fault.message);
        const pool = await startRemotePool(['/bin/true'], {}).then(() => null, (fault) => fault.message);
        for (const fd of open) closeSync(fd);
        console.log(JSON.stringify({ quiet, pool }));
      }
      void main();`;
    const { outputFiles } = buildSync({
      stdin: { contents: source, resolveDir: repository, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      write: false,
    });
    const script = join(mkdtempSync(join(tmpdir(), 'stratigraph-short-')), 'short.cjs');
    try {
      writeFileSync(script, outputFiles[0]?.contents ?? '');
      const ended = spawnSync('/bin/sh', ['-c', 'ulimit -n 64; exec "$0" "$1"', process.execPath, script]);
      expect(ended.stderr.toString()).toBe('');
      expect(JSON.parse(ended.stdout.toString())).toEqual({
        quiet: 'system-short {"of":"files"}',
        pool: 'system-short {"of":"files"}',
      });
    } finally {
      rmSync(dirname(script), { recursive: true });
    }
  });

  test('is ended with what it has started when it does not end', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'pid');
    const ended = await sh(`sleep 1000 & echo $! > ${file}; wait`, 500);
    expect(ended).toMatchObject({ code: null, said: '/bin/sh does not end' });
    const child = ownerOf(Number(readFileSync(file, 'utf8')));
    while (isAlive(child) === true) await delay(10);
  });

  test('is not waited for when only what it has left behind holds its output open', async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'pid');
    expect(await sh(`sleep 1000 & echo $! > ${file}; exit 3`)).toMatchObject({ code: 3 });
    process.kill(Number(readFileSync(file, 'utf8')), 'SIGKILL');
  });
});

describe.runIf(root)('what a runtime can do', () => {
  /** A runtime of our own: the words say how often it is killed before it answers. */
  async function runtimeOf(killed: number): Promise<{ runtime: Runtime; folder: string; state: string }> {
    const folder = await temporaryFolder();
    const path = join(folder, 'crun');
    const state = join(folder, 'state');
    mkdirSync(state);
    writeFileSync(
      path,
      `#!/bin/sh
case "$*" in *" run --bundle "*) ;; *) exit 0;; esac
echo x >> ${folder}/asked
[ $(wc -l < ${folder}/asked) -gt ${killed} ] || kill -9 $$
echo "no such file: /no-such-program" >&2; exit 1
`,
    );
    chmodSync(path, 0o755);
    return { runtime: { name: 'crun', path, version: '1', seccomp: false }, folder, state };
  }

  const ask = ({ runtime, state }: Awaited<ReturnType<typeof runtimeOf>>, bundle: string): Promise<boolean> =>
    probeGuards({ runtime, enter: [], asRoot: true, state }, bundle, 'stratigraph-probe', 'root').then(
      ({ deviceRules }) => deviceRules,
    );

  test('is asked again where it could not be asked', async () => {
    const its = await runtimeOf(0);
    // No folder can be made in a file.
    await expect(ask(its, its.runtime.path)).rejects.toThrow('ENOTDIR');
    expect(await ask(its, its.folder)).toBe(true);
    expect(await ask(its, its.runtime.path)).toBe(true);
    expect(readFileSync(join(its.folder, 'asked'), 'utf8')).toBe('x\n');
  });

  test('is asked again where it was ended', async () => {
    const its = await runtimeOf(1);
    expect([await ask(its, its.folder), await ask(its, its.folder)]).toEqual([false, true]);
  });
});

describe('users of a tree', () => {
  const treeWith = (fault: () => Error): RunTree => {
    const run = (job: string, { paths }: { readonly paths: readonly string[] }): Promise<unknown> =>
      job === 'resolve-inside'
        ? Promise.resolve(
            paths.map((path) => ({
              kind: /^\/?etc\//.test(path) ? 'file' : 'directory',
              path,
              linked: false,
            })),
          )
        : Promise.reject(fault());
    return { privileged: { pool: { run } }, root: '/', name: 'image' } as unknown as RunTree;
  };

  test('are none where the file is gone, and a reason not to start where it cannot be read', async () => {
    const gone = treeWith(() => problem('file-not-found', { path: 'etc/passwd' }));
    expect(await runPlaces(gone, '/', false)).toMatchObject({ passwd: '', group: '' });
    const broken = treeWith(() => problem('file-unreadable', { path: 'etc/passwd', reason: 'EIO' }));
    await problemFacts(runPlaces(broken, '/', false), 'file-unreadable');
  });
});
