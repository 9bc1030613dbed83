import { lstat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolders } from '../../../electron/store/makeFolders';
import { temporaryFolder } from '../../setup/temporary';

const codeOf = (work: () => void): string => {
  try {
    work();
    return '';
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code ?? String(thrown);
  }
};

test('folders are made with those above them, by the mode that was asked for, through links, too', async () => {
  const folder = await temporaryFolder();
  makeFolders(join(folder, 'a', 'b', 'c'), 0o700);
  makeFolders(join(folder, 'a', 'b', 'c'), 0o755);
  await symlink('a', join(folder, 'link'));
  makeFolders(join(folder, 'link', 'd'), 0o700);
  expect((await lstat(join(folder, 'a', 'b'))).mode & 0o777).toBe(0o700);
  expect((await lstat(join(folder, 'a', 'd'))).isDirectory()).toBe(true);
});

test('where none can be made that is said at once', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'file'), '');
  await symlink('nowhere', join(folder, 'dangling'));
  expect(codeOf(() => makeFolders('/proc/nothing', 0o700))).toBe('ENOENT');
  expect(codeOf(() => makeFolders('/proc/nothing/below', 0o700))).toBe('ENOENT');
  expect(codeOf(() => makeFolders('/proc/self/fd/99/below', 0o700))).not.toBe('');
  expect(codeOf(() => makeFolders(join(folder, 'file'), 0o700))).toBe('EEXIST');
  expect(codeOf(() => makeFolders(join(folder, 'file', 'below'), 0o700))).toBe('ENOTDIR');
  expect(codeOf(() => makeFolders(join(folder, 'dangling'), 0o700))).toBe('EEXIST');
});
