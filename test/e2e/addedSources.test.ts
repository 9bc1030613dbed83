import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { startApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { violations } from '../setup/lookTools';
import { pairImages } from '../setup/pairImages';

/** What the command line puts on the list of sources the window shows, and shows no longer when it is taken off. */

vi.setConfig({ testTimeout: 120_000 });

const program = join(import.meta.dirname, '..', '..', 'scripts', 'stratigraph.mjs');

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
    // Nobody asked for it now: what was in view is.
    expect(await page.locator('h1').innerText()).not.toContain('till.tar');
    expect(await violations(running)).toEqual([]);
    await running.picture('sources-added-light-1280');
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
