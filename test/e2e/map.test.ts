import { mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { textFaults } from '../setup/pageChecks';
import { violations } from '../setup/lookTools';
import { writeRandomStore } from '../setup/randomGraph';
import { showcaseArchive } from '../setup/showcase';
import { cli, dragFiles } from '../setup/windowTools';

const item = '.map-items [role=treeitem]';

/** The map has come to rest: texts are in sight again. */
async function settled({ page }: RunningApp): Promise<void> {
  await page.locator('.treemap[data-ready]').waitFor({ timeout: 280_000 });
  await page.locator('.treemap .labels:not(.hidden)').waitFor();
  await page.waitForTimeout(250);
}

/** Where we are: the last step of the way. */
const here = ({ page }: RunningApp): Promise<string> => page.locator('.crumbs [aria-current]').innerText();

/** The block that has the keyboard, as it is read aloud. */
const active = ({ page }: RunningApp): Promise<string> =>
  page.evaluate(() => {
    const id = document.querySelector('.treemap')?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.getAttribute('aria-label') ?? '';
  });

describe('with the keyboard alone', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp();
    const file = join(running.folder, 'shop.tar');
    await writeFile(file, showcaseArchive());
    await dragFiles(running, [file]);
    await running.page.locator('.card', { hasText: 'storefront:2.1' }).waitFor();
  });
  afterAll(() => running.close());

  test('its areas are what the store holds', async () => {
    const { page, store } = running;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+3');
    await settled(running);
    const graph = JSON.parse(await cli(store, 'graph', '--json')) as { storedBytes: number };
    const labels = await page.locator(item).evaluateAll((all) => all.map((each) => each.ariaLabel ?? ''));
    expect(labels[0]).toMatch(/^Group Shared by several repositories, 11\.0 MB, 64 % of the store$/);
    expect(labels).toHaveLength(8);
    const areas = await page
      .locator(item)
      .evaluateAll((all) => all.map((each) => each.clientWidth * each.clientHeight));
    const whole = await page.locator('.treemap').evaluate((each) => each.clientWidth * each.clientHeight);
    expect(areas.reduce((sum, area) => sum + area, 0) / whole).toBeCloseTo(1, 1);
    expect(await page.locator('.map-foot').innerText()).toContain(
      `${(graph.storedBytes / 1e6).toFixed(1)} MB`,
    );
  });

  test('the arrows go to neighbours, Enter goes in, down to a file, Backspace comes out', async () => {
    const { page } = running;
    await page.locator('.treemap').focus();
    await page.keyboard.press('Home');
    await expect.poll(() => active(running)).toMatch(/^Group Shared by several repositories/);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => active(running)).toMatch(/^Repository postgres/);
    await page.locator('.hover-card').waitFor();
    expect(await page.locator('.hover-card').innerText()).toContain('postgres');
    await page.keyboard.press('Enter');
    // The repository is its one image: that is gone into.
    await settled(running);
    expect(await here(running)).toBe('16-alpine');
    await expect.poll(() => active(running)).toMatch(/^Layer \.\/configure, 2\.63 MB/);
    await page.keyboard.press('Space');
    await page.locator('.inspector h2', { hasText: './configure' }).waitFor();
    await page.keyboard.press('Enter');
    await settled(running);
    await expect.poll(() => active(running)).toMatch(/^Folder layers, 2\.63 MB, 100 % of the layer$/);
    await page.keyboard.press('Enter');
    await settled(running);
    await expect.poll(() => active(running)).toMatch(/^File pg\.bin, 2\.63 MB/);
    expect(await page.locator('.map-foot').innerText()).toContain('unpacked');
    await running.picture('map-file-light-1280');
    expect(await violations(running)).toEqual([]);
    for (const place of ['./configure', '16-alpine', 'Store']) {
      await page.keyboard.press('Backspace');
      await settled(running);
      expect(await here(running)).toBe(place);
    }
    await expect.poll(() => active(running)).toMatch(/^Repository postgres/);
  });

  test('a layer whose index is gone is read again', async () => {
    const { page, store } = running;
    await rm(join(store, 'cache', 'index'), { recursive: true });
    await page.keyboard.press('Enter');
    await settled(running);
    await page.keyboard.press('Enter');
    await expect.poll(() => active(running), { timeout: 20_000 }).toMatch(/^Folder layers/);
    // Out of the selection first, as in every view; then of what was gone into, level by level.
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.inspector h2', { hasText: './configure' }).count()).toBe(0);
    expect(await here(running)).toBe('./configure');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await settled(running);
    expect(await here(running)).toBe('Store');
  });

  test('the selection is the other views’, too', async () => {
    const { page } = running;
    await page.keyboard.press('Control+5');
    await page.getByRole('row', { name: /redis/ }).click();
    await page.keyboard.press('Control+3');
    await settled(running);
    // Its own bytes, and what it needs of others.
    await expect.poll(() => page.locator('.treemap .chosen').count()).toBe(1);
    expect(await page.locator('.treemap .needed').count()).toBeGreaterThan(0);
  });

  test('the menu of a block: its images, the way in', async () => {
    const { page } = running;
    await page.locator('.treemap').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: /Go in/ }).click();
    await settled(running);
    expect(await here(running)).toMatch(/^Shared/);
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: /Select its \d+ images/ }).click();
    await page.locator('.inspector h2', { hasText: /images selected/ }).waitFor();
    await page.locator('.crumbs button', { hasText: 'Store' }).click();
    await settled(running);
    expect(await here(running)).toBe('Store');
  });

  test('a filter leaves what its images need', async () => {
    const { page } = running;
    await page.locator('.treemap').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('redis');
    await expect.poll(() => page.locator(item).count()).toBe(2);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator(item).count()).toBe(8);
  });

  test('detail and view are remembered', async () => {
    const { page } = running;
    await page.getByRole('radio', { name: 'Images' }).click();
    await settled(running);
    await page.getByRole('radio', { name: 'Layers' }).click();
    await settled(running);
  });

  test('the pointer: a title goes in, the wheel goes in and out, a layer is selected', async () => {
    const { page } = running;
    const box = await page.locator(`${item}[aria-label*="postgres"]`).boundingBox();
    if (!box) throw new Error('no block');
    await page.mouse.move(box.x + 40, box.y + 100);
    await page.locator('.hover-card').waitFor();
    await page.mouse.click(box.x + 40, box.y + 100);
    await page.locator('.inspector h2', { hasText: './configure' }).waitFor();
    await page.mouse.wheel(0, -200);
    await expect.poll(() => here(running)).toBe('16-alpine');
    await page.waitForTimeout(700);
    await page.mouse.wheel(0, 200);
    await expect.poll(() => here(running)).toBe('Store');
    await page.mouse.click(box.x + 40, box.y + 10);
    await expect.poll(() => here(running)).toBe('16-alpine');
  });

  test('nothing was complained about', () => {
    expect(running.complaints).toEqual([]);
  });
});

const looks = [
  ['light', 'en', 1280, 800, 0],
  ['dark', 'en', 1920, 1080, 0],
  ['dark', 'zh-CN', 1280, 800, 0],
  ['light', 'en', 1280, 800, 300],
  ['dark', 'en', 1920, 1080, 10_000],
] as const;

describe.each(looks)('%s, %s, %i × %i, %i images', (theme, language, width, height, images) => {
  let folder = '';
  let running: RunningApp;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-map-'));
    if (images > 0) {
      mkdirSync(join(folder, 'store'));
      writeRandomStore(join(folder, 'store'), { images, layers: images * (images > 1000 ? 2 : 4) });
    }
    running = await startApp({ folder, settings: { theme, language, view: 'map' }, size: { width, height } });
    if (images === 0) {
      const file = join(folder, 'shop.tar');
      await writeFile(file, showcaseArchive());
      await dragFiles(running, [file]);
    }
  }, 300_000);
  afterAll(async () => {
    await running.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('is drawn without a text on another, and reads well aloud', async () => {
    await settled(running);
    await running.picture(`map-${images === 0 ? 'shop' : images}-${theme}-${language}-${width}`);
    const { count, faults } = await textFaults(running, '.treemap .label', '.treemap');
    expect(count).toBeGreaterThan(8);
    expect(faults).toEqual([]);
    expect(await violations(running)).toEqual([]);
    expect(running.complaints).toEqual([]);
  }, 300_000);
});
