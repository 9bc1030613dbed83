import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { missingFolders, unmakeStore } from '../../../electron/store/unmake';
import { dockerArchive } from '../../setup/imageBuilder';
import { openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';

const script = join(import.meta.dirname, '..', '..', '..', 'scripts', 'stratigraph.mjs');

/** A command of the program itself, which opens the store; `feed` is written to its input, and SIGINT sent once the store is there. */
async function called(
  store: string,
  words: readonly string[],
  feed: Uint8Array | null = null,
): Promise<number> {
  const child = spawn(process.execPath, [script, '--store', store, ...words], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? -1)));
  child.stdin.on('error', () => undefined);
  if (feed === null) child.stdin.end();
  else {
    child.stdin.write(feed);
    while (child.exitCode === null && !existsSync(join(store, 'ingest'))) await delay(5);
    while (child.exitCode === null && readdirSync(join(store, 'ingest')).length === 0) await delay(5);
    child.kill('SIGINT');
  }
  return ended;
}

const archive = dockerArchive([
  { names: ['shop:1'], layers: [{ files: [{ path: 'f', content: 'f'.repeat(9000) }] }] },
]);

test('a store that was made for what then failed or was cancelled is not left behind, nor are folders above it', async () => {
  const damaged = Buffer.from(archive);
  damaged.fill('!', 2000, 2010);
  const [bad, text] = [
    await temporaryFile(damaged, 'bad.tar'),
    await temporaryFile(Buffer.from('text'), 'text.tar'),
  ];
  const ways: readonly (readonly [readonly string[], Uint8Array | null, number])[] = [
    [['load', bad], null, 1],
    [['load', text, bad], null, 1],
    [['import', text, 'a:1'], null, 1],
    [['copy', bad, 'store'], null, 1],
    [['load'], archive.subarray(0, 4000), 130],
  ];
  for (const [words, feed, code] of ways)
    for (const before of ['nothing', 'above', 'empty'] as const) {
      const folder = await temporaryFolder();
      const store = join(folder, 'above', 'deeper', 'store');
      if (before !== 'nothing') await mkdir(join(folder, 'above'));
      if (before === 'empty') await mkdir(store, { recursive: true });
      const told = `${words.join(' ')} ${before}`;
      expect(await called(store, words, feed), told).toBe(code);
      expect(readdirSync(folder), told).toEqual(before === 'nothing' ? [] : ['above']);
      if (before === 'above') expect(readdirSync(join(folder, 'above')), told).toEqual([]);
      if (before === 'empty') expect(readdirSync(store), told).toEqual([]);
    }
});

test('one that was there stays, and one that others have begun to use or put something into', async () => {
  const bad = await temporaryFile(Buffer.from('text'), 'bad.tar');
  const there = await openStore();
  await there.close();
  expect(await called(there.directory, ['load', bad])).toBe(1);
  expect(existsSync(join(there.directory, 'index.json'))).toBe(true);
  // One of several inputs came.
  const store = join(await temporaryFolder(), 'store');
  expect(await called(store, ['load', bad, await temporaryFile(archive, 'good.tar')])).toBe(1);
  expect(existsSync(join(store, 'index.json'))).toBe(true);
  // Something is begun there by another.
  const busy = await openStore();
  const ingest = await busy.store.beginIngest();
  await unmakeStore(busy.directory, missingFolders(busy.directory));
  expect(existsSync(join(busy.directory, 'index.json'))).toBe(true);
  await ingest.abort();
  // What we do not know the name of is somebody's.
  await writeFile(join(busy.directory, 'notes.txt'), 'mine');
  await unmakeStore(busy.directory, [busy.directory]);
  expect(readdirSync(busy.directory)).toEqual(expect.arrayContaining(['index.json', 'notes.txt']));
  await busy.close();
});
