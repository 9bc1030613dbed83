import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyImages } from '../../electron/place/copyImages';
import { partOf } from '../../electron/place/partOf';
import {
  needOfPart,
  type CopyIn,
  type CopyOut,
  type Place,
  type PlacePart,
  type PlacesOfKind,
} from '../../electron/place/place';
import { Places } from '../../electron/place/places';
import { storePlace } from '../../electron/place/store/homeStore';
import type { ActionContext, Run } from '../../electron/actions/ground/context';
import { readStoreView } from '../../electron/actions/images/storeView';
import { parseChainId, parseImageId } from '../../shared/image/digest';
import type { PlaceNeed } from '../../shared/image/problem';
import type { SourceId } from '../../shared/ipc/source';
import { buildImage, digestOf, dockerArchive, noise, type ImageSpec } from '../setup/imageBuilder';
import {
  expectSoundStore,
  load,
  openStore,
  problemFacts,
  quietRun,
  sharedPool,
  temporaryFolder,
} from '../setup/temporary';

/** A place under test: how it is made to hold images, from outside, and what it comes to hold later. */
export interface TestedPlace {
  readonly kind: PlacesOfKind;
  readonly id: SourceId;
  /** Has it hold these images beside what it holds, as somebody else would. */
  add(images: readonly ImageSpec[]): Promise<void>;
  /** Damages the bytes of a layer, where they can be reached from outside. */
  damage?(): Promise<void>;
  close(): Promise<void>;
}

/** A kind of place: how one with these images is made, and what it can do: the only thing in which kinds differ. */
export interface TestedKind {
  readonly name: string;
  readonly cannot: readonly PlaceNeed[];
  /** Whether somebody can get at the bytes of its layers, so that they have to be checked. */
  readonly canBeDamaged: boolean;
  readonly open: (images: readonly ImageSpec[]) => Promise<TestedPlace>;
}

const base = { files: [{ path: 'etc/base', content: 'the same\n' }] };
const large = { files: [{ path: 'srv/data', content: noise(300_000) }], gzip: true };
const spec = (name: string, top: string, names: readonly string[] = []): ImageSpec => ({
  names: [name, ...names],
  config: { Cmd: ['/bin/sh'], Env: [`WHICH=${top}`], Labels: { which: top } },
  layers: [base, large, { files: [{ path: 'srv/top', content: `${top}\n` }] }],
});

/** What every place is given: two images that share layers, one of them under two names. */
const first = spec('contract/one:1', 'one', ['contract/one:latest']);
const second = spec('contract/two:1', 'two');
/** What comes later. */
const third: ImageSpec = { ...spec('contract/three:1', 'three'), layers: [base] };
/** What it takes from another place. */
const taken: ImageSpec = { ...spec('contract/taken:1', 'taken'), layers: [base] };

/** An image as its description says, worked out without the program's own code. */
function facts(image: ImageSpec): { id: string; names: string[]; chains: string[] } {
  const { id, names, layers } = buildImage(image);
  let above = '';
  const chains = layers.map(({ diffId }) => {
    const text = above === '' ? diffId : `${above} ${diffId}`;
    return (above = above === '' ? diffId : `sha256:${createHash('sha256').update(text).digest('hex')}`);
  });
  return { id, names: [...names].sort(), chains };
}

const viewed = async (place: Place): Promise<ReturnType<typeof facts>[]> =>
  (await place.view()).graph.images
    .map(({ id, names, layers }) => ({
      id: id,
      names: [...names].sort(),
      chains: [...layers] as string[],
    }))
    .sort((a, b) => a.id.localeCompare(b.id));
const expected = (...images: readonly ImageSpec[]): ReturnType<typeof facts>[] =>
  images.map(facts).sort((a, b) => a.id.localeCompare(b.id));

/** The diff IDs that the layers of the first image have, worked out from the bytes that a store of them says they are. */
async function contentsOf(context: ActionContext): Promise<string[]> {
  const { graph } = await readStoreView(context);
  const image = graph.images.find(({ id }) => id === buildImage(first).id);
  return (image?.layers ?? []).map((chainId) => {
    const blob = graph.layers.find((layer) => layer.chainId === chainId)?.blobs[0];
    if (!blob) throw new Error(`no bytes of ${chainId}`);
    const file = context.store.fileOf(blob);
    const [path, offset] = typeof file === 'string' ? [file, 0] : [file.path, file.offset];
    const bytes = readFileSync(path).subarray(offset, offset + blob.size);
    return digestOf(bytes[0] === 0x1f ? gunzipSync(bytes) : bytes);
  });
}

/** Bytes that travelled. */
const bytesOf = (result: CopyIn | CopyOut): number =>
  result.kind === 'copyOut' ? result.bytes : result.addedBytes;

/** A run that is cancelled as soon as it says that it is under way. */
function cancelled(): Run {
  const abort = new AbortController();
  return { signal: abort.signal, report: ({ phase }) => phase !== 'starting' && abort.abort() };
}

/** What the promise of `electron/place/place.ts` says, held against one kind of place. */
export function placeContract({ name, cannot, canBeDamaged, open }: TestedKind): void {
  describe(`${name} keeps the promise of a place`, () => {
    let tested: TestedPlace;
    let place: Place;
    const tools = { pool: sharedPool() };
    const unknown = parseImageId(`sha256:${'e'.repeat(64)}`);
    const oneId = buildImage(first).id;
    const find = (): Place => {
      const found = tested.kind.find(tested.id);
      if (!found) throw new Error('it does not find its own place');
      return found;
    };
    const lacks = (part: PlacePart): boolean => cannot.includes(needOfPart[part]);

    beforeAll(async () => {
      tested = await open([first, second]);
      place = find();
    }, 180_000);
    afterAll(async () => {
      await (tested as TestedPlace | undefined)?.close();
    }, 120_000);

    test('it is listed as what can be used, and finds no other', async () => {
      const listed = (await tested.kind.list()).find(({ id }) => id === tested.id);
      expect(listed).toMatchObject({ state: 'ready', problem: null, images: 2 });
      expect(listed?.word).not.toBe('');
      expect(place).toMatchObject({ id: tested.id });
      expect(place.label).not.toBe('');
      await problemFacts(new Places([tested.kind]).of('other-1' as SourceId), 'source-not-found');
    });

    test('what it lacks is what it says that it cannot', async () => {
      expect([...place.cannot].sort()).toEqual([...cannot].sort());
      for (const part of Object.keys(needOfPart) as PlacePart[]) {
        expect(place[part] === null, part).toBe(lacks(part));
        if (!lacks(part)) continue;
        const found = await problemFacts(new Places([tested.kind]).part(tested.id, part), 'place-cannot');
        expect(found).toEqual({ place: place.label, need: needOfPart[part] });
      }
    });

    test('images take together what the graph says that they store, and one of them what its node says', async () => {
      const { graph } = await place.view();
      const ids = graph.images.map(({ id }) => id);
      expect(await place.documents.together(ids)).toEqual({
        size: graph.storedBytes,
        unique: graph.storedBytes,
        shared: 0,
        others: 0,
        containers: [],
        containerCount: 0,
      });
      for (const { id, size, unique, shared, sharedWith } of graph.images)
        expect(await place.documents.together([id])).toMatchObject({
          size,
          unique,
          shared,
          others: sharedWith,
        });
      await problemFacts(place.documents.together([unknown]), 'image-not-found');
    });

    test('the same images give the same graph, and nothing is read anew while nothing changes', async () => {
      expect(await viewed(place)).toEqual(expected(first, second));
      const { graph, damaged } = await place.view();
      expect(damaged).toEqual([]);
      expect(graph.layers).toHaveLength(4);
      expect((await find().view()).graph).toBe(graph);
      const list = await place.list();
      expect(list.graph.images.map(({ id }) => id).sort()).toEqual(graph.images.map(({ id }) => id).sort());
    });

    test('its documents say what the images were made of', async () => {
      const { documents } = place;
      const { history, config } = await documents.image(oneId);
      expect(config.env).toContainEqual({ key: 'WHICH', value: 'one' });
      expect(history.map(({ createdBy }) => createdBy)).toEqual([0, 1, 2].map((i) => `COPY part ${i} /`));
      expect((await documents.history(oneId)).map(({ chainId }) => chainId)).toEqual(facts(first).chains);
      const told = (await documents.imageDocument(oneId)) as {
        RootFS: { Layers: string[] };
        RepoTags: string[];
      };
      expect(told.RootFS.Layers).toEqual(buildImage(first).layers.map(({ diffId }) => diffId));
      expect(told.RepoTags.map((each) => each.replace(/^docker\.io\/|^localhost\//, '')).sort()).toEqual(
        facts(first).names,
      );
      const bottom = parseChainId(facts(first).chains[0] ?? '');
      expect(await documents.layer(bottom)).toMatchObject({ chainId: bottom });
      expect(JSON.stringify(await documents.layerDocument(bottom))).toContain(bottom);
      await problemFacts(documents.image(unknown), 'image-not-found');
      await problemFacts(documents.imageDocument(unknown), 'image-not-found');
      await problemFacts(documents.history(unknown), 'image-not-found');
      await problemFacts(documents.layerDocument(parseChainId(unknown)), 'layer-not-found');
    });

    test('it gives whole images into a store, and nothing twice', async () => {
      const { give } = place;
      expect(await give.plan({ what: [oneId] })).toMatchObject({ images: 1 });
      expect((await give.plan({ what: ['contract/two:1'] })).names).toEqual(['contract/two:1']);
      await problemFacts(give.plan({ what: ['contract/none:1'] }), 'image-not-found');
      const target = await openStore();
      await problemFacts(give.into(target, { what: ['contract/none:1'] }, quietRun()), 'image-not-found');
      const result = await give.into(target, { what: ['contract/one:1', 'contract/two:1'] }, quietRun());
      expect(result).toMatchObject({ kind: 'copyIn', newLayers: 4 });
      // A name takes itself along, an ID all names of its image.
      expect(await viewed(storePlace(target))).toEqual(
        expected({ ...first, names: ['contract/one:1'] }, second),
      );
      expect(await give.into(target, { what: [oneId] }, quietRun())).toMatchObject({ newLayers: 0 });
      expect(await viewed(storePlace(target))).toEqual(expected(first, second));
      await expectSoundStore(target.directory);
      await target.close();
    });

    test('it lends them as a store, in which every byte can be read', async () => {
      const found = await place.give.lend(
        tools,
        { what: ['contract/one:1'] },
        quietRun(),
        async (context) => {
          const images = (await viewed(storePlace(context))).filter(({ id }) => id === oneId);
          return { images, contents: await contentsOf(context) };
        },
      );
      expect(found.images).toMatchObject([{ id: oneId, chains: facts(first).chains }]);
      expect(found.contents).toEqual(buildImage(first).layers.map(({ diffId }) => diffId));
    });

    test('it writes them into an archive that loads with the same IDs', async () => {
      const target = join(await temporaryFolder(), 'given.tar');
      const saved = await place.give.archive(
        await openStore(),
        { what: [oneId, 'contract/two:1'], target },
        quietRun(),
      );
      expect(saved).toMatchObject({ kind: 'save', images: 2, file: 'given.tar' });
      const fresh = await openStore();
      await load(fresh, await readFile(target));
      expect(await viewed(storePlace(fresh))).toEqual(expected(first, second));
      await fresh.close();
    });

    test('after a cancel nothing is left, wherever it was going', async () => {
      const target = await openStore();
      await problemFacts(place.give.into(target, { what: [oneId] }, cancelled()), 'cancelled');
      expect(await viewed(storePlace(target))).toEqual([]);
      await expectSoundStore(target.directory);
      await target.close();
      const folder = await temporaryFolder();
      const file = join(folder, 'given.tar');
      await problemFacts(
        place.give.archive(await openStore(), { what: [oneId], target: file }, cancelled()),
        'cancelled',
      );
      expect(await readdir(folder)).toEqual([]);
    });

    if (!lacks('layers'))
      test('every layer of it can be read', async () => {
        const contents = await partOf(place, 'layers').within((context) => contentsOf(context));
        expect(contents).toEqual(buildImage(first).layers.map(({ diffId }) => diffId));
      });

    if (!lacks('take'))
      test('it takes what others give, there and back with the same IDs, all or nothing, and not twice', async () => {
        const giver = await openStore();
        await load(giver, dockerArchive([taken]));
        const request = { what: ['contract/taken:1'] };
        const ends = { from: storePlace(giver), to: place };
        const before = await viewed(place);
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

    if (!lacks('names'))
      test('names are given, moved, changed and taken away', async () => {
        const names = partOf(place, 'names');
        const twoId = buildImage(second).id;
        const namesOf = async (id: string): Promise<readonly string[]> =>
          (await viewed(find())).find((image) => image.id === id)?.names ?? [];
        expect(await names.tag(oneId, 'contract/more:1')).toMatchObject({
          name: 'contract/more:1',
          movedFrom: null,
        });
        expect(await namesOf(oneId)).toContain('contract/more:1');
        expect(await names.tag(twoId, 'contract/more:1')).toMatchObject({ movedFrom: oneId });
        expect(await namesOf(oneId)).toEqual(facts(first).names);
        await problemFacts(names.tag(twoId, 'Not A Name'), 'reference-invalid');
        await problemFacts(names.tag(unknown, 'contract/x:1'), 'image-not-found');
        // What a person was shown is not so any more.
        await problemFacts(names.tag(oneId, 'contract/more:1', oneId), 'shown-changed');
        await problemFacts(names.untag('contract/more:1', oneId), 'shown-changed');
        await names.rename('contract/more:1', 'contract/less:1');
        expect(await namesOf(twoId)).toEqual(['contract/less:1', 'contract/two:1']);
        expect(await names.untag('contract/less:1')).toEqual({ image: twoId, dangling: false });
        await problemFacts(names.untag('contract/less:1'), 'name-not-found');
        if (cannot.includes('lastName'))
          await problemFacts(names.untag('contract/two:1'), 'engine-last-name');
        expect(await viewed(find())).toEqual(expect.arrayContaining(expected(first, second)));
      });

    test('somebody is told when others change it, and then it shows what is there', async () => {
      const told: SourceId[] = [];
      const stop = tested.kind.watch({
        placesChanged: () => undefined,
        imagesChanged: (id) => void told.push(id),
      });
      await tested.add([third]);
      await expect.poll(() => told).toContain(tested.id);
      await expect
        .poll(async () => viewed(find()))
        .toEqual(expect.arrayContaining(expected(third)) as unknown);
      stop();
      const before = told.length;
      await tested.add([{ ...third, names: ['contract/later:1'] }]);
      await expect
        .poll(async () => (await viewed(find())).flatMap(({ names }) => names))
        .toContain('contract/later:1');
      await delay(100);
      expect(told).toHaveLength(before);
    });

    if (!lacks('removal'))
      test('removal does what its preview said', async () => {
        const removal = partOf(find(), 'removal');
        const images = [buildImage(second).id];
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
        expect(left).toEqual(expect.arrayContaining(expected(first)));
        expect(left.map(({ id }) => id)).not.toContain(images[0]);
        // A prune takes what has no name: here the image that lost it to another.
        const dangling = left.filter(({ names }) => names.length === 0).map(({ id }) => id);
        const prune = await removal.previewPrune();
        expect(prune.images.map(({ id }) => id as string)).toEqual(dangling);
        const pruned = await removal.prune({ images: prune.images, untagged: [] }, quietRun());
        expect(pruned).toMatchObject({ removed: dangling, freedBytes: prune.freedBytes });
        expect((await removal.previewPrune()).images).toEqual([]);
      });
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
