import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saveLayout, type LayoutRequest } from '../../../electron/actions/copy/saveLayout';
import type { Run } from '../../../electron/actions/ground/context';
import { noise, ociArchive } from '../../setup/imageBuilder';
import { load, openStore, temporaryFolder } from '../../setup/temporary';

/** Bytes of all files of a folder, or of its blobs alone. */
async function bytesIn(folder: string, blobsOnly: boolean): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && (!blobsOnly || entry.parentPath.endsWith('sha256')))
      sum += (await stat(join(entry.parentPath, entry.name))).size;
  return sum;
}

const texts = (seed: number): string => `${'text '.repeat(1000)}${noise(90_000, seed).toString('hex')}`;
const layer = (seed: number) => ({ files: [{ path: `f${seed}`, content: texts(seed) }] });

/** Saves, and gives what was reported of the bytes that stand in the layout. */
async function reported(request: Pick<LayoutRequest, 'target' | 'compression'>, what: readonly string[]) {
  const context = await openStore();
  await load(
    context,
    ociArchive([
      { names: ['shop:1'], layers: [layer(1), { ...layer(2), gzip: true }] },
      { names: ['shop:2'], layers: [layer(1), { ...layer(3), zstd: true }] },
    ]),
  );
  const steps: { done: number; total: number | null }[] = [];
  const run: Run = {
    signal: new AbortController().signal,
    report: ({ phase, done, total }) => {
      if (phase === 'writing') steps.push({ done, total });
    },
  };
  await saveLayout(context, { ...request, what }, run);
  return steps;
}

test.each(['kept', 'none', 'gzip', 'zstd'] as const)(
  'what is told of a layout ends at what it holds, each byte once (%s)',
  async (compression) => {
    const target = join(await temporaryFolder(), 'layout');
    const check = async (what: readonly string[], blobsOnly: boolean): Promise<void> => {
      const steps = await reported({ target, compression }, what);
      const total = await bytesIn(target, blobsOnly);
      expect(steps.at(-1)).toEqual({ done: total, total });
      for (const [i, { done }] of steps.entries()) expect(done).toBeGreaterThan(steps[i - 1]?.done ?? 0);
    };
    await check(['shop:1', 'shop:2'], false);
    // What is there is read, and what of it is damaged is written anew.
    await check(['shop:1', 'shop:2'], true);
    const blobs = join(target, 'blobs', 'sha256');
    for (const name of await readdir(blobs)) {
      const bytes = await readFile(join(blobs, name));
      if (bytes.length < 10_000) continue;
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      await writeFile(join(blobs, name), bytes);
    }
    await check(['shop:1', 'shop:2'], true);
  },
);
