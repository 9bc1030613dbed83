import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { answerOpenDialog } from '../setup/windowTools';

/** Other stores, each in a window and a process of its own. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(async () => {
  for (const name of ['second', 'third']) await end(join(running.folder, name));
  await running.close();
});

/** Ends the processes that have a window over a store, and waits until they are gone. */
async function end(store: string): Promise<void> {
  for (const pid of await over(store)) process.kill(pid, 'SIGTERM');
  while ((await over(store)).length > 0) await setTimeout(50);
}

/** The processes that have a window over a store: those that were started with it. */
async function over(store: string): Promise<readonly number[]> {
  // A browser puts blanks between the words of its process once it runs.
  const words = (pid: string): string => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  };
  return (await readdir('/proc'))
    .filter((name) => /^\d+$/.test(name) && ` ${words(name).trim()} `.includes(` --store=${store} `))
    .filter((pid) => !words(pid).includes(' --type='))
    .map(Number);
}

test('the head of the window names the folder of the store', async () => {
  const { page, folder } = running;
  const title = page.locator('.toolbar h1');
  await expect.poll(() => title.textContent()).toBe(`${folder.split('/').at(-1) ?? ''}/store`);
  expect(await title.getAttribute('data-tip')).toBe(join(folder, 'store'));
});

test('a folder that holds something else is refused with a sentence', async () => {
  const { page, folder } = running;
  await mkdir(join(folder, 'photos'));
  await writeFile(join(folder, 'photos', 'sea.jpg'), 'x');
  await answerOpenDialog(running, [join(folder, 'photos')]);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Open store…' }).click();
  await page.getByText('photos cannot be used as a store').waitFor();
  await page.getByText('It holds other files.').first().waitFor();
  expect(await over(join(folder, 'photos'))).toEqual([]);
});

test('a chosen folder opens as a store by pointer, beside the first, and another by keyboard', async () => {
  const { page, folder } = running;
  await mkdir(join(folder, 'second'));
  await answerOpenDialog(running, [join(folder, 'second')]);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Open store…' }).click();
  await page.getByText('second opens in a window of its own').first().waitFor();
  await expect.poll(async () => (await over(join(folder, 'second'))).length, { timeout: 30_000 }).toBe(1);
  expect(existsSync(join(folder, 'second', 'oci-layout'))).toBe(true);

  await mkdir(join(folder, 'third'));
  await answerOpenDialog(running, [join(folder, 'third')]);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('open store…');
  await page.keyboard.press('Enter');
  await page.getByText('third opens in a window of its own').first().waitFor();
  await expect.poll(async () => (await over(join(folder, 'third'))).length, { timeout: 30_000 }).toBe(1);
  expect(await over(join(folder, 'second'))).toHaveLength(1);
});

test('stores that were opened are offered in menu and palette, and open again', async () => {
  const { page, folder } = running;
  const list = JSON.parse(await readFile(join(folder, 'profile', 'stores.json'), 'utf8')) as {
    stores: string[];
  };
  expect(list.stores).toEqual(['third', 'second', 'store'].map((name) => join(folder, name)));
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Open store third' }).waitFor();
  await running.picture('other-stores-menu');
  await page.keyboard.press('Escape');
  await end(join(folder, 'second'));
  await page.keyboard.press('Control+k');
  await page.keyboard.type('store second');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await over(join(folder, 'second'))).length, { timeout: 30_000 }).toBe(1);
});
