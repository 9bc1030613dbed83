import { createHash } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import type { ActionContext, Run } from '../../electron/actions/ground/context';
import { createContext, type OwnedContext } from '../../electron/actions/ground/createContext';
import { saveImages } from '../../electron/actions/copy/saveImages';
import { loadImages } from '../../electron/actions/copy/loadImages';
import { openDefaultStore } from '../../electron/actions/ground/openStore';
import { removeBeneath } from '../../electron/system/removeBeneath';
import type { WorkerPool } from '../../electron/worker/jobs';
import { createWorkerPool } from '../../electron/worker/workerPool';
import { ProblemError, type ProblemCode, type ProblemFacts } from '../../shared/image/problem';

/** Temporary folders and stores; importing this file removes them after each test. */
const folders = new Set<string>();
const contexts = new Set<OwnedContext>();
let pool: WorkerPool | null = null;

afterEach(async () => {
  for (const context of contexts) await context.close();
  contexts.clear();
  for (const folder of folders)
    if (process.platform === 'linux') removeBeneath(folder);
    else await rm(folder, { recursive: true, force: true });
  folders.clear();
});

afterAll(async () => {
  await pool?.close();
  pool = null;
});

/** A fresh folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stratigraph-test-'));
  folders.add(folder);
  return folder;
}

/** A fresh file with these bytes. */
export async function temporaryFile(bytes: string | Uint8Array, name = 'archive.tar'): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

/** One pool for all tests of a file: starting threads costs more than most tests. */
export function sharedPool(): WorkerPool {
  return (pool ??= createWorkerPool({ size: 2 }));
}

/** A store with its pool, as the use cases take it. */
export interface TestStore extends OwnedContext {
  readonly directory: string;
}

/** Opens a store in a fresh folder, or the one that is in `directory`. */
export async function openStore(directory?: string): Promise<TestStore> {
  const folder = directory ?? join(await temporaryFolder(), 'store');
  const store = await openDefaultStore(folder, sharedPool());
  const context = createContext(store, sharedPool());
  contexts.add(context);
  return { ...context, directory: folder };
}

/** A run that reports nothing, or to `report`. */
export function quietRun(
  signal: AbortSignal = new AbortController().signal,
  report: Run['report'] = () => undefined,
): Run {
  return { signal, report };
}

/** Loads bytes as an archive of some name, or what is at a path. */
export async function load(
  context: ActionContext,
  input: Uint8Array | string,
  label = 'archive.tar',
): ReturnType<typeof loadImages> {
  const path = typeof input === 'string' ? input : await temporaryFile(input);
  return loadImages(context, { path, label }, quietRun());
}

/** A fresh store with what an archive holds. */
export async function storeOf(archive: Uint8Array | string): Promise<TestStore> {
  const context = await openStore();
  await load(context, archive);
  return context;
}

/** Saves images of a store into a fresh folder; gives the archive's path. */
export async function saved(
  context: ActionContext,
  what: readonly string[],
  format: 'docker-archive' | 'oci-archive' = 'oci-archive',
): Promise<string> {
  const target = join(await temporaryFolder(), 'saved.tar');
  await saveImages(context, { what, format, target }, quietRun());
  return target;
}

/**
 * Everything below a folder by path: size and digest of files, target of links, `folder` for folders. Two equal
 * snapshots mean that nothing changed, byte for byte.
 */
export async function snapshotDirectory(directory: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const walk = async (at: string): Promise<void> => {
    for (const name of (await readdir(join(directory, at))).sort()) {
      const path = at === '' ? name : `${at}/${name}`;
      const info = await lstat(join(directory, path));
      if (info.isDirectory()) {
        found.set(path, 'folder');
        await walk(path);
      } else if (info.isSymbolicLink()) found.set(path, `-> ${await readlink(join(directory, path))}`);
      else {
        const bytes = await readFile(join(directory, path));
        found.set(path, `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`);
      }
    }
  };
  await walk('');
  return found;
}

/** Digests of the blobs on disk with their sizes. */
export async function blobsOnDisk(directory: string): Promise<ReadonlyMap<string, number>> {
  const folder = join(directory, 'blobs', 'sha256');
  const found = new Map<string, number>();
  for (const name of (await readdir(folder)).sort())
    found.set(`sha256:${name}`, (await lstat(join(folder, name))).size);
  return found;
}

/**
 * Fails unless every blob on disk has the digest in its name and nothing is left in `ingest/`, of locks or of drafts;
 * `ignored` leaves names out that the test looks at itself.
 */
export async function expectSoundStore(directory: string, ignored?: RegExp): Promise<void> {
  const folder = join(directory, 'blobs', 'sha256');
  for (const name of await readdir(folder)) {
    const bytes = await readFile(join(folder, name));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(name);
  }
  expect(await readdir(join(directory, 'ingest'))).toEqual([]);
  const names = (await readdir(directory)).filter((name) => !ignored?.test(name)).sort();
  expect(names).toEqual(['blobs', 'cache', 'index.json', 'ingest', 'oci-layout', 'reserve']);
}

/** Waits for a problem of this code and gives its facts; anything else fails the test. */
export async function problemFacts<C extends ProblemCode>(
  work: Promise<unknown>,
  code: C,
): Promise<ProblemFacts[C]> {
  const thrown: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof ProblemError)) {
    throw new Error(`expected the problem ${code}, found ${String(thrown)}`, { cause: thrown });
  }
  expect(thrown.problem.code, thrown.message).toBe(code);
  return thrown.problem.facts as ProblemFacts[C];
}

/** Like {@link problemFacts}, and the store's folder is byte for byte what it was before. */
export async function refusedUnchanged<C extends ProblemCode>(
  context: TestStore,
  work: () => Promise<unknown>,
  code: C,
): Promise<ProblemFacts[C]> {
  const before = await snapshotDirectory(context.directory);
  const facts = await problemFacts(work(), code);
  expect(await snapshotDirectory(context.directory)).toEqual(before);
  return facts;
}
