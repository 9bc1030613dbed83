import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { collectGarbage } from '../../../electron/actions/upkeep/cleanUp';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { tagImage } from '../../../electron/actions/images/tagImages';
import { dockerArchive } from '../../setup/imageBuilder';
import { expectSoundStore, load, openStore, quietRun, saved } from '../../setup/temporary';

/** A file system on which a file has one name: vfat, exFAT. */

const links = vi.hoisted(() => ({ refused: 0 }));

vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  link: () => {
    links.refused++;
    return Promise.reject(Object.assign(new Error('EPERM: link'), { code: 'EPERM' }));
  },
}));

let archive: Buffer;
beforeAll(() => {
  archive = dockerArchive([{ names: ['good:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]);
});

test('a store can be kept where there are no hard links', async () => {
  const context = await openStore();
  await load(context, archive);
  const { graph } = await readStoreView(context);
  for (const { id } of graph.images) await tagImage(context, id, 'near:1');
  await load(context, archive);
  await saved(context, ['near:1']);
  await removeImages(context, { images: graph.images.map(({ id }) => id), names: [] }, quietRun());
  await collectGarbage(context);
  expect(links.refused).toBeGreaterThan(3);
  expect(await readdir(join(context.directory, 'ingest'))).toEqual([]);
  await expectSoundStore(context.directory);
});
