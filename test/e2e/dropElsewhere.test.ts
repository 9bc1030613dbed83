import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { dragFiles } from '../setup/windowTools';

/** Files that are dropped while another place than the store is in view, and while a dialog is open. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const alt = 1;
let running: RunningApp;
const files: string[] = [];
beforeAll(async () => {
  running = await startApp();
  for (const name of ['one', 'two', 'three']) {
    const file = join(running.folder, `${name}.tar`);
    await writeFile(
      file,
      dockerArchive([{ names: [`${name}:1`], layers: [{ files: [{ path: name, content: name }] }] }]),
    );
    files.push(file);
  }
  await dragFiles(running, files.slice(0, 1), undefined, alt);
  await running.page.getByRole('heading', { level: 1, name: 'one.tar' }).waitFor();
});
afterAll(() => running.close());

test('what is loaded says that it went into the store, and shows it', async () => {
  const { page } = running;
  await dragFiles(running, files.slice(1, 2), ['dragEnter', 'dragOver']);
  await page.getByText('Drop to add 1 file to the store').waitFor();
  await dragFiles(running, files.slice(1, 2), ['drop']);
  const news = page.locator('.notice.news', { hasText: 'Loaded two.tar into the store' });
  await news.waitFor();
  await running.picture('drop-elsewhere');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('one.tar');
  await news.getByRole('button', { name: 'Show the store' }).click();
  await page.locator('.layer-graph .card', { hasText: 'two:1' }).waitFor();
});

test('nothing is taken while a dialog is open: what it asks about stays in view', async () => {
  const { page } = running;
  await page.locator('.layer-graph .card', { hasText: 'two:1' }).click();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog', { name: 'Delete two:1 from the store' });
  await dialog.waitFor();
  // Held over it, and dropped: why they are not taken is said, above the dialog.
  await dragFiles(running, files.slice(2), ['dragEnter', 'dragOver'], alt);
  const waits = page.locator('.drop-waits', { hasText: 'close it, then drop the files' });
  await waits.waitFor();
  await running.picture('drop-over-dialog');
  await dragFiles(running, files.slice(2), ['drop'], alt);
  await waits.waitFor({ state: 'detached' });
  expect(await page.locator('.drop-overlay').count()).toBe(0);
  await page.keyboard.press('Escape');
  // The next one is taken: had the first been, it would be listed before it.
  await dragFiles(running, files.slice(1, 2), undefined, alt);
  await page.locator('.side-opened', { hasText: 'two.tar' }).waitFor();
  expect(await page.locator('.side-opened', { hasText: 'three.tar' }).count()).toBe(0);
});
