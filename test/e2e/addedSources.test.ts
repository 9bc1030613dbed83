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
