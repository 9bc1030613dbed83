import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { copyOut, listDirectory, readHead } from '../../../electron/mount/browseTree';
import { removeEmpty } from '../../../electron/mount/mountPoints';
import { problemOf } from '../../../shared/image/problem';
import { temporaryFolder } from '../../setup/temporary';

describe('looking into a tree that somebody else can change', () => {
  let root: string;
  let outside: string;
  let target: string;
  const faultOf = (work: () => unknown): string => {
    try {
      work();
      return 'none';
    } catch (thrown) {
      return problemOf(thrown).code;
    }
  };
  const idle = { tick: () => undefined };

  beforeEach(async () => {
    const folder = await temporaryFolder();
    root = join(folder, 'tree');
    outside = join(folder, 'outside');
    target = join(folder, 'copied');
    for (const path of [join(root, 'a'), outside]) mkdirSync(path, { recursive: true });
    writeFileSync(join(root, 'a', '1'), 'one');
    writeFileSync(join(root, 'a', '2'), 'two');
    writeFileSync(join(outside, '2'), 'the secret of the host');
  });

  test('a link that takes the place of a directory during a copy leads nowhere', () => {
    let exchanged = false;
    const exchange = (): void => {
      if (exchanged) return;
      exchanged = true;
      renameSync(join(root, 'a'), join(root, 'aside'));
      symlinkSync(outside, join(root, 'a'));
    };
    copyOut({ root, path: 'a', target, label: 'copy' }, { tick: exchange });
    expect(readFileSync(join(root, 'a', '2'), 'utf8')).toContain('secret');
    expect(readFileSync(join(target, '2'), 'utf8')).toBe('two');
  });

  test('a link on the way is not followed, whatever is asked', () => {
    symlinkSync(outside, join(root, 'way'));
    for (const path of ['way/2', 'way/../way/2']) {
      expect(faultOf(() => readHead({ root, path, limit: 10 }))).toMatch(/^file-/);
      expect(faultOf(() => copyOut({ root, path, target, label: 'copy' }, idle))).toMatch(/^file-/);
    }
    expect(faultOf(() => listDirectory({ root, path: 'way', limit: 10 }))).toBe('file-unreadable');
    expect(faultOf(() => listDirectory({ root, path: '../outside', limit: 10 }))).toMatch(/^file-/);
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(join(root, '..')).sort()).toEqual(['outside', 'tree']);
  });

  test('a root that is reached through a link of the person is read', () => {
    const link = join(root, '..', 'link');
    symlinkSync(root, link);
    expect(listDirectory({ root: link, path: '', limit: 10 }).map(({ name }) => name)).toEqual(['a']);
    expect(readHead({ root: link, path: 'a/1', limit: 2 })).toEqual({ text: 'on', whole: false });
  });

  test('a link is copied as what it is, a fifo neither read nor copied', () => {
    symlinkSync('/etc/shadow', join(root, 'a', 'link'));
    execFileSync('mkfifo', [join(root, 'a', 'fifo')]);
    copyOut({ root, path: 'a', target, label: 'copy' }, idle);
    expect(readdirSync(target)).toEqual(['1', '2', 'link']);
    expect(readlinkSync(join(target, 'link'))).toBe('/etc/shadow');
    expect(faultOf(() => readHead({ root, path: 'a/fifo', limit: 9 }))).toBe('file-unreadable');
  });

  test('three hundred directories below each other are copied', () => {
    const names = Array.from({ length: 300 }, (_, i) => `d${i}`);
    mkdirSync(join(root, ...names), { recursive: true });
    writeFileSync(join(root, ...names, 'end'), 'deep');
    copyOut({ root, path: 'd0', target, label: 'copy' }, idle);
    expect(readFileSync(join(target, ...names.slice(1), 'end'), 'utf8')).toBe('deep');
  });

  test('an empty mount point is removed in the tree alone', () => {
    for (const path of [join(outside, 'empty'), join(root, 'dev')]) mkdirSync(path);
    symlinkSync(outside, join(root, 'way'));
    expect(removeEmpty({ root, paths: ['dev', 'way/empty', 'a', 'gone'] })).toBeNull();
    expect(readdirSync(root).sort()).toEqual(['a', 'way']);
    expect(readdirSync(outside).sort()).toEqual(['2', 'empty']);
  });
});
