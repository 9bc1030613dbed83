import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canvasWords, overlaps, watchCanvasWords } from '../setup/canvasWords';
import { startApp, type RunningApp } from '../setup/electronApp';
import { difference, exported, withoutOverlays } from '../setup/exportTools';
import { violations } from '../setup/lookTools';
import { randomGraph, writeRandomStore } from '../setup/randomGraph';

/** Starts the app on a random store for the tests of a group, and gives what they need. */
function openStore(store: { readonly images: number; readonly layers: number }) {
  const held: { running?: RunningApp } = {};
  const running = (): RunningApp => {
    if (!held.running) throw new Error('the app has not been started');
    return held.running;
  };
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stratigraph-graph-'));
    writeRandomStore(join(folder, 'store'), store);
    held.running = await startApp({ folder, settings: { theme: 'light' } });
    await running().page.locator('.layer-graph[data-ready]').waitFor({ timeout: 240_000 });
    await watchCanvasWords(running().page);
  }, 300_000);
  afterAll(async () => {
    await held.running?.close();
    await rm(folder, { recursive: true, force: true });
  }, 120_000);
  /** Waits until the newest layout is shown and nothing moves any more. */
  const settled = async (): Promise<void> => {
    await running().page.locator('.layer-graph[aria-busy=false]').waitFor();
    await running().page.waitForTimeout(600);
  };
  /** Name of the keyboard's place, once what was pressed before has been drawn. */
  const active = (): Promise<string> =>
    running().page.evaluate(async () => {
      for (let i = 0; i < 2; i++) await new Promise((resume) => requestAnimationFrame(resume));
      const id = document.querySelector('.layer-graph')?.getAttribute('aria-activedescendant') ?? '';
      return document.getElementById(id)?.getAttribute('aria-label') ?? '';
    });
  const scale = async (): Promise<number> =>
    Number.parseFloat(await running().page.locator('.zoom-scale').innerText());
  const filter = async (text: string): Promise<void> => {
    await running().page.locator('#filter').fill(text);
  };
  const inSight = (): Promise<string> =>
    running().page.locator('.filter-field [role=status]').last().innerText();
  const picture = (name: string): Promise<void> => running().picture(`graph-${store.images}-${name}`);
  return { running, graph: randomGraph(store), settled, active, scale, filter, inSight, picture };
}

type Opened = ReturnType<typeof openStore>;

/** What holds for a store of any size. */
function testsOfAnySize({ running, graph, settled, active, scale, picture }: Opened): void {
  test('shows everything, then single cards, and no word lies on another', async () => {
    const { page } = running();
    await page.locator('.layer-graph').focus();
    const looks = async (name: string): Promise<readonly string[]> => {
      await settled();
      await picture(name);
      const words = await canvasWords(page);
      expect(words.length).toBeGreaterThan(5);
      expect(overlaps(words)).toEqual([]);
      return words.map(({ text }) => text);
    };
    await page.keyboard.press('f');
    const far = await looks('light-fit');
    // Blocks say for how many images they stand.
    expect(far.some((text) => /^\d[\d\s]* images/.test(text))).toBe(true);
    expect(await violations(running())).toEqual([]);
    await page.keyboard.press('0');
    const near = await looks('light-100');
    expect(near.length).toBeGreaterThan(5);
    expect(await violations(running())).toEqual([]);
    for (let i = 0; i < 3; i++) await page.keyboard.press('-');
    await looks('light-51');
    await page.keyboard.press('0');
  });

  test('flies to an image that the palette finds, and the inspector shows it', async () => {
    const { page } = running();
    const name = graph.images.find(({ names: [each] }) => each?.startsWith('mail-') === true)?.names[0] ?? '';
    await page.locator('.layer-graph').focus();
    await page.keyboard.press('f');
    await settled();
    const before = await scale();
    await page.keyboard.press('Control+k');
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await expect.poll(scale).toBeGreaterThan(59);
    expect(before).toBeLessThan(35);
    const card = page.locator('.layer-graph .card.selected');
    await expect.poll(() => card.getAttribute('aria-label')).toContain(name);
    await settled();
    const box = await card.boundingBox();
    const view = await page.locator('.layer-graph').boundingBox();
    expect(box && view && box.x >= view.x && box.x + box.width <= view.x + view.width + 1).toBe(true);
    expect(box && view && box.y > view.y && box.y + box.height < view.y + view.height).toBe(true);
    await picture('light-flown');
  });

  test('is travelled by keyboard alone: what a screen reader needs is there', async () => {
    const { page } = running();
    await page.locator('.layer-graph').focus();
    await page.keyboard.press('Home');
    await expect.poll(active).toMatch(/layers?, .*, in \d[\d\s]* images?$/);
    for (let i = 0; i < 40 && !/^(?:Image|Dangling image) /.test(await active()); i++)
      await page.keyboard.press('ArrowDown');
    const first = await active();
    expect(first).toMatch(/^(?:Image|Dangling image) /);
    await page.keyboard.press('Control+ArrowDown');
    await expect.poll(active).not.toBe(first);
    expect(await active()).toMatch(/^(?:Image|Dangling image) /);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(active).toMatch(/layers?, .*, in \d[\d\s]* images?$/);
    const chip = await active();
    await page.keyboard.press('Space');
    await expect.poll(() => page.locator('.layer-graph .chip.selected').count()).toBe(1);
    expect(await page.locator('.layer-graph .chip.selected').getAttribute('aria-label')).toBe(chip);
    await page.keyboard.press('End');
    await expect.poll(active).not.toBe(chip);
    const items = await page.evaluate(() =>
      [...document.querySelectorAll('.layer-graph [role=treeitem]')].map(
        (item) => `${item.getAttribute('aria-level')} ${item.getAttribute('aria-label')}`,
      ),
    );
    expect(items.length).toBeGreaterThan(0);
    expect(items.every((item) => /^\d+ \S/.test(item))).toBe(true);
    await page.keyboard.press('Escape');
  });

  test('looks right in the dark', async () => {
    const { page } = running();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('dark theme');
    await page.keyboard.press('Enter');
    await page.locator('[data-theme=dark]').waitFor();
    await page.locator('.layer-graph').focus();
    for (const [key, name] of [
      ['f', 'fit'],
      ['0', '100'],
    ] as const) {
      await page.keyboard.press(key);
      await settled();
      await picture(`dark-${name}`);
      expect(overlaps(await canvasWords(page))).toEqual([]);
    }
  });

  test('nothing was complained about', () => {
    expect(running().complaints).toEqual([]);
  });
}

describe('the graph of 10,000 images', () => {
  testsOfAnySize(openStore({ images: 10_000, layers: 30_000 }));
}, 120_000);

describe('the graph of 300 images', () => {
  const opened = openStore({ images: 300, layers: 1200 });
  const { running, graph, settled, active, filter, inSight, picture } = opened;

  test('a subtree is collapsed to one card by its menu, and expanded again', async () => {
    const { page } = running();
    await page.locator('.layer-graph').focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 30; i++) await page.keyboard.press('ArrowLeft');
    const base = await active();
    const images = Number(/in (\d+) images?$/.exec(base)?.[1]);
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Collapse what stands on it' }).click();
    await page.getByRole('button', { name: 'Expand all' }).waitFor();
    await settled();
    await page.locator('.layer-graph').focus();
    await page.keyboard.press('ArrowRight');
    // A base may itself be an image: its own card comes before that of what stands on it.
    if ((await active()).startsWith('Image')) await page.keyboard.press('ArrowDown');
    await expect.poll(active).toMatch(/^\d[\d\s]* images.*collapsed/);
    const hidden = Number(/^(\d+) images/.exec(await active())?.[1]);
    expect(images - hidden).toBeGreaterThanOrEqual(0);
    expect(images - hidden).toBeLessThan(3);
    await settled();
    await picture(`light-collapsed`);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('button', { name: 'Expand all' }).count()).toBe(0);
    await settled();
    await page.keyboard.press('Escape');
  });

  test('tokens in the filter leave exactly the images that they name', async () => {
    const { page } = running();
    const all = graph.images.length;
    await filter('label:team=web size:>100MB');
    const wanted = graph.images.filter(({ labels, size }) => labels['team'] === 'web' && size > 1e8);
    await expect.poll(inSight).toBe(`${wanted.length} of ${all}`);
    await filter('dangling:true');
    const dangling = graph.images.filter(({ names }) => names.length === 0);
    await expect.poll(inSight).toBe(`${dangling.length} of ${all}`);
    await filter('');
    await page.getByRole('button', { name: 'Filter by repository, label, size, age' }).click();
    const popover = page.getByRole('dialog', { name: 'Filter images' });
    await popover.getByLabel('Label').fill('team=data');
    await popover.getByRole('radio', { name: '> 1 GB' }).click();
    expect(await page.locator('#filter').inputValue()).toBe('label:team=data size:>1GB');
    await settled();
    await picture(`light-filter`);
    await page.keyboard.press('Escape');
    await filter('size:huge');
    expect(await page.locator('#filter').getAttribute('aria-invalid')).toBe('true');
    await filter('');
  });

  test('Enter in the filter goes from match to match', async () => {
    const { page } = running();
    await filter('repo:*-web*');
    await page.locator('#filter').press('Enter');
    const selected = page.locator('.layer-graph .card.selected');
    await expect.poll(() => selected.count()).toBe(1);
    const first = await selected.getAttribute('aria-label');
    await page.locator('#filter').press('Enter');
    await expect.poll(() => selected.getAttribute('aria-label').catch(() => first)).not.toBe(first);
    await filter('');
  });

  test('one lineage is shown alone, with a way back', async () => {
    const { page } = running();
    await page.locator('.layer-graph').focus();
    await page.keyboard.press('l');
    const bar = page.getByRole('navigation', { name: 'Lineage in sight' });
    await bar.waitFor();
    await bar.getByRole('radio', { name: 'Stands on', exact: true }).click();
    await settled();
    await picture(`light-lineage`);
    await page.locator('.layer-graph').focus();
    // Nothing is selected: Esc steps back to all images.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect.poll(() => bar.count()).toBe(0);
  });

  test('is taken away as an SVG that shows what is on the canvas, in shapes and words', async () => {
    const { page } = running();
    await page.locator('.layer-graph').focus();
    for (const key of ['f', '0']) {
      await page.keyboard.press(key);
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.mouse.move(10, 400);
      await settled();
      const words = await canvasWords(page);
      const screen = await withoutOverlays(running(), () => page.locator('.layer-canvas').screenshot());
      const svg = await exported(running(), 'svg', /^SVG/);
      const text = svg.toString();
      expect(text).not.toMatch(/<image|var\(--|rgba|class=|href=/);
      expect(text.match(/<text /g)?.length).toBe(words.filter(({ text: word }) => word !== '').length);
      expect(await difference(running(), svg, screen, ['image/svg+xml', 'image/png'])).toBeLessThan(5);
      await page.locator('.layer-graph').focus();
    }
  });

  testsOfAnySize(opened);
}, 120_000);
