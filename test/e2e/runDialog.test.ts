import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { textFaults, violations } from '../setup/lookTools';
import { shellImage } from '../setup/shellImage';
import { startWithShell } from '../setup/shellWindow';
import { dragFiles } from '../setup/windowTools';

/** The dialog that runs an image: its entrypoint and its command are two things, and what will run is said beforehand. */

let running: RunningApp;
beforeAll(async () => {
  running = await startWithShell();
  const file = join(running.folder, 'words.tar');
  const base = shellImage('rig/words:1.0');
  const config = { ...base.config, Entrypoint: ['/bin/echo', 'the image says'], Cmd: ['its own', 'words'] };
  const none = { ...base.config, Cmd: null };
  await writeFile(
    file,
    dockerArchive([
      { ...base, config },
      { ...base, names: ['rig/mute:1.0'], config: none },
    ]),
  );
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'rig/mute:1.0' }).waitFor();
});
afterAll(() => running.close());

const open = async (name: string): Promise<void> => {
  const { page } = running;
  await page.locator('.card', { hasText: name }).click();
  await page.keyboard.press('r');
  await page.locator('dialog[open]').waitFor();
};
const willRun = (): Promise<string> =>
  running.page.locator('dialog[open]').getByRole('status', { name: 'What will run' }).innerText();

test.each([
  ['light', 1280, 800],
  ['dark', 1920, 1080],
] as const)('the run dialog looks as it should (%s, %s x %s)', async (theme, width, height) => {
  const { page } = running;
  await running.resize(width, height);
  await page.evaluate((each) => document.documentElement.setAttribute('data-theme', each), theme);
  await open('rig/words:1.0');
  await page.locator('dialog[open] code').waitFor();
  await running.picture(`run-dialog-${theme}-${width}`);
  expect(await violations(running)).toEqual([]);
  expect(await textFaults(running, '.nothing')).toEqual([]);
  await page.keyboard.press('Escape');
});

test('entrypoint and command stand apart, each can be replaced, and what will run is said', async () => {
  const { page } = running;
  await open('rig/words:1.0');
  const dialog = page.locator('dialog[open]');
  const entrypoint = dialog.getByLabel('Entrypoint');
  const command = dialog.getByLabel('Command');
  await expect.poll(willRun).toBe("/bin/echo 'the image says' 'its own' words");
  expect(await entrypoint.getAttribute('placeholder')).toBe("/bin/echo 'the image says'");
  expect(await command.getAttribute('placeholder')).toBe("'its own' words");
  await command.fill('others');
  await expect.poll(willRun).toBe("/bin/echo 'the image says' others");
  // As in Docker: the image's command is meant for its own entrypoint.
  await command.fill('');
  await entrypoint.fill('/bin/ls');
  await expect.poll(willRun).toBe('/bin/ls');
  expect(await command.getAttribute('placeholder')).toBe('none');
  await entrypoint.fill('""');
  await expect.poll(willRun).toMatch(/^Nothing yet/);
  expect(await dialog.getByRole('button', { name: 'Run', exact: true }).isDisabled()).toBe(true);
  await command.fill('/bin/echo "no entrypoint"');
  await expect.poll(willRun).toBe("/bin/echo 'no entrypoint'");
  await entrypoint.fill('"');
  await dialog.getByText('A quote is still open').waitFor();
  await entrypoint.fill('/bin/echo replaced');
  await command.fill('by hand');
  await page.keyboard.press('Enter');
  await dialog.locator('.terminal-end').waitFor({ timeout: 30_000 });
  await expect.poll(() => dialog.locator('.terminal-screen').innerText()).toContain('replaced by hand');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('an image that runs nothing by itself asks for a command', async () => {
  await open('rig/mute:1.0');
  const dialog = running.page.locator('dialog[open]');
  await expect.poll(willRun).toMatch(/^Nothing yet/);
  expect(await dialog.getByLabel('Entrypoint').getAttribute('placeholder')).toBe('none');
  await dialog.getByLabel('Command').fill('true');
  await expect.poll(willRun).toBe('true');
  await running.page.keyboard.press('Escape');
});
