import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { dragFiles } from '../setup/windowTools';

/** What a person has to see without scrolling: names beside a long chain, and that what is deleted is gone for good. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'chain.tar');
  const layers = Array.from({ length: 40 }, (_, i) => ({ files: [{ path: `f${i}`, content: `f${i}` }] }));
  await writeFile(
    file,
    dockerArchive(layers.map((_, i) => ({ names: [`chain:${i + 1}`], layers: layers.slice(0, i + 1) }))),
  );
  await dragFiles(running, [file]);
  await running.page.getByText('40 images, 40 layers').waitFor();
});
afterAll(() => running.close());

/** Of some elements, how many are in sight with nothing over them. */
const inSight = (all: Locator): Promise<number> =>
  all.evaluateAll(
    (elements) =>
      elements.filter((element) => {
        const box = element.getBoundingClientRect();
        const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return at !== null && element.contains(at);
      }).length,
  );

test.each([
  [1280, 800],
  [1920, 1080],
])(
  'names are in sight at first beside a chain that is wider than the view (%s x %s)',
  async (width, height) => {
    const { page } = running;
    await running.resize(width, height);
    await expect.poll(() => inSight(page.locator('.card'))).toBeGreaterThan(3);
    await running.picture(`first-sight-${width}`);
  },
);

test('the dialog that deletes many images says without scrolling for how long they can be put back', async () => {
  const { page } = running;
  await running.resize(1280, 800);
  await page.locator('.card').first().click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  const dialog = page.locator('dialog[open]');
  const finality = dialog.getByText('puts it back for 10 minutes');
  await finality.waitFor();
  await running.picture('first-sight-delete');
  expect(await inSight(finality)).toBe(1);
  await page.keyboard.press('Escape');
});
