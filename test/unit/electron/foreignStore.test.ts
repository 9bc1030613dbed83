import { chmod, chown, lstat, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { collectGarbage, undoCleanUp } from '../../../electron/actions/upkeep/cleanUp';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { readImageList } from '../../../electron/actions/images/imageList';
import { inspectLayer } from '../../../electron/actions/images/inspectLayer';
import { readMountRecords } from '../../../electron/actions/records/mountRecords';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { sweepWork } from '../../../electron/actions/upkeep/sweepWork';
import { removeWorkspace } from '../../../electron/actions/trees/workspaces';
import { tagImage, untagImage } from '../../../electron/actions/images/tagImages';
import { damagedWorkspaces, readWorkspaces } from '../../../electron/actions/records/workspaceRecords';
import { withLock } from '../../../electron/store/lock';
import { newOwner } from '../../../electron/store/owner';
import { checkOwned } from '../../../electron/store/ownPlaces';
import { toStoreJson } from '../../../electron/store/seal';
import { buildImage, dockerArchive, ociMembers, writeMembers } from '../../setup/imageBuilder';
import { must } from '../../setup/run';
import {
  load,
  openStore,
  problemFacts,
  quietRun,
  snapshotDirectory,
  temporaryFile,
  temporaryFolder,
} from '../../setup/temporary';

/** A store that came from elsewhere: nothing of it leads out, and who only reads leaves it as it is. */

const image = { names: ['far:1'], layers: [{ files: [{ path: 'a', content: 'far away' }] }] };
const built = buildImage(image);

/** A downloaded layout, and beside it somebody's documents. */
async function downloaded(): Promise<{ layout: string; home: string }> {
  const folder = await temporaryFolder();
  const [layout, home] = [join(folder, 'layout'), join(folder, 'home')];
  await writeMembers(layout, ociMembers([buildImage(image)]));
  await must('chmod', ['-R', 'go-w', layout]);
  await mkdir(join(home, 'letters'), { recursive: true });
  await writeFile(join(home, 'letters', 'one.txt'), 'dear reader');
  await writeFile(join(home, '.profile'), 'PATH=/bin');
  await must('find', [home, '-exec', 'touch', '-d', '2 days ago', '{}', '+']);
  return { layout, home };
}

const folders = [
  'blobs/sha256',
  'ingest',
  'cache',
  'cache/index',
  'cache/index/sha256',
  'cache/contents',
  'cache/secrets/sha256',
  'cache/trees/sha256',
  'cache/layers',
  'cache/layers/root',
  'mounts',
  'mounts/holds',
  'mounts/locks',
  'workspaces',
  'workspaces/far',
  'run',
  'guide',
  'quarantine',
];
const files = ['reserve', 'trash.json', 'oci-layout', 'index.json'];

describe.each([...folders, ...files])('%s', (place) => {
  test('as a link leads nobody out of the store', async () => {
    const { layout, home } = await downloaded();
    const before = await snapshotDirectory(home);
    const path = join(layout, place);
    await rm(path, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await symlink(join(home, files.includes(place) ? '.profile' : 'letters'), path);
    const { place: named, fault } = await problemFacts(openStore(layout), 'store-unsafe');
    expect({ named, fault }).toEqual({ named: place, fault: 'link' });
    expect(await snapshotDirectory(home)).toEqual(before);
  });

  test('of another kind is said and never waited for', async () => {
    const { layout } = await downloaded();
    const path = join(layout, place);
    if (/^(?:cache\/layers|workspaces)\//.test(place)) return;
    await rm(path, { recursive: true, force: true });
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await must('mkfifo', [path]);
    await problemFacts(openStore(layout), 'store-unsafe');
  });
});

test('who reads a layout that we never wrote to leaves it as it is, byte for byte', async () => {
  const { layout } = await downloaded();
  const before = await snapshotDirectory(layout);
  const context = await openStore(layout);
  expect((await readImageList(context)).graph.images.map(({ names }) => names)).toEqual([['far:1']]);
  for (const { chainId } of (await readStoreView(context)).graph.layers)
    expect((await inspectLayer(context, chainId)).largest).toEqual([{ path: 'a', size: 8 }]);
  expect((await fsck(context, { repair: false }, quietRun())).damage).toEqual([]);
  await context.close();
  expect(await snapshotDirectory(layout)).toEqual(before);
});

test('a blob that is a link or a FIFO counts as missing', async () => {
  for (const command of ['link', 'fifo']) {
    const { layout, home } = await downloaded();
    const blob = join(layout, 'blobs', 'sha256', buildImage(image).manifestDigest.slice(7));
    await rm(blob);
    if (command === 'fifo') await must('mkfifo', [blob]);
    else await symlink(join(home, '.profile'), blob);
    const context = await openStore(layout);
    expect((await fsck(context, { repair: false }, quietRun())).damage).toHaveLength(1);
  }
});

test('what lies beside a layout is not swept, nor are its blobs', async () => {
  const { layout } = await downloaded();
  await mkdir(join(layout, 'ingest', 'thesis'), { recursive: true, mode: 0o700 });
  await writeFile(join(layout, 'ingest', 'thesis', 'one.txt'), 'x');
  await mkdir(join(layout, 'letters'));
  await writeFile(join(layout, 'blobs', 'sha256', 'a'.repeat(64)), 'needed by letters');
  await must('find', [layout, '-exec', 'touch', '-d', '2 days ago', '{}', '+']);
  const context = await openStore(layout);
  await load(context, await temporaryFile(dockerArchive([{ ...image, names: ['near:1'] }])));
  await sweepWork(context);
  const facts = await problemFacts(collectGarbage(context), 'store-unsafe');
  expect(facts).toMatchObject({ place: 'letters', fault: 'more' });
  expect(await readFile(join(layout, 'ingest', 'thesis', 'one.txt'), 'utf8')).toBe('x');
  expect((await lstat(join(layout, 'blobs', 'sha256', 'a'.repeat(64)))).isFile()).toBe(true);
});

test('a folder that others can change is read, and not written to', async () => {
  const { layout } = await downloaded();
  await chmod(layout, 0o757);
  const context = await openStore(layout);
  expect((await readImageList(context)).graph.images).toHaveLength(1);
  const facts = await problemFacts(tagImage(context, built.id, 'near:1'), 'store-unsafe');
  expect(facts.fault).toBe('writers');
});

test.each(['workspaces/far', 'run/far', 'guide/far', 'ingest/far', 'cache/layers/root'])(
  '%s is not written to when another user made it, or can write to it',
  async (place) => {
    const { layout } = await downloaded();
    const context = await openStore(layout);
    await mkdir(join(layout, place), { recursive: true, mode: 0o755 });
    await must('chmod', ['-R', 'go-w', layout]);
    expect(() => checkOwned(layout)).not.toThrow();
    await chmod(join(layout, place), 0o757);
    const facts = await problemFacts(tagImage(context, built.id, 'near:1'), 'store-unsafe');
    expect(facts).toMatchObject({ place, fault: 'writers' });
    await chmod(join(layout, place), 0o755);
    if (process.getuid?.() !== 0) return;
    await chown(join(layout, place), 12_345, 12_345);
    expect(await problemFacts(collectGarbage(context), 'store-unsafe')).toMatchObject({
      place,
      fault: 'owner',
    });
  },
);

test('a file of ours that claims a gigabyte is not read', async () => {
  const { layout } = await downloaded();
  const context = await openStore(layout);
  await tagImage(context, built.id, 'near:1');
  await readImageList(context);
  await mkdir(join(layout, 'workspaces', 'w'), { recursive: true, mode: 0o700 });
  for (const place of [
    'cache/images.json',
    'trash.json',
    'workspaces/w/workspace.json',
    `cache/secrets/sha256/${'a'.repeat(64)}`,
  ]) {
    await mkdir(dirname(join(layout, place)), { recursive: true, mode: 0o700 });
    await writeFile(join(layout, place), '');
    // JavaScript has no text of that length.
    await truncate(join(layout, place), 2 ** 30);
  }
  expect((await readImageList(context)).graph.images).toHaveLength(1);
  expect(await damagedWorkspaces(layout)).toEqual(['w']);
  expect((await fsck(context, { repair: false }, quietRun())).damage).toEqual([]);
  await truncate(join(layout, 'index.json'), 2 ** 30);
  await problemFacts(readImageList(context), 'list-too-long');
});

test('IDs of records become no paths', async () => {
  const { layout } = await downloaded();
  const owner = newOwner();
  const digest = buildImage(image).id;
  const record = {
    kind: 'image',
    image: digest,
    name: 'x',
    base: null,
    since: 1,
    kept: true,
    owner,
    key: 'root',
  };
  await mkdir(join(layout, 'mounts'), { mode: 0o700 });
  for (const id of ['../../x', '.', 'mount-0123456789ab'])
    await writeFile(
      join(layout, 'mounts', `${id.length > 9 ? id : 'x'}.mount.json`),
      toStoreJson('mount', layout, { ...record, id, target: '/tmp/../etc' }),
    );
  expect(await readMountRecords(layout)).toEqual([]);
  await mkdir(join(layout, 'workspaces', 'far'), { recursive: true, mode: 0o700 });
  const workspace = {
    format: 1,
    id: '../../x',
    name: 'far',
    image: digest,
    generation: 1,
    imageName: 'x',
    key: 'root',
  };
  await writeFile(join(layout, 'workspaces', 'far', 'workspace.json'), JSON.stringify(workspace));
  expect(await readWorkspaces(layout)).toEqual([]);
});

test('members that other tools wrote outlast a tag, an untag, a load and a clean-up taken back', async () => {
  const { layout } = await downloaded();
  const path = join(layout, 'index.json');
  const index = JSON.parse(await readFile(path, 'utf8')) as { manifests: object[] };
  const first = {
    ...index.manifests[0],
    extra: { b: 2 },
    platform: { os: 'linux', architecture: 'amd64', zz: 1 },
  };
  await writeFile(path, JSON.stringify({ ...index, unknown: [1], manifests: [first] }));
  const context = await openStore(layout);
  await tagImage(context, built.id, 'near:1');
  await untagImage(context, 'far:1');
  await load(
    context,
    await temporaryFile(dockerArchive([{ ...image, names: ['other:1'], created: '2001-01-01T00:00:00Z' }])),
  );
  const { index: now } = await context.store.readIndex();
  const root = now.manifests.find(({ platform }) => platform !== undefined);
  const trash = await context.store.moveToTrash(new Set(root ? [root.digest] : []));
  expect(await undoCleanUp(context, trash ?? '')).toBe(true);
  const after = JSON.parse(await readFile(path, 'utf8')) as {
    unknown: unknown;
    manifests: Record<string, unknown>[];
  };
  expect(after.unknown).toEqual([1]);
  expect(after.manifests.find(({ extra }) => extra !== undefined)).toMatchObject({
    extra: { b: 2 },
    platform: { zz: 1 },
  });
});

test('what lies in a lock’s place and names no owner is broken when it is old', async () => {
  const folder = await temporaryFolder();
  const makers = [
    (path: string) => writeFile(path, ''),
    (path: string) => writeFile(path, '{"pid":'),
    (path: string) => mkdir(path),
    (path: string) => symlink('/nowhere', path),
    (path: string) => must('mkfifo', [path]),
  ];
  for (const [i, make] of makers.entries()) {
    const path = join(folder, `lock-${i}`);
    await make(path);
    await must('touch', ['-h', '-d', '2 hours ago', path]);
    expect(await withLock(path, () => Promise.resolve('taken'), 1000)).toBe('taken');
    await expect(lstat(path)).rejects.toThrow();
  }
});

describe("a store's own folder", () => {
  test('may be reached through a link, also by who writes', async () => {
    const folder = await temporaryFolder();
    const [real, link] = [join(folder, 'real'), join(folder, 'link')];
    await mkdir(real, { mode: 0o755 });
    await symlink('real', link);
    const context = await openStore(link);
    await load(context, dockerArchive([image]));
    expect((await readStoreView(context)).graph.images.map(({ id }) => id)).toEqual([built.id]);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
  });
});

test.each(['', '{"format":1', '{"format":1,"root":{"digest":"sha256:x"}}'])(
  'a workspace whose record says %j keeps its image from being removed',
  async (record) => {
    const context = await openStore();
    await load(context, dockerArchive([image]));
    await mkdir(join(context.directory, 'workspaces', 'w'), { recursive: true, mode: 0o700 });
    await writeFile(join(context.directory, 'workspaces', 'w', 'workspace.json'), record);
    const before = await snapshotDirectory(join(context.directory, 'blobs'));
    const facts = await problemFacts(
      removeImages(context, { images: [built.id], names: [] }, quietRun()),
      'workspace-damaged',
    );
    expect(facts).toEqual({ name: 'w' });
    expect(await fsck(context, { repair: false }, quietRun())).toMatchObject({ damagedWorkspaces: ['w'] });
    expect(await snapshotDirectory(join(context.directory, 'blobs'))).toEqual(before);
    expect((await readStoreView(context)).graph.images.map(({ id }) => id)).toEqual([built.id]);
    await removeWorkspace(context, 'w');
    await removeImages(context, { images: [built.id], names: [] }, quietRun());
    expect((await readStoreView(context)).graph.images).toEqual([]);
  },
);
