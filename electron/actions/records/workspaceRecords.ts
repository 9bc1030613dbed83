import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest, type ImageId } from '../../../shared/image/digest';
import type { OciDescriptor } from '../../../shared/image/manifest';
import { problem, type ProblemError } from '../../../shared/image/problem';
import {
  infoOwn,
  isOwnFolder,
  isRecordText,
  listRecords,
  mostText,
  readOwnText,
  replaceOwn,
} from '../../store/ownPlaces';
import { toOwner, type Owner } from '../../store/owner';
import { places } from '../../store/places';
import { readSteadily } from '../../store/workspaceRoots';

/** What `workspace.json` says; replaced as a whole, so a workspace is always in one state or the next. */
export interface WorkspaceRecord {
  readonly format: 1;
  /** Never used twice, also when a name is. */
  readonly id: string;
  readonly name: string;
  /** The image it stands on. */
  readonly image: ImageId;
  /** Root of that image in index.json when the workspace came to stand on it: keeps its blobs from being swept. */
  readonly root: OciDescriptor;
  /** Name of the image then, for people. */
  readonly imageName: string;
  /** ISO 8601. */
  readonly created: string;
  /** `Privileged.key` under which its files are owned. */
  readonly key: string;
  /** Which `upper-N` and `work-N` count; a commit begins the next. */
  readonly generation: number;
  /** The image that a running commit is about to add, and whose commit it is: in use before it is there. */
  readonly next?: { readonly image: ImageId; readonly owner: Owner } | null;
}

/** A workspace's directories. */
export interface WorkspacePlaces {
  readonly folder: string;
  readonly upper: string;
  readonly work: string;
  /** The lower layers alone, read-only: what was before. */
  readonly base: string;
  /** What the person works in. */
  readonly merged: string;
}

/** Where a workspace's directories are. */
export function workspacePlaces(
  store: string,
  record: Pick<WorkspaceRecord, 'name' | 'generation'>,
): WorkspacePlaces {
  const folder = places.workspace(store, record.name);
  return {
    folder,
    upper: join(folder, `upper-${record.generation}`),
    work: join(folder, `work-${record.generation}`),
    base: join(folder, 'base'),
    merged: join(folder, 'merged'),
  };
}

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const isName = (name: string): boolean => namePattern.test(name);

/** Checks a workspace's name: letters, digits, `_`, `.` and `-`, as Docker's container names. Throws `workspace-name-invalid`. */
export function checkWorkspaceName(text: string): string {
  if (!namePattern.test(text)) throw problem('workspace-name-invalid', { text });
  return text;
}

/**
 * What a document says of a workspace, no more of it than a record has; null where that is not all of it: it may have been put
 * there by somebody, and its ID becomes a path.
 */
function toRecord(
  value: Partial<Record<keyof WorkspaceRecord, unknown>>,
  name: string,
): WorkspaceRecord | null {
  const { format, id, image, root, imageName, created, key, generation } = value;
  const { digest, mediaType, size } = (root ?? {}) as Partial<Record<keyof OciDescriptor, unknown>>;
  if (format !== 1 || typeof id !== 'string' || !/^[0-9a-f]{12}$/.test(id)) return null;
  if (!isDigest(image) || !isDigest(digest) || !isRecordText(mediaType) || typeof size !== 'number')
    return null;
  if (!isRecordText(imageName) || !isRecordText(created) || !isRecordText(key)) return null;
  if (typeof generation !== 'number' || !Number.isSafeInteger(generation) || generation <= 0) return null;
  const whole = { format, id, name, image: image as ImageId, imageName, created, key, generation } as const;
  const record = { ...whole, root: { mediaType, digest, size } };
  const coming = (value.next ?? {}) as Readonly<Record<string, unknown>>;
  const owner = toOwner(coming['owner']);
  return isDigest(coming['image']) && owner
    ? { ...record, next: { image: coming['image'] as ImageId, owner } }
    : record;
}

const readOne = (store: string, name: string): Promise<WorkspaceRecord | null> =>
  readRecordIn(places.workspace(store, name), name);

/** The record in a folder, also in one that is no workspace's any more; null where it says nothing that can be used. */
export async function readRecordIn(folder: string, name: string): Promise<WorkspaceRecord | null> {
  try {
    if (!(await isOwnFolder(folder))) return null;
    const text = await readOwnText(join(folder, 'workspace.json'));
    return toRecord(JSON.parse(text) as Partial<Record<keyof WorkspaceRecord, unknown>>, name);
  } catch {
    return null;
  }
}

/** Workspaces whose records say nothing that can be used, or are not there, by name. */
export async function damagedWorkspaces(store: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of await listRecords(places.workspaces(store), isName))
    if (await isDamaged(store, name)) found.push(name);
  return found.sort();
}

async function isDamaged(store: string, name: string): Promise<boolean> {
  // The record last: one that is replaced meanwhile is whole at every moment.
  const isThere = (await hasRecord(store, name)) || (await isOwnFolder(places.workspace(store, name)));
  return isThere && (await readOne(store, name)) === null && (await isStill(store, name));
}

const hasRecord = async (store: string, name: string): Promise<boolean> =>
  (await infoOwn(join(places.workspace(store, name), 'workspace.json'))) !== null;

/** Whether a folder that had no record is one without: a workspace comes and goes with its folder, by one rename. */
const isStill = async (store: string, name: string): Promise<boolean> =>
  (await hasRecord(store, name)) || (await isOwnFolder(places.workspace(store, name)));

/** Why a workspace cannot be read: its record says nothing, or is not there. */
export async function damagedProblem(store: string, name: string): Promise<ProblemError> {
  return problem('workspace-damaged', { name, ...((await hasRecord(store, name)) ? {} : { lost: true }) });
}

/** All workspaces by name; of those whose records say nothing see {@link damagedWorkspaces}. */
export async function readWorkspaces(store: string): Promise<readonly WorkspaceRecord[]> {
  const found = await readSteadily(places.workspaces(store), isName, (name) => readOne(store, name));
  const records = found.filter((record) => record !== null);
  return records.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** One workspace. Throws `workspace-not-found`, `workspace-damaged`. */
export async function readWorkspace(store: string, name: string): Promise<WorkspaceRecord> {
  const record = namePattern.test(name) ? await readOne(store, name) : null;
  if (record) return record;
  const damaged = namePattern.test(name) && (await isDamaged(store, name));
  throw damaged ? await damagedProblem(store, name) : problem('workspace-not-found', { name });
}

/** Replaces a workspace's record: the one step that moves it from one state to the next. */
export async function writeWorkspace(store: string, record: WorkspaceRecord, folder?: string): Promise<void> {
  const home = folder ?? places.workspace(store, record.name);
  if (!(await isOwnFolder(home))) await mkdir(home, { mode: 0o700 });
  const path = join(home, 'workspace.json');
  // Of the root what keeps its blobs: its annotations may be larger than a record.
  const { mediaType, digest, size } = record.root;
  const imageName = record.imageName.slice(0, mostText);
  const { next, ...stays } = record;
  const kept = { ...stays, imageName, root: { mediaType, digest, size }, ...(next ? { next } : {}) };
  const bytes = Buffer.from(`${JSON.stringify(kept, null, 2)}\n`);
  await replaceOwn(path, bytes);
}
