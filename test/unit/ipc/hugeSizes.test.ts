import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadImages } from '../../../electron/actions/copy/loadImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { RequestName } from '../../../shared/ipc/contract';
import { addBytes } from '../../../shared/image/bytes';
import { createIpcWorld, type IpcWorld } from '../../fuzz/ipcWorld';
import { dockerArchive, headerBlock, inBlocks, paxRecord } from '../../setup/imageBuilder';
import { quietRun } from '../../setup/temporary';

/** Files of a few bytes that claim as much as a header can: whatever adds them up says a whole number. */

const most = Number.MAX_SAFE_INTEGER;
const huge = (name: string): Buffer => {
  const records = Buffer.concat([
    paxRecord('GNU.sparse.size', String(most)),
    paxRecord('GNU.sparse.name', name),
    paxRecord('GNU.sparse.map', `${most - 1},1`),
  ]);
  return Buffer.concat([
    headerBlock({ name: 'x', flag: 'x', size: records.length }),
    inBlocks(records),
    headerBlock({ name: 'short', flag: '0', size: 1 }),
    inBlocks(Buffer.from('z')),
  ]);
};
const layer = (...names: readonly string[]): { tar: Buffer } => ({
  tar: Buffer.concat([...names.map(huge), Buffer.alloc(1024)]),
});

let world: IpcWorld;
beforeAll(async () => {
  world = await createIpcWorld();
  const file = join(world.folder, 'huge.tar');
  await writeFile(
    file,
    dockerArchive([
      { names: ['huge:1'], layers: [layer('d/a', 'd/b', 'd/c'), layer('d/a', 'd/b', 'e')] },
      { names: ['huge:2'], layers: [layer('d/a', 'd/x', 'd/y'), { files: [{ path: 'd/.wh.a' }] }] },
    ]),
  );
  await loadImages(world.context, { path: file, label: 'huge.tar' }, quietRun());
});
afterAll(() => world.close(true));

test('every request about such images is answered by the contract', async () => {
  const { graph } = await readStoreView(world.context);
  const [first, second] = ['huge:1', 'huge:2'].map((name) =>
    graph.images.find(({ names }) => names.includes(name)),
  );
  if (!first || !second) throw new Error('no images');
  const asks: [RequestName, unknown][] = [
    ['compare.files', { first: first.id, second: second.id, kind: 'all', text: '', offset: 0 }],
    ['duplicates.list', {}],
    ['images.together', { source: 'store', images: [first.id] }],
    ['images.previewRemoval', { source: 'store', images: [first.id], names: [] }],
    ['squash.preview', { image: first.id, from: null }],
  ];
  for (const { id, layers } of [first, second]) {
    asks.push(['image.inspect', { source: 'store', image: id }]);
    for (const each of layers) {
      asks.push(['layer.inspect', { source: 'store', layer: each }]);
      for (const path of ['', 'd']) asks.push(['layer.tree', { layer: each, path, offset: 0 }]);
    }
  }
  const wrong: string[] = [];
  let atMost = 0;
  for (const [name, input] of asks) {
    const reply = await world.answers.request(name, [input], { id: 1 });
    if (!reply.ok) wrong.push(`${name} ${JSON.stringify(reply.problem)}`);
    else atMost += JSON.stringify(reply.value).split(String(most)).length - 1;
  }
  expect(wrong).toEqual([]);
  expect(world.bugs).toEqual([]);
  expect(atMost).toBeGreaterThan(10);
});

test('a sum is exact while it can be, and stays whole beyond', () => {
  const bytes = fc.maxSafeNat();
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 20 }), (all) => {
      const exact = all.reduce((sum, each) => sum + BigInt(each), 0n);
      const found = all.reduce(addBytes, 0);
      expect(BigInt(found)).toBe(exact > BigInt(most) ? BigInt(most) : exact);
    }),
    { seed: 13 },
  );
});
