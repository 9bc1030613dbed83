import type * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { lookAt } from '../../../electron/place/opened/lookAt';
import { inScratch } from '../../../electron/place/engine/inScratch';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { readRawBlob } from '../../../electron/actions/images/rawBlob';
import { parseDigest } from '../../../shared/image/digest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { openDirectoryStore } from '../../../electron/store/directoryStore';
import { createContext } from '../../../electron/actions/ground/createContext';
import { readLayerFacts } from '../../../electron/index/layerIndex';
import { spoolArchive } from '../../../electron/worker/spoolArchive';
import { defaultLimits } from '../../../shared/image/limits';
import type { OperationStep as Step } from '../../../shared/ipc/operation';
import { dockerArchive, gzip, ociArchive } from '../../setup/imageBuilder';
import { quietRun, sharedPool, temporaryFile, temporaryFolder } from '../../setup/temporary';

/** What a command throws away is neither written document by document nor synced; what is kept is synced together. */

const counted = vi.hoisted(() => ({ syncs: 0, made: 0 }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof promises>();
  const open: typeof real.open = async (...words) => {
    const file = await real.open(...words);
    const sync = file.sync.bind(file);
    file.sync = async () => {
      counted.syncs++;
      await sync();
    };
    return file;
  };
  return { ...real, open, default: { ...real, open } };
});
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const fsyncSync: typeof real.fsyncSync = (fd) => {
    counted.syncs++;
    real.fsyncSync(fd);
  };
  const openSync: typeof real.openSync = (path, flags, mode) => {
    if (flags === 'wx') counted.made++;
    return real.openSync(path, flags, mode);
  };
  return { ...real, fsyncSync, openSync, default: { ...real, fsyncSync, openSync } };
});

beforeEach(() => {
  counted.syncs = 0;
  counted.made = 0;
});

const many = 60;
const images = Array.from({ length: many }, (_, i) => ({
  names: [`shop/part${i}:1`],
  config: { Env: [`N=${i}`] },
  layers: [{ files: [{ path: 'etc/base', content: 'base' }] }],
}));

test.each([
  ['a docker-archive', dockerArchive(images)],
  ['an OCI archive', ociArchive(images)],
])(
  'looking at %s of many images syncs a few files and writes none of their documents',
  async (_, archive) => {
    const context = await lookAt(await temporaryFile(archive), { pool: sharedPool() }, quietRun());
    try {
      expect((await readStoreView(context)).graph.images).toHaveLength(many);
      expect(await readdir(join(context.store.directory, 'blobs', 'sha256'))).toEqual([]);
      expect(counted.syncs).toBeLessThan(12);
    } finally {
      await context.close();
    }
  },
);

test('a document that only memory has is there for who reads its file', async () => {
  const path = await temporaryFile(ociArchive(images.slice(0, 2)));
  const context = await lookAt(path, { pool: sharedPool() }, quietRun());
  try {
    const [image] = (await readStoreView(context)).graph.images;
    const digest = image?.id ?? parseDigest(`sha256:${'0'.repeat(64)}`);
    const size = (await context.store.sizeOf(digest)) ?? 0;
    const parts: Uint8Array[] = [];
    for await (const part of readRawBlob(context, { digest, size })) parts.push(part);
    expect(Buffer.concat(parts).toString()).toContain('N=');
  } finally {
    await context.close();
  }
});

test('a copy through a store of its own writes no documents either', async () => {
  const file = await temporaryFile(dockerArchive(images));
  await inScratch({ pool: sharedPool() }, async (context) => {
    await loadImages(context, { path: file, label: 'a.tar' }, quietRun());
    expect(await readdir(join(context.store.directory, 'blobs', 'sha256'))).toHaveLength(1);
    expect(counted.syncs).toBeLessThan(12);
  });
});

test('what an archive in one pass holds small is not synced member by member', async () => {
  const file = await temporaryFile(gzip(dockerArchive(images)));
  const stem = join(await temporaryFolder(), 'm');
  const input = { file, label: 'a.tar.gz', stem, limits: defaultLimits };
  const { members } = await spoolArchive(input, { tick: () => undefined });
  expect(members.length).toBeGreaterThan(many);
  // The index of the one layer, a cache of its own.
  expect(counted.syncs).toBeLessThanOrEqual(2);
  // The layer, and its index.
  expect(counted.made).toBeLessThanOrEqual(2);
});

test('what a load keeps of such members is synced before it is listed', async () => {
  const store = await openDirectoryStore(join(await temporaryFolder(), 'store'), {
    readFacts: readLayerFacts,
  });
  const context = createContext(store, sharedPool());
  const layered = images.slice(0, 20).map((image, i) => ({
    ...image,
    layers: [{ files: [{ path: `etc/${i}`, content: String(i) }] }],
  }));
  const file = await temporaryFile(gzip(dockerArchive(layered)));
  counted.syncs = 0;
  await loadImages(context, { path: file, label: 'a.tar.gz' }, quietRun());
  // Without a way to sync the file system: each layer, config and manifest.
  expect(counted.syncs).toBeGreaterThanOrEqual(3 * layered.length);
});

test('images are counted while their documents are read', async () => {
  const steps: Step[] = [];
  const run = { signal: new AbortController().signal, report: (step: Step) => void steps.push(step) };
  await (await lookAt(await temporaryFile(dockerArchive(images)), { pool: sharedPool() }, run)).close();
  expect(steps.at(-1)).toEqual({ phase: 'images', done: 0, total: null, image: many, images: many });
});
