import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { dragFiles, cli } from '../setup/windowTools';

/** Long lists draw the rows in sight alone: whatever stood in the list's place before, none of those may be blank. */

const images = 74;
const files = 333;
let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ settings: { view: 'table' } });
  const base = {
    files: Array.from({ length: files }, (_, i) => ({
      path: `usr/bin/tool-${String(i).padStart(3, '0')}`,
      content: `${i}`,
    })),
  };
  const archive = join(running.folder, 'many.tar');
  await writeFile(
    archive,
    dockerArchive(
      Array.from({ length: images }, (_, i) => ({
        names: [`team/service-${String(i).padStart(2, '0')}:1.0`],
        layers: [base, { files: [{ path: `srv/${i}`, content: `${i}` }] }],
      })),
    ),
  );
  await dragFiles(running, [archive]);
  await running.page.locator('.table-row').nth(9).waitFor();
});
afterAll(() => running.close());

/** CSS pixels of the list's sight, below its head, that no row covers. */
const blank = (list: string, row: string): Promise<number> =>
  running.page.locator(list).evaluate((box, rows) => {
    const sight = box.getBoundingClientRect();
    const drawn = [...box.querySelectorAll(rows)].map((each) => each.getBoundingClientRect());
    const height = drawn.reduce(
      (sum, { top, bottom }) => sum + Math.max(0, Math.min(bottom, sight.bottom) - Math.max(top, sight.top)),
      0,
    );
    return Math.max(0, Math.min(sight.height, box.scrollHeight) - height);
  }, row);

/** Height that the bar of what is selected takes, and less than three rows: a list that is not drawn lacks many. */
const slack = 70;

/** Scrolls to places all over the list, the ends among them, and waits until each is drawn. */
async function expectNoBlank(list: string, row: string): Promise<void> {
  for (const share of [0, 1, 0.5, 0.31, 0.77, 0.98, 0.02]) {
    await running.page.locator(list).evaluate((box, at) => {
      box.scrollTop = at * (box.scrollHeight - box.clientHeight);
    }, share);
    await expect.poll(() => blank(list, row), { message: `${list} at ${share}` }).toBeLessThanOrEqual(slack);
  }
}

test('the table has rows at every place, also after a filter that leaves none', async () => {
  const { page } = running;
  await expectNoBlank('.table-scroll', '[role=row]');
  await page.keyboard.press('/');
  await page.keyboard.type('zzzz');
  await page.locator('.table-scroll').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.locator('.table-scroll').waitFor();
  await expectNoBlank('.table-scroll', '[role=row]');
  await page.locator('.table-scroll').evaluate((box) => (box.scrollTop = box.scrollHeight));
  await page.getByRole('row', { name: new RegExp(`service-(00|${images - 1})`) }).waitFor();
});

test('a directory of a mounted image has rows at every place, once it came after a wait', async () => {
  const { page } = running;
  await running.page
    .getByRole('row', { name: /service-7/ })
    .first()
    .click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('mount');
  await page.keyboard.press('Enter');
  const list = page.locator('.browser-list');
  await list.getByRole('row', { name: /usr/ }).dblclick();
  await list.getByRole('row', { name: /bin/ }).dblclick();
  await list.getByRole('row', { name: /tool-000/ }).waitFor();
  await expectNoBlank('.browser-list', '[role=row]');
  await list.focus();
  await page.keyboard.press('End');
  await list.getByRole('row', { name: new RegExp(`tool-${files - 1}`) }).waitFor();
  await page.getByRole('button', { name: 'Unmount', exact: true }).click();
  await list.waitFor({ state: 'detached' });
  expect(await cli(running.store, 'images')).toContain('team/service-73');
});
