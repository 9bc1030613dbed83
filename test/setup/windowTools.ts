import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator } from 'playwright';
import { inMain, type RunningApp } from './electronApp';

const root = join(import.meta.dirname, '..', '..');

/** The next native open dialog answers with these files, without being shown: a test has no hand to click in it. */
export async function answerOpenDialog(running: RunningApp, paths: readonly string[]): Promise<void> {
  await inMain(
    running,
    ({ dialog }, filePaths) => {
      const answer = { canceled: filePaths.length === 0, filePaths };
      // No sooner than it counts.
      dialog.showOpenDialog = () => new Promise((resolve) => setTimeout(resolve, 900, answer));
    },
    [...paths],
  );
}

/** The next native save dialog answers with this path; null dismisses it. */
export async function answerSaveDialog(running: RunningApp, path: string | null): Promise<void> {
  await inMain(
    running,
    ({ dialog }, filePath) => {
      const answer = { canceled: filePath === null, filePath: filePath ?? '' };
      dialog.showSaveDialog = () => new Promise((resolve) => setTimeout(resolve, 900, answer));
    },
    path,
  );
}

/** From now on native questions answer with this button, without being shown; {@link askedQuestions} gives what they asked. */
export async function answerQuestions(running: RunningApp, button: number): Promise<void> {
  await inMain(
    running,
    ({ dialog }, response) => {
      const shown = ((globalThis as { shown?: string[] }).shown ??= []);
      dialog.showMessageBox = ((_window: unknown, options: Electron.MessageBoxOptions) => {
        shown.push(`${options.message}\n${options.detail}`);
        // No sooner than a yes counts.
        return new Promise((resolve) => setTimeout(resolve, 900, { response, checkboxChecked: false }));
      }) as typeof dialog.showMessageBox;
    },
    button,
  );
}

/** Message and detail of each question since {@link answerQuestions}. */
export function askedQuestions(running: RunningApp): Promise<readonly string[]> {
  return inMain(running, () => (globalThis as { shown?: string[] }).shown ?? [], null);
}

type DragType = 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel';

/** Drags files from the system over the window, step by step, as a file manager would. */
export async function dragFiles(
  { app, page }: RunningApp,
  paths: readonly string[],
  types: readonly DragType[] = ['dragEnter', 'dragOver', 'drop'],
  /** Keys that are held: Alt is 1. */
  modifiers = 0,
): Promise<void> {
  const session = await app.context().newCDPSession(page);
  for (const type of types) {
    await session.send('Input.dispatchDragEvent', {
      type,
      x: 640,
      y: 400,
      modifiers,
      data: { items: [], files: [...paths], dragOperationsMask: 1 },
    });
  }
  await session.detach();
}

/** Runs our command line on a store; gives what it prints. */
export async function cli(store: string, ...args: readonly string[]): Promise<string> {
  const command = [join(root, 'scripts', 'stratigraph.mjs'), '--store', store, ...args];
  const { stdout } = await promisify(execFile)(process.execPath, command, { maxBuffer: 64 << 20 });
  return stdout;
}

/** Waits for the notice or the foot of the window to say something. */
export async function seen({ page }: RunningApp, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor({ timeout: 20_000 });
}

/**
 * Watches the button of a dialog that reads so from now on: answers its states of `aria-disabled` one after the other, without
 * those that follow their like.
 */
export async function buttonStates(
  dialog: Locator,
  text: string,
): Promise<() => Promise<readonly (string | null)[]>> {
  const watched = await dialog.evaluateHandle((node, label) => {
    const states: (string | null)[] = [];
    new MutationObserver(() => {
      const button = [...node.querySelectorAll('button')].find(({ textContent }) => textContent === label);
      const state = button?.getAttribute('aria-disabled') ?? null;
      if (button && states.at(-1) !== state) states.push(state);
    }).observe(node, { subtree: true, childList: true, characterData: true, attributes: true });
    return states;
  }, text);
  return () => watched.evaluate((states) => [...states]);
}

/** Bytes of all blobs of a store, as they lie on disk. */
export async function blobBytes(store: string): Promise<number> {
  const folder = join(store, 'blobs', 'sha256');
  let sum = 0;
  for (const name of await readdir(folder)) sum += (await stat(join(folder, name))).size;
  return sum;
}
