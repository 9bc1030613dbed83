import { describe, expect, test } from 'vitest';
import { indexGraph } from '../../../shared/graph/indexGraph';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { chartInput } from '../../../renderer/chart/layers/input';
import { layoutLayers } from '../../../renderer/chart/layers/layout';
import { metricsFor } from '../../../renderer/chart/layers/metrics';
import { travel } from '../../../renderer/chart/layers/navigate';
import { makeScene, type Item, type Scene } from '../../../renderer/chart/layers/scene';
import { treePlaceOf, withParents } from '../../../renderer/chart/layers/treeOrder';
import { branchHues } from '../../../renderer/chart/strata/hues';
import { chartInput as strataInput } from '../../../renderer/chart/strata/input';
import { layoutStrata } from '../../../renderer/chart/strata/layout';
import { makeScene as makeStrata } from '../../../renderer/chart/strata/scene';
import {
  treePlaceOf as strataPlaceOf,
  withParents as strataWithParents,
} from '../../../renderer/chart/strata/treeOrder';
import type { TreePlace } from '../../../renderer/chart/treePlace';
import { randomGraph } from '../../setup/randomGraph';

interface Told extends TreePlace {
  readonly item: string;
}

/** The tree as a person would write it down: parents by what the graph itself says, told depth first. */
interface Branch {
  readonly item: string;
  readonly children: readonly Branch[];
}

function writtenDown(branches: readonly Branch[], level = 1): Told[] {
  return branches.flatMap(({ item, children }, i) => [
    { item, level, position: i + 1, of: branches.length },
    ...writtenDown(children, level + 1),
  ]);
}

const indexes: readonly GraphIndex[] = [1, 2, 3, 4].map((seed) =>
  indexGraph(randomGraph({ images: 40, layers: 120, seed })),
);

describe('the graph as a tree', () => {
  const sceneOf = (index: GraphIndex, foldFrom: number | null, collapses: boolean): Scene => {
    const images = index.graph.images;
    const bases = [...(index.children.get(null) ?? [])];
    const input = chartInput(index, {
      images: new Set(images.map(({ id }) => id)),
      onlyTagged: false,
      foldFrom,
      unfolded: new Set(),
      collapsed: new Set(collapses ? bases.slice(0, 1).map(({ chainId }) => chainId) : []),
    });
    const layout = layoutLayers(input.input);
    const workspaces = new Map(images.slice(0, 3).map(({ id }, i) => [id, [`one-${i}`, `two-${i}`]]));
    return makeScene(input, layout, index, metricsFor(layout, 900, 700), workspaces);
  };
  const scenes = indexes.flatMap((index) =>
    [null, 3].flatMap((foldFrom) => [false, true].map((collapses) => sceneOf(index, foldFrom, collapses))),
  );

  /** Children by looking at every item for each: slow, and made of what the items themselves say. */
  const treeOf = (scene: Scene): Branch[] => {
    const of = (chip: number): Branch[] => [
      ...(chip < 0 ? [] : cardsOf(chip)),
      ...scene.chips
        .filter(({ parent }) => parent === chip)
        .map((each) => ({ item: each.key, children: of(each.place) })),
      ...(chip < 0 ? cardsOf(-1) : []),
    ];
    const cardsOf = (chip: number): Branch[] =>
      scene.cards
        .filter((each) => each.chip === chip)
        .map((each) => ({
          item: each.key,
          children: scene.workspaces
            .filter(({ card }) => card === each.place)
            .map(({ key }) => ({ item: key, children: [] })),
        }));
    return of(-1);
  };
  const everything = (scene: Scene): Item[] => [...scene.workspaces, ...scene.cards, ...scene.chips];

  test('is read depth first, an image as a leaf of its layer, and each says which child it is', () => {
    for (const scene of scenes) {
      const told = withParents(scene, everything(scene)).map((item): Told => ({
        item: item.key,
        ...treePlaceOf(scene, item),
      }));
      expect(told).toEqual(writtenDown(treeOf(scene)));
    }
  });

  test('Down from the first goes through all of it, Up from the last comes back the same way', () => {
    for (const scene of scenes) {
      const order = writtenDown(treeOf(scene)).map(({ item }) => item);
      const walked = (from: Item | null, direction: 'down' | 'up'): string[] => {
        const met: string[] = [];
        for (let at = from; at && met.length <= order.length; at = travel(scene, at, direction))
          met.push(at.key);
        return met;
      };
      expect(walked(travel(scene, null, 'first'), 'down')).toEqual(order);
      expect(walked(travel(scene, scene.chip(0), 'last'), 'up')).toEqual([...order].reverse());
    }
  });

  test('Left goes to the parent, and what Right goes to has the item for its parent', () => {
    for (const scene of scenes)
      for (const item of [...scene.cards, ...scene.chips]) {
        const { level } = treePlaceOf(scene, item);
        const below = travel(scene, item, 'left');
        expect(below === null ? 0 : treePlaceOf(scene, below).level).toBe(level - 1);
        const above = travel(scene, item, 'right');
        if (above) expect(travel(scene, above, 'left')).toBe(item);
      }
  });

  test('a few items are read with all that they stand on', () => {
    for (const scene of scenes) {
      const some = [scene.cards[scene.cards.length - 1], scene.cards[3]] as Item[];
      const heard = withParents(scene, some);
      for (const item of heard) {
        const below = travel(scene, item, 'left');
        if (item.kind !== 'workspace' && below)
          expect(heard.indexOf(below)).toBeLessThan(heard.indexOf(item));
        if (item.kind !== 'workspace' && below) expect(heard).toContain(below);
      }
    }
  });
});

describe('the strata as a tree', () => {
  const many = [1, 2].map((seed) => indexGraph(randomGraph({ images: 160, layers: 420, seed })));
  for (const order of ['lineage', 'size', 'age'] as const)
    for (const grouped of [false, true])
      test(`is read depth first by ${order}${grouped ? ', with blocks' : ''}`, () => {
        for (const index of grouped ? many : indexes) {
          const input = strataInput(index, {
            images: new Set(index.graph.images.map(({ id }) => id)),
            order,
            grouped,
            open: [],
            shut: [],
          });
          const scene = makeStrata(input, layoutStrata(input.input), index, branchHues(index));
          const shut = scene.groups.filter((group) => group.shut);
          if (grouped) expect(shut.length).toBeGreaterThan(0);
          const heads = scene.heads.filter((head) => head !== null);
          const items = [...heads, ...shut, ...scene.bands];
          const told = strataWithParents(scene, items).map((item) => ({
            item,
            ...(strataPlaceOf(scene, item) as TreePlace),
          }));
          expect(told.filter(({ item }) => item.kind === 'head').length).toBe(heads.length);
          expect(told.filter(({ item }) => item.kind === 'band').length).toBe(
            scene.bands.filter(({ block }) => block < 0).length,
          );
          // Whoever hears the levels alone finds each image's layers above it, from the base up.
          const heard: string[] = [];
          for (const { item, level } of told) {
            heard.length = level - 1;
            heard.push(item.kind === 'band' ? item.layer.chainId : item.key);
            if (item.kind === 'head') expect(heard.slice(0, -1)).toEqual(item.image.layers);
          }
          // And the numbers are those of the children that are told.
          const seen: { position: number; of: number }[] = [];
          for (const { level, position, of } of told) {
            const before = seen[level - 1];
            if (before) expect([position, of]).toEqual([before.position + 1, before.of]);
            else expect(position).toBe(1);
            for (const ended of seen.splice(level)) expect(ended.position).toBe(ended.of);
            seen[level - 1] = { position, of };
          }
        }
      });
});
