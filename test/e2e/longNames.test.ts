import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { dragFiles } from '../setup/windowTools';

/** Long names that begin alike, as build machines give them: what tells them apart stands at their ends, and is seen. */

const registry = 'registry.example.com/a-department-of-many-words/';
const repository = 'a-service-with-a-name-of-very-many-words-in-it';
const tag = '2026.11.29-build-4711-release-candidate-of-the-main-branch';
const ends = ['blue', 'green'] as const;
const nameOf = (end: string): string => `${registry}${repository}-${end}:${tag}-${end}`;

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'long.tar');
  await writeFile(
    file,
    dockerArchive(
      ends.map((end) => ({
        names: [nameOf(end)],
        layers: [{ files: [{ path: 'base', content: 'base' }] }, { files: [{ path: end, content: end }] }],
        config: { Env: [`END=${end}`] },
      })),
    ),
  );
  await dragFiles(running, [file]);
  await running.page.locator('.card').nth(1).waitFor();
});
afterAll(() => running.close());

/** The ends of texts that are in sight, with nothing over them, and no letter of them cut. */
const endsInSight = (within: string): Promise<string[]> =>
  running.page.locator(`${within} .fit-shown`).evaluateAll((all) =>
    all
      .filter((each) => !each.classList.contains('ell'))
      .filter((each) => each.scrollWidth <= each.clientWidth && each.clientWidth > 0)
      .filter((each) => {
        const box = each.getBoundingClientRect();
        const at = document.elementFromPoint(box.right - 2, box.top + box.height / 2);
        return at !== null && (each.contains(at) || at.contains(each));
      })
      .map(({ textContent }) => /(blue|green)$/.exec(textContent ?? '')?.[0] ?? '')
      .filter((end) => end !== ''),
  );
/** How names are shown, without what is read aloud in their place. */
const shownIn = (within: string): Promise<string[]> =>
  running.page
    .locator(`${within} .fit-shown`)
    .evaluateAll((all) => all.map(({ textContent }) => textContent ?? ''));

test('cards of the graph show the end of their names', async () => {
  const { page } = running;
  await running.picture('long-names-graph');
  const shown = await page.locator('.card').evaluateAll((cards) => cards.map((card) => card.textContent));
  for (const end of ends) expect(shown.some((text) => text?.includes(end))).toBe(true);
});

test('the table shows the ends of repositories and tags, and tells the whole of them', async () => {
  const { page } = running;
  await page.keyboard.press('Control+5');
  await page.getByRole('grid').waitFor();
  await running.picture('long-names-table');
  expect((await endsInSight('.table-row')).sort()).toEqual(['blue', 'blue', 'green', 'green']);
  for (const end of ends) {
    await page.getByRole('gridcell', { name: `${tag}-${end}`, exact: true }).waitFor();
    expect(await page.locator(`[data-tip="${tag}-${end}"]`).count()).toBe(1);
    expect(await page.locator(`[data-tip="${registry}${repository}-${end}"]`).count()).toBe(1);
  }
});

test('the compare view shows the ends of both names, over its columns and its settings', async () => {
  const { page } = running;
  await page.keyboard.press('Control+a');
  await page.locator('.inspector').getByRole('button', { name: 'Compare', exact: true }).click();
  await page.locator('.compare-head').waitFor();
  await page.getByRole('radio', { name: /^Config/ }).click();
  await page.locator('.compare-config').waitFor();
  await running.picture('long-names-compare');
  for (const place of ['.compare-head', '.compare-config thead']) {
    const seen = new Set(await endsInSight(place));
    expect(seen, place).toEqual(new Set(ends));
    for (const end of ends)
      expect(await page.locator(`${place} [data-tip="${nameOf(end)}"]`).count()).toBe(1);
  }
});

test('what two images share, only one has, and a lineage show repository and end of a name', async () => {
  const { page } = running;
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+1');
  await page.locator('.card').nth(1).waitFor();
  // One of a name that begins as the other does, with a long tag: neither repository nor tag vanishes.
  const name = /^(?=.*…).*a-.*:2.*(blue|green)$/;
  await page.locator('.card').first().click();
  await page.locator('.inspector').getByRole('heading', { name: 'Shares with' }).waitFor();
  await running.picture('long-names-inspector');
  expect(await shownIn('.inspector .insp-row')).toEqual([expect.stringMatching(name)]);
  await page.keyboard.press('Control+a');
  await page.locator('.insp-amounts').getByText('In both').waitFor();
  await running.picture('long-names-pair');
  const only = await shownIn('.insp-amounts');
  expect(only.sort()).toEqual([
    expect.stringMatching(/^Only in .*a-.*:2.*blue$/),
    expect.stringMatching(/^Only in .*a-.*:2.*green$/),
  ]);
});
