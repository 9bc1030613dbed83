import { lstatSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hexOf, type Digest } from '../../shared/image/digest';
import type { OciDescriptor, OciIndex } from '../../shared/image/manifest';
import { isForeignLayerType, isIndexType } from '../../shared/image/mediaType';
import { problem, ProblemError, problemOf, type PlaceNeed } from '../../shared/image/problem';
import type { LayerFacts } from '../../shared/layer/entry';
import type { BlobFile, FileRange } from './blobFile';
import type { ImageStore, Ingest, SizedBlob, StoreLacks, Swept, TakenAlone, Unreached } from './contentStore';
import { digestsNamedIn, mostKept, readVerified, walkRoot } from './documents';
import { storeProblem, syncDirectory } from './durable';
import { failPoint } from './failPoint';
import { beginIngest, heldByIngests, sweepIngests } from './ingest';
import { changeIndexFile, rawIndex, readIndexFile, type StoredIndex } from './indexFile';
import { wholeRoots } from './keepUnknown';
import { checkStands, ensureLayout, prepareWriting } from './layout';
import { StorePaths } from './storePaths';
import { mendIndex, type MendedIndex } from './mendIndex';
import { sweepLeftovers } from './leftovers';
import { withLock } from './lock';
import { bothOf, markRoots, planSweep, writeBits } from './sweepPlan';
import type { StayingRoot } from './keptBy';
import type { Marked, SweepPlan } from './sweepPlan';
import { CachePlaces } from './cachePlaces';
import { newOwner } from './owner';
import { checkNothingElse, checkOwned, fileInfo, listOwn, makeOwnFolder, readyOwned } from './ownPlaces';
import { withReserve } from './reserve';
import { readTrash, trashPath, writeTrash, type TrashEntry } from './trash';
import type { ScratchDocuments } from './scratch';
import { workspaceRoots } from './workspaceRoots';
import { watchPath } from './watchPath';

/** What belongs to other folders and is handed in. */
export interface StoreHelpers {
  /** Reads the facts of a layer index at a path: indexes belong to `electron/index`. */
  readonly readFacts: (path: string) => LayerFacts | null;
  /** Has the file system of a folder written to disk, on a thread that may make system calls. */
  readonly syncFileSystem?: ((folder: string) => Promise<unknown>) | undefined;
  /** Blobs that lie elsewhere, in what is looked at. */
  readonly ranges?: ReadonlyMap<Digest, FileRange>;
  /** Why nothing may be changed, where that is so. */
  readonly refuse?: (need: PlaceNeed) => Error;
  /** Of a store that goes with this process: it is not synced, and its documents are here. */
  readonly scratch?: ScratchDocuments;
  /** What of an input it stands for is not there. */
  readonly lacks?: StoreLacks;
}

/**
 * Opens the store in `directory`, making an empty OCI image layout where there is none. Throws `store-invalid` when the
 * folder holds something else.
 */
export async function openDirectoryStore(directory: string, helpers: StoreHelpers): Promise<ImageStore> {
  const paths = new StorePaths(directory);
  await readyOwned(directory);
  await ensureLayout(paths);
  return new DirectoryStore(paths, helpers);
}

/** Waits this long for changes to settle before it tells of them, milliseconds. */
const settle = 60;
/** How lately a document has been written to that is still being written, milliseconds. */
const beingWritten = 60_000;

class DirectoryStore implements ImageStore {
  readonly directory: string;
  private readonly documents = new Map<Digest, Uint8Array>();
  /** Bytes of all of {@link DirectoryStore.documents}. */
  private kept = 0;
  private readonly facts = new Map<Digest, LayerFacts>();
  private readonly caches: CachePlaces;
  /** The index as it was read last: it is asked for much more often than it changes. */
  private last: StoredIndex | null = null;

  constructor(
    private readonly paths: StorePaths,
    private readonly helpers: StoreHelpers,
  ) {
    this.directory = paths.directory;
    this.caches = new CachePlaces(paths.directory);
  }

  async sizeOf(digest: Digest): Promise<number | null> {
    const known = this.helpers.ranges?.get(digest)?.size ?? this.helpers.scratch?.get(digest)?.length;
    return known ?? (await fileInfo(this.paths.blob(digest)))?.size ?? null;
  }

  get lacks(): StoreLacks | undefined {
    return this.helpers.lacks;
  }

  pathOf(digest: Digest): string {
    return this.paths.blob(digest);
  }

  fileOf({ digest, size }: SizedBlob): BlobFile {
    const lack = this.helpers.lacks?.blobs.get(digest);
    if (lack) throw ProblemError.from(lack.problem);
    const path = this.paths.blob(digest);
    const range = this.helpers.ranges?.get(digest);
    if (!range) this.helpers.scratch?.write(digest, this.paths);
    const found = range ? null : lstatSync(path, { throwIfNoEntry: false });
    const length = range?.size ?? (found?.isFile() ? found.size : size);
    if (length !== size)
      throw problem('blob-damaged', {
        digest,
        reason: 'size',
        found: String(length),
        expected: String(size),
      });
    return range ?? path;
  }

  async readDocument(digest: Digest, limit?: number): Promise<Uint8Array> {
    const known = this.documents.get(digest) ?? this.helpers.scratch?.get(digest);
    if (known && known.length <= (limit ?? Infinity)) return known;
    const bytes = await readVerified(this.paths, digest, limit);
    this.remember(digest, bytes);
    return bytes;
  }

  /** Blobs never change: once verified, small ones are kept, of ten thousand images most. */
  private remember(digest: Digest, bytes: Uint8Array): void {
    if (this.helpers.scratch?.get(digest)) return;
    if (bytes.length > mostKept.each || this.kept + bytes.length > mostKept.all) return;
    if (!this.documents.has(digest)) this.kept += bytes.length;
    this.documents.set(digest, bytes);
  }

  private forget(digest: Digest): void {
    this.kept -= this.documents.get(digest)?.length ?? 0;
    this.documents.delete(digest);
  }

  async factsOf(blob: Digest): Promise<LayerFacts | null> {
    const known = this.facts.get(blob);
    if (known) return Promise.resolve(known);
    const facts = this.helpers.readFacts(this.indexPathOf(blob));
    // The index is a cache that anyone may have written: it counts only for the blob that it names.
    const own = facts?.digest === blob ? facts : null;
    if (own) this.facts.set(blob, own);
    return Promise.resolve(own);
  }

  indexPathOf(blob: Digest): string {
    return this.caches.find(this.paths.layerIndex(blob));
  }

  hashesPathOf(blob: Digest): string {
    return this.caches.find(this.paths.contentHash(blob));
  }

  secretsPathOf(blob: Digest): string {
    return this.caches.find(this.paths.secrets(blob));
  }

  treePathOf(top: Digest, key: string): string {
    return this.caches.find(this.paths.tree(top, key));
  }

  async makeTree(top: Digest, key: string, make: (draft: string) => Promise<unknown>): Promise<string> {
    return this.caches.make(this.paths.tree(top, key), make);
  }

  async makeCache(
    what: 'index' | 'hashes' | 'secrets',
    blob: Digest,
    make: (draft: string) => Promise<unknown>,
  ): Promise<string> {
    const { paths } = this;
    const places = {
      index: paths.layerIndex(blob),
      hashes: paths.contentHash(blob),
      secrets: paths.secrets(blob),
    };
    return this.caches.make(places[what], make);
  }

  async readIndex(): Promise<StoredIndex> {
    return (this.last = await readIndexFile(this.paths, this.last));
  }

  async beginIngest(): Promise<Ingest> {
    await this.prepareWriting();
    return beginIngest({
      paths: this.paths,
      locked: (work) => withLock(this.paths.lock, work),
      isElsewhere: (digest) => this.helpers.ranges?.has(digest) === true,
      maySweep: this.isStoreAlone(),
      revision: async () => (await this.readIndex()).revision,
      remember: (digest, bytes) => this.remember(digest, bytes),
      syncFileSystem: this.helpers.syncFileSystem,
      scratch: this.helpers.scratch,
      replaceIndex: (change) => this.replaceIndex(change),
    });
  }

  /** Throws why nothing may be changed, where that is so. */
  private mayChange(): void {
    if (this.helpers.refuse) throw this.helpers.refuse('write');
  }

  async updateIndex(change: (index: OciIndex) => OciIndex): Promise<{ revision: string }> {
    this.mayChange();
    await this.prepareWriting();
    return withLock(this.paths.lock, () => this.replaceIndex(change));
  }

  async updateAndSweep(
    change: (index: OciIndex) => OciIndex,
    signal?: AbortSignal,
    check?: () => Promise<void>,
  ): Promise<Swept & { revision: string }> {
    this.mayChange();
    await this.prepareWriting();
    const alone = this.isStoreAlone();
    if (alone) await sweepIngests(this.paths);
    return this.removing(async () => {
      if (signal?.aborted) throw problem('cancelled', {});
      await check?.();
      // Before anything is changed: a damaged record of a workspace, or what cannot be read, keeps all from being swept.
      const read = await this.readIndex();
      const trash = await this.readTrash();
      let kept = await this.mark(change(read.index).manifests, trash);
      const { revision, before } = await this.replaceIndex(change);
      if (!alone) return { revision, freedBytes: 0, freedBlobs: [], keptFor: null };
      // Another tool has written to the list meanwhile.
      const now = await this.readIndex();
      if (before !== read.revision || now.revision !== revision)
        kept = bothOf(kept, await this.mark(now.index.manifests, trash));
      return { revision, ...(await this.sweep(kept, () => this.mark(read.index.manifests, trash))) };
    });
  }

  async readTrash(): Promise<readonly TrashEntry[]> {
    return readTrash(this.directory);
  }

  async moveToTrash(
    roots: ReadonlySet<Digest>,
    check: (index: OciIndex) => void | Promise<void> = () => undefined,
    also: TakenAlone = { has: () => false, left: (index) => index, order: () => [] },
  ): Promise<string | null> {
    return this.withTrash(async (entries) => {
      const { index } = await this.readIndex();
      await check(index);
      const going = index.manifests.filter((each) => roots.has(each.digest) || also.has(each));
      if (going.length === 0) return null;
      const id = newOwner().token;
      // First the trash, then the index: a crash between them leaves the images where they were.
      const whole = wholeRoots(await rawIndex(this.paths), index, going);
      const order = also.order(index);
      const entry = { id, removedAt: Date.now(), roots: whole, ...(order.length > 0 && { order }) };
      await writeTrash(this.directory, [...entries, entry]);
      failPoint('trash-written');
      await this.replaceIndex((now) =>
        also.left({ ...now, manifests: now.manifests.filter(({ digest }) => !roots.has(digest)) }),
      );
      return id;
    });
  }

  async restoreFromTrash(
    id: string,
    change: (index: OciIndex, entry: TrashEntry) => OciIndex,
  ): Promise<boolean> {
    return this.withTrash(async (entries) => {
      const entry = entries.find((each) => each.id === id);
      if (!entry) return false;
      await this.replaceIndex((index) => change(index, entry));
      failPoint('trash-restored');
      await writeTrash(
        this.directory,
        entries.filter((each) => each !== entry),
      );
      return true;
    });
  }

  async emptyTrash({
    ids,
    before = Infinity,
    signal,
  }: { ids?: ReadonlySet<string>; before?: number; signal?: AbortSignal } = {}): Promise<Swept> {
    this.mayChange();
    await this.prepareWriting();
    checkNothingElse(this.directory);
    await sweepIngests(this.paths);
    return this.withTrash(async (entries) => {
      if (signal?.aborted) throw problem('cancelled', {});
      const staying = entries.filter(({ id, removedAt }) => removedAt >= before || ids?.has(id) === false);
      const { manifests } = (await this.readIndex()).index;
      const kept = await this.mark(manifests, staying);
      await writeTrash(this.directory, staying);
      return this.sweep(kept, () => this.mark(manifests, entries));
    });
  }

  /** Runs work that frees room under the lock, also on a full disk. */
  private async removing<T>(work: () => Promise<T>): Promise<T> {
    return withReserve(this.paths, () => withLock(this.paths.lock, work));
  }

  async freeing<T>(work: () => Promise<T>): Promise<T> {
    return withReserve(this.paths, work);
  }

  checkOwned(): void {
    if (this.helpers.refuse) throw this.helpers.refuse('mount');
    checkOwned(this.directory);
  }

  get keepsCaches(): boolean {
    return this.paths.cachesApart === null;
  }

  async close(): Promise<void> {
    const apart = this.paths.cachesApart;
    if (apart !== null) await rm(apart, { recursive: true, force: true });
  }

  /** See {@link prepareWriting}: what the disk had no room for is made by the next one. */
  private async prepareWriting(): Promise<void> {
    checkStands(this.directory);
    try {
      await prepareWriting(this.paths);
    } catch (thrown) {
      if (!(thrown instanceof ProblemError && thrown.problem.code === 'disk-full')) throw thrown;
    }
  }

  isStoreAlone(): boolean {
    try {
      checkNothingElse(this.directory);
      return true;
    } catch {
      return false;
    }
  }

  /** Runs `work` on the trash under the lock; the disk's faults come out as problems. */
  private async withTrash<T>(work: (entries: readonly TrashEntry[]) => Promise<T>): Promise<T> {
    this.mayChange();
    await this.prepareWriting();
    return this.removing(async () => {
      try {
        return await work(await readTrash(this.directory));
      } catch (cause) {
        throw storeProblem(cause, trashPath(this.directory));
      }
    });
  }

  async unreachedBlobs({
    withTrash,
    without,
  }: {
    readonly withTrash: boolean;
    readonly without?: ReadonlySet<Digest>;
  }): Promise<Unreached> {
    // Blobs first: one that comes in between is reached by what is read after it.
    const names = await listOwn(this.paths.blobs);
    const listed = (await this.readIndex()).index.manifests;
    const roots = without ? listed.filter(({ digest }) => !without.has(digest)) : listed;
    const trash = await this.readTrash();
    const marked = await this.mark(roots, withTrash ? [] : trash);
    const { free, keptFor } = await planSweep(this.paths, marked, () => this.mark(listed, trash), names);
    return { blobs: free, keptFor };
  }

  async quarantine(blobs: ReadonlyMap<Digest, ReadonlySet<number>>): Promise<readonly Digest[]> {
    this.mayChange();
    const moved: Digest[] = [];
    await this.prepareWriting();
    await withLock(this.paths.lock, async () => {
      try {
        if (blobs.size > 0) await makeOwnFolder(this.directory, 'quarantine');
        for (const [digest, sizes] of blobs) {
          const size = Math.max(...sizes, 0);
          if ((await this.sizeOf(digest)) === null || (await this.isBeingWritten({ digest, size }))) continue;
          await rename(this.paths.blob(digest), join(this.paths.quarantine, hexOf(digest)));
          failPoint('blob-quarantined');
          await this.caches.remove(this.paths.layerIndex(digest));
          this.forget(digest);
          this.facts.delete(digest);
          moved.push(digest);
        }
        if (moved.length > 0)
          for (const folder of [this.paths.blobs, this.paths.quarantine]) await syncDirectory(folder);
      } catch (cause) {
        throw storeProblem(cause, this.paths.quarantine);
      }
    });
    return moved;
  }

  /** Everything that these roots, a workspace or a running ingest needs, and what can still be put back of the trash. */
  private async mark(listed: readonly OciDescriptor[], trash: readonly TrashEntry[]): Promise<Marked> {
    const held = await heldByIngests(this.paths);
    const by =
      (keeper: StayingRoot['keeper']) =>
      (root: OciDescriptor): StayingRoot => ({ root, keeper });
    const roots = [
      ...listed.map(by('list')),
      ...trash.flatMap((entry) => entry.roots.map(by('trash'))),
      ...(await workspaceRoots(this.directory)).map(by('workspace')),
    ];
    return markRoots(roots, held, {
      paths: this.paths,
      read: (digest) => this.readDocument(digest),
      isBeingWritten: (document) => this.isBeingWritten(document),
      unfit: this.last?.index.unfit ?? [],
    });
  }

  async isBeingWritten({ digest, size }: Pick<OciDescriptor, 'digest' | 'size'>): Promise<boolean> {
    const info = await fileInfo(this.paths.blob(digest));
    const isShort = info !== null && info.size < size && (info.mode & writeBits) !== 0;
    return isShort && Math.abs(Date.now() - info.mtimeMs) < beingWritten;
  }

  /**
   * Removes all blobs but those that were marked, and those that ingests took since. Runs after index.json is in place and under
   * the lock, so a crash leaves unreachable blobs for the next sweep and never a reference without its blob.
   */
  private async sweep(marked: Marked, before: () => Promise<Marked>): Promise<Swept> {
    const kept = { ...marked, reached: new Set([...marked.reached, ...(await heldByIngests(this.paths))]) };
    const freedBlobs: Digest[] = [];
    let freedBytes = 0;
    let keptFor: SweepPlan['keptFor'] = null;
    try {
      const plan = await planSweep(this.paths, kept, before, await listOwn(this.paths.blobs));
      keptFor = plan.keptFor;
      for (const { digest, size } of plan.free) {
        await rm(this.paths.blob(digest), { force: true });
        failPoint('blob-removed');
        await this.caches.remove(this.paths.layerIndex(digest));
        await this.caches.remove(this.paths.contentHash(digest));
        await this.caches.remove(this.paths.secrets(digest));
        this.forget(digest);
        this.facts.delete(digest);
        freedBlobs.push(digest);
        freedBytes += size;
      }
      if (freedBlobs.length > 0) await syncDirectory(this.paths.blobs);
      await sweepLeftovers(this.paths);
    } catch (cause) {
      throw storeProblem(cause, this.paths.blobs);
    }
    return { freedBytes, freedBlobs, keptFor };
  }

  /** Replaces index.json; under the lock only. */
  private async replaceIndex(
    change: (index: OciIndex) => OciIndex,
  ): Promise<{ revision: string; before: string }> {
    this.mayChange();
    const { before, after } = await changeIndexFile(this.paths, () => this.readIndex(), change);
    this.last = after;
    return { revision: after.revision, before: before.revision };
  }

  async mendIndex(signal?: AbortSignal): Promise<MendedIndex | null> {
    const isTooLong = async (): Promise<boolean> => {
      try {
        await this.readIndex();
        return false;
      } catch (thrown) {
        if (problemOf(thrown).code === 'list-too-long') return true;
        throw thrown;
      }
    };
    if (!(await isTooLong())) return null;
    this.mayChange();
    await this.prepareWriting();
    return this.removing(async () => ((await isTooLong()) ? mendIndex(this.paths, signal) : null));
  }

  watch(onChange: () => void): () => void {
    let timer: NodeJS.Timeout | null = null;
    const stop = watchPath(this.directory, (name) => {
      // What can be put back keeps bytes, too: when it goes, another part of an image is its own.
      if (name !== null && name !== 'index.json' && name !== basename(trashPath(this.directory))) return;
      timer ??= setTimeout(() => {
        timer = null;
        onChange();
      }, settle);
    });
    return () => {
      if (timer) clearTimeout(timer);
      stop();
    };
  }

  async closureOf(root: OciDescriptor): Promise<ReadonlyMap<Digest, number>> {
    const sizes = new Map<Digest, number>();
    const foreign = new Set<Digest>();
    await walkRoot(root, {
      read: (digest) => this.readDocument(digest),
      see: ({ digest, size, mediaType }) => {
        sizes.set(digest, size);
        if (isForeignLayerType(mediaType)) foreign.add(digest);
      },
      unread: async ({ digest }) => {
        this.helpers.scratch?.writeAll(this.paths);
        for (const named of (await digestsNamedIn(this.paths, digest)).here) {
          const size = sizes.has(named) ? null : await this.sizeOf(named);
          if (size !== null) sizes.set(named, size);
        }
      },
    });
    for (const digest of foreign) if ((await this.sizeOf(digest)) === null) sizes.delete(digest);
    // An index may name platforms that were never here; all other blobs of a manifest came with it.
    if (isIndexType(root.mediaType)) {
      for (const digest of sizes.keys()) if ((await this.sizeOf(digest)) === null) sizes.delete(digest);
    }
    return sizes;
  }
}
