import type { Digest } from '../../shared/image/digest';
import type { OciDescriptor, OciIndex } from '../../shared/image/manifest';
import type { LayerFacts } from '../../shared/layer/entry';
import type { BlobFile } from './blobFile';
import type { MendedIndex } from './mendIndex';
import type { KeptBy } from './keptBy';
import type { TrashEntry } from './trash';
import type { Problem, ProblemError } from '../../shared/image/problem';

/**
 * The content store by need: reading, ingesting, and changing references are separate promises, and a function asks
 * for the one it uses. `directoryStore.ts` keeps them on an OCI image layout directory.
 */

/** A blob as a descriptor names it. */
export interface SizedBlob {
  readonly digest: Digest;
  /** Bytes that it has. */
  readonly size: number;
}

/** What a sweep has freed, and the image because of which it has freed nothing: see `sweepPlan.ts`. */
export interface Swept {
  readonly freedBytes: number;
  readonly freedBlobs: readonly Digest[];
  readonly keptFor: KeptBy | null;
}

/** What a sweep would free, in the same words. */
export interface Unreached {
  readonly blobs: readonly SizedBlob[];
  readonly keptFor: KeptBy | null;
}

/** What a store that stands for an input cannot answer for. */
export interface StoreLacks {
  /** Images that are listed and cannot be read. */
  readonly roots: readonly {
    readonly digest: Digest;
    readonly name: string | null;
    readonly problem: Problem;
  }[];
  /** Blobs of images that are there but for these, and why each cannot be read. */
  readonly blobs: ReadonlyMap<Digest, ProblemError>;
}

/** Reads immutable blobs; never locks. */
export interface BlobReader {
  /** Bytes of the blob as stored, or null when the store does not hold it. */
  sizeOf(digest: Digest): Promise<number | null>;
  /** File of the blob, to name it or look at it; what is in it is read through {@link BlobReader.fileOf}. The file may not exist. */
  pathOf(digest: Digest): string;
  /**
   * File, or part of one, of a blob that is about to be read. Held against the length that its descriptor gives, before a byte is read: a file
   * that has grown, by holes alone maybe, would else be read to an end that is far. Throws `blob-damaged` where it has another length;
   * that it is missing is found by whoever opens it.
   */
  fileOf(blob: SizedBlob): BlobFile;
  /**
   * A small document (config, manifest, index), verified against its digest. Throws `blob-damaged` when it is missing
   * or its bytes have changed, `limit-exceeded` past `limit` bytes (by default what can have been let in).
   */
  readDocument(digest: Digest, limit?: number): Promise<Uint8Array>;
}

/** The file index of a layer, a cache beside the store: made with the hash, rebuilt when missing. */
export interface LayerIndexReader {
  /** Facts of a stored layer, or null when its index is missing or unreadable. */
  factsOf(blob: Digest): Promise<LayerFacts | null>;
  /** File of the layer's index, whether it exists or not. */
  indexPathOf(blob: Digest): string;
  /** File of the hashes of the layer's files, whether it exists or not; made when somebody asks for them. */
  hashesPathOf(blob: Digest): string;
  /** File of the secrets found in the layer, masked, whether it exists or not; made when somebody asks for them. */
  secretsPathOf(blob: Digest): string;
  /**
   * File of the tree that layers come to, whether it exists or not; made when somebody asks for it. `top` is the blob of the topmost,
   * `key` says in hexadecimal of which layers it is.
   */
  treePathOf(top: Digest, key: string): string;
  /** Has such a file made, as {@link makeCache} does. */
  makeTree(top: Digest, key: string, make: (draft: string) => Promise<unknown>): Promise<string>;
  /**
   * Has a cache of a layer made: `make` writes it to the draft that it is given. Returns where it is then: in the store, or in
   * our own cache folder where the store is somebody else's or cannot be written to. Throws what `make` throws.
   */
  makeCache(
    what: 'index' | 'hashes' | 'secrets',
    blob: Digest,
    make: (draft: string) => Promise<unknown>,
  ): Promise<string>;
}

/** A file that a worker has written inside an ingest folder, hashed, and fsynced unless it says otherwise. */
export interface StagedBlob {
  readonly path: string;
  readonly digest: Digest;
  readonly size: number;
  /** For layers: the index file written in the same pass. */
  readonly index: { readonly path: string; readonly facts: LayerFacts } | null;
  /** One of many small files: the commit has them synced together. */
  readonly isUnsynced?: true;
}

/**
 * One all-or-nothing addition. Nothing is visible before {@link Ingest.commit}; after {@link Ingest.abort} or a crash
 * nothing is left (a dead owner's folder is swept by the next writer).
 */
export interface Ingest {
  /** Its folder, on the store's file system. */
  readonly directory: string;
  /** Whether what it takes has to outlive a crash: who writes for one that goes with this process need not sync. */
  readonly durable: boolean;
  /** A fresh path inside the ingest folder, on the store's file system; `label` only helps people who look. */
  newPath(label: string): string;
  /** Notes a draft outside of the store that goes with this ingest: after a crash the next writer removes it. */
  noteOutside(draft: string): Promise<void>;
  /** Takes over a staged file. Adopting a digest twice, or one the store holds, drops the file. */
  adopt(blob: StagedBlob): Promise<void>;
  /** Stages a small document and returns its digest. */
  put(bytes: Uint8Array): Promise<{ digest: Digest; size: number }>;
  /** Holds a blob of the store against a concurrent delete; false when the store does not have it. */
  lease(digest: Digest): Promise<boolean>;
  /** True when the digest is staged here or leased. */
  holds(digest: Digest): boolean;
  /**
   * Moves the staged blobs into place and replaces index.json by `change` of the then current one, under the store's
   * lock, as one commit point. `newBlobs` are those the store did not hold.
   */
  commit(
    change: (index: OciIndex) => OciIndex,
  ): Promise<{ revision: string; newBlobs: readonly Digest[]; addedBytes: number }>;
  /** Removes everything staged. Safe to call at any time, also after commit. */
  abort(): Promise<void>;
}

/** Names and roots: index.json, the one commit point. */
export interface References {
  /** The index as it is now, with a revision that changes with its bytes. */
  readIndex(): Promise<{ index: OciIndex; revision: string }>;
  /** Replaces index.json by `change` of the current one under the lock; returning the same object writes nothing. */
  updateIndex(change: (index: OciIndex) => OciIndex): Promise<{ revision: string }>;
  /**
   * As {@link References.updateIndex}, then removes under the same lock the blobs that no descriptor of the new index
   * reaches and no running ingest leases, with their caches. Returns exactly what was freed in `blobs/`. `check` is asked under
   * the lock, before anything is changed; what it throws ends the removal.
   */
  updateAndSweep(
    change: (index: OciIndex) => OciIndex,
    signal?: AbortSignal,
    check?: () => Promise<void>,
  ): Promise<Swept & { revision: string }>;
}

/** Names that are taken away while their roots stay. */
export interface TakenAlone {
  /** Whether an entry of the index has one of them. */
  readonly has: (entry: OciDescriptor) => boolean;
  /** The index without them. */
  readonly left: (index: OciIndex) => OciIndex;
  /** All names of the roots that they are taken from, in their order: the first is what people call an image. */
  readonly order: (index: OciIndex) => readonly string[];
}

/**
 * Removal that can be taken back: roots leave index.json and their blobs stay, listed in `trash.json`, until
 * {@link Trash.emptyTrash} runs. Whatever happens in between, a root is in the index, in the trash, or in both.
 */
export interface Trash {
  /** What can be put back, the oldest first. */
  readTrash(): Promise<readonly TrashEntry[]>;
  /**
   * Takes roots (by digest, with all their names) out of the index, and single names with `also`; gives the entry's ID, null when none was
   * there. `check` is given the index under the lock, before anything is changed; what it throws ends the removal.
   */
  moveToTrash(
    roots: ReadonlySet<Digest>,
    check?: (index: OciIndex) => void | Promise<void>,
    also?: TakenAlone,
  ): Promise<string | null>;
  /**
   * Puts an entry back. `change` adds its roots to the index of now, in which a name may belong to another image. False
   * when the collector has taken it already.
   */
  restoreFromTrash(id: string, change: (index: OciIndex, entry: TrashEntry) => OciIndex): Promise<boolean>;
  /** Forgets entries (all, those of `ids`, or those removed before a time in milliseconds) and frees what nothing needs any more. */
  emptyTrash(options?: {
    readonly ids?: ReadonlySet<string>;
    readonly before?: number;
    readonly signal?: AbortSignal;
  }): Promise<Swept>;
}

/** What a check of the store and the garbage collector need to know. */
export interface Upkeep {
  /**
   * Blobs that nothing reaches and no running ingest leases, as they are now, with their bytes. `withTrash`: also those
   * that are only kept so that a removal can be taken back. `without`: as if these roots were not listed.
   */
  unreachedBlobs(options: {
    readonly withTrash: boolean;
    readonly without?: ReadonlySet<Digest>;
  }): Promise<Unreached>;
  /**
   * Moves blobs whose bytes are wrong out of the layout into `quarantine/`, so that nothing reads them and loading the
   * image again brings them back; with the sizes that descriptors give them. Returns those that were there, and that nobody is
   * writing ({@link ImageStore.isBeingWritten}): the writer would go on in the file that was moved.
   */
  quarantine(blobs: ReadonlyMap<Digest, ReadonlySet<number>>): Promise<readonly Digest[]>;
  /**
   * Whether another tool seems to be writing a document this moment: skopeo empties the file of a manifest first that it writes again.
   * What it needs is known when it is whole.
   */
  isBeingWritten(document: Pick<OciDescriptor, 'digest' | 'size'>): Promise<boolean>;
  /**
   * Makes an index.json that is too long to be read into one that can be: see {@link MendedIndex}. Null where it can be read
   * as it is. Throws `store-invalid` where nothing of it can be made out, `cancelled`.
   */
  mendIndex(signal?: AbortSignal): Promise<MendedIndex | null>;
}

/** The embedded store: the sum of its parts. */
export interface ImageStore extends BlobReader, LayerIndexReader, References, Trash, Upkeep {
  /** Of what is looked at where it lies: what is not there. */
  readonly lacks?: StoreLacks | undefined;
  /** The layout's folder. */
  readonly directory: string;
  /**
   * Whether what reading finds out is kept in the store. Not in one that was never written to by us, or cannot be: there it
   * is kept apart until {@link ImageStore.close}, and a command that only reads writes nothing.
   */
  readonly keepsCaches: boolean;
  /**
   * Runs work that ends something and writes a little for that first (a lock, a record): on a full disk with the room that the
   * store keeps for removals. It may run several times. Throws what it throws.
   */
  freeing<T>(work: () => Promise<T>): Promise<T>;
  /** Before something below the folder is written or deleted by others than the store: throws `store-unsafe`. */
  checkOwned(): void;
  /** Whether the folder holds a store and nothing else: nothing is swept otherwise. */
  isStoreAlone(): boolean;
  /** Removes what was kept for this process alone. */
  close(): Promise<void>;
  /** Begins an all-or-nothing addition. */
  beginIngest(): Promise<Ingest>;
  /** Calls back (debounced) when index.json changed, by whoever; returns a function that stops. */
  watch(onChange: () => void): () => void;
  /** Every blob digest that a root reaches, with sizes as stored; missing blobs are left out. */
  closureOf(root: OciDescriptor): Promise<ReadonlyMap<Digest, number>>;
}
