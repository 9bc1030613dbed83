import type { Digest, DiffId } from '../../shared/image/digest';
import type { Compression } from '../../shared/image/mediaType';
import type { LayerFacts } from '../../shared/layer/entry';

/**
 * The work that worker threads do, as data: what each job takes and gives. All heavy bytes (hashing, decompressing,
 * parsing tar) go through these; nothing of it runs on a main thread.
 */
export interface Jobs {
  /** Headers of an uncompressed outer tar, bodies skipped by seeking. Throws `archive-damaged`, `archive-truncated`, `not-an-image`, `limit-exceeded`. */
  'index-archive': {
    input: { file: string; label: string };
    output: { members: readonly ArchiveMember[]; size: number };
  };
  /**
   * Reads a range of a file once: copies it to `target` (when given), hashes it, and where `asLayer` decompresses it
   * by content, checks it as a layer tar and writes its index to `indexTarget`. fsyncs what it writes.
   * `only-verify` = no target, no index target.
   */
  'read-blob': {
    input: {
      file: string;
      offset: number;
      size: number;
      label: string;
      entry: string;
      target: string | null;
      asLayer: boolean;
      indexTarget: string | null;
    };
    output: BlobFacts;
  };
  /**
   * One pass over an archive that cannot be seeked (compressed outside, or standard input as a file descriptor path):
   * every regular member is staged as a file in `directory`, hashed; members that turn out to be tars or compressed
   * tars are read as layers too and get an index; small members' bytes (<= 8 MiB JSON) come back in `bytes`.
   */
  'spool-archive': {
    input: { file: string; label: string; directory: string };
    output: { members: readonly SpooledMember[]; links: readonly ArchiveMember[]; size: number };
  };
  /** Reads a stored layer again and writes its index (the cache was deleted). Verifies the digest. */
  'rebuild-index': {
    input: { file: string; digest: Digest; indexTarget: string };
    output: BlobFacts;
  };
  /**
   * Writes a tar archive: members in order, each from a file range (decompressed on the way when `decompress` is
   * set, so that a docker-archive gets plain layers, and checked against `expect`) or from bytes. Deterministic headers (mode 0644, owner 0:0,
   * mtime 0 unless given). fsyncs. `target` is a temporary path; the caller renames it.
   */
  'write-archive': {
    input: { target: string; members: readonly OutMember[]; label: string };
    output: { bytes: number };
  };
}

/** A member of an outer archive. `name` is as stored, normalised without `./`. */
export interface ArchiveMember {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Where its contents begin in the archive file, bytes. */
  readonly offset: number;
  readonly size: number;
  /** Link target as stored; '' for anything else. */
  readonly target: string;
}

/** What one pass over a blob gives. */
export interface BlobFacts {
  readonly digest: Digest;
  readonly size: number;
  readonly compression: Compression;
  /** For layers: digest of the uncompressed tar; null for documents. */
  readonly diffId: DiffId | null;
  readonly facts: LayerFacts | null;
}

/** A member that `spool-archive` staged. */
export interface SpooledMember extends BlobFacts {
  readonly name: string;
  readonly path: string;
  readonly indexPath: string | null;
  /** Contents of a small member that looks like JSON or text; null for anything else. */
  readonly bytes: Uint8Array | null;
}

/** A member that `write-archive` writes. */
export type OutMember =
  | {
      readonly kind: 'range';
      readonly name: string;
      readonly file: string;
      readonly offset: number;
      readonly size: number;
      /** Bytes after decompression when `decompress` is set; needed for the header. */
      readonly outSize: number;
      readonly decompress: boolean;
      /** Digest that the bytes written must have; a mismatch throws `blob-damaged`. */
      readonly expect: string;
      readonly mtime?: number;
    }
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: Uint8Array; readonly mtime?: number }
  | { readonly kind: 'directory'; readonly name: string; readonly mtime?: number }
  | { readonly kind: 'symlink'; readonly name: string; readonly target: string; readonly mtime?: number };

export type JobName = keyof Jobs;
export type JobInput<N extends JobName> = Jobs[N]['input'];
export type JobOutput<N extends JobName> = Jobs[N]['output'];

/** Options of one run of a job. */
export interface JobOptions {
  /** Aborting ends the job within 100 ms; the promise rejects with `cancelled`. */
  readonly signal?: AbortSignal;
  /** Bytes read since the last call; at most ten calls a second a job. */
  readonly onBytes?: (bytes: number) => void;
}

/** A pool of worker threads. */
export interface WorkerPool {
  /** Runs a job on a free worker (jobs queue in order). Rejects with a ProblemError. */
  run<N extends JobName>(name: N, input: JobInput<N>, options?: JobOptions): Promise<JobOutput<N>>;
  /** Ends all workers; running jobs reject with `cancelled`. */
  close(): Promise<void>;
  /** Threads in the pool: how many jobs run at once. */
  readonly size: number;
}
