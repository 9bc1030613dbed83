import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { cli } from '../setup/windowTools';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ settings: { theme: 'light' } });
});
afterAll(() => running.close());

test('an empty store offers its ways in and nothing else', async () => {
  const { page, picture } = running;
  await page.getByRole('heading', { name: 'Begin with an image' }).waitFor();
  expect(await page.getByRole('button', { name: 'Choose file…' }).isVisible()).toBe(true);
  expect(await page.locator('.layer-graph').count()).toBe(0);
  await picture('first-start-light-1280');
});

test('the sample images load with one press and are drawn as a graph', async () => {
  const { page, store } = running;
  await page.getByRole('button', { name: 'Load', exact: true }).click();
  await page.locator('.layer-graph .card').first().waitFor();
  const listed = (await cli(store, 'images', '-q')).trim().split('\n');
  expect(listed).toHaveLength(5);
  expect(await page.locator('.layer-graph .card').count()).toBe(5);
  expect(await page.locator('.operations-line').innerText()).toContain(
    'Loaded the sample images into the store: 5 images',
  );
  // One of the five is selected, so that the inspector has something to say.
  expect(await page.locator('.layer-graph .card.selected').count()).toBe(1);
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
