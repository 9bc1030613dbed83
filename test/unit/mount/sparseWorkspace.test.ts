import {
  chmodSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  truncateSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyOutOfTree } from '../../../electron/actions/trees/browse';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { findSecrets } from '../../../electron/actions/inside/findSecrets';
import { readDiskUse } from '../../../electron/actions/upkeep/diskUse';
import { countDifferences } from '../../../electron/mount/compareFiles';
import { copyOut } from '../../../electron/mount/browseTree';
import { readChanges } from '../../../electron/mount/readChanges';
import { copyData } from '../../../electron/system/holes';
import { noise } from '../../setup/imageBuilder';
import { quietRun, temporaryFolder } from '../../setup/temporary';
import { baseOf, changesOf, commitPaths, mergedOf, openWorkspace } from './partialTools';

/** Files in living trees that are larger than any disk and hold next to nothing: they are read by what they hold. */

const idle = { tick: () => undefined };
const MiB = 1 << 20;
const large = 4 * 2 ** 40;

/** Makes a file of `size` bytes with pieces at their places; the rest is holes. */
function makeFile(path: string, size: number, pieces: readonly (readonly [number, Uint8Array])[]): void {
  const fd = openSync(path, 'w+');
  for (const [at, bytes] of pieces) writeSync(fd, bytes, 0, bytes.length, at);
  ftruncateSync(fd, size);
  closeSync(fd);
}

/** Bytes of a file that take room. */
const taken = (path: string): number => statSync(path).blocks * 512;

function pieceOf(path: string, at: number, size: number): Buffer {
  const fd = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(size);
    return bytes.subarray(0, readSync(fd, bytes, 0, size, at));
  } finally {
    closeSync(fd);
  }
}

test('files are compared by what they hold, and the count is that of all their bytes', async () => {
  const folder = await temporaryFolder();
  let seed = 777;
  const random = (below: number): number => (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 1) % below;
  for (let round = 0; round < 40; round++) {
    const made = ['a', 'b'].map((name) => {
      const size = random(3 * MiB);
      const pieces = Array.from({ length: random(4) }, (): [number, Uint8Array] => {
        const bytes = Math.min(size, 1 + random(9000));
        // Often the same place and the same bytes in both files.
        return [
          Math.min(size - bytes, random(3) * MiB),
          random(2) === 0 ? noise(bytes) : Buffer.alloc(bytes),
        ];
      });
      const path = join(folder, `${round}-${name}`);
      makeFile(path, size, pieces);
      const whole = pieceOf(path, 0, size);
      return { path, size, whole };
    });
    const [a, b] = made;
    if (!a || !b) throw new Error('two files');
    let expected = 0;
    for (let i = 0; i < Math.max(a.size, b.size); i++) if (a.whole[i] !== b.whole[i]) expected++;
    const [one, other] = [openSync(a.path, 'r'), openSync(b.path, 'r')];
    try {
      const found = countDifferences(
        { fd: one, size: a.size },
        { fd: other, size: b.size },
        Number.MAX_SAFE_INTEGER,
        idle,
      );
      expect(found, `round ${round}`).toBe(expected);
      const copy = join(folder, `${round}-copy`);
      const to = openSync(copy, 'wx');
      expect(copyData(one, to, a.size, () => undefined)).toBe(a.size);
      expect(fstatSync(to).size).toBe(a.size);
      closeSync(to);
      expect(pieceOf(copy, 0, a.size).equals(a.whole)).toBe(true);
    } finally {
      closeSync(one);
      closeSync(other);
    }
  }
});

test('a file of 4 TiB whose time says that nothing changed is compared, and copied with its holes', async () => {
  const folder = await temporaryFolder();
  const [upper, base] = [join(folder, 'upper'), join(folder, 'base')];
  for (const tree of [upper, base]) {
    mkdirSync(tree);
    makeFile(join(tree, 'same'), large, [[large / 2, Buffer.from('in the middle')]]);
    makeFile(join(tree, 'other'), large, [[large / 2, Buffer.from(tree === upper ? 'one' : 'two')]]);
    for (const name of ['same', 'other']) utimesSync(join(tree, name), 1e9, 1e9);
  }
  const style = { attributes: 'trusted', whiteouts: 'device', owners: 'kept', devices: true } as const;
  const input = { upper, base, style, limit: 10, compareBytes: MiB, owner: '', known: 'unwanted' };
  const { changes } = readChanges(input, idle) ?? { changes: [] };
  expect(changes.map(({ path, aspects, changedBytes }) => [path, aspects, changedBytes])).toEqual([
    ['other', ['content'], 3],
  ]);
  const target = join(folder, 'copied');
  expect(copyOut({ root: upper, path: 'same', target, label: 'same' }, idle)).toEqual({
    bytes: large,
    leftOut: { count: 0, first: '' },
  });
  expect(statSync(target).size).toBe(large);
  expect(taken(target)).toBeLessThan(MiB);
  expect(pieceOf(target, large / 2, 13).toString()).toBe('in the middle');
});

test.runIf(process.getuid?.() === 0)(
  'a workspace with files of 4 TiB is listed, committed in part and in whole, exported and measured by what they hold',
  async () => {
    const { store, merged } = await openWorkspace({
      names: ['holes:1'],
      layers: [
        {
          files: [
            { path: 'grown', content: noise(50_000) },
            { path: 'etc/os', content: 'base' },
          ],
        },
      ],
    });
    truncateSync(join(merged, 'grown'), large);
    mkdirSync(join(merged, 'one'));
    mkdirSync(join(merged, 'two'));
    makeFile(join(merged, 'one', 'file'), large, [[large / 2, Buffer.from('in the middle')]]);
    linkSync(join(merged, 'one', 'file'), join(merged, 'two', 'file'));
    const paths = (await changesOf(store)).map(({ path }) => path);
    expect(paths).toEqual(['grown', 'one', 'one/file', 'two', 'two/file']);
    // One inode in both halves: the part that stays gets a copy.
    await commitPaths(store, ['one', 'one/file']);
    expect(taken(join(await mergedOf(store), 'two', 'file'))).toBeLessThan(MiB);
    const { id } = await commitPaths(store, null);
    expect(statSync(join(await baseOf(store), 'grown')).size).toBe(large);
    // Copied up for its mode alone.
    chmodSync(join(await mergedOf(store), 'two', 'file'), 0o600);
    expect((await changesOf(store)).map(({ path, aspects }) => [path, aspects])).toEqual([
      ['two/file', ['mode']],
    ]);
    const run = quietRun();
    const folder = await temporaryFolder();
    const exported = join(folder, 'root.tar');
    expect((await exportRootfs(store, { workspace: 'own' }, exported, run)).bytes).toBeLessThan(4 * MiB);
    const copied = join(folder, 'copied');
    await copyOutOfTree(store, { workspace: 'own' }, { path: 'two/file', target: copied }, run);
    expect([statSync(copied).size, taken(copied) < 16 * MiB]).toEqual([large, true]);
    expect((await findSecrets(store, [id], run)).length).toBe(1);
    expect((await readDiskUse(store)).rows.length).toBeGreaterThan(0);
  },
);
