import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { holdMount, readHolds } from '../../../electron/actions/records/mountHolds';
import {
  readMountRecords,
  writeMountRecord,
  type MountRecord,
} from '../../../electron/actions/records/mountRecords';
import { findMount, listMounts, mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { openTree } from '../../../electron/actions/trees/openTree';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { sweepWork } from '../../../electron/actions/upkeep/sweepWork';
import {
  createWorkspace,
  mountWorkspace,
  unmountWorkspace,
} from '../../../electron/actions/trees/workspaces';
import { newOwner, ownerOf } from '../../../electron/store/owner';
import { dockerArchive } from '../../setup/imageBuilder';
import { findCommand, must, run as call } from '../../setup/run';
import {
  load,
  openStore,
  problemFacts,
  quietRun,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';

/** What a store says is mounted counts as far as we wrote it of this very store, and the kernel says the same. */

const run = quietRun();
const image = { names: ['rig/tree:1'], layers: [{ files: [{ path: 'etc/same', content: 'same' }] }] };

async function storeWithImage(): Promise<{ context: TestStore; record: MountRecord }> {
  const context = await openStore();
  await load(context, dockerArchive([image]));
  const [{ id } = { id: null }] = (await readStoreView(context)).graph.images;
  if (id === null) throw new Error('no image');
  const record: MountRecord = {
    id: 'mount-0123456789ab',
    kind: 'image',
    image: id,
    name: 'rig/tree:1',
    target: '/nowhere',
    base: null,
    since: 1,
    kept: true,
    owner: ownerOf(1),
    key: 'root',
  };
  return { context, record };
}

const isMounted = (path: string): boolean => readFileSync('/proc/self/mounts', 'utf8').includes(` ${path} `);

const put = (store: string, record: MountRecord, text = JSON.stringify(record)): void => {
  mkdirSync(join(store, 'mounts', 'holds'), { recursive: true, mode: 0o700 });
  writeFileSync(join(store, 'mounts', `${record.id}.mount.json`), text);
};

function hasFuse(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
    return findCommand('fuse-overlayfs') !== null;
  } catch {
    return false;
  }
}

describe.runIf(process.getuid?.() === 0)('records of mounts', () => {
  test('that came with a store end no mount of another one, and show no folder of this machine', async () => {
    const { context: other, record } = await storeWithImage();
    await createWorkspace(other, { image: record.image, name: 'w' }, run);
    const { merged, base } = await mountWorkspace(other, 'w', true, run);
    const { path: image } = await mountImage(other, { image: record.image, target: null, kept: true }, run);
    const { context } = await storeWithImage();
    const { directory: store } = context;
    const host = await temporaryFolder();
    writeFileSync(join(host, 'letter'), 'dear');
    const ways = [merged, image, `/proc/self/root${merged}`, `/proc/self/root${image}`, host];
    const gone = { ...newOwner(), start: '1' };
    for (const [i, target] of ways.entries())
      for (const [k, owner] of [gone, ownerOf(1), { ...ownerOf(1), start: '' }].entries())
        put(store, { ...record, id: `mount-0000000000${i}${k}`, target, kept: k > 0, owner, base });
    // Sealed by us, of the other store: as in a copy of it.
    const mounts = join(other.directory, 'mounts');
    for (const each of await readMountRecords(other.directory))
      cpSync(join(mounts, `${each.id}.mount.json`), join(store, 'mounts', `${each.id}.mount.json`));
    expect(await readMountRecords(store)).toEqual([]);
    await sweepWork(context);
    expect(await listMounts(context)).toEqual([]);
    for (const text of ['rig/tree:1', host, merged, 'mount-000000000041']) {
      await problemFacts(openTree(context, { mount: text }, run), 'mount-not-found');
      await problemFacts(unmountImage(context, text, true), 'mount-not-found');
    }
    expect([merged, base, image].filter(isMounted)).toEqual([merged, base, image]);
    await unmountImage(other, 'rig/tree:1');
    await unmountWorkspace(other, 'w');
    expect([merged, base, image].filter(isMounted)).toEqual([]);
  });

  test('of our own show and end that mount alone, whatever else has come to its folder', async () => {
    const { context, record } = await storeWithImage();
    const host = await temporaryFolder();
    await writeMountRecord(context.directory, { ...record, target: host });
    expect(await listMounts(context)).toEqual([]);
    await problemFacts(openTree(context, { mount: record.id }, run), 'mount-not-found');
    const folders = ['l', 'u', 'w'].map((name) => join(host, '..', `${record.id}-${name}`));
    for (const source of ['overlay', 'stratigraph', 'stratigraph:mount-000000000000']) {
      await must('mkdir', ['-p', ...folders]);
      const [lower, upper, work] = folders;
      const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
      await must('mount', ['-t', 'overlay', source, '-o', options, host]);
      await writeMountRecord(context.directory, { ...record, target: host });
      expect(await listMounts(context)).toEqual([]);
      await unmountImage(context, record.id, true);
      expect(isMounted(host)).toBe(true);
      await must('umount', [host]);
    }
    await must('rm', ['-r', ...folders]);
    const made = await mountImage(context, { image: record.image, target: host, kept: true }, run);
    expect((await listMounts(context)).map(({ id }) => id)).toEqual([made.id]);
    const { path } = await openTree(context, { mount: made.id }, run);
    expect(readFileSync(join(path, 'etc', 'same'), 'utf8')).toBe('same');
    execFileSync('umount', [host]);
    // Unmounted by hand: the folder is the person's again, the record can be ended.
    await problemFacts(openTree(context, { mount: made.id }, run), 'mount-not-found');
    expect((await findMount(context, made.id)).target).toBe(host);
    await unmountImage(context, made.id);
  });

  test('holds that somebody has put there keep nobody from a mount', async () => {
    const { context, record } = await storeWithImage();
    const { directory: store } = context;
    const made = await mountImage(context, { image: record.image, target: null, kept: true }, run);
    const hold = await holdMount(store, made.id, 'own');
    const text = readFileSync(join(store, 'mounts', 'holds', `${made.id}.${hold.token}.json`), 'utf8');
    expect(await readHolds(store, made.id)).toMatchObject([{ command: 'own' }]);
    await hold.release();
    const owner = { ...newOwner(), host: 'another' };
    const forged = JSON.stringify({ owner, command: 'never ends' });
    const at = join(store, 'mounts', 'holds');
    writeFileSync(join(at, `${made.id}.${owner.token}.json`), forged);
    // Ours, of another mount.
    for (const name of [`mount-000000000000.${hold.token}`, `${made.id}.${owner.token.replace(/^./, 'f')}`])
      writeFileSync(join(at, `${name}.json`), text.replace(made.id, 'mount-000000000001'));
    expect(await readHolds(store, made.id)).toEqual([]);
    expect(await readHolds(store, 'mount-000000000000')).toEqual([]);
    await unmountImage(context, made.id);
  });

  test.runIf(hasFuse())('through FUSE are told from what others mount that way', async () => {
    process.env['STRATIGRAPH_OVERLAY'] = 'fuse';
    try {
      const { context, record } = await storeWithImage();
      const host = await temporaryFolder();
      const lower = await temporaryFolder();
      spawnSync('fuse-overlayfs', ['-o', `lowerdir=${lower}:${lower}`, host], { stdio: 'ignore' });
      expect(isMounted(host)).toBe(true);
      await writeMountRecord(context.directory, { ...record, target: host, key: 'fuse-0' });
      expect(await listMounts(context)).toEqual([]);
      await unmountImage(context, record.id, true);
      expect(isMounted(host)).toBe(true);
      await call('umount', [host]);
      const made = await mountImage(context, { image: record.image, target: host, kept: true }, run);
      expect((await listMounts(context)).map(({ id }) => id)).toEqual([made.id]);
      await unmountImage(context, made.id);
      expect(isMounted(host)).toBe(false);
    } finally {
      delete process.env['STRATIGRAPH_OVERLAY'];
    }
  });
});
