import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { showcaseArchive } from '../setup/showcase';
import { dragFiles } from '../setup/windowTools';

/** What opens over the page gives the focus back, in each view, also where what had it is gone by then. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'shop.tar');
  await writeFile(file, showcaseArchive());
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'storefront:2.1' }).waitFor();
});
afterAll(() => running.close());

const hasFocus = (element: Locator): Promise<boolean> =>
  element.evaluate((node) => node === document.activeElement).catch(() => false);
const focused = (element: Locator): Promise<void> => expect.poll(() => hasFocus(element)).toBe(true);
/** The pane that the focus is in. */
const pane = (): Promise<string> =>
  running.page.evaluate(
    () => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane') ?? 'none',
  );
/** All that opens over the page: its keys, and what it is then. */
const opened = [
  ['F2', 'dialog[open]'],
  ['Delete', 'dialog[open]'],
  ['Control+k', 'dialog.palette'],
  ['ContextMenu', '[role=menu]'],
] as const;

/** Each view with what has the focus in it once an image is chosen by keys. */
const views = [
  ['Control+1', '.layer-graph[data-ready]', ['Home', 'ArrowDown', 'Space']],
  ['Control+2', '.strata-chart[data-ready]', ['Home', 'Space']],
  ['Control+5', '[role=row][tabindex="0"]', ['Home']],
] as const;

test.each(views)(
  'the view of %s has the focus again after all that opened over it',
  async (key, place, keys) => {
    const { page } = running;
    await page.keyboard.press(key);
    const holder = page.locator(place).first();
    await holder.waitFor();
    await holder.focus();
    for (const each of keys) await page.keyboard.press(each);
    for (const [opens, what] of opened) {
      await focused(page.locator(place));
      await page.keyboard.press(opens);
      await page.locator(what).first().waitFor();
      await expect.poll(() => hasFocus(page.locator(place))).toBe(false);
      await page.keyboard.press('Escape');
      await page.locator(what).first().waitFor({ state: 'detached' });
      await focused(page.locator(place));
    }
    // One that opens out of another.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('preferences');
    await page.keyboard.press('Enter');
    await page.locator('dialog.dialog').waitFor();
    await page.keyboard.press('Escape');
    await focused(page.locator(place));
  },
);

test('the focus stays on the same place where a view draws the sidebar as a strip, and back', async () => {
  const { page } = running;
  await page.keyboard.press('Control+1');
  const own = page.locator('.sidebar [data-stands-for="store"]');
  await own.waitFor();
  await own.focus();
  await page.keyboard.press('Control+2');
  await page.locator('.strata-chart[data-ready]').waitFor();
  await focused(page.locator('.rail [data-stands-for="store"]'));
  await page.keyboard.press('Control+1');
  await focused(page.locator('.sidebar [data-stands-for="store"]'));
  await page.locator('.sidebar input[type=checkbox]').nth(1).focus();
  await page.keyboard.press('Control+2');
  await focused(page.locator('.rail [data-stands-for="filters"]'));
});

test('a panel gives it back to its button', async () => {
  const { page } = running;
  const button = page.getByRole('button', { name: /^Filter by/ });
  await button.focus();
  await page.keyboard.press('Enter');
  await page.locator('.filter-popover').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await focused(button);
});

test('the view that comes in place of the one that had it has it', async () => {
  const { page } = running;
  await page.keyboard.press('Control+1');
  await page.locator('.layer-graph').focus();
  for (const [key, place] of [...views].reverse()) {
    await page.keyboard.press(key);
    await focused(page.locator(place));
  }
  await page.keyboard.press('Control+k');
  await page.keyboard.type('show the table');
  await page.keyboard.press('Enter');
  await focused(page.locator('[role=row][tabindex="0"]'));
});

/** Answers the dialog that is open by its last button. */
async function goOn(): Promise<void> {
  const button = running.page.locator('dialog[open] .dialog-foot button').last();
  await expect.poll(() => button.getAttribute('aria-disabled')).not.toBe('true');
  await button.click();
  await running.page.locator('dialog[open]').waitFor({ state: 'detached' });
}

test('a row that is gone leaves it to the row in its place', async () => {
  const { page } = running;
  await page.keyboard.press('Control+5');
  const rows = page.locator('[role=row][aria-selected]');
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowDown');
  await focused(rows.nth(4));
  const gone = await rows.nth(4).getAttribute('id');
  const next = await rows.nth(5).getAttribute('id');
  await page.keyboard.press('Delete');
  await goOn();
  await page.locator(`#${gone}`).waitFor({ state: 'detached' });
  await focused(page.locator(`#${next}`));
});

/** The drawn views: what goes to an image, and from it to the one beside it and back. */
const drawn = [
  [
    'Control+1',
    '.layer-graph',
    ['Home', 'ArrowDown', 'Control+ArrowDown'],
    'Control+ArrowDown',
    'Control+ArrowUp',
  ],
  ['Control+2', '.strata-chart', ['Home', 'ArrowRight'], 'ArrowRight', 'ArrowLeft'],
] as const;

test.each(drawn)(
  'an image that is gone from the view of %s leaves it to its neighbour',
  async (key, place, keys, on, back) => {
    const { page } = running;
    await page.keyboard.press(key);
    const holder = page.locator(`${place}[data-ready]`);
    await holder.focus();
    const active = async (): Promise<string> => {
      await page.waitForTimeout(300);
      return (await holder.getAttribute('aria-activedescendant')) ?? '';
    };
    for (const each of keys) await page.keyboard.press(each);
    const gone = await active();
    await page.keyboard.press(on);
    const next = await active();
    expect(next).not.toBe(gone);
    await page.keyboard.press(back);
    expect(await active()).toBe(gone);
    await page.keyboard.press('Space');
    await page.keyboard.press('Delete');
    await goOn();
    await page.locator(`[id="${gone}"]`).waitFor({ state: 'detached' });
    await focused(holder);
    expect(await active()).toBe(next);
  },
);

test('a block that is gone from the map leaves it to the next one', async () => {
  const { page } = running;
  await page.keyboard.press('Control+1');
  await page.locator('.card', { hasText: 'postgres' }).click();
  await page.keyboard.press('Control+3');
  const map = page.locator('[role=tree][data-ready]');
  await map.focus();
  const blocks = (): Promise<(string | undefined)[]> =>
    map
      .locator('[role=treeitem]')
      .evaluateAll((items) => items.map((item) => (item as HTMLElement).dataset['key']));
  const active = async (): Promise<string | undefined> => {
    await page.waitForTimeout(300);
    return map.evaluate((host) => {
      const item = document.getElementById(host.getAttribute('aria-activedescendant') ?? '');
      return item?.dataset['key'];
    });
  };
  // The block of a repository with one image, which is selected.
  for (let i = 0; i < 20 && (await active())?.includes('postgres') !== true; i++)
    await page.keyboard.press(i === 0 ? 'Home' : i % 4 === 3 ? 'ArrowDown' : 'ArrowRight');
  const gone = await active();
  expect(gone).toContain('postgres');
  const before = await blocks();
  await page.keyboard.press('Delete');
  await goOn();
  await expect.poll(blocks).not.toContain(gone);
  await focused(map);
  const at = before.indexOf(gone);
  expect(at).toBeGreaterThanOrEqual(0);
  const left = await blocks();
  const next = [...before.slice(at + 1), ...before.slice(0, at).reverse()].find((key) => left.includes(key));
  expect(await active()).toBe(next);
});

test('a button that is gone leaves it to its pane', async () => {
  const { page } = running;
  await page.keyboard.press('Control+1');
  await page.locator('.card', { hasText: 'redis:7-alpine' }).click();
  await page.locator('.inspector').getByRole('button', { name: 'Delete…' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('dialog[open]').waitFor();
  await goOn();
  await page.locator('.card', { hasText: 'redis:7-alpine' }).waitFor({ state: 'detached' });
  await expect.poll(pane).toBe('inspector');
  // And a pane that is gone, to the view.
  await page.keyboard.press('Control+i');
  await page.locator('.inspector').waitFor({ state: 'detached' });
  await focused(page.locator('.layer-graph'));
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
