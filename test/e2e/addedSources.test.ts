import { execFile } from 'node:child_process';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { translator } from '../../shared/text/catalogue';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { violations } from '../setup/lookTools';
import { pairImages } from '../setup/pairImages';
import {
  answerOpenDialog,
  answerQuestions,
  askedQuestions,
  cli,
  dragFiles,
  seen,
} from '../setup/windowTools';

/** What the command line puts on the list of sources the window shows, and shows no longer when it is taken off. */

vi.setConfig({ testTimeout: 120_000 });

const program = join(import.meta.dirname, '..', '..', 'scripts', 'stratigraph.mjs');

const t = translator('en');

/** Pictures of the window in both themes and sizes, each looked at by axe-core. */
async function pictures(running: RunningApp, name: string): Promise<void> {
  for (const [theme, width, height] of [
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 1920, 1080],
    ['dark', 1920, 1080],
  ] as const) {
    await running.resize(width, height);
    await running.page.emulateMedia({ colorScheme: theme });
    await running.page.locator(`html[data-theme="${theme}"]`).waitFor();
    await running.page.waitForTimeout(250);
    await running.picture(`${name}-${theme}-${width}`);
    expect(await violations(running), `${theme} ${width}`).toEqual([]);
  }
  await running.page.emulateMedia({ colorScheme: 'light' });
  await running.resize(1280, 800);
}

test('what is added on the command line comes into the sidebar, and goes from it', async () => {
  const config = await mkdtemp(join(tmpdir(), 'stratigraph-config-'));
  const env = { XDG_CONFIG_HOME: config, DOCKER_HOST: '', DOCKER_CONFIG: '/nonexistent' };
  const running = await startApp({ env });
  try {
    const { page } = running;
    const sources = (...words: readonly string[]) =>
      promisify(execFile)(process.execPath, [program, '--store', running.store, 'sources', ...words], {
        env: { ...process.env, ...env },
      });
    const own = join(running.folder, 'own.tar');
    const archive = join(running.folder, 'till.tar');
    await writeFile(own, dockerArchive(pairImages.slice(0, 1)));
    await writeFile(archive, dockerArchive(pairImages));
    await promisify(execFile)(process.execPath, [program, '--store', running.store, 'load', '-i', own]);
    await page.locator('.layer-graph .card').first().waitFor();
    await sources('add', archive);
    await sources('add', 'unix:///tmp/nowhere/build.sock');
    const opened = page.locator('.side-opened', { hasText: 'till.tar' });
    await opened.waitFor();
    const engine = page.locator('.sidebar .side-item', { hasText: 'Docker build' });
    await engine.getByText('not running').waitFor();
    // Nobody asked for it now: what was in view is, and nothing of it is read.
    expect(await page.locator('h1').innerText()).not.toContain('till.tar');
    await opened.getByText(t('source.state.unread')).waitFor();
    await pictures(running, 'sources-added');
    // Who goes there has it read; closed it is on the list still, and so it is when the file is gone.
    await opened.locator('.side-item').click();
    await page.getByRole('heading', { level: 1, name: 'till.tar' }).waitFor();
    await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).waitFor();
    await page.keyboard.press('Escape');
    await opened.getByText(t('source.state.unread')).waitFor();
    await page.getByRole('heading', { level: 1, name: 'store' }).waitFor();
    await rename(archive, `${archive}.away`);
    await opened.getByText(t('source.state.gone')).waitFor();
    await opened.locator('.side-item').click();
    await page.getByRole('alert').getByText('There is no file till.tar').waitFor();
    await pictures(running, 'sources-added-gone');
    await page.locator('.side-item[data-source="store"]').click();
    await page.locator('.layer-graph .card').first().waitFor();
    await rename(`${archive}.away`, archive);
    await opened.getByText(t('source.state.unread')).waitFor();
    await sources('rm', archive);
    await sources('rm', 'unix:///tmp/nowhere/build.sock');
    await expect.poll(() => opened.count(), { timeout: 20_000 }).toBe(0);
    await expect.poll(() => engine.count(), { timeout: 20_000 }).toBe(0);
    expect(running.complaints).toEqual([]);
  } finally {
    await running.close();
    await rm(config, { recursive: true });
  }
});

test('sources are added and removed in the window, by pointer and by keys, and what is refused says why', async () => {
  const config = await mkdtemp(join(tmpdir(), 'stratigraph-config-'));
  const env = { XDG_CONFIG_HOME: config, DOCKER_HOST: '', DOCKER_CONFIG: '/nonexistent' };
  const running = await startApp({ env });
  try {
    const { page } = running;
    const archive = join(running.folder, 'till.tar');
    await writeFile(archive, dockerArchive(pairImages));
    const own = join(running.folder, 'own.tar');
    await writeFile(own, dockerArchive(pairImages.slice(0, 1)));
    await cli(running.store, 'load', '-q', '-i', own);
    await page.locator('.layer-graph .card').first().waitFor();
    const place = page.locator('.side-opened', { hasText: 'till.tar' });
    const add = page.getByRole('button', { name: t('source.add') });
    // An archive, from the head of the list: it is opened, and on the list.
    await answerOpenDialog(running, [archive]);
    await add.click();
    await running.picture('sources-add-menu');
    await page.getByRole('menuitem', { name: t('source.add.file') }).click();
    await page.getByRole('heading', { level: 1, name: 'till.tar' }).waitFor();
    await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).waitFor();
    expect(await page.locator('.operations-line').innerText()).toContain('to the sources');
    // Once more: it is listed already.
    await add.click();
    await page.getByRole('menuitem', { name: t('source.add.file') }).click();
    await seen(running, 'till.tar is listed already');
    await page.keyboard.press('Escape');
    // An engine, by keys: refused in the dialog, then asked about in the main process.
    await answerQuestions(running, 1);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('add a docker');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: t('dialog.engine.title') });
    await dialog.getByLabel(t('dialog.engine.field')).fill('ssh://me@host');
    await page.keyboard.press('Enter');
    await dialog.locator('.field-trouble', { hasText: 'is of a kind that is not opened' }).waitFor();
    for (const [wrong, why] of [
      ['foo', 'foo is neither the path of a socket nor a machine with its port.'],
      [archive, `What is at unix://${archive} is no socket.`],
      ['/run/docker.sok', 'There is nothing at unix:///run/docker.sok.'],
    ] as const) {
      await dialog.getByLabel(t('dialog.engine.field')).fill(wrong);
      await page.keyboard.press('Enter');
      await dialog.locator('.field-trouble', { hasText: why }).waitFor();
    }
    await running.picture('sources-no-engine');
    await pictures(running, 'sources-add-engine');
    const engine = page.locator('.side-opened', { hasText: 'Docker' });
    await dialog.getByLabel(t('dialog.engine.field')).fill('tcp://127.0.0.1:9');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await engine.count()).toBe(0);
    await answerQuestions(running, 0);
    await add.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('tcp://127.0.0.1:9');
    await page.keyboard.press('Enter');
    await engine.waitFor();
    expect((await askedQuestions(running)).join()).toContain('tcp://127.0.0.1:9');
    await pictures(running, 'sources-added-in-window');
    // Off again: by the menu of the row, and from the palette.
    await engine.getByRole('button', { name: /^More about Docker/ }).click();
    await running.picture('sources-row-menu');
    await page.getByRole('menuitem', { name: t('source.remove') }).click();
    await expect.poll(() => engine.count()).toBe(0);
    await place.locator('.side-item').click();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('remove till.tar');
    await page.keyboard.press('Enter');
    await expect.poll(() => place.count()).toBe(0);
    await seen(running, 'till.tar is no longer in the list');
    // What is opened only to look at is kept by its menu.
    await dragFiles(running, [archive], ['dragEnter', 'dragOver', 'drop'], 1);
    await place.waitFor();
    await place.locator('.side-item').click({ button: 'right' });
    await page.getByRole('menuitem', { name: t('source.keep') }).click();
    await seen(running, t('source.kept', { name: 'till.tar' }));
    await place.getByRole('button', { name: t('source.more', { name: 'till.tar' }) }).waitFor();
    expect(running.complaints).toEqual([]);
  } finally {
    await running.close();
    await rm(config, { recursive: true });
  }
});
