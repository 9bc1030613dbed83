import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { exported, strangeArea, withoutOverlays } from '../setup/exportTools';
import { showcaseArchive } from '../setup/showcase';
import { dragFiles } from '../setup/windowTools';

/** Every picture that can be taken away shows what is on screen, place by place: as PNG and as SVG, in both themes. */

test('the first picture of a window has its words', async () => {
  const running = await startApp({ settings: { view: 'map' } });
  try {
    const { page } = running;
    const file = join(running.folder, 'shop.tar');
    await writeFile(file, showcaseArchive());
    await dragFiles(running, [file]);
    await page.waitForTimeout(1500);
    const png = await exported(running, 'png', /^PNG/);
    await page.mouse.move(10, 400);
    const screen = await withoutOverlays(running, () => page.locator('.treemap').screenshot());
    expect(await strangeArea(running, png, screen, ['image/png', 'image/png'])).toBeLessThan(0.003);
  } finally {
    await running.close();
  }
});

const views = [
  ['graph', '1', '.layer-graph', 0.003],
  ['strata', '2', '.strata-stage', 0.003],
  ['map', '3', '.treemap', 0.003],
  ['overlap', '4', '.overlap', 0.003],
  // Elements of the page have letters on whole pixels, a drawing has them between.
  ['table', '5', '.table-canvas', 0.01],
] as const;

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({ settings: { theme } });
    const file = join(running.folder, 'shop.tar');
    await writeFile(file, showcaseArchive());
    await dragFiles(running, [file]);
    await running.page.locator('.card', { hasText: 'shop-api:1.6' }).waitFor();
    await running.page.keyboard.press('Escape');
  });
  afterAll(() => running.close());

  test.each(views)('the picture of the %s is what is on screen', async (view, key, drawn, tolerance) => {
    const { page } = running;
    await page.keyboard.press(`Control+${key}`);
    await page.locator(drawn).waitFor();
    await page.mouse.move(10, 400);
    await page.waitForTimeout(700);
    const svg = await exported(running, 'svg', /^SVG/);
    const png = await exported(running, 'png', /^PNG/);
    await page.mouse.move(10, 400);
    const screen = await withoutOverlays(running, () => page.locator(drawn).screenshot());
    if (process.env['STRATIGRAPH_PICTURES'] !== undefined) {
      await writeFile(join(process.env['STRATIGRAPH_PICTURES'], `${view}-${theme}-screen.png`), screen);
      await writeFile(join(process.env['STRATIGRAPH_PICTURES'], `${view}-${theme}.png`), png);
    }
    expect(await strangeArea(running, png, screen, ['image/png', 'image/png'])).toBeLessThan(tolerance);
    // Without the bundled font the letters differ; all else does not.
    expect(await strangeArea(running, svg, screen, ['image/svg+xml', 'image/png'])).toBeLessThan(0.02);
    // The frames of its boxes are shadows, which are no part of a drawing by themselves.
    if (view === 'table') expect(svg.toString().match(/stroke-width="1.25"/g)?.length).toBeGreaterThan(10);
  });
});
