import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { showcaseArchive } from '../setup/showcase';
import { blobBytes, cli, dragFiles, seen } from '../setup/windowTools';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'release-1.5.tar');
  await writeFile(file, showcaseArchive());
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'shop-api:1.6' }).waitFor();
});
afterAll(() => running.close());

/** Opens the page by keyboard alone, through the palette. */
async function openCleanUp() {
  const { page } = running;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('clean up');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('alertdialog', { name: 'Clean up' });
  await dialog.locator('.cleanup-item').first().waitFor();
  return dialog;
}

/** The exact figure that the dialog promises. */
async function promised(dialog: Awaited<ReturnType<typeof openCleanUp>>): Promise<number> {
  return Number((await dialog.locator('.freed-exact').innerText()).replace(/\D/g, ''));
}

test('the page says what may go, why, and what that frees; nothing happens on cancel', async () => {
  const { store } = running;
  const before = await blobBytes(store);
  const dialog = await openCleanUp();
  await expect.poll(() => promised(dialog)).toBeGreaterThan(0);
  expect(await dialog.innerText()).toMatch(/No name, last used/);
  expect(await dialog.innerText()).not.toContain('took its place');
  await running.picture('cleanup-light-1280');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await blobBytes(store)).toBe(before);
});

test('ticking changes the total; what is deleted frees exactly that when the collector runs', async () => {
  const { page, store } = running;
  const dialog = await openCleanUp();
  const first = await promised(dialog);
  const unticked = dialog
    .locator('.cleanup-item:not(.on) input, .cleanup-item:not(.on) [role=checkbox]')
    .first();
  await unticked.focus();
  await page.keyboard.press('Space');
  await expect.poll(() => promised(dialog)).not.toBe(first);
  await page.waitForTimeout(300);
  const total = await promised(dialog);
  const before = await blobBytes(store);
  await dialog.getByRole('button', { name: /^Delete \d+ images?/ }).click();
  await seen(running, /^Deleted \d+ images?/);
  expect(await blobBytes(store)).toBe(before);
  const again = await openCleanUp();
  await again.getByText('Removed, can be put back').waitFor();
  await running.picture('cleanup-trash-light-1280');
  await again.getByRole('button', { name: 'Free now' }).click();
  await seen(running, /^Freed /);
  expect(before - (await blobBytes(store))).toBe(total);
  await page.keyboard.press('Escape');
});

test('undo brings everything back', async () => {
  const { page, store } = running;
  const before = await cli(store, 'images', '-a', '--no-trunc');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('clean up');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('alertdialog', { name: 'Clean up' });
  const box = dialog.locator('.cleanup-item [role=checkbox], .cleanup-item input').first();
  await box.waitFor();
  await box.click();
  await dialog.getByRole('button', { name: /^Delete \d+ images?/ }).click();
  await seen(running, /^Deleted \d+ images?/);
  expect(await cli(store, 'images', '-a', '--no-trunc')).not.toBe(before);
  await page.keyboard.press('Control+z');
  await seen(running, 'Put back what was removed');
  expect(await cli(store, 'images', '-a', '--no-trunc')).toBe(before);
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
