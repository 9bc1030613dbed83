import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { parseDiffId } from '../../../shared/image/digest';
import type { LayerEntry } from '../../../shared/layer/entry';
import { temporaryFolder } from '../../setup/temporary';

/** What is kept of layers is of no use to a version that reads tars by other rules: it is made anew, whole and sealed as it is. */

const diffId = parseDiffId(`sha256:${'a'.repeat(64)}`);
const entry: LayerEntry = {
  kind: 'directory',
  path: 'a',
  mode: 0o755,
  uid: 0,
  gid: 0,
  mtime: 0,
} as unknown as LayerEntry;

const rulesFile = '../../../shared/layer/tarRules';

afterEach(() => {
  vi.doUnmock(rulesFile);
  vi.resetModules();
});

async function modules() {
  vi.resetModules();
  const [index, hashes, secrets, tree, kept, record, file] = await Promise.all([
    import('../../../electron/index/layerIndex'),
    import('../../../electron/index/contentHashes'),
    import('../../../electron/index/secretFindings'),
    import('../../../electron/index/storedTree'),
    import('../../../electron/index/keptFile'),
    import('../../../electron/actions/trees/layerRecord'),
    import('../../../shared/layer/fileTree'),
  ]);
  return { ...index, ...hashes, ...secrets, ...tree, ...kept, ...record, ...file };
}

/** What is read of each kind of file in a folder; null where it does not count. */
async function readAll(folder: string): Promise<readonly unknown[]> {
  const by = await modules();
  return [
    by.readLayerFacts(join(folder, 'index')),
    by.readContentHashes(join(folder, 'hashes'), diffId),
    by.readLayerSecrets(join(folder, 'secrets'), diffId),
    by.keptFileKey(join(folder, 'tree')),
    by.readRecord(join(folder, 'layer')),
  ];
}

test('a file of the same rules counts, one of others does not, whichever kind it is', async () => {
  const folder = await temporaryFolder();
  mkdirSync(join(folder, 'layer'));
  const by = await modules();
  const writer = new by.LayerIndexWriter(join(folder, 'index'));
  writer.add(entry);
  const counts = { tarSize: 1024, contentSize: 0, entries: 1 };
  writer.finish({ digest: diffId, size: 1024, compression: 'none', diffId, ...counts });
  by.writeContentHashes(join(folder, 'hashes'), diffId, Buffer.alloc(32, 1));
  const none = { scanned: { files: 0, bytes: 0 }, skipped: { large: 0, sparse: 0, samples: 0 } };
  by.writeLayerSecrets(join(folder, 'secrets'), diffId, { files: [], ...none });
  by.writeTree(join(folder, 'tree'), 'key', new by.MemoryTree<number>(), []);
  const made = { diffId, key: 'root', boot: 'b', synced: false, devicesLeftOut: 0 };
  await by.writeRecord(join(folder, 'layer'), made);
  expect((await readAll(folder)).map((found) => found !== null)).toEqual([true, true, true, true, true]);
  vi.doMock(rulesFile, () => ({ tarCacheFormat: (own: number) => own * 1000 + 999 }));
  expect(await readAll(folder)).toEqual([null, null, null, null, null]);
});
