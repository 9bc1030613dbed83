import { rm, rename, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { loadSampleImages } from '../../../electron/actions/sampleImages';
import { tagImage } from '../../../electron/actions/tagImages';
import { readStoreView } from '../../../electron/actions/storeView';
import { buildImage, dockerArchive } from '../../setup/imageBuilder';
import { problemFacts, quietRun, storeOf } from '../../setup/temporary';

/** A store's folder that is taken away beneath who has it open. */

const image = { names: ['a:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] };

test.each(['removed', 'replaced'])(
  'a store that is %s is said to be no store, whatever is asked of it',
  async (how) => {
    const store = await storeOf(dockerArchive([image]));
    await rename(store.directory, `${store.directory}-aside`);
    if (how === 'replaced') await writeFile(store.directory, '');
    const asked: readonly (() => Promise<unknown>)[] = [
      () => loadSampleImages(store, quietRun()),
      () => tagImage(store, buildImage(image).id, 'b:1'),
      () => readStoreView(store),
    ];
    for (const ask of asked)
      expect(await problemFacts(ask(), 'store-invalid')).toMatchObject({ path: store.directory });
    await rm(store.directory, { force: true });
  },
);
