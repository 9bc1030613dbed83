import { expect, test } from 'vitest';
import { platformTwins } from '../../../shared/graph/platformTwins';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { imageIdOf } from './graphFixtures';

const image = (word: string, names: readonly string[], platform: string): ImageNode => {
  const [os = '', architecture = '', variant = ''] = platform.split('/');
  return { id: imageIdOf(word), names, os, architecture, variant } as unknown as ImageNode;
};

test('images of one name are told apart by their platforms, without the system that all have', () => {
  const images = [
    image('a', ['shop:1', 'shop:latest'], 'linux/amd64'),
    image('b', ['shop:1'], 'linux/arm64/v8'),
    image('c', ['till:1'], 'linux/amd64'),
    image('d', ['till:1'], 'windows/amd64'),
    image('e', ['alone:1'], 'linux/amd64'),
    image('f', ['odd:1'], ''),
    image('g', ['odd:1'], 'linux'),
  ];
  expect([...platformTwins(images)]).toEqual([
    [imageIdOf('a'), 'amd64'],
    [imageIdOf('b'), 'arm64/v8'],
    [imageIdOf('c'), 'linux/amd64'],
    [imageIdOf('d'), 'windows/amd64'],
    [imageIdOf('g'), 'linux'],
  ]);
});
