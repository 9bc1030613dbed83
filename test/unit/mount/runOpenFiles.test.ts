import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shellWords } from '../../../electron/actions/runs/openTerminal';
import { callersSoftLimit, openFilesLimit, openFilesRlimits } from '../../../electron/run/openFiles';
import { dockerArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { findCommand, must } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import type { RunEnd } from '../../setup/userStory';

/** How many files a command may have open: what its caller may, though Node raises its own limit as it starts. */

const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);
const asking = 'ulimit -Sn; ulimit -Hn';
const hard = execFileSync('/bin/sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();

describe.runIf(process.getuid?.() === 0)('a run', () => {
  let user: OrdinaryUser;
  let folder: string;
  beforeAll(async () => {
    user = await makeOrdinaryUser();
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-files-'));
    await chmod(folder, 0o755);
    await writeFile(join(folder, 'shell.tar'), dockerArchive([shellImage()]));
  });
  afterAll(async () => {
    await user.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test.each(runtimes)('by %s has the limits of who called', async (runtime) => {
    const command = ['/bin/sh', '-c', asking];
    const input = JSON.stringify({
      store: join(folder, `store-${runtime.length}`),
      archive: join(folder, 'shell.tar'),
      runs: [{ image: 'rig/shell:1.0', command }],
    });
    const story = [...plainEnv({ STRATIGRAPH_RUNTIME: runtime }), user.node, user.script, 'runs'];
    // The shell stays: it is who calls.
    const words = ['-c', 'ulimit -Sn 300; "$@"; exit $?', 'sh', ...story];
    const told = JSON.parse(await must('/bin/sh', words, { input, cwd: '/' })) as {
      readonly ends: readonly RunEnd[];
    };
    expect(told.ends.map(({ problem }) => problem)).toEqual([null]);
    expect(told.ends[0]?.out.trim().split(/\s+/)).toEqual(['300', hard]);
  });
});

test('a caller is the nearest program that is another, and has its own limit', async () => {
  const caller = spawn('/bin/sh', ['-c', 'ulimit -Sn 321; echo ready; read -r end; :']);
  try {
    await once(caller.stdout, 'data');
    const pid = caller.pid ?? 0;
    expect(callersSoftLimit(pid)).toBe(321);
    expect(callersSoftLimit(process.pid)).toBe(callersSoftLimit(process.ppid));
    expect(callersSoftLimit(1)).toBeNull();
    expect(callersSoftLimit(0)).toBeNull();
  } finally {
    caller.stdin.end('end\n');
    await once(caller, 'close');
  }
  const limit = openFilesLimit();
  expect(limit?.hard).toBe(Number(hard));
  expect(limit?.soft).toBeLessThanOrEqual(Number(hard));
  expect(openFilesRlimits({ soft: 300, hard: 4000 })).toEqual([
    { type: 'RLIMIT_NOFILE', soft: 300, hard: 4000 },
  ]);
});

test('a shell of the window has that limit, and its folder', () => {
  const ask = (limit: Parameters<typeof shellWords>[2]): string => {
    const [program = '', ...words] = shellWords('/usr', '/bin/sh', limit);
    return execFileSync(program, words, { encoding: 'utf8', input: `${asking}; pwd\n` });
  };
  expect(ask({ soft: 123, hard: Number(hard) })).toBe(`123\n${hard}\n/usr\n`);
  expect(ask(null)).toMatch(/^\d+\n\d+\n\/usr\n$/);
});
