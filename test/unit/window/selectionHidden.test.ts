import { expect, test } from 'vitest';
import { selectionText } from '../../../renderer/view/table/selectionText';
import type { ImageId } from '../../../shared/image/digest';
import { translator } from '../../../shared/text/catalogue';

const id = (letter: string): ImageId => `sha256:${letter.repeat(64)}` as ImageId;

test('the bar of a selection says how many of it the filter hides', () => {
  const images = [id('a'), id('b'), id('c')];
  const said = (inSight: readonly ImageId[], language: 'en' | 'zh-CN') =>
    selectionText(images, new Set(inSight), translator(language));
  expect(said(images, 'en')).toBe('3 selected');
  expect(said([id('b'), id('d')], 'en')).toBe('3 selected, 2 hidden by the filter');
  expect(said([id('b')], 'zh-CN')).toBe('已选 3 个，其中 2 个被筛选隐藏');
});
