import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { partOf } from '../../electron/place/partOf';
import type { SourceId } from '../../shared/ipc/source';
import { problemFacts, quietRun } from '../setup/temporary';
import { factsOf, first, second, seenAs, third, viewed } from './images';
import { unknown, type UnderTest } from './tested';

/** Changes of a place, by us and by others. In this order: a removal takes what the others need. */
export function changingTests({ cannot, make, lacks, tested, place, find }: UnderTest): void {
  const oneId = make(first).id;
  const seen = seenAs(make);

  if (!lacks('names'))
    test('names are given, moved, changed and taken away', async () => {
      const names = partOf(place(), 'names');
      const twoId = make(second).id;
      const namesOf = async (id: string): Promise<readonly string[]> =>
        (await viewed(find())).find((image) => image.id === id)?.names ?? [];
      expect(await names.tag(oneId, 'contract/more:1')).toMatchObject({
        name: 'contract/more:1',
        movedFrom: null,
      });
      expect(await namesOf(oneId)).toContain('contract/more:1');
      expect(await names.tag(twoId, 'contract/more:1')).toMatchObject({ movedFrom: oneId });
      expect(await namesOf(oneId)).toEqual(factsOf(make(first)).names);
      await problemFacts(names.tag(twoId, 'Not A Name'), 'reference-invalid');
      await problemFacts(names.tag(unknown, 'contract/x:1'), 'image-not-found');
      // What a person was shown is not so any more.
      await problemFacts(names.tag(oneId, 'contract/more:1', oneId), 'shown-changed');
      await problemFacts(names.untag('contract/more:1', oneId), 'shown-changed');
      await names.rename('contract/more:1', 'contract/less:1');
      expect(await namesOf(twoId)).toEqual(['contract/less:1', 'contract/two:1']);
      expect(await names.untag('contract/less:1')).toEqual({ image: twoId, dangling: false });
      await problemFacts(names.untag('contract/less:1'), 'name-not-found');
      if (cannot.includes('lastName')) await problemFacts(names.untag('contract/two:1'), 'engine-last-name');
      expect(await viewed(find())).toEqual(expect.arrayContaining(seen(first, second)));
    });

  test('somebody is told when others change it, and then it shows what is there', async () => {
    const told: SourceId[] = [];
    const stop = tested().kind.watch({
      placesChanged: () => undefined,
      imagesChanged: (id) => void told.push(id),
    });
    await tested().add([third]);
    await expect.poll(() => told).toContain(tested().id);
    await expect.poll(async () => viewed(find())).toEqual(expect.arrayContaining(seen(third)) as unknown);
    stop();
    const before = told.length;
    await tested().add([{ ...third, names: ['contract/later:1'] }]);
    await expect
      .poll(async () => (await viewed(find())).flatMap(({ names }) => names))
      .toContain('contract/later:1');
    await delay(100);
    expect(told).toHaveLength(before);
  });

  if (!lacks('removal'))
    test('removal does what its preview said', async () => {
      const removal = partOf(find(), 'removal');
      const images = [make(second).id];
      await problemFacts(removal.preview({ images: [unknown], names: [] }), 'image-not-found');
      await problemFacts(removal.preview({ images: [], names: ['contract/none:1'] }), 'name-not-found');
      const preview = await removal.preview({ images, names: [] });
      expect(preview.images).toMatchObject([{ id: images[0] }]);
      expect(preview.freedBytes).toBeGreaterThan(0);
      const shown = { images: [{ id: oneId, names: [] }], untagged: [] };
      await problemFacts(removal.remove({ images, names: [] }, { shown }, quietRun()), 'shown-changed');
      const result = await removal.remove({ images, names: [] }, {}, quietRun());
      expect(result).toMatchObject({ removed: images, freedBytes: preview.freedBytes });
      const left = await viewed(find());
      expect(left).toEqual(expect.arrayContaining(seen(first)));
      expect(left.map(({ id }) => id)).not.toContain(images[0]);
      // A prune takes what has no name: here the image that lost it to another.
      const dangling = left.filter(({ names }) => names.length === 0).map(({ id }) => id);
      const prune = await removal.previewPrune();
      expect(prune.images.map(({ id }) => id as string)).toEqual(dangling);
      const pruned = await removal.prune({ images: prune.images, untagged: [] }, quietRun());
      expect(pruned).toMatchObject({ removed: dangling, freedBytes: prune.freedBytes });
      expect((await removal.previewPrune()).images).toEqual([]);
    });
}
