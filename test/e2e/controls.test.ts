import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { violations } from '../setup/lookTools';
import { showcaseArchive } from '../setup/showcase';
import { dragFiles } from '../setup/windowTools';

/** Controls of our own drawing: they look like one family, and do by keys what native ones do. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ settings: { theme: 'light' } });
  const file = join(running.folder, 'shop.tar');
  await writeFile(file, showcaseArchive());
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'shop-api:1.6' }).waitFor();
});
afterAll(() => running.close());

test.each([960, 1100, 1280])(
  'the filter covers options of the bar whole or not at all at %i',
  async (width) => {
    const { page } = running;
    await running.resize(width, 640);
    const filter = page.locator('#filter');
    const sliced = (): Promise<readonly string[]> =>
      page.locator('.main > .view-bar').evaluate((bar) => {
        // What lies on the ground before the field is cut, too.
        const edge = (bar.querySelector('.filter-field')?.getBoundingClientRect().left ?? 0) - 8;
        return [...bar.children]
          .filter(
            (each) =>
              !each.matches('.filter-field, .filter-field ~ *') &&
              each.checkVisibility({ opacityProperty: true }),
          )
          .filter(
            (each) => each.getBoundingClientRect().right > edge + 1 && each.getBoundingClientRect().width > 0,
          )
          .map((each) => each.textContent ?? '');
      });
    for (const view of [1, 3, 4, 5]) {
      await page.keyboard.press(`Control+${view}`);
      await filter.focus();
      await expect.poll(sliced).toEqual([]);
      await page.keyboard.type('shop');
      await expect.poll(sliced).toEqual([]);
      if (view === 1) await running.picture(`filter-focused-${width}`);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Control+1');
    // What is behind it comes to whoever goes there by keys.
    await filter.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    const seen = await page.evaluate(() =>
      document.activeElement?.checkVisibility({ opacityProperty: true }),
    );
    expect(seen).toBe(true);
  },
);

test('saving: the segments fill their control, and no two of them mean the same', async () => {
  const { page } = running;
  await running.resize(1280, 800);
  await page.locator('.card', { hasText: 'shop-api:1.6' }).click();
  await page.keyboard.press('Control+Shift+s');
  const dialog = page.getByRole('dialog');
  const group = dialog.getByRole('radiogroup', { name: 'Layers' });
  const words = (): Promise<readonly string[]> => group.getByRole('radio').allInnerTexts();
  await dialog.getByText('OCI', { exact: false }).first().waitFor();
  await dialog.getByRole('radio', { name: /^Docker/ }).check();
  expect(await words()).toEqual(['Plain', 'gzip']);
  const filled = await group.evaluate((element) => {
    const last = element.lastElementChild?.getBoundingClientRect().right ?? 0;
    return element.getBoundingClientRect().right - last;
  });
  expect(filled).toBeLessThan(4);
  await running.picture('save-docker');
  await dialog.getByRole('radio', { name: /^OCI/ }).check();
  expect(await words()).toEqual(['As stored', 'Plain', 'gzip', 'zstd']);
  const more = dialog.getByRole('button', { name: 'The target already has…' });
  expect(await more.getAttribute('aria-expanded')).toBe('false');
  await more.click();
  expect(await more.getAttribute('aria-expanded')).toBe('true');
  await dialog.getByRole('button', { name: /^Add an archive/ }).waitFor();
  await running.picture('save-oci');
  expect(await violations(running)).toEqual([]);
  await page.keyboard.press('Escape');
});

test('a list to choose from goes by keys: letters, arrows, Enter takes, Esc leaves list and dialog one by one', async () => {
  const { page } = running;
  await page.locator('.card', { hasText: 'shop-api:1.6' }).click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('squash');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  const box = dialog.getByRole('combobox');
  const shown = await box.innerText();
  await box.focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => box.getAttribute('aria-expanded')).toBe('true');
  await running.picture('select-open');
  expect(await violations(running)).toEqual([]);
  await page.keyboard.press('End');
  await page.keyboard.press('Escape');
  expect(await box.getAttribute('aria-expanded')).toBe('false');
  expect(await box.innerText()).toBe(shown);
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => box.innerText()).not.toBe(shown);
  const second = await box.innerText();
  await box.click();
  await dialog.getByRole('option').last().click();
  await expect.poll(() => box.innerText()).not.toBe(second);
  expect(await box.getAttribute('aria-expanded')).toBe('false');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
});

test('the menu of an image stands in groups', async () => {
  const { page } = running;
  await page.locator('.card', { hasText: 'shop-api:1.6' }).click({ button: 'right' });
  const menu = page.getByRole('menu');
  await menu.waitFor();
  expect(await menu.getByRole('separator').count()).toBeGreaterThan(3);
  await running.picture('menu-groups');
  await page.keyboard.press('Escape');
});
