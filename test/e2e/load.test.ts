import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { storeTitle } from '../../shared/text/storeTitle';
import { hugeArchive } from '../setup/hugeArchive';
import { dockerArchive, noise, ociArchive } from '../setup/imageBuilder';
import { startApp, type RunningApp } from '../setup/electronApp';
import { showcaseArchive } from '../setup/showcase';
import { snapshotDirectory } from '../setup/temporary';
import { answerOpenDialog, answerQuestions, cli, dragFiles, seen } from '../setup/windowTools';

let running: RunningApp | undefined;
afterEach(async () => {
  await running?.close();
  running = undefined;
});

const image = (name: string, seed: number) => ({
  names: [name],
  created: '2026-11-01T00:00:00Z',
  layers: [
    { files: [{ path: 'a.bin', content: noise(20_000, 1) }] },
    { files: [{ path: 'b.bin', content: noise(9000, seed) }] },
  ],
});

async function started(): Promise<RunningApp> {
  running = await startApp();
  return running;
}

describe('an archive comes in', () => {
  test('by the native dialog', async () => {
    const { folder, page, store } = await started();
    await writeFile(join(folder, 'shop.tar'), showcaseArchive());
    await answerOpenDialog(running as RunningApp, [join(folder, 'shop.tar')]);
    await page.getByRole('button', { name: 'Choose file…' }).click();
    await page.locator('.layer-graph .card', { hasText: 'storefront:2.1' }).waitFor();
    const ids = new Set((await cli(store, 'images', '-a', '-q', '--no-trunc')).trim().split('\n'));
    expect(ids.size).toBe(14);
    expect(await page.locator('.operations-line').innerText()).toContain(
      '14 images, 30 of 30 layers were new',
    );
  });

  test('not while the store is away, in so many words, and again when it is back', async () => {
    const { folder, page, store } = await started();
    const files = [join(folder, 'one.tar'), join(folder, 'two.tar')] as const;
    await writeFile(files[0], dockerArchive([image('drop/one:1', 2)]));
    await writeFile(files[1], dockerArchive([image('drop/two:1', 3)]));
    await dragFiles(running as RunningApp, [files[0]]);
    await page.locator('.layer-graph .card', { hasText: 'drop/one:1' }).waitFor();
    const gone = /It is not there any more: its folder was moved, deleted or emptied/;
    const banner = page.getByText(gone);
    await rename(store, `${store}-away`);
    await banner.first().waitFor({ timeout: 20_000 });
    await dragFiles(running as RunningApp, [files[1]]);
    await expect.poll(() => banner.count()).toBeGreaterThan(1);
    expect(await page.getByText(/load and import make one/).count()).toBe(0);
    await running?.picture('store-gone-light-1280');
    // An empty folder, as it stays of a disk, is no store either; nothing is made in it.
    await mkdir(store, { mode: 0o700 });
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await banner.first().waitFor();
    await rm(store, { recursive: true });
    await rename(`${store}-away`, store);
    await page.getByRole('button', { name: 'Try again' }).last().click();
    await page.locator('.layer-graph .card', { hasText: 'drop/two:1' }).waitFor({ timeout: 20_000 });
    expect(await page.getByText(gone).count()).toBe(0);
    expect(await cli(store, 'images')).toContain('drop/two');
  });

  test('many bad files are dismissed at once', async () => {
    const { folder, page, store } = await started();
    const files = [1, 2, 3, 4].map((n) => join(folder, `bad${n}.tar`));
    for (const file of files) await writeFile(file, noise(2000, 7));
    await dragFiles(running as RunningApp, files);
    await page.getByText(/2 earlier messages/).waitFor({ timeout: 20_000 });
    await running?.picture('dismiss-all-light-1280');
    await page.getByRole('button', { name: 'Dismiss all' }).click();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    // A store is called by its folder.
    await writeFile(join(folder, 'one.tar'), dockerArchive([image('drop/one:1', 2)]));
    await dragFiles(running as RunningApp, [join(folder, 'one.tar')]);
    await page.getByRole('heading', { level: 1, name: storeTitle(store), exact: true }).waitFor();
  });

  test('by drag and drop, several at once, and shares what it has in common', async () => {
    const { folder, page, store } = await started();
    const one = join(folder, 'one.tar');
    const two = join(folder, 'two.oci.tar');
    await writeFile(one, dockerArchive([image('drop/one:1', 2)]));
    await writeFile(two, ociArchive([image('drop/two:1', 3)]));
    await dragFiles(running as RunningApp, [one, two], ['dragEnter', 'dragOver']);
    await page.getByText('Drop to add 2 files to the store').waitFor();
    await running?.picture('drop-light-1280');
    await dragFiles(running as RunningApp, [one, two], ['drop']);
    await page.locator('.layer-graph .card', { hasText: 'drop/one:1' }).waitFor();
    await page.locator('.layer-graph .card', { hasText: 'drop/two:1' }).waitFor();
    expect(await page.getByText('Drop to add').count()).toBe(0);
    // The base is drawn once, with both images through it.
    const { layers } = JSON.parse(await cli(store, 'graph', '--json')) as {
      layers: { imageCount: number }[];
    };
    expect(layers.map(({ imageCount }) => imageCount).sort()).toEqual([1, 1, 2]);
  });

  test('though others that came with it are none, of each of which it is said what is wrong', async () => {
    const { folder, page, store } = await started();
    const path = (name: string): string => join(folder, name);
    for (const [i, name] of ['one', 'two', 'three'].entries())
      await writeFile(path(`${name}.tar`), dockerArchive([image(`drop/${name}:1`, i + 2)]));
    execFileSync('mkfifo', [path('pipe.tar')]);
    await writeFile(path('holiday.txt'), 'not an image\n'.repeat(100));
    const dropped = ['pipe.tar', 'one.tar', 'gone.tar', 'holiday.txt', 'two.tar'].map(path);
    await dragFiles(running as RunningApp, dropped);
    for (const name of ['one', 'two'])
      await page.locator('.layer-graph .card', { hasText: `drop/${name}:1` }).waitFor();
    const alerts = page.getByRole('alert');
    await expect.poll(() => alerts.count()).toBe(2);
    await page.getByText('1 earlier message comes up when these are dismissed').waitFor();
    await running?.picture('drop-some-bad-light-1280');
    const said: string[] = [];
    for (let left = 3; left > 0; left--) {
      said.push(await alerts.last().getByRole('heading').innerText());
      await alerts.last().getByRole('button', { name: 'Dismiss' }).click();
      await expect.poll(() => alerts.count()).toBe(Math.min(2, left - 1));
    }
    for (const name of ['pipe.tar', 'gone.tar', 'holiday.txt'])
      expect(said.filter((title) => title.includes(name))).toHaveLength(1);

    await answerOpenDialog(running as RunningApp, ['gone.tar', 'three.tar'].map(path));
    await page.keyboard.press('Control+O');
    await page.locator('.layer-graph .card', { hasText: 'drop/three:1' }).waitFor();
    expect(await alerts.innerText()).toContain('gone.tar');
    expect((await cli(store, 'images', '-q')).trim().split('\n')).toHaveLength(3);
  });

  test('as files that the app was started with', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stratigraph-files-'));
    const file = join(folder, 'given.tar');
    await writeFile(file, dockerArchive([image('given:1', 4)]));
    running = await startApp({ files: [file] });
    await running.page.locator('.layer-graph .card', { hasText: 'given:1' }).waitFor();
    await rm(folder, { recursive: true });
  });

  test('one that is not there is said, not lost', async () => {
    running = await startApp({ files: [join(tmpdir(), 'nowhere-to-be-found.tar')] });
    const alert = running.page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('nowhere-to-be-found.tar');
  });

  test('as an OCI layout folder', async () => {
    const { folder, page, store } = await started();
    const other = join(folder, 'other-store');
    await writeFile(join(folder, 'x.tar'), dockerArchive([image('folder:1', 5)]));
    await cli(other, 'load', join(folder, 'x.tar'));
    await answerOpenDialog(running as RunningApp, [other]);
    await page.keyboard.press('Control+Shift+O');
    await page.locator('.layer-graph, .empty-store').first().waitFor();
    // On first start the keys work too: the store is empty, not busy.
    await page.locator('.layer-graph .card', { hasText: 'folder:1' }).waitFor();
    expect((await cli(store, 'images', '-q')).trim().split('\n')).toHaveLength(1);
  });
});

describe('an archive is refused', () => {
  test('when it is cut off: one clear message, and the store as it was, byte for byte', async () => {
    const { folder, page, store } = await started();
    const good = join(folder, 'good.tar');
    const cut = join(folder, 'release-1.6.tar');
    await writeFile(good, dockerArchive([image('good:1', 6)]));
    const whole = showcaseArchive();
    await writeFile(cut, whole.subarray(0, Math.floor(whole.length * 0.6)));
    await dragFiles(running as RunningApp, [good]);
    await page.locator('.layer-graph .card', { hasText: 'good:1' }).waitFor();
    const before = await snapshotDirectory(store);
    await dragFiles(running as RunningApp, [cut]);
    const notice = page.getByRole('alert');
    await notice.waitFor();
    const text = await notice.innerText();
    expect(text).toContain('release-1.6.tar');
    expect(text).toContain('Your store is unchanged');
    expect(text).not.toMatch(/error|undefined|null|\bat \//i);
    expect(await snapshotDirectory(store)).toEqual(before);
    await running?.picture('refused-light-1280');
    await page.getByRole('button', { name: 'Dismiss' }).click();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('when it goes beyond a limit, which the person is asked to raise', async () => {
    const { folder, page, store } = await started();
    const file = join(folder, 'labels.tar');
    const config = { Labels: { note: 'x'.repeat(5 << 20) } };
    await writeFile(file, dockerArchive([{ ...image('labels:1', 8), config }]));
    await dragFiles(running as RunningApp, [file]);
    const notice = page.getByRole('alert');
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(/labels\.tar goes beyond a limit[^]*document-bytes/);
    await running?.picture('limit-light-1280');
    await notice.getByRole('button', { name: 'Raise the limit…' }).click();
    const dialog = page.getByRole('alertdialog');
    await dialog.waitFor();
    await running?.picture('limit-dialog-light-1280');
    // The safe answer is the one at hand.
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    expect(await cli(store, 'images', '-q')).toBe('');
    await notice.getByRole('button', { name: 'Raise the limit…' }).click();
    await dialog.getByRole('button', { name: 'Raise to 8 MiB and load' }).click();
    await page.locator('.layer-graph .card', { hasText: 'labels:1' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  test('when it is no image', async () => {
    const { folder, page, store } = await started();
    const file = join(folder, 'holiday.txt');
    await writeFile(file, 'not an image\n'.repeat(100));
    const before = await snapshotDirectory(store);
    await dragFiles(running as RunningApp, [file]);
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('holiday.txt');
    expect(await snapshotDirectory(store)).toEqual(before);
    expect(await page.getByRole('heading', { name: 'Begin with an image' }).isVisible()).toBe(true);
  });
});

test('a load can be cancelled half-way and leaves nothing behind', async () => {
  const { folder, page, store } = await started();
  await writeFile(join(folder, 'small.tar'), dockerArchive([image('small:1', 7)]));
  await dragFiles(running as RunningApp, [join(folder, 'small.tar')]);
  await page.locator('.layer-graph .card', { hasText: 'small:1' }).waitFor();
  const before = await snapshotDirectory(store);
  const big = await hugeArchive(folder);
  await dragFiles(running as RunningApp, [big]);
  await page.getByText('Loading big.tar').waitFor();
  await page.getByRole('progressbar').waitFor();
  await running?.picture('loading-light-1280');
  await page.getByRole('button', { name: 'Cancel big.tar' }).click();
  await seen(running as RunningApp, 'Cancelled loading big.tar; the store is unchanged');
  expect(await page.locator('.operation-row').count()).toBe(0);
  expect(await snapshotDirectory(store)).toEqual(before);
});

test('two windows of one store: what the command line loads appears by itself', async () => {
  const { folder, page, store } = await started();
  await mkdir(join(folder, 'in'), { recursive: true });
  await writeFile(join(folder, 'in', 'live.tar'), dockerArchive([image('live:1', 8)]));
  await cli(store, 'load', join(folder, 'in', 'live.tar'));
  await page.locator('.layer-graph .card', { hasText: 'live:1' }).waitFor();
});

test('closing the window in the middle of a load leaves nothing behind either', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stratigraph-close-'));
  try {
    const first = await startApp({ folder });
    await writeFile(join(folder, 'small.tar'), dockerArchive([image('small:1', 9)]));
    await dragFiles(first, [join(folder, 'small.tar')]);
    await first.page.locator('.layer-graph .card', { hasText: 'small:1' }).waitFor();
    const before = await snapshotDirectory(first.store);
    await dragFiles(first, [await hugeArchive(folder)]);
    await first.page.locator('.operation-row').waitFor();
    await answerQuestions(first, 0);
    const closed = first.app.waitForEvent('close');
    // The page goes away under the click: that is what it is for.
    await first.page
      .getByRole('button', { name: 'Close the window' })
      .click()
      .catch(() => undefined);
    await closed;
    expect(await snapshotDirectory(first.store)).toEqual(before);
    // What was there is there again, and the window remembers its place.
    const second = await startApp({ folder });
    await second.page.locator('.layer-graph .card', { hasText: 'small:1' }).waitFor();
    await second.close();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
