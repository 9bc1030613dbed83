import { expect, test } from 'vitest';
import { cleanUp, collectGarbage, listCleanUp, undoCleanUp } from '../../../electron/actions/upkeep/cleanUp';
import { previewPrune, pruneImages } from '../../../electron/actions/images/pruneImages';
import { previewRemove, removeImages } from '../../../electron/actions/images/removeImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { renameImage, tagImage, untagImage } from '../../../electron/actions/images/tagImages';
import type { ImageId } from '../../../shared/image/digest';
import { buildImage, dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { openStore, problemFacts, quietRun, storeOf, type TestStore } from '../../setup/temporary';

/** What a person confirmed was shown before: whatever somebody else does meanwhile, nothing else goes. */

const run = quietRun();
const spec = (name: string | null): ImageSpec => ({
  names: name === null ? [] : [name],
  layers: [{ files: [{ path: 'of', content: String(name) }] }],
});
const [one, two, bare] = [spec('one:1'), spec('two:1'), spec(null)];
const idOf = (image: ImageSpec): ImageId => buildImage(image).id;

/** A store, and another process's view of it. */
async function pair(): Promise<readonly [TestStore, TestStore]> {
  const store = await storeOf(dockerArchive([one, two, bare]));
  return [store, await openStore(store.directory)];
}

async function left(store: TestStore): Promise<readonly (readonly string[])[]> {
  const { graph } = await readStoreView(await openStore(store.directory));
  return graph.images.map(({ names }) => names).sort();
}

test('a prune takes what was shown, not what came to it meanwhile', async () => {
  const [store, other] = await pair();
  const shown = await previewPrune(store, { all: false });
  expect(shown.images.map(({ id }) => id)).toEqual([idOf(bare)]);
  await untagImage(other, 'two:1');
  expect(await pruneImages(store, { all: false }, run, shown)).toMatchObject({ removed: [idOf(bare)] });
  expect(await left(store)).toEqual([[], ['one:1']]);
  // One that was given a name stays.
  const next = await previewPrune(store, { all: false });
  await tagImage(other, idOf(two), 'kept:1');
  expect(await pruneImages(store, { all: false }, run, next)).toMatchObject({ removed: [] });
  expect(await left(store)).toEqual([['kept:1'], ['one:1']]);
});

test.each([
  ['a name came', (other: TestStore) => tagImage(other, idOf(one), 'prod:1')],
  ['its name went', (other: TestStore) => untagImage(other, 'one:1')],
  ['its name moved', (other: TestStore) => tagImage(other, idOf(two), 'one:1')],
])('an image is not deleted after %s', async (_, change) => {
  for (const selection of [
    { images: [idOf(one)], names: [] },
    { images: [], names: ['one:1'] },
  ]) {
    const [store, other] = await pair();
    const shown = await previewRemove(store, selection);
    await change(other);
    const before = await left(store);
    const codes = ['shown-changed', 'name-not-found'];
    const thrown: unknown = await removeImages(store, selection, run, shown).catch((fault: unknown) => fault);
    expect(codes).toContain((thrown as { problem?: { code: string } }).problem?.code);
    if (selection.images.length > 0)
      await problemFacts(
        cleanUp(store, { images: selection.images, unpacked: false, interrupted: false, shown }, run),
        'shown-changed',
      );
    expect(await left(store)).toEqual(before);
  }
});

test('what was shown goes where nothing changed', async () => {
  const [store] = await pair();
  const selection = { images: [idOf(one)], names: ['two:1'] };
  await removeImages(store, selection, run, await previewRemove(store, selection));
  expect(await left(store)).toEqual([[]]);
});

test('a name that comes between looking and deleting is looked at again', async () => {
  const [store, other] = await pair();
  const selection = { images: [idOf(one)], names: [] };
  const shown = await previewRemove(store, selection);
  const update = store.store.updateAndSweep.bind(store.store);
  let late = true;
  store.store.updateAndSweep = async (...words) => {
    // After the view was read, before the lock is taken.
    if (late) await tagImage(other, idOf(one), 'prod:1');
    late = false;
    return update(...words);
  };
  await problemFacts(removeImages(store, selection, run, shown), 'shown-changed');
  expect(await left(store)).toEqual([[], ['one:1', 'prod:1'], ['two:1']]);
});

test('a prune that shows nothing spares what is named between looking and deleting', async () => {
  const [store, other] = await pair();
  const update = store.store.updateAndSweep.bind(store.store);
  let late = true;
  store.store.updateAndSweep = async (...words) => {
    if (late) await tagImage(other, idOf(bare), 'prod:1');
    late = false;
    return update(...words);
  };
  expect(await pruneImages(store, { all: false }, run)).toMatchObject({ removed: [] });
  expect(await left(store)).toEqual([['one:1'], ['prod:1'], ['two:1']]);
});

test('a clean-up spares what is named between looking and removing', async () => {
  const [store, other] = await pair();
  const selection = { images: [idOf(bare)], names: [] };
  const request = { images: selection.images, unpacked: false, interrupted: false };
  const move = store.store.moveToTrash.bind(store.store);
  let late = true;
  store.store.moveToTrash = async (...words) => {
    if (late) await tagImage(other, idOf(bare), 'prod:1');
    late = false;
    return move(...words);
  };
  const shown = await previewRemove(store, selection);
  await problemFacts(cleanUp(store, { ...request, shown }, run), 'shown-changed');
  expect(await left(store)).toEqual([['one:1'], ['prod:1'], ['two:1']]);
});

test('a name is neither taken from an image that it was not shown on, nor changed there', async () => {
  const [store, other] = await pair();
  await tagImage(other, idOf(two), 'one:1');
  await problemFacts(untagImage(store, 'one:1', idOf(one)), 'shown-changed');
  await problemFacts(renameImage(store, 'one:1', 'one:2', { image: idOf(one) }), 'shown-changed');
  expect(await left(store)).toEqual([[], [], ['two:1', 'one:1']]);
  // As the command line, which shows nothing, by the name alone.
  await renameImage(store, 'one:1', 'one:2');
  await untagImage(store, 'one:2', idOf(two));
  expect(await left(store)).toEqual([[], [], ['two:1']]);
});

test.each(['untag', 'rename'])(
  '%s looks again at a name that moves before the lock is taken',
  async (how) => {
    const [store, other] = await pair();
    const update = store.store.updateIndex.bind(store.store);
    let late = true;
    store.store.updateIndex = async (...words) => {
      if (late) await tagImage(other, idOf(two), 'one:1');
      late = false;
      return update(...words);
    };
    const work =
      how === 'untag'
        ? untagImage(store, 'one:1', idOf(one))
        : renameImage(store, 'one:1', 'x:1', { image: idOf(one) });
    await problemFacts(work, 'shown-changed');
    expect(await left(store)).toEqual([[], [], ['two:1', 'one:1']]);
  },
);

test('what was removed after the list was shown can still be put back', async () => {
  const [store, other] = await pair();
  const goes = (image: ImageSpec) => ({ images: [idOf(image)], unpacked: false, interrupted: false });
  await cleanUp(store, goes(one), run);
  const ids = new Set((await listCleanUp(store)).trash.map(({ id }) => id));
  const { trash } = await cleanUp(other, goes(two), run);
  expect((await collectGarbage(store, { ids })).freedBytes).toBeGreaterThan(0);
  expect(await undoCleanUp(store, trash ?? '')).toBe(true);
  expect(await left(store)).toEqual([[], ['two:1']]);
});
