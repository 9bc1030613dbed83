import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inMain, startApp, type RunningApp } from '../setup/electronApp';
import { violations } from '../setup/lookTools';
import { showcaseArchive } from '../setup/showcase';
import { dragFiles } from '../setup/windowTools';

/**
 * A narrow window keeps its controls: search, labels and views give way in that order, and all of them stay within reach down
 * to 640 CSS pixels, which is what 1280 are at twice the size (WCAG 1.4.10).
 */
const widths = [640, 700, 800, 870, 890, 960, 990, 1058, 1110, 1130, 1280];

describe.each(['en', 'zh-CN'] as const)('%s', (language) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({ settings: { language, theme: 'light' } });
    const file = join(running.folder, 'shop.tar');
    await writeFile(file, showcaseArchive());
    await dragFiles(running, [file]);
    await running.page.locator('.card', { hasText: 'storefront:2.1' }).waitFor();
  });
  afterAll(() => running.close());

  /** Controls of a bar that stick out of it, or lie on each other, and its texts that do not fit. */
  const faultsOf = (bar: string): Promise<string[]> =>
    running.page.locator(bar).evaluate((element) => {
      const frame = element.getBoundingClientRect();
      const inside = [...element.querySelectorAll('button, input, h1')]
        .filter((each) => each.getClientRects().length > 0)
        .map((each) => ({
          name: each.getAttribute('aria-label') ?? each.textContent ?? '',
          box: each.getBoundingClientRect(),
          cut: each.tagName === 'BUTTON' && each.scrollWidth > each.clientWidth + 1,
        }));
      const faults: string[] = [];
      inside.forEach(({ name, box, cut }, i) => {
        if (box.left < frame.left - 0.5 || box.right > Math.min(frame.right, innerWidth) + 0.5)
          faults.push(`sticks out: ${name}`);
        if (cut) faults.push(`cut: ${name}`);
        for (const other of inside.slice(i + 1))
          if (box.left < other.box.right - 1 && other.box.left < box.right - 1)
            faults.push(`${name} | ${other.name}`);
      });
      return faults;
    });

  test.each(widths)('the toolbar holds at %i', async (width) => {
    const { page } = running;
    await running.resize(width, 640);
    await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
    await expect.poll(() => faultsOf('.toolbar')).toEqual([]);
    expect(await page.locator('.window-button').count()).toBe(3);
  });

  test('at 640 all can be reached: views by their menu, the search, Load and Save by icons', async () => {
    const { page } = running;
    await running.resize(640, 640);
    await page.locator('.layer-graph').focus();
    await page.keyboard.press('Escape');
    await page.locator('.inspector').waitFor({ state: 'hidden' });
    await page.locator('.view-menu').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitemcheckbox').nth(4).click();
    await page.locator('.table-scroll').waitFor();
    await page.locator('.omnibox-folded').click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.locator('.toolbar > .action').count()).toBe(2);
    expect(await violations(running)).toEqual([]);
    for (const view of ['graph', 'strata', 'map', 'overlap', 'table']) {
      await page.keyboard.press(
        `Control+${['graph', 'strata', 'map', 'overlap', 'table'].indexOf(view) + 1}`,
      );
      await page.waitForTimeout(500);
      await running.picture(`narrow-${view}-${language}`);
      expect(await faultsOf('.main > .view-bar'), view).toEqual([]);
    }
  });

  test('twice as large at 1280, nothing is off the window', async () => {
    const { page } = running;
    await running.resize(1280, 800);
    for (const factor of [1.25, 1.5, 2]) {
      await inMain(
        running,
        ({ BrowserWindow }, by) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(by),
        factor,
      );
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(Math.round(1280 / factor));
      await expect.poll(() => faultsOf('.toolbar'), { message: `at ${factor}` }).toEqual([]);
    }
    await running.picture(`zoomed-${language}`);
    await inMain(
      running,
      ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(1),
      0,
    );
  });
});

test.each([640, 960, 1280])(
  "in an empty store the window's buttons stand at its right edge at %i",
  async (width) => {
    const { page, resize, close } = await startApp();
    try {
      await resize(width, 640);
      await expect.poll(() => page.evaluate(() => innerWidth)).toBe(width);
      const right = (): Promise<number> =>
        page
          .locator('.window-button.close')
          .evaluate((button) => Math.round(button.getBoundingClientRect().right));
      await expect.poll(right).toBe(width);
    } finally {
      await close();
    }
  },
);
