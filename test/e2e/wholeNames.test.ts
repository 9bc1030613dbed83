import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { cli, dragFiles } from '../setup/windowTools';

/** Names that differ in their registries alone, or in tags behind long repositories: a dialog shows them in full, and from where it deletes. */

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const long =
  'registry.example-corporation.com/platform-engineering/customer-facing/checkout-service/api-gateway';
const pair = ['prod', 'staging'].map(
  (stage) => `${stage}-registry.example.com/team/checkout/api-gateway:1.0`,
);
const tags = ['a', 'b', 'c'].map((end) => `${long}:release-2026.01.1${end}`);
const alt = 1;

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'all.tar');
  await writeFile(
    file,
    dockerArchive(
      [...pair, ...tags].map((name) => ({
        names: [name],
        layers: [{ files: [{ path: 'base', content: 'base' }] }, { files: [{ path: 'v', content: name }] }],
        config: { Env: [`V=${name}`] },
      })),
    ),
  );
  await cli(running.store, 'load', '-i', file);
  await running.page.locator('.card').nth(4).waitFor();
  await dragFiles(running, [file], undefined, alt);
  await running.page.locator('.side-opened', { hasText: 'all.tar' }).waitFor();
});
afterAll(() => running.close());

/** The names that a dialog lists, whole and in sight: nothing of them is cut. */
const wholeNames = (role: 'dialog' | 'alertdialog') =>
  running.page
    .getByRole(role)
    .locator('.name-whole')
    .evaluateAll((all) =>
      all
        .filter((each) => {
          const body = each.closest('.dialog')?.getBoundingClientRect();
          const box = each.getBoundingClientRect();
          return body && box.left >= body.left && box.right <= body.right;
        })
        .map((each) => (each as HTMLElement).innerText),
    );

test('a comparison with the store lists every tag of a long repository apart', async () => {
  const { page } = running;
  await page.locator('.card').first().click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('compare with an image of the store');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio').nth(4).waitFor();
  await running.picture('whole-names-compare');
  expect([...(await wholeNames('dialog'))].sort()).toEqual([...pair, ...tags].sort());
  expect(await dialog.locator('.compare-home').evaluate((list) => list.scrollWidth - list.clientWidth)).toBe(
    0,
  );
  await page.keyboard.press('Escape');
});

test('a deletion names what goes in full, and the place that it goes from', async () => {
  const { page } = running;
  await page
    .locator('.side-source', { hasText: 'Store' })
    .or(page.locator('[data-source=store]'))
    .first()
    .click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog', { name: 'Delete 5 images from the store' });
  await dialog.locator('.removal-list').first().waitFor();
  await running.picture('whole-names-delete');
  expect([...(await wholeNames('alertdialog'))].sort()).toEqual([...pair, ...tags].sort());
  await page.keyboard.press('Escape');
});
