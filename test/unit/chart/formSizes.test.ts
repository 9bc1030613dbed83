import { describe, expect, test } from 'vitest';
import { chartInput as strataInput } from '../../../renderer/chart/strata/input';
import type { Scene } from '../../../renderer/chart/strata/scene';
import { overlapData } from '../../../renderer/view/overlap/overlapExport';
import { mapData } from '../../../renderer/view/map/mapExport';
import { strataExport } from '../../../renderer/view/strata/strataExport';
import { chartInput } from '../../../renderer/chart/layers/input';
import { layoutLayers } from '../../../renderer/chart/layers/layout';
import { overlapItems } from '../../../renderer/chart/overlap/overlapItems';
import { overlapMatrix } from '../../../renderer/chart/overlap/overlapMatrix';
import type { OverlapScene } from '../../../renderer/chart/overlap/overlapPicture';
import type { MapText } from '../../../renderer/chart/treemap/mapText';
import { mapTree, type MapNode } from '../../../renderer/chart/treemap/mapTree';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { dockvizImages } from '../../../shared/graph/dockviz/fromGraph';
import { equalContent } from '../../../shared/graph/equalContent';
import { graphDot, imageRows, layerRows, partOfGraph } from '../../../shared/graph/graphExport';
import { isReadable, type ImageNode } from '../../../shared/graph/imageGraph';
import { orderImages } from '../../../shared/graph/imageOrder';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { layerBytes } from '../../../shared/graph/layerBytes';
import { jointLayers, ownLayers } from '../../../shared/graph/ownLayer';
import { pairOf, sameContent } from '../../../shared/graph/pairOf';
import type { Digest } from '../../../shared/image/digest';
import { chanceOf, makeRoots, neededBy } from '../../setup/randomForms';

/** Every view model's sizes, held against the blobs that roots name: layers in several forms, and some not here. */

const total = (sizes: Iterable<number>): number => [...sizes].reduce((sum, size) => sum + size, 0);

const inSight = { order: 'lineage', grouped: false, open: [], shut: [] } as const;
/** What of a scene its data are made of. */
const strataScene = (input: ReturnType<typeof strataInput>): Scene =>
  ({ input, layout: { sequence: Int32Array.from(input.images.keys()) } }) as unknown as Scene;

describe.each(Array.from({ length: 60 }, (_, i) => i + 1))('views of a store of chance %i', (seed) => {
  const roots = makeRoots(seed, true);
  const graph = buildGraph({ revision: '1', roots });
  const index = indexGraph(graph);
  const isLayer = new Set<Digest>(
    roots.flatMap(({ images }) => images.flatMap(({ layers }) => layers.map(({ blob }) => blob.digest))),
  );
  /** Layer blobs that some images need and that are here. */
  const blobsOf = (images: readonly ImageNode[]): ReadonlyMap<Digest, number> =>
    new Map(images.flatMap(({ id }) => [...neededBy(roots, id)].filter(([digest]) => isLayer.has(digest))));
  const bytesOf = (images: readonly ImageNode[]): number => total(blobsOf(images).values());

  test('two images on the same layers: those that each has as a blob of its own are told, with both', () => {
    const rootOf = (id: ImageNode['id']) =>
      roots.flatMap(({ images }) => images).filter((image) => image.id === id);
    const blobsAt = (id: ImageNode['id'], at: number): ReadonlyMap<Digest, number> =>
      new Map(
        rootOf(id).flatMap(({ layers }) => {
          const blob = layers[at]?.blob;
          return blob ? [[blob.digest, blob.missing ? 0 : blob.size] as const] : [];
        }),
      );
    for (const a of graph.images)
      for (const b of graph.images) {
        if (a === b) continue;
        let layers = 0;
        const own = new Map<Digest, number>();
        for (let at = 0; at < a.layers.length && a.layers[at] === b.layers[at]; at++) {
          const [first, second] = [blobsAt(a.id, at), blobsAt(b.id, at)];
          if ([...first.keys()].some((digest) => second.has(digest))) continue;
          layers++;
          for (const [digest, size] of [...first, ...second]) own.set(digest, size);
        }
        expect(pairOf(index, a, b).twice).toEqual({ layers, bytes: total(own.values()) });
      }
  });

  test('the graph and dockviz: an image is what its top layer comes to with all below, and its documents', () => {
    const shown = new Set(graph.images.map(({ id }) => id));
    const input = chartInput(index, {
      images: shown,
      onlyTagged: false,
      foldFrom: null,
      unfolded: new Set(),
    });
    const layout = layoutLayers(input.input);
    const dockviz = new Map(dockvizImages(graph).map((image) => [`sha256:${image.id}`, image.virtualSize]));
    for (const { top } of graph.images) {
      if (top === null) continue;
      const [first] = graph.images.filter((image) => image.top === top);
      const chip = layout.runs.indexOf(input.placeOf(top));
      expect(layout.cumulative[chip]).toBe(bytesOf(first ? [first] : []));
      expect(dockviz.get(top)).toBe(bytesOf(first ? [first] : []));
      expect(index.dense.chain[index.dense.place.get(top) ?? -1]).toBe(bytesOf(first ? [first] : []));
    }
  });

  test('the graph and the strata of images in sight: layers are the blobs that these images name', () => {
    const chance = chanceOf(seed + 900);
    for (let i = 0; i < 8; i++) {
      const chosen = i === 0 ? graph.images : graph.images.filter(() => chance(3) === 0);
      const images = new Set(chosen.map(({ id }) => id));
      const named = new Map<string, Map<string, number>>();
      for (const { id, chainIds, layers } of roots.flatMap((root) => root.images)) {
        if (!images.has(id)) continue;
        layers.forEach(({ blob }, at) => {
          const chain = chainIds[at] ?? '';
          const blobs = named.get(chain) ?? new Map<string, number>();
          named.set(chain, blobs.set(blob.digest, blob.missing ? 0 : blob.size));
        });
      }
      const sizes = new Map([...named].map(([chain, blobs]) => [chain, total(blobs.values())]));
      const { input, layers, placeOf } = chartInput(index, {
        images,
        onlyTagged: false,
        foldFrom: null,
        unfolded: new Set(),
      });
      expect(new Map(layers.map(({ chainId }, at) => [chainId, input.size[at]]))).toEqual(sizes);
      expect(new Map(layers.map(({ chainId, size }) => [chainId, size]))).toEqual(sizes);
      for (const { top } of chosen) {
        if (top === null) continue;
        const [first] = chosen.filter((image) => image.top === top);
        expect(input.chain[placeOf(top)]).toBe(bytesOf(first ? [first] : []));
      }
      const strata = strataInput(index, { ...inSight, images });
      expect(new Map(strata.layers.map(({ chainId, size }) => [chainId, size]))).toEqual(sizes);
      expect(strata.input.layers.map(({ size }) => size)).toEqual(strata.layers.map(({ size }) => size));
    }
  });

  test('content that two sides have and share no blob of is told as stored twice', () => {
    const chance = chanceOf(seed + 1300);
    const blobsBy = (images: readonly ImageNode[]): ReadonlyMap<string, ReadonlyMap<string, number>> => {
      const ids = new Set(images.map(({ id }) => id));
      const found = new Map<string, Map<string, number>>();
      for (const { id, config, layers } of roots.flatMap((root) => root.images)) {
        if (!ids.has(id)) continue;
        layers.forEach(({ blob }, at) => {
          const diff = config.diffIds[at] ?? '';
          found.set(
            diff,
            (found.get(diff) ?? new Map<string, number>()).set(blob.digest, blob.missing ? 0 : blob.size),
          );
        });
      }
      return found;
    };
    for (let i = 0; i < 12; i++) {
      const [a, b] = [graph.images.filter(() => chance(3) === 0), graph.images.filter(() => chance(3) === 0)];
      const [first, second] = [blobsBy(a), blobsBy(b)];
      const own = [...first].filter(([diff, blobs]) => {
        const others = second.get(diff);
        return others !== undefined && ![...blobs.keys()].some((digest) => others.has(digest));
      });
      const blobs = new Map(own.flatMap(([diff, of]) => [...of, ...(second.get(diff) ?? [])]));
      expect(sameContent(index, a, b)).toEqual({ layers: own.length, bytes: total(blobs.values()) });
    }
  });

  test('layers of a selection add up to what it takes of layers', () => {
    const chance = chanceOf(seed);
    for (let i = 0; i < 12; i++) {
      const chosen = graph.images.filter(() => chance(2) === 0);
      expect(total(jointLayers(chosen, index.layers).map(({ size }) => size))).toBe(bytesOf(chosen));
      expect(layerBytes(chosen, index.layers).stored).toBe(bytesOf(chosen));
    }
  });

  test('what is taken away of images holds the blobs that they name, and adds up to them', () => {
    const chance = chanceOf(seed + 500);
    for (let i = 0; i < 12; i++) {
      const chosen = i === 0 ? graph.images : graph.images.filter(() => chance(2) === 0);
      const part = partOfGraph(graph, chosen);
      const ids = new Set(chosen.map(({ id }) => id));
      const strata = strataExport(
        index,
        strataScene(strataInput(index, { ...inSight, images: ids })),
        () => '',
      );
      const { json, csv } = strata.data();
      const here = [...blobsOf(chosen).keys()].sort();
      const blobs = part.layers.flatMap((layer) => layer.blobs.filter(isReadable));
      expect([...new Set(blobs.map(({ digest }) => digest))].sort()).toEqual(here);
      // Rows add up to what is stored.
      const column = ({ head, rows }: typeof csv): number =>
        total(rows.map((row) => Number(row[head.indexOf('bytes')])));
      expect([column(layerRows(part.layers)), column(csv)]).toEqual([bytesOf(chosen), bytesOf(chosen)]);
      const { bands } = json as { bands: { chainId: string; size: number }[] };
      expect(bands.map(({ size }) => size).sort()).toEqual(part.layers.map(({ size }) => size).sort());
      // And an image's own layers, with what it says of its forms, to the image.
      const byChain = new Map(part.layers.map((layer) => [layer.chainId, layer]));
      const dot = graphDot(part, String);
      for (const image of part.images) {
        expect(total(ownLayers(image, byChain).map(({ size }) => size))).toBe(bytesOf([image]));
        const [first] = part.images.filter(({ top }) => top === image.top);
        const chain = new RegExp(`^  "${image.top}" \\[.* chainbytes=(\\d+),`, 'm').exec(dot)?.[1];
        expect(Number(chain)).toBe(bytesOf(first ? [first] : []));
      }
    }
  });

  test('two images: in common, only here, only there', () => {
    for (const a of graph.images)
      for (const b of graph.images) {
        const [inA, inB] = [blobsOf([a]), blobsOf([b])];
        const both = [...inA].flatMap(([digest, size]) => (inB.has(digest) ? [size] : []));
        const { common, onlyFirst, onlySecond, trunk } = pairOf(index, a, b);
        expect(common).toBe(total(both));
        expect([common + onlyFirst, common + onlySecond]).toEqual([bytesOf([a]), bytesOf([b])]);
        expect(total(trunk.map(({ size }) => size))).toBeLessThanOrEqual(bytesOf([a]));
      }
  });

  test('the matrix, the map and the families are made of the blobs that are here', () => {
    const order = orderImages(index);
    const { items } = overlapItems(index, order.images);
    const matrix = overlapMatrix(order, items);
    items.forEach((item, i) => expect(matrix.bytes(i, i)).toBe(bytesOf(item.images)));
    const { root } = mapTree(index, new Set(graph.images.map(({ id }) => id)));
    expect(root.bytes).toBe(graph.storedBytes);
    const documents = (node: MapNode): number =>
      node.kind === 'documents' ? node.bytes : total(node.children.map(documents));
    expect(documents(root)).toBe(graph.storedBytes - bytesOf(graph.images));
    for (const family of index.families)
      expect(family.bytes).toBe(bytesOf(graph.images.filter(({ id }) => family.images.includes(id))));
  });

  test('what equal content takes more than once is stored bytes', () => {
    const here = new Set(roots.flatMap(({ blobs }) => [...blobs.keys()]));
    for (const layer of graph.layers) {
      const same = graph.layers.filter(({ diffId }) => diffId === layer.diffId);
      const blobs = new Map(same.flatMap((each) => each.blobs.map(({ digest, size }) => [digest, size])));
      const sizes = [...blobs].flatMap(([digest, size]) => (here.has(digest) ? [size] : []));
      const { copies, extraBytes } = equalContent(index, layer);
      expect({ copies, extraBytes }).toEqual({
        copies: sizes.length,
        extraBytes: total(sizes) - Math.max(0, ...sizes),
      });
    }
  });
});

test('the heads of all tables that are taken away are spelt alike, and one thing has one head', () => {
  const graph = buildGraph({ revision: '1', roots: makeRoots(1) });
  const index = indexGraph(graph);
  const images = new Set(graph.images.map(({ id }) => id));
  const order = orderImages(index);
  const { items } = overlapItems(index, order.images);
  const tree = mapTree(index, images);
  const matrix = { items, matrix: overlapMatrix(order, items), text: { name: () => '' } };
  const tables = [
    layerRows(graph.layers),
    imageRows(graph.images),
    strataExport(index, strataScene(strataInput(index, { ...inSight, images })), () => '').data().csv,
    overlapData(matrix as unknown as OverlapScene).csv,
    mapData(tree.root, tree, { title: () => '' } as unknown as MapText).csv,
  ];
  const heads = tables.flatMap(({ head }) => head);
  for (const head of heads) expect(head).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
  for (const other of ['size', 'command']) expect(heads).not.toContain(other);
  for (const { head, rows } of tables) for (const row of rows) expect(row).toHaveLength(head.length);
});
