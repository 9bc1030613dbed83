import { chmodSync, lstatSync, renameSync, writeFileSync } from 'node:fs';
import { copyFile, link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { hexOf, isDigest, type Digest } from '../../shared/image/digest';
import type { OciIndex } from '../../shared/image/manifest';
import { systemCode } from '../../shared/image/systemCode';
import { digestOf } from './sha256';
import { breathe } from './breath';
import { mostKept } from './documents';
import type { Ingest, StagedBlob } from './contentStore';
import { storeProblem, syncDirectory, syncFiles } from './durable';
import { noteDraft, removeNoted } from './drafts';
import { failPoint } from './failPoint';
import type { StorePaths } from './storePaths';
import { fileInfo, isOwnFolder, listOwn, readOwn, ownerText, replaceCached } from './ownPlaces';
import { isMakerAlive, newOwner, ownName, parseOwner, wordOfName } from './owner';
import { isOwnerGone, isSettled } from './settled';
import { removeOwn } from './removeOwn';
import type { ScratchDocuments } from './scratch';

/** What an ingest needs of its store. */
export interface IngestHost {
  readonly paths: StorePaths;
  /** Runs `work` under the store's lock. */
  locked<T>(work: () => Promise<T>): Promise<T>;
  /** What index.json is now; changes whenever it does. */
  revision(): Promise<string>;
  /** Told of a document that the store has now, so that nobody has to read it back. */
  remember(digest: Digest, bytes: Uint8Array): void;
  readonly syncFileSystem: ((folder: string) => Promise<unknown>) | undefined;
  /** Documents of a store that goes with this process, of which nothing is synced. */
  readonly scratch?: ScratchDocuments | undefined;
  /** Whether a blob lies in what is only looked at. */
  isElsewhere(digest: Digest): boolean;
  /** Whether what crashes left may be removed: not beside what is somebody's. */
  readonly maySweep: boolean;
  /** Replaces index.json; call under the lock only. */
  replaceIndex(change: (index: OciIndex) => OciIndex): Promise<{ revision: string }>;
}

const ownerFile = 'owner';
const leaseFolder = 'leases';

async function sizeOf(path: string): Promise<number | null> {
  return (await fileInfo(path))?.size ?? null;
}

/** Folders of ingests. */
export async function ingestFolders(directory: string): Promise<readonly string[]> {
  const parent = join(directory, 'ingest');
  const found: string[] = [];
  for (const name of await listOwn(parent))
    if (await isOwnFolder(join(parent, name))) found.push(join(parent, name));
  return found;
}

/** Whether the process is gone that made an ingest folder; of one with a name that we do not give, which is somebody's, no. */
async function isLeftBehind(folder: string): Promise<boolean> {
  const name = basename(folder);
  const alive = isMakerAlive(name);
  if (alive !== null) return !alive;
  const text = await ownerText(join(folder, ownerFile));
  if (text === null) return false;
  const owner = parseOwner(text);
  if (owner) return isOwnerGone(owner, folder);
  // Without an owner file it belongs to a process that died, or is just beginning: give it a minute.
  return (wordOfName(name) !== null || /^[0-9a-f]{16}$/.test(name)) && isSettled(folder);
}

/** Removes ingest folders whose owner is gone. Called by every writer that begins. */
export async function sweepIngests(paths: StorePaths): Promise<void> {
  for (const folder of await ingestFolders(paths.directory)) {
    if (await isLeftBehind(folder)) {
      await removeNoted(folder);
      await removeOwn(folder);
    }
  }
}

/** Digests that running ingests hold: staged and leased. A sweep spares them. */
export async function heldByIngests(paths: StorePaths): Promise<Set<string>> {
  const held = new Set<string>();
  for (const folder of await ingestFolders(paths.directory))
    for (const lease of await listOwn(join(folder, leaseFolder))) held.add(`sha256:${lease}`);
  return held;
}

/** Begins an ingest: a folder of its own on the store's file system. */
export async function beginIngest(host: IngestHost): Promise<Ingest> {
  if (host.maySweep) await sweepIngests(host.paths);
  const directory = join(host.paths.ingest, ownName());
  try {
    await mkdir(directory, { mode: 0o700 });
    await mkdir(join(directory, leaseFolder), { mode: 0o700 });
    // Not synced: an owner means something while its boot lasts, and a file that a power cut emptied counts as none.
    await writeFile(join(directory, ownerFile), JSON.stringify(newOwner()), { flag: 'wx', mode: 0o600 });
    failPoint('ingest-owned');
  } catch (cause) {
    await removeOwn(directory);
    throw storeProblem(cause, directory);
  }
  return new DirectoryIngest(host, directory);
}

class DirectoryIngest implements Ingest {
  private readonly staged = new Map<Digest, StagedBlob>();
  private readonly leased = new Set<Digest>();
  /**
   * Documents of {@link DirectoryIngest.put} by digest: written, and synced together by the commit. Of small ones the bytes are
   * held as long as they are not many, for {@link IngestHost.remember}; all others are on disk alone.
   */
  private readonly documents = new Map<Digest, Uint8Array | null>();
  private held = 0;
  /** Documents that the store has in other bytes. */
  private readonly replaced = new Set<Digest>();
  private counter = 0;

  constructor(
    private readonly host: IngestHost,
    readonly directory: string,
  ) {}

  get durable(): boolean {
    return !this.host.scratch;
  }

  newPath(label: string): string {
    return join(
      this.directory,
      `${(this.counter++).toString().padStart(4, '0')}-${label.replace(/[^A-Za-z0-9._-]/g, '-')}`,
    );
  }

  async noteOutside(draft: string): Promise<void> {
    return noteDraft(this.directory, draft);
  }

  async adopt(blob: StagedBlob): Promise<void> {
    if (this.holds(blob.digest) || (await this.lease(blob.digest))) {
      await rm(blob.path, { force: true });
      // The store may have the blob without an index that counts: keep the fresh one.
      if (blob.index) await this.keepIndex(blob.digest, blob.index.path);
      return;
    }
    this.staged.set(blob.digest, blob);
  }

  async put(bytes: Uint8Array): Promise<{ digest: Digest; size: number }> {
    await breathe();
    const digest = digestOf(bytes);
    if (this.host.scratch?.take(digest, bytes)) return { digest, size: bytes.length };
    if (!this.holds(digest) && !(await this.leaseWhole(digest, bytes))) {
      const path = this.newPath('document');
      try {
        // At once, not in turns with the event loop: an archive of a thousand images has two thousand of them.
        writeFileSync(path, bytes, { flag: 'wx', mode: 0o444 });
        failPoint('document-written');
      } catch (cause) {
        throw storeProblem(cause, path);
      }
      const isKept = bytes.length <= mostKept.each && this.held + bytes.length <= mostKept.all;
      if (isKept) this.held += bytes.length;
      this.documents.set(digest, isKept ? bytes : null);
      this.staged.set(digest, { path, digest, size: bytes.length, index: null });
    }
    return { digest, size: bytes.length };
  }

  /** Leases a document that the store has; one whose bytes have changed on disk is replaced by the commit. */
  private async leaseWhole(digest: Digest, bytes: Uint8Array): Promise<boolean> {
    const path = this.host.paths.blob(digest);
    const size = await sizeOf(path);
    if (size === null) return false;
    const there = size === bytes.length ? await readOwn(path, bytes.length).catch(() => null) : null;
    if (there?.equals(bytes)) return this.lease(digest);
    this.replaced.add(digest);
    return false;
  }

  async lease(digest: Digest): Promise<boolean> {
    // What lies elsewhere is nobody's to delete from here.
    if (this.leased.has(digest) || this.host.isElsewhere(digest) || this.host.scratch?.get(digest))
      return true;
    const from = this.host.paths.blob(digest);
    const to = join(this.directory, leaseFolder, hexOf(digest));
    if ((await fileInfo(from)) === null) return false;
    try {
      // A second name for the same bytes: whatever is deleted now, we still have them.
      await link(from, to);
    } catch (thrown) {
      const code = systemCode(thrown);
      if (code === 'ENOENT') return false;
      if (code !== 'EEXIST') {
        // A file system without hard links: hold a copy.
        try {
          await copyFile(from, to);
        } catch (cause) {
          if (systemCode(cause) === 'ENOENT') return false;
          throw storeProblem(cause, to);
        }
      }
    }
    this.leased.add(digest);
    return true;
  }

  holds(digest: Digest): boolean {
    return this.staged.has(digest) || this.leased.has(digest) || this.host.scratch?.get(digest) !== undefined;
  }

  async commit(
    change: (index: OciIndex) => OciIndex,
  ): Promise<{ revision: string; newBlobs: readonly Digest[]; addedBytes: number }> {
    const { paths } = this.host;
    try {
      const written = [...this.staged.values()].flatMap(({ digest, path, isUnsynced }) =>
        this.documents.has(digest) || isUnsynced ? [path] : [],
      );
      if (!this.host.scratch) await syncFiles(this.directory, written, this.host.syncFileSystem);
      failPoint('documents-synced');
      return await this.host.locked(async () => {
        const newBlobs: Digest[] = [];
        const before = await this.host.revision();
        try {
          return await this.moveIn(newBlobs, change);
        } catch (thrown) {
          // The fault came after the one step that counts: the images are there, and need what was moved in.
          if ((await this.host.revision().catch(() => '')) !== before) throw thrown;
          // A full disk at the last step, say: what was moved in is not referred to by anything, so it goes again.
          for (const digest of newBlobs) {
            await rm(paths.blob(digest), { force: true });
            await rm(paths.layerIndex(digest), { force: true });
          }
          throw thrown;
        }
      });
    } catch (cause) {
      throw storeProblem(cause, this.directory);
    }
  }

  /** Gives an index its place; where something is in the way there is none, and it is made again when it is asked for. */
  private async keepIndex(digest: Digest, staged: string): Promise<void> {
    await replaceCached(staged, this.host.paths.layerIndex(digest)).catch(() => rm(staged, { force: true }));
  }

  private async moveIn(
    newBlobs: Digest[],
    change: (index: OciIndex) => OciIndex,
  ): Promise<{ revision: string; newBlobs: readonly Digest[]; addedBytes: number }> {
    const { paths } = this.host;
    let addedBytes = 0;
    // Documents first, they are put last: layers that a crash leaves are accounted for by the manifest beside them.
    for (const blob of [...this.staged.values()].reverse()) {
      await breathe();
      const isThere = lstatSync(paths.blob(blob.digest), { throwIfNoEntry: false })?.isFile() === true;
      if (isThere && this.replaced.has(blob.digest)) {
        renameSync(blob.path, paths.blob(blob.digest));
        failPoint('blob-replaced');
      } else if (!isThere) {
        if (!this.documents.has(blob.digest)) chmodSync(blob.path, 0o444);
        renameSync(blob.path, paths.blob(blob.digest));
        failPoint('blob-renamed');
        newBlobs.push(blob.digest);
        addedBytes += blob.size;
      }
      if (blob.index) {
        await this.keepIndex(blob.digest, blob.index.path);
        failPoint('layer-index-renamed');
      }
    }
    for (const digest of this.leased) {
      // Deleted since we began, by somebody who could not know: our name for it brings it back.
      if ((await sizeOf(paths.blob(digest))) !== null) continue;
      await rename(join(this.directory, leaseFolder, hexOf(digest)), paths.blob(digest));
      failPoint('lease-restored');
    }
    if (!this.host.scratch) await syncDirectory(paths.blobs);
    failPoint('blobs-synced');
    const { revision } = await this.host.replaceIndex(change);
    for (const [digest, bytes] of this.documents) if (bytes) this.host.remember(digest, bytes);
    return { revision, newBlobs, addedBytes };
  }

  async abort(): Promise<void> {
    // What stays is swept by the next writer: whatever failed before is what people have to hear of.
    await removeOwn(this.directory).catch(() => undefined);
    this.staged.clear();
    this.leased.clear();
    this.documents.clear();
  }
}

/** Reads a digest from a file name in `blobs/sha256`; null for anything that is no blob. */
export function digestOfFileName(name: string): Digest | null {
  const text = `sha256:${name}`;
  return isDigest(text) ? text : null;
}
