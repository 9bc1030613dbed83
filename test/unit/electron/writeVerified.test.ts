import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import type { WorkerPool } from '../../../electron/worker/jobs';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { problemFacts, quietRun, storeOf, temporaryFolder } from '../../setup/temporary';

/** A large layer is verified in the archive, as it stands there. */

const image = dockerArchive([
  { names: ['big:1'], layers: [{ files: [{ path: 'big', content: noise(9 << 20) }] }] },
]);

/** A pool that does something before each look at what was written. */
function before(pool: WorkerPool, work: (file: string, offset: number) => Promise<void>): WorkerPool {
  return {
    ...pool,
    size: 2,
    run: async (name, input, options) => {
      if (name === 'read-blob') {
        const { file, offset } = input as { file: string; offset: number };
        await work(file, offset);
      }
      return pool.run(name, input, options);
    },
  };
}

test('a byte that went wrong on its way into the archive is found, and nothing is saved', async () => {
  const context = await storeOf(image);
  const folder = await temporaryFolder();
  const pool = before(context.pool, async (file, offset) => {
    const handle = await open(file, 'r+');
    await handle.write(Buffer.from([255]), 0, 1, offset + 5_000_000);
    await handle.close();
  });
  const request = { what: ['big:1'], format: 'docker-archive', target: join(folder, 'big.tar') } as const;
  await problemFacts(saveImages({ ...context, pool }, request, quietRun()), 'blob-damaged');
  expect(await readdir(folder)).toEqual([]);
});

test('what is looked at is where the member stands', async () => {
  const context = await storeOf(image);
  const target = join(await temporaryFolder(), 'big.tar');
  const seen: number[] = [];
  const pool = before(context.pool, (_, offset) => Promise.resolve(void seen.push(offset)));
  await saveImages({ ...context, pool }, { what: ['big:1'], format: 'oci-archive', target }, quietRun());
  expect(seen).toHaveLength(1);
  const [offset = 0] = seen;
  const archive = await readFile(target);
  const { size } = await stat(target);
  expect(offset).toBeLessThan(size);
  const header = archive.subarray(offset - 512, offset);
  expect(header.toString('latin1', 257, 262)).toBe('ustar');
  expect(parseInt(header.toString('latin1', 124, 135), 8)).toBeGreaterThan(9 << 20);
});
