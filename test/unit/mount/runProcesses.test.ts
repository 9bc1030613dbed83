import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canLimitByUser, defaultProcesses, parseProcessLimit } from '../../../electron/run/processLimit';
import { run as runCommand } from '../../../electron/cli/commands/run';
import { dockerArchive } from '../../setup/imageBuilder';
import { makeOrdinaryUser, plainEnv, type OrdinaryUser } from '../../setup/ordinaryUser';
import { findCommand, must } from '../../setup/run';
import { shellImage } from '../../setup/shellImage';
import type { RunEnd, RunWish } from '../../setup/userStory';

/** How many processes a command can have: asked by having more and more of them. */

const runtimes = ['crun', 'runc'].map(findCommand).filter((path) => path !== null);
const asRoot = process.getuid?.() === 0;
const wanted = 150;
const limit = 60;

/** Counts aloud as long as another process can be had. */
const counting = `i=1; while [ $i -lt ${wanted} ]; do sleep 20 & i=$((i+1)); echo $i; done; kill $(cat /proc/1/task/1/children)`;
const most = ({ out }: RunEnd): number => Number(out.trim().split('\n').at(-1));

const wishes: readonly RunWish[] = [limit, null, undefined].map((processes) => ({
  image: 'rig/shell:1.0',
  command: ['/bin/sh', '-c', counting],
  ...(processes === undefined ? {} : { processes }),
}));

/** Limits with room for the command alone: nothing of ours is counted with it. */
const tiny: readonly RunWish[] = [1, 2, 3, 5].map((processes) => ({
  image: 'rig/shell:1.0',
  command: ['/bin/sh', '-c', `echo began; ${processes > 1 ? 'sleep 0 & wait; ' : ''}echo ended`],
  processes,
}));

let user: OrdinaryUser;
let folder: string;
let archive: string;
beforeAll(async () => {
  user = await makeOrdinaryUser();
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-processes-'));
  await chmod(folder, 0o755);
  archive = join(folder, 'shell.tar');
  await writeFile(archive, dockerArchive([shellImage()]));
});
afterAll(async () => {
  await user.remove();
  await rm(folder, { recursive: true, force: true });
});

interface Told {
  readonly ends: readonly RunEnd[];
}

function holds({ ends }: Told): readonly (string | null | undefined)[] {
  const [bound, unbound, usual, ...few] = ends;
  if (!bound || !unbound || !usual) throw new Error('no runs');
  expect([bound, unbound, usual].map(({ problem }) => problem)).toEqual([null, null, null]);
  const by = bound.guards?.processes;
  // What the runtime has of its own is counted by the user, and not by a cgroup.
  if (by === 'cgroup') expect(most(bound)).toBe(limit);
  if (by === 'rlimit') expect(most(bound)).toBeLessThanOrEqual(limit);
  if (by === 'rlimit') expect(most(bound)).toBeGreaterThan(limit / 2);
  if (by === null) expect(most(bound)).toBe(wanted);
  expect(bound.missing.includes('processes')).toBe(by === null);
  for (const each of few) {
    // A user's processes are those of the runtime, too: some limits are too low to start, and then the limit is what is named.
    if (by === 'rlimit') expect(each.problem ?? each.out).toMatch(/^(?:began\n(?:ended\n)?|run-limit-low)$/);
    else expect([each.problem, each.out]).toEqual([null, 'began\nended\n']);
  }
  expect(most(unbound)).toBe(wanted);
  expect(unbound.missing).not.toContain('processes');
  expect(most(usual)).toBe(wanted);
  return [bound, unbound, usual].map(({ guards }) => guards?.processes);
}

describe.runIf(asRoot)('root', () => {
  const settings = {
    'the cgroups of this machine': 'true',
    'no cgroups': 'umount -R /sys/fs/cgroup; umount -l /sys/fs/cgroup; true',
  };
  const pairs = runtimes.flatMap((runtime) =>
    Object.entries(settings).map(([kind, setting]) => [runtime, kind, setting] as const),
  );

  test.each(pairs)('by %s with %s has as many processes as asked for, or is told', async (...pair) => {
    const [runtime, kind, setting] = pair;
    const store = join(folder, `${kind}-${runtime.length}`);
    const shell = `{ ${setting}; } 2>/dev/null; exec "$@"`;
    const words = ['--mount', '--propagation', 'private', '--', '/bin/sh', '-c', shell, 'sh'];
    const story = [...plainEnv({ STRATIGRAPH_RUNTIME: runtime }), user.node, user.script, 'runs'];
    const input = JSON.stringify({ store, archive, runs: [...wishes, ...tiny] });
    const told = JSON.parse(await must('unshare', [...words, ...story], { input, cwd: '/' })) as Told;
    expect(new Set(holds(told)).size).toBe(1);
  });
});

describe.runIf(canLimitByUser('mapped') || asRoot)('an ordinary user', () => {
  const pairs = runtimes.flatMap((runtime) => ['mapped', 'single'].map((mode) => [runtime, mode] as const));

  test.each(pairs)('by %s with IDs %s has as many processes as asked for', async (runtime, mode) => {
    const store = join(user.folder, `${mode}-${runtime.length}`);
    const env = { STRATIGRAPH_RUNTIME: runtime, STRATIGRAPH_OVERLAY: mode };
    const told = await user.story<Told>('runs', { store, archive, runs: [...wishes, ...tiny] }, env);
    expect(holds(told)).toEqual(['rlimit', 'rlimit', 'rlimit']);
  });
});

test('a limit is written as for Docker', () => {
  const limits = { '-1': null, '0': null, '1': 1, '2048': 2048, '4194304': 4194304, '99999999': null };
  for (const [text, expected] of Object.entries(limits)) expect(parseProcessLimit(text)).toBe(expected);
  for (const text of ['', '-2', '1.5', '1e3', ' 1', 'x', '0x10', '٣', '9'.repeat(40)])
    expect(parseProcessLimit(text), text).toBe(undefined);
  expect(defaultProcesses).toBe(2048);
  expect(runCommand.options.find(({ long }) => long === 'pids-limit')?.help[0]).toContain('2048');
});
