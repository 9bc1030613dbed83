import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, expect, test, vi } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { pruneImages } from '../../../electron/actions/images/pruneImages';
import { imageById } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { sweepWork } from '../../../electron/actions/upkeep/sweepWork';
import {
  createWorkspace,
  mountWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { readWorkspaces } from '../../../electron/actions/records/workspaceRecords';
import { parseImageId, type ImageId } from '../../../shared/image/digest';
import { change } from '../../setup/churnChange';
import { changedImage } from '../../setup/everyChange';
import { dockerArchive } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { expectSoundStore, load, openStore, quietRun, type TestStore } from '../../setup/temporary';
import { factsOfDirectory } from '../../setup/treeFacts';
import nativePackages from '../../../scripts/lib/nativePackages.json';

/** SIGKILL at random moments of mount, unpack and commit. */

const root = join(import.meta.dirname, '..', '..', '..');
/** Images are what root gets; files what everybody else does. */
const forms = [
  { form: 'erofs', rounds: 100 },
  { form: 'files', rounds: 40 },
];
const run = quietRun();

async function bundle(): Promise<string> {
  const outfile = join(root, 'dist', 'test', 'churn.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/setup/churn.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: nativePackages.imports,
    logLevel: 'warning',
  });
  return outfile;
}

/** Starts the churn and kills it so many milliseconds after it began to work. */
async function killed(program: string, directory: string, seed: number, after: number): Promise<void> {
  const child = spawn(process.execPath, [program, directory, String(seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await new Promise((resolve) => setTimeout(resolve, after));
  child.kill('SIGKILL');
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal, said).toBe('SIGKILL');
}

/** Milliseconds that one round of the churn takes here and now, from the moment it begins to work. */
async function roundTime(program: string, directory: string): Promise<number> {
  const child = spawn(process.execPath, [program, directory, '-1000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let said = '';
  let began = 0;
  const took = await new Promise<number>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      began ||= performance.now();
      if (said.includes('round')) resolve(performance.now() - began);
    });
    void ended.then(() => reject(new Error('the churn ended by itself')));
  });
  child.kill('SIGKILL');
  await ended;
  return took;
}

/** The whole tree of an image as one text; equal trees give equal texts. */
async function treeOf(store: TestStore, image: ImageId): Promise<string> {
  const { id, path } = await mountImage(store, { image, target: null, kept: false }, run);
  const facts = [...factsOfDirectory(path)].map((each) => each.join(' ')).join('\n');
  await unmountImage(store, id);
  return facts;
}

/** The trees that there may be: the image's own, with one change committed, with all. */
async function referenceTrees(): Promise<{ base: string; part: string; whole: string }> {
  const store = await openStore();
  await load(store, dockerArchive([changedImage]));
  const image = (await readStoreView(store)).graph.images[0]?.id;
  if (!image) throw new Error('no image');
  await createWorkspace(store, { image, name: 'reference' }, run);
  change((await mountWorkspace(store, 'reference', false, run)).merged);
  const request = { workspace: 'reference', author: '', message: '', changes: [] };
  const part = await commitWorkspace(store, { ...request, reference: null, paths: ['etc/cover'] }, run);
  const whole = await commitWorkspace(store, { ...request, reference: null, paths: null }, run);
  return {
    base: await treeOf(store, image),
    part: await treeOf(store, parseImageId(part.id)),
    whole: await treeOf(store, parseImageId(whole.id)),
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

const seed = seedOf();

test.runIf(process.getuid?.() === 0).each(forms)(
  `layers as $form, killed $rounds times: nothing stays mounted, no half layer is used, every image is whole (seed ${seed})`,
  async ({ form, rounds }) => {
    vi.stubEnv('STRATIGRAPH_LAYERS', form);
    const program = await bundle();
    const trees = await referenceTrees();
    const random = seeded(seed);
    const first = await openStore();
    const { directory } = first;
    await load(first, dockerArchive([changedImage]));
    await first.close();
    const seen = new Set<string>();
    // The kills have to fall into every part of the work, however fast this machine is.
    const span = 1.5 * (await roundTime(program, directory));
    for (let round = 0; round < rounds; round++) {
      const after = random(Math.floor(span));
      await killed(program, directory, round * 1000, after);
      const store = await openStore(directory);
      const label = `round ${round}, killed after ${after} ms`;
      await sweepWork(store);
      const workspaces = await readWorkspaces(directory);
      // A kept mount is a person's wish; the churn unmounts its own, and a kill leaves it to whoever asks.
      const mounted = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
      const left = mounted.filter((line) => line.includes(join(directory, 'workspaces')));
      expect(left, label).toEqual([]);
      for (const { name } of workspaces) {
        expect((await workspaceChanges(store, name, run))?.changes, label).toBeInstanceOf(Array);
        const { merged, image } = await mountWorkspace(store, name, false, run);
        expect(imageById((await readStoreView(store)).graph, image.id).id, label).toBe(image.id);
        expect(await readFile(join(merged, 'etc', 'same'), 'utf8'), label).toBe('same\n');
      }
      for (const { id, names } of (await readStoreView(store)).graph.images) {
        const tree = await treeOf(store, id);
        if (names.includes('rig/changes:1')) expect(tree, label).toBe(trees.base);
        else if (names.includes('rig/whole:1')) expect(tree, label).toBe(trees.whole);
        else expect([trees.part, trees.whole], label).toContain(tree);
        seen.add(tree);
      }
      const rubbish = (await readdir(join(directory, 'workspaces')).catch(() => [])).filter((name) =>
        /^\.(?:new|old)-/.test(name),
      );
      expect(rubbish, label).toEqual([]);
      await store.close();
    }
    expect(seen.size).toBe(3);
    const last = await openStore(directory);
    // Killed before its owner was written, an ingest is taken for one that just begins, for a minute.
    for (const name of await readdir(join(directory, 'ingest')))
      await utimes(join(directory, 'ingest', name), 0, 0);
    // So is a draft that says nothing of its owner.
    for (const path of [...(await drafts(directory)), ...(await stages(directory))]) await utimes(path, 0, 0);
    await sweepWork(last);
    await pruneImages(last, { all: false }, run);
    for (const path of await mountsBelow(directory)) await unmountImage(last, path);
    expect(await mountsBelow(directory)).toEqual([]);
    expect(await stages(directory)).toEqual([]);
    expect(await drafts(directory)).toEqual([]);
    await last.close();
    await expectSoundStore(directory, /^(?:mounts|workspaces|run|guide)$/);
  },
  600_000,
);

async function mountsBelow(directory: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  return lines.map((line) => line.split(' ')[4] ?? '').filter((point) => point.startsWith(directory));
}

async function drafts(directory: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of [directory, join(directory, 'workspaces'), join(directory, 'mounts')])
    for (const name of await readdir(folder).catch(() => [] as string[]))
      if (/\.[0-9a-f]{32}$/.test(name)) found.push(join(folder, name));
  return found;
}

/** Folders in which layers of the cache are made. */
async function stages(directory: string): Promise<string[]> {
  const folder = join(directory, 'cache', 'layers', 'root');
  const names = await readdir(folder).catch(() => [] as string[]);
  return names.filter((name) => name.startsWith('.stage-')).map((name) => join(folder, name));
}
