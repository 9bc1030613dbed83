import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freeUnreached } from '../../../electron/actions/upkeep/freeUnreached';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { dockerArchive, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { expectSoundStore, load, openStore, quietRun } from '../../setup/temporary';
import { bundle } from './scripts';

/** SIGKILL at random moments of load, save, tag, delete and garbage collection, four processes on one store at a time. */

const rounds = 50;
const processes = 4;
/** Steps that all of them together do before the last one is killed, about. */
const stepsBefore = 12;

const shared = { files: [{ path: 'etc/os', content: noise(60_000) }] };
const image = (name: string, seed: number): ImageSpec => ({
  names: [name],
  layers: [
    shared,
    { gzip: seed % 2 === 0, files: [{ path: 'bin/own', content: noise(150_000 + seed * 1000, seed) }] },
  ],
});
const kept = image('kept:1', 1);

let folder = '';
let churn = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-kills-'));
  churn = await bundle('test/setup/storeChurn.ts', join(folder, 'churn.cjs'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a churn, and kills it so many milliseconds after it began to work. Gives the steps that it finished. */
async function killed(words: readonly string[], after: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [churn, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let done = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  child.stdout.on('data', (text: Buffer) => (done += text.toString()));
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await new Promise((resolve) => setTimeout(resolve, after));
  child.kill('SIGKILL');
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal, said).toBe('SIGKILL');
  return done.trim().split('\n').slice(1);
}

/** Milliseconds that the churns take for their first steps here and now, four at a time. */
async function timeOfSteps(words: (seed: number) => readonly string[]): Promise<number> {
  const began = performance.now();
  const children = Array.from({ length: processes }, (_, i) =>
    spawn(process.execPath, [churn, ...words(5000 + i)], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const ended = Promise.all(children.map((child) => once(child, 'exit')));
  let ready = began;
  let steps = 0;
  await new Promise<void>((resolve) => {
    for (const child of children)
      child.stdout.on('data', (text: Buffer) => {
        const lines = text.toString().trim().split('\n');
        if (lines.includes('ready')) ready = performance.now();
        steps += lines.filter((line) => line !== 'ready').length;
        if (steps >= stepsBefore) resolve();
      });
    void ended.then(() => resolve());
  });
  const took = performance.now() - ready;
  for (const child of children) child.kill('SIGKILL');
  await ended;
  expect(steps).toBeGreaterThanOrEqual(stepsBefore);
  return Math.max(took, 100);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const seed = seedOf();

test(`${rounds * processes} kills: fsck is clean, no earlier image is lost, no half image or archive is seen (seed ${seed})`, async () => {
  const random = seeded(seed);
  const archives = [
    ['a.tar', dockerArchive([image('churn/a:1', 2), image('churn/a:2', 3)])],
    ['b.tar', ociArchive([image('churn/b:1', 4), image('churn/a:1', 5)])],
    ['c.tar', dockerArchive([image('churn/c:1', 3), image('churn/c:2', 6)])],
  ] as const;
  const paths: string[] = [];
  for (const [name, bytes] of archives) {
    paths.push(join(folder, name));
    await writeFile(join(folder, name), bytes);
  }
  // What a saved archive has to be: that of a store that nobody ever touched.
  const quiet = await openStore();
  for (const path of paths) await load(quiet, path);
  await load(quiet, dockerArchive([kept]));
  const known = new Map<string, string>();
  for (const { id, layers } of (await readStoreView(quiet)).graph.images) known.set(id, layers.join(' '));
  const first = await openStore();
  await load(first, dockerArchive([kept]));
  const { directory } = first;
  const [keptImage] = (await readStoreView(first)).graph.images;
  const saved = join(folder, 'saved');
  await mkdir(saved);
  // The kills have to fall into every part of the work, however fast this machine is.
  let span = 2 * (await timeOfSteps((seed) => [directory, saved, String(seed), ...paths]));
  const finished = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const kills = Array.from({ length: processes }, (_, i) => ({
      seed: String(round * processes + i),
      after: random(Math.floor(span)),
    }));
    const label = `round ${round}, killed after ${kills.map(({ after }) => after).join(', ')} ms`;
    const steps = await Promise.all(
      kills.map(({ seed, after }) => killed([directory, saved, seed, ...paths], after)),
    );
    for (const step of steps.flat()) finished.set(step, (finished.get(step) ?? 0) + 1);
    // It may also have become slower since.
    if (steps.flat().length === 0) span = Math.min(span * 1.5, 30_000);

    const store = await openStore(directory);
    const { graph, damaged } = await readStoreView(store);
    expect(damaged, label).toEqual([]);
    expect(
      graph.images.find(({ names }) => names.includes('kept:1'))?.id,
      `${label}: the image that nobody deletes`,
    ).toBe(keptImage?.id);
    for (const { id, layers } of graph.images) expect(layers.join(' '), label).toBe(known.get(id));
    const report = await fsck(store, { repair: false }, quietRun());
    expect(report.damage, label).toEqual([]);
    for (const name of await readdir(saved)) {
      // Drafts of archives begin with a dot: their names say that they are none.
      if (name.startsWith('.')) continue;
      const again = await openStore();
      const { images } = await load(again, join(saved, name), name);
      expect(
        images.map(({ id }) => id.slice(7, 19)),
        `${label}: ${name}`,
      ).toEqual([name.split('-')[1]]);
      await again.close();
      await rm(join(saved, name));
    }
    await store.close();
  }
  // What the kills left behind goes with the next garbage collection, and the store works as if nothing had been.
  const last = await openStore(directory);
  // A file that a kill left empty does not say whose it was; such a one goes when it is a minute old.
  const minutesAgo = new Date(Date.now() - 300_000);
  for (const at of [directory, join(directory, 'ingest')])
    for (const name of await readdir(at)) await utimes(join(at, name), minutesAgo, minutesAgo);
  await freeUnreached(last, quietRun());
  await expectSoundStore(directory);
  await load(last, paths[0] ?? '');
  const target = join(folder, 'kept.tar');
  await saveImages(last, { what: ['kept:1'], format: 'docker-archive', target }, quietRun());
  const reference = join(folder, 'reference.tar');
  await saveImages(quiet, { what: ['kept:1'], format: 'docker-archive', target: reference }, quietRun());
  expect(sha256(await readFile(target))).toBe(sha256(await readFile(reference)));
  for (const step of ['load', 'save', 'tag', 'delete', 'gc'])
    expect(finished.get(step) ?? 0, `finished: ${step}`).toBeGreaterThan(0);
}, 600_000);
