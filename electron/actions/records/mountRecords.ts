import { randomBytes } from 'node:crypto';
import { rm, rmdir } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import { isDigest, type ChainId, type ImageId } from '../../../shared/image/digest';
import { draftName, sweepDrafts } from '../../store/drafts';
import {
  checkOwned,
  infoOwn,
  listOwn,
  listRecords,
  makeOwnFolder,
  mostText,
  readOwnIfThere,
  readOwnText,
  replaceOwn,
} from '../../store/ownPlaces';
import { bootId, toOwner, type Owner } from '../../store/owner';
import { places } from '../../store/places';
import { fromStoreJson, toStoreJson } from '../../store/seal';
import { checkLastingKey } from '../../store/sealKey';
import { isOwnerGone, isSettled } from '../../store/settled';

/**
 * What is mounted, one small file a mount in the store's `mounts` folder: written before the mount is made and removed
 * after it is gone, so that whatever a crash leaves mounted has a record to be found by.
 */
export interface MountRecord {
  readonly id: string;
  readonly kind: 'image' | 'workspace';
  readonly image: ImageId;
  /** The layer of it that is the top one there; left out where all are. */
  readonly upTo?: ChainId | undefined;
  /** Name of the image when it was mounted, or of the workspace. */
  readonly name: string;
  /** Where the merged tree is. */
  readonly target: string;
  /** For workspaces: where the lower layers alone are mounted; else null. */
  readonly base: string | null;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Stays until somebody unmounts it; otherwise it ends with its owner. */
  readonly kept: boolean;
  readonly owner: Owner;
  /** `Privileged.key` under which it was mounted. */
  readonly key: string;
}

/** A fresh mount ID. */
export function newMountId(): string {
  return `mount-${randomBytes(6).toString('hex')}`;
}

const suffix = '.mount.json';

function recordPath(store: string, id: string): string {
  return join(places.mounts(store), `${id}${suffix}`);
}

/** Records a mount, or replaces its record. */
export async function writeMountRecord(store: string, record: MountRecord): Promise<void> {
  checkOwned(store);
  checkLastingKey();
  await makeOwnFolder(store, 'mounts');
  const path = recordPath(store, record.id);
  const bytes = Buffer.from(toStoreJson('mount', store, { ...record, name: record.name.slice(0, mostText) }));
  await replaceOwn(path, bytes);
}

/** Forgets a mount. */
export async function dropMountRecord(store: string, id: string): Promise<void> {
  await rm(recordPath(store, id), { force: true });
}

/**
 * All records of this user's for this very store, oldest first; not those of an earlier boot, since nothing of them is mounted any
 * more. What somebody else has put there counts for nothing: it would say what is shown as an image, and what is unmounted.
 */
export async function readMountRecords(store: string): Promise<readonly MountRecord[]> {
  const names = await listRecords(places.mounts(store), (name) => name.endsWith(suffix));
  const records: MountRecord[] = [];
  for (const name of names) {
    const record = await readOne(store, name);
    if (record?.owner.boot === bootId) records.push(record);
  }
  return records.sort((a, b) => a.since - b.since);
}

/** IDs become names of files and folders. */
const idPattern = /^(?:mount|workspace)-[0-9a-f]{12}$/;
const isPlace = (value: unknown): boolean =>
  typeof value === 'string' && isAbsolute(value) && !value.split('/').includes('..') && !value.includes('\0');

/** Whether a document says all that a record says, in its terms: it may have been put there by somebody. */
function isRecord(value: { readonly [K in keyof MountRecord]: unknown }): value is MountRecord {
  const { id, kind, image, upTo, name, target, base, since, kept, owner, key } = value;
  return (
    typeof id === 'string' &&
    idPattern.test(id) &&
    (kind === 'image' || kind === 'workspace') &&
    isDigest(image) &&
    (upTo === undefined || isDigest(upTo)) &&
    typeof name === 'string' &&
    isPlace(target) &&
    (base === null || isPlace(base)) &&
    typeof since === 'number' &&
    typeof kept === 'boolean' &&
    typeof key === 'string' &&
    toOwner(owner) !== null
  );
}

async function readOne(store: string, name: string): Promise<MountRecord | null> {
  // One that cannot be read may be of a mount that shows the layers that are about to be swept.
  const text = await readOwnIfThere(join(places.mounts(store), name));
  const found = text === null ? null : fromStoreJson('mount', store, text);
  if (found === null) return null;
  const { store: _, ...record } = found as Record<keyof MountRecord | 'store', unknown>;
  return isRecord(record) && `${record.id}${suffix}` === name ? whereItIs(store, record) : null;
}

/**
 * A record with its places as they are in the store's folder now: what is mounted in a store goes with it where somebody moves
 * it. A path that is there still is right, whatever way to the store it leads by.
 */
async function whereItIs(store: string, record: MountRecord): Promise<MountRecord> {
  const { id, kind, target, base } = record;
  const moved = async (path: string): Promise<string> => {
    const [, inner = ''] = /\/((?:mounts|workspaces)\/[^/]+(?:\/(?:merged|base))?)$/.exec(path) ?? [];
    if (!(kind === 'image' ? inner === `mounts/${id}` : inner.startsWith('workspaces/'))) return path;
    // What does not answer is there.
    const isThere = await infoOwn(path).then(
      (info) => info !== null,
      () => true,
    );
    return isThere ? path : join(store, inner);
  };
  return { ...record, target: await moved(target), base: base === null ? null : await moved(base) };
}

/** A path for the folder that a mount is arranged in (the job `mount-overlay`): its name says whose it is. */
export async function mountPlace(store: string): Promise<string> {
  await makeOwnFolder(store, 'mounts');
  return join(places.mounts(store), draftName());
}

/** Whether a record, whoever wrote it, says that it is of an earlier boot, or of another machine that does not come back to it. */
async function isOfBefore(path: string): Promise<boolean> {
  try {
    const { owner } = JSON.parse(await readOwnText(path)) as { readonly owner?: unknown };
    const known = toOwner(owner);
    return known !== null && known.boot !== bootId && (await isOwnerGone(known, path));
  } catch {
    return false;
  }
}

/** Removes records of an earlier boot, drafts of records, and folders for mounts without one, that processes left which were killed meanwhile. */
export async function sweepRecordDrafts(store: string): Promise<void> {
  const folder = places.mounts(store);
  await sweepDrafts(folder);
  const names = await listOwn(folder);
  for (const name of names) {
    const path = join(folder, name);
    if (/\.json\.[0-9a-f]{32}$/.test(name)) {
      if (await isSettled(path)) await rm(path, { force: true });
    } else if (name.endsWith(suffix)) {
      if (await isOfBefore(path)) await rm(path, { force: true });
    } else if (/^mount-[0-9a-f]{12}$/.test(name) && !names.includes(basename(recordPath(store, name))))
      // A mount point without a record; one that something is in, or mounted on, stays.
      if (await isSettled(path)) await rmdir(path).catch(() => undefined);
  }
}
