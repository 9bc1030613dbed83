import { execFileSync } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeName } from '../../../shared/layer/entryPath';
import { identityOf, isSame, openRegular, withTree, type HeldTree } from '../../../electron/system/beneath';
import { deepTree } from '../../setup/deepTree';
import { whileExchanged } from '../../setup/exchanger';
import { temporaryFolder } from '../../setup/temporary';

const linux = process.platform === 'linux';
const descriptors = (): number => readdirSync('/proc/self/fd').length;

const read = (tree: HeldTree, path: string): string | null => {
  const file = tree.file(path);
  if (file === null) return null;
  try {
    return readFileSync(file.fd, 'utf8');
  } finally {
    closeSync(file.fd);
  }
};

describe.runIf(linux)('a tree that is held by descriptors', () => {
  test('says what a walk by paths says, also of names that are not UTF-8', async () => {
    const root = await temporaryFolder();
    const odd = '\udcff\udcfe ü';
    for (const name of ['plain', odd]) {
      mkdirSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(encodeName(name))]));
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from(encodeName(`${name}/f`))]), name);
    }
    symlinkSync('plain', join(root, 'link'));
    withTree(root, (tree) => {
      expect(tree.names('')).toEqual(['link', 'plain', odd]);
      expect(tree.names(odd)).toEqual(['f']);
      expect(read(tree, 'plain/f')).toBe('plain');
      expect(read(tree, `${odd}/f`)).toBe(Buffer.from(odd).toString());
      expect(tree.target('link')).toBe('plain');
      expect(tree.look('plain')?.ino).toBe(lstatSync(join(root, 'plain'), { bigint: true }).ino);
      // Not through a link, not upwards, not beyond a file.
      for (const path of ['link/f', 'plain/../plain/f', '../x', 'plain/f/x', 'none/f', 'plain/.'])
        expect(tree.look(path)).toBeNull();
    });
  });

  test('goes as deep as there are directories and back, with few descriptors', async () => {
    const root = await temporaryFolder();
    const depth = 5000;
    const name = 'abc';
    deepTree(root, depth, name, (fd, at) => {
      if (at === depth) writeFileSync(`/proc/self/fd/${fd}/leaf`, 'at the bottom');
    });
    const before = descriptors();
    withTree(root, (tree) => {
      const paths = Array.from({ length: depth }, (_, i) => `${name}/`.repeat(i) + name);
      const inodes = paths.map((path) => tree.look(path)?.ino);
      expect(new Set(inodes).size).toBe(depth);
      let most = 0;
      for (let i = depth - 1; i >= 0; i--) {
        const path = paths[i] ?? '';
        if (tree.look(path)?.ino !== inodes[i]) throw new Error(`another directory at depth ${i}`);
        if (tree.names(path).length !== 1) throw new Error(`names at depth ${i}`);
        if (i % 500 === 0) most = Math.max(most, descriptors());
      }
      expect(most - before).toBeLessThan(200);
      expect(read(tree, `${paths.at(-1)}/leaf`)).toBe('at the bottom');
    });
    expect(descriptors()).toBe(before);
  });

  test('keeps few descriptors of a wide tree', async () => {
    const root = await temporaryFolder();
    for (let i = 0; i < 600; i++) mkdirSync(join(root, `d${i}`, 'e'), { recursive: true });
    const before = descriptors();
    withTree(root, (tree) => {
      for (let round = 0; round < 2; round++)
        for (let i = 0; i < 600; i++) expect(tree.names(`d${i}/e`)).toEqual([]);
      expect(descriptors() - before).toBeLessThan(200);
    });
    expect(descriptors()).toBe(before);
  });

  test('opens regular files and nothing else: a fifo does not keep it waiting', async () => {
    const root = await temporaryFolder();
    execFileSync('mkfifo', [join(root, 'fifo')]);
    writeFileSync(join(root, 'file'), 'text');
    symlinkSync('file', join(root, 'link'));
    for (const name of ['fifo', 'link', '.']) expect(openRegular(join(root, name))).toBeNull();
    withTree(root, (tree) => expect(read(tree, 'file')).toBe('text'));
  });

  test('knows a file from one that got its number', async () => {
    const root = await temporaryFolder();
    const path = join(root, 'file');
    const look = (): ReturnType<HeldTree['look']> => lstatSync(path, { bigint: true });
    writeFileSync(path, 'one');
    const first = look();
    writeFileSync(path, 'longer');
    expect(first && isSame(first, look() ?? first)).toBe(true);
    // A file system hands out a number again at once, or later; with it comes another birth.
    let reused = false;
    for (let i = 0; i < 50 && !reused; i++) {
      rmSync(path);
      writeFileSync(path, 'two');
      const now = look();
      if (!first || !now) throw new Error('it is gone');
      reused = now.ino === first.ino;
      if (first.birthtimeNs > 0n) {
        expect(isSame(first, now)).toBe(false);
        expect(identityOf(now)).not.toBe(identityOf(first));
      }
    }
  });

  test('never reads outside while somebody exchanges a directory for a link', async () => {
    const root = await temporaryFolder();
    const outside = await temporaryFolder();
    mkdirSync(join(root, 'tree/dir'), { recursive: true });
    writeFileSync(join(root, 'tree/dir/file'), 'ours');
    writeFileSync(join(outside, 'file'), 'secret');
    symlinkSync(outside, join(root, 'link'));
    const seen = await whileExchanged(
      [join(root, 'tree/dir'), join(root, 'link')],
      { least: 3000, wanted: ['ours', 'link'] },
      () => {
        let found = '';
        withTree(join(root, 'tree'), (tree) => {
          found = tree.look('dir')?.isDirectory() ? (read(tree, 'dir/file') ?? 'null') : 'link';
        });
        return found;
      },
      (thrown) => (thrown as NodeJS.ErrnoException).code ?? String(thrown),
    );
    expect([...seen].filter((each) => !['ENOTDIR', 'ENOENT'].includes(each)).sort()).toEqual([
      'link',
      'ours',
    ]);
  });

  test('stays in a directory that is moved while it is held', async () => {
    const root = await temporaryFolder();
    mkdirSync(join(root, 'a/b'), { recursive: true });
    writeFileSync(join(root, 'a/b/f'), 'inside');
    withTree(root, (tree) => {
      expect(tree.names('a/b')).toEqual(['f']);
      renameSync(join(root, 'a'), join(root, 'c'));
      expect(read(tree, 'a/b/f')).toBe('inside');
      tree.forget();
      expect(tree.look('a/b/f')).toBeNull();
    });
  });
});
