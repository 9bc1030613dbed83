import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { showcaseArchive } from '../setup/showcase';
import { dragFiles } from '../setup/windowTools';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'shop.tar');
  await writeFile(file, showcaseArchive());
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'storefront:2.1' }).waitFor();
});
afterAll(() => running.close());

const active = (): Promise<string> =>
  running.page.evaluate(() => {
    const id = document.querySelector('.layer-graph')?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.getAttribute('aria-label') ?? '';
  });

async function until(label: RegExp): Promise<void> {
  await expect.poll(active).toMatch(label);
}

test('the arrows travel along the edges, Space selects, Enter opens', async () => {
  const { page } = running;
  await page.keyboard.press('Escape');
  await page.locator('.layer-graph').focus();
  await page.keyboard.press('Home');
  await until(/debian-rootfs/);
  await page.keyboard.press('ArrowDown');
  await until(/^Image debian:bookworm,/);
  await page.keyboard.press('Control+ArrowDown');
  await until(/^Image node:22/);
  await page.keyboard.press('Space');
  await expect.poll(() => page.locator('.card.selected').count()).toBe(1);
  expect(await page.locator('.card.selected').getAttribute('aria-label')).toMatch(/^Image node:22/);
  await page.keyboard.press('ArrowLeft');
  await until(/apt-get gcc/);
  await page.keyboard.press('ArrowLeft');
  await until(/debian-rootfs/);
  await page.keyboard.press('ArrowRight');
  await until(/apt-get gcc/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('End');
  await until(/^Image redis:7-alpine|^Image postgres/);
});

test('"/" goes to the filter, Esc empties it and goes back to the graph', async () => {
  const { page } = running;
  await page.locator('.layer-graph').focus();
  await page.keyboard.press('/');
  await page.keyboard.type('shop-api');
  await expect.poll(() => page.locator('.layer-graph .card').count()).toBe(3);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('.layer-graph .card').count()).toBe(14);
  await page.keyboard.press('Escape');
  expect(await page.evaluate(() => document.activeElement?.classList.contains('layer-graph'))).toBe(true);
});

test('a filter that finds nothing says so and gives one way out', async () => {
  const { page } = running;
  await page.locator('.layer-graph').focus();
  await page.keyboard.press('/');
  await page.keyboard.type('prod');
  await page.getByText('No image matches “prod”.').waitFor();
  await running.picture('no-match-light-1280');
  await page.locator('.no-match').getByRole('button').click();
  await expect.poll(() => page.locator('.layer-graph .card').count()).toBe(14);
});

test('the palette finds an image and goes to it', async () => {
  const { page } = running;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('storef');
  await page.keyboard.press('Enter');
  await expect
    .poll(() =>
      page
        .locator('.card.selected')
        .getAttribute('aria-label')
        .catch(() => ''),
    )
    .toMatch(/^Image storefront:2\.1/);
});

test('the palette goes to an image by a further name, whatever is selected', async () => {
  const { page } = running;
  for (const [name, image] of [
    ['storefront:2.1', 'storefront:2.1'],
    ['shop-api:latest', 'shop-api:1.6'],
  ] as const) {
    await page.keyboard.press('Control+k');
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await expect
      .poll(() =>
        page
          .locator('.card.selected')
          .first()
          .getAttribute('aria-label')
          .catch(() => ''),
      )
      .toContain(`Image ${image}`);
    expect(await page.getByRole('dialog').count()).toBe(0);
  }
});

test('the palette deletes nothing that was not gone to', async () => {
  const { page } = running;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('delete shop-api');
  const chosen = page.locator('.palette-option[aria-selected=true]');
  await page.locator('.palette-option').first().waitFor();
  expect(await chosen.count()).toBe(0);
  await page.keyboard.press('Enter');
  expect(await page.locator('.palette').count()).toBe(1);
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => chosen.count()).toBe(1);
  await page.keyboard.press('Escape');
});

test('the palette runs a command', async () => {
  const { page } = running;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('show the table');
  await page.keyboard.press('Enter');
  await page.getByRole('grid').waitFor();
});

test('the table goes by keys: arrows select, Shift extends, Ctrl+A takes all', async () => {
  const { page } = running;
  await page.locator('[role=row][tabindex="0"]').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(() => page.locator('[role=row][aria-selected=true]').count()).toBe(3);
  await page.keyboard.press('Control+a');
  await expect.poll(() => page.locator('[role=row][aria-selected=true]').count()).toBe(14);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('[role=row][aria-selected=true]').count()).toBe(0);
});

test('the same selection stays when the view changes', async () => {
  const { page } = running;
  await page.getByRole('row', { name: /redis/ }).click();
  await page.keyboard.press('Control+1');
  await expect
    .poll(() =>
      page
        .locator('.card.selected')
        .getAttribute('aria-label')
        .catch(() => ''),
    )
    .toMatch(/^Image redis/);
});

test('F6 goes round the panes', async () => {
  const { page } = running;
  const panes = new Set<string>();
  for (let i = 0; i < 6; i++) {
    await page.keyboard.press('F6');
    panes.add(
      await page.evaluate(
        () => document.activeElement?.closest('[data-pane]')?.getAttribute('data-pane') ?? 'none',
      ),
    );
  }
  expect([...panes].sort()).toEqual(['inspector', 'main', 'operations', 'sidebar', 'toolbar']);
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
