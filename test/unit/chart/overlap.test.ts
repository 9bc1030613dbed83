import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { orderImages } from '../../../shared/graph/imageOrder';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { blobsOf } from '../../../shared/graph/pairOf';
import { translator } from '../../../shared/text/catalogue';
import { makePalette } from '../../../renderer/chart/drawing/palette';
import { nextCell } from '../../../renderer/chart/overlap/overlapChart';
import {
  inOrder,
  itemLimit,
  overlapItems,
  rowsHolding,
  type OverlapItem,
} from '../../../renderer/chart/overlap/overlapItems';
import { boxOfCell, cellAt, layoutOverlap } from '../../../renderer/chart/overlap/overlapLayout';
import { overlapMatrix } from '../../../renderer/chart/overlap/overlapMatrix';
import {
  labelWidths,
  overlapLabels,
  overlapShapes,
  rampColour,
} from '../../../renderer/chart/overlap/overlapPicture';
import { overlapText, percentText } from '../../../renderer/chart/overlap/overlapText';
import { randomGraph } from '../../setup/randomGraph';

const stores = fc.record({
  images: fc.integer({ min: 2, max: 90 }),
  layers: fc.integer({ min: 90, max: 300 }),
  seed: fc.nat(1e6),
  forms: fc.boolean(),
});

const indexOf = (options: Parameters<typeof randomGraph>[0]): GraphIndex => indexGraph(randomGraph(options));
const allOf = (index: GraphIndex): readonly ImageNode[] =>
  inOrder(orderImages(index), new Set(index.graph.images.map(({ id }) => id)));

/** Bytes of the blobs of two sets of images, by sets of digests. */
function bruteForce(index: GraphIndex, a: OverlapItem, b: OverlapItem): number {
  const union = (item: OverlapItem): Map<string, number> =>
    new Map(item.images.flatMap((image) => [...blobsOf(index, image)]));
  const [x, y] = [union(a), union(b)];
  let sum = 0;
  for (const [digest, size] of x) if (y.has(digest)) sum += size;
  return sum;
}

describe('the matrix', () => {
  test('is what comparing the blob sets two by two gives, for images and for groups', () => {
    fc.assert(
      fc.property(stores, (options) => {
        const index = indexOf(options);
        const { items } = overlapItems(index, allOf(index));
        const matrix = overlapMatrix(orderImages(index), items);
        let most = 0;
        items.forEach((a, i) =>
          items.forEach((b, k) => {
            const bytes = bruteForce(index, a, b);
            expect(matrix.bytes(i, k)).toBe(bytes);
            if (i !== k) most = Math.max(most, bytes);
          }),
        );
        expect(matrix.most).toBe(most);
      }),
      { numRuns: 25 },
    );
  });

  test('leaves out what is not in sight, and tells shares of the smaller one', () => {
    const index = indexOf({ images: 50, layers: 200, seed: 4 });
    const shown = new Set(index.graph.images.slice(0, 20).map(({ id }) => id));
    const { items } = overlapItems(index, inOrder(orderImages(index), shown));
    const matrix = overlapMatrix(orderImages(index), items);
    expect(items).toHaveLength(20);
    items.forEach((a, i) =>
      items.forEach((b, k) => {
        expect(matrix.bytes(i, k)).toBe(bruteForce(index, a, b));
        const smaller = Math.min(matrix.bytes(i, i), matrix.bytes(k, k));
        expect(matrix.share(i, k)).toBeCloseTo(matrix.bytes(i, k) / smaller, 12);
      }),
    );
  });

  test('takes no more rows than its bits hold', () => {
    const index = indexOf({ images: 2, layers: 8, seed: 1 });
    const [item] = overlapItems(index, allOf(index)).items;
    expect(() => overlapMatrix(orderImages(index), Array(itemLimit + 1).fill(item) as OverlapItem[])).toThrow(
      RangeError,
    );
  });
});

describe('the rows', () => {
  test('hold every image once, in an order in which families stand together', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.nat(1e6), (images, seed) => {
        const index = indexOf({ images, layers: images * 3, seed });
        const all = allOf(index);
        const { level, items } = overlapItems(index, all);
        expect(items.length).toBeLessThanOrEqual(itemLimit);
        const ids = items.flatMap((item) => item.images.map(({ id }) => id));
        expect(ids).toHaveLength(all.length);
        expect(new Set(ids)).toEqual(new Set(all.map(({ id }) => id)));
        expect(items.every((item) => item.images.length > 0)).toBe(true);
        expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
        const families = items.map(({ family }) => family);
        expect(families.filter((key, i) => key !== families[i - 1])).toHaveLength(new Set(families).size);
        if (images <= itemLimit) expect(level).toBe('image');
      }),
      { numRuns: 40 },
    );
  });

  test('are counted as what they are: the row of the others and what has no name are no repository and no family', () => {
    const index = indexOf({ images: 200, layers: 500, seed: 2 });
    const [family] = index.families;
    const same = allOf(index).filter(({ id }) => index.familyOfImage.get(id) === family);
    for (const repositories of [40, 90]) {
      const images = Array.from({ length: 300 }, (_, i) => ({
        ...(same[i % same.length] as ImageNode),
        names: i % 7 === 0 ? [] : [`one${i % repositories}:${i}`],
      }));
      const { level, items, count } = overlapItems(index, images);
      expect(level).toBe('repository');
      expect(items.some(({ kind }) => kind === 'rest')).toBe(repositories > itemLimit);
      expect(count).toBe(new Set(images.flatMap(({ names }) => names[0]?.split(':')[0] ?? [])).size);
    }
  });

  test('a group that is gone into is divided again, down to images', () => {
    const index = indexOf({ images: 900, layers: 3000, seed: 8 });
    let images = allOf(index);
    for (let depth = 0; ; depth++) {
      expect(depth).toBeLessThan(6);
      const { level, items } = overlapItems(index, images);
      if (level === 'image') break;
      const largest = [...items].sort((a, b) => b.images.length - a.images.length)[0];
      expect(largest?.images.length).toBeLessThan(images.length);
      images = largest?.images ?? [];
    }
  });

  test('one repository on one base is divided into runs of neighbours', () => {
    const index = indexOf({ images: 200, layers: 500, seed: 2 });
    const all = allOf(index).map((image, i) => ({ ...image, names: [`one:${i}`] }));
    const [family] = index.families;
    const same = all.filter(({ id }) => index.familyOfImage.get(id) === family);
    const many = Array.from({ length: 130 }, (_, i) => same[i % same.length] as ImageNode);
    const { level, items } = overlapItems(index, many);
    expect(level).toBe('run');
    expect(items.flatMap((item) => item.images)).toEqual(many);
  });
});

describe('the drawing', () => {
  const palette = makePalette((name) =>
    name === '--lin-depth-step' ? '0.026' : name === '--canvas' ? 'oklch(0.99 0 0)' : 'oklch(0.55 0.12 80)',
  );

  test('no text lies on another or leaves the drawing', () => {
    fc.assert(
      fc.property(
        stores,
        fc.integer({ min: 480, max: 1500 }),
        fc.constantFrom('bytes', 'share'),
        (store, width, unit) => {
          const index = indexOf(store);
          const { items } = overlapItems(index, allOf(index));
          const matrix = overlapMatrix(orderImages(index), items);
          const text = overlapText(translator('en'), unit);
          const view = { width, height: Math.round(width * 0.65) };
          const layout = layoutOverlap(items, view, labelWidths(items, matrix, text, 300));
          const scene = { items, matrix, layout, text, unit, palette } as const;
          const boxes = overlapLabels(scene, new Set()).labels.map(({ x, y, text: words, anchor }) => {
            const w = words.length * 7;
            const x0 = anchor === 'end' ? x - w : anchor === 'middle' ? x - w / 2 : x;
            return { x0, x1: x0 + w, y0: y - 10, y1: y + 3, words };
          });
          for (const [i, a] of boxes.entries()) {
            expect(a.x1, a.words).toBeLessThanOrEqual(layout.width);
            expect(a.y1, a.words).toBeLessThanOrEqual(layout.height);
            for (const b of boxes.slice(i + 1)) {
              const apart = a.x1 <= b.x0 || b.x1 <= a.x0 || a.y1 <= b.y0 || b.y1 <= a.y0;
              expect(apart, `${a.words} | ${b.words}`).toBe(true);
            }
          }
          for (const shape of overlapShapes(scene)) expect(shape.x1).toBeLessThanOrEqual(layout.width);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a point means the cell there, beside the diagonal the row', () => {
    const index = indexOf({ images: 20, layers: 60, seed: 6 });
    const { items } = overlapItems(index, allOf(index));
    const layout = layoutOverlap(
      items,
      { width: 900, height: 600 },
      items.map(() => 100),
    );
    for (let row = 0; row < items.length; row++) {
      for (let column = 0; column <= row; column++) {
        const { x0, x1, y0, y1 } = boxOfCell(layout, { row, column });
        expect(cellAt(layout, (x0 + x1) / 2, (y0 + y1) / 2)).toEqual({ row, column });
      }
      const own = boxOfCell(layout, { row, column: row });
      expect(cellAt(layout, own.x1 + 20, (own.y0 + own.y1) / 2)).toEqual({ row, column: row });
    }
    expect(cellAt(layout, 5, 5)).toBeNull();
  });

  test.each([true, false])(
    'lightness rises in even steps, but over what no ink can be read on (dark: %s)',
    (dark) => {
      const lightness = Array.from({ length: 101 }, (_, i) => rampColour({ ...palette, dark }, 1, i / 100).l);
      const steps = lightness.slice(1).map((l, i) => l - (lightness[i] ?? 0));
      const even = steps[0] ?? 0;
      expect(Math.sign(even)).toBe(dark ? 1 : -1);
      for (const step of steps) expect(step * Math.sign(even)).toBeGreaterThanOrEqual(-1e-9);
      expect(steps.filter((step) => Math.abs(step - even) > 1e-9).length).toBeLessThan(28);
    },
  );

  test('keys go from cell to cell and stay on the staircase', () => {
    expect(nextCell({ row: 2, column: 1 }, 'ArrowUp', 5)).toEqual({ row: 1, column: 1 });
    expect(nextCell({ row: 1, column: 1 }, 'ArrowUp', 5)).toEqual({ row: 0, column: 0 });
    expect(nextCell({ row: 1, column: 1 }, 'ArrowRight', 5)).toEqual({ row: 1, column: 1 });
    expect(nextCell({ row: 1, column: 1 }, 'PageDown', 5)).toEqual({ row: 4, column: 1 });
    expect(nextCell({ row: 4, column: 1 }, 'End', 5)).toEqual({ row: 4, column: 4 });
    expect(nextCell({ row: 4, column: 1 }, 'x', 5)).toBeNull();
  });

  test('a share is never told as nothing or all when it is not', () => {
    expect([0, 0.001, 0.5, 0.999, 1].map(percentText)).toEqual(['0 %', '<1 %', '50 %', '>99 %', '100 %']);
  });
});

test('an image that is selected is found in the row that holds it, also in a group', () => {
  fc.assert(
    fc.property(stores, fc.nat(), (options, at) => {
      const images = allOf(indexOf(options));
      const { items } = overlapItems(indexOf(options), images);
      const { id } = images[at % images.length] as ImageNode;
      const rows = [...rowsHolding(items, [id])];
      expect(rows).toEqual([items.findIndex((item) => item.images.some((image) => image.id === id))]);
      expect(rowsHolding(items, [])).toEqual(new Set());
    }),
    { numRuns: 25 },
  );
});
