import { randomBytes } from 'node:crypto';
import { defaultLimits } from '../../../shared/image/limits';
import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createBriefPool } from '../../../electron/worker/briefPool';
import type { JobName, WorkerPool } from '../../../electron/worker/jobs';
import { problemFacts, sharedPool, temporaryFolder } from '../../setup/temporary';

/** The threads of the other tests, with the names of the jobs that they were given. */
function watched(): WorkerPool & { readonly given: JobName[] } {
  const threads = sharedPool();
  const given: JobName[] = [];
  return {
    given,
    size: threads.size,
    close: () => Promise.resolve(),
    run: (name, input, options) => {
      given.push(name);
      return threads.run(name, input, options);
    },
  };
}

const style = { attributes: 'user', whiteouts: 'device', owners: 'single', devices: false } as const;

/** A workspace's directories with two new files, and what `write-layer` needs to make a layer of them in `out`. */
async function changed() {
  const folder = await temporaryFolder();
  const [upper, base, out] = [join(folder, 'upper'), join(folder, 'base'), join(folder, 'out')];
  for (const path of [upper, base, out]) await mkdir(path);
  await writeFile(join(upper, 'one'), 'one\n');
  await writeFile(join(upper, 'two'), randomBytes(5000));
  const [target, indexTarget] = [join(out, 'layer'), join(out, 'index')];
  return {
    out,
    input: {
      upper,
      base,
      style,
      paths: null,
      owners: {},
      lists: new Map(),
      target,
      indexTarget,
      label: 'fix',
    },
  };
}

test('a brief job is done without a thread', async () => {
  const threads = watched();
  const { out, input } = await changed();
  let bytes = 0;
  const onBytes = (more: number): void => void (bytes += more);
  const layer = await createBriefPool(threads, Infinity).run('write-layer', input, { onBytes });
  expect(threads.given).toEqual([]);
  expect(layer.entries).toBe(2);
  expect(bytes).toBe(5004);
  expect((await readdir(out)).sort()).toEqual(['index', 'layer']);
});

test('a job that has had its share is begun again by a thread, with the same result', async () => {
  const threads = watched();
  const { out, input } = await changed();
  const long = await createBriefPool(threads, -1).run('write-layer', input);
  expect(threads.given).toEqual(['write-layer']);
  // The same directory once more, by this thread.
  const again = { ...input, target: join(out, 'layer-2'), indexTarget: join(out, 'index-2') };
  expect(await createBriefPool(threads, Infinity).run('write-layer', again)).toEqual(long);
  expect(await readFile(again.target)).toEqual(await readFile(input.target));
  expect(threads.given).toEqual(['write-layer']);
});

test('what a job throws is thrown, and no thread tries again', async () => {
  const threads = watched();
  const pool = createBriefPool(threads, Infinity);
  const { out, input } = await changed();
  await problemFacts(pool.run('write-layer', { ...input, paths: ['nowhere'] }), 'change-not-found');
  await problemFacts(pool.run('write-layer', input, { signal: AbortSignal.abort() }), 'cancelled');
  expect(await readdir(out)).toEqual([]);
  expect(threads.given).toEqual([]);
});

test('other jobs go to the threads at once', async () => {
  const threads = watched();
  const path = join(await temporaryFolder(), 'missing.tar');
  const work = createBriefPool(threads).run('index-archive', {
    file: path,
    label: 'missing.tar',
    limits: defaultLimits,
  });
  await problemFacts(work, 'file-not-found');
  expect(threads.given).toEqual(['index-archive']);
});

test.runIf(process.getuid?.() === 0)('mounting leaves the current directory where it was', async () => {
  const pool = createBriefPool(watched());
  const folder = await temporaryFolder();
  const [one, two, target] = [join(folder, 'one'), join(folder, 'two'), join(folder, 'target')];
  for (const path of [one, two, target]) await mkdir(path);
  await writeFile(join(one, 'file'), 'here\n');
  const before = await readlink('/proc/self/cwd');
  const asRoot = { attributes: 'trusted', whiteouts: 'device', owners: 'kept', devices: true } as const;
  await pool.run('mount-overlay', {
    target,
    label: 'test',
    place: join(folder, 'place'),
    lower: [one, two],
    upper: null,
    work: null,
    style: asRoot,
  });
  try {
    expect(await readFile(join(target, 'file'), 'utf8')).toBe('here\n');
    expect(await readlink('/proc/self/cwd')).toBe(before);
    expect(await pool.run('list-mounts', { below: folder })).toEqual([target]);
  } finally {
    await pool.run('unmount', { target, label: 'test', lazy: false });
  }
  expect(await readdir(target)).toEqual([]);
});
