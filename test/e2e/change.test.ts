import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { showcaseArchive } from '../setup/showcase';
import {
  answerOpenDialog,
  answerSaveDialog,
  blobBytes,
  buttonStates,
  cli,
  dragFiles,
  seen,
} from '../setup/windowTools';
import { violations } from '../setup/lookTools';

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
  const file = join(running.folder, 'shop.tar');
  await writeFile(file, showcaseArchive());
  await dragFiles(running, [file]);
  await running.page.locator('.card', { hasText: 'storefront:2.1' }).waitFor();
});
afterAll(() => running.close());

const card = (name: string) => running.page.locator('.layer-graph .card', { hasText: name });
const ids = async (name: string): Promise<string> =>
  (await cli(running.store, 'inspect', name)).match(/"Id": "(sha256:[0-9a-f]{64})"/)?.[1] ?? '';

test('tag: a name is checked while it is typed, and added', async () => {
  const { page } = running;
  await card('redis:7-alpine').click();
  await page.keyboard.press('t');
  const dialog = page.getByRole('dialog');
  const add = dialog.getByRole('button', { name: 'Add the name' });
  await page.keyboard.type('Not A Name');
  expect(await add.getAttribute('aria-disabled')).toBe('true');
  await running.picture('tag-refused-light-1280');
  await dialog.getByRole('textbox').fill('cache:stable');
  await running.picture('tag-light-1280');
  await add.click();
  await seen(running, 'Added the name cache:stable');
  expect(await ids('cache:stable')).toBe(await ids('redis:7-alpine'));
});

test('undo takes the name away again', async () => {
  const { page, store } = running;
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await cli(store, 'images')).includes('cache')).toBe(false);
});

test('a name that another image has moves, and the dialog says so first', async () => {
  const { page } = running;
  const before = await ids('nginx:1.27');
  await card('shop-web:1.6').click();
  await page.keyboard.press('t');
  await page.getByRole('dialog').getByRole('textbox').fill('nginx:1.27');
  await page.getByText('is the only name of another image').waitFor();
  await page.getByRole('button', { name: 'Move the name here' }).click();
  await expect.poll(() => ids('nginx:1.27')).toBe(await ids('shop-web:1.6'));
  await page.keyboard.press('Control+z');
  await expect.poll(() => ids('nginx:1.27')).toBe(before);
});

test('rename', async () => {
  const { page, store } = running;
  await card('alpine:3.20').click();
  await page.keyboard.press('F2');
  await page.getByRole('dialog').getByRole('textbox').fill('alpine:old');
  await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click();
  await card('alpine:old').waitFor();
  expect(await cli(store, 'images')).not.toContain('3.20');
});

test('a name that moves while its dialog is open is given to nobody else', async () => {
  const { page, store } = running;
  await cli(store, 'tag', 'redis:7-alpine', 'moving:1');
  await card('redis:7-alpine').click();
  await page.keyboard.press('F2');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').waitFor();
  const name = (await dialog.getByRole('heading').first().innerText()).replace(/^Rename /, '');
  const [before, other] = [await ids(name), await ids('alpine:old')];
  await cli(store, 'tag', 'alpine:old', name);
  await expect.poll(() => ids(name)).toBe(other);
  await dialog.getByRole('textbox').fill('moved:1');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await dialog.getByText(/not that of the image that was shown/).waitFor();
  expect(await cli(store, 'images')).not.toContain('moved');
  expect(await ids(name)).toBe(other);
  await page.keyboard.press('Escape');
  await cli(store, 'tag', before, name);
  await cli(store, 'untag', 'moving:1');
  await expect.poll(() => card('moving:1').count()).toBe(0);
});

test('untag by the menu leaves the image dangling, and says so', async () => {
  const { page } = running;
  await card('alpine:old').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Remove the name alpine:old' }).click();
  await seen(running, 'its image is dangling now');
  await expect.poll(() => page.locator('.card.nameless').count()).toBe(2);
  await page.keyboard.press('Control+z');
  await card('alpine:old').waitFor();
});

test('save: one press, the native dialog, and a file that gives the same images back', async () => {
  const { page, folder } = running;
  await card('shop-api:1.6').click();
  await card('shop-api:1.5').click({ modifiers: ['Control'] });
  const target = join(folder, 'saved.tar');
  await answerSaveDialog(running, target);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await seen(running, /^Saved 2 images to saved\.tar/);
  const again = join(folder, 'again');
  await cli(again, 'load', target);
  for (const name of ['shop-api:1.6', 'shop-api:1.5']) {
    const found = (await cli(again, 'inspect', name)).match(/"Id": "(sha256:[0-9a-f]{64})"/)?.[1];
    expect(found).toBe(await ids(name));
  }
  expect((await stat(target)).size).toBeGreaterThan(1000);
  expect((await readdir(folder)).filter((name) => name.includes('saved'))).toEqual(['saved.tar']);
});

test('save in another format: the dialog says what will be written, to the byte', async () => {
  const { page, folder } = running;
  const target = join(folder, 'saved-oci.tar');
  await answerSaveDialog(running, target);
  await page.getByRole('button', { name: 'Save in another format' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /OCI archive/ }).click();
  await dialog.getByRole('radio', { name: 'gzip' }).click();
  await dialog.getByText('before compression').waitFor();
  await dialog.getByRole('radio', { name: 'As stored', exact: true }).click();
  await dialog.getByText(/[\d\u202f]+ bytes/).waitFor();
  await dialog.getByText('The target already has…').click();
  await answerOpenDialog(running, [join(folder, 'saved.tar')]);
  await dialog.getByRole('button', { name: /^Add an archive/ }).click();
  // All that the archive of before holds is left out; unticked, nothing is.
  await dialog.getByText('Left out', { exact: true }).waitFor();
  await running.picture('save-has-light-1280');
  expect(await violations(running)).toEqual([]);
  await dialog.getByRole('checkbox', { name: 'saved.tar' }).uncheck();
  await expect.poll(() => dialog.getByText('Left out', { exact: true }).count()).toBe(0);
  await running.picture('save-light-1280');
  const promised = /([\d\u202f]+) bytes/.exec(await dialog.innerText())?.[1] ?? '';
  await dialog.getByRole('button', { name: /^Choose where/ }).click();
  await seen(running, /^Saved 2 images to saved-oci\.tar/);
  expect((await stat(target)).size).toBe(Number(promised.replace(/\u202f/g, '')));
});

test('save: a native dialog that is dismissed writes nothing and says nothing', async () => {
  const { page } = running;
  const line = async (): Promise<string> =>
    (await page.locator('.operations-line').innerText()).split('\n')[0] ?? '';
  const before = await line();
  await answerSaveDialog(running, null);
  await page.keyboard.press('Control+s');
  await page.waitForTimeout(300);
  expect(await page.locator('.operation-row').count()).toBe(0);
  expect(await line()).toBe(before);
});

test('delete: the preview is exact, the disk is what it said', async () => {
  const { page, store } = running;
  await card('postgres:16-alpine').click();
  const before = await blobBytes(store);
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  await dialog.getByText('freed, exactly').waitFor();
  await running.picture('delete-light-1280');
  const text = await dialog.innerText();
  const promised = Number(/([\d\u202f]+)\s*bytes/.exec(text)?.[1]?.replace(/\u202f/g, ''));
  expect(promised).toBeGreaterThan(0);
  expect(text).toContain('alpine:old');
  await dialog.getByRole('button', { name: /^Delete/ }).click();
  await seen(running, /^Deleted 1 image; .* is free after 10 minutes/);
  await expect.poll(() => card('postgres').count()).toBe(0);
  expect(await blobBytes(store)).toBe(before);
  await running.picture('deleted-light-1280');
  // One way back for every removal: the key, and the entry of the operation.
  await page.keyboard.press('Control+z');
  await seen(running, 'Put back what was removed');
  await card('postgres:16-alpine').waitFor();
  expect(await page.locator('.operations-line').innerText()).not.toContain('Deleted');
  await card('postgres:16-alpine').click();
  await page.keyboard.press('Delete');
  await dialog.getByRole('button', { name: /^Delete 1 image/ }).click();
  await seen(running, /^Deleted 1 image; /);
  const operations = page.getByRole('button', { name: 'Operations' });
  await operations.click();
  const panel = page.getByRole('dialog', { name: 'Operations' });
  await panel.getByText(/^Can be put back for \d+ more minutes$/).waitFor();
  await running.picture('operations-put-back-light-1280');
  await panel.getByRole('button', { name: 'Put back' }).click();
  await card('postgres:16-alpine').waitFor();
  expect(await panel.getByText('Deleted 1 image').count()).toBe(0);
  await page.keyboard.press('Escape');
  await card('postgres:16-alpine').click();
  await page.keyboard.press('Delete');
  await dialog.getByRole('button', { name: /^Delete 1 image/ }).click();
  await seen(running, /^Deleted 1 image; /);
  await operations.click();
  await panel.getByRole('button', { name: 'Free now' }).click();
  await seen(running, /^Freed /);
  expect(before - (await blobBytes(store))).toBe(promised);
  expect(await panel.getByRole('button', { name: 'Put back' }).count()).toBe(0);
  await page.keyboard.press('Escape');
});

test('delete: Esc in the dialog deletes nothing', async () => {
  const { page } = running;
  await card('debian:bookworm-slim').click();
  await page.keyboard.press('Delete');
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(await card('debian:bookworm-slim').count()).toBe(1);
});

test('delete several: what stays, stays because the dialog names who holds it', async () => {
  const { page, store } = running;
  await page.keyboard.press('Control+5');
  await page.getByRole('row', { name: /storefront/ }).click();
  await page.getByRole('row', { name: /node/ }).click({ modifiers: ['Control'] });
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  await dialog.getByText('freed, exactly').waitFor();
  await running.picture('delete-two-light-1280');
  await dialog.getByRole('button', { name: /^Delete 2 images/ }).click();
  await seen(running, /^Deleted 2 images; /);
  // The dangling build still needs the layers of node.
  const left = await cli(store, 'images', '-a', '--no-trunc');
  expect(left).not.toContain('storefront');
  await page.keyboard.press('Control+1');
  await expect.poll(() => page.locator('.card.nameless').count()).toBe(1);
});

test('prune takes the dangling ones, and no press for what has just come', async () => {
  const { page, store } = running;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Prune dangling images…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByRole('button', { name: 'Delete 1 dangling image', exact: true }).waitFor();
  const image = await ids('nginx:1.27');
  const states = await buttonStates(dialog, 'Delete 2 dangling images');
  await cli(store, 'untag', 'nginx:1.27');
  await expect.poll(states).toEqual(['true', null]);
  await cli(store, 'tag', image, 'nginx:1.27');
  await dialog.getByRole('button', { name: 'Delete 1 dangling image', exact: true }).click();
  await seen(running, /^Pruned 1 dangling image; /);
  await expect.poll(() => page.locator('.card.nameless').count()).toBe(0);
});

test('the store is a layout that holds together after all of it', async () => {
  const { store } = running;
  const index = JSON.parse(await readFile(join(store, 'index.json'), 'utf8')) as { manifests: unknown[] };
  expect(index.manifests.length).toBeGreaterThan(8);
  expect(await readdir(join(store, 'ingest'))).toEqual([]);
});

test('settings and the place of the window are remembered', async () => {
  const { page, folder } = running;
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Preferences…' }).click();
  await page.getByRole('dialog').getByRole('radio', { name: 'Dark' }).click();
  await running.picture('preferences-dark-1280');
  await page.keyboard.press('Escape');
  await running.resize(1111, 707);
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark');
  const stored = async (): Promise<unknown> =>
    JSON.parse(await readFile(join(folder, 'profile', 'settings.json'), 'utf8'));
  await expect
    .poll(stored)
    .toMatchObject({ settings: { theme: 'dark' }, window: { width: 1111, height: 707 } });
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
