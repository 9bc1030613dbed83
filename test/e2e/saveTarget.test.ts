import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { answerSaveDialog, dragFiles } from '../setup/windowTools';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'shop.tar');
  await writeFile(file, dockerArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a' }] }] }]));
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'shop:1' }).waitFor();
});
afterAll(() => running.close());

test('a save to a pipe is refused before it begins', async () => {
  const { page } = running;
  const pipe = join(running.folder, 'pipe.tar');
  execFileSync('mkfifo', [pipe]);
  await answerSaveDialog(running, pipe);
  await page.locator('.card', { hasText: 'shop:1' }).click();
  await page.keyboard.press('Control+s');
  const notice = page.locator('.notice', { hasText: 'pipe.tar cannot be written' });
  await notice.waitFor();
  await running.picture('save-to-pipe');
  expect(await notice.innerText()).toContain('it is a pipe or a device');
  expect(await page.locator('.status-bar, footer').first().innerText()).toContain('Loaded shop.tar');
});
