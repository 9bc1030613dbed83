import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inMain, type RunningApp } from '../setup/electronApp';
import { startWithShell } from '../setup/shellWindow';

/** What becomes of a window and its terminals when its page ends, hangs or begins anew. */

const patience = { timeout: 20_000 };
let running: RunningApp;
beforeAll(async () => {
  running = await startWithShell(['fix']);
  await inMain(
    running,
    ({ dialog }) => {
      const world = globalThis as unknown as { shown: string[]; answer: number };
      Object.assign(world, { shown: [], answer: 0 });
      dialog.showMessageBox = ((_window: unknown, options: Electron.MessageBoxOptions) => {
        world.shown.push(options.message);
        return Promise.resolve({ response: world.answer, checkboxChecked: false });
      }) as typeof dialog.showMessageBox;
    },
    null,
  );
});
afterAll(() => running.close());

const shown = (): Promise<string[]> =>
  inMain(running, () => (globalThis as unknown as { shown: string[] }).shown, null);
/** Processes of this machine whose command line has a word. */
const processes = (word: string): number =>
  readdirSync('/proc').filter((id) => {
    try {
      return /^[0-9]+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  }).length;
/** Opens a terminal from the page, by its number of seconds that is to be found among the processes. */
const openTerminal = async (seconds: string): Promise<void> => {
  await running.page.locator('.side-item', { hasText: 'fix' }).click();
  await running.page.evaluate((command) => {
    const { request } = (window as unknown as { stratigraph: { request: Record<string, never> } })
      .stratigraph;
    const open = request['terminal.open'] as unknown as (input: unknown) => Promise<unknown>;
    const run = { kind: 'run', network: false, columns: 80, rows: 24 };
    return open({ tree: { workspace: 'fix' }, ...run, command: ['sleep', command] });
  }, seconds);
  await expect.poll(() => processes(seconds), patience).toBeGreaterThan(0);
};
/** Waits for a page that answers; by the main process, for the test's own view of a page that died does not come back. */
const answers = (): Promise<unknown> =>
  inMain(
    running,
    ({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const late = new Promise((resolve) => setTimeout(resolve, 1000, 'nothing'));
      const asked = contents?.executeJavaScript("document.querySelector('.app') !== null", false);
      return Promise.race([asked, late]).catch(() => 'nothing');
    },
    null,
  );

test('what a page had open ends with it when it begins anew', async () => {
  await openTerminal('4711.25');
  await running.page.reload();
  await running.page.waitForSelector('.app');
  await expect.poll(() => processes('4711.25'), patience).toBe(0);
});

test('a script moves and resizes no window', async () => {
  const bounds = (): Promise<unknown> =>
    inMain(running, ({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds(), null);
  const before = await bounds();
  await running.page.evaluate(async () => {
    for (let i = 0; i < 3; i++) {
      moveTo(5000 * i, 5000);
      resizeTo(10, 10);
      moveBy(40, 40);
      resizeBy(-50, -50);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
  expect(await bounds()).toEqual(before);
});

test('a page whose process ends is loaded again, and asked about when it ends again', async () => {
  await openTerminal('4712.25');
  const kill = (): Promise<void> =>
    inMain(
      running,
      ({ BrowserWindow }) => {
        const id = BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId() ?? 0;
        if (id > 0) process.kill(id, 'SIGKILL');
      },
      null,
    );
  await kill();
  await expect.poll(shown, patience).toEqual(['The window’s page ended and was loaded again.']);
  await expect.poll(answers, patience).toBe(true);
  await expect.poll(() => processes('4712.25'), patience).toBe(0);
  await kill();
  await expect.poll(async () => (await shown()).at(-1), patience).toBe('The window’s page has ended again.');
  await expect.poll(answers, patience).toBe(true);
  // A page that hangs is waited for, or ended and loaded again.
  const hang = (answer: number): Promise<void> =>
    inMain(
      running,
      ({ BrowserWindow }, way) => {
        (globalThis as unknown as { answer: number }).answer = way;
        BrowserWindow.getAllWindows()[0]?.webContents.emit('unresponsive');
      },
      answer,
    );
  await hang(0);
  await expect.poll(async () => (await shown()).at(-1), patience).toBe('The window does not answer.');
  expect(await answers()).toBe(true);
  // Closed, the program ends.
  const ended = new Promise((resolve) => running.app.process().once('exit', resolve));
  await hang(2).catch(() => undefined);
  await ended;
});
