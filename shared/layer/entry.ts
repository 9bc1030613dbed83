import type { Brings } from './brings';

/**
 * One file of a layer, as its tar header gives it (OCI image-spec, layer.md). Paths are relative to the layer's root,
 * without `./` and trailing slash, `''` for the root itself; bytes that are not UTF-8 are kept as lone surrogates
 * U+DC80..U+DCFF, so that no name is lost.
 */
export type LayerEntry = {
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky: 0..0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970, with fraction where the archive has one. */
  readonly mtime: number;
} & EntryKind;

/** What an entry is; a closed union. */
export type EntryKind =
  /** `offset`: where the contents begin in the uncompressed layer tar, bytes. */
  | { readonly kind: 'file'; readonly size: number; readonly offset: number }
  | { readonly kind: 'directory' }
  | { readonly kind: 'symlink'; readonly target: string }
  /** `target`: path of the entry that this is another name of, in the same spelling as `path`. */
  | { readonly kind: 'hardlink'; readonly target: string }
  | { readonly kind: 'character' | 'block'; readonly major: number; readonly minor: number }
  | { readonly kind: 'fifo' }
  /** `path` is the path that is deleted (without `.wh.`). */
  | { readonly kind: 'whiteout' }
  /** `path` is the directory whose lower contents are hidden (`.wh..wh..opq`). */
  | { readonly kind: 'opaque' };

/** What is known of a layer blob after one pass over it. */
export interface LayerFacts {
  /** Digest of the blob as stored. */
  readonly digest: string;
  /** Bytes of the blob as stored. */
  readonly size: number;
  readonly compression: 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';
  /** Digest of the uncompressed tar. */
  readonly diffId: string;
  /** Bytes of the uncompressed tar. */
  readonly tarSize: number;
  /** Bytes of the regular files in it. */
  readonly contentSize: number;
  /** Entries in it. */
  readonly entries: number;
  /** Members of the tar that are no entries (an archive's label, the rest of a file of another volume), where there are any. */
  readonly leftOut?: number;
  /** Where most of its bytes lie; left out where no path tells, and by an index from before this was counted. */
  readonly brings?: Brings;
}
