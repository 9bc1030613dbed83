import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { asDeleted } from '../../../electron/actions/ground/meanwhile';
import { removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { problem, problemOf } from '../../../shared/image/problem';
import { buildImage, dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { seeded } from '../../setup/randomLayers';
import { load, openStore, quietRun, type TestStore } from '../../setup/temporary';

/** What goes missing since somebody deletes its image while it is read is no damage; what is missing of an image that stays is. */

const spec = (number: number): ImageSpec => ({
  names: [`own:${number}`],
  config: { Env: [`N=${number}`] },
  layers: [
    { files: [{ path: 'shared', content: 'all of them' }] },
    { files: [{ path: 'f', content: `number ${number}` }] },
  ],
});
const numbers = [1, 2, 3, 4];
const calls = ['readDocument', 'sizeOf', 'factsOf', 'closureOf', 'readIndex'];

/** A store whose `turn`-th look at it, by any of its calls, waits for `meanwhile`; `count` says how many there were. */
function interrupted(
  store: TestStore,
  turn: number,
  meanwhile: () => Promise<unknown>,
): { readonly context: TestStore; readonly count: () => number } {
  let looks = 0;
  const proxy = new Proxy(store.store, {
    get(target, key) {
      const value = Reflect.get(target, key) as unknown;
      if (typeof value !== 'function') return value;
      const call = value.bind(target) as (...words: unknown[]) => unknown;
      if (!calls.includes(String(key))) return call;
      return async (...words: unknown[]) => {
        if (++looks === turn) await meanwhile();
        return call(...words);
      };
    },
  });
  return { context: { ...store, store: proxy }, count: () => looks };
}

async function storeOfFour(): Promise<TestStore> {
  const store = await openStore();
  await load(store, dockerArchive(numbers.map(spec)));
  return store;
}
async function removeAll(store: TestStore): Promise<void> {
  const other = await openStore(store.store.directory);
  const images = numbers.slice(1).map((number) => buildImage(spec(number)).id);
  await removeImages(other, { images, names: [] }, quietRun());
}
const check = (context: TestStore) => fsck(context, { repair: false }, quietRun());

test('whenever images are deleted beside it, a check says nothing of them, nor does a list', async () => {
  const whole = interrupted(await storeOfFour(), 0, () => Promise.resolve());
  expect(await check(whole.context)).toMatchObject({ roots: 4, damage: [] });
  const random = seeded(Math.floor(Date.now() / 1000));
  const turns = Array.from({ length: 10 }, () => 1 + random(whole.count()));
  for (const turn of turns) {
    const store = await storeOfFour();
    const { damage } = await check(interrupted(store, turn, () => removeAll(store)).context);
    expect(damage, `turn ${turn}`).toEqual([]);
  }
  const listed = interrupted(await storeOfFour(), 0, () => Promise.resolve());
  await readStoreView(listed.context);
  for (let turn = 2; turn <= listed.count(); turn += 3) {
    const store = await storeOfFour();
    const { graph, damaged } = await readStoreView(interrupted(store, turn, () => removeAll(store)).context);
    expect(damaged, `turn ${turn}`).toEqual([]);
    expect(graph.images.length, `turn ${turn}`).toBeLessThanOrEqual(4);
  }
});

test('an image that was deleted and came again is looked at once more', async () => {
  const whole = interrupted(await storeOfFour(), 0, () => Promise.resolve());
  await check(whole.context);
  const random = seeded(Math.floor(Date.now() / 1000));
  for (let i = 0; i < 12; i++) {
    const store = await storeOfFour();
    const turn = 1 + random(whole.count());
    const gone = interrupted(store, turn, () => removeAll(store));
    // While it is looked once more, or before.
    const later = turn + 1 + random(i % 2 === 0 ? 6 : whole.count());
    const back = interrupted(gone.context, later, () => load(store, dockerArchive(numbers.map(spec))));
    expect((await check(back.context)).damage, `turns ${turn}, ${later}`).toEqual([]);
  }
});

test('what an image that stays lacks is damage, also where others are deleted meanwhile', async () => {
  const [lost] = buildImage(spec(1)).layers.slice(-1);
  const store = await storeOfFour();
  rmSync(store.store.pathOf(lost?.digest as never));
  const { damage } = await check(interrupted(store, 9, () => removeAll(store)).context);
  expect(damage).toMatchObject([
    { digest: lost?.digest, images: ['own:1'], problem: { code: 'blob-damaged' } },
  ]);
});

test('a command that finds no blob says that its image was deleted, or that it is damaged', async () => {
  const store = await storeOfFour();
  const [gone, kept] = [buildImage(spec(2)), buildImage(spec(1))].map(({ layers }) => layers.at(-1));
  const missing = (digest = ''): Error => problem('blob-damaged', { digest, reason: 'missing', found: '' });
  const codeOf = async (thrown: unknown): Promise<string> => problemOf(await asDeleted(store, thrown)).code;
  // It is there: it was not, for a moment.
  expect(await codeOf(missing(gone?.digest))).toBe('deleted-meanwhile');
  for (const layer of [gone, kept]) rmSync(store.store.pathOf(layer?.digest as never));
  expect(await codeOf(missing(gone?.digest))).toBe('blob-damaged');
  await removeAll(store);
  expect(await codeOf(missing(gone?.digest))).toBe('deleted-meanwhile');
  expect(await codeOf(missing(kept?.digest))).toBe('blob-damaged');
  // Of an image that cannot be read nobody knows what it needs.
  for (const { digest } of (await readStoreView(store)).roots) rmSync(store.store.pathOf(digest));
  const fresh = await openStore(store.store.directory);
  expect(problemOf(await asDeleted(fresh, missing(gone?.digest))).code).toBe('blob-damaged');
  const other = problem('cancelled', {});
  expect(await asDeleted(store, other)).toBe(other);
});
