import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, chmod, chown, lstat, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test, vi, afterEach } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { lookAt, type LookedContext } from '../../../electron/place/opened/lookAt';
import { dropUnpacked } from '../../../electron/store/unpackedArchives';
import type { WorkerPool } from '../../../electron/worker/jobs';
import { problemOf } from '../../../shared/image/problem';
import { dockerArchive, gzip, noise, ociArchive, zstd, type ImageSpec } from '../../setup/imageBuilder';
import { performCommand, type Called } from '../../setup/performCommand';
import { randomLayer, seeded } from '../../setup/randomLayers';
import { quietRun, sharedPool, temporaryFile, temporaryFolder } from '../../setup/temporary';

const random = seeded(7);
const image = (i: number): ImageSpec => ({
  names: [`shop/part:${i}`],
  config: { Env: [`N=${i}`] },
  layers: [0, 1].map(() => ({ files: randomLayer(random), gzip: i % 2 === 1 })),
});
const specs = [1, 2, 3].map(image);

let cache = '';
let home = '';

beforeEach(async () => {
  cache = await temporaryFolder();
  home = join(cache, 'stratigraph', 'unpacked');
  vi.stubEnv('XDG_CACHE_HOME', cache);
  vi.stubEnv('STRATIGRAPH_UNPACKED', '1GB');
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** An archive that has been there for a while, as its own times tell. */
async function archive(bytes: Uint8Array, name = 'archive.tar.gz'): Promise<string> {
  const path = await temporaryFile(bytes, name);
  await sleep(150);
  return path;
}

const entries = async (): Promise<string[]> =>
  existsSync(home) ? (await readdir(home)).filter((name) => /^[0-9a-f]{64}$/.test(name)) : [];
/** What is there beside what is kept. */
const rest = async (): Promise<string[]> =>
  existsSync(home) ? (await readdir(home)).filter((name) => !/^[0-9a-f]{64}$/.test(name)) : [];

/** A look that counts how often an archive was read as a whole. */
async function look(path: string, signal?: AbortSignal): Promise<{ looked: LookedContext; reads: number }> {
  let reads = 0;
  const pool = sharedPool();
  const counting: WorkerPool = Object.create(pool) as WorkerPool;
  counting.run = (name, input, options) => {
    if (name === 'spool-archive' || name === 'index-archive') reads++;
    return pool.run(name, input, options);
  };
  const run = signal ? { ...quietRun(), signal } : quietRun();
  return { looked: await lookAt(path, { pool: counting }, run), reads };
}

const idsOf = async (looked: LookedContext): Promise<string[]> =>
  (await readStoreView(looked)).graph.images.map(({ id }) => id);

/** What is in an archive, file by file, and how often it was read as a whole for it. */
async function told(path: string): Promise<{ said: unknown; reads: number }> {
  const { looked, reads } = await look(path);
  try {
    const kept = { ...looked, close: () => Promise.resolve() };
    const said = [];
    for (const words of [
      ['images', '--no-trunc'],
      ['find', '*'],
      ['inspect', ...(await idsOf(looked))],
    ])
      said.push(await performCommand(() => Promise.resolve(kept), words));
    return { said, reads };
  } finally {
    await looked.close();
  }
}

describe.each([
  ['a docker-archive in gzip', () => gzip(dockerArchive(specs))],
  ['a docker-archive in zstd', () => zstd(dockerArchive(specs))],
  ['an OCI archive in gzip', () => gzip(ociArchive(specs))],
])('%s', (_, make) => {
  test('is unpacked by the first look alone', async () => {
    const path = await archive(make());
    const first = await told(path);
    expect(first.reads).toBe(1);
    const second = await told(path);
    expect(second).toEqual({ said: first.said, reads: 0 });
    expect(await entries()).toHaveLength(1);
    expect((await lstat(home)).mode & 0o077).toBe(0);
    expect(await rest()).toEqual([]);
  });
});

test('what was changed since is not served, and goes', async () => {
  const path = await archive(gzip(dockerArchive(specs.slice(0, 2))));
  const first = await told(path);
  const { mtime } = await lstat(path);
  await writeFile(path, gzip(dockerArchive(specs.slice(1))));
  await utimes(path, mtime, mtime);
  await sleep(150);
  const second = await told(path);
  expect(second.reads).toBe(1);
  expect(second.said).not.toEqual(first.said);
  expect(await entries()).toHaveLength(1);
});

test('what was written to a moment ago is not kept: its next change may bear the same times', async () => {
  await told(await temporaryFile(gzip(dockerArchive(specs)), 'archive.tar.gz'));
  expect((await entries()).length + (await rest()).length).toBe(0);
});

const faults: Readonly<Record<string, (entry: string) => Promise<void>>> = {
  'a blob that is longer': async (entry) => appendFile(await blobOf(entry), 'x'),
  'a blob that was written to': async (entry) => {
    const blob = await blobOf(entry);
    await writeFile(blob, await readFile(blob));
  },
  'a list of other images': async (entry) => {
    const path = join(entry, 'index.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('shop/part', 'shop/evil'));
  },
  'a record without our seal': async (entry) => {
    const path = join(entry, 'unpacked.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace(/"seal":"./, '"seal":"_'));
  },
  'a folder that others write to': async (entry) => chmod(entry, 0o777),
  ...(process.getuid?.() === 0
    ? { "somebody else's folder": async (entry: string) => chown(entry, 12345, 12345) }
    : {}),
};

async function blobOf(entry: string): Promise<string> {
  const folder = join(entry, 'blobs', 'sha256');
  let largest = '';
  let most = -1;
  for (const name of await readdir(folder)) {
    const { size } = await lstat(join(folder, name));
    if (size > most) [most, largest] = [size, name];
  }
  await chmod(join(folder, largest), 0o644);
  return join(folder, largest);
}

test.each(Object.entries(faults))('%s is not used', async (_, damage) => {
  const path = await archive(gzip(dockerArchive(specs)));
  const first = await told(path);
  const [entry = ''] = await entries();
  await damage(join(home, entry));
  expect(await told(path)).toEqual(first);
  expect(await told(path)).toEqual({ ...first, reads: 0 });
});

test('bytes that rot on the disk are told of the copy, which then is made anew', async () => {
  const content = noise(150_000, 4).toString('hex');
  const spec = { names: ['rot:1'], layers: [{ files: [{ path: 'f', content }] }] };
  const path = await archive(gzip(dockerArchive([spec])));
  const read = async (): Promise<Called & { reads: number }> => {
    const { looked, reads } = await look(path);
    return { ...(await performCommand(() => Promise.resolve(looked), ['cat', 'rot:1', '/f'])), reads };
  };
  expect((await read()).code).toBe(0);
  const [entry = ''] = await entries();
  const blob = await blobOf(join(home, entry));
  const times = join(cache, 'times');
  execFileSync('touch', ['-r', blob, times]);
  const bytes = await readFile(blob);
  bytes[150_000] = (bytes[150_000] ?? 0) ^ 1;
  await writeFile(blob, bytes);
  execFileSync('touch', ['-r', times, blob]);
  const damaged = await read();
  expect([damaged.problem, damaged.reads]).toEqual(['blob-damaged', 0]);
  expect(damaged.err).toContain('unpacked copy of archive.tar.gz');
  expect(await entries()).toEqual([]);
  const again = await read();
  expect([again.code, again.reads]).toEqual([0, 1]);
});

test('no more is kept than may be, and what was not looked at for longest goes first', async () => {
  const large = (i: number): Buffer =>
    gzip(
      dockerArchive([
        { names: [`big:${i}`], layers: [{ files: [{ path: 'f', content: noise(1 << 20, i) }] }] },
      ]),
    );
  vi.stubEnv('STRATIGRAPH_UNPACKED', '5MB');
  const paths = [];
  for (const i of [1, 2, 3, 4]) paths.push(await archive(large(i), `a${i}.tar.gz`));
  const [a = '', b = '', c = '', d = ''] = paths;
  for (const path of [a, b, c]) expect((await told(path)).reads).toBe(1);
  expect((await told(a)).reads).toBe(0);
  expect((await told(d)).reads).toBe(1);
  expect((await told(a)).reads).toBe(0);
  expect((await told(b)).reads).toBe(1);
  expect((await entries()).length).toBeLessThanOrEqual(3);
  vi.stubEnv('STRATIGRAPH_UNPACKED', '500kB');
  const e = await archive(large(5), 'e.tar.gz');
  await told(e);
  expect((await told(e)).reads).toBe(1);
  expect((await dropUnpacked()).count).toBe(0);
});

test('what is being looked at stays, whatever has to go', async () => {
  const path = await archive(gzip(dockerArchive(specs)));
  const first = await told(path);
  const { looked } = await look(path);
  expect((await dropUnpacked({ preview: true })).count).toBe(0);
  expect((await dropUnpacked()).count).toBe(0);
  expect(await idsOf(looked)).toHaveLength(3);
  await looked.close();
  expect((await dropUnpacked({ preview: true })).count).toBe(1);
  const { count, bytes } = await dropUnpacked();
  expect([count, bytes > 0]).toEqual([1, true]);
  expect((await entries()).concat(await rest())).toEqual([]);
  expect(await told(path)).toEqual(first);
});

test('a look that is cancelled leaves nothing', async () => {
  const path = await archive(gzip(dockerArchive(specs)));
  const abort = new AbortController();
  abort.abort();
  const thrown: unknown = await look(path, abort.signal).catch((each: unknown) => each);
  expect(problemOf(thrown).code).toBe('cancelled');
  expect((await entries()).concat(await rest())).toEqual([]);
});

/** Runs the command line; its exit code and what it printed. */
function cli(
  words: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../../../dist/cli.cjs'), ...words], {
    env: { ...process.env, LC_ALL: 'C', ...more },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out })));
}

test('processes that look at once find the same, and one copy is left', async () => {
  const path = await archive(gzip(dockerArchive(specs)));
  const words = ['ls', '-lR', '--source', path, 'shop/part:2'];
  const all = await Promise.all([1, 2, 3, 4, 5].map(() => cli(words)));
  expect(all[0]?.code).toBe(0);
  for (const each of all) expect(each).toEqual(all[0]);
  expect(await entries()).toHaveLength(1);
  expect(await rest()).toEqual([]);
});

test('a look that is killed at any step leaves nothing that the next one does not clear away', async () => {
  const path = await archive(gzip(dockerArchive(specs)));
  const words = ['images', '--source', path];
  let killed = 0;
  const good = (await cli(words, { STRATIGRAPH_UNPACKED: '0' })).out;
  for (let step = 0, stride = 1; ; step += stride++) {
    const { code } = await cli(words, { STRATIGRAPH_FAIL_POINT: String(step) });
    const next = await cli(words);
    expect(next.code).toBe(0);
    expect(next.out).toBe(good);
    expect(await entries()).toHaveLength(1);
    expect(await rest()).toEqual([]);
    if (code === 0) break;
    killed++;
    await dropUnpacked();
  }
  expect(killed).toBeGreaterThan(5);
});
