import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { exported } from '../setup/exportTools';
import { randomGraph, writeRandomStore } from '../setup/randomGraph';

const store = { images: 74, layers: 370 };
let folder: string;
let running: RunningApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-selection-'));
  writeRandomStore(join(folder, 'store'), store);
  running = await startApp({ folder, settings: { theme: 'light', view: 'table' } });
  await running.page.getByRole('grid').waitFor();
}, 120_000);
afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
const within = async (inner: string, outer: string): Promise<void> => {
  const read = async (selector: string): Promise<Box> => {
    const box = await running.page.locator(selector).first().boundingBox();
    if (!box) throw new Error(`${selector} is not there`);
    return box;
  };
  await expect
    .poll(async () => {
      const [a, b] = [await read(inner), await read(outer)];
      return (
        a.x >= b.x - 1 &&
        a.y >= b.y - 1 &&
        a.x + a.width <= b.x + b.width + 1 &&
        a.y + a.height <= b.y + b.height + 1
      );
    })
    .toBe(true);
};
const notUnderInspector = async (selector: string): Promise<void> => {
  const pane = await running.page.locator('.inspector').boundingBox();
  const box = await running.page.locator(selector).first().boundingBox();
  expect(box && pane && box.x + box.width <= pane.x + 1, selector).toBe(true);
};
const view = async (at: number): Promise<void> => {
  await running.page.keyboard.press(`Control+${at}`);
  await running.page.waitForTimeout(700);
};

test.each([
  [1280, 800],
  [960, 600],
])('what is selected in the table is in sight in each view at %i × %i', async (width, height) => {
  const { page } = running;
  await running.resize(width, height);
  await view(5);
  const scroll = page.locator('.table-scroll');
  await scroll.evaluate((element) => (element.scrollTop = element.scrollHeight));
  await page.waitForTimeout(200);
  const rows = page.locator('.table-row:not(.on)');
  await rows
    .nth((await rows.count()) - 1)
    .locator('[role=gridcell]')
    .nth(1)
    .click();
  // The last row is not lost below the bar that its selection brings.
  await within('.table-row.on .row', '.table-scroll');
  await within('.selection-bar .danger-text', '.table-canvas');
  await notUnderInspector('.selection-bar .danger-text');
  await view(1);
  await within('.layer-graph .card.selected :is(.body, .unseen)', '.layer-graph');
  await notUnderInspector('.layer-graph .card.selected :is(.body, .unseen)');
  await running.picture(`selected-graph-${width}`);
  await view(2);
  await within('.strata-chart .head.selected', '.strata-chart');
  await notUnderInspector('.strata-chart .head.selected');
  await running.picture(`selected-strata-${width}`);
  await view(5);
  await page.locator('.table-row.on').waitFor();
  await within('.table-row.on .row', '.table-scroll');
  await running.picture(`selected-table-${width}`);
});

test('a head of the table sorts wherever it is pressed', async () => {
  const { page } = running;
  await running.resize(1280, 800);
  await view(5);
  const head = page.getByRole('columnheader', { name: 'Tag' });
  const box = await head.boundingBox();
  await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 6, (box?.y ?? 0) + (box?.height ?? 0) / 2);
  await expect.poll(() => head.getAttribute('aria-sort')).toBe('ascending');
});

test('the whole graph is taken away, whatever part of it is on screen', async () => {
  const { page } = running;
  await view(1);
  await page.locator('.layer-graph').focus();
  const svg = (await exported(running, 'svg', /^All of it as SVG/)).toString();
  const named = randomGraph(store).images.filter(({ names }) => names.length > 0);
  const missing = named.filter(({ names: [name = ''] }) => !svg.includes(`:${name.split(':').pop() ?? ''}<`));
  expect(missing.map(({ names }) => names[0])).toEqual([]);
  const height = Number(/<svg[^>]* height="([\d.]+)"/.exec(svg)?.[1]);
  expect(height).toBeGreaterThan(74 * 30);
  const part = (await exported(running, 'svg', /^SVG/)).toString();
  expect(Number(/<svg[^>]* height="([\d.]+)"/.exec(part)?.[1])).toBeLessThan(1000);
});
