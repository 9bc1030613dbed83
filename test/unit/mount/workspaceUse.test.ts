import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { checkUnused } from '../../../electron/actions/images/imageUse';
import { holdMount } from '../../../electron/actions/records/mountHolds';
import { readMountRecords, writeMountRecord } from '../../../electron/actions/records/mountRecords';
import { listMounts, mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { sweepWork } from '../../../electron/actions/upkeep/sweepWork';
import {
  createWorkspace,
  listWorkspaces,
  mountWorkspace,
  removeWorkspace,
  renameWorkspace,
  unmountWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { mountIdOf } from '../../../electron/actions/records/workspaceLocks';
import { ownerOf } from '../../../electron/store/owner';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { changedImage } from '../../setup/everyChange';
import { dockerArchive } from '../../setup/imageBuilder';
import {
  load,
  openStore,
  problemFacts,
  quietRun,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

/** Mounts and workspaces that several processes use at once, and what is left when one of them goes. */

const run = quietRun();
const asRoot = process.getuid?.() === 0;

/** Overlays that are mounted below a folder, outermost first. */
function mountedBelow(directory: string): string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.map((line) => line.split(' ')[4] ?? '').filter((point) => point.startsWith(directory));
}

describe.runIf(asRoot)('what is mounted', () => {
  let first: TestStore;
  let second: TestStore;
  let image: ImageNode;
  beforeEach(async () => {
    first = await openStore();
    await load(first, dockerArchive([changedImage]));
    second = await openStore(first.directory);
    const [found] = (await readStoreView(first)).graph.images;
    if (!found) throw new Error('no image');
    image = found;
    await createWorkspace(first, { image: image.id, name: 'own' }, run);
  });

  /** A run that is cancelled when unpacking begins. */
  const cancelled = (): typeof run => {
    const abort = new AbortController();
    return quietRun(abort.signal, ({ phase }) => {
      if (phase === 'unpacking') abort.abort();
    });
  };

  const forgetUnpacked = (): void => {
    execFileSync('rm', ['-r', join(first.directory, 'cache', 'layers')]);
  };

  test('a mount that was cancelled is no mount, of an image or of a workspace', async () => {
    forgetUnpacked();
    await problemFacts(mountWorkspace(first, 'own', true, cancelled()), 'cancelled');
    const what = { image: image.id, target: null, kept: true };
    await problemFacts(mountImage(first, what, cancelled()), 'cancelled');
    expect(await readMountRecords(first.directory)).toEqual([]);
    expect((await listWorkspaces(first)).map(({ mounted }) => mounted)).toEqual([false]);
  });

  test('a mount is kept from when it stands, so that a kill leaves none that is not there', async () => {
    forgetUnpacked();
    const seen: boolean[] = [];
    let looked: Promise<void> = Promise.resolve();
    const watching = quietRun(undefined, ({ phase }) => {
      if (phase !== 'mounting') return;
      looked = readMountRecords(first.directory).then((all) => {
        seen.push(...all.map(({ kept }) => kept));
      });
    });
    await mountImage(first, { image: image.id, target: null, kept: true }, watching);
    await looked;
    expect(seen).toEqual([false]);
    expect((await listMounts(first)).map(({ kept }) => kept)).toEqual([true]);
    await unmountImage(first, image.id);
  });

  test('what somebody unmounted by hand is forgotten, and its image is free', async () => {
    const { path } = await mountImage(first, { image: image.id, target: null, kept: true }, run);
    const [record] = await readMountRecords(first.directory);
    if (!record) throw new Error('no record');
    execFileSync('umount', [path]);
    await removeWorkspace(first, 'own');
    await problemFacts(checkUnused(first.directory, [image]), 'image-in-use');
    // Its owner is a process that has ended.
    await writeMountRecord(first.directory, { ...record, owner: { ...record.owner, start: '1' } });
    await sweepWork(first);
    expect(await listMounts(first)).toEqual([]);
    await checkUnused(first.directory, [image]);
  });

  test('a folder below one that another user can exchange is mounted on by nobody', async () => {
    const way = await temporaryFolder();
    const target = join(way, 'inner', 'target');
    mkdirSync(target, { recursive: true, mode: 0o755 });
    const tries: readonly (readonly [path: string, owner: number, mode: number])[] = [
      [join(way, 'inner'), 1234, 0o755],
      [join(way, 'inner'), 0, 0o777],
      [way, 1234, 0o700],
    ];
    for (const [path, owner, mode] of tries) {
      chownSync(path, owner, 4321);
      chmodSync(path, mode);
      const refused = mountImage(first, { image: image.id, target, kept: false }, run);
      expect(await problemFacts(refused, 'mount-point-invalid')).toMatchObject({ reason: 'foreign' });
      chownSync(path, 0, 0);
      chmodSync(path, 0o755);
    }
    chmodSync(join(way, 'inner'), 0o1777);
    await mountImage(first, { image: image.id, target, kept: false }, run);
    expect(mountedBelow(target)).toEqual([target]);
  });

  test('a second mount at one folder is refused, also when what is mounted there is empty', async () => {
    const bare = { names: ['rig/bare:1'], layers: [{ files: [] }] };
    await load(first, dockerArchive([bare]));
    const { graph } = await readStoreView(first);
    const id = graph.images.find(({ names }) => names.includes('rig/bare:1'))?.id;
    if (!id) throw new Error('no image');
    const target = await temporaryFolder();
    await mountImage(first, { image: id, target, kept: false }, run);
    const again = mountImage(second, { image: id, target, kept: false }, run);
    expect(await problemFacts(again, 'mount-point-invalid')).toMatchObject({ reason: 'not-empty' });
    expect(mountedBelow(target)).toEqual([target]);
  });

  test('a workspace stays mounted when the process that mounted it ends before one that uses it', async () => {
    const { merged } = await mountWorkspace(first, 'own', false, run);
    await mountWorkspace(second, 'own', false, run);
    const before = mountedBelow(merged);
    await first.close();
    expect(mountedBelow(merged)).toEqual(before);
    expect((await readMountRecords(second.directory)).map(({ kept }) => kept)).toEqual([false]);
    await second.close();
    expect(mountedBelow(second.directory)).toEqual([]);
    expect(await readMountRecords(second.directory)).toEqual([]);
  });

  test('a workspace that a command line keeps outlives the window that mounted it', async () => {
    const { merged } = await mountWorkspace(first, 'own', false, run);
    await mountWorkspace(second, 'own', true, run);
    await first.close();
    await second.close();
    expect(mountedBelow(merged)).toEqual([merged]);
    const last = await openStore(first.directory);
    await unmountWorkspace(last, 'own');
    expect(mountedBelow(first.directory)).toEqual([]);
  });

  test('two processes that mount a workspace at once mount it once', async () => {
    const both = await Promise.all([first, second].map((store) => mountWorkspace(store, 'own', false, run)));
    const [{ merged, base }] = both as [(typeof both)[0]];
    expect(mountedBelow(first.directory).sort()).toEqual([base, merged]);
  });

  test('a command that ends with its process keeps no mount beyond it', async () => {
    let release = (): Promise<void> => Promise.resolve();
    // As a window has it: terminals are closed at the end, and opened when something is mounted already or not yet.
    first.onClose(() => release());
    const { record } = await mountWorkspace(first, 'own', false, run);
    const hold = await holdMount(first.directory, mountIdOf(record), 'sh');
    release = () => hold.release();
    await first.close();
    expect(mountedBelow(first.directory)).toEqual([]);
  });

  test('a workspace in which a command runs is neither committed, unmounted, renamed nor removed', async () => {
    const { record } = await mountWorkspace(first, 'own', false, run);
    const hold = await holdMount(first.directory, mountIdOf(record), 'server');
    const request = { workspace: 'own', reference: null, author: '', message: '', changes: [], paths: null };
    const tries = [
      () => commitWorkspace(second, request, run),
      () => unmountWorkspace(second, 'own'),
      () => renameWorkspace(second, 'own', 'other'),
      () => removeWorkspace(second, 'own'),
    ];
    for (const each of tries)
      expect(await problemFacts(each(), 'workspace-busy')).toEqual({
        name: 'own',
        // Our own number would be no help.
        process: 'server',
        here: true,
      });
    await hold.release();
    await commitWorkspace(second, request, run);
    await renameWorkspace(second, 'own', 'other');
    await removeWorkspace(second, 'other');
  });

  test('layers of a workspace stay unpacked though another tool has taken its image out of the index', async () => {
    const { merged } = await mountWorkspace(first, 'own', false, run);
    const index = join(first.directory, 'index.json');
    const whole = JSON.parse(readFileSync(index, 'utf8')) as object;
    await writeFile(index, JSON.stringify({ ...whole, manifests: [] }));
    await sweepWork(second);
    expect(readFileSync(join(merged, 'etc', 'same'), 'utf8')).toBe('same\n');
    expect(await readdir(join(first.directory, 'cache', 'layers', 'root'))).toHaveLength(3);
  });

  test('a window lists as many changes as it can take, a command line all', async () => {
    const { merged } = await mountWorkspace(first, 'own', false, run);
    for (const name of ['one', 'two', 'three']) await writeFile(join(merged, name), name);
    const some = await workspaceChanges(first, 'own', run, null, 2);
    expect(some).toMatchObject({ changes: [{ path: 'one' }, { path: 'three' }], omitted: 1 });
    const all = await workspaceChanges(first, 'own', run, null, Number.MAX_SAFE_INTEGER);
    expect(all).toMatchObject({ changes: { length: 3 }, omitted: 0 });
  });

  test('a commit goes over what one that was killed had begun', async () => {
    const { merged } = await mountWorkspace(first, 'own', false, run);
    const folder = join(merged, '..');
    await writeFile(join(merged, 'etc', 'added'), 'x');
    for (const name of ['upper-2', 'work-2', 'upper-1.taken']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'upper-2', 'rubbish'), 'x');
    const request = { workspace: 'own', reference: null, author: '', message: '', changes: [], paths: null };
    expect((await commitWorkspace(first, request, run)).changes).toBe(1);
    expect((await workspaceChanges(first, 'own', run))?.changes).toEqual([]);
  });

  test('a sweep takes away the generation of a commit that was killed, and none that is being made', async () => {
    const folder = join(first.directory, 'workspaces', 'own');
    const made = async (): Promise<string[]> =>
      (await readdir(folder)).filter((name) => name.endsWith('-2')).sort();
    const lock = join(first.directory, 'workspaces', '.lock-own');
    for (const name of ['upper-2', 'work-2']) await mkdir(join(folder, name));
    await writeFile(lock, JSON.stringify(ownerOf(process.ppid)));
    await sweepWork(first);
    expect(await made()).toEqual(['upper-2', 'work-2']);
    // The lock of a process that is gone does not keep its leavings.
    await writeFile(lock, JSON.stringify({ ...ownerOf(process.ppid), start: '1' }));
    await sweepWork(first);
    expect(await made()).toEqual([]);
    expect(existsSync(lock)).toBe(false);
    // Also where there is nothing else to sweep; one that is held stays.
    await writeFile(lock, JSON.stringify({ ...ownerOf(process.ppid), start: '1' }));
    const held = join(first.directory, 'workspaces', '.lock-other');
    await writeFile(held, JSON.stringify(ownerOf(process.ppid)));
    await sweepWork(first);
    expect([lock, held].map((path) => existsSync(path))).toEqual([false, true]);
    await rm(held);
  });
});
