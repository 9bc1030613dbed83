import { mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { violations } from '../setup/lookTools';
import { textFaults } from '../setup/pageChecks';
import { writeRandomStore } from '../setup/randomGraph';
import { showcaseArchive } from '../setup/showcase';
import { answerSaveDialog, cli, dragFiles, seen } from '../setup/windowTools';

/** The strata have come to rest: nothing slides any more. */
async function settled({ page }: RunningApp): Promise<void> {
  await page.locator('.strata-chart[data-ready]:not(.sliding) .family').first().waitFor({ timeout: 280_000 });
  await page.waitForTimeout(450);
  await page.locator('.strata-chart:not(.sliding)').waitFor();
}

/** What has the keyboard, as it is read aloud. */
const active = ({ page }: RunningApp): Promise<string> =>
  page.evaluate(() => {
    const id = document.querySelector('.strata-chart')?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.getAttribute('aria-label') ?? '';
  });

/** The middle of the first head or band whose label matches; elements take no pointer, so places are clicked. */
async function placeOf({ page }: RunningApp, label: string): Promise<readonly [number, number]> {
  const box = await page
    .locator(`.strata-chart [role=treeitem][aria-label^="${label}"]`)
    .first()
    .boundingBox();
  if (!box) throw new Error(`nothing is called ${label}`);
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** Texts on each other; what is at the edge of the view goes on beyond it. */
async function overlaps(running: RunningApp): Promise<{ readonly count: number; readonly faults: string[] }> {
  const { count, faults } = await textFaults(running, '.strata-chart text', '.strata-stage');
  return { count, faults: faults.filter((fault) => !fault.startsWith('sticks out')) };
}

async function openShop(running: RunningApp): Promise<void> {
  const file = join(running.folder, 'shop.tar');
  await writeFile(file, showcaseArchive());
  await dragFiles(running, [file]);
  await settled(running);
}

describe('with the images of a shop', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({ settings: { theme: 'system', view: 'strata' } });
    await running.page.emulateMedia({ colorScheme: 'light' });
    await openShop(running);
    await running.page.keyboard.press('Escape');
  });
  afterAll(() => running.close());

  test('a shared layer is one band as wide as its images, and equal bytes are equally high', async () => {
    const { page, store } = running;
    const graph = JSON.parse(await cli(store, 'graph', '--json')) as {
      layers: { chainId: string; size: number; imageCount: number }[];
      images: unknown[];
    };
    const bands = await page.locator('.band').evaluateAll((all) =>
      all.map((each) => {
        const { width, height } = each.querySelector('.fill')?.getBoundingClientRect() ?? new DOMRect();
        return { id: each.id, width, height };
      }),
    );
    expect(bands).toHaveLength(graph.layers.length);
    expect(await page.locator('.head').count()).toBe(graph.images.length);
    const column = Math.min(...bands.map(({ width }) => width));
    for (const { chainId, size, imageCount } of graph.layers) {
      const band = bands.find(({ id }) => id.includes(chainId.slice(7)));
      // The gaps between the columns are filled: the band has none.
      expect(Math.round(((band?.width ?? 0) + 3) / (column + 3)), chainId).toBe(imageCount);
      for (const other of graph.layers.filter((each) => each.size === size)) {
        const same = bands.find(({ id }) => id.includes(other.chainId.slice(7)));
        expect(same?.height).toBeCloseTo(band?.height ?? 0, 0);
      }
    }
  });

  test('the arrows go down the layers and across the columns, Enter opens, the card tells what sharing saves', async () => {
    const { page } = running;
    await page.locator('.strata-chart').focus();
    await page.keyboard.press('Home');
    await expect.poll(() => active(running)).toMatch(/^Image debian:bookworm-slim, 750 kB, \d layers?$/);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => active(running)).toBe('debian-rootfs, layer of 749 kB, shared by 7 images');
    const card = page.locator('.strata-card');
    await card.waitFor();
    const text = await card.innerText();
    expect(text).toContain('Shared by 7 images');
    expect(text).toContain('Stored once, saves 4.49 MB');
    expect(text).toContain('ADD debian-rootfs.tar.xz /');
    expect(text).toContain('debian:bookworm-slim');
    await running.picture('strata-card-light-1280');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => active(running)).toMatch(/^Image python:3\.12-slim/);
    await page.keyboard.press('End');
    await expect.poll(() => active(running)).toMatch(/^Image postgres:16-alpine/);
    await page.keyboard.press('Enter');
    await page.locator('.inspector h2', { hasText: 'postgres' }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.inspector', { hasText: 'Nothing selected' }).waitFor();
  });

  test('Space selects, Shift and an arrow select on: what they share, what only they hold', async () => {
    const { page } = running;
    await page.locator('.strata-chart').focus();
    await page.keyboard.press('Home');
    await expect.poll(() => active(running)).toMatch(/^Image debian:bookworm-slim/);
    for (let at = await active(running); !at.startsWith('Image shop-api:1.4'); at = await active(running)) {
      await page.keyboard.press('ArrowRight');
      // What is told follows with the next frame.
      await expect.poll(() => active(running)).not.toBe(at);
    }
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.locator('.inspector h2', { hasText: '3 images selected' }).waitFor();
    await page.locator('.inspector', { hasText: 'Also used by 4 others' }).waitFor();
    await expect.poll(() => page.locator('.head.selected').count()).toBe(3);
    // Two branches stand on what others need, too.
    await expect.poll(() => page.locator('.above .own').count()).toBe(2);
    await running.picture('strata-selected-light-1280');
    expect(await violations(running)).toEqual([]);
  });

  test('the selection is that of the other views', async () => {
    const { page } = running;
    await page.keyboard.press('Control+5');
    await expect.poll(() => page.locator('[role=row][aria-selected=true]').count()).toBe(3);
    await page.getByRole('row', { name: /redis/ }).click();
    await page.keyboard.press('Control+2');
    await settled(running);
    expect(await page.locator('.head.selected').evaluateAll((all) => all.map((e) => e.ariaLabel))).toEqual([
      expect.stringMatching(/^Image redis:7-alpine/),
    ]);
  });

  test('the pointer: a click selects, Ctrl adds, a frame over heads takes them all, a double click shows more', async () => {
    const { page } = running;
    const { mouse } = page;
    await mouse.click(...(await placeOf(running, 'Image shop-api:1.4')));
    await page.locator('.inspector h2', { hasText: 'shop-api' }).waitFor();
    await page.keyboard.down('Control');
    await mouse.click(...(await placeOf(running, 'Image shop-api:1.5')));
    await page.keyboard.up('Control');
    await page.locator('.inspector h2', { hasText: '2 images selected' }).waitFor();
    await mouse.click(...(await placeOf(running, 'npm ci, layer')));
    await page.locator('.inspector h2', { hasText: 'npm ci' }).waitFor();
    await mouse.move(...(await placeOf(running, 'apt-get gcc, layer')));
    await page.locator('.strata-card', { hasText: 'Shared by' }).waitFor();
    await expect.poll(() => page.locator('.leader path').count()).toBe(1);
    const [x, y] = await placeOf(running, 'Image alpine:3.20');
    const [right, top] = await placeOf(running, 'Image postgres:16-alpine');
    await mouse.move(x - 34, y - 300);
    await mouse.down();
    await mouse.move(x, top, { steps: 3 });
    await mouse.move(right + 20, y + 10, { steps: 3 });
    await mouse.up();
    await page.locator('.inspector h2', { hasText: '3 images selected' }).waitFor();
    // As in every view: the layer itself, in the inspector.
    await mouse.dblclick(...(await placeOf(running, 'alpine-minirootfs, layer')));
    await page.locator('.inspector', { hasText: 'alpine-minirootfs' }).waitFor();
    expect(await page.locator('.inspector h2', { hasText: 'images selected' }).count()).toBe(0);
  });

  test('menus: of a layer by the keyboard, of an image by the right button', async () => {
    const { page } = running;
    await page.keyboard.press('Escape');
    await page.locator('.strata-chart').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Select the images that share it' }).click();
    await page.locator('.inspector h2', { hasText: '7 images selected' }).waitFor();
    await page.mouse.click(...(await placeOf(running, 'Image redis')), { button: 'right' });
    await page.getByRole('menuitem', { name: /^Delete/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.inspector h2', { hasText: 'redis' }).waitFor();
  });

  test('a filter leaves its images, and the layers that they need', async () => {
    const { page } = running;
    await page.locator('.strata-chart').focus();
    await page.keyboard.press('/');
    await page.keyboard.type('shop-api');
    await expect.poll(() => page.locator('.head').count()).toBe(3);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('.head').count()).toBe(14);
  });

  test('order, heights and empty steps: broken bands are sewn, every part is told', async () => {
    const { page } = running;
    await page.getByRole('radio', { name: 'Size' }).click();
    await settled(running);
    await expect.poll(() => page.locator('.below .stitch').count()).toBeGreaterThan(0);
    expect(
      await page.locator('.band').evaluateAll((all) => all.map((e) => e.ariaLabel ?? '')),
    ).toContainEqual(expect.stringMatching(/, part 1 of 2$/));
    await running.picture('strata-size-light-1280');
    expect((await overlaps(running)).faults).toEqual([]);
    await page.getByRole('radio', { name: 'Lineage' }).click();
    await page.getByRole('radio', { name: 'Equal' }).click();
    await settled(running);
    const heights = await page
      .locator('.band .fill')
      .evaluateAll((all) => all.map((e) => Math.round(e.getBoundingClientRect().height)));
    expect(new Set(heights).size).toBe(1);
    await page.getByRole('radio', { name: 'Linear' }).click();
    await settled(running);
    expect((await overlaps(running)).faults).toEqual([]);
    await page.getByRole('button', { name: 'More options' }).click();
    await page.getByRole('menuitemcheckbox', { name: /mpty steps/ }).click();
    await expect
      .poll(() =>
        page
          .locator('.band .steps')
          .evaluateAll((all) => all.filter((e) => e.getBoundingClientRect().height > 2).length),
      )
      .toBeGreaterThan(3);
    await page.getByRole('radio', { name: 'Balanced' }).click();
    await settled(running);
    await running.picture('strata-steps-light-1280');
  });

  test('the export: SVG and PNG show the strata, JSON and CSV hold every band', async () => {
    const { page, folder } = running;
    const exported = async (format: string, label: RegExp): Promise<Buffer> => {
      const target = join(folder, `view.${format}`);
      await answerSaveDialog(running, target);
      await page.getByRole('button', { name: 'Export this view' }).click();
      await page.getByRole('menuitem', { name: label }).click();
      await seen(running, new RegExp(`Wrote view\\.${format}`));
      await page.getByRole('button', { name: 'Dismiss' }).click();
      return readFile(target);
    };
    const svg = (await exported('svg', /^SVG/)).toString();
    expect(svg).not.toMatch(/var\(--|class=|href="http/);
    // Opened by Chromium as a picture: it has the size of the view, and the colours of its bands.
    const opened = await page.evaluate(async (source) => {
      const picture = new Image();
      picture.src = `data:image/svg+xml;base64,${source}`;
      await picture.decode();
      const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight);
      const context = canvas.getContext('2d');
      context?.drawImage(picture, 0, 0);
      const stage = document.querySelector('.strata-stage')?.getBoundingClientRect() ?? new DOMRect();
      const band = document.querySelector('.band .fill')?.getBoundingClientRect() ?? new DOMRect();
      const at = context?.getImageData(
        band.right - stage.x - 12,
        band.y - stage.y + band.height / 2,
        1,
        1,
      ).data;
      return {
        size: [picture.naturalWidth, picture.naturalHeight],
        stage: [Math.round(stage.width), Math.round(stage.height)],
        spread: Math.max(...(at?.slice(0, 3) ?? [])) - Math.min(...(at?.slice(0, 3) ?? [])),
      };
    }, Buffer.from(svg).toString('base64'));
    expect(opened.size).toEqual(opened.stage);
    expect(opened.spread).toBeGreaterThan(30);
    for (const word of ['shop-api', 'debian-rootfs', 'shared by 7']) expect(svg).toContain(word);
    expect((await exported('png', /^PNG/)).subarray(1, 4).toString()).toBe('PNG');
    const json = JSON.parse((await exported('json', /^JSON/)).toString()) as {
      columns: { names: string[] }[];
      bands: { size: number; images: string[] }[];
    };
    expect(json.columns).toHaveLength(14);
    expect(json.bands).toHaveLength(30);
    expect(Math.max(...json.bands.map(({ images }) => images.length))).toBe(7);
    const csv = (await exported('csv', /^CSV/)).toString().trimEnd().split('\r\n');
    expect(csv).toHaveLength(json.bands.length + 1);
  });

  test('in a narrow window the sidebar is a rail, which opens it over the view', async () => {
    const { page } = running;
    expect(await page.locator('.rail').count()).toBe(1);
    await page.getByRole('button', { name: 'Families and filters' }).click();
    await page.locator('.rail-panel input[type=checkbox]').first().waitFor();
    expect(await violations(running)).toEqual([]);
    await running.picture('strata-rail-light-1280');
    await page.keyboard.press('Escape');
    await page.locator('.rail-panel').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+1');
    await page.locator('.sidebar').waitFor();
    expect(await page.locator('.rail').count()).toBe(0);
    await page.keyboard.press('Control+2');
  });

  test.each(['light', 'dark'] as const)('%s, at both sizes: no text on another', async (theme) => {
    const { page } = running;
    await page.emulateMedia({ colorScheme: theme });
    for (const [width, height] of [
      [1280, 800],
      [1920, 1080],
    ] as const) {
      await running.resize(width, height);
      await settled(running);
      await running.picture(`strata-shop-${theme}-en-${width}`);
      const { count, faults } = await overlaps(running);
      expect(count).toBeGreaterThan(40);
      expect(faults).toEqual([]);
    }
    if (theme === 'dark') expect(await violations(running)).toEqual([]);
  });

  test('nothing was complained about', () => {
    expect(running.complaints).toEqual([]);
  });
});

describe('in Chinese', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({ settings: { theme: 'dark', language: 'zh-CN', view: 'strata' } });
    await openShop(running);
  });
  afterAll(() => running.close());

  test('no text lies on another', async () => {
    await running.picture('strata-shop-dark-zh-CN-1280');
    const { count, faults } = await overlaps(running);
    expect(count).toBeGreaterThan(40);
    expect(faults).toEqual([]);
    expect(await violations(running)).toEqual([]);
    expect(running.complaints).toEqual([]);
  });
});

describe.each([
  ['light', 1280, 800, 300],
  ['dark', 1920, 1080, 10_000],
] as const)('%s, %i × %i, %i images', (theme, width, height, images) => {
  let folder = '';
  let running: RunningApp;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-strata-'));
    mkdirSync(join(folder, 'store'));
    writeRandomStore(join(folder, 'store'), { images, layers: images * (images > 1000 ? 2 : 4) });
    running = await startApp({
      folder,
      settings: { theme: 'system', view: 'strata' },
      size: { width, height },
    });
    await running.page.emulateMedia({ colorScheme: theme });
  }, 300_000);
  afterAll(async () => {
    await running.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('repositories and families are blocks, and no text lies on another', async () => {
    const { page } = running;
    await settled(running);
    await running.picture(`strata-${images}-${theme}-${width}`);
    expect(await page.locator('.head.of-block').count()).toBeGreaterThan(2);
    const { count, faults } = await overlaps(running);
    expect(count).toBeGreaterThan(20);
    expect(faults).toEqual([]);
  }, 300_000);

  test('Enter opens a block; the overview goes along all columns; everything fits at a key', async () => {
    const { page } = running;
    await page.locator('.strata-chart').focus();
    await page.keyboard.press('Home');
    for (let at = await active(running); !at.startsWith('Group '); at = await active(running)) {
      await page.keyboard.press('ArrowRight');
      await expect.poll(() => active(running)).not.toBe(at);
    }
    const group = await active(running);
    expect(group).toMatch(/^Group .+, \d[\d\s]* images, /);
    await page.keyboard.press('Enter');
    await expect
      .poll(() => page.locator(`.head.of-block[aria-label="${group}"]`).count(), { timeout: 20_000 })
      .toBe(0);
    await settled(running);
    // What had the keyboard is gone: the first of what came of it has it now.
    await expect.poll(() => active(running)).toMatch(/^(Image|Dangling image|Group) /);
    expect(await page.locator('.strata-card').count()).toBe(0);
    await running.picture(`strata-${images}-open-${theme}-${width}`);
    expect((await overlaps(running)).faults).toEqual([]);
    const seenAt = (): Promise<number> =>
      page.locator('.strata-window').evaluate((e) => Number(e.getAttribute('aria-valuenow')));
    await page.locator('.strata-window').focus();
    await page.keyboard.press('End');
    await expect.poll(seenAt).toBe(100);
    await page.keyboard.press('Home');
    await expect.poll(seenAt).toBe(0);
    await page.getByRole('button', { name: 'More options' }).click();
    await page.getByRole('menuitem', { name: 'Open all groups' }).click();
    await expect.poll(() => page.locator('.head.of-block').count(), { timeout: 20_000 }).toBe(0);
    await page.locator('.strata-chart').focus();
    await page.keyboard.press('f');
    await settled(running);
    await running.picture(`strata-${images}-fit-${theme}-${width}`);
    const { faults } = await overlaps(running);
    expect(faults).toEqual([]);
    await page.emulateMedia({ colorScheme: theme === 'dark' ? 'light' : 'dark' });
    await page.getByRole('button', { name: 'More options' }).click();
    await page.getByRole('menuitem', { name: 'Close all groups' }).click();
    await expect.poll(() => page.locator('.head.of-block').count(), { timeout: 20_000 }).toBeGreaterThan(0);
    await page.locator('.strata-chart').focus();
    await page.keyboard.press('0');
    await settled(running);
    await running.picture(`strata-${images}-${theme === 'dark' ? 'light' : 'dark'}-${width}`);
    expect(running.complaints).toEqual([]);
  }, 300_000);
});
