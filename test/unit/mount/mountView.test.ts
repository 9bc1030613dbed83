import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePoints } from '../../../electron/mount/mountPoints';
import { placeMounts, resolveInside } from '../../../electron/mount/resolveInside';
import { problemOf } from '../../../shared/image/problem';
import { must } from '../../setup/run';
import { seeded } from '../../setup/randomLayers';
import { temporaryFolder } from '../../setup/temporary';

/** Where paths lead in a tree with mounts that are not made yet, beside the kernel's answer once they are. */

const identityOf = (path: string): string => {
  const { dev, ino } = statSync(path, { bigint: true });
  return `${dev}:${ino}`;
};

test('a source that is another one by now is refused', async () => {
  const folder = await temporaryFolder();
  for (const name of ['root', 'one', 'other']) mkdirSync(join(folder, name));
  const mount = {
    at: 'data',
    source: join(folder, 'one'),
    identity: identityOf(join(folder, 'other')),
    isFolder: true,
  };
  const ask = (): unknown =>
    resolveInside({ root: join(folder, 'root'), paths: ['data/x'], opaque: [], mounts: [mount] });
  try {
    ask();
    expect.unreachable();
  } catch (thrown) {
    expect(problemOf(thrown)).toMatchObject({ code: 'bind-refused', facts: { reason: 'hidden' } });
  }
});

test.runIf(process.getuid?.() === 0)('a source in a folder that is closed to us is denied', async () => {
  const folder = await temporaryFolder();
  await must('chmod', ['0755', folder]);
  for (const name of ['root', 'closed', 'closed/within']) mkdirSync(join(folder, name));
  chmodSync(join(folder, 'closed'), 0o700);
  const mounts = ['closed/within', 'gone'].map((name) => ({
    at: 'data',
    source: join(folder, name),
    identity: '1:1',
    isFolder: true,
  }));
  process.seteuid?.(65_534);
  try {
    const reasons = mounts.map((mount) => {
      try {
        return resolveInside({ root: join(folder, 'root'), paths: ['data/x'], opaque: [], mounts: [mount] });
      } catch (thrown) {
        return problemOf(thrown).facts;
      }
    });
    expect(reasons).toMatchObject([{ reason: 'denied' }, { reason: 'hidden' }]);
  } finally {
    process.seteuid?.(0);
  }
});

test('mount points are made without a trace in the times around them, and through no link', async () => {
  const root = await temporaryFolder();
  const outside = await temporaryFolder();
  mkdirSync(join(root, 'a'));
  symlinkSync(outside, join(root, 'link'));
  await must('touch', ['-d', '1969-12-31T23:59:58.123456789Z', join(root, 'a'), root]);
  const times = (): bigint[] =>
    [root, join(root, 'a')].map((path) => statSync(path, { bigint: true }).mtimeNs);
  const before = times();
  const points = [
    { path: 'a/b/c', isFolder: true },
    { path: 'a/b/f', isFolder: false },
    { path: 'a', isFolder: true },
  ];
  expect(makePoints({ root, points })).toEqual(['a/b', 'a/b/c', 'a/b/f']);
  expect(statSync(join(root, 'a/b/f')).isFile()).toBe(true);
  expect(statSync(join(root, 'a/b')).mode & 0o777).toBe(0o755);
  expect(times()).toEqual(before);
  expect(() => makePoints({ root, points: [{ path: 'link/x/y', isFolder: true }] })).toThrow();
});

describe.runIf(process.getuid?.() === 0)('random trees with mounts', () => {
  test('lead where the kernel leads whoever has the tree as root', async () => {
    const next = seeded(1414);
    const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;
    const names = ['a', 'b', 'c', 'd'];
    const word = (): string => pick([...names, ...names, '..', '.']);
    const path = (): string => Array.from({ length: 1 + next(4) }, word).join('/');
    const folder = await temporaryFolder();
    let asked = 0;
    let linked = 0;
    for (let round = 0; round < 12; round++) {
      const grow = (): string => {
        const tree = mkdtempSync(join(folder, 'tree-'));
        for (let i = 0; i < 10; i++) {
          const at = join(tree, pick(names), ...(next(100) < 50 ? [pick(names)] : []));
          try {
            const kind = next(100);
            if (kind < 40) mkdirSync(at);
            else if (kind < 50) writeFileSync(at, '');
            else symlinkSync(next(100) < 30 ? `/${path()}` : path(), at);
          } catch {
            // Something is there, or nothing above it.
          }
        }
        return tree;
      };
      const root = grow();
      copyFileSync('/bin/busybox', join(root, 'busybox'));
      const sources = [grow(), grow(), grow()];
      const wished = sources.map((source) => ({
        at: path(),
        source,
        identity: identityOf(source),
        isFolder: true,
      }));
      const placed = placeMounts({ root, opaque: [], mounts: wished });
      const taken: { at: string; source: string; identity: string; isFolder: boolean }[] = [];
      const script = ['set -e'];
      for (const [i, place] of placed.entries()) {
        const isClear = taken.every(({ at }) => at !== place.path && !at.startsWith(`${place.path}/`));
        // Those after one that cannot be mounted were placed with it.
        if (place.path === '' || !isClear || !['directory', 'missing'].includes(place.kind)) break;
        taken.push({ ...(wished[i] as (typeof wished)[number]), at: place.path });
        script.push(`mkdir -p "${root}/${place.path}"; mount --bind "${sources[i]}" "${root}/${place.path}"`);
      }
      const paths = Array.from({ length: 40 }, path);
      const ours = resolveInside({ root, paths, opaque: [], mounts: taken });
      for (const each of paths)
        script.push(`chroot "${root}" /busybox realpath "/${each}" 2>/dev/null || echo none`);
      const told = await must('unshare', [
        '--mount',
        '--propagation',
        'private',
        'sh',
        '-c',
        script.join('\n'),
      ]);
      for (const [i, line] of told.trimEnd().split('\n').entries()) {
        const found = ours[i];
        // Of what is missing in its last name alone busybox tells the rest.
        if (line === 'none' || found?.kind === 'missing') continue;
        asked++;
        if (found?.linked) linked++;
        expect(`/${found?.path}`, `${round}: ${paths[i]}`).toBe(line);
      }
    }
    expect(asked).toBeGreaterThan(150);
    expect(linked).toBeGreaterThan(30);
  });
});
