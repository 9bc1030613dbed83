import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { translator } from '../../shared/text/catalogue';
import { startApp, type RunningApp } from '../setup/electronApp';
import { startFakeEngine, type FakeEngine } from '../setup/fakeEngine';
import { dockerArchive } from '../setup/imageBuilder';
import { textFaults, violations } from '../setup/lookTools';
import { pairImages } from '../setup/pairImages';
import { cli, dragFiles, seen } from '../setup/windowTools';

/** Copies between places: images dragged out of every view onto a source, and the same by menu and palette. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const t = translator('en');
let folder = '';
let engine: FakeEngine;
let running: RunningApp;
/** What is said of an engine that has just gone. */
const gone = /^(?:The connection to Docker broke|Docker is not running)/;
/** Archives that the engine was sent. */
let loads = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-engine-'));
  engine = await startFakeEngine(
    {
      'GET /images/json': { json: [] },
      'POST /images/load': (request, response) => {
        request.resume();
        request.on('end', () => {
          loads++;
          response.end(JSON.stringify({ stream: 'Loaded' }));
        });
      },
    },
    folder,
  );
  running = await startApp({ env: { DOCKER_HOST: `unix://${engine.path}`, DOCKER_CONFIG: '/nonexistent' } });
  const file = join(running.folder, 'till.tar');
  const own = join(running.folder, 'own.tar');
  await writeFile(own, dockerArchive(pairImages.filter(({ names }) => names?.includes('till:1.0'))));
  await writeFile(file, dockerArchive(pairImages));
  await dragFiles(running, [own]);
  await card('till:1.0').waitFor();
  await running.page.keyboard.press('Escape');
  // What is loaded into the engine it has from then on.
  const all = await cli(running.store, 'images', '--source', file, '--no-trunc', '--format', '{{.ID}}');
  for (const id of new Set(all.trim().split('\n')))
    engine.answers[`GET /images/${id}/json`] = { json: { Id: id, RootFS: { Layers: [] } } };
  await dragFiles(running, [file], ['dragEnter', 'dragOver', 'drop'], 1);
  await card('till:1.1').waitFor();
});
afterAll(async () => {
  await running.close();
  await engine.close();
  await rm(folder, { recursive: true });
});

const card = (name: string): Locator => running.page.locator('.layer-graph .card', { hasText: name });
const source = (name: string): Locator =>
  running.page.locator('.sidebar [data-source]', { hasText: name }).first();
const held = (): Locator => running.page.locator('.drag-card');

/** Presses on something and moves, as a hand does; to an element, or by some CSS pixels. */
async function dragFrom(
  from: Locator,
  to: Locator | { readonly x: number; readonly y: number },
  /** How far down in it the press is; the middle where it is left out. */
  down?: number,
): Promise<void> {
  const { mouse } = running.page;
  const box = await from.boundingBox();
  if (!box) throw new Error('it is not in sight');
  const [x, y] = [box.x + Math.min(60, box.width / 2), box.y + (down ?? box.height / 2)];
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x + 3, y);
  expect(await held().count()).toBe(0);
  if ('boundingBox' in to) await moveTo(to);
  else await mouse.move(x + to.x, y + to.y, { steps: 4 });
}

async function moveTo(to: Locator): Promise<void> {
  const box = await to.boundingBox();
  if (!box) throw new Error('it is not in sight');
  await running.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 6 });
}

const inStore = (): Promise<string> => cli(running.store, 'images', '--format', '{{.Repository}}:{{.Tag}}');

/** Pictures of what is held, in light and dark and both sizes; each looked at for text in trouble and by axe-core. */
async function look(name: string, over: () => Promise<void>): Promise<void> {
  const found: string[] = [];
  const { page } = running;
  for (const [theme, width, height] of [
    ['light', 1280, 800],
    ['dark', 1280, 800],
    ['light', 1920, 1080],
    ['dark', 1920, 1080],
  ] as const) {
    await running.resize(width, height);
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
    await over();
    await page.waitForTimeout(200);
    await running.picture(`${name}-${theme}-${width}`);
    const faults = [...(await violations(running)), ...(await textFaults(running, '.drag-card'))];
    found.push(...faults.map((fault) => `${theme} ${width}: ${fault}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await running.resize(1280, 800);
  expect(found).toEqual([]);
}

test('a card that is held says what each place would do with it, and Esc puts it back', async () => {
  const { page } = running;
  await dragFrom(card('till:1.1'), source('Store'));
  await held().getByText(t('source.copyIn')).waitFor();
  expect(await held().innerText()).toContain('till:1.1');
  expect(await source('Store').getAttribute('class')).toContain('drop-can drop-over');
  await page.locator('[aria-live]', { hasText: t('source.copyIn') }).waitFor({ state: 'attached' });
  expect(await page.evaluate(() => getComputedStyle(document.body).cursor)).toBe('copy');
  await look('drag-can', () => moveTo(source('Store')));
  // Where it comes from, and what is only looked at, take nothing; both say so.
  await moveTo(source('till.tar'));
  await held().getByText(t('copyTo.here')).waitFor();
  expect(await source('till.tar').getAttribute('class')).toContain('drop-cannot drop-over');
  expect(await page.evaluate(() => getComputedStyle(document.body).cursor)).toBe('not-allowed');
  await look('drag-cannot', () => moveTo(source('till.tar')));
  await moveTo(source('Docker'));
  await held()
    .getByText(t('command.copyOut', { engine: 'Docker' }))
    .waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => held().count()).toBe(0);
  await page.mouse.up();
  expect(await page.locator('.drop-can, .drop-cannot').count()).toBe(0);
  // Esc was for what was held: the place is open, and the image selected as it was.
  await page.getByRole('heading', { level: 1, name: 'till.tar' }).waitFor();
  await page.locator('.inspector h2', { hasText: 'till' }).waitFor();
  expect(loads).toBe(0);
  expect(await inStore()).not.toContain('till:1.1');
});

test('one card of the place goes into the store', async () => {
  await dragFrom(card('till:1.1'), source('Store'));
  await running.page.mouse.up();
  await seen(running, /^Copied till:1\.1 into the store/);
  expect(await inStore()).toContain('till:1.1');
  await running.page.getByRole('heading', { level: 1, name: 'till.tar' }).waitFor();
});

test('a copy that takes a name from another image asks first, and gives it back', async () => {
  const { page } = running;
  const idOf = (name: string): Promise<string> => cli(running.store, 'images', '-q', '--no-trunc', name);
  const [own, other] = [await idOf('till:1.1'), await idOf('till:1.0')];
  expect(own).not.toBe(other);
  await cli(running.store, 'tag', 'till:1.0', 'till:1.1');
  await dragFrom(card('till:1.1'), source('Store'));
  await page.mouse.up();
  const dialog = page.getByRole('alertdialog');
  // Which image has it, how old that is and what it keeps, and which takes it.
  const has = new RegExp(
    `^A name of ${other.trim().slice(7, 19)}, .* ago \\(.*\\) now, which keeps .*till:1\\.0`,
  );
  await dialog.getByText(has).waitFor();
  await dialog.getByText(new RegExp(`^Goes to ${own.trim().slice(7, 19)}`)).waitFor();
  await look('copy-moves', () => dialog.getByText('till:1.1').first().waitFor());
  await page.keyboard.press('Escape');
  expect(await idOf('till:1.1')).toBe(other);
  await card('till:1.1').click();
  await page.keyboard.press('Control+d');
  await dialog.getByRole('button', { name: t('copyMoves.do', { count: 1 }) }).click();
  const said = t('copyMoves.done', { names: 'till:1.1', place: t('app.store') });
  const notice = page.locator('.notice', { hasText: said });
  await notice.waitFor();
  expect(await idOf('till:1.1')).toBe(own);
  await running.picture('copy-moved-light-1280');
  await notice.getByRole('button', { name: t('copyMoves.undo', { count: 1 }) }).click();
  await page
    .locator('.notice', { hasText: t('copyMoves.undone', { names: 'till:1.1', place: t('app.store') }) })
    .waitFor();
  await expect.poll(() => idOf('till:1.1')).toBe(other);
  // Without a question where nothing moves.
  await cli(running.store, 'untag', 'till:1.1');
  await page.keyboard.press('Control+d');
  await expect.poll(() => idOf('till:1.1')).toBe(own);
  expect(await dialog.count()).toBe(0);
});

test('what is let go over nothing goes nowhere, and the view has not moved', async () => {
  const before = await card('till:1.1').boundingBox();
  await dragFrom(card('till:1.1'), { x: -200, y: 60 });
  await held().getByText(t('drag.hint')).waitFor();
  await running.page.mouse.up();
  await expect.poll(() => held().count()).toBe(0);
  expect(await card('till:1.1').boundingBox()).toEqual(before);
  expect(loads).toBe(0);
});

test('several that are selected go together from the table to the engine', async () => {
  const { page } = running;
  await page.keyboard.press('Control+5');
  const rows = page.locator('.table-row');
  await rows.nth(2).waitFor();
  await rows.nth(0).click();
  await rows.nth(1).click({ modifiers: ['Control'] });
  await dragFrom(rows.nth(1), source('Docker'));
  await held()
    .getByText(t('drag.images', { count: 2 }))
    .waitFor();
  await look('drag-several', () => moveTo(source('Docker')));
  await moveTo(source('Docker'));
  await page.mouse.up();
  await seen(running, /^Copied 2 images to Docker/);
  expect(loads).toBe(1);
  // Two are still selected: letting go was no click.
  expect(await page.locator('.table-row.on').count()).toBe(2);
});

test('a name of the strata, a block of the map and a row of the overlap are held alike', async () => {
  const { page } = running;
  await page.keyboard.press('Control+2');
  const head = page.locator('.strata-chart [role=treeitem]', { hasText: '1.1' }).first();
  await head.waitFor();
  const rail = page.locator('.rail [data-source]').first();
  await dragFrom(head, rail);
  await held().getByText(t('source.copyIn')).waitFor();
  await running.picture('drag-strata-light-1280');
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await page.keyboard.press('Control+4');
  await page.locator('.overlap-content canvas').waitFor();
  await page.waitForTimeout(300);
  await dragFrom(page.locator('.overlap-content'), source('Store'), 44);
  await held().getByText(t('source.copyIn')).waitFor();
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await page.keyboard.press('Control+3');
  await page.getByRole('radio', { name: t('map.detail.images') }).check({ force: true });
  await page.locator('.treemap canvas').first().waitFor();
  await page.waitForTimeout(600);
  await dragFrom(page.locator('.treemap'), source('Store'));
  await held().getByText(t('source.copyIn')).waitFor();
  await running.picture('drag-map-light-1280');
  await page.keyboard.press('Escape');
  await page.mouse.up();
  await page.keyboard.press('Control+1');
  await card('till:1.1').waitFor();
});

test('menu and palette list the same places, and what cannot take says why', async () => {
  const { page } = running;
  const before = loads;
  await card('till:1.1').click({ button: 'right' });
  await page.getByRole('menuitem', { name: t('command.copyIn', { images: 1, name: 'till:1.1' }) }).waitFor();
  await page.getByRole('menuitem', { name: t('command.copyOut', { engine: 'Docker' }) }).click();
  await expect.poll(() => loads).toBe(before + 1);
  // The engine is gone: the store's images cannot go there, and the menu and the drag say so.
  await source('Store').click();
  await card('till:1.0').waitFor();
  await engine.close();
  await expect.poll(() => source('Docker').innerText(), { timeout: 20_000 }).toContain('not running');
  await card('till:1.0').click();
  await page.keyboard.press('Shift+F10');
  const entry = page.getByRole('menuitem', { name: t('command.copyOut', { engine: 'Docker' }) });
  expect(await entry.getAttribute('aria-disabled')).toBe('true');
  await entry.hover();
  await page.getByRole('tooltip').getByText(gone).waitFor();
  await running.picture('copyto-menu-light-1280');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('copy to docker');
  await page.getByRole('option', { name: /Copy to Docker.*(?:is not running|broke)/ }).waitFor();
  await page.keyboard.press('Escape');
  await dragFrom(card('till:1.0'), source('Docker'));
  await held().getByText(gone).waitFor();
  await page.mouse.up();
  await page.locator('.notice', { hasText: gone }).waitFor();
  expect(running.complaints).toEqual([]);
});
