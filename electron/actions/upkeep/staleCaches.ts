import { lstat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Digest } from '../../../shared/image/digest';
import { problemOf } from '../../../shared/image/problem';
import { readContentHashes } from '../../index/contentHashes';
import { readLayerSecrets } from '../../index/secretFindings';
import { keptFileKey } from '../../index/keptFile';
import { listOwn, readOwnFile } from '../../store/ownPlaces';
import { places } from '../../store/places';
import { fromSealedJson } from '../../store/seal';
import type { ActionContext, Privileged, Run } from '../ground/context';
import { readRecord, stampOf, type UnpackedRecord } from '../trees/layerRecord';

/** A cache that says something which we did not find out, or not of what is there now. */
export interface StaleCache {
  /** Below the store. */
  readonly name: string;
  /** Whether it is a layer that is ready for a mount: a folder, which a mount may show. */
  readonly isLayer: boolean;
}

/** A layer's blob, with the diff IDs that images give it. */
interface StoredBlob {
  readonly digest: Digest;
  readonly diffIds: ReadonlySet<string>;
  /** Bytes that descriptors give it. */
  readonly sizes: ReadonlySet<number>;
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/**
 * Caches beside the indexes that do not count: without our seal, or layers that somebody has written to since they were made.
 * Commands pass them over and make them again; they are told so that a person knows. `layers` are blobs with the diff IDs that
 * images give them.
 */
export async function staleCaches(
  context: Pick<ActionContext, 'store' | 'privileged'>,
  layers: readonly StoredBlob[],
  run: Run,
): Promise<readonly StaleCache[]> {
  const { store } = context;
  const stale: string[] = [];
  const check = async (path: string, counts: () => boolean): Promise<void> => {
    if ((await isThere(path)) && !counts()) stale.push(path);
  };
  for (const { digest, diffIds } of layers) {
    const ids = [...diffIds];
    const hashes = store.hashesPathOf(digest);
    const secrets = store.secretsPathOf(digest);
    await check(hashes, () => ids.some((diffId) => readContentHashes(hashes, diffId) !== null));
    await check(secrets, () => ids.some((diffId) => readLayerSecrets(secrets, diffId) !== null));
  }
  const trees = join(store.directory, 'cache', 'trees', 'sha256');
  for (const name of await listOwn(trees)) {
    const path = join(trees, name);
    await check(path, () => {
      const key = keptFileKey(path);
      return key !== null && name.endsWith(`-${key.slice(0, 32)}`);
    });
  }
  for (const [name, purpose] of [
    ['images.json', 'images'],
    ['used.json', 'uses'],
  ] as const) {
    const path = join(store.directory, 'cache', name);
    await check(path, () => fromSealedJson(purpose, readOwnFile(path)?.toString('utf8') ?? '') !== null);
  }
  const named = (path: string, isLayer: boolean): StaleCache => ({
    name: relative(store.directory, path),
    isLayer,
  });
  return [
    ...stale.map((path) => named(path, false)),
    ...(await staleLayers(context, layers, run)).map((path) => named(path, true)),
  ];
}

async function staleLayers(
  context: Pick<ActionContext, 'store' | 'privileged'>,
  layers: readonly StoredBlob[],
  run: Run,
): Promise<string[]> {
  const directory = context.store.directory;
  if ((await listOwn(join(directory, 'cache', 'layers'))).length === 0) return [];
  const privileged: Privileged | null = await context.privileged().catch(() => null);
  if (!privileged) return [];
  const parent = places.unpackedOf(directory, privileged.key);
  const found: string[] = [];
  for (const name of await listOwn(parent)) {
    if (!/^[0-9a-f]{64}$/.test(name)) continue;
    const folder = join(parent, name);
    const record = readRecord(folder);
    const counts =
      record !== null &&
      record.key === privileged.key &&
      record.diffId === `sha256:${name}` &&
      (await stampOf(context, privileged, folder, record)) === record.stamp &&
      (await holdsItsBlob(context, privileged, folder, record, layers, run));
    if (!counts) found.push(folder);
  }
  return found;
}

/** Whether a layer holds what its blob does; true also where no sound blob is there to say otherwise, which `fsck` tells anyway. */
async function holdsItsBlob(
  { store }: Pick<ActionContext, 'store'>,
  { pool, style }: Privileged,
  folder: string,
  { diffId, form = 'files', blob }: UnpackedRecord,
  layers: readonly StoredBlob[],
  { signal }: Run,
): Promise<boolean> {
  const own = layers.filter(({ diffIds }) => diffIds.has(diffId));
  // An image whose tar lies beside it came of a compressed blob, one without of the plain one.
  const { digest, sizes } = own.find((each) => each.digest === blob) ?? own[0] ?? {};
  if (digest === undefined) return true;
  const size = await store.sizeOf(digest);
  if (size === null || !sizes?.has(size)) return true;
  const input = { file: store.fileOf({ digest, size }), digest, diffId, label: digest, folder, form, style };
  try {
    return (
      await pool.run('check-ready', { ...input, beside: form === 'image' && blob === null }, { signal })
    ).same;
  } catch (thrown) {
    const { code } = problemOf(thrown);
    if (code === 'blob-damaged' || code === 'layer-invalid') return true;
    throw thrown;
  }
}
