import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { readMountRecords } from '../../../electron/actions/records/mountRecords';
import {
  mountWorkspace,
  removeWorkspace,
  renameWorkspace,
  unmountWorkspace,
} from '../../../electron/actions/trees/workspaces';
import { withWorkspace } from '../../../electron/actions/records/workspaceLocks';
import { unmount } from '../../../electron/system/syscalls';
import { places } from '../../../electron/store/places';
import { shellImage } from '../../setup/shellImage';
import { openStore, problemFacts, quietRun, type TestStore } from '../../setup/temporary';
import { run } from '../../setup/run';
import { commitPaths, mergedOf, openWorkspace } from './partialTools';

/**
 * The changes of a workspace are never in two mounts at once: what one of them writes after the other was committed would be in a layer
 * that says otherwise, or nowhere. Mount points alone do not tell: what was detached while somebody was in it has none, and a
 * container has its own.
 */

const command = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
const asRoot = process.getuid?.() === 0;
const image = { names: ['shop:1'], layers: [{ files: [{ path: 'srv/a', content: 'a' }] }] };
const started: ChildProcess[] = [];

/** A program that writes in a folder as long as it is there, ten times a second. */
async function writerIn(folder: string): Promise<ChildProcess> {
  const script = 'echo ready; i=0; while :; do i=$((i+1)); echo $i >> lines; sleep 0.1; done';
  const child = spawn('/bin/sh', ['-c', script], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(child);
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

afterEach(async () => {
  for (const child of started.splice(0))
    if (child.exitCode === null && child.signalCode === null) await end(child);
});

test.runIf(asRoot)('a workspace that somebody is in stays mounted when its process ends', async () => {
  const { store, merged } = await openWorkspace(image);
  const other = await openStore(store.directory);
  const child = await writerIn(join(merged, 'srv'));
  await store.close();
  expect(await readMountRecords(store.directory)).toMatchObject([{ name: 'own', kept: true }]);
  expect(await mergedOf(other)).toBe(merged);
  const before = readFileSync(join(merged, 'srv/lines'), 'utf8').length;
  await delay(500);
  // It is the very tree that is written to.
  expect(readFileSync(join(merged, 'srv/lines'), 'utf8').length).toBeGreaterThan(before);
  await end(child);
  const { id } = await commitPaths(other, null);
  expect(id).toMatch(/^sha256:/);
  await unmountWorkspace(other, 'own');
});

test.runIf(asRoot)(
  'one that was detached while somebody was in it is not mounted again before he leaves',
  async () => {
    const { store, merged } = await openWorkspace(image);
    const child = await writerIn(join(merged, 'srv'));
    for (const target of [merged, join(merged, '..', 'base')]) unmount(target, true);
    const again = mountWorkspace(store, 'own', false, quietRun());
    expect(await problemFacts(again, 'workspace-busy')).toMatchObject({ name: 'own' });
    const lines = join(places.workspace(store.directory, 'own'), 'upper-1', 'srv', 'lines');
    const before = readFileSync(lines, 'utf8').length;
    await end(child);
    // What it has started itself is there for a moment more.
    await expect.poll(() => mergedOf(store).catch(() => ''), { timeout: 5000 }).toBe(merged);
    expect(readFileSync(join(merged, 'srv/lines'), 'utf8').length).toBeGreaterThanOrEqual(before);
    await unmountWorkspace(store, 'own');
  },
);

/** What is done with a workspace for which nothing may go on in it; and where it is then. */
const ends: Readonly<Record<string, (store: TestStore) => Promise<string | null>>> = {
  'it is unmounted': async (store) => {
    await unmountWorkspace(store, 'own');
    return 'own';
  },
  'it is renamed': async (store) => {
    await renameWorkspace(store, 'own', 'other');
    return 'other';
  },
  'it is committed': async (store) => {
    await commitPaths(store, null);
    return 'own';
  },
  'it is removed': async (store) => {
    await removeWorkspace(store, 'own');
    return null;
  },
};

test.runIf(asRoot).each(Object.entries(ends))(
  'what a killed command left running in one is ended before %s',
  async (_how, act) => {
    const { store } = await openWorkspace(shellImage());
    await mergedOf(store);
    const script = 'echo ready; while :; do echo x >> /srv/lines; sleep 0.1; done';
    const child = spawn(
      process.execPath,
      [command, '--store', store.directory, 'run', 'own', 'sh', '-c', script],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    started.push(child);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const { stdout: left } = await run('pgrep', ['-f', 'echo x >> /srv/lines']);
    expect(left).not.toBe('');
    const name = await act(store);
    expect(await run('pgrep', ['-f', 'echo x >> /srv/lines'])).toMatchObject({ stdout: '' });
    if (name === null) return;
    const { merged } = await mountWorkspace(store, name, false, quietRun());
    expect(readFileSync(join(merged, 'srv/lines'), 'utf8')).toMatch(/^x/);
    await unmountWorkspace(store, name);
  },
);

test.runIf(asRoot)(
  'a workspace that a killed commit left at rest is given back to who writes in it',
  async () => {
    const { store, merged } = await openWorkspace(image);
    const { pool } = await store.privileged();
    const rest = (): Promise<null> => pool.run('freeze-overlay', { target: merged, frozen: true });
    const write = (): void => writeFileSync(join(merged, 'srv/mine'), 'mine');
    for (const kept of [false, true]) {
      await mountWorkspace(store, 'own', kept, quietRun());
      await rest();
      expect(write).toThrow('EROFS');
      // Whoever has it to himself may be in the middle of a commit.
      await withWorkspace(store.directory, 'own', async () => {
        await mountWorkspace(store, 'own', false, quietRun());
        expect(write).toThrow('EROFS');
      });
      await mountWorkspace(store, 'own', false, quietRun());
      write();
    }
    await unmountWorkspace(store, 'own');
  },
);
