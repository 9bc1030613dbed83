import { expect, test } from 'vitest';
import { parseImageId } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { nameMoves } from '../../../shared/graph/nameMoves';

/** What a copy takes from other images of the place that it goes to. */

const id = (digit: number): ImageNode['id'] => parseImageId(`sha256:${String(digit).repeat(64)}`);
const image = (digit: number, names: readonly string[], more: Partial<ImageNode> = {}): ImageNode =>
  ({ id: id(digit), names, manifests: [], size: digit, ...more }) as ImageNode;

test('names of other images alone, with whether those keep any', () => {
  const there = [image(1, ['shop:1']), image(2, ['shop:2', 'shop:two']), image(3, ['shop:3'])];
  const going = [image(4, ['shop:1', 'shop:2', 'shop:4']), image(3, ['shop:3'])];
  expect(
    nameMoves(going, there).map(({ name, holder, taker, isLast }) => [name, holder.id, taker, isLast]),
  ).toEqual([
    ['shop:1', id(1), id(4), true],
    ['shop:2', id(2), id(4), false],
  ]);
  // An engine knows an image by its manifest: it is the same, and no name moves.
  expect(nameMoves([image(5, ['shop:1'], { manifests: [id(1)] })], there)).toEqual([]);
  // A name of several platforms stays theirs as long as one of them goes along.
  const platforms = [image(6, ['both:1']), image(7, ['both:1'])];
  expect(nameMoves([image(7, ['both:1'])], platforms)).toEqual([]);
});

test('agrees with a taker that is played through, over random places', () => {
  let random = 7;
  const chance = (below: number): number => {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    return Math.floor((random / 2 ** 32) * below);
  };
  for (let round = 0; round < 500; round++) {
    /** Names dealt out to images, each once. */
    const deal = (): ImageNode[] => {
      const names = new Map<number, string[]>();
      for (let n = 0; n < 8; n++)
        if (chance(3) > 0) {
          const digit = 1 + chance(6);
          names.set(digit, [...(names.get(digit) ?? []), `shop:${n}`]);
        }
      return [...names].map(([digit, own]) => image(digit, own));
    };
    const [there, going] = [deal(), deal()];
    const before = new Map(there.flatMap((each) => each.names.map((name) => [name, each.id])));
    const after = new Map(before);
    for (const each of going) for (const name of each.names) after.set(name, each.id);
    const moved = [...before].filter(([name, holder]) => after.get(name) !== holder);
    expect(nameMoves(going, there).map(({ name, holder, isLast }) => [name, holder.id, isLast])).toEqual(
      moved
        .map(([name, holder]) => [name, holder, ![...after.values()].includes(holder)] as const)
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  }
});
