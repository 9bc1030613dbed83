import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage, digestOf, dockerMembers, tarOf, type BuiltImage } from '../setup/imageBuilder';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dragFiles } from '../setup/windowTools';

/** Images whose config holds megabytes of text and ten thousands of labels: the window lays out a beginning of each. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

const labels = 60_000;

/** An image with a config of nearly four megabytes. */
function longImage(): BuiltImage {
  const long = (letter: string): string => `${letter} `.repeat(250_000);
  const image = buildImage({
    names: ['long:1'],
    layers: [{ files: [{ path: 'a', content: 'a' }] }],
    architecture: 'q'.repeat(300_000),
    config: { Labels: Object.fromEntries(Array.from({ length: labels }, (_, i) => [`label-${i}`, 'v'])) },
  });
  const config = Buffer.from(
    JSON.stringify({
      ...(JSON.parse(image.config.toString()) as object),
      author: long('a'),
      comment: long('c'),
      docker_version: long('d'),
    }),
  );
  return { ...image, config, id: digestOf(config) as BuiltImage['id'] };
}

test('are shown by their beginnings, copied whole, and lists by a thousand at a time', async () => {
  const { page, folder } = running;
  const image = longImage();
  const file = join(folder, 'long.tar');
  await writeFile(file, tarOf(dockerMembers([image])));
  await dragFiles(running, [file]);
  await page.locator('.card', { hasText: 'long:1' }).click();
  const inspector = page.locator('.insp-scroll');
  await inspector.getByText('Author').waitFor();
  const length = (): Promise<number> => inspector.evaluate(({ textContent }) => textContent.length);
  expect(await length()).toBeLessThan(30_000);
  // Author, comment and engine begin folded to a few lines, and unfold.
  const unfold = inspector.getByRole('button', { name: 'Show the whole text' });
  expect(await unfold.count()).toBe(3);
  const comment = inspector.locator('dt', { hasText: 'Comment' }).locator('+ dd');
  const folded = (await comment.boundingBox())?.height ?? 0;
  expect(folded).toBeLessThan(200);
  await comment.getByRole('button', { name: 'Show the whole text' }).click();
  await comment.getByRole('button', { name: 'Show less' }).waitFor();
  expect((await comment.boundingBox())?.height).toBeGreaterThan(2 * folded);
  await comment.getByRole('button', { name: 'Show less' }).click();
  await inspector.getByRole('button', { name: 'Copy the value' }).first().waitFor();
  await inspector.getByRole('button', { name: /^Labels/ }).click();
  const items = inspector.locator('.insp-pairs li');
  await expect.poll(() => items.count()).toBe(30);
  await inspector.getByRole('button', { name: /^Show 1.000 more of 60.000$/ }).click();
  await expect.poll(() => items.count()).toBe(1030);
  expect(await length()).toBeLessThan(100_000);
});

test('an image with ten thousands of names shows the first of them everywhere', async () => {
  const { page, folder } = running;
  const count = 60_000;
  const names = Array.from({ length: count }, (_, i) => `many${i}:1`);
  const file = join(folder, 'many.tar');
  await writeFile(file, tarOf(dockerMembers([buildImage({ names, layers: [{ files: [{ path: 'b' }] }] })])));
  await dragFiles(running, [file]);
  const elements = (): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length);
  const card = page.locator('.card', { hasText: 'many0' });
  await card.waitFor();
  await card.click();
  const tags = page.locator('.insp-names button.tag');
  await expect.poll(() => tags.count()).toBe(51);
  await page
    .locator('.insp-names')
    .getByRole('button', { name: /^Show 1.000 more of 60.000$/ })
    .click();
  await expect.poll(() => tags.count()).toBe(1051);
  await page.locator('.insp-names').scrollIntoViewIfNeeded();
  expect(await elements()).toBeLessThan(6000);
  // What lists names elsewhere: commands, the table's tooltip, the dialogs of saving and removing.
  await page.keyboard.press('Control+k');
  await page.locator('.palette-option').first().waitFor();
  expect(await page.locator('.palette-option').count()).toBeLessThan(150);
  await page.keyboard.press('Escape');
  for (const [key, dialog] of [
    ['Control+Shift+s', 'Save'],
    ['Delete', 'Remove'],
  ] as const) {
    await page.keyboard.press(key);
    const open = page.locator('dialog[open]');
    await open.waitFor();
    await expect
      .poll(() => open.evaluate(({ textContent }) => textContent.length), { message: dialog })
      .toBeLessThan(5000);
    await page.keyboard.press('Escape');
    await open.waitFor({ state: 'detached' });
  }
  await page.keyboard.press('Control+5');
  await page.getByRole('grid').waitFor();
  const tips = (): Promise<number> =>
    page.evaluate(() =>
      Math.max(
        ...[...document.querySelectorAll('[data-tip]')].map(
          (each) => each.getAttribute('data-tip')?.length ?? 0,
        ),
      ),
    );
  await expect.poll(tips).toBeGreaterThan(300);
  expect(await tips()).toBeLessThan(3000);
});
