import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  type BigIntStats,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { diskBytes } from '../../../electron/actions/ground/diskBytes';
import { divideUpper } from '../../../electron/commit/divideUpper';
import { writeLayer } from '../../../electron/commit/writeLayer';
import { copyOut } from '../../../electron/mount/browseTree';
import { readChanges } from '../../../electron/mount/readChanges';
import { HeldTree } from '../../../electron/system/beneath';
import type { TreeStyle } from '../../../electron/worker/jobs';
import { FolderFiles } from '../../../electron/source/archiveFiles';
import { defaultLimits } from '../../../shared/image/limits';
import { problemOf } from '../../../shared/image/problem';
import { whileExchanged } from '../../setup/exchanger';
import { temporaryFolder } from '../../setup/temporary';

/** Trees that somebody else changes while they are read: nothing from outside comes out, and what comes out is whole. */

const linux = process.platform === 'linux';
const root = linux && process.getuid?.() === 0;
const style = { attributes: 'trusted', whiteouts: 'none', owners: 'kept', devices: true } as const;
const overlay = { ...style, whiteouts: 'device' } as const;
const idle = { tick: () => undefined };

interface Places {
  readonly folder: string;
  readonly tree: string;
  readonly outside: string;
  readonly base: string;
}

/** A tree with a directory `d` of files, and beside it a link `link` to a folder with files of the same names. */
async function places(files: number): Promise<Places> {
  const folder = await temporaryFolder();
  const [tree, outside, base] = ['tree', 'outside', 'base'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [join(tree, 'd'), outside, base]) mkdirSync(path, { recursive: true });
  for (let i = 0; i < files; i++) {
    writeFileSync(join(tree, 'd', `f${i}`), 'public');
    writeFileSync(join(outside, `f${i}`), 'SECRET');
  }
  symlinkSync(outside, join(folder, 'link'));
  return { folder, tree, outside, base };
}

async function layerOf({ folder, tree, base }: Places, tools = idle): Promise<Buffer> {
  const [target, indexTarget] = [join(folder, 'layer.tar'), join(folder, 'layer.index')];
  for (const path of [target, indexTarget]) rmSync(path, { force: true });
  await writeLayer(
    {
      upper: tree,
      base,
      style,
      paths: null,
      owners: {},
      lists: new Map(),
      target,
      indexTarget,
      label: 'fix',
    },
    tools,
  );
  return readFileSync(target);
}

/** What `work` gives while `one` and `other` change places, or its problems' codes: at least so many times, and until `wanted` came. */
const meanwhile = (
  one: string,
  other: string,
  least: number,
  work: () => string | Promise<string>,
  wanted: readonly string[] = ['kept'],
): Promise<Set<string>> =>
  whileExchanged([one, other], { least, wanted }, work, (thrown) => problemOf(thrown).code);

const leaked = (text: string | Buffer): string => (text.includes('SECRET') ? 'leaked' : 'kept');

describe.runIf(linux)('a tree that somebody changes while it is read', () => {
  test('gives a layer nothing from outside, where a directory is exchanged for a link', async () => {
    const at = await places(40);
    const link = join(at.folder, 'link');
    const seen = await meanwhile(join(at.tree, 'd'), link, 40, async () => leaked(await layerOf(at)));
    expect([...seen].filter((each) => each !== 'tree-changed')).toEqual(['kept']);
  });

  test('gives a layer nothing from outside, where a file is exchanged for a link', async () => {
    const at = await places(1);
    symlinkSync(join(at.outside, 'f0'), join(at.folder, 'filelink'));
    const seen = await meanwhile(join(at.tree, 'd/f0'), join(at.folder, 'filelink'), 60, async () =>
      leaked(await layerOf(at)),
    );
    expect([...seen].filter((each) => each !== 'tree-changed')).toEqual(['kept']);
  });

  test('is not waited for where a file is exchanged for a fifo', async () => {
    const at = await places(1);
    execFileSync('mkfifo', [join(at.folder, 'fifo')]);
    const seen = await meanwhile(join(at.tree, 'd/f0'), join(at.folder, 'fifo'), 60, async () =>
      leaked(await layerOf(at)),
    );
    expect([...seen].filter((each) => each !== 'tree-changed')).toEqual(['kept']);
  });

  test('says of a file what is true of the very one that is read', async () => {
    const at = await places(0);
    writeFileSync(join(at.tree, 'd/f'), 'short', { mode: 0o644 });
    writeFileSync(join(at.folder, 'other'), 'much longer contents', { mode: 0o600 });
    const header = (tar: Buffer): string => {
      for (let i = 0; i < tar.length; i += 512)
        if (tar.toString('latin1', i, i + 3) === 'd/f') {
          const [mode, size] = [
            tar.toString('latin1', i + 100, i + 107),
            tar.toString('latin1', i + 124, i + 135),
          ];
          const bytes = parseInt(size, 8);
          return `${mode} ${tar.toString('latin1', i + 512, i + 512 + bytes)}`;
        }
      return 'none';
    };
    const both = ['0000600 much longer contents', '0000644 short'];
    const work = async (): Promise<string> => header(await layerOf(at));
    const seen = await meanwhile(join(at.tree, 'd/f'), join(at.folder, 'other'), 200, work, both);
    expect([...seen].sort()).toEqual(both);
  });

  test('shows no change from outside, and counts none', async () => {
    const at = await places(5);
    mkdirSync(join(at.base, 'd'));
    for (let i = 0; i < 5; i++) writeFileSync(join(at.base, 'd', `f${i}`), 'SECRET');
    const link = join(at.folder, 'link');
    const input = {
      upper: at.tree,
      base: at.base,
      style: overlay,
      limit: 100,
      compareBytes: 1 << 20,
      owner: '',
      known: null,
    };
    const seen = await meanwhile(join(at.tree, 'd'), link, 100, () => {
      const { changes = [] } = readChanges(input, idle) ?? {};
      // Equal bytes would be those of the files outside, which are what the image has.
      const files = changes.filter(({ path }) => path.startsWith('d/f'));
      return files.some(({ aspects }) => !aspects.includes('content')) ? 'leaked' : 'kept';
    });
    expect([...seen]).toEqual(['kept']);
  });

  test('is copied out without anything from outside', async () => {
    const at = await places(30);
    const target = join(at.folder, 'copy');
    const seen = await meanwhile(join(at.tree, 'd'), join(at.folder, 'link'), 25, () => {
      copyOut({ root: at.tree, path: '', target, label: 'tree' }, idle);
      const found = existsSync(join(target, 'd/f0')) && !lstatSync(join(target, 'd')).isSymbolicLink();
      const text = found ? readFileSync(join(target, 'd/f0'), 'utf8') : '';
      rmSync(target, { recursive: true, force: true });
      return leaked(text);
    });
    expect([...seen].filter((each) => !each.startsWith('file-'))).toEqual(['kept']);
  });

  test('is an image layout of which nothing outside is read', async () => {
    const at = await places(1);
    const files = new FolderFiles('tree', at.tree, defaultLimits);
    const link = join(at.folder, 'link');
    const seen = await meanwhile(join(at.tree, 'd'), link, 1500, async () =>
      leaked(Buffer.from(await files.readDocument('d/f0', 'config'))),
    );
    expect(seen.has('kept')).toBe(true);
    expect(seen.has('leaked')).toBe(false);
    // The folder itself in the hands of another one: what was named is gone.
    rmSync(join(at.folder, 'tree'), { recursive: true, force: true });
    symlinkSync(at.outside, join(at.folder, 'tree'));
    await expect(files.readDocument('f0', 'config')).rejects.toThrow();
  });

  test('is refused with the name of a file that becomes shorter, and leaves no half of a layer', async () => {
    const at = await places(0);
    writeFileSync(join(at.tree, 'd/log'), Buffer.alloc(3 << 20, 1));
    const tools = { tick: (bytes: number) => void (bytes > 0 && truncateSync(join(at.tree, 'd/log'), 10)) };
    let fault: unknown;
    try {
      await layerOf(at, tools as typeof idle);
    } catch (thrown) {
      fault = problemOf(thrown);
    }
    expect(fault).toEqual({ code: 'tree-changed', facts: { path: '/d/log' } });
    expect(existsSync(join(at.folder, 'layer.tar'))).toBe(false);
  });

  test('has what was there of a file that grows', async () => {
    const at = await places(0);
    writeFileSync(join(at.tree, 'd/log'), Buffer.alloc(2 << 20, 1));
    let grown = 0;
    const tools = {
      tick: (bytes: number) => {
        if (bytes > 0 && grown++ < 5)
          writeFileSync(join(at.tree, 'd/log'), Buffer.alloc(1 << 20, 2), { flag: 'a' });
      },
    };
    expect((await layerOf(at, tools as typeof idle)).length).toBeLessThan((2 << 20) + 10_000);
    expect(grown).toBeGreaterThan(0);
  });
});

describe.runIf(root)('a tree over two file systems', () => {
  /** A directory with another file system, tmpfs, in it: files on both with equal inode numbers and two names each. */
  async function twoSystems(): Promise<{ at: Places; equal: number; end: () => void }> {
    const at = await places(0);
    const points = ['one', 'two'].map((name) => join(at.tree, name));
    for (const point of points) {
      mkdirSync(point);
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', point]);
    }
    const inodes: bigint[][] = points.map((point, which) =>
      Array.from({ length: 6 }, (_, i) => {
        const path = join(point, `f${i}`);
        writeFileSync(path, `${which}-${i}`.padEnd(5000, String(which)));
        linkSync(path, join(point, `g${i}`));
        return lstatSync(path, { bigint: true }).ino;
      }),
    );
    const equal = (inodes[0] ?? []).filter((ino) => inodes[1]?.includes(ino)).length;
    const end = (): void => points.forEach((point) => execFileSync('umount', [point]));
    return { at, equal, end };
  }

  test('keeps apart files that have one inode number, in a layer and in every count', async () => {
    const { at, equal, end } = await twoSystems();
    try {
      // Each tmpfs counts for itself: the test would show nothing otherwise.
      expect(equal).toBeGreaterThan(0);
      await layerOf(at);
      const unpacked = join(at.folder, 'unpacked');
      mkdirSync(unpacked);
      execFileSync('tar', ['-C', unpacked, '-xf', join(at.folder, 'layer.tar')]);
      for (const [which, point] of ['one', 'two'].entries())
        for (let i = 0; i < 6; i++) {
          const path = join(unpacked, point, `f${i}`);
          expect(readFileSync(path, 'utf8').startsWith(`${which}-${i}`)).toBe(true);
          expect(statSync(path).ino).toBe(statSync(join(unpacked, point, `g${i}`)).ino);
          expect(statSync(path).nlink).toBe(2);
        }
      const known = { style: overlay, limit: 100, compareBytes: 0, owner: '', known: 'unwanted' } as const;
      expect(readChanges({ upper: at.tree, base: at.base, ...known }, idle)?.bytes).toBe(12 * 5000);
      expect(await diskBytes(at.tree)).toBe(12 * 8192);
    } finally {
      end();
    }
  });
});

/**
 * Has all files but directories look as one: the number of the first, and device and birth as `more` says of each by its name. What
 * a file system would have to do for that (give a number again, hold two systems) none does to order.
 */
function withOneNumber(more: (path: string, info: BigIntStats) => Partial<BigIntStats>): void {
  const changed = (path: string, info: BigIntStats): BigIntStats =>
    info.isDirectory()
      ? info
      : (Object.assign(Object.create(Reflect.getPrototypeOf(info)), info, {
          ino: 7n,
          ...more(path, info),
        }) as BigIntStats);
  const real = Object.getOwnPropertyDescriptors(HeldTree.prototype);
  vi.spyOn(HeldTree.prototype, 'look').mockImplementation(function (this: HeldTree, path) {
    const info = real.look.value?.call(this, path) ?? null;
    return info && changed(path, info);
  });
  vi.spyOn(HeldTree.prototype, 'file').mockImplementation(function (this: HeldTree, path) {
    const open = real.file.value?.call(this, path) ?? null;
    return open && { fd: open.fd, info: changed(path, open.info) };
  });
}

describe.runIf(linux)('files with one inode number', () => {
  afterEach(() => vi.restoreAllMocks());

  const alike: readonly [string, (path: string, info: BigIntStats) => Partial<BigIntStats>][] = [
    ['that one had after the other', (path) => ({ birthtimeNs: path.endsWith('one') ? 1n : 2n })],
    ['on two file systems', (path) => ({ dev: path.endsWith('one') ? 1n : 2n, birthtimeNs: 1n })],
  ];

  async function twoFiles(): Promise<Places> {
    const at = await places(0);
    for (const name of ['one', 'two']) {
      writeFileSync(join(at.tree, 'd', name), name);
      // More than one name: else nobody looks for others.
      linkSync(join(at.tree, 'd', name), join(at.folder, name));
    }
    return at;
  }

  test.each(alike)('%s are two in a layer, and in what changed', async (_, more) => {
    const at = await twoFiles();
    withOneNumber(more);
    const tar = await layerOf(at);
    const unpacked = join(at.folder, 'unpacked');
    mkdirSync(unpacked);
    execFileSync('tar', ['-C', unpacked, '-xf', '-'], { input: tar });
    for (const name of ['one', 'two']) expect(readFileSync(join(unpacked, 'd', name), 'utf8')).toBe(name);
    const known = { style: overlay, limit: 100, compareBytes: 0, owner: '', known: 'unwanted' } as const;
    expect(readChanges({ upper: at.tree, base: at.base, ...known }, idle)?.bytes).toBe(6);
  });

  test.each(alike)('%s are two in either half of a division', async (_, more) => {
    const at = await twoFiles();
    withOneNumber(more);
    for (const paths of [['d/one', 'd/two'], []]) {
      const [taken, rest] = ['taken', 'rest'].map((name) => join(at.folder, `${name}${paths.length}`));
      const input = { upper: at.tree, base: at.base, style: overlay, paths };
      divideUpper({ ...input, taken: taken ?? '', rest: rest ?? '' }, idle);
      const half = (paths.length > 0 ? taken : rest) ?? '';
      for (const name of ['one', 'two']) expect(readFileSync(join(half, 'd', name), 'utf8')).toBe(name);
    }
  });

  test('are one where they are one: all its names go together', async () => {
    const at = await twoFiles();
    linkSync(join(at.tree, 'd/one'), join(at.tree, 'd/z'));
    execFileSync('tar', ['-C', at.base, '-xf', '-'], { input: await layerOf(at) });
    expect(statSync(join(at.base, 'd/z')).ino).toBe(statSync(join(at.base, 'd/one')).ino);
  });
});

describe.runIf(linux)('a tree that is emptied, or filled anew, while it is divided', () => {
  const styles = [overlay, { ...style, whiteouts: 'file' }] as const;
  const numbers = [...Array(12).keys()];

  async function house(): Promise<Places & { readonly taken: string; readonly rest: string }> {
    const at = await places(3);
    mkdirSync(join(at.tree, 'd/sub'));
    writeFileSync(join(at.tree, 'd/sub/x'), 'x');
    linkSync(join(at.tree, 'd/f0'), join(at.tree, 'd/g'));
    linkSync(join(at.tree, 'd/f0'), join(at.tree, 'd/sub/g'));
    return { ...at, taken: join(at.folder, 'taken'), rest: join(at.folder, 'rest') };
  }

  function divided(at: Awaited<ReturnType<typeof house>>, which: TreeStyle, turn: () => void): string {
    const paths = ['d', 'd/g', 'd/sub/x', 'd/f1'];
    const { taken, rest } = at;
    try {
      divideUpper({ upper: at.tree, base: at.base, style: which, paths, taken, rest }, { tick: turn });
      return 'divided';
    } catch (thrown) {
      expect([taken, rest].filter(existsSync)).toEqual([]);
      return problemOf(thrown).code;
    }
  }

  test.each(styles)('what is gone when its turn comes is left out ($whiteouts)', async (which) => {
    for (const turn of numbers) {
      const at = await house();
      let left = turn;
      const empty = (): void => {
        if (left-- === 0) rmSync(join(at.tree, 'd'), { recursive: true });
      };
      expect(divided(at, which, empty)).toBe('divided');
    }
  });

  test('what is another thing by then is refused with its path: it would be in neither half', async () => {
    const seen = new Set<string>();
    for (const turn of numbers) {
      const at = await house();
      let left = turn;
      const fill = (): void => {
        if (left-- !== 0) return;
        for (const name of ['d/f1', 'd/f2', 'd/g', 'd/sub/g']) {
          rmSync(join(at.tree, name));
          mkdirSync(join(at.tree, name));
        }
      };
      seen.add(divided(at, overlay, fill));
    }
    expect([...seen].sort()).toEqual(['divided', 'tree-changed']);
  });

  test('a division that cannot begin leaves nothing open, and what was there before', async () => {
    const at = await house();
    mkdirSync(at.rest);
    writeFileSync(join(at.rest, 'mine'), 'mine');
    const before = readdirSync('/proc/self/fd').length;
    const input = { upper: at.tree, style: overlay, paths: [], taken: at.taken, rest: at.rest };
    for (const base of [at.base, join(at.folder, 'nowhere')])
      expect(() => divideUpper({ ...input, base }, idle)).toThrow();
    expect(() => divideUpper({ ...input, base: 'nowhere', rest: `${at.rest}2` }, idle)).toThrow();
    expect(readdirSync('/proc/self/fd').length).toBe(before);
    expect([existsSync(at.taken), readdirSync(at.rest)]).toEqual([false, ['mine']]);
  });
});
