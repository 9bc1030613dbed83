import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskBytes } from '../../../electron/actions/diskBytes';
import { divideUpper } from '../../../electron/commit/divideUpper';
import { writeLayer } from '../../../electron/commit/writeLayer';
import { copyOut } from '../../../electron/mount/browseTree';
import { readChanges } from '../../../electron/mount/readChanges';
import { FolderFiles } from '../../../electron/source/archiveFiles';
import { defaultLimits } from '../../../shared/image/limits';
import { problemOf } from '../../../shared/image/problem';
import { exchange } from '../../setup/exchanger';
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

function layerOf({ folder, tree, base }: Places, tools = idle): Buffer {
  const [target, indexTarget] = [join(folder, 'layer.tar'), join(folder, 'layer.index')];
  for (const path of [target, indexTarget]) rmSync(path, { force: true });
  writeLayer({ upper: tree, base, style, paths: null, owners: {}, target, indexTarget }, tools);
  return readFileSync(target);
}

/** Runs `work` again and again while `one` and `other` change places; says of each time what it gave, or its problem. */
async function meanwhile(
  one: string,
  other: string,
  times: number,
  work: () => string,
): Promise<Set<string>> {
  const stop = await exchange(one, other);
  const seen = new Set<string>();
  for (let i = 0; i < times; i++)
    try {
      seen.add(work());
    } catch (thrown) {
      seen.add(problemOf(thrown).code);
    }
  stop();
  return seen;
}

const leaked = (text: string | Buffer): string => (text.includes('SECRET') ? 'leaked' : 'kept');

describe.runIf(linux)('a tree that somebody changes while it is read', () => {
  test('gives a layer nothing from outside, where a directory is exchanged for a link', async () => {
    const at = await places(40);
    const link = join(at.folder, 'link');
    const seen = await meanwhile(join(at.tree, 'd'), link, 40, () => leaked(layerOf(at)));
    expect([...seen].filter((each) => each !== 'tree-changed')).toEqual(['kept']);
  });

  test('gives a layer nothing from outside, where a file is exchanged for a link', async () => {
    const at = await places(1);
    symlinkSync(join(at.outside, 'f0'), join(at.folder, 'filelink'));
    const seen = await meanwhile(join(at.tree, 'd/f0'), join(at.folder, 'filelink'), 60, () =>
      leaked(layerOf(at)),
    );
    expect([...seen].filter((each) => each !== 'tree-changed')).toEqual(['kept']);
  });

  test('is not waited for where a file is exchanged for a fifo', async () => {
    const at = await places(1);
    execFileSync('mkfifo', [join(at.folder, 'fifo')]);
    const seen = await meanwhile(join(at.tree, 'd/f0'), join(at.folder, 'fifo'), 60, () =>
      leaked(layerOf(at)),
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
    const seen = await meanwhile(join(at.tree, 'd/f'), join(at.folder, 'other'), 200, () =>
      header(layerOf(at)),
    );
    expect([...seen].sort()).toEqual(['0000600 much longer contents', '0000644 short']);
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
    const stop = await exchange(join(at.tree, 'd'), link);
    const seen = new Set<string>();
    for (let i = 0; i < 1500; i++)
      try {
        seen.add(leaked(Buffer.from(await files.readDocument('d/f0', 'config'))));
      } catch (thrown) {
        seen.add(problemOf(thrown).code);
      }
    stop();
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
      layerOf(at, tools as typeof idle);
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
    expect(layerOf(at, tools as typeof idle).length).toBeLessThan((2 << 20) + 10_000);
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
      layerOf(at);
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
      const known = { style: overlay, limit: 100, compareBytes: 0, known: 'unwanted' } as const;
      expect(readChanges({ upper: at.tree, base: at.base, ...known }, idle)?.bytes).toBe(12 * 5000);
      expect(await diskBytes(at.tree)).toBe(12 * 8192);
    } finally {
      end();
    }
  });
});

describe.runIf(linux)('a file that comes into the place of another while a tree is read', () => {
  test('is no further name of it, though it gets its inode number', async () => {
    const at = await places(0);
    const [first, second] = [join(at.tree, 'd/a'), join(at.tree, 'd/b')];
    writeFileSync(first, 'the first');
    linkSync(first, join(at.tree, 'd/z'));
    writeFileSync(second, 'x');
    let replaced = 0;
    const inode = lstatSync(first).ino;
    const tools = {
      tick: (bytes: number) => {
        if (bytes === 0 || replaced !== 0) return;
        // The first is written: it goes with all its names, and others come until one has its number.
        for (const path of [first, join(at.tree, 'd/z'), second]) rmSync(path);
        for (let i = 0; i < 40; i++) {
          const path = join(at.tree, `d/b${i === 0 ? '' : i}`);
          writeFileSync(path, `later ${i}`);
          linkSync(path, join(at.tree, `e${i}`));
          if (lstatSync(path).ino === inode) replaced = i + 1;
        }
        replaced ||= -1;
      },
    };
    const tar = layerOf(at, tools as typeof idle).toString('latin1');
    expect(replaced).not.toBe(0);
    if (lstatSync(join(at.tree, 'e0'), { bigint: true }).birthtimeNs > 0n) expect(tar).toContain('later 0');
  });
});

test.runIf(linux)(
  'a divided upper directory keeps files of one number on two file systems apart',
  async () => {
    const at = await places(0);
    const file = join(at.tree, 'd/f');
    writeFileSync(file, 'one');
    linkSync(file, join(at.tree, 'd/g'));
    const [taken, rest] = [join(at.folder, 'taken'), join(at.folder, 'rest')];
    divideUpper({ upper: at.tree, base: at.base, style: overlay, paths: ['d', 'd/f'], taken, rest }, idle);
    expect(readFileSync(join(taken, 'd/f'), 'utf8')).toBe('one');
    writeFileSync(join(rest, 'd/g'), 'changed');
    expect(readFileSync(join(taken, 'd/f'), 'utf8')).toBe('one');
  },
);
