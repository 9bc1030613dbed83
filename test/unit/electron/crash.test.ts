import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { digestOf, dockerArchive, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import {
  blobsOnDisk,
  expectSoundStore,
  load,
  openStore,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';
import { commandLine, runNode } from './scripts';

/** A process that ends at any step that touches the disk leaves a whole store, and the next writer cleans up. */

const base = { files: [{ path: 'etc/os', content: 'base\n' }] };
const old: ImageSpec = {
  names: ['old:1', 'old:2'],
  layers: [base, { files: [{ path: 'old', content: noise(900) }] }],
};
const fresh: ImageSpec[] = [
  { names: ['new:1', 'old:2'], layers: [base, { files: [{ path: 'new', content: noise(900, 2) }] }] },
  { names: ['new:2'], layers: [base, { gzip: true, files: [{ path: 'more', content: noise(900, 3) }] }] },
];

/** What a crash between writing and renaming leaves of index.json; the last test is about those. */
const drafts = /^index\.json\./;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-crash-'));
  await writeFile(join(folder, 'docker.tar'), dockerArchive(fresh));
  await writeFile(join(folder, 'oci.tar'), ociArchive(fresh));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function expectWhole(context: TestStore): Promise<void> {
  const { graph, roots, damaged } = await readStoreView(context);
  expect(damaged).toEqual([]);
  expect(graph.images.length).toBeGreaterThan(0);
  for (const root of roots) {
    for (const digest of (await context.store.closureOf(root)).keys())
      expect(digestOf(await readFile(context.store.pathOf(digest)))).toBe(digest);
  }
}

/** Runs a command with a crash at step 0, 1, 2… until it comes to its end; gives how often it crashed. */
async function crashEverywhere(args: readonly string[]): Promise<number> {
  const template = await openStore();
  await load(template, dockerArchive([old]));
  const before = await readFile(join(template.directory, 'index.json'), 'utf8');
  const run = async (step: number | null): Promise<{ directory: string; crashed: boolean }> => {
    const directory = join(await temporaryFolder(), 'store');
    await cp(template.directory, directory, { recursive: true });
    const env = step === null ? {} : { STRATIGRAPH_FAIL_POINT: String(step) };
    const { code, signal, stderr } = await runNode([commandLine, '--store', directory, ...args], env);
    if (signal === null) expect(code, stderr).toBe(0);
    else expect(signal).toBe('SIGKILL');
    return { directory, crashed: signal !== null };
  };
  const after = await readFile(join((await run(null)).directory, 'index.json'), 'utf8');
  expect(after).not.toBe(before);
  for (let step = 0; ; step++) {
    const { directory, crashed } = await run(step);
    if (!crashed) return step;
    const index = await readFile(join(directory, 'index.json'), 'utf8');
    expect([before, after], `index.json after step ${step}`).toContain(index);
    const context = await openStore(directory);
    await expectWhole(context);
    // The next writer, whatever it wants, takes the dead lock over and sweeps what was left behind.
    await context.store.updateAndSweep((current) => current);
    expect(await readdir(join(directory, 'ingest')), `ingest/ after step ${step}`).toEqual([]);
    const reached = new Set<string>();
    for (const root of (await readStoreView(context)).roots)
      for (const digest of (await context.store.closureOf(root)).keys()) reached.add(digest);
    expect([...(await blobsOnDisk(directory)).keys()], `blobs after step ${step}`).toEqual(
      [...reached].sort(),
    );
    await expectWhole(context);
    await expectSoundStore(directory, drafts);
    // And the command itself can be given again: tried at every third step, each kind of step has several.
    if (index === before && step % 3 === 0) {
      const again = await runNode([commandLine, '--store', directory, ...args]);
      expect(again.code, again.stderr).toBe(0);
      expect(await readFile(join(directory, 'index.json'), 'utf8')).toBe(after);
    }
  }
}

describe('a crash at every step', () => {
  test('of load', async () => {
    expect(await crashEverywhere(['load', '-q', '-i', join(folder, 'docker.tar')])).toBeGreaterThan(15);
  });

  test('of load of an OCI archive', async () => {
    expect(await crashEverywhere(['load', '-q', '-i', join(folder, 'oci.tar')])).toBeGreaterThan(15);
  });

  test('of tag', async () => {
    expect(await crashEverywhere(['tag', 'old:1', 'other:1'])).toBeGreaterThanOrEqual(3);
  });
});

test('a crash at every step of rmi: the image is there whole or gone', async () => {
  const template = await openStore();
  await load(template, dockerArchive([old, ...fresh]));
  const before = await readFile(join(template.directory, 'index.json'), 'utf8');
  let crashes = 0;
  for (; ; crashes++) {
    const directory = join(await temporaryFolder(), 'store');
    await cp(template.directory, directory, { recursive: true });
    const { code, signal } = await runNode([commandLine, '--store', directory, 'rmi', 'new:1', 'new:2'], {
      STRATIGRAPH_FAIL_POINT: String(crashes),
    });
    const context = await openStore(directory);
    await expectWhole(context);
    const names = (await readStoreView(context)).graph.images.flatMap((image) => image.names).sort();
    if ((await readFile(join(directory, 'index.json'), 'utf8')) === before)
      expect(names).toEqual(['new:1', 'new:2', 'old:1', 'old:2']);
    else expect(names).toEqual(['old:1', 'old:2']);
    if (signal === null) {
      expect(code).toBe(0);
      break;
    }
    await context.store.updateAndSweep((current) => current);
    const reached = new Set<string>();
    for (const root of (await readStoreView(context)).roots)
      for (const digest of (await context.store.closureOf(root)).keys()) reached.add(digest);
    expect([...(await blobsOnDisk(directory)).keys()]).toEqual([...reached].sort());
    await expectSoundStore(directory, drafts);
  }
  expect(crashes).toBeGreaterThanOrEqual(6);
});

test('the draft of index.json that a crash left behind is swept by the next writer', async () => {
  const context = await openStore();
  await load(context, dockerArchive([old]));
  const env = { STRATIGRAPH_FAIL_POINT: '0' };
  const { signal } = await runNode(
    [commandLine, '--store', context.directory, 'tag', 'old:1', 'other:1'],
    env,
  );
  expect(signal).toBe('SIGKILL');
  expect((await readdir(context.directory)).filter((name) => drafts.test(name))).toHaveLength(1);
  await load(context, dockerArchive(fresh));
  await context.store.updateAndSweep((index) => index);
  await expectSoundStore(context.directory);
});

test('after a crash of rmi and a sweep, no index of a layer is left whose blob is gone', async () => {
  const template = await openStore();
  await load(template, dockerArchive([old, ...fresh]));
  for (let step = 0; ; step++) {
    const directory = join(await temporaryFolder(), 'store');
    await cp(template.directory, directory, { recursive: true });
    const env = { STRATIGRAPH_FAIL_POINT: String(step) };
    const { signal } = await runNode([commandLine, '--store', directory, 'rmi', 'new:1', 'new:2'], env);
    const { store } = await openStore(directory);
    await store.updateAndSweep((current) => current);
    const blobs = await blobsOnDisk(directory);
    const indexes = await readdir(join(directory, 'cache', 'index', 'sha256'));
    const orphans = indexes.filter((name) => !blobs.has(`sha256:${name.replace('.jsonl', '')}`));
    expect(orphans, `after step ${step}`).toEqual([]);
    if (signal === null) break;
  }
});
