import { addBytes } from '../../../shared/image/bytes';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { shortDigest, type Digest } from '../../../shared/image/digest';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import {
  isImageManifest,
  parseIndex,
  parseManifest,
  type OciDescriptor,
  type OciManifest,
  type UnfitEntry,
} from '../../../shared/image/manifest';
import {
  isEncryptedLayerType,
  isForeignLayerType,
  isIndexType,
  isManifestType,
} from '../../../shared/image/mediaType';
import type { KeptFor } from '../../../shared/graph/imageGraph';
import { problem, problemOf, type Problem } from '../../../shared/image/problem';
import { isSameIndex } from '../../index/layerIndex';
import { MetDocuments, nesting } from '../../store/documents';
import { checkDigest, digestOf } from '../ground/blobDigest';
import type { MendedIndex } from '../../store/mendIndex';
import { fileInfo } from '../../store/ownPlaces';
import { makeTemporary, temporaryProblem } from '../../store/temporary';
import type { ActionContext, Run } from '../ground/context';
import { dropRoots } from '../images/indexNames';
import { keptForOf } from '../images/keptFor';
import { makeRoom } from '../trees/layerCache';
import { isMissing, whileListed } from '../ground/meanwhile';
import { subjectOf } from '../images/referrers';
import { staleCaches } from './staleCaches';
import { nameOfRoot } from '../images/storeView';
import { dropUnusedLayers } from '../trees/unusedLayers';
import { damagedWorkspaces, readWorkspaces } from '../records/workspaceRecords';
import { removeOwn } from '../../store/removeOwn';

/** What is wrong with one blob. */
export interface Damage {
  readonly digest: Digest;
  readonly kind: 'index' | 'manifest' | 'config' | 'layer' | 'blob';
  /** Images that need it: their names, else the beginning of the root's digest. */
  readonly images: readonly string[];
  readonly problem: Problem;
  /** Whether the blob was moved to `quarantine/`. A missing one cannot be. */
  readonly quarantined: boolean;
}

/** A layer that is whole and that no tree can be made of: neither are the images that have it. */
export interface Treeless {
  readonly digest: Digest;
  readonly images: readonly string[];
  /** The entry that no tree can have. */
  readonly path: string;
}

/** What a check found. Bytes are those of blobs as they lie on disk. */
export interface FsckReport {
  readonly roots: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly damage: readonly Damage[];
  readonly treeless: readonly Treeless[];
  /** File indexes of layers that were missing, not ours, or not what the layer says. */
  readonly staleIndexes: number;
  /** Other caches that do not count, by their names in the store: changed since we made them, or made by somebody else. */
  readonly staleCaches: readonly string[];
  /** Workspaces whose records are damaged, by name: nothing is swept beside them. */
  readonly damagedWorkspaces: readonly string[];
  /** Roots that `repair` took out of index.json, since what they name is not there any more; with their names. */
  readonly droppedRoots: readonly { readonly digest: Digest; readonly names: readonly string[] }[];
  /** Entries of index.json that are no descriptors. */
  readonly unfit: readonly UnfitEntry[];
  /** Blobs that no image needs: no damage, `gc` frees them. */
  readonly unreached: {
    readonly blobs: number;
    readonly bytes: number;
    /** The image because of which none of them goes, where there is one. */
    readonly keptFor?: KeptFor | undefined;
  };
  readonly repaired: boolean;
  /** What `repair` made of an index.json that was too long to be read; null where it was not. */
  readonly mended: MendedIndex | null;
}

type Kind = Damage['kind'];

/** What ends a check without saying anything of a blob: it is cancelled, a bug of ours, or too many files are open. */
function isNoDamage(fault: Problem): boolean {
  if (fault.code === 'file-unreadable') return ['EMFILE', 'ENFILE'].includes(fault.facts.reason);
  return ['cancelled', 'internal', 'disk-full', 'no-room', 'file-unwritable'].includes(fault.code);
}

/** Whether nobody knows what a blob holds: it cannot be read, or another tool is writing it. */
const isUnreadable = (fault: Problem): boolean => fault.code === 'file-unreadable';

/** A blob that is to be looked at, and for whom. */
interface Wanted {
  readonly digest: Digest;
  kind: Kind;
  /** Bytes that descriptors say it has; they may disagree. */
  readonly sizes: Set<number>;
  readonly images: Set<string>;
  /** Diff IDs that configs give a layer. */
  readonly diffIds: Set<string>;
}

/** Everything that roots reach, each blob once; documents are read and verified on the way. */
class Walk {
  readonly wanted = new Map<Digest, Wanted>();
  readonly faults = new Map<Digest, Problem>();

  constructor(private readonly store: ActionContext['store']) {}

  async root(descriptor: OciDescriptor, images: Iterable<string>): Promise<void> {
    for (const image of images) await this.node(descriptor, image, true, 0, new MetDocuments());
  }

  /** Images that need a digest, as far as roots have been walked. */
  imagesOf(digest: Digest): readonly string[] {
    return [...(this.wanted.get(digest)?.images ?? [])];
  }

  private want(descriptor: OciDescriptor, kind: Kind, image: string): Wanted {
    const { digest, size } = descriptor;
    let found = this.wanted.get(digest);
    if (!found) {
      found = { digest, kind, sizes: new Set(), images: new Set(), diffIds: new Set() };
      this.wanted.set(digest, found);
    }
    found.sizes.add(size);
    found.images.add(image);
    return found;
  }

  /** Notes what is wrong with a document; null then. */
  private async document<T>(digest: Digest, parse: (bytes: Uint8Array) => T): Promise<T | null> {
    try {
      return parse(await this.store.readDocument(digest));
    } catch (thrown) {
      const fault = problemOf(thrown);
      if (isNoDamage(fault)) throw thrown;
      this.faults.set(digest, fault);
      return null;
    }
  }

  private async node(
    descriptor: OciDescriptor,
    image: string,
    top: boolean,
    depth: number,
    met: MetDocuments,
  ): Promise<void> {
    const { digest, mediaType, size } = descriptor;
    if (!met.isNew(descriptor, depth)) {
      this.wanted.get(digest)?.sizes.add(size);
      return;
    }
    // An index may name platforms that were never here.
    if (!top && (await this.store.sizeOf(digest)) === null) return;
    const origin = storedOrigin(digest);
    if (isIndexType(mediaType)) {
      this.want(descriptor, 'index', image);
      const index = await this.document(digest, (bytes) => parseIndex(bytes, origin));
      if (depth < nesting)
        for (const child of index?.manifests ?? []) await this.node(child, image, false, depth + 1, met);
    } else if (isManifestType(mediaType)) {
      this.want(descriptor, 'manifest', image);
      const manifest = await this.document(digest, (bytes) => parseManifest(bytes, origin));
      if (manifest) await this.manifest(descriptor, manifest, image);
    } else this.want(descriptor, 'blob', image);
  }

  private async manifest(descriptor: OciDescriptor, manifest: OciManifest, image: string): Promise<void> {
    const { config, layers } = manifest;
    const isImage = isImageManifest(manifest, descriptor);
    this.want(config, isImage ? 'config' : 'blob', image);
    const read = isImage
      ? await this.document(config.digest, (bytes) => parseImageConfig(bytes, storedOrigin(config.digest)))
      : null;
    if (read && read.diffIds.length !== layers.length)
      this.faults.set(
        config.digest,
        problem('blob-damaged', {
          digest: config.digest,
          reason: 'layers',
          found: String(read.diffIds.length),
          expected: String(layers.length),
        }).problem,
      );
    for (const [i, layer] of layers.entries()) {
      // A layer that may be left where it came from: that it is not here is no damage.
      if (isForeignLayerType(layer.mediaType) && (await this.store.sizeOf(layer.digest)) === null) continue;
      const isTree = isImage && !isEncryptedLayerType(layer.mediaType);
      const wanted = this.want(layer, isTree ? 'layer' : 'blob', image);
      const diffId = read?.diffIds[i];
      if (isTree && diffId !== undefined) wanted.diffIds.add(diffId);
    }
  }
}

/**
 * Verifies all that images of the store need: every blob against its digest and size, documents as what they should be,
 * layers as tars against the diff IDs of their images, and the file index of each layer. Reads everything, writes nothing
 * unless `repair`: then indexes are made again, blobs whose bytes have changed are moved to `quarantine/`, roots whose manifest is not
 * there (any more) are taken out of index.json, an index.json that is too long to be read is made shorter, and unpacked layers that no mount shows are dropped, to be made again when they are needed. Throws `store-invalid` or `list-too-long` when index.json cannot be read,
 * `store-unsafe` for a repair of what is not ours to change, `cancelled`.
 */
export async function fsck(
  context: ActionContext,
  { repair }: { readonly repair: boolean },
  run: Run,
): Promise<FsckReport> {
  const { store } = context;
  // Before anything is removed, and before it takes a while to read everything.
  if (repair) store.checkOwned();
  const mended = repair ? await store.mendIndex(run.signal) : null;
  const { listed, walk } = await whileListed(context, async (roots, count) => ({
    listed: count,
    walk: await walked(store, roots, run),
  }));
  const wanted = [...walk.wanted.values()];
  const sizes = new Map<Digest, number>();
  for (const { digest } of wanted) sizes.set(digest, (await store.sizeOf(digest)) ?? 0);
  const total = [...sizes.values()].reduce((sum, size) => addBytes(sum, size), 0);
  let done = 0;
  let staleIndexes = 0;
  const treeless = new Map<Digest, Treeless>();
  const report = (): void => run.report({ phase: 'verifying', done, total });
  const check = async (each: Wanted): Promise<void> => {
    let read = 0;
    try {
      // First: what is longer than it should be may have no end that is near.
      await checkSize(store, each);
      if (each.kind === 'layer' || each.kind === 'blob') {
        const { isFresh, unfit } = await checkBlob(context, each, repair, {
          signal: run.signal,
          onBytes: (bytes) => {
            read += bytes;
            done += bytes;
            report();
          },
        });
        if (!isFresh) staleIndexes++;
        const { digest, images } = each;
        if (unfit !== null) treeless.set(digest, { digest, images: [...images].sort(), path: unfit });
      }
    } catch (thrown) {
      const fault = problemOf(thrown);
      if (isNoDamage(fault)) throw thrown;
      if (!walk.faults.has(each.digest)) walk.faults.set(each.digest, fault);
      // No damage of it yet: it is not whole.
      const written = { digest: each.digest, size: Math.max(...each.sizes) };
      if (await store.isBeingWritten(written))
        walk.faults.set(
          each.digest,
          problem('file-unreadable', { path: each.digest, reason: 'EBUSY' }).problem,
        );
    }
    done += (sizes.get(each.digest) ?? 0) - read;
    report();
  };
  const waiting = wanted.values();
  const work = async (): Promise<void> => {
    for (const each of waiting) await check(each);
  };
  const ends = await Promise.allSettled(Array.from({ length: context.pool.size }, work));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  const stale = await staleCaches(
    context,
    wanted.filter(({ kind }) => kind === 'layer'),
    run,
  );
  if (repair)
    for (const { name, isLayer } of stale)
      if (isLayer) await makeRoom(context, await context.privileged(), join(store.directory, name));
      else await removeOwn(join(store.directory, name));
  const faults = (await stillFaults(context, walk, check, run)).filter(([digest]) => walk.wanted.has(digest));
  const moved = new Set<Digest>();
  if (repair) {
    const wrong = new Map<Digest, ReadonlySet<number>>();
    for (const [digest, fault] of faults) {
      const sizes = walk.wanted.get(digest)?.sizes ?? new Set();
      if (!isUnreadable(fault) && (await isChanged(context, sizes, digest, run.signal)))
        wrong.set(digest, sizes);
    }
    for (const digest of await store.quarantine(wrong)) moved.add(digest);
  }
  const dropped = repair ? await dropLostRoots(context, new Set(faults.map(([digest]) => digest))) : [];
  if (repair) await dropUnusedLayers(context);
  const workspaces = await damagedWorkspaces(store.directory);
  // Beside what cannot be read nobody knows what is needed.
  const isUnknown = workspaces.length > 0 || faults.some(([, fault]) => isUnreadable(fault));
  const { blobs: unreached, keptFor } = isUnknown
    ? { blobs: [], keptFor: null }
    : await store.unreachedBlobs({ withTrash: false });
  return {
    roots: listed,
    blobs: wanted.length,
    bytes: total,
    damage: faults.map(([digest, fault]) => {
      const { kind = 'blob', images = new Set<string>() } = walk.wanted.get(digest) ?? {};
      return { digest, kind, images: [...images].sort(), problem: fault, quarantined: moved.has(digest) };
    }),
    treeless: [...treeless.values()],
    staleIndexes,
    staleCaches: stale.map(({ name }) => name).sort(),
    damagedWorkspaces: workspaces,
    droppedRoots: dropped,
    unfit: (await store.readIndex()).index.unfit ?? [],
    unreached: {
      blobs: unreached.length,
      bytes: unreached.reduce((sum, { size }) => addBytes(sum, size), 0),
      ...keptForOf(keptFor),
    },
    repaired: repair,
    mended,
  };
}

/** Walks roots: images first. */
async function walked(
  store: ActionContext['store'],
  roots: readonly OciDescriptor[],
  run: Run,
): Promise<Walk> {
  const walk = new Walk(store);
  const referrers: { readonly root: OciDescriptor; readonly subject: Digest }[] = [];
  for (const root of roots) {
    if (run.signal.aborted) throw problem('cancelled', {});
    const subject = await subjectOf(store, root);
    if (subject === null) await walk.root(root, [nameOfRoot(root) ?? shortDigest(root.digest)]);
    else referrers.push({ root, subject });
  }
  // What is wrong with a signature concerns the images that it is about.
  for (const { root, subject } of referrers) {
    const images = walk.imagesOf(subject);
    await walk.root(root, images.length > 0 ? images : [nameOfRoot(root) ?? shortDigest(root.digest)]);
  }
  return walk;
}

/**
 * The faults of a walk that are some of the store as it is now: other commands delete images, and load them again, while all is
 * read. What is missing no more is looked at once more.
 */
async function stillFaults(
  context: ActionContext,
  walk: Walk,
  check: (wanted: Wanted) => Promise<void>,
  run: Run,
): Promise<readonly (readonly [Digest, Problem])[]> {
  if (walk.faults.size === 0) return [];
  const { store } = context;
  const missing = new Set<Digest>();
  for (const [digest, fault] of walk.faults) if (isMissing(fault)) missing.add(digest);
  const back = new Set<Digest>();
  const now = await whileListed(context, async (roots) => {
    const found = await walked(store, roots, run);
    // What was there at any time, or wanted by nobody, came and went with its image.
    for (const digest of missing)
      if (!found.wanted.has(digest)) missing.delete(digest);
      else if ((await store.sizeOf(digest)) !== null) {
        missing.delete(digest);
        back.add(digest);
      }
    return found;
  });
  for (const [digest, fault] of walk.faults)
    if (isMissing(fault) && !missing.has(digest)) walk.faults.delete(digest);
  for (const digest of back) {
    const again = now.wanted.get(digest);
    if (!again || (await store.sizeOf(digest)) === null) continue;
    const found = now.faults.get(digest);
    if (found && !isMissing(found)) walk.faults.set(digest, found);
    else await check(again);
    const fault = walk.faults.get(digest);
    // Gone once more.
    if (fault && isMissing(fault)) walk.faults.delete(digest);
  }
  for (const digest of walk.faults.keys()) {
    const again = now.wanted.get(digest);
    if (again) walk.wanted.set(digest, again);
    else walk.faults.delete(digest);
  }
  return [...walk.faults];
}

/**
 * Takes roots out of index.json whose own document is not there: nothing can be known of such an image, and it would be named
 * as damaged for ever. One that a workspace stands on stays.
 */
async function dropLostRoots(
  { store }: Pick<ActionContext, 'store'>,
  faults: ReadonlySet<Digest>,
): Promise<FsckReport['droppedRoots']> {
  const held = new Set((await readWorkspaces(store.directory)).map(({ root }) => root.digest));
  const names = new Map<Digest, string[]>();
  const { index } = await store.readIndex();
  for (const root of index.manifests) {
    if (!faults.has(root.digest) || held.has(root.digest)) continue;
    if ((await store.sizeOf(root.digest)) !== null) continue;
    const name = nameOfRoot(root);
    names.set(root.digest, [...(names.get(root.digest) ?? []), ...(name === null ? [] : [name])]);
  }
  if (names.size > 0) await store.updateIndex((now) => dropRoots(now, new Set(names.keys())));
  return [...names].map(([digest, own]) => ({ digest, names: own }));
}

/**
 * Whether a blob's bytes are not those of its digest. One that is what its name says, and at fault all the same, stays: a
 * document that speaks of it lies, or it is one that we do not understand, and another copy would be no better.
 */
async function isChanged(
  context: ActionContext,
  sizes: ReadonlySet<number>,
  digest: Digest,
  signal: AbortSignal,
): Promise<boolean> {
  const info = await fileInfo(context.store.pathOf(digest));
  if (info === null) return false;
  const { size } = info;
  // Nobody says that it is so long, and most of it is a hole: no tool has written that, and reading it may take days.
  if (!sizes.has(size) && info.blocks * 512 < size / 2) return true;
  return (await digestOf(context, { digest, size }, { signal })) !== digest;
}

async function checkSize(store: ActionContext['store'], { digest, sizes }: Wanted): Promise<void> {
  const found = await store.sizeOf(digest);
  if (found === null) throw problem('blob-damaged', { digest, reason: 'missing', found: '' });
  for (const size of sizes)
    if (size !== found)
      throw problem('blob-damaged', {
        digest,
        reason: 'size',
        found: String(found),
        expected: String(size),
      });
}

/** Reads a blob to its end: whether the file index of a layer is what it should be, and the entry of it that no tree can have. */
async function checkBlob(
  context: ActionContext,
  { digest, kind, diffIds }: Wanted,
  repair: boolean,
  options: { readonly signal: AbortSignal; readonly onBytes: (bytes: number) => void },
): Promise<{ readonly isFresh: boolean; readonly unfit: string | null }> {
  const { store, pool } = context;
  const size = await store.sizeOf(digest);
  if (size === null) throw problem('blob-damaged', { digest, reason: 'missing', found: '' });
  if (kind === 'blob') {
    await checkDigest(context, { digest, size }, options);
    return { isFresh: true, unfit: null };
  }
  const path = store.indexPathOf(digest);
  const make = async (indexTarget: string): Promise<boolean> => {
    const input = { file: store.fileOf({ digest, size }), digest, indexTarget };
    const facts = await pool.run('rebuild-index', input, options);
    for (const diffId of diffIds)
      if (facts.diffId !== diffId)
        throw problem('blob-damaged', {
          digest,
          reason: 'diff-id',
          found: facts.diffId ?? '',
        });
    return isSameIndex(path, indexTarget);
  };
  // A check that changes nothing needs no room in the store either: its disk may be full.
  const folder = await makeTemporary('index');
  try {
    const draft = join(folder, 'index');
    const isFresh = await make(draft).catch((cause: unknown) => {
      throw temporaryProblem(cause);
    });
    if (!isFresh && repair) await store.makeCache('index', digest, (target) => copyFile(draft, target));
    const [unfit = null] = await pool.run('unfit-layers', { layers: [draft] }, { signal: options.signal });
    return { isFresh, unfit };
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}
