import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inMain, startApp, type RunningApp } from '../setup/electronApp';
import { startWithShell } from '../setup/shellWindow';

/** A shell may take its time to start on a busy machine. */
const patience = { timeout: 20_000 };
let running: RunningApp;
let secret: string;
const user = userInfo().username;
let made: string;
beforeAll(async () => {
  running = await startWithShell(['fix']);
  secret = join(running.folder, 'secret');
  made = join(running.folder, 'made');
  await writeFile(secret, 'TOP SECRET', { mode: 0o600 });
  await answer(1);
});
afterAll(() => running.close());

/**
 * The question of the main process answers with a button, 0 for yes, after some milliseconds (a yes does not count at once); gives
 * its texts later.
 */
const answer = (button: number, after = 900): Promise<void> =>
  inMain(
    running,
    ({ dialog }, [response, delay]) => {
      const shown = ((globalThis as { shown?: string[] }).shown ??= []);
      dialog.showMessageBox = ((_window: unknown, options: Electron.MessageBoxOptions) => {
        shown.push(`${options.message}\n${options.detail}\n${options.defaultId}`);
        return new Promise((resolve) => setTimeout(resolve, delay, { response, checkboxChecked: false }));
      }) as typeof dialog.showMessageBox;
    },
    [button, after] as const,
  );
const questions = (): Promise<string[]> =>
  inMain(running, () => (globalThis as { shown?: string[] }).shown ?? [], null);

interface Reply {
  readonly ok: boolean;
  readonly value: { readonly terminal: string };
  readonly problem: { readonly code: string; readonly facts: { readonly reason?: string } };
}
/** A script of the page calls a request, as any script there can. */
const call = (name: string, input: unknown): Promise<Reply> =>
  running.page.evaluate(
    ([to, what]) => {
      const { request } = (window as unknown as { stratigraph: { request: Record<string, never> } })
        .stratigraph;
      return (request[to] as unknown as (input: unknown) => Promise<Reply>)(what);
    },
    [name, input] as const,
  );
const shell = {
  tree: { workspace: 'fix' },
  kind: 'shell',
  command: null,
  network: false,
  columns: 80,
  rows: 24,
};
test('a script gets no shell of this machine, no network, no program and no clipboard by itself', async () => {
  // Nobody has touched the window yet.
  const refused = await call('terminal.open', shell);
  expect(refused.problem).toMatchObject({ code: 'terminal-refused', facts: { reason: 'unasked' } });
  const network = await call('terminal.open', {
    ...shell,
    kind: 'run',
    command: ['sh', '-c', 'cat /proc/net/tcp'],
    network: true,
  });
  expect(network.problem).toMatchObject({ code: 'terminal-refused', facts: { reason: 'unasked' } });
  for (const [name, input] of [
    ['terminal.open', { ...shell, kind: 'run', command: ['sleep', '100'] }],
    ['tree.show', { tree: { workspace: 'fix' } }],
    ['clipboard.write', { text: 'rm -rf ~\n' }],
  ] as const)
    expect((await call(name, input)).problem.code).toBe('action-unasked');
  // Events that a script makes are none of the person's.
  await running.page.evaluate(() => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    document.body.click();
  });
  expect((await call('terminal.open', shell)).problem.facts.reason).toBe('unasked');
  expect(await questions()).toEqual([]);
});

test('a click asks; what is declined is said in the tab, in both languages, and asked again', async () => {
  const { page } = running;
  await page.locator('.side-item', { hasText: 'fix' }).click();
  await page.getByRole('button', { name: `Shell on this machine, as ${user}` }).click();
  await page.getByText('The shell in fix was not opened. You declined it.').waitFor();
  const [question = ''] = await questions();
  expect(question).toContain('Open a shell of this machine in fix?');
  // Enter declines.
  expect(question.endsWith('\n1')).toBe(true);
  await running.picture('terminal-declined-light-1280');
  await call('settings.change', { language: 'zh-CN', theme: 'dark' });
  await page.reload();
  await page.locator('.side-item', { hasText: 'fix' }).click();
  await page.getByRole('button', { name: `本机 Shell，身份为 ${user}` }).click();
  await page.getByText('未在 fix 中打开 Shell').waitFor();
  await running.picture('terminal-declined-dark-zh-1280');
  expect(await questions()).toHaveLength(2);
  await call('settings.change', { language: 'en', theme: 'light' });
  await page.reload();
});

test('a yes that comes sooner than anybody can have read the question opens nothing: it is asked again', async () => {
  // The second click of a double-click, and then a no.
  await inMain(
    running,
    ({ dialog }) => {
      const answers = [
        [0, 100],
        [0, 300],
        [1, 0],
      ] as const;
      let at = 0;
      dialog.showMessageBox = () => {
        const [response, after] = answers[Math.min(at++, 2)] ?? [1, 0];
        (globalThis as { shownTimes?: number }).shownTimes = at;
        return new Promise((resolve) => setTimeout(resolve, after, { response, checkboxChecked: false }));
      };
    },
    null,
  );
  await running.page.keyboard.press('Escape');
  const reply = await call('terminal.open', shell);
  expect(reply.problem).toMatchObject({ code: 'terminal-refused', facts: { reason: 'declined' } });
  expect(await inMain(running, () => (globalThis as { shownTimes?: number }).shownTimes, null)).toBe(3);
});

test('a shell that was allowed takes what is typed, and nothing that a script writes', async () => {
  const { page } = running;
  await answer(0);
  await page.locator('.side-item', { hasText: 'fix' }).click();
  await page.getByRole('button', { name: `Shell on this machine, as ${user}` }).click();
  const screen = page.locator('.terminal-screen');
  await page.locator('.terminal-screen textarea').focus();
  await expect.poll(() => screen.innerText(), patience).toMatch(/[#$%>]/);
  await page.keyboard.type('echo typed-$((6*7))');
  await page.keyboard.press('Enter');
  await expect.poll(() => screen.innerText(), patience).toContain('typed-42');
  // Where it is, and whose rights it has, stand in its tab and its prompt.
  expect(await page.locator('.tab.on').innerText()).toContain(`fix, as ${user} on this machine`);
  expect(await screen.innerText()).toContain('(fix)');
  // The script's own terminal in the place that was allowed: it opens, and stays without a word.
  const own = await call('terminal.open', shell);
  expect(own.ok).toBe(true);
  const { terminal } = own.value;
  await page.keyboard.type('x');
  const typing = await call('terminal.write', { terminal, data: `cat ${secret} > ${made}\r` });
  expect(typing.problem.code).toBe('terminal-input-refused');
  for (const data of ['\r', `\u001b[200~id\r\u001b[201~`, '\u001b[A'])
    expect((await call('terminal.write', { terminal, data })).problem.code).toBe('terminal-input-refused');
  expect(existsSync(made)).toBe(false);
  await page.keyboard.press('Backspace');
});

test('a program that wants the mouse is told of what a person does with it, and nothing that a script writes', async () => {
  const { page } = running;
  const screen = page.locator('.terminal-screen');
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.type('printf "\\033[?1000h\\033[?1006h"; cat -v; printf "\\033[?1000l\\033[?1006l"');
  await page.keyboard.press('Enter');
  await expect.poll(() => screen.innerText(), patience).toContain('cat -v');
  const box = await screen.boundingBox();
  if (!box) throw new Error('no terminal');
  await expect
    .poll(async () => {
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      return screen.innerText();
    }, patience)
    .toMatch(/\^\[\[<0;\d+;\d+M\^\[\[<0;\d+;\d+m/);
  await page.mouse.wheel(0, 100);
  await expect.poll(() => screen.innerText(), patience).toMatch(/\^\[\[<65;\d+;\d+M/);
  for (const key of ['ArrowUp', 'F5', 'Delete', 'Shift+ArrowLeft']) await page.keyboard.press(key);
  await expect.poll(() => screen.innerText(), patience).toContain('^[[A^[[15~^[[3~^[[1;2D');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+d');
});

test('whatever a program writes, the window goes on', async () => {
  const { page } = running;
  const far = 2_147_483_647;
  const counts = [...'@ABCDEFGHILMPSTXZ`abdefr'].map((final) => `x\x1b[2;9r\x1b[${far}${final}`).join('');
  const hostile = [
    counts.repeat(20),
    `x${'\u0301'.repeat(3_000_000)}`,
    `\x1b[?${Array.from({ length: 200_000 }, (_, i) => 10_000 + i).join(';')}h`,
    '\x1b#8\x1b[2J\x1bc'.repeat(3000),
    '\x1b]8;;http://x/\x07y'.repeat(50_000),
    `\x1b]4;${'0;?;'.repeat(500_000)}0;?\x07`,
    '\x1b[c'.repeat(20_000),
    // A long line, all of which a screen reader would be told of.
    'z'.repeat(5_000_000),
    '\x1bc',
  ].join('');
  const file = join(running.folder, 'hostile');
  await writeFile(file, hostile);
  const screen = page.locator('.terminal-screen');
  await page.locator('.terminal-screen textarea').focus();
  // What the terminal answers is read by cat, not by the shell as a command.
  await page.keyboard.type(`stty -echo; cat '${file}'; sleep 1; stty echo; echo alive-$((6*7))`);
  await page.keyboard.press('Enter');
  await expect.poll(() => screen.innerText(), { timeout: 90_000 }).toContain('alive-42');
  const kept = await page.evaluate(() => document.querySelector('.terminal-screen')?.textContent.length ?? 0);
  expect(kept).toBeLessThan(500_000);
  await page.keyboard.press('Control+u');
});

test('text of an input method and of the clipboard is typed', async () => {
  const { page, app } = running;
  const screen = page.locator('.terminal-screen');
  await page.locator('.terminal-screen textarea').focus();
  const session = await app.context().newCDPSession(page);
  await session.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    windowsVirtualKeyCode: 229,
    key: 'Process',
    code: 'KeyR',
  });
  await session.send('Input.imeSetComposition', { text: 'r', selectionStart: 1, selectionEnd: 1 });
  await session.send('Input.insertText', { text: '容器' });
  await expect.poll(() => screen.innerText(), patience).toContain('容器');
  // Ctrl+C on a Russian keyboard, Ctrl+Space and Ctrl+@.
  await page.keyboard.press('Control+u');
  // A shell that has read the line and not yet begun it drops the signal.
  await page.keyboard.type('echo begun-$((1+1)); sleep 1000');
  await page.keyboard.press('Enter');
  await expect.poll(() => screen.innerText(), patience).toContain('begun-2');
  const control = { type: 'rawKeyDown', modifiers: 2 } as const;
  await session.send('Input.dispatchKeyEvent', {
    ...control,
    windowsVirtualKeyCode: 67,
    key: 'с',
    code: 'KeyC',
  });
  await session.send('Input.dispatchKeyEvent', {
    ...control,
    windowsVirtualKeyCode: 32,
    key: ' ',
    code: 'Space',
  });
  await session.send('Input.dispatchKeyEvent', {
    ...control,
    modifiers: 10,
    windowsVirtualKeyCode: 50,
    key: '@',
    code: 'Digit2',
  });
  await page.keyboard.type('echo inter-$((1+1))');
  await page.keyboard.press('Enter');
  await expect.poll(() => screen.innerText(), patience).toContain('inter-2');
  expect(await page.getByText('Some text was not typed').count()).toBe(0);
  await page.keyboard.press('Control+c');
  const before = await questions();
  await inMain(running, ({ clipboard }) => void clipboard.writeText('echo pasted-words'), null);
  await page.keyboard.press('Shift+Insert');
  await expect.poll(() => screen.innerText(), patience).toContain('echo pasted-words');
  await page.keyboard.press('Enter');
  expect(await page.getByText('Some text was not typed').count()).toBe(0);
  // The person's own words, copied elsewhere: nobody is asked.
  expect(await questions()).toEqual(before);
});

test('what a script put on the clipboard is no paste of the person’s, unless the person sees it and says yes', async () => {
  const { page } = running;
  const own = await call('terminal.open', shell);
  expect(own.ok).toBe(true);
  const { terminal } = own.value;
  const command = `touch ${made}`;
  const screen = page.locator('.terminal-screen');
  /** Ways in which a script gets its words there, at a key that the person presses for something else. */
  const ways = { 'a request': 'l', 'a copy': 'Control+c' };
  for (const [way, key] of Object.entries(ways))
    for (const data of [`${command}\r`, `\x1b[200~${command}\r\x1b[201~`]) {
      await inMain(running, async ({ clipboard }) => await clipboard.writeText('my own words'), null);
      await answer(1, 0);
      await page.evaluate((text) => {
        const { request } = (window as unknown as { stratigraph: { request: Record<string, never> } })
          .stratigraph;
        const write = request['clipboard.write'] as unknown as (input: unknown) => Promise<unknown>;
        addEventListener('keydown', ({ ctrlKey }) => void (ctrlKey || write({ text })), {
          once: true,
          capture: true,
        });
        const field = document.createElement('textarea');
        document.body.append(field);
        field.value = 'shown';
        field.select();
        // What is copied is the script's, and no other terminal gets the paste.
        for (const type of ['copy', 'paste'] as const)
          document.addEventListener(
            type,
            (event) => {
              if (type === 'copy') event.clipboardData?.setData('text/plain', text);
              event.preventDefault();
              event.stopImmediatePropagation();
            },
            { once: true, capture: true },
          );
      }, `${command}\n`);
      await page.keyboard.press(key);
      await expect
        .poll(() => inMain(running, ({ clipboard }) => clipboard.readText(), null))
        .toBe(`${command}\n`);
      const asked = await questions();
      await page.keyboard.press('Control+v');
      const reply = await call('terminal.write', { terminal, data });
      expect(reply.problem, way).toMatchObject({
        code: 'terminal-paste-refused',
        facts: { reason: 'declined' },
      });
      const [question = '', ...more] = (await questions()).slice(asked.length);
      expect(more).toEqual([]);
      expect(question).toContain(`Paste this text into the terminal in fix?\n${command}\n`);
      expect(question).toContain('copied or selected in this window');
      expect(existsSync(made)).toBe(false);
    }
  await call('terminal.close', { terminal });
  // Who copied from this window, and says so, has it pasted.
  await answer(0);
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.press('Control+u');
  await page.keyboard.press('Shift+Insert');
  await expect.poll(() => screen.innerText(), patience).toContain(command);
  await page.keyboard.press('Control+c');
  await expect.poll(() => existsSync(made)).toBe(false);
});

test('what the page of another window process put there is no paste of the person’s either', async () => {
  const other = await startApp({ folder: running.folder, profile: 'other' });
  const command = `touch ${made}-other`;
  await other.page.evaluate((text) => {
    const { request } = (window as unknown as { stratigraph: { request: Record<string, never> } })
      .stratigraph;
    const write = request['clipboard.write'] as unknown as (input: unknown) => Promise<unknown>;
    addEventListener('keydown', () => void write({ text }), { once: true, capture: true });
  }, command);
  await other.page.keyboard.press('l');
  await expect.poll(() => inMain(running, ({ clipboard }) => clipboard.readText(), null)).toBe(command);
  const { page } = running;
  await answer(1, 0);
  const asked = await questions();
  await page.locator('.terminal-screen textarea').focus();
  await page.keyboard.press('Control+u');
  await page.keyboard.press('Shift+Insert');
  await expect.poll(async () => (await questions()).slice(asked.length).join()).toContain(command);
  await other.close();
});
