import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive, noise, ociArchive, type ImageSpec } from '../setup/imageBuilder';
import { cli, dragFiles } from '../setup/windowTools';

/** Two windows and four command lines work on one store at the same time. */

const shared = { files: [{ path: 'etc/os', content: noise(400_000) }] };
const image = (name: string, seed: number): ImageSpec => ({
  names: [name],
  layers: [shared, { gzip: seed % 2 === 0, files: [{ path: 'own', content: noise(300_000 + seed, seed) }] }],
});

let folder = '';
let windows: readonly RunningApp[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-together-'));
  await mkdir(join(folder, 'in'));
  const write = (name: string, bytes: Buffer): Promise<void> => writeFile(join(folder, 'in', name), bytes);
  await write('kept.tar', dockerArchive([image('kept:1', 1)]));
  for (let i = 0; i < 6; i++) {
    const archive = i % 2 === 0 ? dockerArchive : ociArchive;
    await write(`${i}.tar`, archive([image(`set-${i}:1`, 10 + i), image(`set-${i}:2`, 20 + i)]));
  }
  await cli(join(folder, 'store'), 'load', '-q', join(folder, 'in', 'kept.tar'));
  windows = [await startApp({ folder }), await startApp({ folder, profile: 'profile-2' })];
}, 120_000);

afterAll(async () => {
  for (const window of windows) await window.close();
  await rm(folder, { recursive: true, force: true });
});

/** Names on the cards of the graph. */
async function cards({ page }: RunningApp): Promise<readonly string[]> {
  const texts = await page.locator('.layer-graph .card').allTextContents();
  return texts.flatMap((text) => text.match(/(?:kept|set-\d|more-\d):\d/g) ?? []).sort();
}

test('both windows end with what the command lines say, and the store is sound', async () => {
  const store = join(folder, 'store');
  const archive = (i: number): string => join(folder, 'in', `${i}.tar`);
  const loop = async (times: number, work: (round: number) => Promise<unknown>): Promise<void> => {
    for (let round = 0; round < times; round++) await work(round);
  };
  const [first, second] = windows as readonly [RunningApp, RunningApp];
  await Promise.all([
    // What is loaded and removed again and again.
    loop(4, async () => {
      await cli(store, 'load', '-q', archive(0));
      await cli(store, 'rmi', 'set-0:1', 'set-0:2');
    }),
    loop(4, async (round) => {
      await cli(store, 'load', '-q', archive(1));
      await cli(store, 'tag', 'set-1:1', `more-${round}:1`);
      await cli(store, 'untag', 'set-1:2');
    }),
    loop(6, () => cli(store, 'gc')),
    loop(4, async (round) => {
      const target = join(folder, `saved-${round}.tar`);
      await cli(store, 'save', '-o', target, 'kept:1');
      await cli(store, 'load', '-q', target);
    }),
    loop(2, (round) => dragFiles(first, [archive(2 + round)])),
    loop(2, (round) => dragFiles(second, [archive(4 + round)])),
  ]);
  // A card has the name that its image was given first.
  const shown = ['kept:1', 'set-1:1'];
  for (const i of [2, 3, 4, 5]) shown.push(`set-${i}:1`, `set-${i}:2`);
  for (const window of windows)
    await expect.poll(() => cards(window), { timeout: 30_000 }).toEqual(shown.sort());
  const listed = JSON.parse(await cli(store, 'images', '--json')) as { names: readonly string[] }[];
  const more = ['more-0:1', 'more-1:1', 'more-2:1', 'more-3:1'];
  expect([...new Set(listed.flatMap(({ names }) => names))].sort()).toEqual([...shown, ...more].sort());
  await cli(store, 'fsck');
  for (const window of windows) {
    await window.picture(`together-${windows.indexOf(window) + 1}`);
    expect(window.complaints).toEqual([]);
  }
}, 180_000);
