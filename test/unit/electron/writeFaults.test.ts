import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp } from '../../../electron/actions/upkeep/cleanUp';
import { freeUnreached } from '../../../electron/actions/upkeep/freeUnreached';
import { readStoreView } from '../../../electron/actions/images/storeView';
import type { FullDiskTry } from '../../setup/fullDisk';
import { dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { must } from '../../setup/run';
import { expectSoundStore, load, openStore, quietRun, temporaryFolder } from '../../setup/temporary';
import { bundle, commandLine, runNode } from './scripts';

/** A disk that refuses: the command fails with a sentence, the store is what it was, and nothing is left behind. */

const image = (name: string, size: number, seed: number): ImageSpec => ({
  names: [name],
  layers: [
    { files: [{ path: 'etc/os', content: noise(100_000) }] },
    { files: [{ path: 'own', content: noise(size, seed) }] },
  ],
});

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-faults-'));
  await writeFile(
    join(folder, 'base.tar'),
    dockerArchive([image('base:1', 300_000, 2), image('base:2', 9000, 3)]),
  );
  await writeFile(
    join(folder, 'more.tar'),
    dockerArchive([image('more:1', 700_000, 4), image('base:1', 900, 5)]),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A quota that is used up and a server's file that is gone as Node throws them, without a name; and faults with one. */
const faults = ['122', '116', 'ENOSPC', 'EIO', 'EROFS', 'EACCES', 'EMFILE'] as const;

describe('a fault at every step that touches the disk', () => {
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['load', ['load', '-q', '-i', 'more.tar']],
    ['tag', ['tag', 'base:1', 'other:1']],
    ['rmi', ['rmi', 'base:2']],
    ['gc', ['gc']],
  ];
  const steps: Readonly<Record<string, number>> = { load: 8, tag: 2, rmi: 4, gc: 2 };
  test.each(commands)('of %s', async (name, args) => {
    const template = await openStore();
    await load(template, join(folder, 'base.tar'));
    if (name === 'gc') {
      // Something to collect: an image whose removal could still be taken back.
      const { graph } = await readStoreView(template);
      const going = graph.images.filter(({ names }) => names.includes('base:2')).map(({ id }) => id);
      await cleanUp(template, { images: going, unpacked: false, interrupted: false }, quietRun());
    }
    const before = await readFile(join(template.directory, 'index.json'), 'utf8');
    const words = args.map((word) => (word.endsWith('.tar') ? join(folder, word) : word));
    let step = 0;
    for (; ; step++) {
      const directory = join(await temporaryFolder(), 'store');
      await cp(template.directory, directory, { recursive: true });
      const fault = faults[step % faults.length] ?? 'EIO';
      const label = `${name}, ${fault} at step ${step}`;
      const ended = await runNode([commandLine, '--store', directory, ...words], {
        STRATIGRAPH_FAIL_POINT: `${step}:${fault}`,
      });
      if (!ended.stderr.includes('fail point')) break;
      // What comes after the one moment that counts is done already: the command may say that it worked.
      const { graph, damaged } = await readStoreView(await openStore(directory));
      expect(damaged, label).toEqual([]);
      expect(graph.images.length, label).toBeGreaterThan(0);
      if (ended.code !== 0) {
        expect(ended.code, label).toBe(1);
        const said = ended.stderr.trim().split('\n').slice(1).join('\n');
        expect(said, label).toMatch(/^stratigraph: \S[^\n]*\.$/);
        // The number of an error stands for itself; names of files have numbers in them.
        expect(said, label).not.toMatch(/internal|undefined|error|bug of ours|(?<![\w-])\d{3}(?![\w-])/i);
        if (fault === '122') expect(said, label).toContain('quota is used up');
      }
      expect(await readdir(join(directory, 'ingest')), label).toEqual([]);
      expect(
        (await readdir(directory)).filter((file) => /^lock|\.json\./.test(file)),
        label,
      ).toEqual([]);
      if ((await readFile(join(directory, 'index.json'), 'utf8')) === before && name !== 'gc') {
        const again = await runNode([commandLine, '--store', directory, ...words]);
        expect(again.code, `${label}: ${again.stderr}`).toBe(0);
      }
      await freeUnreached(await openStore(directory), quietRun());
      await expectSoundStore(directory);
    }
    expect(step, 'steps that touch the disk').toBeGreaterThanOrEqual(steps[name] ?? 0);
  });
});

test('on a disk that fills up commands fail with a sentence and leave nothing; removing works without any room', async () => {
  const script = await bundle('test/setup/fullDisk.ts', join(folder, 'fullDisk.cjs'));
  const disk = join(folder, 'disk');
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const words = [...user, '--mount', process.execPath, script];
  const printed = await must('unshare', [
    ...words,
    commandLine,
    disk,
    join(folder, 'more.tar'),
    join(folder, 'base.tar'),
  ]);
  const tries = JSON.parse(printed) as readonly FullDiskTry[];
  for (const each of tries) {
    const label = JSON.stringify(each);
    expect(each.fsck, label).toBe(0);
    if (['rmi', 'prune', 'gc', 'workspace'].includes(each.command)) {
      expect(each.code, label).toBe(0);
      if (each.command === 'rmi') expect(each.images, label).toBe(1);
      if (each.command === 'prune') expect(each.images, label).toBe(0);
      continue;
    }
    if (each.code === 0) {
      if (each.command !== 'save') expect(each.unchanged, label).toBe(false);
      continue;
    }
    expect(each.code, label).toBe(1);
    expect(each.stderr, label).toMatch(/^stratigraph: [^\n]*(?:no room|disk is full)[^\n]*\n$/i);
    expect(each.unchanged, label).toBe(true);
    expect(each.images, label).toBe(2);
    expect(each.left, label).toEqual([]);
    expect(each.gone, label).toBeLessThanOrEqual(0);
  }
  const of = (command: string): readonly FullDiskTry[] => tries.filter((each) => each.command === command);
  for (const command of ['load', 'save']) {
    expect(
      of(command).some(({ code }) => code === 0),
      command,
    ).toBe(true);
    expect(
      of(command).some(({ code }) => code === 1),
      command,
    ).toBe(true);
  }
});
