import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { translator } from '../../shared/text/catalogue';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { textFaults, violations } from '../setup/lookTools';
import { pairImages } from '../setup/pairImages';
import { dragFiles } from '../setup/windowTools';

/** The page that compares two images, by keys alone; its looks in both themes and languages. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let running: RunningApp;
const found: string[] = [];

beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'till.tar');
  await writeFile(file, dockerArchive(pairImages));
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'till:1.1' }).waitFor();
  await running.page.keyboard.press('Escape');
});
afterAll(() => running.close());

type Look = readonly [theme: 'light' | 'dark', width: number, height: number];
const light = ['light', 1280, 800] as const;
const dark = ['dark', 1920, 1080] as const;

/** Pictures of the window as it is, each looked at for text in trouble and, where it is told so, by axe-core. */
async function look(name: string, looks: readonly Look[], rules = true): Promise<void> {
  const { page } = running;
  for (const [theme, width, height] of looks) {
    await running.resize(width, height);
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
    // No tooltip: the pointer is where nothing is.
    await page.mouse.move(2, height - 2);
    await page.waitForTimeout(250);
    await running.picture(`${name}-${theme}-${width}`);
    const broken = rules ? await violations(running) : [];
    const faults = [...broken, ...(await textFaults(running, '.terminal-screen'))];
    found.push(...faults.map((fault) => `${name} ${theme} ${width}: ${fault}`));
  }
  await running.resize(1280, 800);
}

test('two images that are selected are compared by a key: the trunk once, above it what only one has', async () => {
  const { page } = running;
  await page.keyboard.press('Control+5');
  await page.getByRole('row', { name: /till:1\.1/ }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('till:1');
  await page.getByRole('row', { name: /debian/ }).waitFor({ state: 'detached' });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Control+a');
  await page.locator('.inspector h2', { hasText: '2 images selected' }).waitFor();
  // The newest stands first, and is selected first.
  await page.keyboard.press('c');
  await page.locator('.compare-rock').waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Compare');
  const bands = await page.locator('.compare-band').evaluateAll((all) => all.map((each) => each.ariaLabel));
  expect(bands.map((label) => label?.replace(/, [\d.]+ kB/, '')).sort()).toEqual(
    [
      'COPY entrypoint.sh /srv/, same content',
      'COPY entrypoint.sh /srv/, same content',
      'apt-get nginx, only in till:1.0',
      'COPY src/ /srv/, only in till:1.0',
      'COPY src/ /srv/, only in till:1.1',
      'apt-get curl, in both',
      'debian-rootfs, in both',
    ].sort(),
  );
  await expect.poll(() => page.locator('.compare-amounts').innerText()).toMatch(/in both/);
  await look('compare-layers', [light, dark]);
});

test('a band opens to its commands, word by word, and leads to the inspector', async () => {
  const { page } = running;
  const band = page.locator('.compare-band', { hasText: 'apt-get nginx' });
  for (let i = 0; i < 20 && !(await band.evaluate((each) => each === document.activeElement)); i++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('.compare-detail', { hasText: 'nginx=1.27.2' }).waitFor();
  await running.picture('compare-command');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.compare-detail').count()).toBe(0);
});

test('settings that differ stand beside each other', async () => {
  const { page } = running;
  await page.getByRole('radio', { name: /Layers/ }).focus();
  await page.keyboard.press('ArrowRight');
  const row = (name: string) => page.locator('.compare-config tr', { hasText: name });
  await row('TILL_RATES').waitFor();
  expect(await row('TILL_RATES').locator('ins, del').allInnerTexts()).toEqual(
    expect.arrayContaining(['half_up', 'half_even']),
  );
  expect(await row('9229/tcp').innerText()).toContain('not set');
  expect(await page.locator('.compare-config', { hasText: 'maintainer' }).count()).toBe(0);
  expect(await page.locator('.compare-parts').innerText()).toMatch(/\d settings the same/);
  await look('compare-config', [light, dark]);
});

test('files that differ are listed; equal sizes are compared when asked for', async () => {
  const { page } = running;
  await page.getByRole('radio', { name: /Configuration/ }).focus();
  await page.keyboard.press('ArrowRight');
  const rows = page.locator('.compare-files [role="row"][id]');
  await rows.first().waitFor();
  const paths = (): Promise<readonly string[]> =>
    rows.evaluateAll((all) => all.map((each) => (each.firstChild?.textContent ?? '').trim()).sort());
  expect(await paths()).toContain('C/srv/vendor.js');
  await running.picture('compare-unread');
  const button = page.getByRole('button', { name: /Compare contents/ });
  await button.focus();
  await page.keyboard.press('Enter');
  await button.waitFor({ state: 'detached' });
  // The same bytes with another time are no difference.
  await expect.poll(paths).not.toContain('C/srv/vendor.js');
  const all = await paths();
  // From the older release to the newer one, in whatever order they were selected; a directory that went is one row.
  const newer = [
    'A/srv/new.js',
    'C/srv/app.js',
    'C/srv/current',
    'C/srv/run.sh',
    'D/etc/hosts',
    'D/srv/old.js',
  ];
  expect(all).toEqual([...newer, 'D/var']);
  expect(await page.locator('.compare-end').innerText()).toBe('1 path more differs in time only');
  await page.locator('.compare-files').focus();
  await page.keyboard.press('End');
  await expect
    .poll(() => page.locator('.compare-files').getAttribute('aria-activedescendant'))
    .toBe(`difference-${all.length - 1}`);
  await look('compare-files', [light, dark]);
  // The last row is the directory: it opens to what was in it, and closes again.
  await page.keyboard.press('ArrowRight');
  await expect.poll(paths).toEqual([...newer, 'D/var', 'D/var/cache']);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(paths).toEqual(all);
  await page.getByRole('button', { name: 'Swap the direction' }).click();
  await expect.poll(paths).toContain('A/var');
  await page.getByRole('button', { name: 'Swap the direction' }).click();
  await expect.poll(paths).toContain('D/var');
  // What a changed file differs in: a text by its lines, all else by size and digest.
  const dialog = page.getByRole('dialog');
  await page.locator('.compare-files').getByRole('button', { name: 'app.js' }).click();
  await dialog.getByText('This is no text').waitFor();
  expect(await dialog.getByText(/sha256:[0-9a-f]{64}/).count()).toBe(2);
  await page.keyboard.press('Escape');
  await page.locator('.compare-files').getByRole('button', { name: 'hosts' }).click();
  await dialog.locator('.contents-line.gone', { hasText: '127.0.0.1 localhost' }).waitFor();
  await look('compare-contents', [light, dark]);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('textbox', { name: 'Filter by path' }).focus();
  await page.keyboard.type('run.sh');
  await expect.poll(paths).toEqual(['C/srv/run.sh']);
});

test('the same in Chinese, reached by the palette', async () => {
  const { page } = running;
  const t = translator('zh-CN');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Switch to Chinese');
  await page.keyboard.press('Enter');
  await page.locator('h2', { hasText: t('compare.title') }).waitFor();
  await look('compare-files-zh', [['dark', 1280, 800]], false);
  await page.getByRole('radio', { name: t('compare.files') }).focus();
  await page.keyboard.press('ArrowLeft');
  await page.locator('.compare-config').waitFor();
  await look('compare-config-zh', [['dark', 1280, 800]], false);
  await page.keyboard.press('ArrowLeft');
  await look('compare-layers-zh', [['dark', 1280, 800]], false);
});

test('Escape leads back to the images, with the two selected', async () => {
  const { page } = running;
  await page.keyboard.press('Escape');
  await page.locator('.selection-bar').waitFor();
  expect(await page.locator('[role="row"][aria-selected="true"]').count()).toBe(2);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Switch to English');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('compare the two');
  await page.keyboard.press('Enter');
  await page.locator('.compare-rock').waitFor();
});

test('a layer tells where else its content stands, and jumps there', async () => {
  const { page } = running;
  const band = page.locator('.compare-band', { hasText: 'COPY entrypoint.sh' }).first();
  for (let i = 0; i < 20 && !(await band.evaluate((each) => each === document.activeElement)); i++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const link = page.getByRole('button', { name: 'Show in the inspector' }).first();
  for (let i = 0; i < 20 && !(await link.evaluate((each) => each === document.activeElement)); i++)
    await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const also = page.locator('.inspector section', { hasText: 'Also under' });
  await also.waitFor();
  expect(await also.locator('.insp-row').count()).toBe(2);
  expect(await also.innerText()).toContain('stored once');
  await look('equal-layer', [light]);
  const before = await page.locator('.inspector .insp-facts').first().innerText();
  await also.locator('.insp-row').first().focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.locator('.inspector .insp-facts').first().innerText()).not.toBe(before);
});

test('an image on an older base is advised the base that holds the same layers, in bytes', async () => {
  const { page } = running;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('till:0.9');
  await page.keyboard.press('Enter');
  const advice = page.locator('.inspector section', { hasText: 'Advice' });
  await advice.waitFor();
  expect(await advice.innerText()).toMatch(/Rebase this image on debian:bookworm: frees 6\d\d kB\./);
  await look('equal-advice', [light]);
});

test('duplicate files are found when asked for, most waste first, with the layers that hold them', async () => {
  const { page } = running;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('duplicate files');
  await page.keyboard.press('Enter');
  const find = page.getByRole('button', { name: 'Find duplicate files' });
  await find.waitFor();
  await look('duplicates-begin', [light]);
  await find.focus();
  await page.keyboard.press('Enter');
  const row = page.locator('.duplicates-list [role="row"][id]').first();
  await row.waitFor();
  expect(await row.innerText()).toMatch(/vendor\.js\s+2\s+154 kB\s+154 kB/);
  expect(await page.locator('.duplicates-place').count()).toBe(2);
  await page.locator('.duplicates-list').focus();
  await look('duplicates', [light, dark]);
  await page.keyboard.press('Escape');
  await page.locator('.duplicates-list').waitFor({ state: 'detached' });
});

test('nothing of all that breaks a rule of axe-core, and no text is cut, covered or out of the window', () => {
  expect(found).toEqual([]);
  expect(running.complaints).toEqual([]);
});
