import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

const cell = (row: string, name: string) =>
  running.page
    .locator('.guide-row', { has: running.page.getByRole('rowheader', { name: row }) })
    .locator('.guide-cell', { hasText: name });

test('the guided page opens over an empty store and builds on a real overlay', async () => {
  const { page, store } = running;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'How layers work' }).click();
  await cell('material2', 'marble').waitFor();
  expect(await readdir(join(store, 'guide'))).toHaveLength(1);
  await running.picture('guide-1-light-1280');
});

test('stacked, the upper concrete hides the lower one', async () => {
  const { page } = running;
  await page.getByRole('button', { name: 'Next: Stack them' }).click();
  expect(await cell('merge', 'concrete').innerText()).toContain('from material2');
  await page.getByText('hidden by material2').waitFor();
});

test('what is built lands in the upper directory', async () => {
  const { page } = running;
  await page.keyboard.press('ArrowRight');
  await cell('build', 'frame').waitFor();
  expect(await cell('merge', 'concrete').innerText()).toContain('from build');
  await running.picture('guide-3-light-1280');
});

test('a deletion leaves a character device 0:0', async () => {
  const { page } = running;
  await page.keyboard.press('ArrowRight');
  await page.getByText('whiteout 0:0').waitFor();
  expect(await page.locator('.guide-card li.gone').innerText()).toMatch(/c--------- 0, 0\s+marble/);
  await page.getByText('no marble').waitFor();
  await running.picture('guide-4-light-1280');
  await running.resize(1920, 1080);
  await running.picture('guide-4-light-1920');
  await running.resize(1280, 800);
});

test('build becomes a layer, and everything can be seen again from the beginning', async () => {
  const { page, store } = running;
  await page.keyboard.press('ArrowRight');
  await page.getByRole('rowheader', { name: /^next/ }).waitFor();
  expect(await page.locator('.guide-row.merge').innerText()).not.toContain('marble\nfrom');
  await page.keyboard.press('ArrowLeft');
  await page.getByText('whiteout 0:0').waitFor();
  await page.getByRole('button', { name: 'Back to the images' }).click();
  await expect.poll(() => readdir(join(store, 'guide'))).toEqual([]);
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
