import * as fs from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { MemberSpool } from '../../../electron/commit/memberSpool';
import { KeptFileWriter } from '../../../electron/index/keptFile';
import { LayerIndexWriter } from '../../../electron/index/layerIndex';
import { HeldTree } from '../../../electron/system/beneath';
import { closeReading, OutFile, openForReading } from '../../../electron/worker/jobTools';
import { problemOf } from '../../../shared/image/problem';
import { temporaryFolder } from '../../setup/temporary';

/** Files whose close(2) fails: the descriptor is gone all the same, and closing its number again could close another file. */

/** What close(2) says from now on; null for nothing. */
let fault: { readonly code: string; readonly errno: number } | null = null;
/** How often each number was closed since it was opened. */
const closed = new Map<number, number>();

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    openSync: (...args: Parameters<typeof fs.openSync>) => {
      const fd = real.openSync(...args);
      closed.set(fd, 0);
      return fd;
    },
    closeSync: (fd: number) => {
      const times = (closed.get(fd) ?? 0) + 1;
      closed.set(fd, times);
      if (times === 1) real.closeSync(fd);
      if (fault) throw Object.assign(new Error(`${fault.code}, close`), { ...fault, syscall: 'close' });
    },
  };
});

function failing<T>(how: NonNullable<typeof fault>, work: () => T): T {
  fault = how;
  try {
    return work();
  } finally {
    fault = null;
  }
}

let folder = '';
beforeEach(async () => {
  closed.clear();
  folder = await temporaryFolder();
});

const ends: readonly (readonly [string, (path: string) => { end?: () => void; drop: () => void }])[] = [
  [
    'a file that a job writes',
    (path) => {
      const out = new OutFile(path, 'shop.tar');
      out.write(Buffer.from('x'));
      return { end: () => out.finish(), drop: () => out.abandon() };
    },
  ],
  [
    'the list of a layer',
    (path) => {
      const writer = new LayerIndexWriter(path);
      return { end: () => writer.finish({} as never), drop: () => writer.abandon() };
    },
  ],
  [
    'a kept file',
    (path) => {
      const writer = new KeptFileWriter(path, 1000);
      return { end: () => writer.finish('key', {}), drop: () => writer.close() };
    },
  ],
  [
    'a tree that is held',
    (path) => {
      fs.mkdirSync(join(path, 'a', 'b'), { recursive: true });
      const tree = new HeldTree(path);
      tree.look('a/b/c');
      tree.forget();
      return { drop: () => tree.forget() };
    },
  ],
];

describe.each(ends)('%s', (_, open) => {
  test.each([
    ['ENOSPC', -28],
    ['EIO', -5],
    ['Unknown system error -122', -122],
    ['Unknown system error -116', -116],
  ])('is closed once where close(2) says %s, and given up without a fault', (code, errno) => {
    const file = open(join(folder, 'f'));
    const how = { code, errno };
    const { end } = file;
    if (end) {
      let thrown: unknown = null;
      try {
        failing(how, end);
      } catch (cause) {
        thrown = cause;
      }
      expect(problemOf(thrown).code).toBe(errno === -28 || errno === -122 ? 'disk-full' : 'file-unwritable');
    }
    failing(how, file.drop);
    failing(how, file.drop);
    expect([...closed.values()].filter((times) => times > 1)).toEqual([]);
    expect(Math.max(...closed.values())).toBe(1);
  });
});

test('a file that a job writes is named where its end fails', () => {
  const out = new OutFile(join(folder, 'shop.tar'), 'shop.tar');
  const gone = { code: 'Unknown system error -116', errno: -116 };
  expect(() => failing(gone, () => out.finish())).toThrow(/"path":"shop.tar","reason":"ESTALE"/);
});

test('what is only read or spooled is closed once, and without a fault', () => {
  const path = join(folder, 'spool');
  const spool = new MemberSpool<string>(path);
  spool.begin('a', { name: 'a' } as never);
  const fd = openForReading(path);
  failing({ code: 'EIO', errno: -5 }, () => {
    spool.close();
    spool.close();
    closeReading(fd);
  });
  expect([...closed.values()]).toEqual([1, 1]);
});
