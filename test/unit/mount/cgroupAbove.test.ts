import { expect, test } from 'vitest';
import { groupAbove, isLimited } from '../../../electron/run/cgroups';

/** Where a run's cgroup of the second kind is made, by who makes it and what holds for us. */

test('a group is made below ours, by crun beside one that has processes and no limits', () => {
  const session = '/user.slice/user-0.slice/session-1.scope';
  for (const limited of [false, true]) {
    expect(groupAbove(session, 'runc', limited)).toBe(session);
    for (const runtime of ['crun', 'runc']) expect(groupAbove('/', runtime, limited)).toBe('/');
  }
  expect(groupAbove(session, 'crun', false)).toBe('/user.slice/user-0.slice');
  expect(groupAbove('/one', 'crun', false)).toBe('/');
  // Beside it the run would leave them.
  expect(groupAbove(session, 'crun', true)).toBe(null);
});

test('a group limits by any of its files', () => {
  const free: Readonly<Record<string, string>> = {
    'memory.max': 'max\n',
    'memory.high': 'max\n',
    'memory.swap.max': 'max\n',
    'cpu.max': 'max 100000\n',
    'pids.max': 'max\n',
    'io.max': '',
    'cpuset.cpus': '\n',
  };
  const limits = { 'memory.max': '1048576\n', 'memory.high': '1\n', 'memory.swap.max': '0\n' };
  const more = {
    'cpu.max': '5000 100000\n',
    'pids.max': '99\n',
    'io.max': '8:0 rbps=1\n',
    'cpuset.cpus': '0\n',
  };
  expect(isLimited(() => null)).toBe(false);
  expect(isLimited((file) => free[file] ?? null)).toBe(false);
  for (const [file, text] of Object.entries({ ...limits, ...more }))
    expect(
      isLimited((each) => (each === file ? text : (free[each] ?? null))),
      file,
    ).toBe(true);
});
