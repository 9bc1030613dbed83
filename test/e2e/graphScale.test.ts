import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { canvasWords, overlaps, watchCanvasWords } from '../setup/canvasWords';
import { violations } from '../setup/lookTools';
import { writeRandomStore } from '../setup/randomGraph';

/** What of the graph is where: boxes in the window, the scale, and the smallest text, CSS pixels. */
interface Seen {
  readonly view: DOMRect;
  readonly foot: DOMRect;
  readonly cards: readonly { readonly name: string; readonly box: DOMRect }[];
  readonly chips: readonly { readonly id: string; readonly name: string; readonly box: DOMRect }[];
  readonly ground: number;
  readonly smallest: number;
  readonly scale: string;
}

let folder: string;
let running: RunningApp;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-scale-'));
  writeRandomStore(join(folder, 'store'), { images: 74, layers: 370 });
  running = await startApp({ folder, settings: { theme: 'light' } });
  await running.page.locator('.layer-graph .card').first().waitFor();
}, 120_000);
afterAll(async () => {
  await running.close();
  await rm(folder, { recursive: true, force: true });
});

const seen = (): Promise<Seen> =>
  running.page.evaluate(() => {
    const one = (selector: string): DOMRect =>
      document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
    const all = (kind: string): { id: string; name: string; box: DOMRect }[] =>
      [...document.querySelectorAll(`.layer-graph .${kind}`)].map((element) => ({
        id: element.id,
        name: element.getAttribute('aria-label') ?? '',
        box: element.querySelector('.body')?.getBoundingClientRect() ?? new DOMRect(),
      }));
    const sizes = [...document.querySelectorAll<SVGTextElement>('.layer-graph text')].flatMap((text) =>
      text.textContent === ''
        ? []
        : Number.parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.a ?? 0),
    );
    const ground = document.querySelector('.layer-graph .ground rect');
    return {
      view: one('.layer-graph'),
      foot: one('.graph-foot'),
      cards: all('card'),
      chips: all('chip'),
      ground: ground ? ground.getBoundingClientRect().left : Infinity,
      smallest: Math.min(...sizes),
      scale: document.querySelector('.zoom-scale')?.textContent ?? '',
    };
  });
const settled = async (): Promise<void> => {
  await running.page.locator('.layer-graph[aria-busy=false]').waitFor();
  await running.page.waitForTimeout(600);
};
const namesInSight = ({ view, cards }: Seen): void => {
  const rows = cards.filter(({ box }) => box.bottom > view.top && box.top < view.bottom);
  expect(rows.length).toBeGreaterThan(8);
  for (const { name, box } of rows)
    expect([name, box.left >= view.left, box.right <= view.right + 0.5]).toEqual([name, true, true]);
};

describe.each([
  [1280, 800],
  [960, 600],
  [1920, 1080],
])('74 images at %i × %i', (width, height) => {
  test('begin at full size, with every name in sight and nothing over the drawing', async () => {
    await running.resize(width, height);
    await settled();
    const now = await seen();
    expect(now.scale).toBe('100%');
    expect(now.smallest).toBeGreaterThanOrEqual(10.99);
    namesInSight(now);
    expect(now.foot.height).toBeGreaterThan(30);
    expect(now.foot.top).toBeGreaterThanOrEqual(now.view.bottom - 0.5);
    const covered = await running.page.evaluate(() =>
      ['.minimap-box', '.zoom-control', '.graph-legend'].filter((each) => {
        const { bottom, right } = document.querySelector(each)?.getBoundingClientRect() ?? new DOMRect();
        const foot = document.querySelector('.graph-foot')?.getBoundingClientRect() ?? new DOMRect();
        return bottom > foot.bottom || right > foot.right;
      }),
    );
    expect(covered).toEqual([]);
    await running.picture(`scale-${width}`);
    expect(await violations(running)).toEqual([]);
  });

  test('the layers scroll sideways behind the names', async () => {
    const { page } = running;
    const before = await seen();
    await page.mouse.move(before.view.left + 200, before.view.top + 200);
    await page.mouse.wheel(150, 0);
    await settled();
    const after = await seen();
    const moves = before.ground < Infinity;
    expect(width > 1800 || moves).toBe(true);
    if (!moves) return;
    namesInSight(after);
    expect(after.cards[0]?.box.left).toBeCloseTo(before.cards[0]?.box.left ?? 0, 0);
    const [chip] = before.chips;
    const same = after.chips.find(({ id }) => id === chip?.id);
    expect(same?.box.left).toBeCloseTo((chip?.box.left ?? 0) - 150, 0);
    await page.mouse.wheel(-150, 0);
    await settled();
  });
});

test('a run that unfolds, by keyboard, stays where it is, and the names stay in sight', async () => {
  const { page } = running;
  await running.resize(1280, 800);
  await settled();
  // The layer that the first name in sight stands on.
  await page.locator('.layer-graph .card .body').first().click();
  await page.keyboard.press('ArrowLeft');
  await settled();
  const focused = page.locator('.layer-graph .chip.focused');
  expect(await focused.getAttribute('aria-label')).toMatch(/ \d+ layers/);
  const before = await focused.locator('.body').boundingBox();
  await page.keyboard.press('Enter');
  await settled();
  const now = await seen();
  expect(now.scale).toBe('100%');
  namesInSight(now);
  const there = now.chips.filter(
    ({ box }) => Math.abs(box.left - (before?.x ?? 0)) < 2 && Math.abs(box.top - (before?.y ?? 0)) < 2,
  );
  expect(there.length).toBe(1);
});

test('folding switched off and on keeps the scale and the row that is selected', async () => {
  const { page } = running;
  const { view, cards } = await seen();
  const card = cards.find(({ box }) => box.top > view.top + 300);
  await page.locator(`.layer-graph .card[aria-label="${card?.name}"]`).click();
  await settled();
  /** Middle of the selected card: on a canvas, where there are too many layers, of what stands for it. */
  const rowOf = async (): Promise<number> => {
    const box = await page.locator('.layer-graph .card.selected :is(.body, .unseen)').boundingBox();
    expect(box && box.x + box.width).toBeLessThanOrEqual(view.right);
    expect(await page.locator('.zoom-scale').innerText()).toBe('100%');
    return (box?.y ?? 0) + (box?.height ?? 0) / 2;
  };
  const before = await rowOf();
  for (const _ of ['off', 'on']) {
    await page.getByRole('checkbox', { name: 'Fold runs' }).click();
    await settled();
    expect(await rowOf()).toBeCloseTo(before, 0);
  }
});

test('a folded chip says what it stands for, and leads to each of its layers', async () => {
  const { page } = running;
  const { view, chips, ground } = await seen();
  const folded = chips.find(
    ({ name, box }) =>
      / [2-9] layers/.test(name) && box.right < Math.min(ground, view.right) && box.top > view.top,
  );
  if (!folded) throw new Error('no folded run is in sight');
  const count = Number(/ (\d+) layers/.exec(folded.name)?.[1]);
  await page.mouse.click(folded.box.left + 40, folded.box.top + 16);
  const pane = page.locator('.inspector');
  await pane.getByRole('heading', { level: 2, name: `${count} folded layers` }).waitFor();
  const rows = pane.locator('.insp-section', { hasText: 'Layers' }).first().locator('.insp-row');
  expect(await rows.count()).toBe(count);
  const title = await rows.first().locator('.ell').innerText();
  await rows.first().focus();
  await page.keyboard.press('Enter');
  await pane.getByRole('heading', { level: 2, name: title }).waitFor();
  await pane.getByText('Diff ID', { exact: true }).waitFor();
  expect(await page.locator(`[id="${folded.id}"].selected`).count()).toBe(1);
});

test('seen from far away, families have their colours and repositories their names', async () => {
  const { page } = running;
  await page.locator('.layer-graph').focus();
  await watchCanvasWords(page);
  await page.keyboard.press('f');
  await settled();
  const words = await canvasWords(page);
  expect(overlaps(words)).toEqual([]);
  expect(
    words.filter(({ text }) => /^\d+ images of (?:chat-admin|search-proxy)$/.test(text)).length,
  ).toBeGreaterThan(0);
  expect(words.some(({ text }) => text.startsWith('debian-ro'))).toBe(true);
  expect(Number.parseFloat(await page.locator('.zoom-scale').innerText())).toBeLessThan(50);
  await page.getByText('Height = images that stand on it').waitFor();
  await running.picture('scale-far');
  await page.keyboard.press('0');
});
