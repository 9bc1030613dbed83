import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { translator } from '../../shared/text/catalogue';
import type { RunningApp } from '../setup/electronApp';
import { startWithShell } from '../setup/shellWindow';
import { answerSaveDialog, cli, seen } from '../setup/windowTools';

/** What was typed stays until what it was typed for is done: over a failure, a closed dialog, a page that is left. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const t = translator('en');
let running: RunningApp;
beforeAll(async () => {
  running = await startWithShell();
});
afterAll(() => running.close());

const card = (name: string) => running.page.locator('.layer-graph .card', { hasText: name });
const dialogOf = (title: string) => running.page.getByRole('dialog', { name: title });

async function openSquash(): Promise<ReturnType<typeof dialogOf>> {
  await card('rig/shell:1.0').click({ button: 'right' });
  await running.page.getByRole('menuitem', { name: 'Squash layers…' }).click();
  const dialog = dialogOf(t('squash.title', { name: 'rig/shell:1.0' }));
  await dialog.getByText(/layers with/).waitFor();
  return dialog;
}

/** The largest blob, a layer's. */
async function largestBlob(): Promise<string> {
  const folder = join(running.store, 'blobs', 'sha256');
  const sized = await Promise.all(
    (await readdir(folder)).map(async (name) => ({
      path: join(folder, name),
      ...(await stat(join(folder, name))),
    })),
  );
  return sized.sort((a, b) => b.size - a.size)[0]?.path ?? '';
}

test('a dialog that was closed beside it stands as it was', async () => {
  const { page } = running;
  const dialog = await openSquash();
  await dialog.getByLabel(t('squash.name')).fill('rig/shell:flat');
  await page.mouse.click(4, 4);
  await dialog.waitFor({ state: 'detached' });
  expect(await (await openSquash()).getByLabel(t('squash.name')).inputValue()).toBe('rig/shell:flat');
});

test('what failed is asked again with what was typed, and forgets it once it is done', async () => {
  const { page } = running;
  const blob = await largestBlob();
  const bytes = await readFile(blob);
  const dialog = dialogOf(t('squash.title', { name: 'rig/shell:1.0' }));
  await writeFile(blob, Buffer.concat([bytes.subarray(0, 600), Buffer.alloc(64), bytes.subarray(664)]));
  await dialog.getByRole('button', { name: t('squash.do') }).click();
  const notice = page.locator('.notice.trouble');
  await notice.getByRole('button', { name: t('app.tryAgain') }).click();
  await dialog.waitFor();
  expect(await dialog.getByLabel(t('squash.name')).inputValue()).toBe('rig/shell:flat');
  await running.picture('squash-again');
  await writeFile(blob, bytes);
  await dialog.getByRole('button', { name: t('squash.do') }).click();
  await card('rig/shell:flat').waitFor();
  expect(await notice.count()).toBe(0);
  const empty = await openSquash();
  expect(await empty.getByLabel(t('squash.name')).inputValue()).toBe('');
  await page.keyboard.press('Escape');
});

test('a save whose place was not chosen is where it was', async () => {
  const { page } = running;
  await card('rig/shell:1.0').click();
  await page.keyboard.press('Control+Shift+s');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('gzip', { exact: true }).click();
  await answerSaveDialog(running, null);
  const save = dialog.getByRole('button', { name: t('dialog.save.button') });
  await expect.poll(() => save.getAttribute('aria-disabled')).toBeNull();
  await save.click();
  await page.waitForTimeout(500);
  expect(await dialog.getByRole('radio', { name: 'gzip' }).isChecked()).toBe(true);
  await page.keyboard.press('Escape');
});

test('a command that could not begin is put right, not typed anew', async () => {
  const { page } = running;
  await card('rig/shell:1.0').click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type(t('command.run'));
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(t('terminal.command')).fill('no-such-program --with "many words"');
  await dialog.getByRole('button', { name: t('terminal.run'), exact: true }).click();
  await dialog.getByRole('button', { name: t('terminal.change') }).click();
  expect(await dialog.getByLabel(t('terminal.command')).inputValue()).toBe(
    'no-such-program --with "many words"',
  );
  await dialog.getByLabel(t('terminal.command')).fill('true');
  await dialog.getByRole('button', { name: t('terminal.run'), exact: true }).click();
  await dialog.getByText('Ended: 0').waitFor();
  await running.picture('run-ended');
  await dialog
    .getByRole('button', { name: t('app.close') })
    .last()
    .click();
  await dialog.waitFor({ state: 'detached' });
});

test('a commit is as far as it was when its page is shown again', async () => {
  const { page, store } = running;
  await cli(store, 'workspace', 'create', 'rig/shell:1.0', 'draft');
  const tree = (await cli(store, 'workspace', 'path', 'draft')).trim();
  await page.locator('.side-item', { hasText: 'draft' }).click();
  for (const name of ['kept', 'left']) await writeFile(join(tree, name), 'x');
  await page.locator('.change-row', { hasText: 'left' }).getByRole('checkbox').uncheck();
  await page.getByLabel('Name', { exact: true }).fill('rig/shell:1.1');
  await page.getByLabel('Message').fill('Half a sen');
  await page.getByRole('button', { name: t('workspace.back') }).click();
  await card('rig/shell:1.0').waitFor();
  await page.locator('.side-item', { hasText: 'draft' }).click();
  expect(await page.getByLabel('Message').inputValue()).toBe('Half a sen');
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('rig/shell:1.1');
  const commit = page.getByRole('button', { name: /^Commit 1 change$/ });
  await commit.waitFor();
  await commit.click();
  await page.getByRole('button', { name: t('workspace.back') }).click();
  await seen(running, /^Committed rig\/shell:1\.1: /);
  await page.locator('.side-item', { hasText: 'draft' }).click();
  await page.getByText('rig/shell:1.1 was just committed.').waitFor();
  expect(await page.getByLabel('Message').inputValue()).toBe('');
  await cli(store, 'workspace', 'rm', 'draft');
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
