import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Digest } from '../../../shared/image/digest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { blobsOf } from '../../../shared/graph/pairOf';
import { translator } from '../../../shared/text/catalogue';
import { entryBlocks } from '../../../renderer/chart/treemap/entryTree';
import { layoutMap, tileAt } from '../../../renderer/chart/treemap/mapLayout';
import { nextTile } from '../../../renderer/chart/treemap/mapNavigate';
import { mapPicture, sharedEdge } from '../../../renderer/chart/treemap/mapPicture';
import { mapText } from '../../../renderer/chart/treemap/mapText';
import {
  imagesOf,
  mapTree,
  pathTo,
  repositoriesWithoutBlock,
  type MapNode,
  type MapTree,
} from '../../../renderer/chart/treemap/mapTree';
import { makePalette } from '../../../renderer/chart/drawing/palette';
import { pictureSvg } from '../../../renderer/chart/drawing/pictureSvg';
import { randomGraph } from '../../setup/randomGraph';
import { storeOf } from '../shared/graphFixtures';

const all = (graph: ImageGraph): Set<ImageGraph['images'][number]['id']> =>
  new Set(graph.images.map(({ id }) => id));

const treeOf = (graph: ImageGraph): MapTree => mapTree(indexGraph(graph), all(graph));

function* nodesOf(node: MapNode): Generator<MapNode> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}

const stores = fc.record({
  images: fc.integer({ min: 1, max: 60 }),
  layers: fc.integer({ min: 60, max: 240 }),
  seed: fc.nat(1e6),
  forms: fc.boolean(),
});

/** A store of three repositories and a dangling image, with every kind of sharing. */
const shop = buildGraph(
  storeOf({
    images: [
      { layers: ['base'] },
      { layers: ['base', 'tools', 'a'] },
      { layers: ['base', 'tools', 'b'] },
      { layers: ['base', 'lost'] },
      { layers: ['rock', 'a'] },
    ],
    roots: [
      { name: 'base:1', images: [0] },
      { name: 'shop:1.9', images: [1] },
      { name: 'shop:1.10', images: [2] },
      { name: null, images: [3] },
      { name: 'lone/rock:1', images: [4] },
    ],
    sizes: { base: 1000, tools: 300, a: 50, b: 40, lost: 30, rock: 20 },
  }),
);

describe('the tree of the map', () => {
  test('areas add up to the stored bytes exactly, every blob is drawn once', () => {
    fc.assert(
      fc.property(stores, (options) => {
        const graph = randomGraph(options);
        const { root } = treeOf(graph);
        expect(root.bytes).toBe(graph.storedBytes);
        const seen = new Set<Digest>();
        for (const node of nodesOf(root)) {
          if (node.children.length > 0)
            expect(node.children.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(node.bytes);
          if (node.kind !== 'layer') continue;
          expect(seen.has(node.blob.digest)).toBe(false);
          seen.add(node.blob.digest);
        }
        expect(seen).toEqual(
          new Set(graph.layers.flatMap(({ blobs }) => blobs.flatMap((b) => (b.size > 0 ? [b.digest] : [])))),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('a blob lies with exactly those who hold it', () => {
    fc.assert(
      fc.property(stores, (options) => {
        const graph = randomGraph(options);
        const tree = treeOf(graph);
        const index = indexGraph(graph);
        const repositoryOf = (names: readonly string[]): string => names[0]?.replace(/:[^:/]*$/, '') ?? '';
        const visit = (node: MapNode, path: readonly MapNode[]): void => {
          for (const child of node.children) visit(child, [...path, child]);
          if (node.kind !== 'layer') return;
          const { digest } = node.blob;
          const holders = graph.images.filter((image) => blobsOf(index, image).has(digest));
          expect(node.holders).toBe(holders.length);
          const place = path[path.length - 2];
          const repositories = [...new Set(holders.map(({ names }) => repositoryOf(names)))];
          if (place?.kind === 'image') expect(holders).toEqual([place.image]);
          else if (place?.kind === 'together') {
            if (place.repositories.length === 0) {
              expect(repositories).toHaveLength(1);
              expect(new Set(imagesOf(tree, place.spans))).toEqual(new Set(holders));
            } else expect(new Set(place.repositories)).toEqual(new Set(repositories));
          } else throw new Error(`a layer in ${place?.kind}`);
        };
        visit(tree.root, []);
      }),
      { numRuns: 40 },
    );
  });

  test('shared bytes of one repository lie in it, those of several beside all', () => {
    const { root } = treeOf(shop);
    const text = mapText(treeOf(shop), translator('en'));
    const said = (node: MapNode): unknown =>
      node.children.length === 0 || node.kind === 'image'
        ? [text.title(node), node.bytes]
        : [text.title(node), node.bytes, node.children.map(said)];
    expect(said(root)).toEqual([
      'Store',
      shop.storedBytes,
      [
        [
          'Shared by several repositories',
          1050,
          [
            ['base, shop, no name', 1000, [['base', 1000]]],
            ['lone/rock, shop', 50, [['a', 50]]],
          ],
        ],
        [
          'shop',
          340,
          [
            ['Shared by 1.9, 1.10', 300, [['tools', 300]]],
            ['1.10', 40],
          ],
        ],
        ['Manifests and configs', 120],
        ['No name', 30, [[expect.stringMatching(/^[0-9a-f]{12}$/), 30]]],
        ['lone/rock', 20, [['1', 20]]],
      ],
    ]);
    expect(repositoriesWithoutBlock(indexGraph(shop), all(shop), root)).toEqual(['base']);
  });

  test('a filter takes blocks away and moves none', () => {
    const index = indexGraph(shop);
    const shown = new Set(shop.images.filter(({ names }) => names[0] === 'shop:1.9').map(({ id }) => id));
    const { root } = mapTree(index, shown);
    const whole = treeOf(shop).root;
    for (const node of nodesOf(root)) {
      if (node.kind === 'store') continue;
      const before = pathTo(whole, node.key)?.map(({ key }) => key);
      expect(pathTo(root, node.key)?.map(({ key }) => key)).toEqual(before);
    }
    expect(root.bytes).toBe(1350);
    expect([...nodesOf(root)].some(({ kind }) => kind === 'documents')).toBe(false);
  });

  test('blocks keep their keys when other images come', () => {
    const more = buildGraph(
      storeOf({
        images: [
          { layers: ['base', 'tools', 'a'] },
          { layers: ['base', 'tools', 'b'] },
          { layers: ['new', 'newer'] },
          { layers: ['base', 'early'] },
        ],
        roots: [
          { name: 'shop:1.9', images: [0] },
          { name: 'shop:1.10', images: [1] },
          { name: 'fresh:1', images: [2] },
          { name: 'fresh:2', images: [3] },
        ],
        sizes: { new: 99_000 },
      }),
    );
    const keyOf = (graph: ImageGraph): string | undefined =>
      [...nodesOf(treeOf(graph).root)].find(
        (node) =>
          node.kind === 'together' &&
          node.children.some((c) => c.kind === 'layer' && c.layers[0].createdBy === 'RUN tools'),
      )?.key;
    expect(keyOf(more)).toBeDefined();
    expect(keyOf(more)).toBe(keyOf(shop));
  });
});

describe('the layout', () => {
  const boxes = fc.record({
    store: stores,
    width: fc.integer({ min: 80, max: 1600 }),
    height: fc.integer({ min: 80, max: 1000 }),
  });

  test('areas are in proportion to bytes, blocks tile what they lie in', () => {
    fc.assert(
      fc.property(boxes, ({ store, width, height }) => {
        const { root } = treeOf(randomGraph(store));
        const tiles = layoutMap(root, width, height, { levels: 3 });
        const scale = (width * height) / root.bytes;
        const area = ({ x0, y0, x1, y1 }: (typeof tiles)[number]): number => (x1 - x0) * (y1 - y0);
        let top = 0;
        for (const tile of tiles) {
          expect(Math.abs(area(tile) - tile.node.bytes * scale)).toBeLessThan(1e-6 * width * height + 1e-6);
          if (tile.level === 1) top += area(tile);
          const parent = tiles[tile.parent];
          if (!parent) continue;
          expect(tile.x0).toBeGreaterThanOrEqual(parent.x0 - 1e-6);
          expect(tile.x1).toBeLessThanOrEqual(parent.x1 + 1e-6);
          expect(tile.y0).toBeGreaterThanOrEqual(parent.y0 - 1e-6);
          expect(tile.y1).toBeLessThanOrEqual(parent.y1 + 1e-6);
          expect(tile.textTop).toBeGreaterThanOrEqual(
            Math.min(tile.y1, parent.textTop + parent.strip) - 1e-6,
          );
        }
        expect(Math.abs(top - width * height)).toBeLessThan(1e-6 * width * height);
      }),
      { numRuns: 30 },
    );
  });

  test('what is too small stands as one, with all its bytes, and comes last', () => {
    const graph = randomGraph({ images: 400, layers: 2000, seed: 5 });
    const { root } = treeOf(graph);
    const tiles = layoutMap(root, 120, 80, { levels: 3 });
    const rests = tiles.filter(({ node }) => node.kind === 'rest');
    expect(rests.length).toBeGreaterThan(0);
    for (const { node } of rests) {
      expect(node.bytes).toBe(node.children.reduce((sum, { bytes }) => sum + bytes, 0));
      expect(node.kind === 'rest' && node.count).toBe(node.children.length);
    }
    const first = tiles.filter(({ level }) => level === 1);
    expect(first.findIndex(({ node }) => node.kind === 'rest')).toBe(first.length - 1);
    expect(first.reduce((sum, { node }) => sum + node.bytes, 0)).toBe(root.bytes);
  });

  test('is the same for the same store, and closed blocks stay closed', () => {
    const { root } = treeOf(shop);
    const detail = { levels: 3, closed: ({ kind }: MapNode) => kind === 'image' || kind === 'together' };
    const tiles = layoutMap(root, 600, 400, detail);
    expect(tiles).toEqual(layoutMap(treeOf(shop).root, 600, 400, detail));
    expect(tiles.some(({ node }) => node.kind === 'layer')).toBe(false);
    expect(layoutMap(root, 0, 400, detail)).toEqual([]);
  });

  test('a point means the innermost block, a title its own', () => {
    const tiles = layoutMap(treeOf(shop).root, 600, 400, { levels: 3 });
    const titled = tiles.find(({ strip }) => strip > 0);
    if (!titled) throw new Error('no title');
    expect(tileAt(tiles, titled.x0 + 5, titled.textTop + 3)).toBe(titled);
    const inner = tiles.filter(({ open }) => !open);
    for (const tile of inner) {
      const y = Math.max((tile.y0 + tile.y1) / 2, Math.min(tile.y1 - 0.01, tile.textTop + 0.01));
      const found = tileAt(tiles, (tile.x0 + tile.x1) / 2, y);
      expect(found === tile || (found?.strip ?? 0) > 0).toBe(true);
    }
    expect(tileAt(tiles, -1, 5)).toBeNull();
    expect(tileAt(tiles, 600, 5)).toBeNull();
  });

  test('the arrows reach every block of the first level', () => {
    const { root } = treeOf(randomGraph({ images: 60, layers: 200, seed: 9 }));
    const tiles = layoutMap(root, 900, 600, { levels: 2 });
    const level = tiles.filter((tile) => tile.level === 1);
    const seen = new Set([nextTile(tiles, null, 'first')]);
    for (const tile of seen) {
      for (const direction of ['left', 'right', 'up', 'down'] as const) {
        const next = nextTile(tiles, tile, direction);
        if (next) seen.add(next);
      }
    }
    expect(seen.size).toBe(level.length);
    expect(nextTile(tiles, level[0] ?? null, 'last')).toBe(level[level.length - 1]);
    expect(nextTile(tiles, level[0] ?? null, 'left')).toBeNull();
  });
});

describe('the picture', () => {
  const palette = makePalette((name) => (name === '--lin-depth-step' ? '0.026' : 'oklch(0.9 0.05 80)'));

  test('no text lies on another or leaves the drawing, at any size', () => {
    // Without a canvas a letter counts 7 px: wider than the real ones.
    const text = (tree: MapTree): ReturnType<typeof mapText> => mapText(tree, translator('en'));
    fc.assert(
      fc.property(stores, fc.integer({ min: 120, max: 1500 }), (store, width) => {
        const tree = treeOf(randomGraph(store));
        const size = { width, height: Math.round(width * 0.7) };
        const tiles = layoutMap(tree.root, size.width, size.height, { levels: 3 });
        const { labels } = mapPicture(tiles, size, text(tree), palette);
        const boxes = labels.map(({ x, y, text: words, anchor }) => {
          const w = words.length * 7;
          const x0 = anchor === 'end' ? x - w : anchor === 'middle' ? x - w / 2 : x;
          return { x0, x1: x0 + w, y0: y - 11, y1: y + 3, words };
        });
        for (const [i, a] of boxes.entries()) {
          expect(a.x0, a.words).toBeGreaterThanOrEqual(0);
          expect(a.x1, a.words).toBeLessThanOrEqual(size.width);
          expect(a.y1, a.words).toBeLessThanOrEqual(size.height + 1);
          for (const b of boxes.slice(i + 1)) {
            const apart = a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0;
            expect(apart, `${a.words} | ${b.words}`).toBe(true);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  test('an edge says how many images share a block, and only then', () => {
    expect(sharedEdge(1)).toBe(0);
    expect(sharedEdge(2)).toBeGreaterThan(0);
    expect(sharedEdge(5)).toBeGreaterThan(sharedEdge(3));
    expect(sharedEdge(10_000)).toBe(14);
  });

  test('as SVG is a whole document with every area and text, and foreign text is escaped', () => {
    const tree = treeOf(shop);
    const size = { width: 800, height: 600 };
    const tiles = layoutMap(tree.root, size.width, size.height, { levels: 3 });
    const picture = mapPicture(tiles, size, mapText(tree, translator('en')), palette);
    const svg = pictureSvg(
      {
        ...picture,
        labels: [
          ...picture.labels,
          { x: 1, y: 9, text: '<a>&"\u0001', style: 'small', ink: 'text', anchor: 'end' },
        ],
      },
      palette,
      'Map & more',
    );
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="800" height="600"/);
    expect(svg).toContain('<title>Map &amp; more</title>');
    expect(svg).toContain('>&lt;a&gt;&amp;&quot;\ufffd</text>');
    expect(svg.match(/<text /g)).toHaveLength(picture.labels.length + 1);
    expect(svg).not.toMatch(/var\(|href|url\((?!#)/);
  });
});

describe('the files of a layer', () => {
  const layer: MapNode = { key: 'layer x', kind: 'documents', bytes: 5, children: [], colour: 3 };
  const words = { more: 'rest', moreOf: (count: number) => `${count} more` };

  test('add up to the directory, with what is left out as one block to go into', () => {
    const blocks = entryBlocks(
      layer,
      'usr',
      0,
      {
        bytes: 1000,
        files: 9,
        deletions: 0,
        entries: 12,
        restBytes: 100,
        layerBytes: 2000,
        storedBytes: 700,
        page: [
          {
            name: 'lib',
            kind: 'directory',
            bytes: 850,
            files: 4,
            children: [{ name: 'a.so', kind: 'file', bytes: 600, files: 1 }],
          },
          { name: 'x', kind: 'sparse', bytes: 50, files: 1, children: [] },
        ],
      },
      words,
    );
    expect(blocks.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(1000);
    expect(
      blocks.map((node) => node.kind === 'entry' && [node.name, node.bytes, node.path, node.more]),
    ).toEqual([
      ['lib', 850, 'usr/lib', null],
      ['10 more', 100, 'usr', { offset: 2 }],
      ['x', 50, 'usr/x', null],
    ]);
    const [lib] = blocks;
    expect(lib?.children.map((node) => node.kind === 'entry' && [node.name, node.bytes, node.more])).toEqual([
      ['a.so', 600, null],
      ['rest', 250, { offset: 1 }],
    ]);
  });
});
