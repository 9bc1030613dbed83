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
import { dragFiles } from '../setup/windowTools';

async function settled({ page }: RunningApp): Promise<void> {
  await page.locator('.overlap[data-ready]').waitFor({ timeout: 280_000 });
  await page.locator('.overlap .label').first().waitFor();
  await page.waitForTimeout(250);
}

/** The cell that has the keyboard, as it is read aloud. */
const active = ({ page }: RunningApp): Promise<string> =>
  page.evaluate(() => {
    const id = document.querySelector('.overlap')?.getAttribute('aria-activedescendant') ?? '';
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
    await running.page.keyboard.press('Escape');
    await running.page.keyboard.press('Control+4');
    await settled(running);
  });
  afterAll(() => running.close());

  test('the arrows go from cell to cell, and each is told', async () => {
    const { page } = running;
    await page.locator('.overlap').focus();
    await expect.poll(() => active(running)).toBe('debian:bookworm: 1.17 MB of layers');
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => active(running))
      .toBe('node:22 and debian:bookworm: 1.17 MB shared, 100 % of the smaller');
    await page.locator('.hover-card').waitFor();
    expect(await page.locator('.hover-card').innerText()).toContain('100 % of the smaller one');
    await page.keyboard.press('PageDown');
    await expect.poll(() => active(running)).toMatch(/^redis:7-alpine and debian:bookworm: 0 B shared/);
    await page.keyboard.press('End');
    await expect.poll(() => active(running)).toMatch(/^redis:7-alpine: /);
  });

  test('Space selects both images; the inspector shows where and why they part', async () => {
    const { page } = running;
    await page.locator('.overlap').focus();
    const label = /^shop-api:1\.5 and shop-api:1\.6/;
    await page.keyboard.press('PageUp');
    for (let i = 0; i < 20 && !label.test(await active(running)); i++) {
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('End');
      await page.keyboard.press('ArrowLeft');
    }
    expect(await active(running)).toMatch(label);
    await page.keyboard.press('Space');
    await page.locator('.inspector h2', { hasText: '2 images selected' }).waitFor();
    await page.locator('.inspector', { hasText: 'after 5 common layers' }).waitFor();
    const parting = page.locator('.inspector section', { hasText: 'Where they part' });
    expect(await parting.innerText()).toContain('The same command gave different files.');
    expect(await parting.locator('.pair-command').allInnerTexts()).toEqual([
      'COPY src/ /app',
      'COPY src/ /app',
    ]);
    await running.picture('overlap-pair-light-1280');
    expect(await violations(running)).toEqual([]);
  });

  test('two commands that differ are compared word by word', async () => {
    const { page } = running;
    await page.keyboard.press('Control+5');
    await page.getByRole('row', { name: /redis/ }).click();
    await page.getByRole('row', { name: /postgres/ }).click({ modifiers: ['Control'] });
    await page.keyboard.press('Control+4');
    await settled(running);
    await expect.poll(() => page.locator('.overlap .label-chosen').count()).toBe(2);
    const parting = page.locator('.inspector section', { hasText: 'Where they part' });
    await parting.locator('.pair-command del').first().waitFor();
    expect(await parting.locator('.pair-command ins').count()).toBeGreaterThan(0);
    expect(await parting.innerText()).toContain('after 1 common layer');
  });

  test('cells tell shares when asked, and it is remembered', async () => {
    const { page } = running;
    await page.getByRole('radio', { name: '% of the smaller' }).click();
    await page.locator('.map-foot', { hasText: '100 %' }).waitFor();
    await page.getByRole('radio', { name: 'Bytes' }).click();
    await page.locator('.map-foot', { hasText: '8.56 MB' }).waitFor();
  });

  test('the menu of a cell is that of its images', async () => {
    const { page } = running;
    await page.locator('.overlap').focus();
    await page.keyboard.press('Shift+F10');
    await page
      .getByRole('menuitem', { name: /Delete \d images|Delete / })
      .first()
      .waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.locator('.inspector', { hasText: 'In the store' }).waitFor();
  });

  test('the pointer: the crosshair and the card, a click selects the two', async () => {
    const { page } = running;
    const place = await page.locator('.overlap .label', { hasText: 'shop-web:1.6' }).boundingBox();
    if (!place) throw new Error('no label');
    await page.mouse.move(place.x - 70, place.y + 6);
    await expect.poll(() => page.locator('.overlap .cross').count()).toBe(2);
    await page.locator('.hover-card', { hasText: 'shop-web:1.6' }).waitFor();
    await page.mouse.click(place.x - 70, place.y + 6);
    await page.locator('.inspector h2', { hasText: '2 images selected' }).waitFor();
    await page.mouse.click(place.x + 10, place.y + 6);
    await page.locator('.inspector h2', { hasText: 'shop-web' }).waitFor();
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
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-overlap-'));
    if (images > 0) {
      mkdirSync(join(folder, 'store'));
      writeRandomStore(join(folder, 'store'), { images, layers: images * (images > 1000 ? 2 : 4) });
    }
    running = await startApp({
      folder,
      settings: { theme, language, view: 'overlap' },
      size: { width, height },
    });
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
    await running.picture(`overlap-${images === 0 ? 'shop' : images}-${theme}-${language}-${width}`);
    const { count, faults } = await textFaults(running, '.overlap .label', '.overlap');
    expect(count).toBeGreaterThan(13);
    expect(faults).toEqual([]);
    expect(await violations(running)).toEqual([]);
  }, 300_000);

  test('groups are gone into, down to images, and come out of', async () => {
    // A small store has images alone: going into one opens it.
    const { page } = running;
    await page.locator('.overlap').focus();
    const level = (): Promise<string> => page.locator('.map-foot').innerText();
    const first = await level();
    let depth = 0;
    for (; depth < 6 && !/^\d+ (?:images?\b|个镜像)/.test(await level()); depth++) {
      const before = await level();
      await page.keyboard.press('PageUp');
      await page.keyboard.press('Enter');
      await expect.poll(level).not.toBe(before);
      await settled(running);
    }
    expect(depth > 0).toBe(images > 0);
    await running.picture(`overlap-${images}-images-${theme}-${width}`);
    expect((await textFaults(running, '.overlap .label', '.overlap')).faults).toEqual([]);
    for (; depth > 0; depth--) await page.keyboard.press('Backspace');
    await expect.poll(level).toBe(first);
    expect(running.complaints).toEqual([]);
  });
});
