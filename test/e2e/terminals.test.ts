import { userInfo } from 'node:os';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRuntime } from '../../electron/run/findRuntime';
import { translator } from '../../shared/text/catalogue';
import type { RunningApp } from '../setup/electronApp';
import { textFaults, violations } from '../setup/lookTools';
import { startWithShell } from '../setup/shellWindow';
import { answerQuestions, askedQuestions, cli } from '../setup/windowTools';

/** Terminals of the window: what is asked before, what is said in them, and that they are in nobody's way once closed. */

/** A runtime may take its time to start on a busy machine. */
const patience = { timeout: 20_000 };
let running: RunningApp;
/** Folder of a runtime of our own. */
let runtimes: string;
beforeAll(async () => {
  running = await startWithShell(['fix'], { env: { STRATIGRAPH_RUNTIME: await unfilteredRuntime() } });
});
afterAll(async () => {
  // The last terminal is open, and its tree mounted.
  await running.close();
  await rm(runtimes, { recursive: true });
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(running.folder);
});

/** The runtime of this machine, which says that it was built without filters of system calls. */
async function unfilteredRuntime(): Promise<string> {
  const real = await findRuntime();
  if (!real) throw new Error('no runtime');
  runtimes = await mkdtemp(join(tmpdir(), 'stratigraph-runtime-'));
  const path = join(runtimes, basename(real.path));
  const hide = `'${real.path}' --version | sed -e 's/+SECCOMP//' -e '/^libseccomp/d'`;
  await writeFile(
    path,
    `#!/bin/sh\nif [ "$1" = --version ]; then ${hide}; else exec '${real.path}' "$@"; fi\n`,
  );
  await chmod(path, 0o755);
  return path;
}

const setLook = (theme: string, language: string): Promise<void> =>
  running.page.evaluate(
    ([toTheme, toLanguage]) => {
      const { request } = (window as unknown as { stratigraph: { request: Record<string, never> } })
        .stratigraph;
      return (request['settings.change'] as unknown as (change: unknown) => Promise<void>)({
        theme: toTheme,
        language: toLanguage,
      });
    },
    [theme, language] as const,
  );

/** Pictures of both sizes and themes; what breaks a rule of looks. */
async function looks(name: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [width, height] of [
    [1280, 800],
    [1920, 1080],
  ] as const) {
    await running.resize(width, height);
    for (const theme of ['light', 'dark']) {
      await running.page.emulateMedia({ colorScheme: theme as 'light' | 'dark' });
      // What fades or slides has come to rest.
      await running.page.evaluate(() =>
        Promise.allSettled(
          document
            .getAnimations()
            .filter(({ effect }) => Number.isFinite(Number(effect?.getComputedTiming().endTime)))
            .map(({ finished }) => finished),
        ),
      );
      await running.picture(`${name}-${theme}-${width}`);
      const rules = width === 1280 ? await violations(running) : [];
      found.push(...rules, ...(await textFaults(running, '.terminal-screen')));
    }
  }
  await running.page.emulateMedia({ colorScheme: 'light' });
  await running.resize(1280, 800);
  return found.map((fault) => `${name}: ${fault}`);
}

const openWorkspace = async (): Promise<void> =>
  running.page.locator('.side-item', { hasText: 'fix' }).click();

test.each(['en', 'zh-CN'] as const)(
  'what a machine cannot hold a command to is said in %s',
  async (language) => {
    const { page } = running;
    const t = translator(language);
    await setLook('system', language);
    await page.reload();
    await openWorkspace();
    await page.getByRole('button', { name: t('terminal.runShell') }).click();
    const said = page.locator('.terminal-notice');
    await said
      .getByText(language === 'en' ? 'was built without seccomp' : '未启用 seccomp')
      .waitFor(patience);
    await expect.poll(() => page.locator('.terminal-screen').innerText(), patience).toContain('/srv');
    expect(await looks(`terminal-unheld-${language}`)).toEqual([]);
    await page.getByRole('button', { name: t('terminal.close') }).click();
    await said.waitFor({ state: 'detached' });
  },
);

test('the question about the network shows the image’s own command', async () => {
  const { page } = running;
  await answerQuestions(running, 1);
  await setLook('system', 'en');
  await page.reload();
  await openWorkspace();
  await page.getByRole('button', { name: 'Run…' }).click();
  await page.getByRole('dialog').getByRole('checkbox').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('You declined it.').waitFor();
  const [question = ''] = await askedQuestions(running);
  expect(question).toContain("/bin/sh -c 'echo $GREETING'\n");
  // What was declined is put away from its own notice.
  await page.locator('.terminal-notice').getByRole('button', { name: 'Close' }).click();
  await page.locator('.terminal-notice').waitFor({ state: 'detached' });
});

test.each(['en', 'zh-CN'] as const)(
  'the terminal of a mounted image that was declined is closed, in %s',
  async (language) => {
    const { page } = running;
    const t = translator(language);
    await setLook('system', language);
    await page.reload();
    await page.locator('.card', { hasText: 'rig/shell:1.0' }).click();
    await page.keyboard.press('m');
    await page.getByText(t('mount.readOnly')).waitFor();
    const pane = page.locator('[data-pane=terminal]');
    for (const close of [t('app.close'), t('terminal.close')]) {
      await page
        .getByRole('button', { name: t('terminal.hostShell', { user: userInfo().username }), exact: true })
        .click();
      await pane.getByText(language === 'en' ? 'You declined it.' : '您已拒绝。').waitFor();
      if (close === t('app.close')) expect(await looks(`mount-declined-${language}`)).toEqual([]);
      await pane.getByRole('button', { name: close, exact: true }).click();
      await pane.waitFor({ state: 'detached' });
    }
    await page.getByRole('button', { name: t('mount.unmount'), exact: true }).click();
    await page.locator('.layer-graph').waitFor();
  },
);

test('a commit that a terminal of the window is in the way of offers to close it, keeps the form where that is declined, and goes on', async () => {
  const { page, store } = running;
  await setLook('system', 'en');
  await page.reload();
  await openWorkspace();
  await page.getByRole('button', { name: 'Shell inside (sh)' }).click();
  await expect.poll(() => page.locator('.terminal-screen').innerText(), patience).toContain('/srv');
  await page.getByRole('textbox', { name: 'Message' }).fill('Kept words');
  await page.getByLabel('Name', { exact: true }).fill('rig/shell:1.1');
  const commit = page.getByRole('button', { name: 'Commit a history step' });
  await commit.click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText('nothing is running').waitFor();
  expect(await looks('commit-terminal')).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('Kept words');
  expect(await page.locator('.terminal-screen').count()).toBe(1);
  await commit.click();
  await dialog.getByRole('button', { name: 'Close and commit' }).click();
  await expect.poll(() => page.getByRole('textbox', { name: 'Message' }).inputValue(), patience).toBe('');
  expect(await cli(store, 'history', 'rig/shell:1.1')).toContain('Kept words');
  await page.getByRole('button', { name: 'Shell inside (sh)' }).click();
  await expect.poll(() => page.locator('.terminal-screen').innerText(), patience).toContain('/srv');
});
