import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitWorkspace } from '../../electron/actions/trees/commitWorkspace';
import type { Run } from '../../electron/actions/ground/context';
import { createContext } from '../../electron/actions/ground/createContext';
import { mountImage, unmountImage } from '../../electron/actions/trees/mounts';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { pruneImages } from '../../electron/actions/images/pruneImages';
import { resolveImage } from '../../electron/actions/images/resolveImage';
import { readStoreView } from '../../electron/actions/images/storeView';
import { sweepWork } from '../../electron/actions/upkeep/sweepWork';
import { createWorkspace, mountWorkspace, removeWorkspace } from '../../electron/actions/trees/workspaces';
import { readWorkspaces } from '../../electron/actions/records/workspaceRecords';
import { createBriefPool } from '../../electron/worker/briefPool';
import { createWorkerPool } from '../../electron/worker/workerPool';
import { change } from './churnChange';

// Mounts, unpacks and commits on a store until somebody kills it; see kill.test.ts.

const run: Run = { signal: new AbortController().signal, report: () => undefined };

async function main(directory: string, seed: number): Promise<void> {
  const threads = createWorkerPool();
  // As the window works on one round, as the command line on the next.
  const pool = (seed / 1000) % 2 === 0 ? threads : createBriefPool(threads);
  const context = createContext(await openDefaultStore(directory), pool);
  await sweepWork(context);
  process.stdout.write('ready\n');
  for (let round = seed; ; round++) {
    for (const { name } of await readWorkspaces(directory)) await removeWorkspace(context, name);
    await pruneImages(context, { all: false }, run);
    // A cache may go at any time; in one step, so that what a kill leaves of it is not ours to explain.
    const gone = join(directory, 'cache', '.gone');
    await rm(gone, { recursive: true, force: true });
    await rename(join(directory, 'cache', 'layers'), gone).catch(() => undefined);
    const { image } = resolveImage((await readStoreView(context)).graph, 'rig/changes:1');
    const { id } = await mountImage(context, { image: image.id, target: null, kept: round % 2 === 0 }, run);
    await unmountImage(context, id);
    const name = `churn-${round}`;
    await createWorkspace(context, { image: image.id, name }, run);
    const { merged } = await mountWorkspace(context, name, false, run);
    change(merged);
    const request = { workspace: name, author: '', message: '', changes: [] };
    await commitWorkspace(context, { ...request, reference: null, paths: ['etc/cover'] }, run);
    await commitWorkspace(context, { ...request, reference: 'rig/whole:1', paths: null }, run);
    await writeFile(join(merged, 'etc', 'later'), 'not committed\n');
    process.stdout.write('round\n');
  }
}

main(process.argv[2] ?? '', Number(process.argv[3])).catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  process.exitCode = 1;
});
