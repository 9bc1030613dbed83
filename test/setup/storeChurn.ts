import { basename, join } from 'node:path';
import type { ActionContext, Run } from '../../electron/actions/ground/context';
import { createContext } from '../../electron/actions/ground/createContext';
import { cleanUp, undoCleanUp } from '../../electron/actions/upkeep/cleanUp';
import { freeUnreached } from '../../electron/actions/upkeep/freeUnreached';
import { loadImages } from '../../electron/actions/copy/loadImages';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { removeImages } from '../../electron/actions/images/removeImages';
import { saveImages } from '../../electron/actions/copy/saveImages';
import { readStoreView } from '../../electron/actions/images/storeView';
import { tagImage, untagImage } from '../../electron/actions/images/tagImages';
import { createBriefPool } from '../../electron/worker/briefPool';
import { createWorkerPool } from '../../electron/worker/workerPool';
import { problemOf } from '../../shared/image/problem';

// Loads, saves, tags, deletes and collects garbage in a store until somebody kills it; see killMoments.test.ts.

const run: Run = { signal: new AbortController().signal, report: () => undefined };

/** Numbers that a seed gives, always the same ones (Lehmer, 1951). */
function dice(seed: number): (sides: number) => number {
  let state = (seed % 2147483646) + 1;
  return (sides) => (state = (state * 48271) % 2147483647) % sides;
}

/** One change of the store; which one the dice say. */
async function step(
  context: ActionContext,
  archives: readonly string[],
  folder: string,
  roll: (sides: number) => number,
): Promise<string> {
  const { graph } = await readStoreView(context);
  const image = graph.images[roll(graph.images.length)];
  if (!image) throw new Error('the store is empty');
  const passing = graph.images.filter(({ names }) => !names.includes('kept:1'));
  const victim = passing[roll(Math.max(1, passing.length))];
  const which = roll(7);
  if (which <= 1) {
    const path = archives[roll(archives.length)] ?? '';
    await loadImages(context, { path, label: basename(path) }, run);
    return 'load';
  }
  if (which === 2) {
    const [format, end] =
      roll(2) === 0 ? (['docker-archive', 'd'] as const) : (['oci-archive', 'o'] as const);
    const target = join(folder, `saved-${image.id.slice(7, 19)}-${end}-${roll(3)}.tar`);
    await saveImages(context, { what: [image.id], format, target }, run);
    return 'save';
  }
  if (which === 3) {
    await tagImage(context, image.id, `churn/${roll(5)}:${roll(3)}`);
    return 'tag';
  }
  if (which === 4) {
    const name = victim?.names.find((each) => each.startsWith('churn/'));
    if (victim && name !== undefined) await untagImage(context, name);
    return 'untag';
  }
  if (which === 5) {
    if (!victim) return 'nothing';
    if (roll(2) === 0) await removeImages(context, { images: [victim.id], names: [] }, run);
    else {
      const request = { images: [victim.id], unpacked: false, interrupted: false };
      const { trash } = await cleanUp(context, request, run);
      if (trash !== null && roll(2) === 0) await undoCleanUp(context, trash);
    }
    return 'delete';
  }
  await freeUnreached(context, run);
  return 'gc';
}

async function main([
  directory = '',
  folder = '',
  seed = '0',
  ...archives
]: readonly string[]): Promise<void> {
  const threads = createWorkerPool({ size: 1 });
  // As the window works in one process, as the command line in the next.
  const pool = Number(seed) % 2 === 0 ? threads : createBriefPool(threads);
  const context = createContext(await openDefaultStore(directory), pool);
  const roll = dice(Number(seed));
  process.stdout.write('ready\n');
  for (;;) {
    try {
      process.stdout.write(`${await step(context, archives, folder, roll)}\n`);
    } catch (thrown) {
      // What another process took away in the meantime is no fault of this one.
      const { code } = problemOf(thrown);
      if (!['image-not-found', 'name-not-found', 'layer-not-found'].includes(code)) throw thrown;
    }
  }
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  process.exitCode = 1;
});
