import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningApp } from '../setup/electronApp';
import { textFaults, violations } from '../setup/lookTools';
import { startWithShell } from '../setup/shellWindow';
import { answerQuestions, cli } from '../setup/windowTools';

/** The terminals' drawer, terminals whose place is renamed or gone, and the window's own buttons while a dialog is open. */

const patience = { timeout: 20_000 };
let running: RunningApp;
let closed = false;
beforeAll(async () => {
  running = await startWithShell(['fix']);
});
afterAll(async () => {
  if (!closed) await running.close();
});

const open = (name: string): Promise<void> =>
  running.page.locator('.side-item', { hasText: name }).first().click();
const shell = async (): Promise<void> => {
  const { page } = running;
  await page.getByRole('button', { name: 'Shell inside (sh)' }).click();
  await expect.poll(() => page.locator('.terminal-screen').innerText(), patience).toMatch(/[#$]/);
};
const command = async (text: string): Promise<void> => {
  await running.page.locator('.terminal-screen textarea').focus();
  await running.page.keyboard.type(text);
  await running.page.keyboard.press('Enter');
};

test('the edge of the terminals is moved by keys and mouse within its bounds, and stays there', async () => {
  const { page } = running;
  await open('fix');
  await shell();
  const edge = page.getByRole('separator', { name: 'Height of the terminals' });
  const height = async (): Promise<number> =>
    Math.round((await page.locator('.terminals').boundingBox())?.height ?? 0);
  const first = await height();
  await edge.focus();
  for (const key of ['ArrowUp', 'ArrowUp', 'ArrowDown']) await page.keyboard.press(key);
  await expect.poll(height).toBe(first + 16);
  expect(await edge.getAttribute('aria-orientation')).toBe('horizontal');
  await expect.poll(() => edge.getAttribute('aria-valuenow')).toBe(String(first + 16));
  const drag = async (by: number): Promise<void> => {
    const box = await page.locator('.terminals').boundingBox();
    if (!box) throw new Error('no terminals');
    await page.mouse.move(box.x + 200, box.y);
    await page.mouse.down();
    await page.mouse.move(box.x + 200, box.y + by, { steps: 4 });
    await page.mouse.up();
  };
  await drag(-60);
  await expect.poll(height).toBe(first + 76);
  expect(await violations(running)).toEqual([]);
  expect(await textFaults(running, '.terminal-screen')).toEqual([]);
  await running.picture('terminal-drawer-light-1280');
  // What stands above keeps room, however far it is dragged, and in a smaller window, too.
  await drag(-700);
  await expect.poll(() => page.locator('.change-bar').isVisible()).toBe(true);
  const most = Number(await edge.getAttribute('aria-valuemax'));
  await expect.poll(height).toBe(most);
  await running.resize(1280, 620);
  await expect.poll(height).toBe(most - 180);
  await running.resize(1280, 800);
  await drag(700);
  await expect.poll(height).toBe(150);
  const kept = (): Promise<unknown> =>
    page.evaluate(async () => {
      const { request } = (window as unknown as { stratigraph: { request: Record<string, never> } })
        .stratigraph;
      const start = request['app.start'] as unknown as (
        input: object,
      ) => Promise<{ value: { settings: { terminalHeight: unknown } } }>;
      return (await start({})).value.settings.terminalHeight;
    });
  await expect.poll(kept).toBe(150);
  const box = await page.locator('.terminals').boundingBox();
  await page.mouse.dblclick((box?.x ?? 0) + 200, box?.y ?? 0);
  await expect.poll(height).toBe(first);
  await expect.poll(kept).toBe(null);
});

test('a workspace is renamed over our own terminal, which is said and closed, and keeps what was run in it', async () => {
  const { page, store } = running;
  await page.getByRole('button', { name: 'More for this workspace' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('has to rest for this, and a terminal is open in it').waitFor();
  await dialog.getByText('nothing is running').waitFor();
  await running.picture('workspace-rename-light-1280');
  await dialog.getByRole('textbox').fill('mend');
  await dialog.getByRole('button', { name: 'Close and rename' }).click();
  await page.getByRole('heading', { name: 'mend' }).waitFor(patience);
  expect(await cli(store, 'workspace', 'ls')).toMatch(/mend/);
  await shell();
  await command('exit 3');
  await page.getByText('Ended: 3').waitFor(patience);
  await page.getByRole('button', { name: 'More for this workspace' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  // What has ended is in nobody's way.
  expect(await page.getByRole('dialog').getByText('has to rest').count()).toBe(0);
  await page.getByRole('dialog').getByRole('textbox').fill('again');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename', exact: true }).click();
  await page.getByRole('heading', { name: 'again' }).waitFor(patience);
  await page.getByText('Ended: 3').first().waitFor();
  await page.getByRole('button', { name: 'Run history' }).click();
  expect(await page.locator('.run-history li').count()).toBe(1);
});

test('terminals go with their place: another of its name has none of them', async () => {
  const { page, store } = running;
  await page.getByRole('button', { name: 'Back to the images' }).click();
  await cli(store, 'workspace', 'rm', 'again');
  await page.locator('.side-item', { hasText: 'again' }).waitFor({ state: 'detached' });
  await cli(store, 'workspace', 'create', 'rig/shell:1.0', 'again');
  await open('again');
  await page.getByRole('button', { name: 'Shell inside (sh)' }).waitFor();
  expect(await page.getByText('Ended: 3').count()).toBe(0);
  await page.getByRole('button', { name: 'Run history' }).click();
  await page.getByText('Nothing has been run here yet').waitFor();
});

test.each(['light', 'dark'] as const)(
  'the window’s buttons lie over the backdrop of a dialog, in their places, %s',
  async (theme) => {
    const { page } = running;
    await page.emulateMedia({ colorScheme: theme });
    const places = (within: string): Promise<unknown> =>
      page
        .locator(`${within} .window-button`)
        .evaluateAll((all) => all.map((each) => JSON.stringify(each.getBoundingClientRect())));
    const before = await places('.toolbar');
    for (const [keys, within] of [
      ['Control+,', 'dialog.dialog'],
      ['Control+k', 'dialog.palette'],
    ] as const) {
      await page.keyboard.press(keys);
      await page.locator(within).waitFor();
      expect(await places(within)).toEqual(before);
      await running.picture(`over-dialog-${within.slice(7)}-${theme}-1280`);
      // What lies under the pointer there is the dialog's, not the backdrop.
      const over = await page.evaluate(
        () => document.elementFromPoint(innerWidth - 19, 20)?.closest('.over-modal') !== null,
      );
      expect(over).toBe(true);
      expect(await violations(running)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.locator(within).waitFor({ state: 'detached' });
    }
  },
);

test('and close the window from there', async () => {
  const { page } = running;
  await answerQuestions(running, 1);
  await page.keyboard.press('Control+,');
  await page.locator('dialog.dialog').waitFor();
  const gone = running.app.waitForEvent('close');
  await page.mouse.click((await page.evaluate(() => innerWidth)) - 19, 20).catch(() => undefined);
  await gone;
  closed = true;
});
