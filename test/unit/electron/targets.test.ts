import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  closeSync,
  createReadStream,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, test } from 'vitest';
import { copyFromTree } from '../../../electron/actions/copy/copyFromTree';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { saveLayout } from '../../../electron/actions/copy/saveLayout';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { withTarget } from '../../../electron/actions/target/target';
import { checkFileTarget, findTarget } from '../../../electron/actions/target/targetPlace';
import { writeViewFile } from '../../../electron/actions/target/writeViewFile';
import { draftName, isDraftName, noteDraft, removeNoted } from '../../../electron/store/drafts';
import { getAttribute, removeAttribute, setAttribute } from '../../../electron/system/syscalls';
import { accessListName, defaultListName } from '../../../shared/layer/accessList';
import { deepTree } from '../../setup/deepTree';
import { exchange } from '../../setup/exchanger';
import { blobPath, buildImage, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import {
  expectSoundStore,
  problemFacts,
  quietRun,
  storeOf,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';
import { ok, place, root as program, stratigraph, useCommandLine } from './cliTools';

/** What a person names as a target: written into, replaced in one step, or refused, and nothing is left beside it. */

const image: ImageSpec = {
  names: ['shop:1'],
  layers: [
    { files: [{ path: 'a', content: noise(400_000) }] },
    { files: [{ path: 'b', content: noise(90_000, 2) }] },
  ],
};
/** An access list: entries of tag, rights and ID. */
function accessList(...entries: readonly (readonly [tag: number, rights: number, id?: number])[]): Buffer {
  const bytes = Buffer.alloc(4 + 8 * entries.length);
  bytes.writeUInt32LE(2);
  entries.forEach(([tag, rights, id = 0xffff_ffff], i) => {
    bytes.writeUInt16LE(tag, 4 + 8 * i);
    bytes.writeUInt16LE(rights, 6 + 8 * i);
    bytes.writeUInt32LE(id, 8 + 8 * i);
  });
  return bytes;
}

const isRoot = process.getuid?.() === 0;
let context: TestStore;
let folder = '';

useCommandLine();
beforeEach(async () => {
  context = await storeOf(ociArchive([image]));
  place.store = context.directory;
  folder = await temporaryFolder();
});

type Writer = (target: string) => Promise<unknown>;
const writers: Readonly<Record<string, Writer>> = {
  save: (target) => saveImages(context, { what: ['shop:1'], format: 'docker-archive', target }, quietRun()),
  'save compressed': (target) =>
    saveImages(context, { what: ['shop:1'], format: 'oci-archive', compression: 'gzip', target }, quietRun()),
  export: async (target) => {
    const [first] = (await readStoreView(context)).graph.images;
    if (!first) throw new Error('the store has an image');
    return exportRootfs(context, { image: first.id }, target, quietRun());
  },
  view: (target) => writeViewFile(context, target, noise(300_000)),
};
const at = (name: string): string => join(folder, name);
const kind = (name: string): string =>
  execFileSync('stat', ['-c', '%F', at(name)], { encoding: 'utf8' }).trim();

describe.each(Object.entries(writers))('%s', (_, write) => {
  test('writes into pipes and devices, and replaces neither', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reading = buffer(createReadStream(at('pipe')));
    await write(at('pipe'));
    await write(at('file'));
    expect((await reading).equals(readFileSync(at('file')))).toBe(true);
    const expected = ['fifo'];
    if (isRoot) {
      execFileSync('mknod', [at('null'), 'c', '1', '3']);
      await write(at('null'));
      expect(kind('null')).toBe('character special file');
      execFileSync('mknod', [at('disk'), 'b', '7', '250']);
      expect(await problemFacts(write(at('disk')), 'file-unwritable')).toMatchObject({
        reason: 'block-device',
      });
      expect(kind('disk')).toBe('block special file');
      execFileSync('mknod', [at('full'), 'c', '1', '7']);
      expect(await problemFacts(write(at('full')), 'output-lost')).toEqual({
        path: 'full',
        reason: 'ENOSPC',
      });
    }
    expect([kind('pipe')]).toEqual(expected);
  });

  test('says of a reader that went that it did', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const reader = createReadStream(at('pipe'), { highWaterMark: 1 });
    reader.once('data', () => reader.destroy());
    // More than the pipe holds, so that the reader is gone before all is in it.
    const refused = problemFacts(write(at('pipe')), 'output-lost');
    expect(await refused).toEqual({ path: 'pipe', reason: 'EPIPE' });
  });

  test('refuses a socket, a folder and what leads nowhere', async () => {
    const server = createServer().listen(at('socket'));
    await once(server, 'listening');
    mkdirSync(at('folder'));
    symlinkSync('folder', at('to-folder'));
    symlinkSync('other-loop', at('loop'));
    symlinkSync('loop', at('other-loop'));
    symlinkSync('nowhere/file', at('far'));
    writeFileSync(at('file'), 'old');
    const before = readdirSync(folder);
    for (const [target, reason] of [
      [at('socket'), 'another-kind'],
      [at('folder'), 'EISDIR'],
      [at('to-folder'), 'EISDIR'],
      [`${at('new')}/`, 'ENOENT'],
      [`${at('new')}/.`, 'ENOENT'],
      [`${at('file')}/`, 'ENOTDIR'],
      [`${at('folder')}/`, 'EISDIR'],
      [at('loop'), 'ELOOP'],
      [at('far'), 'ENOENT'],
      ['', 'ENOENT'],
      ['/proc/self/fd/', 'EISDIR'],
      ['/proc/self/fd/none', 'ENOENT'],
    ] as const) {
      const facts = await problemFacts(write(target), 'file-unwritable');
      expect(facts, target).toMatchObject({ reason });
      // What only the write itself finds out: no descriptor of this number.
      if (target === '/proc/self/fd/none') continue;
      // The window says the same before it begins.
      const early = checkFileTarget(target, context.store.directory);
      expect(await problemFacts(early, 'file-unwritable'), target).toEqual(facts);
    }
    expect(readdirSync(folder)).toEqual(before);
    server.close();
  });

  test('the window is refused streams before it begins, and files are not', async () => {
    const check = (target: string): Promise<void> => checkFileTarget(target, context.store.directory);
    execFileSync('mkfifo', [at('pipe')]);
    symlinkSync('pipe', at('to-pipe'));
    writeFileSync(at('file'), 'old');
    symlinkSync('file', at('to-file'));
    const open = readdirSync('/proc/self/fd').length;
    for (const target of [at('pipe'), at('to-pipe'), '/dev/null', '/dev/stdout'])
      expect(await problemFacts(check(target), 'file-unwritable'), target).toMatchObject({
        reason: 'stream',
      });
    for (const target of [at('file'), at('to-file'), at('new')]) await check(target);
    await problemFacts(check(join(context.store.directory, 'x.tar')), 'target-in-store');
    expect(readdirSync('/proc/self/fd').length).toBe(open);
    expect(readFileSync(at('file'), 'utf8')).toBe('old');
  });

  test('keeps the access list of a file, and gives it none of the folder', async () => {
    const list = accessList([1, 6], [2, 6, 4242], [4, 0], [16, 6], [32, 0]);
    setAttribute(folder, defaultListName, accessList([1, 7], [2, 7, 4243], [4, 0], [16, 7], [32, 0]));
    for (const name of ['listed', 'plain']) {
      writeFileSync(at(name), 'old');
      removeAttribute(at(name), accessListName);
      chmodSync(at(name), 0o640);
    }
    setAttribute(at('listed'), accessListName, list);
    for (const name of ['listed', 'plain']) await write(at(name));
    expect(statSync(at('listed')).size).toBeGreaterThan(3);
    // With a list the group bits of a mode are its mask: without it they would be the owning group's.
    expect(Buffer.from(getAttribute(at('listed'), accessListName) ?? [])).toEqual(list);
    expect(statSync(at('listed')).mode & 0o7777).toBe(0o660);
    expect(getAttribute(at('plain'), accessListName)).toBeNull();
    expect(statSync(at('plain')).mode & 0o7777).toBe(0o640);
  });

  test('follows links to the file, which keeps its mode and owner', async () => {
    mkdirSync(at('real'));
    writeFileSync(at('real/file'), 'old');
    chmodSync(at('real/file'), 0o4750);
    if (isRoot) chownSync(at('real/file'), 1234, 1235);
    symlinkSync('real', at('folder-link'));
    symlinkSync('folder-link/file', at('link'));
    symlinkSync('link', at('second'));
    symlinkSync('real/new', at('dangling'));
    await write(at('second'));
    await write(at('dangling'));
    expect(['second', 'link', 'dangling'].map((name) => readlinkSync(at(name)))).toEqual([
      'link',
      'folder-link/file',
      'real/new',
    ]);
    const { mode, uid, gid } = statSync(at('real/file'));
    expect((mode & 0o7777).toString(8)).toBe('750');
    if (isRoot) expect([uid, gid]).toEqual([1234, 1235]);
    expect(readFileSync(at('real/file')).equals(readFileSync(at('real/new')))).toBe(true);
    expect(readdirSync(at('real'))).toEqual(['file', 'new']);
  });

  test('refuses what is in the store, by whatever way', async () => {
    const blob = join(context.directory, blobPath(buildImage(image).layers[0]?.digest ?? ''));
    linkSync(blob, at('hard'));
    symlinkSync(context.directory, at('store'));
    symlinkSync(join(context.directory, 'index.json'), at('index'));
    symlinkSync(blob, at('blob'));
    const up = join(context.directory, 'blobs', '..', '..', 'store', 'x');
    for (const target of [
      at('hard'),
      at('store/new'),
      at('store/blobs/sha256/new'),
      at('index'),
      at('blob'),
      up,
    ])
      await problemFacts(write(target), 'target-in-store');
    await expectSoundStore(context.directory);
  });

  test('takes the longest name, and one with a line break', async () => {
    for (const name of ['n'.repeat(255), 'new\nline', '-', '名'.repeat(85)]) await write(at(name));
    expect(readdirSync(folder)).toHaveLength(4);
  });
});

test('a pipe that nobody reads from is refused', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const refusals = Object.values(writers).map((write) => problemFacts(write(at('pipe')), 'file-unwritable'));
  for (const facts of await Promise.all(refusals)) expect(facts).toEqual({ path: 'pipe', reason: 'ENXIO' });
  expect(kind('pipe')).toBe('fifo');
});

test('what changes places with a pipe while it is written is never the pipe’s end', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  writeFileSync(at('file'), 'old');
  // Open at both ends, so that writers never wait; it holds more than is written here.
  const pipe = openSync(at('pipe'), 'r+');
  const stop = await exchange(at('pipe'), at('file'));
  let refused = 0;
  for (let i = 0; i < 60; i++) await writeViewFile(context, at('file'), noise(500, i)).catch(() => refused++);
  stop();
  closeSync(pipe);
  expect([kind('file'), kind('pipe')].sort()).toEqual(['fifo', 'regular file']);
  expect(readdirSync(folder).sort()).toEqual(['file', 'pipe']);
  expect(refused).toBeLessThan(60);
});

test.runIf(isRoot)('a link that somebody else made in a folder for everybody is refused', async () => {
  chmodSync(folder, 0o1777);
  writeFileSync(at('victim'), 'mine');
  symlinkSync('victim', at('link'));
  execFileSync('chown', ['-h', '1234', at('link')]);
  for (const write of Object.values(writers))
    expect(await problemFacts(write(at('link')), 'file-unwritable')).toMatchObject({
      reason: 'foreign-link',
    });
  expect(readFileSync(at('victim'), 'utf8')).toBe('mine');
});

test.runIf(isRoot)('a link of another user is followed to a folder of that user alone', async () => {
  const chown = (path: string, user = 1234): unknown => execFileSync('chown', ['-h', String(user), at(path)]);
  const folders = [
    'mine',
    'theirs',
    'theirs/own',
    'theirs/own/a',
    'theirs/own/a/b',
    'theirs/own/mine',
    'others',
  ];
  for (const name of folders) mkdirSync(at(name));
  for (const name of ['mine/victim', 'others/victim', 'theirs/own/file'])
    writeFileSync(at(name), 'as it was');
  const links = {
    file: '../mine/victim',
    fresh: '../mine/new',
    folder: '../mine',
    other: '../others/victim',
    chain: 'file',
    turned: 'deep/../../mine/victim',
    deep: 'own/a/b',
    allowed: 'own/file',
    allowedFolder: 'own',
  };
  for (const [name, leads] of Object.entries(links)) symlinkSync(leads, at(`theirs/${name}`));
  for (const name of [
    ...folders.filter((each) => each.startsWith('theirs')),
    ...Object.keys(links).map((each) => `theirs/${each}`),
  ])
    chown(name);
  chown('others', 4321);
  for (const write of Object.values(writers)) {
    for (const name of ['file', 'fresh', 'folder/victim', 'folder/new', 'other', 'chain'])
      expect(await problemFacts(write(at(`theirs/${name}`)), 'file-unwritable'), name).toMatchObject({
        reason: 'foreign-link',
      });
    for (const name of ['allowed', 'allowedFolder/other', 'turned']) await write(at(`theirs/${name}`));
    // As the kernel goes it: up from where the link leads.
    expect(readdirSync(at('theirs/own/mine'))).toEqual(['victim']);
  }
  expect(
    await problemFacts(
      saveLayout(context, { what: ['shop:1'], target: at('theirs/folder/layout') }, quietRun()),
      'file-unwritable',
    ),
  ).toMatchObject({ reason: 'foreign-link' });
  for (const name of ['mine/victim', 'others/victim'])
    expect(readFileSync(at(name), 'utf8')).toBe('as it was');
  expect(readdirSync(at('mine'))).toEqual(['victim']);
  // Root's own links, and a chain through one.
  symlinkSync('theirs/own', at('way'));
  for (const write of Object.values(writers)) await write(at('way/file'));
});

test('what was looked at and what is written are in one folder, wherever its name leads by then', async () => {
  for (const name of ['theirs', 'victim']) {
    mkdirSync(at(name));
    writeFileSync(join(at(name), 'out'), name, { mode: name === 'theirs' ? 0o644 : 0o600 });
  }
  const found = await findTarget(at('theirs/out'), context.directory);
  renameSync(at('theirs'), at('moved'));
  symlinkSync('victim', at('theirs'));
  await withTarget(context, { place: found, label: 'out' }, quietRun(), async ({ draft, finish }) => {
    writeFileSync(draft, 'new');
    await finish();
  });
  expect(readFileSync(at('victim/out'), 'utf8')).toBe('victim');
  expect(statSync(at('victim/out')).mode & 0o777).toBe(0o600);
  expect(readFileSync(at('moved/out'), 'utf8')).toBe('new');
  expect(statSync(at('moved/out')).mode & 0o777).toBe(0o644);
  expect(readdirSync(at('moved'))).toEqual(['out']);
});

test.runIf(isRoot)('whoever exchanges a folder for a link without pause gets no file of root’s', async () => {
  mkdirSync(at('victim'));
  mkdirSync(at('u'));
  mkdirSync(at('u/d'));
  symlinkSync(at('victim'), at('u/link'));
  const victims = ['out', 'a'];
  for (const name of victims) {
    writeFileSync(join(at('victim'), name), 'secret', { mode: 0o600 });
    writeFileSync(join(at('u/d'), name), 'theirs', { mode: 0o644 });
    chownSync(join(at('u/d'), name), 1234, 1234);
  }
  for (const name of ['u', 'u/d', 'u/link']) lchownSync(at(name), 1234, 1234);
  const stop = await exchange(at('u/d'), at('u/link'), 1);
  const until = Date.now() + 3000;
  let [done, refused] = [0, 0];
  const { graph } = await readStoreView(context);
  const image = graph.images[0]?.id ?? expect.fail('the store has an image');
  const copy = (path: string): Promise<unknown> =>
    copyFromTree(context, { from: { image }, path: '/a', follow: false, owners: false }, path, quietRun());
  while (Date.now() < until || done === 0)
    for (const work of [
      () => writeViewFile(context, at('u/d/out'), noise(100)),
      () => copy(at('u/d/a')),
      () => copy(at('u/d')),
    ])
      await work().then(
        () => done++,
        () => refused++,
      );
  stop();
  expect(refused).toBeGreaterThan(0);
  for (const name of victims) {
    expect(readFileSync(join(at('victim'), name), 'utf8')).toBe('secret');
    const { uid, mode } = statSync(join(at('victim'), name));
    expect([uid, mode & 0o777]).toEqual([0, 0o600]);
  }
  expect(readdirSync(at('victim')).sort()).toEqual([...victims].sort());
});

test('what the shell opened is written into', async () => {
  const cli = [process.execPath, join(program, 'scripts', 'stratigraph.mjs'), '--store', context.directory];
  const shell = (line: string): string =>
    execFileSync('bash', ['-c', line, 'bash', ...cli], { cwd: folder, encoding: 'utf8' });
  const whole = await ok('save', '-o', at('whole'), 'shop:1').then(() => readFileSync(at('whole')));
  shell('(printf head; "$@" save -o /dev/stdout shop:1) > out 2> said');
  expect(readFileSync(at('out')).equals(Buffer.concat([Buffer.from('head'), whole]))).toBe(true);
  shell('"$@" save -o >(cat > through) shop:1 2> said; wait; sleep 0.2');
  expect(readFileSync(at('through')).equals(whole)).toBe(true);
  shell('"$@" save -o /proc/self/fd/5 shop:1 5> five 2> said');
  expect(readFileSync(at('five')).equals(whole)).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['five', 'out', 'said', 'through', 'whole']);
});

test('an archive is not saved over the one that says what the target has', async () => {
  await ok('save', '-o', at('held.tar'), 'shop:1');
  const { size } = statSync(at('held.tar'));
  const { code, stderr } = await stratigraph(
    'save',
    '--except',
    at('held.tar'),
    '-o',
    at('held.tar'),
    'shop:1',
  );
  expect([code, stderr]).toEqual([1, expect.stringContaining('held.tar')]);
  expect(statSync(at('held.tar')).size).toBe(size);
});

describe('a folder', () => {
  const save = (target: string): Promise<unknown> =>
    saveLayout(context, { what: ['shop:1'], target }, quietRun());

  test('is made through a link to an empty one, and nothing else gives way', async () => {
    mkdirSync(at('empty'));
    symlinkSync('empty', at('link'));
    await save(`${at('link')}/`);
    expect(readlinkSync(at('link'))).toBe('empty');
    expect(readdirSync(at('empty')).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
    execFileSync('mkfifo', [at('pipe')]);
    symlinkSync('gone', at('dangling'));
    mkdirSync(at('full'));
    writeFileSync(at('full/file'), '');
    for (const name of ['pipe', 'dangling', 'full']) await problemFacts(save(at(name)), 'file-unwritable');
    for (const name of ['new', ''])
      await problemFacts(save(join(context.directory, name)), 'target-in-store');
    expect(readdirSync(folder).sort()).toEqual(['dangling', 'empty', 'full', 'link', 'pipe']);
  });
});

const seed = seedOf();

test(`SIGKILL at any moment leaves nothing beside the target after the next command (seed ${seed})`, async () => {
  const random = seeded(seed);
  const commands = [
    ['save', '-o', at('a.tar'), 'shop:1'],
    ['save', '--format', 'oci-archive', '--compress', 'gzip', '-o', at('a.tar'), 'shop:1'],
    ['export', '-o', at('a.tar'), 'shop:1'],
    ['save', '--format', 'oci-dir', '-o', at('layout'), 'shop:1'],
  ];
  const cli = join(program, 'scripts', 'stratigraph.mjs');
  let killed = 0;
  for (let i = 0; i < 24; i++) {
    const words = [cli, '--store', context.directory, ...(commands[i % commands.length] ?? [])];
    const child = spawn(process.execPath, words, { stdio: 'ignore' });
    const ended = once(child, 'exit');
    // Starting takes about as long as the work: the moments are spread over the second half.
    await new Promise((resolve) => setTimeout(resolve, 120 + random(250)));
    if (child.kill('SIGKILL')) killed++;
    await ended;
    const names = readdirSync(folder);
    // Files have no name before they are whole.
    if (i % commands.length < 3)
      expect(names.filter((name) => name.endsWith('.part') && !isDraftName(name))).toEqual([]);
    if (names.includes('layout')) execFileSync('rm', ['-r', at('layout')]);
  }
  expect(killed).toBeGreaterThan(0);
  expect((await stratigraph('gc')).code).toBe(0);
  expect(readdirSync(folder).filter((name) => name !== 'a.tar' && name !== 'layout')).toEqual([]);
  await expectSoundStore(context.directory);
});

test('drafts of the dead are swept by the next writer into a folder, nobody else’s', async () => {
  const dead = draftName().replace(/-\d+-/, '-4194305-');
  writeFileSync(at(dead), 'rest of a save');
  mkdirSync(at(dead.replace(/[0-9a-f]{4}\.part$/, 'aaaa.part')));
  const living = draftName();
  writeFileSync(at(living), 'being written');
  const like = `${dead}.txt`;
  writeFileSync(at(like), 'a person’s own');
  execFileSync('mkfifo', [at(dead.replace(/[0-9a-f]{4}\.part$/, 'bbbb.part'))]);
  await writeViewFile(context, at('view.svg'), Buffer.from('<svg/>'));
  const left = readdirSync(folder).filter((name) => !lstatSync(at(name)).isFIFO());
  expect(left.sort()).toEqual([living, like, 'view.svg'].sort());
});

test.runIf(isRoot)(
  'a folder of ours that somebody else could have named as a draft stays, with what is in it',
  async () => {
    const named = at(draftName().replace(/-\d+-/, '-4194305-'));
    const notes = join(folder, 'ingest');
    mkdirSync(notes);
    await noteDraft(notes, named);
    mkdirSync(named, { mode: 0o700 });
    writeFileSync(join(named, 'only'), 'copy');
    for (const [owner, mode] of [
      [1234, 0o755],
      [0, 0o777],
    ] as const) {
      chownSync(folder, owner, 4321);
      chmodSync(folder, mode);
      await writeViewFile(context, at('view.svg'), Buffer.from('<svg/>'));
      await removeNoted(notes);
      expect(readFileSync(join(named, 'only'), 'utf8')).toBe('copy');
    }
    chownSync(folder, 0, 0);
    chmodSync(folder, 0o700);
    await removeNoted(notes);
    expect(existsSync(named)).toBe(false);
  },
);

test.runIf(isRoot)(
  'root makes no folder of many files where another user can exchange the way to it',
  async () => {
    mkdirSync(at('shared'));
    const words = ['save', '--format', 'oci-dir', '-o', at('shared/out'), 'shop:1'];
    for (const [owner, mode] of [
      [1234, 0o755],
      [0, 0o777],
    ] as const) {
      chownSync(at('shared'), owner, 4321);
      chmodSync(at('shared'), mode);
      const { code, stderr } = await stratigraph(...words);
      expect(code).toBe(1);
      expect(stderr).toContain('another user can exchange');
      expect(readdirSync(at('shared'))).toEqual([]);
    }
    chmodSync(at('shared'), 0o1777);
    await ok(...words);
    expect(readdirSync(at('shared'))).toEqual(['out']);
  },
);

test('drafts that a dead process noted go, however many and however deep', async () => {
  const names = [1, 2, 3].map((i) => draftName().replace(/-\d+-/, `-419430${i}-`));
  const dead = join(folder, 'ingest');
  mkdirSync(dead);
  for (const name of names) await noteDraft(dead, at(name));
  mkdirSync(at(names[0] ?? ''));
  deepTree(at(names[0] ?? ''), 3000);
  symlinkSync(folder, join(at(names[0] ?? ''), 'link'));
  writeFileSync(at(names[1] ?? ''), 'x');
  symlinkSync('nowhere', at(names[2] ?? ''));
  writeFileSync(at('own'), 'a person’s');
  await noteDraft(dead, at('own'));
  await removeNoted(dead);
  expect(readdirSync(folder).sort()).toEqual(['ingest', 'own']);
});

test.runIf(isRoot)('a full disk leaves the old file and no draft', () => {
  const script = `
    set -e
    mount -t tmpfs -o size=300k tmpfs "$1"
    echo old > "$1/old.tar"
    for words in "save" "save --format oci-archive --compress gzip" "export"; do
      if node "$2" --store "$3" $words -o "$1/old.tar" shop:1 2> "$1/../said"; then echo written; fi
      ls -A "$1"; cat "$1/old.tar"
    done`;
  mkdirSync(at('disk'));
  const cli = join(program, 'scripts', 'stratigraph.mjs');
  const said = execFileSync(
    'unshare',
    ['-m', '--propagation', 'private', 'sh', '-c', script, 'sh', at('disk'), cli, context.directory],
    { encoding: 'utf8' },
  );
  expect(said).toBe('old.tar\nold\n'.repeat(3));
  expect(readFileSync(at('said'), 'utf8')).toMatch(/old\.tar/);
  expect(readFileSync(at('said'), 'utf8')).not.toContain('.part');
});
