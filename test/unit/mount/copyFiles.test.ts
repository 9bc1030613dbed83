import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { mergeTree } from '../../../electron/mount/mergeTree';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { createWorkspace, mountWorkspace } from '../../../electron/actions/trees/workspaces';
import { fileTree } from '../../../electron/actions/inside/imageFiles';
import { copySources } from '../../../electron/cli/copySources';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { randomLayer, seeded } from '../../setup/randomLayers';
import { run as runProgram } from '../../setup/run';
import { load, openStore, quietRun, temporaryFolder, type TestStore } from '../../setup/temporary';
import { factsOfDirectory } from '../../setup/treeFacts';

/** `cp`: docker cp's rules, nothing out of the target, nothing in it replaced but files and links. */

const isRoot = process.getuid?.() === 0;
const spec: ImageSpec = {
  names: ['shop:1.6'],
  layers: [
    {
      files: [
        { path: 'etc', type: 'directory', mode: 0o755, mtime: 1_000_000 },
        { path: 'etc/conf', content: 'one\n', mode: 0o640, uid: 7, gid: 8, pax: { mtime: '-86400' } },
        { path: 'etc/link', type: 'symlink', linkTarget: 'conf' },
        { path: 'etc/sub/deep', content: 'deep', mode: 0o4755, uid: 7 },
        { path: 'way', type: 'symlink', linkTarget: '/etc', mode: 0o777 },
        { path: 'gone', content: 'x' },
      ],
    },
    {
      gzip: true,
      files: [
        { path: '.wh.gone' },
        { path: 'etc/conf', content: 'two\n', mode: 0o640, uid: 7, gid: 8, pax: { mtime: '-86400' } },
        { path: 'etc/hard', type: 'hardlink', linkTarget: 'etc/conf' },
        { path: 'dev/null', type: 'character', major: 1, minor: 3 },
        { path: 'dev/pipe', type: 'fifo' },
      ],
    },
  ],
};
let store: TestStore;
let folder = '';
beforeEach(async () => {
  store = await openStore();
  folder = await temporaryFolder();
  await load(store, dockerArchive([spec]));
});

const at = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(at(name), 'utf8');
const cp = (source: string, target: string, ...options: string[]) =>
  callCommand(store.directory, ['cp', ...options, source, target.startsWith('/') ? target : at(target)]);
async function copied(source: string, target: string, ...options: string[]): Promise<void> {
  const { code, err } = await cp(source, target, ...options);
  expect(code, err).toBe(0);
}
/** Runs a copy that is refused: all is as before, and no draft is left. */
async function refused(source: string, target: string, ...options: string[]): Promise<string | null> {
  const before = snapshot();
  const { problem } = await cp(source, target, ...options);
  expect(snapshot()).toEqual(before);
  return problem;
}
const snapshot = (): string =>
  execFileSync(
    'find',
    [folder, '-type', 'd', '-printf', '%P %m\\n', '-o', '-printf', '%P %y %s %m %l %T@\\n'],
    { encoding: 'utf8' },
  );

describe('docker cp’s rules', () => {
  test('a file: as a new name, over a file, into a folder, at the end of a link', async () => {
    await copied('shop:1.6:/etc/conf', 'new');
    const info = lstatSync(at('new'), { bigint: true });
    expect([text('new'), info.mode & 0o7777n, info.mtimeNs]).toEqual(['two\n', 0o640n, -86_400_000_000_000n]);
    expect([Number(info.uid), Number(info.gid)]).toEqual([process.getuid?.(), process.getgid?.()]);
    writeFileSync(at('old'), 'old', { mode: 0o600 });
    await copied('shop:1.6:etc/conf', 'old');
    expect([text('old'), statSync(at('old')).mode & 0o777]).toEqual(['two\n', 0o640]);
    mkdirSync(at('in'));
    await copied('shop:1.6:/etc/conf', 'in/');
    expect(readdirSync(at('in'))).toEqual(['conf']);
    symlinkSync('old', at('to'));
    await copied('shop:1.6@1:/etc/conf', 'to');
    expect([text('old'), readlinkSync(at('to'))]).toEqual(['one\n', 'old']);
    expect(await refused('shop:1.6:/etc/conf', 'missing/')).toBe('file-unwritable');
    expect(await refused('shop:1.6:/etc/conf', 'missing/x')).toBe('file-unwritable');
    expect(await refused('shop:1.6:/etc/conf/', 'x')).toBe('file-unreadable');
    expect(await refused('shop:1.6:/gone', 'x')).toBe('file-not-found');
    await copied('shop:1.6@1:/gone', 'gone');
  });

  test('a folder: as a new one, into one that is there, only what is in it', async () => {
    await copied('shop:1.6:/etc', 'new');
    expect(readdirSync(at('new')).sort()).toEqual(['conf', 'hard', 'link', 'sub']);
    expect(statSync(at('new')).mtimeMs).toBe(1_000_000_000);
    expect(lstatSync(at('new/conf')).ino).toBe(lstatSync(at('new/hard')).ino);
    expect(statSync(at('new/sub/deep')).mode & 0o7777).toBe(0o755);
    mkdirSync(at('in'));
    await copied('shop:1.6:/etc', 'in');
    writeFileSync(at('in/etc/conf'), 'mine');
    writeFileSync(at('in/etc/own'), 'own');
    await copied('shop:1.6:/etc', 'in');
    expect([text('in/etc/conf'), text('in/etc/own'), existsSync(at('in/etc/etc'))]).toEqual([
      'two\n',
      'own',
      false,
    ]);
    mkdirSync(at('flat'));
    for (const path of ['/etc/.', '/way/.']) await copied(`shop:1.6:${path}`, 'flat');
    expect(readdirSync(at('flat')).sort()).toEqual(['conf', 'hard', 'link', 'sub']);
    await copied('shop:1.6:/etc/.', 'made/');
    expect(readdirSync(at('made')).length).toBe(4);
    writeFileSync(at('file'), '');
    expect(await refused('shop:1.6:/etc', 'file')).toBe('file-unwritable');
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a link: itself, with -L or a slash what it leads to', async () => {
    await copied('shop:1.6:/way', 'link');
    await copied('shop:1.6:/way', 'link2');
    expect(readlinkSync(at('link'))).toBe('/etc');
    await copied('shop:1.6:/etc/link', 'followed', '-L');
    expect(text('followed')).toBe('two\n');
    mkdirSync(at('in'));
    await copied('shop:1.6:/way/', 'in');
    await copied('shop:1.6:/way', 'dir', '-L');
    expect([readdirSync(at('in')), readdirSync(at('dir')).length]).toEqual([['way'], 4]);
    await copied('shop:1.6:/way/conf', 'conf');
  });

  test.runIf(isRoot)(
    '-a gives owners and special bits; devices and pipes are left out and counted',
    async () => {
      await copied('shop:1.6:/etc', 'kept', '-a');
      expect(statSync(at('kept/sub/deep')).mode & 0o7777).toBe(0o4755);
      expect([statSync(at('kept/conf')).uid, statSync(at('kept/conf')).gid]).toEqual([7, 8]);
      await copied('shop:1.6:/etc/sub/deep', 'deep', '-a');
      expect([statSync(at('deep')).mode & 0o7777, statSync(at('deep')).uid]).toEqual([0o4755, 7]);
      expect((await cp('shop:1.6:/dev', 'dev')).err).toContain('2 devices and pipes left out');
      expect(readdirSync(at('dev'))).toEqual([]);
      expect(await refused('shop:1.6:/dev/null', 'null')).toBe('file-unreadable');
    },
  );

  test('- is a tar with what is recorded', async () => {
    const program = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');
    const listed = async (source: string): Promise<string[]> => {
      const words = [
        '-c',
        '"$0" "$1" --store "$2" cp "$3" - | tar --numeric-owner -tvf - | sort -k6',
        process.execPath,
      ];
      const { stdout } = await runProgram('sh', [...words, program, store.directory, source]);
      return stdout
        .trim()
        .split('\n')
        .map((line) =>
          line
            .split(/\s+/)
            .filter((_, i) => i !== 2 && i !== 3 && i !== 4)
            .join(' '),
        );
    };
    expect(await listed('shop:1.6:/etc/conf')).toEqual(['-rw-r----- 7/8 conf']);
    expect(await listed('shop:1.6:/etc/sub')).toEqual(['drwxr-xr-x 0/0 sub/', '-rwsr-xr-x 7/0 sub/deep']);
    expect(await listed('shop:1.6:/etc/sub/.')).toEqual(['drwxr-xr-x 0/0 ./', '-rwsr-xr-x 7/0 deep']);
    expect(await listed('shop:1.6:/way')).toEqual(['lrwxrwxrwx 0/0 way -> /etc']);
  });
});

describe('the target', () => {
  test('no link in it is followed, and links are replaced', async () => {
    mkdirSync(at('out'));
    mkdirSync(at('in'));
    writeFileSync(at('out/conf'), 'outside');
    symlinkSync(at('out'), at('in/etc'));
    expect(await refused('shop:1.6:/etc', 'in')).toBe('file-unwritable');
    mkdirSync(at('in2'));
    symlinkSync(at('out'), at('in2/sub'));
    symlinkSync(at('out/conf'), at('in2/conf'));
    expect(await refused('shop:1.6:/etc/.', 'in2')).toBe('file-unwritable');
    await copied('shop:1.6:/etc/conf', 'in2');
    expect([text('out/conf'), lstatSync(at('in2/conf')).isFile(), text('in2/conf')]).toEqual([
      'outside',
      true,
      'two\n',
    ]);
    expect(readdirSync(at('out'))).toEqual(['conf']);
  });

  test('what is in the way and no file stays, and nothing else of the copy is there', async () => {
    for (const way of ['folder', 'pipe', ...(isRoot ? ['device'] : [])]) {
      mkdirSync(at(way));
      if (way === 'folder') mkdirSync(at(`${way}/conf`));
      else if (way === 'pipe') execFileSync('mkfifo', [at(`${way}/conf`)]);
      else execFileSync('mknod', [at(`${way}/conf`), 'c', '1', '3']);
      expect(await refused('shop:1.6:/etc/.', way), way).toBe('file-unwritable');
      expect(await refused('shop:1.6:/etc/conf', way), way).toBe('file-unwritable');
    }
    mkdirSync(at('file'));
    writeFileSync(at('file/sub'), '');
    expect(await refused('shop:1.6:/etc/.', 'file')).toBe('file-unwritable');
  });

  test('the store is never written to, nor what an image has for it', async () => {
    expect(await refused('shop:1.6:/etc', store.directory)).toBe('target-in-store');
    expect(await refused('shop:1.6:/etc/conf', join(store.directory, 'index.json'))).toBe('target-in-store');
    const above = join(store.directory, '..');
    const inside = { names: ['evil:1'], layers: [{ files: [{ path: 'store/index.json', content: '{}' }] }] };
    await load(store, dockerArchive([inside]));
    expect(store.directory.endsWith('/store')).toBe(true);
    expect(await refused('evil:1:/.', above)).toBe('target-in-store');
  });

  test('something that comes into the way of a merge meanwhile is not replaced', () => {
    const [draft, target] = [at('draft'), at('target')];
    for (const each of [draft, target]) mkdirSync(each);
    writeFileSync(join(draft, 'a'), 'new');
    writeFileSync(join(target, 'a'), 'old');
    let ticks = 0;
    // Between the look and the move.
    const tick = (): void => {
      if (++ticks !== 2) return;
      execFileSync('rm', [join(target, 'a')]);
      execFileSync('mkfifo', [join(target, 'a')]);
    };
    expect(() =>
      mergeTree({ draft, target, store: store.directory, spare: 'swap', label: 'x' }, { tick }),
    ).toThrow();
    expect(lstatSync(join(target, 'a')).isFIFO()).toBe(true);
  });
});

test('folders that nobody may write to are copied, also by an ordinary user and into a folder that is there', async () => {
  const closed = {
    names: ['closed:1'],
    layers: [
      {
        files: [
          { path: 'a/b', type: 'directory' as const, mode: 0o555 },
          { path: 'a/b/c', content: 'c' },
          { path: 'a', type: 'directory' as const, mode: 0o500 },
        ],
      },
    ],
  };
  await load(store, dockerArchive([closed]));
  mkdirSync(at('in'));
  await copied('closed:1:/.', 'in');
  expect([statSync(at('in/a')).mode & 0o777, statSync(at('in/a/b')).mode & 0o777, text('in/a/b/c')]).toEqual([
    0o500,
    0o555,
    'c',
  ]);
  chmodSync(at('in/a'), 0o700);
  chmodSync(at('in/a/b'), 0o700);
});

test('IMG:PATH: names and paths have colons, too', () => {
  expect(copySources('shop:1.6:/a:b:/c')).toEqual([{ name: 'shop:1.6', path: '/a:b:/c' }]);
  expect(copySources('localhost:5000/shop:1:etc/a')).toEqual([
    { name: 'localhost:5000/shop:1', path: 'etc/a' },
    { name: 'localhost:5000/shop', path: '1:etc/a' },
    { name: 'localhost', path: '5000/shop:1:etc/a' },
  ]);
  expect(copySources('/etc/passwd')).toEqual([]);
});

test.runIf(isRoot)('a workspace and a mount are read as they are now', async () => {
  const run = quietRun();
  const { image } = resolveImage((await readStoreView(store)).graph, 'shop:1.6');
  await createWorkspace(store, { image: image.id, name: 'fix' }, run);
  const { merged } = await mountWorkspace(store, 'fix', false, run);
  writeFileSync(join(merged, 'etc/conf'), 'three\n');
  writeFileSync(join(merged, 'etc/late'), 'late\n');
  execFileSync('rm', [join(merged, 'etc/link')]);
  await copied('fix:/etc/conf', 'conf');
  await copied('fix:/etc', 'etc');
  expect([text('conf'), readdirSync(at('etc')).sort(), text('etc/late')]).toEqual([
    'three\n',
    ['conf', 'hard', 'late', 'sub'],
    'late\n',
  ]);
  const mounted = await mountImage(store, { image: image.id, target: null, kept: true }, run);
  await copied(`${mounted.path}:/etc/conf`, 'mounted');
  expect(text('mounted')).toBe('two\n');
  await unmountImage(store, mounted.id);
});

test.runIf(isRoot)(
  'a copy of all with -a is what a mount shows, less devices, pipes and attributes',
  async () => {
    const random = seeded(20_261_130);
    let compared = 0;
    for (let i = 0; i < 12; i++) {
      const layers = Array.from({ length: 2 }, () => ({ files: randomLayer(random) }));
      const each = await openStore();
      await load(each, dockerArchive([{ names: ['r:1'], layers }]));
      const view = await readStoreView(each);
      const { image } = resolveImage(view.graph, 'r:1');
      if ((await fileTree(each, view, image, null).catch(() => null)) === null) continue;
      compared++;
      const { code, err } = await callCommand(each.directory, ['cp', '-a', 'r:1:/', at(`copy${i}`)]);
      expect(code, err).toBe(0);
      const mounted = await mountImage(each, { image: image.id, target: null, kept: false }, quietRun());
      const facts = [...factsOfDirectory(mounted.path)].filter(
        ([, fact]) => !/^(?:character|block|fifo) /.test(fact),
      );
      const plain = (all: Iterable<readonly [string, string]>): string[] =>
        [...all].map(([path, fact]) => `${path} ${fact.replace(/ (?:user|security)\.\S+/g, '')}`);
      expect(plain(factsOfDirectory(at(`copy${i}`)))).toEqual(plain(facts));
      await unmountImage(each, mounted.id);
    }
    expect(compared).toBeGreaterThan(4);
  },
);
