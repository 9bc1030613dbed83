import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, closeSync, constants, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withSink } from '../../../electron/commit/layerSink';
import { copyOut, readHead } from '../../../electron/mount/browseTree';
import { withTree } from '../../../electron/system/beneath';
import { problem } from '../../../shared/image/problem';
import { problemFacts, temporaryFolder } from '../../setup/temporary';

/** What goes wrong while something that failed is cleaned up does not hide what failed. */

const linux = process.platform === 'linux';
const root = linux && process.getuid?.() === 0;

describe.runIf(root)('a draft that cannot be removed', () => {
  test('stays, and the fault before is told', async () => {
    const folder = await temporaryFolder();
    const [tree, target] = [join(folder, 'tree'), join(folder, 'copy')];
    mkdirSync(join(tree, 'd'), { recursive: true });
    writeFileSync(join(tree, 'd/f'), 'x');
    let mounted = false;
    const tick = (): void => {
      if (mounted || !existsSync(join(target, 'd'))) return;
      execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', join(target, 'd')]);
      mounted = true;
      throw problem('cancelled', {});
    };
    try {
      const copied = Promise.resolve().then(() =>
        copyOut({ root: tree, path: '', target, label: 'tree' }, { tick }),
      );
      await problemFacts(copied, 'cancelled');
    } finally {
      if (mounted) execFileSync('umount', [join(target, 'd')]);
    }
  });
});

describe.runIf(linux)('a layer that cannot be made durable', () => {
  test('is told of as that, whatever was closed already', async () => {
    const folder = await temporaryFolder();
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    // A pipe takes bytes, and no fsync.
    const pipe = openSync(fifo, constants.O_RDWR);
    const indexTarget = join(folder, 'index');
    try {
      const { reason } = await problemFacts(
        withSink({ target: `/proc/self/fd/${pipe}`, indexTarget, label: 'fix' }, () => ({})),
        'file-unwritable',
      );
      expect(reason).toBe('EINVAL');
      expect(existsSync(indexTarget)).toBe(false);
    } finally {
      closeSync(pipe);
    }
  });

  test('is told of as that where it cannot begin, and what was there stays', async () => {
    const folder = await temporaryFolder();
    const [target, indexTarget] = [join(folder, 'layer'), join(folder, 'index')];
    writeFileSync(indexTarget, 'mine');
    await expect(withSink({ target, indexTarget, label: 'fix' }, () => ({}))).rejects.toMatchObject({
      code: 'EEXIST',
    });
    expect([existsSync(target), existsSync(indexTarget)]).toEqual([false, true]);
  });
});

test.runIf(linux)('a file of a tree that the disk does not give is named', async () => {
  // The memory of a process is a regular file, and nothing is at its beginning.
  const read = Promise.resolve().then(() => readHead({ root: '/proc/self', path: 'mem', limit: 10 }));
  expect(await problemFacts(read, 'file-unreadable')).toEqual({ path: 'mem', reason: 'EIO' });
  withTree('/proc/self', (tree) => expect(tree.look('mem')?.isFile()).toBe(true));
});
