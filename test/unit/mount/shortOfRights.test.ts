import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { canMountIn } from '../../../electron/namespace/holder';
import { openPrivileged } from '../../../electron/namespace/privileged';
import { findRuntime } from '../../../electron/run/findRuntime';
import type { WorkerPool } from '../../../electron/worker/jobs';
import { problemFacts, temporaryFolder } from '../../setup/temporary';

/** A machine that has too little for a moment has every right all the same: nobody is told to install something, or to do with less. */

afterEach(() => vi.unstubAllEnvs());

/** Puts programs that say something and fail first on the PATH; the folder. */
async function programs(said: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, words] of Object.entries(said)) {
    writeFileSync(join(bin, name), `#!/bin/sh\necho '${words}' >&2\nexit 1\n`);
    chmodSync(join(bin, name), 0o755);
  }
  vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
  return folder;
}

const lacks = [
  ['unshare: fork failed: Resource temporarily unavailable', 'processes'],
  ['sh: 1: Cannot fork', 'processes'],
  ['mount: /m: mount(2) system call failed: Too many open files.', 'files'],
  ['unshare: cannot allocate memory', 'memory'],
] as const;
const asked = ['single', 'mapped'] as const;
const pool = {} as WorkerPool;

describe.runIf(process.platform === 'linux')('a namespace for which there is too little', () => {
  test.each(asked.flatMap((mode) => lacks.map(([said, of]) => ({ mode, said, of }))))(
    'says so, $mode: $said',
    async ({ mode, said, of }) => {
      // Both are there and would be asked: newuidmap may be missing on this machine.
      const fake = { unshare: said, nsenter: said, newuidmap: '', newgidmap: '' };
      const folder = await programs({ ...fake, 'fuse-overlayfs': '', fusermount3: '' });
      expect(await problemFacts(canMountIn({ pid: process.pid, mode }, folder), 'system-short')).toEqual({
        of,
      });
      vi.stubEnv('STRATIGRAPH_OVERLAY', 'single');
      expect(await problemFacts(openPrivileged(folder, pool), 'system-short')).toEqual({ of });
    },
  );

  test('is refused where it is refused', async () => {
    const said = 'unshare: unshare failed: Operation not permitted';
    const folder = await programs({ unshare: said, nsenter: said });
    expect(await canMountIn({ pid: process.pid, mode: 'single' }, folder)).toBe(said);
    vi.stubEnv('STRATIGRAPH_OVERLAY', 'single');
    expect(await problemFacts(openPrivileged(folder, pool), 'mount-unavailable')).toMatchObject({
      detail: said,
    });
  });

  test('a runtime that fails is none', async () => {
    const folder = await programs({ crun: 'no', runc: 'no' });
    vi.stubEnv('STRATIGRAPH_RUNTIME', join(folder, 'bin', 'crun'));
    expect(await findRuntime()).toBeNull();
  });
});
