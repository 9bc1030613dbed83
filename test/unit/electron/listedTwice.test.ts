import { expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { buildImage, dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { load, openStore } from '../../setup/temporary';

type Entry = readonly [image: 'A' | 'B', names: readonly string[]];

const spec = (image: string, names: readonly string[]): ImageSpec => ({
  names: [...names],
  layers: [{ files: [{ path: 'f', content: image }] }],
});

/** What `docker load` (Docker 20.10 and its store) makes of a manifest.json that lists an image twice with another between. */
test.each<readonly [entries: readonly Entry[], a: readonly string[], b: readonly string[]]>([
  [
    [
      ['A', ['x:1']],
      ['B', ['x:1']],
      ['A', ['x:1']],
    ],
    ['x:1'],
    [],
  ],
  [
    [
      ['A', ['x:1']],
      ['B', ['x:1']],
      ['A', []],
    ],
    [],
    ['x:1'],
  ],
  [
    [
      ['A', ['x:1', 'y:1']],
      ['B', ['y:1']],
      ['A', ['y:1']],
    ],
    ['x:1', 'y:1'],
    [],
  ],
  [
    [
      ['A', ['x:1']],
      ['B', ['x:1', 'y:1']],
      ['A', ['z:1']],
    ],
    ['z:1'],
    ['x:1', 'y:1'],
  ],
  [
    [
      ['A', ['x:1']],
      ['B', ['x:1']],
      ['A', ['x:1']],
      ['B', []],
    ],
    ['x:1'],
    [],
  ],
])('%j are A as %j and B as %j', async (entries, a, b) => {
  const store = await openStore();
  await load(store, dockerArchive(entries.map(([image, names]) => spec(image, names))));
  const { graph } = await readStoreView(store);
  const found = new Map(graph.images.map(({ id, names }) => [id as string, names]));
  expect(found).toEqual(
    new Map([
      [buildImage(spec('A', [])).id, a],
      [buildImage(spec('B', [])).id, b],
    ]),
  );
});
