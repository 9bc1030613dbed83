import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { everyRefusal, inMain, startApp, type RunningApp } from '../setup/electronApp';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ provoked: everyRefusal });
});
afterAll(() => running.close());

/** What the clipboard holds; with a word it is put there before. */
const clipboard = (text: string | null = null): Promise<string> =>
  inMain(
    running,
    ({ clipboard: board }, put) => {
      if (put !== null) void board.writeText(put);
      return board.readText();
    },
    text,
  );
/** Runs words in the page as a script that came in does: no debugger and no person gives it an activation. */
const script = (words: string): Promise<unknown> =>
  inMain(
    running,
    ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code, false),
    words,
  );

interface Hostile {
  readonly found: string[];
  /** Runs at the next key that is pressed. */
  attempt: ((field: HTMLTextAreaElement) => void) | null;
}
type HostileWindow = Window & { readonly hostile: Hostile };

/** A field of the page whose script does something at a key that the person presses. */
const prepare = async (): Promise<void> => {
  const { page } = running;
  await page.evaluate(() => {
    document.querySelector('#hostile')?.remove();
    const hostile: Hostile = { found: [], attempt: null };
    Object.assign(window, { hostile });
    const field = document.createElement('textarea');
    field.id = 'hostile';
    field.value = 'evil';
    field.style.cssText = 'position:fixed;left:300px;top:200px;width:200px;height:60px;z-index:99999';
    document.body.append(field);
    field.addEventListener('keydown', () => {
      hostile.attempt?.(field);
      hostile.attempt = null;
    });
    for (const type of ['copy', 'cut', 'paste'] as const)
      document.addEventListener(
        type,
        (event) => {
          hostile.found.push(event.clipboardData?.getData('text/plain') ?? '');
          event.clipboardData?.setData('text/plain', 'evil');
          event.preventDefault();
        },
        { once: true, capture: true },
      );
  });
  await page.locator('#hostile').click({ timeout: 5000 });
};
// A page that the test before has begun anew may not be there yet, or goes while it is prepared.
beforeEach(() => vi.waitFor(prepare, { timeout: 30_000, interval: 100 }));

test('a script neither writes the clipboard nor reads it, at whichever key the person presses', async () => {
  const { page } = running;
  const attempts: Readonly<Record<string, () => void>> = {
    commands: () => {
      (window as unknown as HostileWindow).hostile.attempt = (field) => {
        for (const command of ['copy', 'cut', 'paste', 'pasteAndMatchStyle']) {
          field.select();
          document.execCommand(command);
        }
      };
    },
    'in a closed tree': () => {
      (window as unknown as HostileWindow).hostile.attempt = () => {
        const host = document.createElement('div');
        document.body.append(host);
        const field = document.createElement('textarea');
        field.value = 'evil';
        host.attachShadow({ mode: 'closed' }).append(field);
        for (const command of ['copy', 'paste']) {
          field.select();
          document.execCommand(command);
        }
        (window as unknown as HostileWindow).hostile.found.push(
          ...(field.value === 'evil' ? [] : [field.value]),
        );
        host.remove();
      };
    },
    'the clipboard of the navigator': () => {
      (window as unknown as HostileWindow).hostile.attempt = () => {
        const { found } = (window as unknown as HostileWindow).hostile;
        navigator.clipboard.writeText('evil').then(undefined, () => undefined);
        navigator.clipboard.readText().then(
          (text) => void found.push(text),
          () => undefined,
        );
      };
    },
  };
  for (const theme of ['light', 'dark'])
    for (const [name, attempt] of Object.entries(attempts))
      // The last is the very key of a paste, in a field that does not take it.
      for (const key of ['l', 'Enter', 'Control+k']) {
        // The page's preferences are made anew with the theme.
        await inMain(running, ({ nativeTheme }, to) => void (nativeTheme.themeSource = to as 'dark'), theme);
        await clipboard('mine');
        await page.evaluate(attempt);
        await page.keyboard.press(key);
        await page.waitForTimeout(60);
        expect(await clipboard(), `${name}, ${key}`).toBe('mine');
        expect(await page.evaluate(() => (window as unknown as HostileWindow).hostile.found), name).toEqual(
          [],
        );
        expect(await page.locator('#hostile').inputValue()).not.toContain('mine');
        // The key has opened the palette: the next one is for the field again.
        if ((await page.locator('.palette').count()) > 0) await page.keyboard.press('Escape');
        await page.locator('#hostile').focus();
      }
});

test('a key of a paste gives one paste, and no copy of a script', async () => {
  const { page } = running;
  await clipboard('mine');
  await page.evaluate(() => {
    (window as unknown as HostileWindow).hostile.attempt = (field) => {
      field.select();
      document.execCommand('copy');
      document.execCommand('paste');
    };
  });
  await page.keyboard.press('Control+v');
  await expect
    .poll(() => page.evaluate(() => (window as unknown as HostileWindow).hostile.found))
    .toEqual(['mine']);
  expect(await clipboard()).toBe('mine');
});

test('a person copies, cuts and pastes', async () => {
  const { page } = running;
  await page.reload();
  await page.waitForSelector('.app');
  await page.evaluate(() => {
    const field = document.createElement('textarea');
    field.id = 'own';
    field.style.cssText = 'position:fixed;left:300px;top:300px;width:200px;height:60px;z-index:99999';
    document.body.append(field);
  });
  const field = page.locator('#own');
  await field.fill('words');
  for (const [keys, after] of [
    [['Control+a', 'Control+c'], 'words'],
    [['Control+a', 'Control+x'], 'words'],
  ] as const) {
    await clipboard('mine');
    await field.focus();
    for (const key of keys) await page.keyboard.press(key);
    await expect.poll(() => clipboard()).toBe(after);
  }
  expect(await field.inputValue()).toBe('');
  await page.keyboard.press('Control+v');
  await expect.poll(() => field.inputValue()).toBe('words');
});

test('a click that a script brings about is nobody’s, with assistive software, too', async () => {
  const clicks = `(async () => {
    const label = document.createElement('label');
    const box = Object.assign(document.createElement('input'), { type: 'checkbox' });
    label.append(box);
    document.body.append(label);
    let trusted = 0;
    box.addEventListener('click', ({ isTrusted }) => (trusted += isTrusted ? 1 : 0));
    label.click();
    label.dispatchEvent(new MouseEvent('click', { bubbles: true }));
    label.remove();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { problem } = await window.stratigraph.request['clipboard.write']({ text: 'evil' });
    return { trusted, code: problem?.code };
  })()`;
  await clipboard('mine');
  for (const supported of [false, true]) {
    // What was done on the page before counts for nothing on this one; the tests' own calls would count as the person's.
    await inMain(
      running,
      async ({ app, BrowserWindow }, on) => {
        app.accessibilitySupportEnabled = on;
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.reload();
        await new Promise<void>((resolve) => contents?.once('did-finish-load', () => resolve()));
      },
      supported,
    );
    expect(await script(clicks), String(supported)).toEqual({ trusted: 2, code: 'action-unasked' });
  }
  await inMain(running, ({ app }) => (app.accessibilitySupportEnabled = false), null);
  expect(await clipboard()).toBe('mine');
});

test('a page with a frame, in which a script would be out of sight, is begun anew', async () => {
  const { page } = running;
  await clipboard('mine');
  await page.evaluate(() => {
    (window as unknown as HostileWindow).hostile.attempt = () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const inner = frame.contentDocument as Document;
      const field = inner.createElement('textarea');
      inner.body.append(field);
      field.value = 'evil';
      field.select();
      inner.execCommand('copy');
    };
  });
  await page.keyboard.press('l');
  await page.locator('#hostile').waitFor({ state: 'detached' });
  await page.waitForSelector('.app');
  expect(await page.locator('iframe').count()).toBe(0);
  expect(await clipboard()).toBe('mine');
});
