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
  await inspector.getByRole('button', { name: 'Copy the value' }).first().waitFor();
  await inspector.getByRole('button', { name: /^Labels/ }).click();
  const items = inspector.locator('.insp-pairs li');
  await expect.poll(() => items.count()).toBe(30);
  await inspector.getByRole('button', { name: /^Show 1.000 more of 60.000$/ }).click();
  await expect.poll(() => items.count()).toBe(1030);
  expect(await length()).toBeLessThan(100_000);
});
