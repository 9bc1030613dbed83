import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainLayout, type PlainInput } from './layoutTools';

/** A forest and images on it: parents come before their children; some images have no layers. */
const inputs = fc
  .record({
    parents: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 0, maxLength: 60 }),
    bases: fc.integer({ min: 1, max: 4 }),
    tops: fc.array(fc.double({ min: -0.1, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
    foldFrom: fc.constantFrom(2, 3, Infinity),
  })
  .map(({ parents, bases, tops, foldFrom }): PlainInput => {
    const layers = parents.map((share, i) => ({
      parent: i < bases ? -1 : Math.min(i - 1, Math.floor(share * i)),
      size: i + 1,
      order: (i * 7919) % 101,
    }));
    const images = tops.map((share) => ({
      top:
        layers.length === 0 || share < 0
          ? -1
          : Math.min(layers.length - 1, Math.floor(share * layers.length)),
    }));
    return { layers, images, foldFrom };
  });

const children = ({ layers }: PlainInput, parent: number): number[] =>
  layers.flatMap((layer, i) => (layer.parent === parent ? [i] : []));

describe('the layout of any store', () => {
  test('holds every layer once, from the lowest up, and every image once', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { chips, cards } = plainLayout(input);
        const drawn = chips.flatMap(({ run }) => run).sort((a, b) => a - b);
        expect(drawn).toEqual(input.layers.map((_, i) => i));
        expect(cards.flatMap(({ images }) => images).sort((a, b) => a - b)).toEqual(
          input.images.map((_, i) => i),
        );
        for (const { run } of chips) {
          for (let i = 1; i < run.length; i++)
            expect(input.layers[run[i] as number]?.parent).toBe(run[i - 1]);
        }
      }),
    );
  });

  test('puts a chip to the right of what it stands on, and sums up what is below', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { chips, columns } = plainLayout(input);
        for (const [place, chip] of chips.entries()) {
          const below = chips[chip.parent];
          const parent = input.layers[chip.run[0] as number]?.parent;
          expect(below ? below.run[below.run.length - 1] : -1).toBe(parent);
          expect(chip.column).toBe(below ? below.column + 1 : 0);
          expect(chip.parent).toBeLessThan(place);
          expect(chip.column).toBeLessThan(columns);
          expect(chip.cumulative).toBe(chip.size + (below?.cumulative ?? 0));
        }
      }),
    );
  });

  test('never lays one thing on another: rows of images and chips of a column are a row apart', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { chips, cards, rows } = plainLayout(input);
        const apart = (values: number[]): void => {
          values.sort((a, b) => a - b);
          for (let i = 1; i < values.length; i++) {
            expect((values[i] as number) - (values[i - 1] as number)).toBeGreaterThanOrEqual(1 - 1e-9);
          }
        };
        apart(cards.map(({ row }) => row));
        for (const column of new Set(chips.map((chip) => chip.column))) {
          apart(chips.filter((chip) => chip.column === column).map(({ row }) => row));
        }
        for (const { row } of [...cards, ...chips]) {
          expect(row).toBeGreaterThanOrEqual(0);
          expect(row).toBeLessThan(rows);
        }
      }),
    );
  });

  test('puts a chip between the rows of what stands on it', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { chips, cards } = plainLayout(input);
        for (const [place, { row }] of chips.entries()) {
          const above = [
            ...chips.filter(({ parent }) => parent === place).map((chip) => chip.row),
            ...cards.filter(({ chip }) => chip === place).map((card) => card.row),
          ];
          if (above.length === 0) continue;
          expect(row).toBeGreaterThanOrEqual(Math.min(...above));
          expect(row).toBeLessThanOrEqual(Math.max(...above));
        }
      }),
    );
  });

  test('folds exactly the unbranched runs without an image of their own that are long enough', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { chips } = plainLayout(input);
        const ends = new Set(input.images.map(({ top }) => top));
        const goesOn = (layer: number): boolean => children(input, layer).length === 1 && !ends.has(layer);
        for (const { run } of chips) {
          for (const layer of run.slice(0, -1)) expect(goesOn(layer)).toBe(true);
          if (run.length > 1) {
            expect(run.length).toBeGreaterThanOrEqual(input.foldFrom);
            expect(goesOn(run[run.length - 1] as number)).toBe(false);
          }
        }
        const inRun = new Map(
          chips.flatMap((chip) => chip.run.map((layer) => [layer, chip.run.length] as const)),
        );
        for (const [i] of input.layers.entries()) {
          const parent = input.layers[i]?.parent ?? -1;
          if (parent >= 0 && goesOn(parent)) continue;
          let length = 1;
          for (let at = i; goesOn(at); at = children(input, at)[0] as number) length++;
          expect(inRun.get(i)).toBe(length >= input.foldFrom ? length : 1);
        }
      }),
    );
  });

  test('numbers chips depth first, and cards from the top: a subtree is one range of each', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { chips, cards } = plainLayout(input);
        const isAbove = (chip: number, below: number): boolean => {
          for (let at = chip; at >= 0; at = chips[at]?.parent ?? -1) if (at === below) return true;
          return false;
        };
        for (const [place, chip] of chips.entries()) {
          const above = chips.flatMap((_, i) => (isAbove(i, place) ? [i] : []));
          expect(above).toEqual(Array.from({ length: chip.end - place }, (_, i) => place + i));
          const carded = cards.flatMap((card, i) => (isAbove(card.chip, place) ? [i] : []));
          const [from, to] = chip.cards;
          expect(carded).toEqual(Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i));
        }
        for (let i = 1; i < cards.length; i++) {
          expect(cards[i]?.row).toBeGreaterThan(cards[i - 1]?.row ?? Infinity);
        }
      }),
    );
  });

  test('shows the images above a collapsed layer as one card, and loses none', () => {
    fc.assert(
      fc.property(inputs, fc.double({ min: 0, max: 0.99, noNaN: true }), (input, share) => {
        if (input.layers.length === 0) return;
        const layer = Math.floor(share * input.layers.length);
        const { chips, cards } = plainLayout({ ...input, collapsed: [layer] });
        const isAbove = (at: number): boolean =>
          at >= 0 && (at === layer || isAbove(input.layers[at]?.parent ?? -1));
        const hidden = input.images.flatMap(({ top }, i) => (top !== layer && isAbove(top) ? [i] : []));
        const groups = cards.filter(({ group }) => group);
        expect(groups.flatMap(({ images }) => images).sort((a, b) => a - b)).toEqual(hidden);
        expect(groups.length).toBe(hidden.length > 0 ? 1 : 0);
        expect(cards.flatMap(({ images }) => images).length).toBe(input.images.length);
        const drawn = new Set(chips.flatMap(({ run }) => run));
        input.layers.forEach((_, i) => expect(drawn.has(i)).toBe(i === layer || !isAbove(i)));
      }),
    );
  });

  test('keeps the order of what was there when images come or go', () => {
    fc.assert(
      fc.property(inputs, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (input, kept) => {
        const order = (some: PlainInput, names: readonly number[]): number[] =>
          plainLayout(some).cards.flatMap(({ images }) => images.map((i) => names[i] as number));
        const all = input.images.map((_, i) => i);
        const some = all.filter((i) => kept[i] === true);
        const fewer = { ...input, images: some.map((i) => input.images[i] as { top: number }) };
        expect(order(fewer, some)).toEqual(order(input, all).filter((i) => kept[i] === true));
      }),
    );
  });

  test('is the same for the same input', () => {
    fc.assert(fc.property(inputs, (input) => void expect(plainLayout(input)).toEqual(plainLayout(input))));
  });
});

describe('the layout', () => {
  const chain = (length: number): PlainInput => ({
    layers: Array.from({ length }, (_, i) => ({ parent: i - 1, size: 1, order: 0 })),
    images: [{ top: length - 1 }],
    foldFrom: Infinity,
  });

  test('of a chain of 100,000 layers needs no deep stack', () => {
    expect(plainLayout(chain(100_000)).columns).toBe(100_000);
  });

  test('of one base with 10,000 images gives each a row', () => {
    const layers = Array.from({ length: 10_001 }, (_, i) => ({
      parent: i === 0 ? -1 : 0,
      size: 1,
      order: i,
    }));
    const { chips, rows, columns } = plainLayout({
      layers,
      images: layers.slice(1).map((_, i) => ({ top: i + 1 })),
      foldFrom: 2,
    });
    expect([rows, columns, chips[0]?.row]).toEqual([10_000, 2, 4999.5]);
  });

  test('shows a run unfolded when the person opened it', () => {
    const folded = { ...chain(5), foldFrom: 3 };
    expect(plainLayout(folded).chips.map(({ run }) => run.length)).toEqual([5]);
    expect(plainLayout({ ...folded, unfolded: [0] }).chips.map(({ run }) => run.length)).toEqual([
      1, 1, 1, 1, 1,
    ]);
  });

  test('keeps the order of all others when an image is added', () => {
    const layers = [
      { parent: -1, size: 9, order: 1 },
      { parent: 0, size: 1, order: 2 },
      { parent: 0, size: 1, order: 3 },
      { parent: 0, size: 1, order: 4 },
    ];
    const before = plainLayout({ layers, images: [{ top: 1 }, { top: 3 }], foldFrom: 3 });
    const after = plainLayout({
      layers,
      images: [{ top: 1 }, { top: 3 }, { top: 2 }],
      foldFrom: 3,
    });
    const order = ({ cards }: typeof before): number[] =>
      cards.flatMap(({ images }) => images).filter((i) => i < 2);
    expect(order(after)).toEqual(order(before));
  });
});
