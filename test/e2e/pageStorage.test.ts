import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inMain, startApp, type RunningApp } from '../setup/electronApp';

/** What a script of the page can keep with Chromium's own means: nothing on the disk. */

let running: RunningApp;
beforeAll(async () => {
  running = await startApp();
});
afterAll(() => running.close());

/** Bytes of all files in a folder. */
function bytesIn(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => {
    const found = entry.isFile()
      ? statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })
      : undefined;
    return sum + (found?.size ?? 0);
  }, 0);
}

test('databases, files and caches of a page reach no disk', async () => {
  const { page } = running;
  const profile = await inMain(running, ({ app }) => app.getPath('userData'), null);
  const before = bytesIn(profile);
  const size = 20_000_000;
  const kept = await page.evaluate(async (bytes) => {
    const done: string[] = [];
    const data = new Uint8Array(bytes);
    for (let at = 0; at < bytes; at += 65_536) crypto.getRandomValues(data.subarray(at, at + 65_536));
    const attempt = async (name: string, work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
        done.push(name);
      } catch {
        // Not to be had at all: as good.
      }
    };
    await attempt('files', async () => {
      const root = await navigator.storage.getDirectory();
      const handle = await root.getFileHandle('fill', { create: true });
      const writer = await handle.createWritable();
      await writer.write(data);
      await writer.close();
    });
    await attempt(
      'database',
      () =>
        new Promise((resolve, reject) => {
          const opening = indexedDB.open('fill', 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore('all');
          opening.onerror = reject;
          opening.onsuccess = () => {
            const change = opening.result.transaction('all', 'readwrite');
            change.objectStore('all').put(new Blob([data]), 'blob');
            change.objectStore('all').put(data, 'bytes');
            change.oncomplete = resolve;
            change.onabort = reject;
          };
        }),
    );
    await attempt('cache', async () => {
      const cache = await caches.open('fill');
      await cache.put('/fill', new Response(data));
    });
    await attempt('local', () => Promise.resolve(localStorage.setItem('fill', 'x'.repeat(4_000_000))));
    return done;
  }, size);
  // It was tried in earnest: most of them take what they are given.
  expect(kept).toEqual(expect.arrayContaining(['database', 'local']));
  expect(kept).not.toContain('files');
  await inMain(running, ({ session }) => session.defaultSession.flushStorageData(), null);
  expect(bytesIn(profile) - before).toBeLessThan(2_000_000);
  for (const name of ['IndexedDB', 'File System', 'Service Worker', 'Local Storage'])
    expect(bytesIn(join(profile, name)), name).toBeLessThan(100_000);
});
