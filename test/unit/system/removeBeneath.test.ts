import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { removeBeneath } from '../../../electron/system/removeBeneath';
import { deepTree } from '../../setup/deepTree';
import { exchange } from '../../setup/exchanger';
import { temporaryFolder } from '../../setup/temporary';

const linux = process.platform === 'linux';
const root = linux && process.getuid?.() === 0;
const descriptors = (): number => readdirSync('/proc/self/fd').length;

describe.runIf(linux)('removing a tree', () => {
  test('removes what is deeper than any path, at each level of it, with few descriptors', async () => {
    const folder = await temporaryFolder();
    const tree = join(folder, 'tree');
    mkdirSync(tree);
    deepTree(tree, 10_000, 'n'.repeat(255), (fd, depth) => {
      if (depth % 1000 === 0) {
        writeFileSync(`/proc/self/fd/${fd}/file`, '');
        mkdirSync(`/proc/self/fd/${fd}/other`);
        mkdirSync(`/proc/self/fd/${fd}/other/below`);
      }
    });
    let most = 0;
    let ticks = 0;
    const before = descriptors();
    removeBeneath(tree, () => {
      if (ticks++ % 500 === 0) most = Math.max(most, descriptors());
    });
    expect(existsSync(tree)).toBe(false);
    expect(most - before).toBeLessThan(100);
    expect(descriptors()).toBe(before);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('removes what its owner shut, and follows no link', async () => {
    const folder = await temporaryFolder();
    const outside = await temporaryFolder();
    writeFileSync(join(outside, 'kept'), 'kept');
    const tree = join(folder, 'tree');
    mkdirSync(join(tree, 'a/b/c'), { recursive: true });
    writeFileSync(join(tree, 'a/b/c/f'), '');
    symlinkSync(outside, join(tree, 'a/b/link'));
    symlinkSync(outside, join(tree, 'link'));
    for (const path of ['a/b/c', 'a/b', 'a', '.']) chmodSync(join(tree, path), 0);
    if (root) {
      // As somebody whom the modes stop.
      execFileSync('chown', ['-R', '-h', '12345', folder]);
      const script = `require('esbuild').buildSync({entryPoints:['electron/system/removeBeneath.ts'],bundle:true,platform:'node',external:['koffi'],outfile:process.argv[1]})`;
      const built = join(process.cwd(), 'node_modules', `.remove-${process.pid}.cjs`);
      execFileSync(process.execPath, ['-e', script, built]);
      try {
        chmodSync(folder, 0o755);
        const run = `process.setgid(12345); process.setuid(12345); require(process.argv[1]).removeBeneath(process.argv[2])`;
        execFileSync(process.execPath, ['-e', run, built, tree]);
      } finally {
        removeBeneath(built);
      }
    } else removeBeneath(tree);
    expect(existsSync(tree)).toBe(false);
    expect(readFileSync(join(outside, 'kept'), 'utf8')).toBe('kept');
  });

  test('removes nothing outside while somebody exchanges directories for links', async () => {
    const folder = await temporaryFolder();
    const outside = await temporaryFolder();
    for (let i = 0; i < 30; i++) writeFileSync(join(outside, `kept${i}`), '');
    for (let round = 0; round < 25; round++) {
      const tree = join(folder, 'tree');
      mkdirSync(join(tree, 'dir/sub'), { recursive: true });
      for (let i = 0; i < 30; i++) writeFileSync(join(tree, `dir/sub/kept${i}`), '');
      symlinkSync(outside, join(folder, 'link'));
      const stop = await exchange(join(tree, 'dir/sub'), join(folder, 'link'));
      try {
        removeBeneath(tree);
      } catch {
        // What is exchanged all the time may be in the way; nothing outside may be touched for it.
      }
      stop();
      for (const left of ['tree', 'link']) removeBeneath(join(folder, left));
    }
    expect(readdirSync(outside)).toHaveLength(30);
  }, 30_000);

  test.runIf(root)('does not enter what is mounted in the tree, nor remove it', async () => {
    const folder = await temporaryFolder();
    const tree = join(folder, 'tree');
    const other = join(folder, 'other');
    mkdirSync(join(tree, 'a/point'), { recursive: true });
    mkdirSync(other);
    writeFileSync(join(other, 'kept'), 'kept');
    execFileSync('mount', ['--bind', other, join(tree, 'a/point')]);
    try {
      // Of the same file system: the device number says nothing.
      expect(() => removeBeneath(tree)).toThrow(/EXDEV|EBUSY/);
      expect(readFileSync(join(other, 'kept'), 'utf8')).toBe('kept');
    } finally {
      execFileSync('umount', [join(tree, 'a/point')]);
    }
    removeBeneath(tree);
    expect(readdirSync(folder)).toEqual(['other']);
  });

  test('removes a file, and nothing where nothing is', async () => {
    const folder = await temporaryFolder();
    writeFileSync(join(folder, 'f'), '');
    removeBeneath(join(folder, 'f'));
    removeBeneath(join(folder, 'f'));
    removeBeneath(join(folder, 'none/f'));
    expect(readdirSync(folder)).toEqual([]);
  });
});
