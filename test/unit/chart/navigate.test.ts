import { describe, expect, test } from 'vitest';
import { chartInput } from '../../../renderer/chart/layers/input';
import { layoutLayers } from '../../../renderer/chart/layers/layout';
import type { Direction } from '../../../renderer/chart/chartKeys';
import { beside, travel } from '../../../renderer/chart/layers/navigate';
import { lineageOf } from '../../../renderer/chart/layers/lineage';
import { metricsFor } from '../../../renderer/chart/layers/metrics';
import { makeScene, type Item } from '../../../renderer/chart/layers/scene';
import { curve, lineWidth } from '../../../renderer/chart/layers/shapes';
import { fakeIndex } from './fakeIndex';

const index = fakeIndex();
const input = chartInput(index, {
  images: new Set(index.graph.images.map(({ id }) => id)),
  onlyTagged: false,
  foldFrom: 3,
  unfolded: new Set(),
});
const layout = layoutLayers(input.input);
const scene = makeScene(input, layout, index, metricsFor(layout, 900, 700));
const nameOf = (item: Item | null): string =>
  item === null
    ? 'nothing'
    : item.kind === 'card'
      ? (item.image.names[0] ?? 'dangling')
      : item.kind === 'workspace'
        ? item.name
        : item.kind === 'group'
          ? `${item.images.length} images`
          : item.last.createdBy;
const go = (from: Item | null, ...directions: Direction[]): Item | null =>
  directions.reduce<Item | null>((at, direction) => travel(scene, at, direction), from);
const card = (name: string): Item => scene.cards.find((each) => nameOf(each) === name) as Item;

describe('travelling by keyboard', () => {
  test('begins at the first chip', () => {
    expect(nameOf(go(null, 'right'))).toBe('base');
  });

  test('left goes to what an image or a layer stands on', () => {
    expect(nameOf(go(card('app:2'), 'left'))).toBe('app two');
    expect(nameOf(go(card('app:2'), 'left', 'left'))).toBe('tools');
    expect(nameOf(go(card('app:2'), 'left', 'left', 'left'))).toBe('base');
    expect(go(card('app:2'), 'left', 'left', 'left', 'left')).toBeNull();
  });

  test('right goes to the heaviest child, at the end to the card', () => {
    expect(nameOf(go(card('base:1'), 'left', 'right'))).toBe('tools');
    expect(nameOf(go(card('app:2'), 'left', 'right'))).toBe('app:2');
    expect(go(card('app:2'), 'right')).toBeNull();
  });

  test('up and down go to what is read before and after, Home and End to the first and the last of it', () => {
    expect(nameOf(go(card('app:2'), 'up'))).toBe('app two');
    expect(nameOf(go(card('app:1'), 'down'))).toBe('app two');
    expect(nameOf(go(card('app:1'), 'first'))).toBe('base');
    expect(go(card('app:1'), 'first', 'up')).toBeNull();
    expect(go(card('app:1'), 'last')).toBe(scene.cards[scene.cards.length - 1]);
    expect(go(card('app:1'), 'last', 'down')).toBeNull();
  });

  test('with Ctrl up and down go to the next in the same column', () => {
    const order = scene.cards.map((item) => nameOf(item));
    expect(nameOf(beside(scene, scene.cards[0] as Item, 1))).toBe(order[1]);
    expect(nameOf(beside(scene, scene.cards[2] as Item, -1))).toBe(order[1]);
    expect(beside(scene, scene.cards[0] as Item, -1)).toBeNull();
  });
});

describe('lineage', () => {
  const names = (items: readonly Item[]): string[] => {
    const { chips, cards } = lineageOf(scene, items);
    return [
      ...[...chips].map((place) => nameOf(scene.chips[place] as Item)),
      ...[...cards].map((place) => nameOf(scene.cards[place] as Item)),
    ].sort();
  };

  test('of an image: itself and all below', () => {
    expect(names([card('app:1')])).toEqual(['app one', 'app:1', 'base', 'tools']);
  });

  test('of a layer: all below, and everything on it', () => {
    const tools = go(card('app:1'), 'left', 'left') as Item;
    expect(names([tools])).toEqual(['app one', 'app two', 'app:1', 'app:2', 'base', 'tools']);
  });

  test('of several: all of theirs', () => {
    expect(names([card('app:1'), card('app:2')])).toEqual([
      'app one',
      'app two',
      'app:1',
      'app:2',
      'base',
      'tools',
    ]);
  });
});

describe('what the chart shows', () => {
  test('only the layers that images in sight need', () => {
    const one = index.graph.images.find(({ names }) => names[0] === 'app:1');
    const some = chartInput(index, {
      images: new Set(one ? [one.id] : []),
      onlyTagged: false,
      foldFrom: null,
      unfolded: new Set(),
    });
    expect(some.layers.map(({ createdBy }) => createdBy)).toEqual(['base', 'tools', 'app one']);
  });

  test('no dangling image when only tagged ones are wanted', () => {
    const all = index.graph.images.map(({ id }) => id);
    const tagged = chartInput(index, {
      images: new Set(all),
      onlyTagged: true,
      foldFrom: null,
      unfolded: new Set(),
    });
    expect(tagged.images.every(({ names }) => names.length > 0)).toBe(true);
    expect(tagged.images.length).toBe(all.length - 1);
  });

  test('names in the order in which people count', () => {
    expect(input.images.map(({ names }) => names[0] ?? 'dangling')).toEqual([
      'app:1',
      'app:2',
      'base:1',
      'other:9',
      'other:10',
      'dangling',
    ]);
  });

  test('lines as wide as the images through them, up to a limit', () => {
    expect(lineWidth(1)).toBeCloseTo(3.2);
    expect(lineWidth(2)).toBeGreaterThan(lineWidth(1));
    expect(lineWidth(10_000)).toBe(24);
  });

  test('curves that leave and arrive level', () => {
    expect(curve(0, 0, 10, 20)).toBe('M0 0C5 0 5 20 10 20');
  });

  test('cards to the right of every chip', () => {
    const { metrics } = scene;
    for (const chip of scene.chips) expect(chip.x + metrics.chipWidth).toBeLessThan(metrics.cardX);
  });
});
