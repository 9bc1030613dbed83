import { afterAll, beforeAll, expect, test } from 'vitest';
import { everyRefusal, startApp, type RunningApp } from '../setup/electronApp';

/** Dialogs of Chromium's own: a script in the page opens none, neither by itself nor at a click of the person. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ provoked: everyRefusal });
});
afterAll(() => running.close());

test('nothing is printed: the call ends at once, with no dialog that would hold it', async () => {
  const { page } = running;
  const ended = page.evaluate(() => {
    window.print();
    return window.confirm('Delete everything?');
  });
  const late = new Promise((resolve) => setTimeout(() => resolve('held'), 20_000).unref());
  expect(await Promise.race([ended, late])).toBe(false);
});

test('no picker of files opens at a click: what asks for one is handed nothing', async () => {
  const { app, page } = running;
  await app.evaluate(({ BrowserWindow }) => {
    const told: string[] = [];
    Object.assign(globalThis, { told });
    for (const { webContents } of BrowserWindow.getAllWindows())
      webContents.debugger.on('message', (_event, method) => told.push(method));
  });
  await page.evaluate(() => {
    const given: number[] = [];
    Object.assign(window, { given });
    document.addEventListener(
      'mousedown',
      () => {
        const input = document.createElement('input');
        input.type = 'file';
        input.onchange = () => given.push(input.files?.length ?? 0);
        input.click();
      },
      { once: true, capture: true },
    );
  });
  await page.mouse.click(640, 400);
  const taken = (): Promise<readonly string[]> =>
    app.evaluate(() => (globalThis as unknown as { told: string[] }).told);
  await expect.poll(taken).toContain('Page.fileChooserOpened');
  expect(await page.evaluate(() => (window as unknown as { given: number[] }).given)).toEqual([]);
});
