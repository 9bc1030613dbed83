import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyImages } from '../../electron/place/copyImages';
import type { CopyIn, CopyOut } from '../../electron/place/place';
import { storePlace } from '../../electron/place/store/homeStore';
import { dockerArchive } from '../setup/imageBuilder';
import {
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  temporaryFolder,
} from '../setup/temporary';
import { contentsOf, expected, factsOf, first, second, seenAs, taken, viewed } from './images';
import { cancelled, tools, type UnderTest } from './tested';

/** Bytes that travelled. */
const bytesOf = (result: CopyIn | CopyOut): number =>
  result.kind === 'copyOut' ? result.bytes : result.addedBytes;

/** Copies out of a place, and into it. */
export function givingTests({ make, lacks, place, find }: UnderTest): void {
  const oneId = make(first).id;
  const seen = seenAs(make);

  test('it gives whole images into a store, and nothing twice', async () => {
    const { give } = place();
    expect(await give.plan({ what: [oneId] })).toMatchObject({ images: 1 });
    expect((await give.plan({ what: ['contract/two:1'] })).names).toEqual(['contract/two:1']);
    await problemFacts(give.plan({ what: ['contract/none:1'] }), 'image-not-found');
    const target = await openStore();
    await problemFacts(give.into(target, { what: ['contract/none:1'] }, quietRun()), 'image-not-found');
    const result = await give.into(target, { what: ['contract/one:1', 'contract/two:1'] }, quietRun());
    expect(result).toMatchObject({ kind: 'copyIn', newLayers: 4 });
    // A name takes itself along, an ID all names of its image.
    expect(await viewed(storePlace(target))).toEqual(seen({ ...first, names: ['contract/one:1'] }, second));
    expect(await give.into(target, { what: [oneId] }, quietRun())).toMatchObject({ newLayers: 0 });
    expect(await viewed(storePlace(target))).toEqual(seen(first, second));
    await expectSoundStore(target.directory);
    await target.close();
  });

  test('asked as commands are it gives by an ID the one image, and by a name that name', async () => {
    const { give } = place();
    const bare = { ...first, names: [] };
    const target = await openStore();
    await give.into(target, { what: [oneId, 'contract/two:1'], exact: true }, quietRun());
    expect(await viewed(storePlace(target))).toEqual(seen(bare, second));
    await target.close();
    const lent = await give.lend(tools, { what: [oneId], exact: true }, quietRun(), async (context) => {
      const saved = join(await temporaryFolder(), 'lent.tar');
      await storePlace(context).give.archive(
        context,
        { what: [oneId], exact: true, target: saved },
        quietRun(),
      );
      return saved;
    });
    const written = join(await temporaryFolder(), 'given.tar');
    const store = await openStore();
    await give.archive(store, { what: [oneId], exact: true, target: written }, quietRun());
    await store.close();
    for (const file of [lent, written]) {
      const fresh = await openStore();
      await load(fresh, await readFile(file));
      expect(await viewed(storePlace(fresh))).toEqual(seen(bare));
      await fresh.close();
    }
  });

  test('it lends them as a store, in which every byte can be read', async () => {
    const found = await place().give.lend(
      tools,
      { what: ['contract/one:1'] },
      quietRun(),
      async (context) => {
        const images = (await viewed(storePlace(context))).filter(({ id }) => id === oneId);
        return { images, contents: await contentsOf(context, oneId) };
      },
    );
    expect(found.images).toMatchObject([{ id: oneId, chains: factsOf(make(first)).chains }]);
    expect(found.contents).toEqual(make(first).layers.map(({ diffId }) => diffId));
  });

  test('it writes them into an archive that loads with the same IDs', async () => {
    const target = join(await temporaryFolder(), 'given.tar');
    const saved = await place().give.archive(
      await openStore(),
      { what: [oneId, 'contract/two:1'], target },
      quietRun(),
    );
    expect(saved).toMatchObject({ kind: 'save', images: 2, file: 'given.tar' });
    const fresh = await openStore();
    await load(fresh, await readFile(target));
    expect(await viewed(storePlace(fresh))).toEqual(seen(first, second));
    await fresh.close();
  });

  test('after a cancel nothing is left, wherever it was going', async () => {
    const target = await openStore();
    await problemFacts(place().give.into(target, { what: [oneId] }, cancelled()), 'cancelled');
    expect(await viewed(storePlace(target))).toEqual([]);
    await expectSoundStore(target.directory);
    await target.close();
    const folder = await temporaryFolder();
    const file = join(folder, 'given.tar');
    await problemFacts(
      place().give.archive(await openStore(), { what: [oneId], target: file }, cancelled()),
      'cancelled',
    );
    expect(await readdir(folder)).toEqual([]);
  });

  if (!lacks('take'))
    test('it takes what others give, there and back with the same IDs, all or nothing, and not twice', async () => {
      const giver = await openStore();
      await load(giver, dockerArchive([taken]));
      const request = { what: ['contract/taken:1'] };
      const ends = { from: storePlace(giver), to: place() };
      const before = await viewed(place());
      await problemFacts(copyImages(tools, ends, request, cancelled()), 'cancelled');
      expect(await viewed(find())).toEqual(before);
      await problemFacts(
        copyImages(tools, ends, { what: ['contract/none:1'] }, quietRun()),
        'image-not-found',
      );
      for (const time of ['once', 'again']) {
        const result = await copyImages(tools, ends, request, quietRun());
        if (time === 'again') expect(bytesOf(result)).toBe(0);
        const there = (await viewed(find())).filter(({ names }) => names.includes('contract/taken:1'));
        expect(there, time).toEqual(expected(taken));
      }
      // A name that another image has there moves, and that is said.
      const other = await openStore();
      await load(other, dockerArchive([{ ...taken, config: { Cmd: ['/other'] } }]));
      const over = await copyImages(tools, { from: storePlace(other), to: find() }, request, quietRun());
      expect(over.movedNames).toEqual(['contract/taken:1']);
      await copyImages(tools, { ...ends, to: find() }, request, quietRun());
      await other.close();
      const back = await openStore();
      await copyImages(tools, { from: find(), to: storePlace(back) }, request, quietRun());
      expect(await viewed(storePlace(back))).toEqual(await viewed(storePlace(giver)));
      await giver.close();
      await back.close();
    });
}
