import { afterAll, beforeAll, expect, test } from 'vitest';
import { inMain, type RunningApp } from '../setup/electronApp';
import { startWithShell } from '../setup/shellWindow';
import { cli, seen } from '../setup/windowTools';

/** Terminals outlive the page that shows them, and none goes without a word while something runs in it. */

let running: RunningApp;
beforeAll(async () => {
  running = await startWithShell(['fix', 'other', 'program']);
});
afterAll(() => running.close());

const patience = { timeout: 20_000 };
const open = (name: string): Promise<void> =>
  running.page.locator('.side-item', { hasText: name }).first().click();
const screen = (): Promise<string> => running.page.locator('.terminal-screen').innerText();
const clipboard = (): Promise<string> => inMain(running, ({ clipboard: board }) => board.readText(), null);

test('what is typed right after a terminal is asked for goes to it, and to no command of the window', async () => {
  const { page } = running;
  await open('other');
  await page.getByRole('button', { name: 'Shell inside (sh)' }).click();
  await page.keyboard.type('mr=41; echo typed-$((mr+1)); exit');
  await page.keyboard.press('Enter');
  await expect.poll(screen, patience).toContain('typed-42');
  expect(await page.locator('dialog[open]').count()).toBe(0);
  await page.getByRole('button', { name: 'Close this terminal' }).first().click();
  await page.getByRole('button', { name: 'Back to the images' }).click();
});

test('what runs goes on while other pages are shown, and its terminal comes back', async () => {
  const { page } = running;
  await open('fix');
  await page.getByRole('button', { name: 'Shell inside (sh)' }).click();
  await expect.poll(screen, patience).toMatch(/[#$]/);
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.type('n=41; sleep 2; echo went-$((n+1))');
  await page.keyboard.press('Enter');
  const back = page.getByRole('button', { name: 'Back to the images' });
  await back.click();
  await open('other');
  await page.getByRole('button', { name: 'Shell inside (sh)' }).waitFor();
  expect(await page.locator('.terminal-screen').count()).toBe(0);
  await back.click();
  await page.locator('.layer-graph').waitFor();
  await open('fix');
  await expect.poll(screen, patience).toContain('went-42');
  // The same shell: it still has its variable.
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.type('echo again-$n');
  await page.keyboard.press('Enter');
  await expect.poll(screen, patience).toContain('again-41');
});

test('a shell inside is a shell, whatever program the image is for', async () => {
  const { page, store } = running;
  const asked = ['--change', 'ENTRYPOINT ["/bin/echo", "the program"]'];
  await cli(store, 'commit', ...asked, 'program', 'rig/program:1.0');
  const back = page.getByRole('button', { name: 'Back to the images' });
  if (await back.isVisible()) await back.click();
  await open('program');
  await page.getByRole('button', { name: 'Shell inside (sh)' }).click();
  await expect.poll(screen, patience).toMatch(/[#$]|the program/);
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.type('echo shell-$((40+2)); exit');
  await page.keyboard.press('Enter');
  await expect.poll(screen, patience).toContain('shell-42');
  expect(await screen()).not.toContain('the program');
  await back.click();
  await open('fix');
});

test('colours of 24 bits and those of what is selected are shown', async () => {
  const { page } = running;
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.type(String.raw`printf '\033[38;2;201;40;7mtrue-%s\033[0m\n' red`);
  await page.keyboard.press('Enter');
  const red = page.locator('.terminal-screen span', { hasText: /^true-red$/ });
  const colour = (): Promise<string> => red.evaluate((span) => getComputedStyle(span).color);
  await expect.poll(colour, patience).toBe('rgb(201, 40, 7)');
});

test('text is copied and pasted by keys and by the menu', async () => {
  const { page } = running;
  const menu = async (item: string): Promise<void> => {
    await page.locator('.terminal-screen').click({ button: 'right', position: { x: 200, y: 30 } });
    await page.getByRole('menuitem', { name: item }).click();
  };
  await menu('Select all');
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.press('Control+Shift+C');
  await expect.poll(clipboard).toContain('again-41');
  await inMain(running, async ({ clipboard: board }) => await board.writeText('echo by-$((40+3))'), null);
  await page.keyboard.press('Control+Shift+V');
  await page.keyboard.press('Enter');
  await expect.poll(screen, patience).toContain('by-43');
  await inMain(running, async ({ clipboard: board }) => await board.writeText('echo menu-$((40+4))'), null);
  await menu('Paste');
  await expect.poll(screen, patience).toContain('echo menu-');
  await page.keyboard.press('Enter');
  await expect.poll(screen, patience).toContain('menu-44');
  await page.locator('.terminal-screen').click({ button: 'right', position: { x: 200, y: 30 } });
  await running.picture('terminal-menu-light-1280');
  await page.keyboard.press('Escape');
  await menu('Clear');
  await expect.poll(screen, patience).not.toContain('menu-44');
});

test('a terminal in which a program runs is closed after a question, an idle one at once', async () => {
  const { page } = running;
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.type('sleep 1000');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
  const dialog = page.getByRole('alertdialog');
  await page.getByRole('button', { name: 'Close this terminal' }).click();
  await dialog.getByText(/is running in it/).waitFor();
  await running.picture('terminal-close-light-1280');
  await dialog.getByRole('button', { name: 'Keep it open' }).click();
  expect(await page.locator('.terminal-screen').count()).toBe(1);
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.press('Control+c');
  await page.waitForTimeout(300);
  await page.keyboard.type('echo more > /srv/more');
  await page.keyboard.press('Enter');
  await page.locator('.change-row', { hasText: 'more' }).waitFor();
});

test('a commit offers to close our terminal, and goes on', async () => {
  const { page } = running;
  await page.getByRole('button', { name: /^Commit 1 change$/ }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('nothing is running').waitFor();
  await running.picture('terminal-commit-light-1280');
  await dialog.getByRole('button', { name: 'Close and commit' }).click();
  await seen(running, /^Committed a dangling image/);
  expect(await page.locator('.terminal-screen').count()).toBe(0);
});
