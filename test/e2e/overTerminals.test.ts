import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningApp } from '../setup/electronApp';
import { startWithShell } from '../setup/shellWindow';
import { dragFiles } from '../setup/windowTools';

/** What comes over a terminal, and what a terminal that has ended leaves to the page. */

let running: RunningApp;
beforeAll(async () => {
  running = await startWithShell(['w1']);
});
afterAll(() => running.close());

test('a dropped pipe is called one, and nobody says that it was looked into', async () => {
  const { page, folder } = running;
  const pipe = join(folder, 'pipe.tar');
  execFileSync('mkfifo', [pipe]);
  await dragFiles(running, [pipe]);
  const notice = page.locator('.notice.trouble', { hasText: 'pipe.tar' });
  await notice.getByText('It is a pipe, a socket or a device.').waitFor();
  expect(await notice.innerText()).not.toContain('looked into');
  await notice.getByRole('button', { name: 'Dismiss' }).click();
});

test('Escape closes a run that has ended', async () => {
  const { page } = running;
  await page.locator('.card', { hasText: 'rig/shell:1.0' }).click();
  await page.keyboard.press('r');
  const dialog = page.locator('dialog[open]');
  await dialog.getByLabel('Command').fill('true');
  await page.keyboard.press('Enter');
  await dialog.locator('.terminal-end').waitFor({ timeout: 30_000 });
  await dialog.locator('.xterm-helper-textarea').focus();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test.each([
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['light', 1920, 1080],
  ['dark', 1920, 1080],
] as const)('notices leave the terminals free (%s, %s x %s)', async (theme, width, height) => {
  const { page, folder } = running;
  await running.resize(width, height);
  await page.evaluate((each) => document.documentElement.setAttribute('data-theme', each), theme);
  if ((await page.locator('.terminals').count()) === 0) {
    await page.locator('.sidebar').getByText('w1', { exact: true }).click();
  }
  const drawer = page.locator('.terminals');
  await drawer.waitFor();
  const file = join(folder, `text-${theme}-${width}.tar`);
  await writeFile(file, 'no archive at all\n');
  await dragFiles(running, [file]);
  await page.locator('.notice.trouble', { hasText: `text-${theme}-${width}.tar` }).waitFor();
  const above = (): Promise<boolean> =>
    page.evaluate(() => {
      const bottom = (selector: string): DOMRect =>
        document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
      const { left, top, width: w, height: h } = bottom('.terminals');
      const at = document.elementFromPoint(left + w / 2, top + h / 2);
      return bottom('.notices').bottom <= top && at?.closest('.terminals') !== null;
    });
  await running.picture(`notice-terminal-${theme}-${width}`);
  await expect.poll(above).toBe(true);
});
