import { constants } from 'node:fs';
import { access, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addBytes } from '../../../shared/image/bytes';
import type { Digest } from '../../../shared/image/digest';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { leftOutDocument, leftOutName, parseLeftOut } from '../../../shared/image/leftOut';
import { storedLimits } from '../../../shared/image/limits';
import { parseIndex, parseManifest, type OciDescriptor, type OciIndex } from '../../../shared/image/manifest';
import { isIndexType } from '../../../shared/image/mediaType';
import { problem, problemOf, ProblemError } from '../../../shared/image/problem';
import { systemCode } from '../../../shared/image/systemCode';
import type { OperationResult, OtherManifests } from '../../../shared/ipc/operation';
import type { ExportPlan } from '../../export/imageExport';
import { blobMember } from '../../export/ociArchive';
import { eachLimited } from '../../source/stageBlobs';
import { markOf } from '../../store/blobFile';
import { readVerified } from '../../store/documents';
import { sweepDrafts } from '../../store/drafts';
import { syncDirectory } from '../../store/durable';
import { failPoint } from '../../store/failPoint';
import { changeIndexFile, readIndexFile } from '../../store/indexFile';
import { isLayoutMarker } from '../../store/layout';
import { sweepLockDrafts, withLock } from '../../store/lock';
import { listOwn, mostBytes, readOwn, readOwnText, replaceOwn } from '../../store/ownPlaces';
import { StorePaths } from '../../store/storePaths';
import { checkRoom } from '../../worker/freeSpace';
import { diskProblem } from '../../worker/jobTools';
import type { OutMember } from '../../worker/jobs';
import { bodySize } from '../../tar/bodySize';
import type { ActionContext, Run } from '../ground/context';
import { isMovedName, NameTable, type MovedName } from '../images/indexNames';
import { nameOfRoot } from '../images/storeView';
import { whileHeld } from '../images/whileHeld';
import { holdMember, type HeldWay } from '../target/heldWay';
import { Drafts } from '../target/target';
import {
  bytesOf,
  copyBlob,
  isIn,
  layerWriterIn,
  LayoutProgress,
  ofFolder,
  openToReaders,
  writeMember,
} from './layoutBlobs';
import { heldElsewhere } from './heldElsewhere';
import { listedIn, planArchive, savePlanOf, type ArchiveRequest, type SavePlan } from './planArchive';
import { proveLayers } from './proveLayers';
import { leftOutOf } from './saveImages';

type AdditionRequest = Omit<ArchiveRequest, 'format'>;
/** A layout that is there, held, and what people know it by. */
interface KnownLayout {
  readonly layout: HeldWay;
  readonly name: string;
}
type Saved = OperationResult & { readonly kind: 'save' };
/** A blob to have in the layout. */
type Blob = OutMember & { readonly kind: 'range' | 'bytes' };

/**
 * Adds images to a layout folder that is there, whoever made it, as `skopeo copy … oci:DIR:NAME` does: what it holds stays, a name that
 * another image has there moves here, and that image stays without it. A blob that is there is held against its digest and not written
 * again; one whose bytes are others is replaced. New ones are written beside it first, and index.json, the one commit point, is replaced
 * last, under a lock that other copies of ours wait for, and only while it is what was read: what is cancelled or fails before leaves what was there, what is
 * killed in between at most blobs that nothing refers to. Throws `image-not-found`, `file-unwritable`, `blob-damaged`, `disk-full`, `cancelled`.
 */
export async function addToLayout(
  context: ActionContext,
  asked: AdditionRequest,
  { layout, name }: KnownLayout,
  run: Run,
): Promise<Saved> {
  const paths = new StorePaths(layout.at);
  try {
    const request = await besidesOwn(asked, layout);
    await access(`${layout.at}/.`, constants.W_OK);
    await checkLayout(paths, name);
    await sweepDrafts(layout.at);
    return await whileHeld(context, request.what, async () => {
      const drafts = await Drafts.open(context, layout);
      try {
        return await addWithin(context, request, { paths, name, drafts }, run);
      } finally {
        await drafts.close();
      }
    });
  } catch (cause) {
    throw ofLayout(cause, name);
  }
}

/** What adding would write, and what is there: by name and size, nothing is read. Throws as {@link addToLayout} does. */
export async function planAddition(
  context: ActionContext,
  asked: AdditionRequest,
  layout: HeldWay,
): Promise<SavePlan> {
  const request = await besidesOwn(asked, layout);
  const paths = new StorePaths(layout.at);
  const archive = await planArchive(context, { ...request, format: 'oci-archive' });
  const { plan } = archive;
  const there: Blob[] = [];
  const missing: Blob[] = [];
  for (const blob of blobsOf(plan)) ((await markIn(paths, blob)) !== null ? there : missing).push(blob);
  const whole = savePlanOf(archive, request);
  const { taken } = withRoots((await readIndexFile(paths, null)).index, rootsOf(plan));
  const { otherManifests, ...moves } = await movesOf(taken, paths, plannedReader(context, plan));
  return {
    ...whole,
    ...countOf(plan, missing, true),
    leftOut: thereOf(plan, there),
    ...moves,
    // Which manifest it will be is known when its layers are compressed.
    ...(whole.exact && otherManifests && { otherManifests }),
  };
}

/** A request that counts on nothing that the layout itself was said to have: of that it is seen here, by the very digests that it is listed by. */
const besidesOwn = async ({ held, ...rest }: AdditionRequest, layout: HeldWay): Promise<AdditionRequest> =>
  held ? { ...rest, held: await heldElsewhere(held, layout.at) } : rest;

/** What is wrong with a layout's own files as a fault of the folder. */
function ofLayout(cause: unknown, name: string): unknown {
  if (!(cause instanceof ProblemError)) return diskProblem(cause, name, 'write');
  const reasons: Partial<Record<string, string>> = {
    'store-busy': 'EBUSY',
    'store-invalid': 'layout-index',
    'list-too-long': 'layout-index',
  };
  const reason = reasons[cause.problem.code];
  return reason === undefined
    ? ofFolder(cause, name)
    : problem('file-unwritable', { path: name, reason }, { cause });
}

/** Throws `file-unwritable` for a layout of a version that we do not know, or with a list that cannot be read, before anything is written. */
async function checkLayout(paths: StorePaths, name: string): Promise<void> {
  if (!isLayoutMarker(await readOwnText(paths.marker).catch(() => '')))
    throw problem('file-unwritable', { path: name, reason: 'layout-version' });
  await readIndexFile(paths, null);
}

/** The layout that is added to, with the place for drafts in it. */
interface Adding {
  readonly paths: StorePaths;
  readonly name: string;
  readonly drafts: Drafts;
}

async function addWithin(
  context: ActionContext,
  request: AdditionRequest,
  { paths, name, drafts }: Adding,
  run: Run,
): Promise<Saved> {
  const within = await drafts.folderWithin();
  const [blobs, layers] = [join(within, 'blobs'), join(within, 'layers')];
  for (const folder of [blobs, layers]) await mkdir(folder, { mode: 0o700 });
  const write = layerWriterIn(context, request, { layers, label: name }, run);
  const whole = { ...request, format: 'oci-archive' } as const;
  const { plan, images, lostReferrers } = await planArchive(context, whole, { write });
  const all = blobsOf(plan);
  const absent: Blob[] = [];
  for (const blob of all) if (!isIn(layers, blob) && (await markIn(paths, blob)) === null) absent.push(blob);
  checkRoom(blobs, bytesOf(absent), name);
  await proveLayers(context, images, run);
  const progress = new LayoutProgress(all, run);
  const draftOf = (blob: Blob): string => join(blobs, hexOf(blob));
  /** What the layout has of it, as it was found when its bytes were read. */
  const relied = new Map<Blob, string>();
  const writeDraft = async (blob: Blob, signal: AbortSignal): Promise<void> => {
    const path = draftOf(blob);
    if (blob.kind === 'bytes') {
      await writeMember(blob, path);
    } else if (isIn(layers, blob) && typeof blob.file === 'string') {
      // What was compressed for this folder is on disk and verified already.
      await rename(blob.file, path);
      await openToReaders(path);
    } else {
      await copyBlob(context, blob, { path, label: name }, { signal, onBytes: progress.pass(blob) });
    }
  };
  await eachLimited(all, context.pool.size, run.signal, async (blob, _, signal) => {
    if (signal.aborted) throw problem('cancelled', {});
    const there = await wholeIn(context, paths, blob, { signal, onBytes: progress.pass(blob) });
    if (there !== null) relied.set(blob, there);
    else await writeDraft(blob, signal);
    progress.whole(blob);
  });
  if (run.signal.aborted) throw problem('cancelled', {});
  await syncDirectory(blobs);
  const moved = await withLock(paths.lock, async () => {
    await sweepUnfinished(paths);
    for (const [blob, mark] of relied) {
      if ((await markIn(paths, blob)) === mark) continue;
      // Somebody has removed or replaced it since.
      relied.delete(blob);
      await writeDraft(blob, run.signal);
    }
    const fresh = all.filter((blob) => !relied.has(blob));
    await placeBlobs(
      paths,
      fresh.map((blob) => [draftOf(blob), hexOf(blob)]),
    );
    await noteLeftOut(paths, plan);
    return listRoots(paths, rootsOf(plan));
  });
  const fresh = all.filter((blob) => !relied.has(blob));
  const leftOut = thereOf(plan, [...relied.keys()]);
  return {
    kind: 'save',
    images: images.length,
    ...countOf(plan, fresh, true),
    listed: listedIn(images),
    file: name,
    token: null,
    ...(leftOut.layers > 0 ? { leftOut } : {}),
    ...moved,
    ...(lostReferrers > 0 ? { lostReferrers } : {}),
  };
}

/** The members that are blobs, in their order. */
function blobsOf({ members }: ExportPlan): readonly Blob[] {
  return members.filter(
    (member): member is Blob => member.kind !== 'directory' && member.name.startsWith('blobs/'),
  );
}

/** The hexadecimal digits of a blob's digest: the last part of its name. */
const hexOf = ({ name }: Blob): string => name.slice(name.lastIndexOf('/') + 1);

/** How many of some blobs are layers, and their bytes: those of all, or of the layers alone. */
function countOf(
  { layerBlobs = new Set() }: ExportPlan,
  blobs: readonly Blob[],
  bytesOfAll: boolean,
): { layers: number; bytes: number } {
  const names = new Set([...layerBlobs].map(blobMember));
  const layers = blobs.filter(({ name }) => names.has(name));
  const counted = bytesOfAll ? blobs : layers;
  return { layers: layers.length, bytes: bytesOf(counted) };
}

/** What is not written: what the layout has, and what was left out by wish. */
function thereOf(plan: ExportPlan, blobs: readonly Blob[]): { layers: number; bytes: number } {
  const here = countOf(plan, blobs, false);
  const { leftOut } = leftOutOf({ plan, lostReferrers: 0 });
  return {
    layers: here.layers + (leftOut?.layers ?? 0),
    bytes: addBytes(here.bytes, leftOut?.bytes ?? 0),
  };
}

/** What index.json of the archive would list. */
function rootsOf({ members }: ExportPlan): readonly OciDescriptor[] {
  const list = members.find(({ name }) => name === 'index.json');
  if (list?.kind !== 'bytes') throw new Error('an OCI archive without index.json');
  return parseIndex(list.bytes, { file: 'index.json', entry: 'index.json', limits: storedLimits }).manifests;
}

/** What a blob's file in the layout is told by (`markOf`); null where there is none of its size. */
async function markIn(paths: StorePaths, blob: Blob): Promise<string | null> {
  const path = join(paths.blobs, hexOf(blob));
  const info = await lstat(path, { bigint: true }).catch((cause: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(cause) ?? '')) return null;
    throw cause;
  });
  return info?.isFile() && info.size === BigInt(bodySize(blob)) ? markOf(info) : null;
}

/** What the file of a blob that the layout has, to the last byte, is told by; null where it has to be written. */
async function wholeIn(
  { pool }: Pick<ActionContext, 'pool'>,
  paths: StorePaths,
  blob: Blob,
  options: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<string | null> {
  const mark = await markIn(paths, blob);
  if (mark === null) return null;
  const [hex, size] = [hexOf(blob), bodySize(blob)];
  const range = { file: join(paths.blobs, hex), offset: 0, size, label: hex, entry: blob.name };
  try {
    const { digest } = await pool.run(
      'read-blob',
      { ...range, target: null, asLayer: false, indexTarget: null, limits: storedLimits },
      options,
    );
    return digest === `sha256:${hex}` ? mark : null;
  } catch (cause) {
    // What cannot be read is no blob to rely on.
    if (options.signal.aborted || problemOf(cause).code === 'cancelled') throw cause;
    return null;
  }
}

/** Removes what processes of ours left that were killed while they wrote index.json or took the lock. */
async function sweepUnfinished(paths: StorePaths): Promise<void> {
  // With the dot, since a descriptor's own name is a link.
  const folder = `${paths.directory}/.`;
  await sweepLockDrafts(folder);
  for (const name of await listOwn(folder))
    if (/^(?:index|layers-left-out)\.json\.[0-9a-f]{32}$/.test(name))
      await rm(join(paths.directory, name), { force: true });
}

/** Gives finished blobs their names, durably. Links in the place of the layout's folders are not followed. */
async function placeBlobs(
  paths: StorePaths,
  blobs: readonly (readonly [draft: string, hex: string])[],
): Promise<void> {
  let folder: HeldWay = { at: paths.directory, path: paths.directory, close: () => Promise.resolve() };
  try {
    for (const name of ['blobs', 'sha256']) {
      await mkdir(`${folder.at}/${name}`, { mode: 0o755 }).catch((cause: unknown) => {
        if (systemCode(cause) !== 'EEXIST') throw cause;
      });
      const inner = await holdMember(folder, name);
      await folder.close();
      folder = inner;
    }
    for (const [draft, hex] of blobs) {
      await rename(draft, `${folder.at}/${hex}`);
      failPoint('layout-blob-placed');
    }
    const handle = await open(`${folder.at}/.`, 'r');
    await handle.sync().finally(() => handle.close());
    failPoint('layout-blobs-synced');
  } finally {
    await folder.close();
  }
}

/** Adds the layers that were left out to those that the layout says it was written without. */
async function noteLeftOut(paths: StorePaths, { leftOut }: ExportPlan): Promise<void> {
  if (leftOut.length === 0) return;
  const path = join(paths.directory, leftOutName);
  const origin = { file: leftOutName, entry: leftOutName, limits: storedLimits };
  const before = await readOwn(path, mostBytes.list).then(
    (bytes) => parseLeftOut(bytes, origin),
    (cause: unknown) => {
      if (systemCode(cause) === 'ENOENT') return [];
      throw cause;
    },
  );
  const all = new Map([...before, ...leftOut].map((layer) => [layer.digest, layer]));
  const text = leftOutDocument([...all.values()]);
  await replaceOwn(path, new TextEncoder().encode(text), mostBytes.list);
}

/** A name that was another root's. */
interface Taken {
  readonly name: string;
  readonly from: OciDescriptor;
  readonly to: OciDescriptor;
  /** Whether the other root is listed without any name then. */
  readonly leavesNameless: boolean;
}

/** A list with roots under their names, and which of these were other roots' before. */
function withRoots(
  before: OciIndex,
  roots: readonly OciDescriptor[],
): { readonly index: OciIndex; readonly taken: readonly Taken[] } {
  const found: Omit<Taken, 'leavesNameless'>[] = [];
  const table = new NameTable(before);
  for (const root of roots) {
    const name = nameOfRoot(root);
    if (name === null) {
      table.addDangling(root);
      continue;
    }
    const from = table.holderOf(name);
    if (from && from.digest !== root.digest) found.push({ name, from, to: root });
    table.addName(root, name);
  }
  const index = table.index();
  const nameless = new Set(
    index.manifests.filter((each) => nameOfRoot(each) === null).map(({ digest }) => digest),
  );
  return { index, taken: found.map((each) => ({ ...each, leavesNameless: nameless.has(each.from.digest) })) };
}

/** What an addition says of names, as far as there is anything to say; see `OperationResult`. */
interface Moves {
  readonly movedNames?: readonly string[];
  readonly movedFrom?: readonly MovedName[];
  readonly otherManifests?: OtherManifests;
}

/** A document by its digest, verified where it may have been changed. */
type DocumentReader = (digest: Digest) => Promise<Uint8Array>;

/** Which names came to another image, and which to another manifest of their own; `now` reads what is added. */
async function movesOf(taken: readonly Taken[], paths: StorePaths, now: DocumentReader): Promise<Moves> {
  const moved: MovedName[] = [];
  const others: OtherManifests[number][] = [];
  for (const { name, from, to, leavesNameless } of taken) {
    const before = await imagesOf((digest) => readVerified(paths, digest), from);
    const after = await imagesOf(now, to);
    if (isMovedName(before, after)) moved.push({ name, images: [...before].filter((id) => !after.has(id)) });
    else if (leavesNameless) others.push({ name, manifest: from.digest });
  }
  return {
    ...(moved.length > 0 && { movedNames: moved.map(({ name }) => name), movedFrom: moved }),
    ...(others.length > 0 && { otherManifests: others }),
  };
}

/** Reads documents of a plan: those that were written anew, else those of the store. */
function plannedReader({ store }: ActionContext, { members }: ExportPlan): DocumentReader {
  const made = new Map(
    members.flatMap((each) => (each.kind === 'bytes' ? [[each.name, each.bytes] as const] : [])),
  );
  return async (digest) => made.get(blobMember(digest)) ?? store.readDocument(digest);
}

/** Lists roots with their names in index.json; gives what is to be said of names. */
async function listRoots(paths: StorePaths, roots: readonly OciDescriptor[]): Promise<Moves> {
  let taken: readonly Taken[] = [];
  const change = (before: OciIndex): OciIndex => {
    const listed = withRoots(before, roots);
    taken = listed.taken;
    return listed.index;
  };
  await changeIndexFile(paths, () => readIndexFile(paths, null), change);
  return movesOf(taken, paths, (digest) => readVerified(paths, digest));
}

/** The images below a root; none where its documents cannot be read. */
async function imagesOf(read: DocumentReader, root: OciDescriptor): Promise<ReadonlySet<Digest>> {
  try {
    const bytes = await read(root.digest);
    const origin = storedOrigin(root.digest);
    if (!isIndexType(root.mediaType)) return new Set([parseManifest(bytes, origin).config.digest]);
    const below = parseIndex(bytes, origin).manifests.filter((each) => !isIndexType(each.mediaType));
    return new Set((await Promise.all(below.map((each) => imagesOf(read, each)))).flatMap((ids) => [...ids]));
  } catch {
    return new Set();
  }
}
