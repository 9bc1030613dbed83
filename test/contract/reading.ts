import { expect, test } from 'vitest';
import { partOf } from '../../electron/place/partOf';
import { needOfPart, type PlacePart } from '../../electron/place/place';
import { Places } from '../../electron/place/places';
import { parseChainId } from '../../shared/image/digest';
import type { SourceId } from '../../shared/ipc/source';
import { problemFacts } from '../setup/temporary';
import { contentsOf, factsOf, first, second, seenAs, viewed } from './images';
import { unknown, type UnderTest } from './tested';

/** What is seen of a place: the list, the graph, the documents, the contents. */
export function readingTests({ cannot, make, lacks, tested, place, find }: UnderTest): void {
  const oneId = make(first).id;
  const seen = seenAs(make);

  test('it is listed as what can be used, and finds no other', async () => {
    const listed = (await tested().kind.list()).find(({ id }) => id === tested().id);
    expect(listed).toMatchObject({ state: 'ready', problem: null, images: 2 });
    expect(listed?.word).not.toBe('');
    expect(place()).toMatchObject({ id: tested().id });
    expect(place().label).not.toBe('');
    await problemFacts(new Places([tested().kind]).of('other-1' as SourceId), 'source-not-found');
  });

  test('what it lacks is what it says that it cannot', async () => {
    expect([...place().cannot].sort()).toEqual([...cannot].sort());
    for (const part of Object.keys(needOfPart) as PlacePart[]) {
      expect(place()[part] === null, part).toBe(lacks(part));
      if (!lacks(part)) continue;
      const found = await problemFacts(new Places([tested().kind]).part(tested().id, part), 'place-cannot');
      expect(found).toEqual({ place: place().label, need: needOfPart[part] });
    }
  });

  test('images take together what the graph says that they store, and one of them what its node says', async () => {
    const { graph } = await place().view();
    const ids = graph.images.map(({ id }) => id);
    expect(await place().documents.together(ids)).toEqual({
      size: graph.storedBytes,
      unique: graph.storedBytes,
      shared: 0,
      freed: graph.storedBytes,
      along: 0,
      others: 0,
      containers: [],
      containerCount: 0,
    });
    for (const { id, size, unique, shared, sharedWith } of graph.images)
      expect(await place().documents.together([id])).toMatchObject({
        size,
        unique,
        shared,
        others: sharedWith,
      });
    await problemFacts(place().documents.together([unknown]), 'image-not-found');
  });

  test('the same images give the same graph, and nothing is read anew while nothing changes', async () => {
    expect(await viewed(place())).toEqual(seen(first, second));
    const { graph, damaged } = await place().view();
    expect(damaged).toEqual([]);
    expect(graph.layers).toHaveLength(4);
    expect((await find().view()).graph).toBe(graph);
    const list = await place().list();
    expect(list.graph.images.map(({ id }) => id).sort()).toEqual(graph.images.map(({ id }) => id).sort());
  });

  test('its documents say what the images were made of', async () => {
    const { documents } = place();
    const { history, config } = await documents.image(oneId);
    expect(config.env).toContainEqual({ key: 'WHICH', value: 'one' });
    expect(history.map(({ createdBy }) => createdBy)).toEqual([0, 1, 2].map((i) => `COPY part ${i} /`));
    expect((await documents.history(oneId)).map(({ chainId }) => chainId)).toEqual(
      factsOf(make(first)).chains,
    );
    const told = (await documents.imageDocument(oneId)) as {
      RootFS: { Layers: string[] };
      RepoTags: string[];
    };
    expect(told.RootFS.Layers).toEqual(make(first).layers.map(({ diffId }) => diffId));
    expect(told.RepoTags.map((each) => each.replace(/^docker\.io\/|^localhost\//, '')).sort()).toEqual(
      factsOf(make(first)).names,
    );
    const bottom = parseChainId(factsOf(make(first)).chains[0] ?? '');
    expect(await documents.layer(bottom)).toMatchObject({ chainId: bottom });
    expect(JSON.stringify(await documents.layerDocument(bottom))).toContain(bottom);
    await problemFacts(documents.image(unknown), 'image-not-found');
    await problemFacts(documents.imageDocument(unknown), 'image-not-found');
    await problemFacts(documents.history(unknown), 'image-not-found');
    await problemFacts(documents.layerDocument(parseChainId(unknown)), 'layer-not-found');
  });

  if (!lacks('layers'))
    test('every layer of it can be read', async () => {
      const contents = await partOf(place(), 'layers').within((context) => contentsOf(context, oneId));
      expect(contents).toEqual(make(first).layers.map(({ diffId }) => diffId));
    });
}
