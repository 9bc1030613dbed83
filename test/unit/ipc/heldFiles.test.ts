import { rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readHeld } from '../../../electron/actions/copy/heldLayers';
import { FileTokens } from '../../../electron/ipc/fileTokens';
import { HeldFiles } from '../../../electron/ipc/heldFiles';
import type { WorkerPool } from '../../../electron/worker/jobs';
import { buildImage, dockerArchive, noise, tarOf, type ImageSpec } from '../../setup/imageBuilder';
import { openStore, problemFacts, quietRun, temporaryFile, temporaryFolder } from '../../setup/temporary';

const image: ImageSpec = {
  names: ['shop:1'],
  layers: [{ files: [{ path: 'large', content: noise(17 << 20) }] }, { files: [{ path: 'small' }] }],
};
const diffIds = buildImage(image).layers.map(({ diffId }) => diffId);

/** Counts the jobs that a pool is given. */
function counting(pool: WorkerPool, counts: Map<string, number>): WorkerPool {
  return {
    ...pool,
    run: (name, input, options) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return pool.run(name, input, options);
    },
  };
}

test('a compressed archive is read once for many questions, and again when it has changed', async () => {
  const counts = new Map<string, number>();
  const opened = await openStore();
  const context = { ...opened, pool: counting(opened.pool, counts) };
  const path = await temporaryFile(gzipSync(dockerArchive([image]), { level: 1 }), 'shop.tar.gz');
  const files = new FileTokens();
  const held = new HeldFiles(files);
  const { token } = await files.register(path);
  const ask = async (): Promise<readonly string[]> => {
    const what = held.held({ except: [], exceptFiles: [token, token] });
    return [...(await readHeld(context, what, quietRun(), held.read)).layers.keys()];
  };
  expect(await Promise.all([ask(), ask()])).toEqual([diffIds, diffIds]);
  expect(await ask()).toEqual(diffIds);
  expect(counts).toEqual(new Map([['spool-archive', 1]]));
  await writeFile(path, `${diffIds[1]}\n`);
  expect(await ask()).toEqual([diffIds[1]]);
  await rm(path);
  await problemFacts(ask(), 'file-not-found');
});

test('a large manifest.json of a compressed archive is read like any other', async () => {
  const context = await openStore();
  const built = buildImage(image);
  const entry = { Config: `${built.id.slice(7)}.json`, RepoTags: ['shop:1'], Layers: ['a', 'b'] };
  const archive = tarOf([
    { path: entry.Config, content: built.config },
    { path: 'manifest.json', content: JSON.stringify([entry]) + ' '.repeat(5 << 20) },
  ]);
  const path = await temporaryFile(gzipSync(archive), 'large.tar.gz');
  const what = { images: [], files: [{ path, label: 'large.tar.gz' }] };
  expect([...(await readHeld(context, what, quietRun())).layers.keys()]).toEqual(diffIds);
});

test('a file has the name that the person chose, and who is cancelled waits no longer', async () => {
  const context = await openStore();
  const path = await temporaryFile(dockerArchive([image]), 'shop-2026-11.tar');
  const link = join(await temporaryFolder(), 'latest.tar');
  await symlink(path, link);
  const files = new FileTokens();
  const held = new HeldFiles(files);
  const { token } = await files.register(link);
  const what = held.held({ except: [], exceptFiles: [token] });
  expect(what.files).toEqual([{ path, label: 'latest.tar' }]);
  const { layers } = await readHeld(context, what, quietRun(), held.read);
  expect([...layers.values()]).toEqual(['latest.tar', 'latest.tar']);
  const abort = new AbortController();
  abort.abort();
  await problemFacts(readHeld(context, what, quietRun(abort.signal), held.read), 'cancelled');
});
