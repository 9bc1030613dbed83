import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { translator } from '../../shared/text/catalogue';
import { startApp, type RunningApp } from '../setup/electronApp';
import { tarOf } from '../setup/imageBuilder';
import { answerOpenDialog, cli, dragFiles } from '../setup/windowTools';

/** A root filesystem that somebody drops or chooses becomes an image: from the refusal, from the menu, and once more after a failure. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const t = translator('en');
let running: RunningApp;
let tarball: string;
const tree = tarOf([
  { path: 'bin/', type: 'directory' },
  { path: 'bin/sh', content: '#!', mode: 0o755 },
  { path: 'etc/', type: 'directory' },
  { path: 'etc/os-release', content: 'ID=debian\n' },
  { path: 'usr/', type: 'directory' },
  { path: 'var/', type: 'directory' },
]);

beforeAll(async () => {
  running = await startApp();
  tarball = join(running.folder, 'bookworm-rootfs.tar');
  await writeFile(tarball, tree);
});
afterAll(() => running.close());

const dialogOf = (name: string): ReturnType<RunningApp['page']['getByRole']> =>
  running.page.getByRole('dialog', { name: t('import.title', { file: name }) });
const images = (): Promise<string> => cli(running.store, 'images', '--format', '{{.Repository}}:{{.Tag}}');

test('a dropped tarball is offered to be imported, and the keys alone give it a name and a command', async () => {
  const { page } = running;
  await dragFiles(running, [tarball]);
  const offer = page.getByRole('button', { name: t('import.offer') });
  await offer.waitFor();
  await running.picture('import-offer');
  await offer.press('Enter');
  const dialog = dialogOf('bookworm-rootfs.tar');
  await dialog.waitFor();
  expect(await dialog.getByLabel(t('squash.name')).inputValue()).toBe('bookworm');
  await dialog.getByRole('button', { name: t('commit.add') }).press('Enter');
  const form = page.getByRole('dialog', { name: t('commit.addChange') });
  await form.getByRole('combobox').click();
  await form.getByRole('option', { name: 'CMD', exact: true }).click();
  await form.getByLabel(t('commit.arguments')).fill('["sh"]');
  // Enter adds the change and does not send the dialog.
  await page.keyboard.press('Enter');
  await form.waitFor({ state: 'detached' });
  await running.picture('import-dialog');
  expect(await images()).toBe('');
  await dialog.getByLabel(t('squash.name')).press('Enter');
  await page.locator('.layer-graph .card', { hasText: 'bookworm:latest' }).waitFor();
  await dialog.waitFor({ state: 'detached' });
  expect(JSON.parse(await cli(running.store, 'inspect', 'bookworm'))).toMatchObject([
    { Config: { Cmd: ['sh'] } },
  ]);
  expect(await cli(running.store, 'cat', 'bookworm', '/etc/os-release')).toBe('ID=debian\n');
  // The offer went with what it was for.
  expect(await offer.count()).toBe(0);
});

test('a folder is offered, too', async () => {
  const folder = join(running.folder, 'alpine');
  for (const name of ['bin', 'etc', 'usr', 'var']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'etc/os-release'), 'ID=alpine\n');
  await dragFiles(running, [folder]);
  await running.page.getByRole('button', { name: t('import.offer') }).click();
  await dialogOf('alpine')
    .getByRole('button', { name: t('import.do') })
    .click();
  await running.page.locator('.layer-graph .card', { hasText: 'alpine:latest' }).waitFor();
});

test('from the menu; what failed is asked again with what was typed', async () => {
  const { page } = running;
  const file = join(running.folder, 'cut.tar');
  await writeFile(file, tree.subarray(0, 1300));
  await answerOpenDialog(running, [file]);
  await page.getByRole('button', { name: t('app.more'), exact: true }).click();
  await page.getByRole('menuitem', { name: t('command.import'), exact: true }).click();
  const dialog = dialogOf('cut.tar');
  await dialog.getByLabel(t('squash.name')).fill('cut:1.0');
  await dialog.getByLabel(t('commit.message')).fill('from a colleague');
  await dialog.getByRole('button', { name: t('import.do') }).click();
  const notice = page.locator('.notice', { hasText: t('operation.import.failed', { subject: 'cut.tar' }) });
  await notice.waitFor();
  await writeFile(file, tree);
  await notice.getByRole('button', { name: t('app.tryAgain') }).click();
  await dialog.waitFor();
  expect(await dialog.getByLabel(t('squash.name')).inputValue()).toBe('cut:1.0');
  expect(await dialog.getByLabel(t('commit.message')).inputValue()).toBe('from a colleague');
  await dialog.getByRole('button', { name: t('import.do') }).click();
  await page.locator('.layer-graph .card', { hasText: 'cut:1.0' }).waitFor();
  expect(await images()).toContain('cut:1.0');
});
