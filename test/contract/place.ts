import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Place } from '../../electron/place/place';
import { needOfPart } from '../../electron/place/place';
import { storePlace } from '../../electron/place/store/homeStore';
import { buildImage } from '../setup/imageBuilder';
import { expectSoundStore, openStore, quietRun } from '../setup/temporary';
import { changingTests } from './changing';
import { givingTests } from './giving';
import { first, second, viewed } from './images';
import { readingTests } from './reading';
import type { TestedKind, TestedPlace, UnderTest } from './tested';

/** What the promise of `electron/place/place.ts` says, held against one kind of place. */
export function placeContract({ name, cannot, canBeDamaged, make = buildImage, open }: TestedKind): void {
  describe(`${name} keeps the promise of a place`, () => {
    let tested: TestedPlace;
    let place: Place;
    const find = (): Place => {
      const found = tested.kind.find(tested.id);
      if (!found) throw new Error('it does not find its own place');
      return found;
    };
    const under: UnderTest = {
      cannot,
      make,
      lacks: (part) => cannot.includes(needOfPart[part]),
      tested: () => tested,
      place: () => place,
      find,
    };

    beforeAll(async () => {
      tested = await open([first, second]);
      place = find();
    }, 180_000);
    afterAll(async () => {
      await (tested as TestedPlace | undefined)?.close();
    }, 120_000);

    readingTests(under);
    givingTests(under);
    changingTests(under);
  });

  if (!canBeDamaged) return;
  test(`${name}: bytes that are not what their digest says are refused, and nothing of them stays`, async () => {
    const tested = await open([first]);
    const target = await openStore();
    await tested.damage?.();
    const place = tested.kind.find(tested.id);
    await expect(
      place?.give.into(target, { what: ['contract/one:1'] }, quietRun()) ?? Promise.resolve(),
    ).rejects.toMatchObject({
      problem: { code: expect.stringMatching(/damaged|mismatch|changed|invalid/) as string },
    });
    expect(await viewed(storePlace(target))).toEqual([]);
    await expectSoundStore(target.directory);
    await target.close();
    await tested.close();
  });
}
