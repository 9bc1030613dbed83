import { expect, test } from 'vitest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { likestImages } from '../../../shared/graph/likestImages';

const image = (names: readonly string[], layers: readonly string[]): ImageNode =>
  ({ names, layers }) as unknown as ImageNode;

test('images of the same name come first, then of the repository, then those with the most layers in common', () => {
  const all = [
    image(['other:1'], []),
    image(['base:1'], ['a', 'b']),
    image([], ['a', 'b', 'c']),
    image(['shop:2'], []),
    image(['shop:2', 'shop:3'], ['a']),
    image(['registry.example.com/shop:1'], []),
    image(['shop:1'], []),
  ];
  const found = likestImages(image(['shop:1', 'shop:old'], ['a', 'b', 'c']), all);
  expect(found.map(({ names, layers }) => `${names[0] ?? '-'} ${layers.length}`)).toEqual([
    'shop:1 0',
    'shop:2 1',
    'shop:2 0',
    '- 3',
    'base:1 2',
    'other:1 0',
    'registry.example.com/shop:1 0',
  ]);
});
