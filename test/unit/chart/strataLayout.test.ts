import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutStrata } from '../../../renderer/chart/strata/layout';
import { inUnit, keySizes, minHeight, stackHeights } from '../../../renderer/chart/strata/heights';
import { blockWidth, groupAbove, groupFrom } from '../../../renderer/chart/strata/groups';
import type { StrataInput, StrataLayer, StrataLayout } from '../../../renderer/chart/strata/layoutTypes';

const share = fc.double({ min: 0, max: 0.999, noNaN: true });
const made = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant(Infinity));

/** A forest and images on it: parents come before their children; some images have no layers, some no name. */
function inputs(images: {
  readonly minLength: number;
  readonly maxLength: number;
}): fc.Arbitrary<StrataInput> {
  return fc
    .record({
      layers: fc.array(fc.record({ parent: share, size: fc.nat(1000), made }), {
        minLength: 1,
        maxLength: 60,
      }),
      bases: fc.integer({ min: 1, max: 4 }),
      images: fc.array(
        fc.record({
          top: fc.double({ min: -0.05, max: 0.999, noNaN: true }),
          size: fc.nat(50),
          made,
          repository: fc.integer({ min: -1, max: 5 }),
        }),
        images,
      ),
      order: fc.constantFrom('lineage', 'size', 'age'),
      grouped: fc.boolean(),
    })
    .map(({ layers, bases, images: list, order, grouped }): StrataInput => {
      const all = layers.map(({ parent, ...rest }, i): StrataLayer => ({
        ...rest,
        parent: i < bases ? -1 : Math.floor(parent * i),
      }));
      return {
        layers: all,
        images: list.map((image) => ({
          ...image,
          top: image.top <= 0 ? -1 : Math.floor(image.top * all.length),
        })),
        order,
        grouped,
        open: [],
        shut: [],
      };
    });
}

const few = inputs({ minLength: 1, maxLength: 40 });
const many = inputs({ minLength: groupAbove + 1, maxLength: 140 });

function chainOf({ layers, images }: StrataInput, image: number): number[] {
  const chain: number[] = [];
  for (let at = images[image]?.top ?? -1; at >= 0; at = layers[at]?.parent ?? -1) chain.push(at);
  return chain;
}

const pieces = ({
  pieceLayer,
  pieceFrom,
  pieceTo,
}: StrataLayout): { layer: number; from: number; to: number }[] =>
  Array.from(pieceLayer, (layer, i) => ({ layer, from: pieceFrom[i] ?? 0, to: pieceTo[i] ?? -1 }));

const sorted = (list: Iterable<number>): number[] => [...list].sort((a, b) => a - b);

describe('a layout of any forest', () => {
  test('gives every image a column of its own, or a place in a block', () => {
    fc.assert(
      fc.property(fc.oneof(few, many), (input) => {
        const { sequence, columnImage, columnBlock, groups } = layoutStrata(input);
        const all = input.images.map((_, i) => i);
        expect(sorted(sequence)).toEqual(all);
        const alone = [...columnImage].filter((_, column) => columnBlock[column] === -1);
        const inBlocks = [...new Set(columnBlock)].flatMap((block) => groups[block]?.images ?? []);
        expect(sorted([...alone, ...inBlocks])).toEqual(all);
      }),
    );
  });

  test("a layer's pieces cover exactly the columns of its images", () => {
    fc.assert(
      fc.property(fc.oneof(few, many), (input) => {
        const layout = layoutStrata(input);
        const covered = input.layers.map((): number[] => []);
        for (const { layer, from, to } of pieces(layout)) {
          expect(from).toBeLessThanOrEqual(to);
          for (let column = from; column <= to; column++) covered[layer]?.push(column);
        }
        const wanted = input.layers.map((): number[] => []);
        layout.columnImage.forEach((image, column) => {
          for (const layer of chainOf(input, image)) wanted[layer]?.push(column);
        });
        // Equal as lists: no column twice, none too many.
        expect(covered.map(sorted)).toEqual(wanted);
      }),
    );
  });

  test('pieces of a layer never touch: what touches is one piece', () => {
    fc.assert(
      fc.property(few, (input) => {
        const last = new Map<number, number>();
        for (const { layer, from, to } of pieces(layoutStrata(input))) {
          expect(from - (last.get(layer) ?? -2)).toBeGreaterThan(1);
          last.set(layer, to);
        }
      }),
    );
  });

  test('in the order of lineage no band is broken', () => {
    fc.assert(
      fc.property(fc.oneof(few, many), (input) => {
        const { pieceLayer } = layoutStrata({ ...input, order: 'lineage' });
        expect(new Set(pieceLayer).size).toBe(pieceLayer.length);
      }),
    );
  });

  test('families never mix, and stand one beside the other', () => {
    fc.assert(
      fc.property(fc.oneof(few, many), (input) => {
        const { families, columnImage } = layoutStrata(input);
        let next = 0;
        for (const { base, from, to, images } of families) {
          expect(from).toBe(next);
          next = to + 1;
          for (let column = from; column <= to; column++) {
            const chain = chainOf(input, columnImage[column] ?? -1);
            expect(chain[chain.length - 1] ?? -1).toBe(base);
          }
          expect(images).toBe(input.images.filter((_, i) => (chainOf(input, i).pop() ?? -1) === base).length);
        }
        expect(next).toBe(columnImage.length);
      }),
    );
  });

  test.each(['size', 'age'] as const)('by %s a family goes from one end to the other', (order) => {
    fc.assert(
      fc.property(few, (input) => {
        const { families, columnImage } = layoutStrata({ ...input, order, grouped: false });
        for (const { from, to } of families) {
          for (let column = from + 1; column <= to; column++) {
            const [a, b] = [
              input.images[columnImage[column - 1] ?? -1],
              input.images[columnImage[column] ?? -1],
            ];
            if (order === 'size') expect(a?.size).toBeGreaterThanOrEqual(b?.size ?? Infinity);
            else expect(a?.made).toBeLessThanOrEqual(b?.made ?? -1);
          }
        }
      }),
    );
  });

  test('a column is as wide as any other, a block narrower than its images', () => {
    fc.assert(
      fc.property(many, (input) => {
        const { columnWidth, columnBlock, groups } = layoutStrata(input);
        const widths = new Map<number, number>();
        columnWidth.forEach((width, column) => {
          const block = columnBlock[column] ?? -1;
          if (block < 0) expect(width).toBe(1);
          else widths.set(block, (widths.get(block) ?? 0) + width);
        });
        for (const [block, width] of widths) {
          const count = groups[block]?.images.length ?? 0;
          expect(count).toBeGreaterThanOrEqual(groupFrom);
          expect(width).toBeCloseTo(blockWidth(count));
          expect(width).toBeLessThan(count);
        }
      }),
    );
  });

  test('a group holds whole layers: what is in it is nobody else’s', () => {
    fc.assert(
      fc.property(many, (input) => {
        const { groups } = layoutStrata(input);
        for (const group of groups) {
          if (group.repository < 0) continue;
          const members = new Set(group.images);
          const own = new Set<number>();
          for (const image of group.images) {
            for (const layer of chainOf(input, image)) {
              if (layer === group.layer) break;
              own.add(layer);
            }
          }
          input.images.forEach(({ repository }, i) => {
            if (members.has(i)) expect([-1, group.repository]).toContain(repository);
            else for (const layer of chainOf(input, i)) expect(own.has(layer)).toBe(false);
          });
          const bytes = [...own].reduce((sum, layer) => sum + (input.layers[layer]?.size ?? 0), 0);
          const needed = new Set(input.images.flatMap((_, i) => chainOf(input, i)));
          // Layers that no image needs belong to the forest all the same; the chart never passes any.
          if (input.layers.every((_, i) => needed.has(i))) expect(group.bytes).toBe(bytes);
        }
      }),
    );
  });

  test('is the same for the same input', () => {
    fc.assert(fc.property(few, (input) => void expect(layoutStrata(input)).toEqual(layoutStrata(input))));
  });
});

describe('heights of any forest', () => {
  const scales = fc.constantFrom('linear' as const, 'balanced' as const, 'equal' as const);
  const forests = few.map(({ layers }) => layers.map((layer) => ({ ...layer, size: layer.size * 100_000 })));
  const rooms = fc.integer({ min: 60, max: 900 });

  test('a stack is as high as its layers together, and bands of a column never overlap', () => {
    fc.assert(
      fc.property(
        forests,
        scales,
        rooms,
        fc.array(fc.nat(5), { minLength: 60, maxLength: 60 }),
        (layers, scale, room, steps) => {
          const {
            top,
            bottom,
            steps: strips,
            tallest,
            gap,
          } = stackHeights(layers, { scale, room, emptySteps: steps });
          layers.forEach(({ parent }, i) => {
            let sum = 0;
            for (let at = i; at >= 0; at = layers[at]?.parent ?? -1) {
              sum += (top[at] ?? 0) - (bottom[at] ?? 0);
              const below = layers[at]?.parent ?? -1;
              if (below >= 0) sum += gap + ((strips[below] ?? 0) > 0 ? (strips[below] ?? 0) + 1 : 0);
            }
            expect(top[i]).toBeCloseTo(sum, 6);
            expect(bottom[i]).toBeGreaterThanOrEqual(
              parent < 0 ? 0 : (top[parent] ?? 0) + (strips[parent] ?? 0),
            );
            expect((top[i] ?? 0) - (bottom[i] ?? 0)).toBeGreaterThanOrEqual(minHeight - 1e-9);
            expect(tallest).toBeGreaterThanOrEqual(top[i] ?? Infinity);
          });
        },
      ),
    );
  });

  test('fits the room unless bands of the smallest height need more', () => {
    fc.assert(
      fc.property(forests, scales, rooms, (layers, scale, room) => {
        const { tallest, gap } = stackHeights(layers, { scale, room, emptySteps: null });
        const depth = layers.map(() => 0);
        layers.forEach(({ parent }, i) => (depth[i] = parent < 0 ? 1 : (depth[parent] ?? 0) + 1));
        const least = Math.max(...depth) * (minHeight + gap) - gap;
        expect(tallest).toBeLessThanOrEqual(Math.max(room, least) + 1e-6);
      }),
    );
  });

  test('are in proportion to the bytes, to their root, or equal', () => {
    fc.assert(
      fc.property(forests, scales, rooms, (layers, scale, room) => {
        const { top, bottom } = stackHeights(layers, { scale, room, emptySteps: null });
        const heights = layers.map(({ size }, i) => ({ size, height: (top[i] ?? 0) - (bottom[i] ?? 0) }));
        const free = heights.filter(({ size, height }) => height > minHeight + 0.01 && size > 0);
        for (const { size, height } of free) {
          const [first] = free;
          if (!first) continue;
          const wanted =
            scale === 'equal' ? 1 : scale === 'linear' ? size / first.size : Math.sqrt(size / first.size);
          expect(height / first.height).toBeCloseTo(wanted, 4);
        }
      }),
    );
  });
});

describe('the drawn area', () => {
  test('shows what is shared once: bands of equal columns add up to stacks less what neighbours share', () => {
    fc.assert(
      fc.property(few, (input) => {
        const layout = layoutStrata({ ...input, order: 'lineage', grouped: false });
        const { top, bottom } = stackHeights(input.layers, { scale: 'linear', room: 500, emptySteps: null });
        const height = (layer: number): number => (top[layer] ?? 0) - (bottom[layer] ?? 0);
        // In the order of lineage there is one band a layer, so its bytes stand there once, however wide it is.
        const drawn = pieces(layout).reduce((sum, { layer }) => sum + height(layer), 0);
        const needed = new Set(input.images.flatMap((_, i) => chainOf(input, i)));
        const once = [...needed].reduce((sum, layer) => sum + height(layer), 0);
        expect(drawn).toBeCloseTo(once, 6);
        const area = pieces(layout).reduce(
          (sum, { layer, from, to }) => sum + height(layer) * (to - from + 1),
          0,
        );
        const singly = input.images.reduce(
          (sum, _, i) => sum + chainOf(input, i).reduce((each, layer) => each + height(layer), 0),
          0,
        );
        expect(area).toBeCloseTo(singly, 6);
      }),
    );
  });
});

describe('the layout', () => {
  const layer = (parent: number, made: number, size = 10): StrataLayer => ({ parent, size, made });
  const image = (top: number, made: number, size: number, repository = 0) => ({
    top,
    size,
    made,
    repository,
  });
  const input = (change: Partial<StrataInput>): StrataInput => ({
    layers: [layer(-1, 1), layer(0, 5), layer(0, 3), layer(1, 6), layer(-1, 2, 99)],
    images: [
      image(0, 1, 10, 0),
      image(3, 6, 30, 1),
      image(1, 5, 20, 2),
      image(2, 3, 25, 3),
      image(4, 2, 99, 4),
    ],
    order: 'lineage',
    grouped: true,
    open: [],
    shut: [],
    ...change,
  });
  const order = (change: Partial<StrataInput>): number[] => [...layoutStrata(input(change)).sequence];

  test('puts the family of most images first, an image before what was built on it, older siblings first', () => {
    expect(order({})).toEqual([0, 3, 2, 1, 4]);
  });

  test('by size puts the largest family and image first', () => {
    expect(order({ order: 'size' })).toEqual([4, 1, 3, 2, 0]);
  });

  test('by age puts the oldest first, and what has no date last', () => {
    const undated = input({}).images.map((each, i) => (i === 0 ? { ...each, made: Infinity } : each));
    expect(order({ order: 'age' })).toEqual([0, 3, 2, 1, 4]);
    expect(order({ order: 'age', images: undated })).toEqual([4, 3, 2, 1, 0]);
  });

  test('breaks a band that the order parts, and no other', () => {
    const layers = [layer(-1, 1), layer(0, 2), layer(1, 3), layer(1, 4), layer(0, 5)];
    const images = [image(2, 3, 30), image(3, 4, 10), image(4, 5, 20)];
    const layout = layoutStrata(input({ layers, images, order: 'size' }));
    expect(pieces(layout).filter((piece) => piece.layer === 1)).toEqual([
      { layer: 1, from: 0, to: 0 },
      { layer: 1, from: 2, to: 2 },
    ]);
    expect(pieces(layout).filter((piece) => piece.layer === 0)).toEqual([{ layer: 0, from: 0, to: 2 }]);
  });

  test('keeps the order of all others when an image is added', () => {
    const before = order({});
    const images = [...input({}).images, image(3, 7, 12, 1)];
    expect(order({ images }).filter((i) => i < 5)).toEqual(before);
  });

  test('of a chain of 100,000 layers needs no deep stack', () => {
    const layers = Array.from({ length: 100_000 }, (_, i) => layer(i - 1, i));
    const layout = layoutStrata(input({ layers, images: [image(99_999, 1, 1), image(99_999, 2, 1)] }));
    expect(layout.pieceLayer).toHaveLength(100_000);
    expect([...new Set(layout.pieceTo)]).toEqual([1]);
  });
});

describe('grouping', () => {
  const base = { parent: -1, size: 5, made: 0 };
  /** Two repositories of 40 images on one base, and one image of a third. */
  const store = (change: Partial<StrataInput> = {}): StrataInput => {
    const layers: StrataLayer[] = [base];
    const images: StrataInput['images'][number][] = [{ top: 0, size: 5, made: 0, repository: 2 }];
    for (let i = 0; i < 80; i++) {
      layers.push({ parent: 0, size: 1, made: 1 + i });
      images.push({ top: layers.length - 1, size: 6, made: 1 + i, repository: i % 2 });
    }
    return { layers, images, order: 'lineage', grouped: true, open: [], shut: [], ...change };
  };
  const blocks = (input: StrataInput): { repository: number; images: number; bytes: number }[] =>
    layoutStrata(input)
      .groups.filter(({ shut, from, to }) => shut && from <= to)
      .map(({ repository, images, bytes }) => ({ repository, images: images.length, bytes }));

  test('draws the images of a repository on one layer as one block, with the bytes that only they hold', () => {
    expect(blocks(store())).toEqual([
      { repository: 0, images: 40, bytes: 40 },
      { repository: 1, images: 40, bytes: 40 },
    ]);
  });

  test('draws nothing as a block where there are few images, or when it is not wanted', () => {
    const { layers, images } = store();
    expect(blocks(store({ layers: layers.slice(0, 41), images: images.slice(0, 41) }))).toEqual([]);
    expect(blocks(store({ grouped: false }))).toEqual([]);
  });

  test('follows what a person opened and shut', () => {
    expect(
      blocks(store({ open: [{ layer: 0, repository: 1 }] })).map(({ repository }) => repository),
    ).toEqual([0]);
    expect(blocks(store({ shut: [{ layer: 0, repository: -1 }] }))).toEqual([
      { repository: -1, images: 81, bytes: 85 },
    ]);
    const few = { layers: store().layers.slice(0, 9), images: store().images.slice(0, 9) };
    expect(blocks(store({ ...few, shut: [{ layer: 0, repository: 0 }] }))).toHaveLength(1);
  });

  test('draws whole families as blocks where their repositories are still too many', () => {
    const layers: StrataLayer[] = [base];
    const images: StrataInput['images'][number][] = [];
    for (let repository = 0; repository < 90; repository++) {
      layers.push({ parent: 0, size: 1, made: repository });
      images.push({ top: layers.length - 1, size: 6, made: repository, repository });
    }
    const input = store({ layers, images });
    expect(blocks(input)).toEqual([{ repository: -1, images: 90, bytes: 95 }]);
    const layout = layoutStrata(input);
    expect(layout.columnImage.length).toBeLessThan(90);
    expect(layout.sequence).toHaveLength(90);
  });

  test('keeps what is opened in a family beside its blocks', () => {
    const layout = layoutStrata(store({ open: [{ layer: 0, repository: 0 }] }));
    const family = layout.groups.find(({ repository }) => repository < 0);
    expect({ from: family?.from, to: family?.to }).toEqual({ from: 0, to: layout.columnImage.length - 1 });
    const open = layout.groups.find(({ repository }) => repository === 0);
    expect((open?.to ?? 0) - (open?.from ?? 0) + 1).toBe(40);
  });
});

describe('the key of the scale', () => {
  test.each([
    [263e6, '250 100 10 MB'],
    [2.63e6, '2.5 1 0.1 MB'],
    [1.2e9, '1000 250 25 MB'],
    [700e6, '500 100 10 MB'],
  ])('of a largest layer of %d bytes says %s', (largest, said) => {
    const { numbers, unit } = inUnit(keySizes(largest));
    expect([...numbers, unit].join(' ')).toBe(said);
  });

  test('is round, in falling order, and no larger than the largest', () => {
    fc.assert(
      fc.property(fc.integer({ min: 25, max: 10 ** 13 }), (largest) => {
        const sizes = keySizes(largest);
        expect(sizes[0]).toBeLessThanOrEqual(largest);
        expect([...sizes].sort((a, b) => b - a)).toEqual(sizes);
        for (const number of inUnit(sizes).numbers) expect(number).toMatch(/^(?:0\.)?[0-9.]{1,4}$/);
      }),
    );
  });
});
