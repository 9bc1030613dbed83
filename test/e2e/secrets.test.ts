import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive } from '../setup/imageBuilder';
import { violations } from '../setup/lookTools';
import { answerOpenDialog, cli, seen } from '../setup/windowTools';

/** The secrets of an image in the window: the same as on the command line, and a way to take them out. */

const key = 'API_KEY=g7Tq2v9XkLm4Rb8ZsW1yQ\n';
const archive = dockerArchive([
  {
    names: ['leaky:1'],
    config: { Env: ['PATH=/bin', 'DB_PASSWORD=Zk3Vb8Qy5Rw1Nc7Tj0Lp4Xe9'] },
    layers: [
      {
        files: [
          { path: 'app/a.env', content: key },
          { path: 'app/b[1].env', content: `X_${key}` },
        ],
      },
      { files: [{ path: 'app/.wh.a.env' }, { path: 'backup/copy.dat', content: key }] },
    ],
  },
]);

/** More files with a secret than one rewrite takes. */
const many = dockerArchive([
  {
    names: ['many:1'],
    layers: [
      { files: Array.from({ length: 1005 }, (_, i) => ({ path: `f${i}.env`, content: `A${i}_${key}` })) },
    ],
  },
]);

const folders = 'a-folder-with-a-long-name/'.repeat(15);
const deep = dockerArchive([
  {
    names: ['deep:1'],
    layers: [
      {
        files: Array.from({ length: 6 }, (_, i) => ({
          path: `${i}/${folders}settings.env`,
          content: `D${i}_${key}`,
        })),
      },
    ],
  },
]);

let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ settings: { theme: 'light' }, size: { width: 1280, height: 800 } });
});
afterAll(() => running.close());

test('an image says which secrets are in it, and loses their files', async () => {
  const { page, store } = running;
  const file = join(running.folder, 'leaky.tar');
  await writeFile(file, archive);
  await answerOpenDialog(running, [file]);
  await page.keyboard.press('Control+o');
  await page.locator('.card', { hasText: 'leaky:1' }).click();
  const section = page.locator('.insp-section', { hasText: 'Secrets' });
  await section.getByRole('button', { name: 'Look for secrets' }).click();
  await section.locator('.insp-secret').first().waitFor();
  const shown = (await section.locator('.insp-secret').allInnerTexts()).map((text) => text.split('\n'));
  const [told] = JSON.parse(await cli(store, '--json', 'secrets', 'leaky:1')) as [
    {
      files: { path: string; line: number; excerpt: string; layer: number; state: string }[];
      config: { field: string; key: string; excerpt: string }[];
    },
  ];
  expect(shown.map(([, where = '', , excerpt = '']) => [where, excerpt])).toEqual([
    ...told.files.map(({ path, line, excerpt }) => [`/${path}:${line}`, excerpt]),
    ...told.config.map((each) => [`${each.field} ${each.key}`, each.excerpt]),
  ]);
  expect(shown.map(([, , place = '']) => place)).toEqual([
    'layer 1 · deleted by layer 2',
    'layer 1 · visible',
    'in the config: Env',
  ]);
  expect((await section.innerText()).includes('g7Tq2v9XkLm4')).toBe(false);
  expect(await violations(running)).toEqual([]);
  await running.picture('secrets-light-1280');

  await section.getByRole('button', { name: 'Take these files out…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 layer stays as it is').or(dialog.getByText('0 layers stay')).first().waitFor();
  await dialog.getByText('The same contents also stand at /backup/copy.dat in layer 2 of leaky:1').waitFor();
  const name = dialog.getByLabel('Name of the new image');
  await name.fill('leaky:1');
  await dialog.getByText(/^leaky:1 is the only name of another image/).waitFor();
  await name.fill('leaky:2');
  expect(await violations(running)).toEqual([]);
  await running.picture('rewrite-light-1280');
  await dialog.getByRole('button', { name: 'Take out' }).click();
  await seen(running, /^Wrote \d layers? anew/);
  const [after] = JSON.parse(await cli(store, '--json', 'secrets', 'leaky:2')) as [{ files: unknown[] }];
  expect(after.files).toEqual([]);
  expect(await cli(store, 'ls', '-R', 'leaky:2')).toContain('backup/copy.dat');
});

test('taking out says of how many files it offers the first', async () => {
  const { page } = running;
  const file = join(running.folder, 'many.tar');
  await writeFile(file, many);
  await answerOpenDialog(running, [file]);
  await page.keyboard.press('Control+o');
  await page.locator('.card', { hasText: 'many:1' }).click();
  const section = page.locator('.insp-section', { hasText: 'Secrets' });
  await section.getByRole('button', { name: 'Look for secrets' }).click();
  await section.locator('.insp-secret').first().waitFor();
  await section.getByRole('button', { name: 'Take these files out…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^These are the first 1\s?000 of 1\s?005 files\./).waitFor();
  expect(await dialog.getByRole('checkbox').count()).toBe(1000);
  await page.keyboard.press('Escape');
});

test('long paths stand under each other, and two Enters take the files out once', async () => {
  const { page } = running;
  const file = join(running.folder, 'deep.tar');
  await writeFile(file, deep);
  await answerOpenDialog(running, [file]);
  await page.keyboard.press('Control+o');
  await page.locator('.card', { hasText: 'deep:1' }).click();
  const section = page.locator('.insp-section', { hasText: 'Secrets' });
  await section.getByRole('button', { name: 'Look for secrets' }).click();
  await section.locator('.insp-secret').first().waitFor();
  await section.getByRole('button', { name: 'Take these files out…' }).click();
  const dialog = page.getByRole('dialog');
  const go = dialog.getByRole('button', { name: 'Take out' });
  await expect.poll(() => go.getAttribute('aria-disabled')).toBe(null);
  const onEachOther = await dialog.locator('.rewrite-paths .choice').evaluateAll((rows) => {
    const lines = rows.map((row) => {
      const text = document.createRange();
      text.selectNodeContents(row);
      return text.getBoundingClientRect();
    });
    return lines.filter(({ top }, i) => i > 0 && top < (lines[i - 1]?.bottom ?? 0)).length;
  });
  expect(onEachOther).toBe(0);
  await running.picture('rewrite-long-light-1280');
  await dialog.getByLabel('Name of the new image').fill('deep:2');
  // Both before the first is answered.
  await dialog.locator('form').evaluate((form: HTMLFormElement) => {
    form.requestSubmit();
    form.requestSubmit();
  });
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Operations' }).click();
  const ended = page.locator('.finished', { hasText: 'deep:' });
  await ended.filter({ hasText: 'deep:2' }).waitFor();
  await page.waitForTimeout(500);
  expect(await ended.allInnerTexts()).toEqual([expect.stringMatching(/^Wrote 1 layer anew/)]);
});
