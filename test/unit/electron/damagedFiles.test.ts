import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace } from '../../../electron/actions/trees/workspaces';
import { buildImage, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { blobsOnDisk, load, openStore, quietRun } from '../../setup/temporary';
import { callCommand } from '../../setup/callCommand';
import type { Called } from '../../setup/performCommand';

/**
 * Each file of a store but its blobs, damaged in each way, under commands of all kinds: a sentence or the right answer, never a
 * fault of ours, and nothing lost. Of the whole table (9 files, 14 damages, 41 commands) each run takes a part that goes through
 * all commands; `DAMAGED_FILES=all` takes it whole, which is minutes.
 */

const image: ImageSpec = {
  names: ['x:1'],
  created: '2023-04-05T06:07:08Z',
  layers: [
    { files: [{ path: 'a', content: 'one' }] },
    { files: [{ path: 'b', content: 'two' }], gzip: true },
  ],
};
const other: ImageSpec = { names: ['y:1'], layers: [{ files: [{ path: 'a', content: 'three' }] }] };

let base = '';
let sound = '';
let scratch = '';
let archive = '';
let names: Readonly<Record<string, string>> = {};

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'stratigraph-damage-'));
  sound = join(base, 'sound');
  scratch = join(base, 'scratch');
  archive = join(base, 'new.tar');
  writeFileSync(
    archive,
    ociArchive([{ names: ['n:1'], layers: [{ files: [{ path: 'n', content: 'n' }] }] }]),
  );
  const context = await openStore(sound);
  await load(context, ociArchive([image, other]));
  await createWorkspace(context, { image: buildImage(image).id, name: 'w' }, quietRun());
  await context.close();
  for (const words of [['ls', 'x:1'], ['df'], ['images']]) await callCommand(sound, words);
  names = { ARCHIVE: archive, CONFIG: buildImage(image).id, OUT: join(base, 'out') };
});
afterAll(() => void rmSync(base, { recursive: true, force: true }));

const readers = [
  'images -a',
  'inspect x:1',
  'history x:1',
  '--json manifest x:1',
  '--json config x:1',
  '--json blob CONFIG',
  'ls -R x:1',
  'du x:1',
  '--json cat x:1 /a',
  'find a',
  'diff x:1 y:1',
  'analyze x:1',
  'secrets x:1',
  'duplicates',
  'tree',
  'dot',
  'short',
  'df -v',
  'workspace ls',
  'mount',
  'rmi -n x:1',
  'prune -n',
  'gc -n',
  'fsck',
  'save -o OUT x:1',
  'export -o OUT x:1',
  'cp x:1:/a OUT',
];
const writers = [
  'tag x:1 x:2',
  'untag x:1',
  'rmi y:1',
  'rmi x:1',
  'prune',
  'gc',
  'load -i ARCHIVE',
  'squash x:1 f:1',
  'rewrite x:1 --remove /a l:1',
  'workspace create x:1 v',
  'workspace create x:1 w',
  'workspace rm w',
  'workspace diff w',
  'fsck --repair',
  'umount -a',
];
/** Files as a store has them; the last is the index of some layer's files. */
const files = [
  'index.json',
  'oci-layout',
  'trash.json',
  'reserve',
  'lock',
  'workspaces/w/workspace.json',
  'workspaces/.lock',
  'mounts/mount-0123456789ab.mount.json',
  'cache/used.json',
  'cache/index',
];

/** What a damage makes of a path where nothing is any more, from the bytes that were there. */
const damages: Readonly<Record<string, (path: string, bytes: Buffer) => void>> = {
  gone: () => undefined,
  empty: (path) => writeFileSync(path, ''),
  half: (path, bytes) => writeFileSync(path, bytes.subarray(0, bytes.length / 2)),
  noise: (path) => writeFileSync(path, noise(999)),
  list: (path) => writeFileSync(path, '[]'),
  object: (path) => writeFileSync(path, '{}'),
  null: (path) => writeFileSync(path, 'null'),
  'odd members': (path) =>
    writeFileSync(
      path,
      '{"schemaVersion":2,"manifests":[7,null,{"digest":"sha256:0"}],"entries":[1],"imageLayoutVersion":9}',
    ),
  deep: (path) => writeFileSync(path, '['.repeat(200_000)),
  folder: (path) => mkdirSync(path),
  'full folder': (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'mine'), 'mine');
  },
  pipe: (path) => void execFileSync('mkfifo', [path]),
  'link to nothing': (path) => symlinkSync('/nowhere/at/all', path),
  'link to a file': (path) => symlinkSync(join(base, 'mine'), path),
  forbidden: (path, bytes) => {
    writeFileSync(path, bytes);
    chmodSync(path, 0);
  },
};

test('a damaged file of a store is a sentence or no matter', { timeout: 3_600_000 }, async () => {
  const isWhole = process.env['DAMAGED_FILES'] === 'all';
  const lines = [...readers, ...writers];
  const right = new Map<string, string>();
  const fresh = (): void => {
    for (const path of [scratch, names['OUT'] ?? '']) rmSync(path, { recursive: true, force: true });
    cpSync(sound, scratch, { recursive: true });
    writeFileSync(join(base, 'mine'), 'mine');
  };
  const call = (line: string): Promise<Called> =>
    callCommand(
      scratch,
      line.split(' ').map((word) => names[word] ?? word),
    );
  for (const line of readers) {
    fresh();
    right.set(line, (await call(line)).out);
  }
  const kept = [...(await blobsOnDisk(sound)).keys()];
  const wrong: string[] = [];
  let turn = 0;
  let said = 0;
  for (const name of files) {
    const indexes = name === 'cache/index' ? readdirSync(join(sound, name, 'sha256')) : [];
    const file = name === 'cache/index' ? join(name, 'sha256', indexes[0] ?? '') : name;
    const path = join(scratch, file);
    for (const [damage, act] of Object.entries(damages)) {
      for (const line of isWhole ? lines : [0, 1].map(() => lines[(turn += 5) % lines.length] ?? '')) {
        fresh();
        const bytes = existsSync(path) ? readFileSync(path) : Buffer.from('{}');
        mkdirSync(dirname(path), { recursive: true });
        rmSync(path, { force: true });
        act(path, bytes);
        const { code, out, err, problem } = await call(line);
        const fault = (what: string): void =>
          void wrong.push(`${file}, ${damage}, ${line}: ${what}: ${code} ${out} ${err}`.slice(0, 600));
        if (problem === 'internal' || /\bE[A-Z]{4,}\b|undefined|\[object/.test(err)) fault('raw');
        if (code !== 0 && out + err === '') fault('silent');
        if (code !== 0) said++;
        // A workspace without a record is one that is being removed. What a damaged cache takes is told by these two.
        const isSame = damage !== 'gone' && !(name.startsWith('cache') && /^(fsck|df)/.test(line));
        if (code === 0 && err === '' && isSame && readers.includes(line) && out !== right.get(line))
          fault('another answer');
        if (readFileSync(join(base, 'mine'), 'utf8') !== 'mine') fault('followed a link');
        const after = await blobsOnDisk(scratch);
        if (kept.some((digest) => !after.has(digest)) && !(code === 0 && line.startsWith('rmi')))
          fault('lost a blob');
        // Who removes a workspace removes all of it, and who repairs drops what is no cache of ours among caches.
        const isTaken = line === 'workspace rm w' || (name.startsWith('cache') && line === 'fsck --repair');
        if (damage === 'full folder' && !isTaken && !existsSync(join(path, 'mine')))
          fault('emptied a folder');
      }
    }
  }
  expect(wrong).toEqual([]);
  expect(said).toBeGreaterThan(20);
});

test('no workspace takes the place of one that cannot be read', async () => {
  for (const [damage, act] of Object.entries(damages)) {
    const store = join(base, `taken-${damage.replaceAll(' ', '-')}`);
    cpSync(sound, store, { recursive: true });
    expect(await callCommand(store, ['workspace', 'create', 'x:1', 'u'])).toMatchObject({ code: 0 });
    const path = join(store, 'workspaces/w/workspace.json');
    const bytes = readFileSync(path);
    rmSync(path);
    writeFileSync(join(base, 'mine'), 'mine');
    act(path, bytes);
    for (const words of [
      ['create', 'x:1', 'w'],
      ['rename', 'u', 'w'],
    ]) {
      const { err, problem } = await callCommand(store, ['workspace', ...words]);
      // A link in our places is no store of ours at all.
      expect(problem, `${damage}, ${words.join(' ')}: ${err}`).toMatch(/^(?:workspace-exists|store-unsafe)$/);
    }
    expect(readdirSync(join(store, 'workspaces')).sort()).toEqual(expect.arrayContaining(['u', 'w']));
  }
});
