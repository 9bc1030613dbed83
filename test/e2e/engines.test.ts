import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dockerEngineObstacle, startDockerEngine, type DockerEngine } from '../setup/dockerEngine';
import { startApp, type RunningApp } from '../setup/electronApp';
import { showcaseArchive } from '../setup/showcase';
import { cli, seen } from '../setup/windowTools';

const obstacle = dockerEngineObstacle();

if (obstacle !== null) {
  test(`engines in the window: cannot be checked here, ${obstacle}`, () => {
    expect(dockerEngineObstacle()).toBe(obstacle);
  });
} else {
  describe('a real Docker engine in the window', () => {
    let engine: DockerEngine;
    let running: RunningApp;
    const card = (name: string) => running.page.locator('.layer-graph .card', { hasText: name });
    const source = (name: string) => running.page.locator('.sidebar .side-item', { hasText: name });
    const docker = (...args: string[]): Promise<string> => engine.docker(args);
    const idIn = async (...args: string[]): Promise<string> =>
      (await cli(running.store, ...args)).match(/"Id": "(sha256:[0-9a-f]{64})"/)?.[1] ?? '';

    beforeAll(async () => {
      const started = await startDockerEngine();
      if (started.engine === null) throw new Error(started.reason);
      engine = started.engine;
      running = await startApp({ env: { DOCKER_HOST: engine.host, DOCKER_CONFIG: '/nonexistent' } });
      const file = join(running.folder, 'shop.tar');
      await writeFile(file, showcaseArchive());
      await docker('load', '-i', file);
      await docker('create', '--name', 'cache-1', '--network', 'none', 'redis:7-alpine');
    }, 300_000);
    afterAll(async () => {
      await running.close();
      await engine.stop();
    }, 120_000);

    test('an empty store offers to look into it', async () => {
      const { page } = running;
      await page.getByText('Look into Docker').waitFor();
      await page.getByText('Running here, 14 images').waitFor();
      await running.picture('engine-empty-store-light-1280');
      await page.getByRole('button', { name: 'Open', exact: true }).click();
      await card('shop-api:1.6').waitFor();
      await expect.poll(() => source('Docker').innerText()).toContain('14');
      expect(await source('Docker').getAttribute('aria-current')).toBe('true');
    });

    test('its graph is the one that the store would have, in unpacked bytes', async () => {
      const { page } = running;
      await page.locator('.side-foot').getByText('unpacked').waitFor();
      await card('redis:7-alpine').click();
      await page.locator('.inspector').getByText('cache-1').first().waitFor();
      await page.locator('.inspector').getByRole('button', { name: 'Copy into the store' }).waitFor();
      await page.locator('.inspector').getByText('kept by container cache-1').waitFor();
      await running.picture('engine-graph-light-1280');
    });

    test('all of its images take what it says that it stores, and containers that keep layers are named', async () => {
      const { page } = running;
      await page.keyboard.press('Control+a');
      await page.locator('.inspector h2', { hasText: 'images selected' }).waitFor();
      const stored = await page.locator('.side-foot .m.num').innerText();
      await expect.poll(() => page.locator('.insp-together .insp-figure').innerText()).toBe(stored);
      await page.locator('.insp-together').getByText('Kept by container cache-1').waitFor();
      await page.keyboard.press('Escape');
    });

    test('view, filter and keyboard are those of the store', async () => {
      const { page } = running;
      await page.keyboard.press('Control+5');
      await page.getByRole('row', { name: /storefront/ }).waitFor();
      await running.picture('engine-table-light-1280');
      await page.keyboard.press('Control+1');
      await card('shop-api:1.6').waitFor();
    });

    test('a name is given to an image, and undone', async () => {
      const { page } = running;
      await card('alpine:3.20').click();
      await page.keyboard.press('t');
      await page.getByRole('dialog').getByRole('textbox').fill('base:small');
      await page.getByRole('dialog').getByRole('button', { name: 'Add the name' }).click();
      await seen(running, 'Added the name base:small');
      expect((await docker('images', '-q', 'base:small')).trim()).not.toBe('');
      await page.keyboard.press('Control+z');
      await seen(running, 'Undone in Docker: Added the name base:small');
      expect((await docker('images', '-q', 'base:small')).trim()).toBe('');
    });

    test('what others do to the engine is seen', async () => {
      await docker('tag', 'alpine:3.20', 'a-seen:1');
      await card('a-seen:1').waitFor();
      await docker('rmi', 'a-seen:1');
      await card('a-seen:1').waitFor({ state: 'detached' });
    });

    test('an image is copied into the store by the keyboard, with the same ID', async () => {
      const { page } = running;
      await card('shop-api:1.6').click();
      await page.keyboard.press('Control+d');
      await seen(running, /^Copied shop-api:1\.6 into the store/);
      await expect.poll(() => source('Store').innerText()).toContain('1');
      const id = (await docker('inspect', '--format', '{{.Id}}', 'shop-api:1.6')).trim();
      expect(await idIn('inspect', 'shop-api:1.6')).toBe(id);
    });

    test('what was done in it is undone there alone', async () => {
      const { page } = running;
      await card('alpine:3.20').click();
      await page.keyboard.press('t');
      await page.getByRole('dialog').getByRole('textbox').fill('base:kept');
      await page.getByRole('dialog').getByRole('button', { name: 'Add the name' }).click();
      await seen(running, 'Added the name base:kept');
      await source('Store').click();
      await source('Store').and(page.locator('[aria-current="true"]')).waitFor();
      await page.keyboard.press('Control+z');
      await seen(running, /^The last change in Store cannot be undone: Copied shop-api:1\.6/);
      expect((await docker('images', '-q', 'base:kept')).trim()).not.toBe('');
      await source('Docker').click();
      await card('alpine:3.20').waitFor();
      await page.keyboard.press('Control+z');
      await seen(running, 'Undone in Docker: Added the name base:kept');
      expect((await docker('images', '-q', 'base:kept')).trim()).toBe('');
    });

    test('one that a container uses is not deleted, and the dialog says which', async () => {
      const { page } = running;
      await card('redis:7-alpine').click();
      await page.keyboard.press('Delete');
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText('Containers use these images: cache-1 (created).').waitFor();
      await dialog.getByText('container cache-1').first().waitFor();
      const remove = dialog.getByRole('button', { name: /^Delete 1 image/ });
      expect(await remove.getAttribute('aria-disabled')).toBe('true');
      await running.picture('engine-delete-used-light-1280');
      await page.keyboard.press('Escape');
      expect((await docker('images', '-q', 'redis:7-alpine')).trim()).not.toBe('');
    });

    test('another is deleted', async () => {
      const { page } = running;
      await card('postgres:16-alpine').click();
      await page.keyboard.press('Delete');
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: /^Delete 1 image/ })
        .click();
      await seen(running, /^Deleted 1 image, freed/);
      await card('postgres:16-alpine').waitFor({ state: 'detached' });
      expect((await docker('images', '-q', 'postgres:16-alpine')).trim()).toBe('');
      await page.keyboard.press('Control+z');
      await seen(running, /^The last change in Docker cannot be undone: Deleted 1 image, freed/);
    });

    test('an image of the store is copied back', async () => {
      const { page } = running;
      await docker('rmi', 'shop-api:1.6', 'shop-api:latest');
      await source('Store').click();
      await card('shop-api:1.6').click({ button: 'right' });
      await page.getByRole('menuitem', { name: 'Copy to Docker' }).click();
      await seen(running, /^Copied shop-api:1\.6 to Docker/);
      const id = (await docker('inspect', '--format', '{{.Id}}', 'shop-api:1.6')).trim();
      expect(id).toBe(await idIn('inspect', 'shop-api:1.6'));
    });

    test('an engine that stops says so, and comes back by itself', async () => {
      const { page } = running;
      await source('Docker').click();
      await card('shop-api:1.6').waitFor();
      await engine.halt();
      await expect.poll(() => source('Docker').innerText(), { timeout: 30_000 }).toContain('not running');
      await page.getByText('Docker is not running. What was read before is shown.').waitFor();
      await running.picture('engine-stopped-light-1280');
      await source('Store').click();
      await source('Docker').click();
      await page.getByRole('heading', { name: 'Docker is not running' }).waitFor();
      await running.picture('engine-not-running-light-1280');
      await engine.resume();
      await card('shop-api:1.6').waitFor({ timeout: 30_000 });
      await expect.poll(() => source('Docker').innerText()).toContain('13');
    });

    test('it looks right in the dark, in Chinese', async () => {
      const { page } = running;
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Use the dark theme');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('Switch to Chinese');
      await page.keyboard.press('Enter');
      await page.getByText('解包后').first().waitFor();
      await card('shop-api:1.6').click();
      await running.resize(1920, 1080);
      // The cards slide to where the wider window has them.
      await expect
        .poll(async () => {
          const before = await card('shop-api:1.6').boundingBox();
          await page.waitForTimeout(200);
          return JSON.stringify(await card('shop-api:1.6').boundingBox()) === JSON.stringify(before);
        })
        .toBe(true);
      await running.picture('engine-graph-dark-zh-1920');
    });

    test('nothing was complained about', () => {
      expect(running.complaints).toEqual([]);
    });
  });
}
