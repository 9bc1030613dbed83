import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { collectGarbage } from '../../../electron/actions/upkeep/cleanUp';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { expectSoundStore, load, openStore, quietRun, temporaryFolder } from '../../setup/temporary';
import { bundle } from './scripts';

/**
 * Eight processes load, save, tag, delete and collect garbage in one store at random, and none of them fails.
 * `STRATIGRAPH_CHURN_SECONDS` makes it a long run (120, say).
 */
const seconds = Number(process.env['STRATIGRAPH_CHURN_SECONDS'] ?? '2');
const processes = 8;

test(
  'eight processes at random lose nothing and leave nothing',
  async () => {
    const folder = await temporaryFolder();
    const churn = await bundle('test/setup/storeChurn.ts', join(folder, 'churn.cjs'));
    const out = join(folder, 'out');
    await mkdir(out);
    const shared = { files: [{ path: 'etc/os', content: noise(60_000) }] };
    const archives: string[] = [];
    for (const name of ['kept:1', 'pass:1', 'pass:2']) {
      const own = { files: [{ path: 'own', content: noise(90_000, archives.length + 2) }] };
      archives.push(join(folder, `${archives.length}.tar`));
      await writeFile(archives.at(-1) ?? '', dockerArchive([{ names: [name], layers: [shared, own] }]));
    }
    const context = await openStore();
    for (const path of archives) await load(context, path);
    const said: string[] = [];
    const children = Array.from({ length: processes }, (_, i) =>
      spawn(process.execPath, [churn, context.directory, out, String(i + 1), ...archives], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    const ends = children.map((child) => once(child, 'exit'));
    let steps = 0;
    for (const child of children) {
      child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
      child.stdout.on('data', (text: Buffer) => (steps += text.toString().split('\n').length - 1));
    }
    await Promise.all(children.map((child) => once(child.stdout, 'data')));
    await sleep(seconds * 1000);
    for (const child of children) child.kill('SIGKILL');
    const signals = (await Promise.all(ends)).map(([, signal]) => signal as string | null);
    expect({ signals, said }).toEqual({ signals: children.map(() => 'SIGKILL'), said: [] });
    expect(steps).toBeGreaterThan(processes);
    // The next one to write clears away what those left which were killed in the middle.
    await load(context, archives[0] ?? '');
    await collectGarbage(context);
    expect((await readStoreView(context)).graph.images.some(({ names }) => names.includes('kept:1'))).toBe(
      true,
    );
    expect((await fsck(context, { repair: false }, quietRun())).damage).toEqual([]);
    expect(await readdir(join(context.directory, 'ingest'))).toEqual([]);
    expect((await readdir(out)).filter((name) => !/^saved-[0-9a-f]{12}-[do]-\d\.tar$/.test(name))).toEqual(
      [],
    );
    await expectSoundStore(context.directory);
  },
  (seconds + 90) * 1000,
);
