import { afterEach, expect, test } from 'vitest';
import { inMain, type RunningApp } from '../setup/electronApp';
import { startWithShell } from '../setup/shellWindow';
import { hugeArchive } from '../setup/hugeArchive';
import { answerQuestions, askedQuestions, dragFiles } from '../setup/windowTools';

/** What is asked before the window closes, or the program ends, while something runs that would end with it. */

let running: RunningApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const patience = { timeout: 20_000 };

/** Opens a shell in the workspace `fix`. */
async function openShell({ page }: RunningApp): Promise<void> {
  await page.locator('.side-item', { hasText: 'fix' }).click();
  await page.getByRole('button', { name: 'Shell inside (sh)' }).click();
  await expect.poll(() => page.locator('.terminal-screen').innerText(), patience).toMatch(/[#$]/);
}

/** Runs a program there that does not end by itself. */
async function runProgram({ page }: RunningApp): Promise<void> {
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.type('sleep 1000');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(300);
}

/** Does it as a person would; the page may go away under it. */
const ways = {
  'the window’s button': ({ page }: RunningApp) =>
    page
      .getByRole('button', { name: 'Close the window' })
      .click({ noWaitAfter: true })
      .catch(() => undefined),
  'the window manager': (of: RunningApp) =>
    inMain(of, ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), null),
  'the menu’s Quit': (of: RunningApp) =>
    inMain(
      of,
      ({ Menu }) => {
        const items = Menu.getApplicationMenu()?.items ?? [];
        const quit = items
          .flatMap(({ submenu }) => submenu?.items ?? [])
          .find(({ accelerator }) => accelerator === 'CmdOrCtrl+Q');
        setTimeout(() => void quit?.click());
      },
      null,
    ),
} as const;

test('a program in a terminal keeps the window open unless the person agrees, whichever way it is closed', async () => {
  running = await startWithShell(['fix']);
  const of = running;
  await openShell(of);
  await runProgram(of);
  await answerQuestions(of, 1);
  let asked = 0;
  for (const way of Object.values(ways)) {
    await way(of);
    await expect.poll(() => askedQuestions(of), patience).toHaveLength(++asked);
    // The answer has come by then.
    await of.page.waitForTimeout(1200);
  }
  expect(new Set(await askedQuestions(of))).toEqual(
    new Set(['Close Stratigraph?\n1 program in a terminal would end: sleep.']),
  );
  // It runs on: what interrupts it gives the shell back.
  await of.page.locator('.terminal-screen textarea').focus();
  await of.page.keyboard.press('Control+c');
  await of.page.keyboard.type('echo still-$((40+2))');
  await of.page.keyboard.press('Enter');
  await expect.poll(() => of.page.locator('.terminal-screen').innerText(), patience).toContain('still-42');

  await runProgram(of);
  const closed = of.app.waitForEvent('close');
  await answerQuestions(of, 0);
  await ways['the menu’s Quit'](of);
  await closed;
});

test('a shell that waits is no reason to ask', async () => {
  running = await startWithShell(['fix']);
  await openShell(running);
  await answerQuestions(running, 1);
  const closed = running.app.waitForEvent('close');
  await ways['the window’s button'](running);
  await closed;
});

test('an operation under way is asked about, and the end of the program waits for no answer', async () => {
  running = await startWithShell();
  const of = running;
  const big = await hugeArchive(of.folder);
  await dragFiles(of, [big]);
  await of.page.locator('.operation-row').waitFor();
  // Nobody answers.
  await inMain(
    of,
    ({ dialog }) => {
      const shown = ((globalThis as { shown?: string[] }).shown = []) as string[];
      dialog.showMessageBox = ((_window: unknown, { detail, signal }: Electron.MessageBoxOptions) => {
        shown.push(String(detail));
        return new Promise((resolve) =>
          signal?.addEventListener('abort', () => resolve({ response: 1, checkboxChecked: false })),
        );
      }) as typeof dialog.showMessageBox;
    },
    null,
  );
  await ways['the window’s button'](of);
  await ways['the window manager'](of);
  await expect
    .poll(() => askedQuestions(of), patience)
    .toEqual(['1 operation would be cancelled: Loading big.tar. The store stays whole.']);
  const closed = of.app.waitForEvent('close');
  of.app.process().kill('SIGTERM');
  await closed;
});
