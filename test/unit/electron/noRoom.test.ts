import { execFileSync } from 'node:child_process';
import { statfsSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemOf } from '../../../shared/image/problem';
import { RoomWatch } from '../../../electron/worker/freeSpace';
import type { NoRoomTries } from '../../setup/noRoom';
import { dockerArchive, noise, tarOf } from '../../setup/imageBuilder';
import { must } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';
import { bundle, commandLine } from './scripts';

/** Writes that a disk has no room for: they stop before it is full, and what they wrote is gone. */

test('what comes from a pipe, a decoder or a compressor stops while a margin is left, and is removed', async () => {
  const folder = await temporaryFolder();
  const script = await bundle('test/setup/noRoom.ts', join(folder, 'noRoom.cjs'));
  const content = noise(4 << 20);
  const files = Array.from({ length: 8 }, (_, i) => ({ path: `file-${i}`, content }));
  const names = ['small', 'large.tar', 'root.tar', 'root.tar.xz', 'many.tar', 'most.tar', 'zipped.tar'];
  const places = names.map((name) => join(folder, name));
  const [template = '', archive = '', rootfs = '', packed = '', many = '', most = '', zipped = ''] = places;
  await writeFile(template, dockerArchive([{ names: ['small:1'], layers: [{ files: [{ path: 'a' }] }] }]));
  await writeFile(archive, dockerArchive([{ names: ['large:1'], layers: [{ files }] }]));
  await writeFile(rootfs, tarOf(files));
  // This compression no media type names: the layer is kept plain.
  const zeros = tarOf([{ path: 'zeros', content: Buffer.alloc(32 << 20) }]);
  await writeFile(packed, execFileSync('xz', ['-1', '-c'], { input: zeros }));
  const layersOf = (count: number, bytes: number, name: string): Uint8Array =>
    dockerArchive([
      {
        names: [name],
        layers: Array.from({ length: count }, (_, i) => ({
          files: [{ path: `${name}-${i}`, content: noise(bytes) }],
        })),
      },
    ]);
  await writeFile(many, layersOf(8, 4 << 20, 'many:1'));
  await writeFile(most, layersOf(4, 4.25 * 2 ** 20, 'most:1'));
  const ones = (i: number): { path: string; content: Buffer }[] => [
    { path: `ones-${i}`, content: Buffer.alloc(4 << 20, i + 1) },
  ];
  const zippedLayers = Array.from({ length: 8 }, (_, i) => ({ files: ones(i), gzip: true }));
  await writeFile(zipped, dockerArchive([{ names: ['zipped:1'], layers: zippedLayers }]));
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const words = [...user, '--mount', process.execPath, script, commandLine, join(folder, 'disk'), ...places];
  const { tries, inAll, once } = JSON.parse(await must('unshare', words)) as NoRoomTries;
  expect(tries.map(({ command }) => command)).toEqual([
    'load -',
    'import -',
    'import',
    'save',
    'save as files',
    'save as plain files',
  ]);
  for (const each of tries) {
    const label = JSON.stringify(each);
    expect(each.code, label).toBe(1);
    expect(each.stderr, label).toMatch(
      /^stratigraph: The disk at \/\S+\/disk has no room for (?:\/\S+\/)?(?:standard input|root\.tar\.xz|saved(?:\.tar)?|-): it (?:takes more than|needs) [^\n]* (?:left|free): [^\n]*\n$/,
    );
    expect(each.least, label).toBeGreaterThanOrEqual(each.kept);
    // A page or two of a file system in memory for names.
    expect(each.gone, label).toBeLessThanOrEqual(64 << 10);
    expect(each.left, label).toEqual([]);
  }
  expect(tries.filter(({ stderr }) => stderr.includes('takes more than')).length).toBeGreaterThanOrEqual(3);
  expect(inAll).toHaveLength(7);
  for (const each of inAll) {
    const label = JSON.stringify(each);
    expect(each.code, label).toBe(1);
    // All of it, and before a byte of a layer is written.
    expect(each.stderr, label).toMatch(
      /has no room for [^\n]*: it needs 3[34]\.\d MB, \d+(?:\.\d)? MB are free: [^\n]*\n$/,
    );
    expect(each.before - each.least, label).toBeLessThan(1 << 20);
    expect(each.gone, label).toBeLessThanOrEqual(64 << 10);
    expect(each.left, label).toEqual([]);
  }
  expect(once.map(({ command, code, stderr }) => ({ command, code, stderr }))).toEqual(
    [
      'save most',
      'save most again',
      'load most -',
      'load most again',
      'load most as a layout',
      'copy most',
    ].map((command) => ({ command, code: 0, stderr: '' })),
  );
});

test('a watch lets through what there is room for, and asks again as it goes', async () => {
  const folder = await temporaryFolder();
  const { bavail, bsize } = statfsSync(folder);
  const watch = new RoomWatch(folder, 'shop.tar');
  for (let i = 0; i < 100; i++) watch.take(1 << 20);
  const thrown = ((): unknown => {
    try {
      watch.take(bavail * bsize * 2);
      return null;
    } catch (fault) {
      return fault;
    }
  })();
  expect(problemOf(thrown)).toMatchObject({ code: 'no-room', facts: { path: 'shop.tar', begun: true } });
  // Named by where it is mounted, not by what is written.
  const { disk } = problemOf(thrown).facts as { disk: string };
  expect(statSync(disk).dev).toBe(statSync(folder).dev);
  expect(folder.startsWith(disk)).toBe(true);
  // A device has no room of its own.
  expect(() => new RoomWatch('/dev/null', 'null').take(2 ** 50)).not.toThrow();
});
