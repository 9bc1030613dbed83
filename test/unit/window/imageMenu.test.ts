import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { createApp } from '../../../renderer/store/appStore';
import { provideApp } from '../../../renderer/store/hooks';
import { imageMenu } from '../../../renderer/view/imageMenu';
import { fakeIndex } from '../chart/fakeIndex';

test('the menu of an image stands in groups of a few, and what takes the image away stands alone at the end', () => {
  const index = fakeIndex();
  const { store } = createApp({} as never);
  const state = { ...store.getState(), index, graph: index.graph };
  provideApp({ store: createStore(() => state), actions: {} as never, bridge: {} as never });
  const [image] = index.graph.images;
  const entries = imageMenu(image ? [image.id] : []);
  const groups: string[][] = [[]];
  for (const entry of entries)
    if (entry.kind === 'rule') groups.push([]);
    else if (entry.kind === 'item') groups[groups.length - 1]?.push(entry.id);
  expect(groups.length).toBeGreaterThanOrEqual(5);
  for (const group of groups) expect(group.length).toBeGreaterThan(0);
  // Names are as many as the image has.
  for (const group of groups)
    expect(group.filter((id) => !id.startsWith('untag ')).length).toBeLessThanOrEqual(6);
  expect(groups[groups.length - 1]).toEqual(['remove']);
  expect(new Set(groups.flat()).size).toBe(groups.flat().length);
});
