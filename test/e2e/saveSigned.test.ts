import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { ociArchive } from '../setup/imageBuilder';
import { violations } from '../setup/lookTools';
import { answerSaveDialog, cli, seen } from '../setup/windowTools';

/** The dialog that saves says which signatures cannot come along, before and after. */

const image = { names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'a'.repeat(3000) }] }] };
let running: RunningApp;
beforeAll(async () => {
  running = await startApp({ settings: { theme: 'dark' }, size: { width: 1280, height: 800 } });
  const { folder, store } = running;
  await writeFile(join(folder, 'shop.tar'), ociArchive([image]));
  await cli(store, 'load', join(folder, 'shop.tar'));
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(join(folder, 'key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await cli(store, 'sign', '--key', join(folder, 'key'), 'shop:1');
}, 60_000);
afterAll(async () => {
  await (running as RunningApp | undefined)?.close();
});

test('a signature that layers compressed anew would lose is told of', async () => {
  const { page, folder } = running;
  await page
    .getByRole('treeitem', { name: /shop:1/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Save in another format' }).click();
  const dialog = page.getByRole('dialog');
  // A Docker archive, which is chosen first, has no room for any.
  await dialog.getByText('a docker-archive has no room for any').waitFor();
  await dialog.getByRole('radio', { name: /OCI archive/ }).click();
  await dialog.getByText(/[\d\u202f]+ bytes/).waitFor();
  const notice = dialog.getByText('1 signature or other artifact will be left out');
  await notice.waitFor({ state: 'detached' });
  await dialog.getByRole('radio', { name: 'zstd' }).click();
  await notice.waitFor();
  await running.picture('save-signed-dark-1280');
  expect(await violations(running)).toEqual([]);
  await answerSaveDialog(running, join(folder, 'saved.tar'));
  await dialog.getByRole('button', { name: /^Choose where/ }).click();
  await seen(running, /^Saved shop:1 to saved\.tar, .*; without 1 signature or other artifact/);
  await running.picture('saved-signed-dark-1280');
});
