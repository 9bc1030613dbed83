import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { findCommand } from '../setup/run';
import { showcaseArchive } from '../setup/showcase';
import { answerSaveDialog, dragFiles, seen } from '../setup/windowTools';

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

/** Takes the view away in a format through its menu; gives the file's bytes. */
async function exported(format: string, label: RegExp): Promise<Buffer> {
  const { page, folder } = running;
  const target = join(folder, `view.${format}`);
  await answerSaveDialog(running, target);
  await page.getByRole('button', { name: 'Export this view' }).click();
  await page.getByRole('menuitem', { name: label }).click();
  await seen(running, new RegExp(`Wrote view\\.${format}`));
  await page.getByRole('button', { name: 'Dismiss' }).click();
  return readFile(target);
}

/** Mean difference of two pictures of the same thing, 0 (equal) to 255, after both are drawn at one size. */
async function difference(a: Buffer, b: Buffer, types: readonly [string, string]): Promise<number> {
  return running.page.evaluate(
    async ([first, second]) => {
      const pixels = async (url: string): Promise<Uint8ClampedArray> => {
        const image = new Image();
        image.src = url;
        await image.decode();
        const canvas = new OffscreenCanvas(400, 300);
        const context = canvas.getContext('2d');
        if (!context) throw new Error('no canvas');
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, 400, 300);
        return context.getImageData(0, 0, 400, 300).data;
      };
      const [x, y] = [await pixels(first), await pixels(second)];
      return x.reduce((sum, value, i) => sum + Math.abs(value - (y[i] ?? 0)), 0) / x.length;
    },
    [
      `data:${types[0]};base64,${a.toString('base64')}`,
      `data:${types[1]};base64,${b.toString('base64')}`,
    ] as const,
  );
}

test('the SVG and the PNG of the graph show what is on screen', async () => {
  const { page } = running;
  const svg = await exported('svg', /^SVG/);
  const png = await exported('png', /^PNG/);
  const text = svg.toString();
  expect(text).toContain('shop-api');
  expect(text).not.toMatch(/var\(--|class=|href="http/);
  // What lies over the drawing (overview, zoom, legend) is no part of it.
  await page
    .addStyleTag({ content: '.graph-foot, .graph-legend { visibility: hidden }' })
    .catch(() => undefined);
  await page.evaluate(() => {
    for (const each of document.querySelectorAll<HTMLElement>('.graph-foot, .graph-legend'))
      each.style.visibility = 'hidden';
  });
  const screen = await page.locator('.layer-graph').screenshot();
  await page.evaluate(() => {
    for (const each of document.querySelectorAll<HTMLElement>('.graph-foot, .graph-legend'))
      each.style.visibility = '';
  });
  expect(await difference(png, screen, ['image/png', 'image/png'])).toBeLessThan(3);
  // Without the bundled font the letters differ a little; all else does not.
  expect(await difference(svg, screen, ['image/svg+xml', 'image/png'])).toBeLessThan(5);
});

test('the DOT renders in Graphviz, the JSON and the CSV hold every layer', async () => {
  const json = JSON.parse((await exported('json', /^JSON/)).toString()) as {
    layers: { chainId: string }[];
    images: { id: string }[];
  };
  expect(json.images.length).toBeGreaterThan(10);
  const csv = (await exported('csv', /^CSV/)).toString().trimEnd().split('\r\n');
  expect(csv).toHaveLength(json.layers.length + 1);
  const dot = await exported('dot', /^Graphviz/);
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
  const svg = await exported('svg', /^SVG/);
  expect(svg.toString()).toContain('postgres');
  const screen = await page.locator('.table-canvas').screenshot();
  expect(await difference(svg, screen, ['image/svg+xml', 'image/png'])).toBeLessThan(8);
  const csv = (await exported('csv', /^CSV/)).toString();
  expect(csv.startsWith('id,names,')).toBe(true);
  await page.keyboard.press('Control+1');
});

test('nothing was complained about', () => {
  expect(running.complaints.filter((text) => !text.includes('style-src'))).toEqual([]);
});
