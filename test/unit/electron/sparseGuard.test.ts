import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, statfsSync, writeSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { fileTree, readTreeFile } from '../../../electron/actions/inside/imageFiles';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { imageById } from '../../../electron/actions/images/resolveImage';
import { squashImage } from '../../../electron/actions/making/squashImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { LayerSink } from '../../../electron/commit/layerSink';
import { checkRoom } from '../../../electron/worker/freeSpace';
import type { ImageId } from '../../../shared/image/digest';
import { problemOf } from '../../../shared/image/problem';
import { dockerArchive, headerBlock, inBlocks, noise, paxRecord } from '../../setup/imageBuilder';
import { openStore, quietRun, storeOf, temporaryFolder, type TestStore } from '../../setup/temporary';

/** Files that claim more than any disk holds, and files with holes: neither fills a disk, and both stay what they are. */

const claimed = 2 ** 53 - 1;
const MiB = 1 << 20;

/** A layer of some hundred bytes: one file of 8 PiB whose last byte but 990 is a `z`. */
function claimingLayer(): Buffer {
  const records = Buffer.concat([
    paxRecord('GNU.sparse.size', String(claimed)),
    paxRecord('GNU.sparse.name', 'huge'),
    paxRecord('GNU.sparse.map', `${claimed - 991},1`),
  ]);
  return Buffer.concat([
    headerBlock({ name: 'x', flag: 'x', size: records.length }),
    inBlocks(records),
    headerBlock({ name: 'short', flag: '0', size: 1 }),
    inBlocks(Buffer.from('z')),
    Buffer.alloc(1024),
  ]);
}

async function imageOf(context: TestStore): Promise<ImageId> {
  const id = (await readStoreView(context)).graph.images[0]?.id;
  if (!id) throw new Error('no image');
  return id;
}

async function* contentsOf(context: TestStore, id: ImageId, path: string): AsyncGenerator<Uint8Array> {
  const view = await readStoreView(context);
  const file = (await fileTree(context, view, imageById(view.graph, id), null)).find(path, true);
  if (!file) throw new Error(`${path} is not there`);
  yield* readTreeFile(context, file);
}

describe('a layer of 2 kB that claims 8 PiB', () => {
  const claiming = (): Promise<TestStore> =>
    storeOf(
      dockerArchive([
        { names: ['sp:1'], layers: [{ tar: claimingLayer() }, { files: [{ path: 'b', content: '1' }] }] },
      ]),
    );

  test('is exported and merged with its hole', async () => {
    const context = await claiming();
    const image = await imageOf(context);
    const target = join(await temporaryFolder(), 'root.tar');
    const { bytes } = await exportRootfs(context, { image }, target, quietRun());
    expect(bytes).toBeLessThan(20_000);
    expect((await stat(target)).size).toBe(bytes);
    expect(execFileSync('tar', ['-tvf', target]).toString()).toContain(String(claimed));
    const merged = { image, from: null, reference: 'sp:flat' };
    expect((await squashImage(context, merged, quietRun())).layerBytes).toBeLessThan(20_000);
  });

  test('is read piece by piece', async () => {
    const context = await claiming();
    let read = 0;
    for await (const chunk of contentsOf(context, await imageOf(context), 'huge')) {
      expect(chunk.length).toBeLessThanOrEqual(MiB);
      expect(chunk.every((byte) => byte === 0)).toBe(true);
      if ((read += chunk.length) > 4 * MiB) break;
    }
  });
});

test('what is known to be larger than what is free is refused before a byte of it is written', async () => {
  const folder = await temporaryFolder();
  const { bavail, bsize } = statfsSync(folder);
  const found = problemOf(
    ((): unknown => {
      try {
        checkRoom(folder, claimed, 'shop.tar');
        return null;
      } catch (thrown) {
        return thrown;
      }
    })(),
  );
  expect(found).toMatchObject({ code: 'no-room', facts: { path: 'shop.tar', needed: claimed } });
  expect((found.facts as { free: number }).free / (bavail * bsize)).toBeCloseTo(1, 1);
  expect(() => checkRoom(folder, MiB, 'shop.tar')).not.toThrow();
  expect(() => checkRoom(join(folder, 'to come'), claimed, 'shop.tar')).toThrow();
  // What is written into has no room of its own.
  expect(() => checkRoom('/dev/null', claimed, 'null')).not.toThrow();
  const sink = new LayerSink({ target: join(folder, 'layer.tar'), indexTarget: null, label: 'shop:1' });
  expect(() => sink.member({ name: 'huge', type: 'file', size: claimed, mode: 0o644, mtime: 0 })).toThrow();
  sink.abandon();
  expect((await stat(join(folder, 'layer.tar'))).size).toBe(0);
});

/** Writes pieces of noise at positions of a file of `size` bytes; the rest is holes. */
function writeHoles(path: string, size: number, pieces: readonly (readonly [number, number])[]): void {
  const fd = openSync(path, 'wx');
  for (const [at, bytes] of pieces) writeSync(fd, noise(bytes), 0, bytes, at);
  ftruncateSync(fd, size);
  closeSync(fd);
}

describe('a folder with sparse files', () => {
  test('of which one is 1 TiB is imported and exported with holes', async () => {
    const folder = join(await temporaryFolder(), 'root');
    await mkdir(folder);
    writeHoles(join(folder, 'huge'), 2 ** 40, [[2 ** 39, 5000]]);
    const context = await openStore();
    const request = { path: folder, reference: 'huge:1', message: '', changes: [] };
    expect((await importRootfs(context, request, quietRun())).layerBytes).toBeLessThan(MiB);
    const target = join(await temporaryFolder(), 'root.tar');
    const what = { image: await imageOf(context) };
    expect((await exportRootfs(context, what, target, quietRun())).bytes).toBeLessThan(MiB);
    const out = await temporaryFolder();
    execFileSync('tar', ['-xf', target, '-C', out]);
    const { size, blocks } = await stat(join(out, 'huge'));
    expect(size).toBe(2 ** 40);
    expect(blocks * 512).toBeLessThan(MiB);
  });

  test('comes back byte for byte, through GNU tar and through our own reading', async () => {
    let seed = 20_261;
    const random = (below: number): number =>
      (seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 1) % below;
    const folder = join(await temporaryFolder(), 'root');
    await mkdir(folder);
    const names = Array.from({ length: 12 }, (_, i) => `file-${i}`);
    for (const name of names) {
      const size = 1 + random(6 * MiB);
      const pieces = Array.from({ length: random(5) }, () => {
        const bytes = 1 + random(Math.min(100_000, size));
        return [random(size - bytes + 1), bytes] as const;
      });
      writeHoles(join(folder, name), size, pieces);
    }
    const context = await openStore();
    await importRootfs(context, { path: folder, reference: 'a:1', message: '', changes: [] }, quietRun());
    const image = await imageOf(context);
    const target = join(await temporaryFolder(), 'root.tar');
    await exportRootfs(context, { image }, target, quietRun());
    const out = await temporaryFolder();
    execFileSync('tar', ['-xf', target, '-C', out]);
    for (const name of names) {
      const before = await readFile(join(folder, name));
      expect((await readFile(join(out, name))).equals(before), name).toBe(true);
      const parts: Uint8Array[] = [];
      for await (const chunk of contentsOf(context, image, name)) parts.push(Buffer.from(chunk));
      expect(Buffer.concat(parts).equals(before), name).toBe(true);
    }
  });
});

test('a file without holes is written as it always was', async () => {
  const folder = join(await temporaryFolder(), 'root');
  await mkdir(folder);
  writeHoles(join(folder, 'plain'), 3 * MiB, [[0, 3 * MiB]]);
  const context = await openStore();
  await importRootfs(context, { path: folder, reference: 'a:1', message: '', changes: [] }, quietRun());
  const target = join(await temporaryFolder(), 'root.tar');
  await exportRootfs(context, { image: await imageOf(context) }, target, quietRun());
  const bytes = await readFile(target);
  expect(bytes.includes('GNUSparseFile')).toBe(false);
  expect(bytes.length).toBeGreaterThan(3 * MiB);
});
