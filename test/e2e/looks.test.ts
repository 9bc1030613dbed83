import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { violations } from '../setup/lookTools';
import { showcaseArchive } from '../setup/showcase';
import { dragFiles } from '../setup/windowTools';

const looks = [
  ['light', 'en', 1280, 800],
  ['dark', 'en', 1280, 800],
  ['light', 'en', 1920, 1080],
  ['light', 'zh-CN', 1280, 800],
  ['dark', 'zh-CN', 1920, 1080],
] as const;

describe.each(looks)('%s, %s, %i × %i', (theme, language, width, height) => {
  const name = `${theme}-${language === 'en' ? 'en' : 'zh'}-${width}`;
  let running: RunningApp;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-looks-'));
    running = await startApp({ settings: { theme, language }, size: { width, height } });
  });
  afterAll(async () => {
    await running.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('first start', async () => {
    await running.page.locator('.empty-store').waitFor();
    await running.picture(`start-${name}`);
    expect(await violations(running)).toEqual([]);
  });

  test('graph, table, palette', async () => {
    const { page } = running;
    const file = join(folder, 'release-1.5.tar');
    await writeFile(file, showcaseArchive());
    await dragFiles(running, [file]);
    const card = page.locator('.card', { hasText: 'shop-api:1.6' });
    await card.waitFor();
    await card.click();
    await page.mouse.move(10, 400);
    await page.waitForTimeout(600);
    await running.picture(`graph-${name}`);
    const gap = await page.evaluate(() => {
      const filter = document.querySelector('.graph-bar .filter-field');
      const before = filter?.previousElementSibling;
      return filter && before
        ? filter.getBoundingClientRect().left - before.getBoundingClientRect().right
        : null;
    });
    // The filter's own button is not the last option's.
    expect(gap).toBeGreaterThanOrEqual(11);
    expect(await violations(running)).toEqual([]);
    await page.keyboard.press('Control+5');
    await page.getByRole('grid').waitFor();
    await page.waitForTimeout(200);
    await running.picture(`table-${name}`);
    const fits = await page
      .locator('.table-scroll')
      .evaluate((element) => element.scrollWidth <= element.clientWidth);
    expect(fits).toBe(true);
    expect(await violations(running)).toEqual([]);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('sa');
    await running.picture(`palette-${name}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+1');
  });

  test('the buttons of the window and of its bar are in it, whole and beside one another, down to the smallest width', async () => {
    const { page } = running;
    const size = await page.evaluate(() => [innerWidth, innerHeight] as const);
    for (const across of [960, 1000, 1024, 1057, 1099, 1100, 1280]) {
      await running.resize(across, 700);
      const wrong = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('.toolbar :is(button, .brand)')].map((element) => {
          const { left, right } = element.getBoundingClientRect();
          return { left, right, name: element.getAttribute('aria-label') ?? element.className };
        });
        const out = boxes.filter(
          ({ left, right }) => left < 0 || right > innerWidth + 0.5 || right - left < 20,
        );
        const onOther = boxes.filter(({ right }, i) => right > (boxes[i + 1]?.left ?? Infinity) + 6.5);
        return [...out, ...onOther].map(({ name }) => name);
      });
      expect(wrong, `${across} across`).toEqual([]);
      if (across === 960) await running.picture(`narrow-${name}`);
    }
    await running.resize(...size);
  });

  test('nothing sticks out of the window and no text lies on another', async () => {
    const { page } = running;
    await page.locator('.layer-graph .card').first().waitFor();
    await page.waitForTimeout(300);
    const overlaps = await page.evaluate(() => {
      const boxes = [
        ...document.querySelectorAll<SVGGraphicsElement>('.layer-graph :is(.chip, .card) .body'),
      ].map((element) => {
        const box = element.getBoundingClientRect();
        // Layers move behind the ground of the names, which shows nothing of them.
        const ground = document.querySelector('.layer-graph .ground rect')?.getBoundingClientRect();
        const end = ground && element.closest('.chip') ? Math.max(box.left, ground.left) : Infinity;
        return new DOMRect(box.left, box.top, Math.min(box.right, end) - box.left, box.height);
      });
      let count = 0;
      for (let i = 0; i < boxes.length; i++) {
        for (let k = i + 1; k < boxes.length; k++) {
          const a = boxes[i] as DOMRect;
          const b = boxes[k] as DOMRect;
          if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
            count++;
        }
      }
      const wider = document.documentElement.scrollWidth > innerWidth;
      return { count, wider, boxes: boxes.length };
    });
    expect(overlaps.boxes).toBeGreaterThan(20);
    expect(overlaps.count).toBe(0);
    expect(overlaps.wider).toBe(false);
  });
});
