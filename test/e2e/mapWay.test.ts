import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive, noise } from '../setup/imageBuilder';
import { dragFiles } from '../setup/windowTools';

/** The way into the map, down many folders: each step once, and each to be read. */

let running: RunningApp;
const deep = ['usr', 'share', 'doc-of-the-library', 'translations', 'traditional'];
beforeAll(async () => {
  running = await startApp({ settings: { view: 'map', theme: 'light' } });
  const file = join(running.folder, 'deep.tar');
  const folders = deep.map((_, i) => ({
    path: `${deep.slice(0, i + 1).join('/')}/`,
    type: 'directory' as const,
  }));
  const files = [
    ...deep.map((_, i) => ({ path: `${deep.slice(0, i + 1).join('/')}/a.bin`, content: noise(30_000, i) })),
    { path: 'etc/other.bin', content: noise(40_000, 9) },
  ];
  await writeFile(file, dockerArchive([{ names: ['deep:1'], layers: [{ files: [...folders, ...files] }] }]));
  await dragFiles(running, [file]);
  await settled();
});
afterAll(() => running.close());

async function settled(): Promise<void> {
  const { page } = running;
  await page.locator('.treemap[data-ready]').waitFor();
  await page.locator('.treemap .labels:not(.hidden)').waitFor();
  await page.waitForTimeout(300);
}
/** All steps of the way, also those that one sign stands for. */
const steps = (): Promise<readonly string[]> =>
  running.page
    .locator('.crumbs li')
    .evaluateAll((all) =>
      all.flatMap(
        (each) =>
          each.querySelector('[aria-label]')?.getAttribute('aria-label')?.split(' › ') ?? [
            each.querySelector('[data-whole]')?.getAttribute('data-whole') ?? '',
          ],
      ),
    );

/** Where a folder's title stands in the map. */
async function titleOf(name: string): Promise<{ x: number; y: number }> {
  const box = await running.page.locator('.treemap .labels text', { hasText: name }).first().boundingBox();
  if (!box) throw new Error(`no ${name}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

test('a double click on the title of a folder goes in once', async () => {
  const { page } = running;
  await page.locator('.treemap').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await settled();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await settled();
  const before = await steps();
  const { x, y } = await titleOf('share');
  await page.mouse.dblclick(x, y);
  await settled();
  const after = await steps();
  expect(after.slice(0, before.length)).toEqual(before);
  const added = after.slice(before.length);
  expect(added.length).toBeGreaterThan(0);
  expect(new Set(after).size, after.join(' › ')).toBe(after.length);
  expect(after[after.length - 1]).toBe('share');
});

test.each([960, 1280])('no step of a long way is cut to a letter at %i', async (width) => {
  const { page } = running;
  await running.resize(width, 640);
  await page.locator('.treemap').focus();
  for (let i = 0; i < deep.length; i++) {
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await settled();
  }
  await running.picture(`map-way-${width}`);
  const shown = await page.locator('.crumbs [data-whole]').evaluateAll((all) =>
    all.map((each) => ({
      whole: each.getAttribute('data-whole') ?? '',
      text: each.querySelector('.fit-shown')?.textContent ?? '',
    })),
  );
  expect(shown.length).toBeGreaterThan(2);
  const cut = shown.filter(({ whole, text }) => text !== whole && text.length < Math.min(whole.length, 5));
  expect(cut).toEqual([]);
});
