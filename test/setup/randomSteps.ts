import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, utimesSync } from 'node:fs';
import { basename, join } from 'node:path';
import { copyOutOfTree } from '../../electron/actions/trees/browse';
import { cleanUp, undoCleanUp } from '../../electron/actions/upkeep/cleanUp';
import { commitWorkspace } from '../../electron/actions/trees/commitWorkspace';
import type { ActionContext, Run } from '../../electron/actions/ground/context';
import { createContext } from '../../electron/actions/ground/createContext';
import { exportRootfs } from '../../electron/actions/copy/exportRootfs';
import { freeUnreached } from '../../electron/actions/upkeep/freeUnreached';
import { fsck } from '../../electron/actions/upkeep/fsck';
import { loadImages } from '../../electron/actions/copy/loadImages';
import { listMounts, mountImage, unmountImage } from '../../electron/actions/trees/mounts';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { removeImages } from '../../electron/actions/images/removeImages';
import { saveImages } from '../../electron/actions/copy/saveImages';
import { saveLayout } from '../../electron/actions/copy/saveLayout';
import { readStoreView } from '../../electron/actions/images/storeView';
import { sweepWork } from '../../electron/actions/upkeep/sweepWork';
import { tagImage, untagImage } from '../../electron/actions/images/tagImages';
import { readWorkspaces } from '../../electron/actions/records/workspaceRecords';
import {
  createWorkspace,
  mountWorkspace,
  removeWorkspace,
  unmountWorkspace,
} from '../../electron/actions/trees/workspaces';
import { writeViewFile } from '../../electron/actions/target/writeViewFile';
import { createBriefPool } from '../../electron/worker/briefPool';
import { createWorkerPool } from '../../electron/worker/workerPool';
import { problemOf } from '../../shared/image/problem';

// Does one command after the other on a store until somebody kills it, or looks at what is left; see randomKills.test.ts.

const run: Run = { signal: new AbortController().signal, report: () => undefined };

/** Numbers that a seed gives, always the same ones (Lehmer, 1951). */
function dice(seed: number): (sides: number) => number {
  let state = (seed % 2147483646) + 1;
  return (sides) => (state = (state * 48271) % 2147483647) % sides;
}

/** What a step is done with. */
interface World {
  readonly context: ActionContext;
  readonly archives: readonly string[];
  /** A person's folder. */
  readonly out: string;
  readonly roll: (sides: number) => number;
}

type Step = (world: World) => Promise<unknown>;

/** One of the images, `kept:1` among them, whose files everybody may have. */
async function anyImage({ context, roll }: World): Promise<{ id: never; names: readonly string[] }> {
  const { images } = (await readStoreView(context)).graph;
  return images[roll(images.length)] as never;
}

/** One that nobody minds; null where there is none. */
async function passing({ context, roll }: World): Promise<{ id: never; names: readonly string[] } | null> {
  const images = (await readStoreView(context)).graph.images.filter(({ names }) => !names.includes('kept:1'));
  return (images[roll(Math.max(1, images.length))] ?? null) as never;
}

async function anyWorkspace({ context, roll }: World): Promise<string | null> {
  const all = await readWorkspaces(context.store.directory);
  return all[roll(Math.max(1, all.length))]?.name ?? null;
}

/** A workspace with changes; the script is run where its owners are. */
async function changed(world: World): Promise<string> {
  const { context, roll } = world;
  let name = await anyWorkspace(world);
  if (name === null || roll(3) === 0) {
    name = `own-${roll(1_000_000)}`;
    await createWorkspace(context, { image: (await anyImage(world)).id, name }, run);
  }
  const { merged, privileged } = await mountWorkspace(context, name, false, run);
  const script = `cd "$TREE"; mkdir -p made/${roll(4)}; echo ${roll(1000)} > made/file-${roll(8)}; rm -rf made/${roll(4)}`;
  const [shell = '', ...words] = [...privileged.enter, '/bin/sh', '-ec', script];
  const { status, stderr } = spawnSync(shell, words, {
    env: { ...process.env, TREE: merged },
    encoding: 'utf8',
    cwd: '/',
  });
  if (status !== 0) throw new Error(stderr);
  return name;
}

const steps: Readonly<Record<string, Step>> = {
  load: ({ context, archives, roll }) => {
    const path = archives[roll(archives.length)] ?? '';
    return loadImages(context, { path, label: basename(path) }, run);
  },
  tag: async (world) =>
    tagImage(world.context, (await anyImage(world)).id, `churn/${world.roll(5)}:${world.roll(3)}`),
  untag: async (world) => {
    const name = (await passing(world))?.names.find((each) => each.startsWith('churn/'));
    if (name !== undefined) await untagImage(world.context, name);
  },
  rmi: async (world) => {
    const image = await passing(world);
    if (image) await removeImages(world.context, { images: [image.id], names: [] }, run);
  },
  undo: async (world) => {
    const image = await passing(world);
    if (!image) return;
    const request = { images: [image.id], unpacked: world.roll(2) === 0, interrupted: false };
    const { trash } = await cleanUp(world.context, request, run);
    if (trash !== null) await undoCleanUp(world.context, trash);
  },
  commit: async (world) => {
    const workspace = await changed(world);
    const paths = world.roll(2) === 0 ? null : ['made'];
    const request = { workspace, author: '', message: '', changes: [], paths };
    await commitWorkspace(world.context, { ...request, reference: `own/${world.roll(3)}:1` }, run);
  },
  mount: async (world) =>
    mountImage(
      world.context,
      { image: (await anyImage(world)).id, target: null, kept: world.roll(2) === 0 },
      run,
    ),
  unmount: async ({ context, roll }) => {
    const mounts = await listMounts(context);
    const one = mounts[roll(Math.max(1, mounts.length))];
    if (one) await unmountImage(context, one.id);
  },
  leave: async (world) => {
    const name = await anyWorkspace(world);
    if (name === null) return;
    if (world.roll(2) === 0) await unmountWorkspace(world.context, name);
    else await removeWorkspace(world.context, name);
  },
  save: async (world) => {
    const format = world.roll(2) === 0 ? 'docker-archive' : 'oci-archive';
    const target = join(world.out, `target-${world.roll(3)}.tar`);
    await saveImages(world.context, { what: [(await anyImage(world)).id], format, target }, run);
  },
  layout: async (world) => {
    const target = join(world.out, `layout-${world.roll(1_000_000)}`);
    await saveLayout(world.context, { what: [(await anyImage(world)).id], target }, run);
  },
  export: async (world) => {
    const workspace = world.roll(2) === 0 ? await anyWorkspace(world) : null;
    const what = workspace === null ? { image: (await anyImage(world)).id } : { workspace };
    await exportRootfs(world.context, what, join(world.out, `target-${world.roll(3)}.tar`), run);
  },
  copy: async (world) => {
    const tree = { image: (await anyImage(world)).id };
    const folder = world.roll(2) === 0;
    const target = join(world.out, folder ? `copy-${world.roll(1_000_000)}` : `copied-${world.roll(2)}`);
    await copyOutOfTree(world.context, tree, { path: folder ? 'tree' : 'tree/0', target }, run);
  },
  view: ({ context, out, roll }) =>
    writeViewFile(context, join(out, `view-${roll(2)}`), Buffer.from('view\n'.repeat(50_000))),
  gc: ({ context }) => freeUnreached(context, run),
};

/** What another command may have taken away, or holds: no fault of this one. */
const usual = [
  'image-not-found',
  'name-not-found',
  'layer-not-found',
  'workspace-not-found',
  'mount-not-found',
  'mount-busy',
  'nothing-to-commit',
  'image-in-use',
  'change-not-found',
  'workspace-exists',
  'trash-gone',
  'file-not-found',
];

async function work(world: World): Promise<never> {
  const names = Object.keys(steps);
  process.stdout.write('ready\n');
  for (;;) {
    const name = names[world.roll(names.length)] ?? '';
    try {
      await steps[name]?.(world);
      process.stdout.write(`${name}\n`);
    } catch (thrown) {
      const { code, facts } = problemOf(thrown);
      if (!usual.includes(code))
        throw new Error(`${name}: ${code} ${JSON.stringify(facts)}`, { cause: thrown });
    }
  }
}

/** What is wrong after a kill, in words; with `end` also what is left when all is tidied up. */
async function look(context: ActionContext, out: string, end: boolean): Promise<readonly string[]> {
  const { directory } = context.store;
  const faults: string[] = [];
  await sweepWork(context);
  const { graph, damaged } = await readStoreView(context);
  faults.push(...damaged.map((each) => `damaged ${JSON.stringify(each)}`));
  if (!graph.images.some(({ names }) => names.includes('kept:1'))) faults.push('kept:1 is gone');
  const { damage } = await fsck(context, { repair: false }, run);
  faults.push(...damage.map((each) => `fsck ${JSON.stringify(each)}`));
  for (const { name } of await readWorkspaces(directory)) await mountWorkspace(context, name, false, run);
  if (!end) return faults;
  for (const { name } of await readWorkspaces(directory)) await removeWorkspace(context, name);
  for (const { id } of await listMounts(context)) await unmountImage(context, id);
  // What says nothing of its owner is left alone for a minute: it may be about to.
  for (const folder of [
    directory,
    join(directory, 'ingest'),
    join(directory, 'mounts'),
    join(directory, 'workspaces'),
  ])
    for (const name of list(folder))
      if (!lstatSync(join(folder, name)).isSymbolicLink()) utimesSync(join(folder, name), 0, 0);
  await freeUnreached(context, run);
  const left = (folder: string, usualNames: RegExp): void =>
    void faults.push(
      ...list(folder)
        .filter((name) => !usualNames.test(name))
        .map((name) => `left ${folder}/${name}`),
    );
  left(
    directory,
    /^(?:blobs|cache|index\.json|ingest|mounts|oci-layout|reserve|workspaces|run|guide|trash\.json)$/,
  );
  for (const name of ['ingest', 'workspaces', 'run']) left(join(directory, name), /^(?:lock|state)$/);
  left(join(directory, 'mounts'), /^(?:namespace\.json|lock|locks)$/);
  left(out, /^(?:theirs.*|\.theirs|target-\d\.tar|copied-\d|view-\d|copy-\d+|layout-\d+)$/);
  const mounted = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  faults.push(...mounted.filter((line) => line.includes(directory)).map((line) => `mounted ${line}`));
  return faults;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

async function main([
  mode = '',
  directory = '',
  out = '',
  seed = '0',
  ...archives
]: readonly string[]): Promise<void> {
  const threads = createWorkerPool({ size: 1 });
  const pool = Number(seed) % 2 === 0 ? threads : createBriefPool(threads);
  const context = createContext(await openDefaultStore(directory, pool), pool);
  if (mode === 'work') return work({ context, archives, out, roll: dice(Number(seed)) });
  try {
    process.stdout.write(JSON.stringify(await look(context, out, mode === 'end')));
  } finally {
    await context.close();
    await pool.close();
  }
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  process.exit(1);
});
