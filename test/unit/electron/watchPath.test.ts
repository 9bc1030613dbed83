import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchPath } from '../../../electron/store/watchPath';
import { watchPlaces } from '../../../electron/store/watchPlaces';
import { tagImage } from '../../../electron/actions/images/tagImages';
import { filled, idOne } from './shopStore';
import { temporaryFolder } from '../../setup/temporary';

test('a folder is followed by its path: one that takes its place, after a while without any', async () => {
  const folder = await temporaryFolder();
  const [path, other] = [join(folder, 'here'), join(folder, 'other')];
  await mkdir(path);
  await mkdir(other);
  const seen: (string | null)[] = [];
  const stop = watchPath(path, (name) => seen.push(name), 20);
  await writeFile(join(path, 'a'), '');
  await expect.poll(() => seen).toContain('a');
  await rename(path, join(folder, 'moved'));
  await expect.poll(() => seen.filter((name) => name === null).length).toBe(1);
  await rename(other, path);
  await expect.poll(() => seen.filter((name) => name === null).length).toBe(2);
  await writeFile(join(path, 'b'), '');
  await expect.poll(() => seen).toContain('b');
  stop();
  const { length } = seen;
  await rename(path, other);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(seen).toHaveLength(length);
});

test('a store that takes the place of another is told of, and watched', async () => {
  const [first, second] = [await filled(), await filled()];
  const { store } = first;
  let [changes, lists] = [0, 0];
  const stops = [store.watch(() => changes++), await watchPlaces(first.directory, () => lists++)];
  await rename(first.directory, `${first.directory}.moved`);
  await rename(second.directory, first.directory);
  await expect.poll(() => changes, { timeout: 20_000 }).toBeGreaterThan(0);
  await expect.poll(() => lists, { timeout: 20_000 }).toBeGreaterThan(0);
  const before = changes;
  await tagImage({ store }, idOne, 'new:1');
  await expect.poll(() => changes, { timeout: 20_000 }).toBeGreaterThan(before);
  await rename(first.directory, second.directory);
  await rename(`${first.directory}.moved`, first.directory);
  for (const stop of stops) stop();
});
