import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mostRecent, RecentStores } from '../../../electron/ipc/recentStores';
import { OtherStores } from '../../../electron/otherStores';
import { createWorkerPool } from '../../../electron/worker/workerPool';

let folder = '';
const pool = createWorkerPool();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-others-'));
  await writeFile(
    join(folder, 'program'),
    '#!/bin/sh\nprintf "%s|%s\\n" "$*" "$STRATIGRAPH_STORE" >> "$0.log"\n',
  );
  await chmod(join(folder, 'program'), 0o755);
});
afterAll(async () => {
  await pool.close();
  await rm(folder, { recursive: true, force: true });
});

const others = (list = 'stores.json'): OtherStores =>
  new OtherStores({
    own: join(folder, 'own'),
    usual: join(folder, 'usual'),
    recent: new RecentStores(join(folder, list)),
    pool,
    start: { program: join(folder, 'program'), words: ['--lang=en'] },
  });
const started = async (): Promise<readonly string[]> =>
  (await readFile(join(folder, 'program.log'), 'utf8').catch(() => '')).split('\n').filter((line) => line);

test('an empty folder becomes a store, over which a process starts that no environment leads elsewhere', async () => {
  await mkdir(join(folder, 'new'));
  const kept = process.env['STRATIGRAPH_STORE'];
  process.env['STRATIGRAPH_STORE'] = join(folder, 'own');
  try {
    await others().open(join(folder, 'new'), true);
    await expect.poll(started).toEqual([`--lang=en --store=${join(folder, 'new')}|`]);
    await others().open(join(folder, 'usual'), false);
    await expect.poll(async () => (await started())[1]).toBe('--lang=en|');
  } finally {
    if (kept === undefined) delete process.env['STRATIGRAPH_STORE'];
    else process.env['STRATIGRAPH_STORE'] = kept;
  }
  expect(JSON.parse(await readFile(join(folder, 'new', 'oci-layout'), 'utf8'))).toEqual({
    imageLayoutVersion: '1.0.0',
  });
  expect(others().offered()).toEqual([join(folder, 'usual'), join(folder, 'new')]);
});

test('what is no store is refused, is not remembered, and nothing starts', async () => {
  const before = await started();
  await mkdir(join(folder, 'photos'));
  await writeFile(join(folder, 'photos', 'sea.jpg'), 'x');
  await writeFile(join(folder, 'file'), 'x');
  for (const [path, chosen, reason] of [
    ['photos', true, 'other-files'],
    ['file', true, 'not-a-folder'],
    ['moved-away', false, 'gone'],
  ] as const)
    await expect(others('none.json').open(join(folder, path), chosen)).rejects.toMatchObject({
      problem: { code: 'store-invalid', facts: { reason } },
    });
  expect(others('none.json').offered()).toEqual([join(folder, 'usual')]);
  expect(await started()).toEqual(before);
});

test('several processes keep one list, the newest first, and a list that is none is as empty', async () => {
  const path = join(folder, 'profile', 'stores.json');
  const [one, two] = [new RecentStores(path), new RecentStores(path)];
  for (let i = 0; i < 12; i++) await (i % 2 === 0 ? one : two).add(`/s${i % 10}`);
  expect(one.list()).toEqual(['/s1', '/s0', '/s9', '/s8', '/s7', '/s6', '/s5', '/s4']);
  expect(two.list()).toHaveLength(mostRecent);
  for (const text of ['', '[]', '{"stores":[1]}', '{"stores":[""]}']) {
    await writeFile(path, text);
    expect(one.list()).toEqual([]);
  }
});
