import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { dragFiles } from '../setup/windowTools';

/** Long names that begin and end alike: no two are shown as the same text, wherever they stand beside each other. */

const words = ['billing', 'booking', 'ticketing'] as const;
const nameOf = (word: string): string =>
  `registry.example.com/a-department-of-many-words/the-service-for-${word}-of-the-online-shop-and-its-offices:2026.11`;

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'apart.tar');
  await writeFile(
    file,
    dockerArchive(
      words.map((word) => ({
        names: [nameOf(word)],
        layers: [{ files: [{ path: 'base', content: 'base' }] }, { files: [{ path: word, content: word }] }],
      })),
    ),
  );
  await dragFiles(running, [file]);
  await running.page.locator('.card').nth(2).waitFor();
});
afterAll(() => running.close());

const textsOf = (within: string): Promise<string[]> =>
  running.page.locator(within).evaluateAll((all) => all.map(({ textContent }) => textContent ?? ''));

test('in the graph, the strata, the table and the inspector each shows what it differs in', async () => {
  const { page } = running;
  const expectApart = (shown: readonly string[], least: number): void => {
    expect(shown.length).toBeGreaterThanOrEqual(least);
    for (const text of shown) expect(text).toContain('…');
    expect(new Set(shown).size).toBe(shown.length);
  };
  await running.picture('names-apart-graph');
  expectApart(await textsOf('.layer-graph .card text.title'), 3);
  await page.locator('.card').first().click();
  await page.locator('.inspector').getByRole('heading', { name: 'Shares with' }).waitFor();
  expectApart(await textsOf('.inspector .insp-row .fit-shown'), 2);
  await running.picture('names-apart-inspector');
  await page.keyboard.press('Control+2');
  await page.locator('.strata-chart .head text.name').nth(2).waitFor();
  await running.picture('names-apart-strata');
  await page.keyboard.press('Control+5');
  await page.locator('.table-row').nth(2).waitFor();
  await running.picture('names-apart-table');
  expectApart(await textsOf('.table-row .repository-text .fit-shown'), 3);
});
