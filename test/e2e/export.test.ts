import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { difference, exported, withoutOverlays } from '../setup/exportTools';
import { findCommand } from '../setup/run';
import { showcaseArchive } from '../setup/showcase';
import { dragFiles } from '../setup/windowTools';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'release-1.5.tar');
  await writeFile(file, showcaseArchive());
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'shop-api:1.6' }).waitFor();
  await running.page.mouse.move(10, 400);
});
afterAll(() => running.close());

test('the SVG and the PNG of the graph show what is on screen', async () => {
  const { page } = running;
  const svg = await exported(running, 'svg', /^SVG/);
  const png = await exported(running, 'png', /^PNG/);
  const text = svg.toString();
  expect(text).toContain('shop-api');
  expect(text).not.toMatch(/var\(--|class=|href="http/);
  // What lies over the drawing (overview, zoom, legend) is no part of it.
  const screen = await withoutOverlays(running, () => page.locator('.layer-graph').screenshot());
  expect(await difference(running, png, screen, ['image/png', 'image/png'])).toBeLessThan(3);
  // Without the bundled font the letters differ a little; all else does not.
  expect(await difference(running, svg, screen, ['image/svg+xml', 'image/png'])).toBeLessThan(5);
});

test('the DOT renders in Graphviz, the JSON and the CSV hold every layer', async () => {
  const json = JSON.parse((await exported(running, 'json', /^JSON/)).toString()) as {
    layers: { chainId: string }[];
    images: { id: string }[];
  };
  expect(json.images.length).toBeGreaterThan(10);
  const csv = (await exported(running, 'csv', /^CSV/)).toString().trimEnd().split('\r\n');
  expect(csv).toHaveLength(json.layers.length + 1);
  const dot = await exported(running, 'dot', /^Graphviz/);
  const graphviz = findCommand('dot');
  expect(graphviz, 'Graphviz is installed by the test command').not.toBeNull();
  const drawn = execFileSync(graphviz ?? '', ['-Tsvg'], {
    input: dot,
    stdio: ['pipe', 'pipe', 'inherit'],
  }).toString();
  expect(drawn.match(/class="node"/g)).toHaveLength(json.layers.length + json.images.length);
});

test('the table is taken away as it stands', async () => {
  const { page } = running;
  await page.keyboard.press('Control+5');
  await page.getByRole('grid').waitFor();
  await page.mouse.move(10, 400);
  const svg = await exported(running, 'svg', /^SVG/);
  expect(svg.toString()).toContain('postgres');
  const screen = await page.locator('.table-canvas').screenshot();
  expect(await difference(running, svg, screen, ['image/svg+xml', 'image/png'])).toBeLessThan(8);
  const csv = (await exported(running, 'csv', /^CSV/)).toString();
  expect(csv.startsWith('id,names,')).toBe(true);
  await page.keyboard.press('Control+1');
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
