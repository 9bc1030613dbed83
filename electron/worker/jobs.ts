import type { ContentComparison } from '../index/compareContents';
import type { Digest, DiffId } from '../../shared/image/digest';
import type { Limits } from '../../shared/image/limits';
import type { Compression } from '../../shared/image/mediaType';
import type { LayerFacts } from '../../shared/layer/entry';
import type { ChangeSet, NodeType } from '../../shared/layer/change';
import type { OutCompression } from '../tar/compress';
import type { BlobFile } from '../store/blobFile';
import type { RingMemory } from './byteRing';
import type { ImpliedDirectory } from '../../shared/layer/stackLayers';
import type { LeftLists } from '../../shared/layer/accessList';
import type { PatternReading } from '../../shared/layer/patternReadings';
import type { TreePart } from '../../shared/layer/treePart';
import type { TreePage } from '../../shared/layer/layerTree';
import type { DuplicateFiles, LayerShare } from '../../shared/graph/duplicateFiles';
import type { DiveNumbers } from '../../shared/layer/diveNumbers';
import type { Efficiency } from '../../shared/layer/efficiency';
import type { TreeComparison } from '../../shared/layer/compareTrees';
import type { GuideCommand, GuideState } from '../../shared/ipc/guide';

/** Sockets of a tree, which no layer can hold: how many, and the first of their paths. */
export interface Sockets {
  readonly count: number;
  readonly paths: readonly string[];
}

/** The label of what the guided page mounts. */
export const guideLabel = 'guide';

/** Files that lie in a workspace and are what they are in the image: opened for writing, or put back. */
export interface Untouched {
  /** Those of which no other name is listed as a change. */
  readonly alone: number;
  /** Paths of the others: what is listed is another name of the same file. */
  readonly linked: readonly string[];
}

/** A mount of ours: where it is, and what it says it is for (ID of its record, name of a run). */
export interface LabelledMount {
  readonly target: string;
  readonly label: string;
}

/**
 * The work that worker threads do, as data: what each job takes and gives. All heavy bytes (hashing, decompressing,
 * parsing tar) go through these; nothing of it runs on a main thread.
 */
export interface Jobs {
  /** Headers of an uncompressed outer tar, bodies skipped by seeking. Throws `archive-damaged`, `archive-truncated`, `not-an-image`, `limit-exceeded`. */
  'index-archive': {
    input: { file: string; label: string; limits: Limits };
    /** `sparse`: a member has holes, so that its contents are no range of the file. */
    output: { members: readonly ArchiveMember[]; size: number; sparse: boolean };
  };
  /**
   * Reads a range of a file once: copies it to `target` (when given), hashes it, and where `asLayer` decompresses it
   * by content, checks it as a layer tar and writes its index to `indexTarget`. fsyncs what it writes.
   * `only-verify` = no target, no index target.
   */
  'read-blob': {
    input: {
      file: BlobFile;
      offset: number;
      size: number;
      label: string;
      entry: string;
      target: string | null;
      asLayer: boolean;
      indexTarget: string | null;
      limits: Limits;
      /** False: what is written goes with this process, and is not synced. */
      durable?: boolean;
    };
    output: BlobFacts;
  };
  /** Writes the tar of a compressed layer as it is and indexes it: the blob's digest is the diff ID then. */
  'plain-layer': {
    input: {
      file: BlobFile;
      digest: Digest;
      diffId: DiffId;
      target: string;
      indexTarget: string;
      label: string;
      entry: string;
      limits: Limits;
    };
    output: BlobFacts;
  };
  /**
   * One pass over an archive that cannot be seeked (compressed outside, standard input as `-`, or bytes that come through
   * shared memory from another thread):
   * every regular member is staged as a file whose path begins with `stem`, hashed; members that turn out to be tars or compressed
   * tars are read as layers too and get an index; small members' bytes (<= 8 MiB JSON) come back in `bytes`, and have no file.
   */
  'spool-archive': {
    input: {
      file: string | RingMemory;
      label: string;
      stem: string;
      limits: Limits;
      /** Members that are larger than any document may be are passed over: they are listed without a file of their own. */
      documentsOnly?: boolean;
      /** False: what is written goes with this process, and nothing of it is synced; else small members are not ({@link SpooledMember.isSynced}). */
      durable?: boolean;
    };
    output: { members: readonly SpooledMember[]; links: readonly ArchiveMember[]; size: number };
  };
  /** Reads a stored layer again and writes its index (the cache was deleted). Verifies the digest. */
  'rebuild-index': {
    input: { file: BlobFile; digest: Digest; indexTarget: string };
    output: BlobFacts;
  };
  /**
   * Adds up a directory of a layer from the layer's index: names from `offset` on, largest first, at most `limit`, each with
   * at most `inner` names of its own. Throws `file-not-found`, `cancelled`.
   */
  'layer-tree': {
    input: { indexPath: string; path: string; offset: number; limit: number; inner: number };
    output: TreePage & { readonly layerBytes: number };
  };
  /**
   * Hashes the contents of every regular file of a stored layer and writes them to `target`, which must not exist; see
   * `electron/index/contentHashes.ts`. Verifies blob digest and diff ID before it writes. Throws `blob-damaged`,
   * `disk-full`, `file-unwritable`, `cancelled`.
   */
  'hash-files': {
    input: { file: BlobFile; digest: Digest; diffId: DiffId; target: string };
    output: { readonly files: number; readonly bytes: number };
  };
  /**
   * Looks for secrets in every regular file of a stored layer and writes what it found to `target`, which must not exist; see
   * `electron/index/secretFindings.ts`. Verifies blob digest and diff ID before it writes. Throws as `hash-files` does.
   */
  'scan-secrets': {
    input: { file: BlobFile; digest: Digest; diffId: DiffId; target: string };
    output: { readonly files: number; readonly bytes: number };
  };
  /**
   * Compares the merged trees of two images, from the indexes of their layers and the hashes that there are. `first` and
   * `second` count `layers` from the base up. Throws `layer-invalid`, `cancelled`.
   */
  'compare-trees': {
    input: {
      layers: readonly { readonly indexPath: string; readonly hashesPath: string; readonly diffId: DiffId }[];
      first: readonly number[];
      second: readonly number[];
      /** Most differences to list. */
      limit: number;
      /** What the person knows the images by, for problems. */
      label: string;
    };
    output: TreeComparison;
  };
  /**
   * What the layers of an image (from the base up) store, what of it is seen, and why the rest is not, from their indexes and
   * the hashes that there are, and what dive says of them. `limit` bounds the list of paths, dive's not. Throws `layer-invalid`, `cancelled`.
   */
  'analyze-layers': {
    input: {
      layers: readonly { readonly indexPath: string; readonly hashesPath: string; readonly diffId: DiffId }[];
      limit: number;
      label: string;
    };
    output: Efficiency & { readonly dive: DiveNumbers };
  };
  /**
   * Whether each of these layers, given by their indexes, comes to a tree by itself (see `LayerShape`): the first entry that
   * none can have, or null. Throws `cancelled`.
   */
  'unfit-layers': {
    input: { layers: readonly string[] };
    output: readonly (string | null)[];
  };
  /**
   * Whether a tree could be made of a layer, down to the maps of its sparse files, device numbers and attributes; nothing is
   * made, and nothing verified. Throws `layer-invalid` of `label` with the member that no tree can have, `cancelled`.
   */
  'prove-layer': {
    input: { file: BlobFile; digest: Digest; diffId: DiffId; label: string };
    output: void;
  };
  /** Which of these layers, given by their indexes, have a file of a size that files of another one have, too. Throws `cancelled`. */
  'duplicate-candidates': { input: { layers: readonly string[] }; output: readonly number[] };
  /** Finds files of equal contents in different layers, by the hashes that there are. Throws `cancelled`. */
  'find-duplicates': {
    input: {
      layers: readonly (LayerShare & {
        readonly indexPath: string;
        readonly hashesPath: string;
        readonly diffId: DiffId;
      })[];
      /** Most files to list. */
      limit: number;
    };
    output: DuplicateFiles;
  };
  /**
   * Writes a stored layer anew, its tar compressed in one way: the same tar gives the same bytes. Verifies blob digest and
   * diff ID before it returns; fsyncs `target`, which must not exist and which a fault removes. Throws `blob-damaged`,
   * `disk-full`, `file-unwritable`, `limit-exceeded`, `cancelled`.
   */
  'compress-layer': {
    /** `label`: what the person knows the target as. */
    input: {
      file: BlobFile;
      digest: Digest;
      diffId: DiffId;
      target: string;
      compression: OutCompression;
      label: string;
    };
    output: { readonly digest: Digest; readonly size: number };
  };
  /**
   * Writes a tar archive: members in order, each from a file range (decompressed on the way when `decompress` is
   * set, so that a docker-archive gets plain layers, and checked against `expect`) or from bytes. Deterministic headers (mode 0644, owner 0:0,
   * mtime 0 unless given). `target` is a temporary path, which is fsynced and which the caller renames, or shared memory
   * that another thread reads.
   */
  'write-archive': {
    input: {
      target: string | RingMemory;
      members: readonly OutMember[];
      label: string;
      /** Eight bytes: how far the archive is written, kept up to date for who reads after it. */
      written?: SharedArrayBuffer;
    };
    output: { bytes: number };
  };

  // The jobs below work on real directory trees with owners, devices and mounts: they run in a pool that may do that
  // (`Privileged.pool` of `electron/actions/ground/context.ts`), as root or inside of a user namespace.

  /**
   * Unpacks a stored layer into the directory `target`, which must not exist (its parent must), the way overlayfs wants
   * a lower layer: whiteouts and opaque marks as `style` says. Verifies blob digest and diff ID to the last byte before it
   * returns; a fault removes what was written. Nothing outside of `target` is ever touched, whatever the archive says.
   * Throws `layer-invalid`, `blob-damaged`, `disk-full`, `file-unwritable`, `cancelled`.
   */
  'unpack-layer': {
    input: {
      file: BlobFile;
      digest: Digest;
      diffId: DiffId;
      target: string;
      style: TreeStyle;
      /** What the person knows the layer by, for problems. */
      label: string;
    };
    output: UnpackedFacts;
  };
  /** The access lists of a stored layer that a tree of this style cannot have whole. Verifies and throws as `unpack-layer` does. */
  'left-lists': {
    input: { file: BlobFile; digest: Digest; diffId: DiffId; style: TreeStyle; label: string };
    output: { readonly lists: LeftLists };
  };
  /**
   * Makes an image of a stored layer at `image`, which must not exist: names and metadata as EROFS, with the contents of
   * files in the layer's tar. That is the blob itself where the blob is plain; of a compressed one the tar is written to
   * `tar`, which must not exist. The trees are those of `unpack-layer`, and so is what is verified and thrown. Null when
   * such an image cannot hold the layer; then nothing is left behind.
   */
  'image-layer': {
    input: { file: string; digest: Digest; diffId: DiffId; image: string; tar: string; label: string };
    output: UnpackedFacts | null;
  };
  /**
   * The directories that a mount of these layers, the base first, has to be told of beside them: those that a layer only implies
   * while a lower one lists them, with all above them. Throws `layer-invalid`.
   */
  'implied-directories': {
    input: { indexes: readonly string[]; label: string };
    output: readonly ImpliedDirectory[];
  };
  /**
   * Makes directories alone at `target`, which must not exist, each like the one at its path in the layer of that number. The
   * first one is the root.
   */
  'implied-layer': {
    input: {
      target: string;
      directories: readonly ImpliedDirectory[];
      layers: readonly LowerLayer[];
    };
    output: null;
  };
  /**
   * Whether images of layers can be mounted from files in a directory, stacked, and read with all they hold. Uses an empty
   * directory `folder`, which may be removed afterwards.
   */
  'try-images': { input: { folder: string }; output: boolean };
  /**
   * Mounts an overlay at `target`, which must exist: `lower` from the top down, `upper` and `work` null for a read-only
   * one. Always nosuid and nodev. Takes 500 layers (the kernel's own bound). `place` is a path for a folder that is made for
   * the call, where nobody else gives names: a target may be in somebody else's. `label` says what the mount is for, and is
   * asked for by {@link LabelledMount}. Throws `mount-failed`.
   */
  'mount-overlay': {
    input: {
      target: string;
      label: string;
      place: string;
      lower: readonly LowerLayer[];
      upper: string | null;
      work: string | null;
      style: TreeStyle;
    };
    output: null;
  };
  /**
   * Unmounts our mount of this label at `target`; `lazy` detaches it though somebody is in it. Nothing mounted there is no fault,
   * and whatever else is mounted there stays.
   * Throws `mount-busy` (naming a process that is in the way where it can be found), `mount-failed`.
   */
  unmount: { input: LabelledMount & { lazy: boolean }; output: null };
  /**
   * Makes an overlay read-only for everybody who has it, so that its upper directory rests. Throws `mount-busy` naming a
   * process that has a file open for writing.
   */
  'freeze-overlay': { input: { target: string; frozen: boolean }; output: null };
  /** Of each of these, whether it is what is mounted there in this namespace, wherever links on the way lead. */
  'are-mounted': { input: { mounts: readonly LabelledMount[] }; output: readonly boolean[] };
  /** Whether mounts with these labels are in the mount namespace of any process. */
  'mounted-anywhere': { input: { labels: readonly string[] }; output: readonly boolean[] };
  /** Mount points below a directory that are mounted in this namespace, deepest first. */
  'list-mounts': { input: { below: string }; output: readonly string[] };
  /** Writes the file system that a path is on to disk (syncfs). */
  'sync-tree': { input: { path: string }; output: null };
  /**
   * A hash over what the file system says of every object of a directory tree, contents aside: who writes to the tree changes
   * it. Null where there is no directory, or only a link to one.
   */
  'plain-marks': { input: { path: string }; output: { readonly plain: boolean } };
  'stamp-tree': { input: { path: string }; output: { readonly stamp: string | null } };
  /**
   * Whether a layer that is ready for a mount in `folder` (see `electron/actions/trees/layerRecord.ts`) holds what its blob does:
   * names, types, contents and targets of links, modes of files where owners are kept; of an image every byte. Verifies blob
   * digest and diff ID. Throws `blob-damaged`, `layer-invalid`, `cancelled`.
   */
  'check-ready': {
    input: {
      file: BlobFile;
      digest: Digest;
      diffId: DiffId;
      label: string;
      folder: string;
      form: 'files' | 'image';
      /** Whether the tar of an image lies beside it, as `tar`. */
      beside: boolean;
      style: TreeStyle;
    };
    output: { readonly same: boolean };
  };
  /** Removes a directory tree, whoever owns what is in it; never crosses into another file system or follows a link. */
  'remove-tree': { input: { path: string }; output: null };
  /** Entries of a directory of a tree, names in byte order, links not followed on the way: `path` stays below `root`. */
  'list-directory': { input: { root: string; path: string; limit: number }; output: readonly ListedEntry[] };
  /** The first `limit` bytes of a regular file of a tree as text, links not followed on the way. */
  'read-head': {
    input: { root: string; path: string; limit: number };
    output: { text: string; whole: boolean };
  };
  /** How the regular file at a path of one tree differs from that of another, links not followed on the way. */
  'compare-contents': { input: { before: string; after: string; path: string }; output: ContentComparison };
  /**
   * Where paths of a tree lead for somebody whose root the tree is, links followed inside of it; what lies in `opaque` (first
   * names) is not looked up. With `mounts` they lead on in what will be mounted there. Throws `bind-refused`.
   */
  'resolve-inside': {
    input: {
      root: string;
      paths: readonly string[];
      opaque: readonly string[];
      mounts?: readonly ViewMount[];
    };
    output: readonly ResolvedPath[];
  };
  /**
   * Where mounts come to lie in a tree, one after the other: `at` is followed like a path of `resolve-inside`, in the tree with those
   * before. Throws `bind-refused`.
   */
  'place-mounts': {
    input: { root: string; opaque: readonly string[]; mounts: readonly ViewMount[] };
    output: readonly PlacedMount[];
  };
  /**
   * Makes empty folders and files that are missing in a tree, with the folders above them, links not followed; times of folders that
   * are there stay. Gives what was made.
   */
  'make-points': { input: { root: string; points: readonly MountPoint[] }; output: readonly string[] };
  /**
   * Removes empty directories and empty files of a tree, links not followed; what has something in it stays, and so do times of
   * folders.
   */
  'remove-empty': { input: { root: string; paths: readonly string[] }; output: null };
  /**
   * Gives a whole draft the name of a target: that of a new file, or of a regular file, which it replaces in one step. Whatever
   * else is found there keeps its place. `draft` is a path in the same folder, or a file without a name that is held open
   * (`/proc/self/fd/N`), and passes through the name `spare` where there is an old file. Throws `file-unwritable`,
   * `disk-full`, `target-there`.
   */
  'place-file': {
    input: {
      draft: string;
      folder: string;
      name: string;
      spare: string;
      /** A symbolic link of that name is replaced as well, not what it leads to. */
      links?: boolean;
      /** The file whose owner and mode the draft has: it gets its access list, too, or none; and none of it in another file's place. */
      dressedAs?: { dev: number; ino: number; uid: number };
      /** What alone may be replaced: this file while it is empty, or nothing at all (null). Without: any regular file. */
      only?: { dev: number; ino: number } | null;
    };
    output: null;
  };
  /** Copies a file, link or directory out of a tree to the new path `target`, as the person's own files: no special bits; devices, pipes and sockets are left out and counted, with the path of the first. */
  'copy-out': {
    input: { root: string; path: string; target: string; label: string };
    output: { bytes: number; leftOut: { count: number; first: string } };
  };
  /**
   * What an upper directory changed of the tree below it. `base` is where the lower layers alone are mounted (read-only).
   * Throws `file-unreadable`, `cancelled`.
   */
  'read-changes': {
    input: {
      upper: string;
      base: string;
      style: TreeStyle;
      /** Most changes to list. */
      limit: number;
      /** Files up to this many bytes in all are compared to count the bytes that differ. */
      compareBytes: number;
      /** The workspace and its image, for {@link ChangeSet.listed}. */
      owner: string;
      /** Mount points that runs made, none where left out: still empty, they are no changes. */
      points?: readonly string[];
      /** Fingerprint of the changes that the caller has; null when it has none, `unwanted` when it will not ask again. */
      known: string | null;
    };
    /** Null when the fingerprint is still `known`: then only the upper directory was looked at. */
    output: (ChangeSet & { readonly untouched: Untouched }) | null;
  };
  /**
   * Writes an upper directory, or only the ticked paths of it, as a layer tar (OCI image-spec, layer.md): whiteouts,
   * opaque marks, hard links, extended attributes but the overlay's own, deterministic order. Writes its index in the same
   * pass and fsyncs both. `paths` null takes everything. `owners` names the recorded owners that the IDs of this
   * user cannot express. Throws `file-unreadable`, `disk-full`, `cancelled`.
   */
  'write-layer': {
    input: {
      upper: string;
      base: string;
      style: TreeStyle;
      paths: readonly string[] | null;
      owners: Readonly<Record<string, readonly [uid: number, gid: number]>>;
      /** The recorded access lists of which the same holds. */
      lists: LeftLists;
      target: string;
      indexTarget: string;
      /** What the person knows the tree as. */
      label: string;
      /** Those of a tree that comes from outside; left out for a workspace. */
      limits?: Limits;
      /** A directory that is left out wherever it is met: the store that the layer is written into. */
      without?: string;
    };
    /** `without`: where that directory was in the tree; null where it was not. */
    output: BlobFacts & {
      readonly entries: number;
      readonly sockets: Sockets;
      /** Members that got more of a recorded list than the tree has. */
      readonly leftLists: number;
      readonly without: string | null;
    };
  };
  /**
   * Divides an upper directory after a partial commit: makes `taken` (the ticked paths, as an unpacked layer) and `rest`
   * (the others, as the next upper directory), by hard links where nothing is shared between the two. `upper` stays as it
   * is, so that a crash loses nothing.
   */
  'divide-upper': {
    input: {
      upper: string;
      base: string;
      style: TreeStyle;
      paths: readonly string[];
      taken: string;
      rest: string;
    };
    output: null;
  };
  /** Makes an empty directory with the mode, owner, times and attributes of the directory `like`. */
  'make-directory-like': { input: { target: string; like: LowerLayer }; output: null };
  /**
   * Merges layers (from the bottom up) into one layer tar at `target`: what is covered or deleted within them is gone.
   * `keepWhiteouts` false when nothing lies below: then the tar is a whole root filesystem. With a `spool`, a file for
   * what comes before its turn, it is in the order of the tree (`treeOrder`), for others to unpack or import; a layer (null) begins with its directories. Sparse files keep their holes in a layer, and are
   * filled in the other: not every tar(1) knows them. Deterministic.
   */
  'merge-layers': {
    input: {
      layers: readonly {
        readonly file: BlobFile;
        readonly digest: Digest;
        readonly diffId: DiffId;
      }[];
      keepWhiteouts: boolean;
      spool: string | null;
      target: string;
      /** Null where only the tar is wanted. */
      indexTarget: string | null;
      /** What the person knows the image as. */
      label: string;
      /** What the person knows the target as, where that is a file of theirs. */
      targetLabel?: string;
      /** The part of the tree that is wanted, in place of all. */
      part?: TreePart;
    };
    output: BlobFacts & { readonly entries: number };
  };
  /**
   * Writes a part of what layers come to as a new folder `target`, its root, of the person's own: modes and times as recorded, holes
   * kept; owners and special bits with `owners` only, never devices, fifos or attributes. `leftOut` counts what was not made.
   */
  'copy-part': {
    input: {
      layers: Jobs['merge-layers']['input']['layers'];
      part: TreePart;
      target: string;
      owners: boolean;
      /** What the person knows the image as, and the target. */
      label: string;
      targetLabel: string;
    };
    output: { readonly bytes: number; readonly entries: number; readonly leftOut: number };
  };
  /**
   * Moves what is in the folder `draft` into the folder `target` of the same file system, into folders that are there; regular
   * files and links in the way are replaced one by one, nothing else ever is, which is looked at before anything moves. No link
   * of the target is followed, and the folder `store` is not entered. Throws `file-unwritable`, `target-in-store`.
   */
  'merge-tree': {
    /** `spare`: a name for drafts on their way, as of `place-file`. */
    input: { draft: string; target: string; store: string; spare: string; label: string };
    output: null;
  };
  /**
   * Works out what `filter-layer` is to do with each layer of an image, from the base up, by their indexes. Throws
   * `layer-invalid`, `cancelled`.
   */
  'plan-rewrite': {
    input: {
      layers: readonly string[];
      /** As a person typed them (`patternReadings`); each can be meant. */
      words: readonly string[];
      /** Most paths to list of a layer. */
      limit: number;
      label: string;
    };
    output: {
      /** What each word means. */
      readonly meant: readonly PatternReading[];
      readonly aliases: Readonly<Record<string, string>>;
      /** Words that fit nothing. */
      readonly unused: readonly string[];
      readonly layers: readonly LayerRewrite[];
    };
  };
  /**
   * Holds layers that were rewritten against what was to come of them: the tree that would be mounted is the old one less the
   * paths, and no layer has any of them. `before` and `after` are indexes; where both are the same file the layer stays. Gives
   * the first path at which it is not so. Throws `layer-invalid`, `cancelled`.
   */
  'prove-rewrite': {
    input: {
      layers: readonly { readonly before: string; readonly after: string }[];
      patterns: readonly string[];
      aliases: Readonly<Record<string, string>>;
      label: string;
    };
    output: { readonly fault: string | null };
  };
  /**
   * Writes a stored layer anew, as the tree that it comes to, without the paths that `patterns` and `aliases` name (see
   * `pathRemoval`), without deletions of them, and without the entries `more` (counted as its index counts them). A hard
   * link to a file that goes becomes the file. Deterministic.
   */
  'filter-layer': {
    input: {
      layer: { readonly file: BlobFile; readonly digest: Digest; readonly diffId: DiffId };
      patterns: readonly string[];
      aliases: Readonly<Record<string, string>>;
      more: readonly number[];
      target: string;
      /** Null where only the tar is wanted. */
      indexTarget: string | null;
      label: string;
    };
    output: BlobFacts & { readonly entries: number; readonly dropped: number };
  };
  /** One step of the guided page on a real overlay in the folder `directory`; see `electron/mount/guide.ts`. */
  'guide-step': {
    input: { directory: string; step: number; style: TreeStyle };
    output: { state: GuideState; commands: readonly GuideCommand[] };
  };
}

/** What a rewrite takes out of a layer. */
export interface LayerRewrite {
  /** Entries that go, deletions of paths that go included, with the bytes of their files. */
  readonly entries: number;
  readonly bytes: number;
  /** The first of them, by path. */
  readonly paths: readonly string[];
  /** Entries, by their count, that go beyond what patterns say of their real paths. */
  readonly more: readonly number[];
}

/** A lower layer of an overlay: a directory, or an image with the tar that has the contents of its files. */
export type LowerLayer = string | { readonly image: string; readonly tar: string };

/** What unpacking a layer came to. */
export interface UnpackedFacts {
  readonly entries: number;
  /** Bytes of regular files. */
  readonly bytes: number;
  /** Device nodes that this user may not make: left out, and remembered in the layer's index only. */
  readonly devicesLeftOut: number;
  /** The layer hides everything below it: overlayfs has no mark for that on a root, layers below are not stacked. */
  readonly opaqueRoot: boolean;
  /** No entry is the root: its metadata are a lower layer's. */
  readonly impliedRoot: boolean;
  /** Directories below the root that the layer only implies, of which the same holds. */
  readonly implied: number;
  /** Objects with access lists that name users or groups which this user's IDs cannot express: the tree has them without. */
  readonly leftLists?: number;
}

/** How an unpacked tree says what overlayfs, or fuse-overlayfs in its place, must understand. */
export interface TreeStyle {
  /** Where overlay attributes live: `trusted.overlay.` as root, `user.overlay.` inside of a user namespace. */
  readonly attributes: 'trusted' | 'user';
  /**
   * A whiteout as a 0:0 character device, or as a `.wh.` file where devices cannot be made (fuse-overlayfs). `none` for a
   * folder of the person's own: nothing in it is a mark.
   */
  readonly whiteouts: 'device' | 'file' | 'none';
  /** `kept`: every file has its recorded owner. `single`: all belong to the one ID there is. */
  readonly owners: 'kept' | 'single';
  /** Whether real device nodes can be made. */
  readonly devices: boolean;
}

/** A name in a directory, as the window lists it. */
export interface ListedEntry {
  readonly name: string;
  readonly type: NodeType;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly target: string;
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
  /** Contents of a small member that looks like JSON, which is not written then; null for anything else. */
  readonly bytes: Uint8Array | null;
  /** Whether the disk has it; nothing is at `path` where `bytes` has its contents. */
  readonly isSynced: boolean;
}

/** A member that `write-archive` writes. */
export type OutMember =
  | {
      readonly kind: 'range';
      readonly name: string;
      readonly file: BlobFile;
      readonly offset: number;
      readonly size: number;
      /** Bytes after decompression when `decompress` is set; needed for the header. */
      readonly outSize: number;
      readonly decompress: boolean;
      /** Digest that the bytes written must have; a mismatch throws `blob-damaged`. */
      readonly expect: string;
      /** Another thread verifies what was written: this one only counts the bytes. */
      readonly verifiedApart?: boolean;
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

/** Where a path of a tree leads. */
export interface ResolvedPath {
  /** Relative to the root, without links, `.` and `..`; where it could not be followed to its end, as far as that went. */
  readonly path: string;
  /**
   * What is there. `missing`: nothing, and directories may be made on the way; `blocked`: something that is no directory is
   * on the way; `opaque`: in a part that was not looked at; `loop`, `too-long`, `nul`: no path that could be followed.
   */
  readonly kind:
    'directory' | 'file' | 'other' | 'missing' | 'blocked' | 'opaque' | 'loop' | 'too-long' | 'nul';
  /** Whether a link was followed. */
  readonly linked: boolean;
}

/** Something that will be mounted in a tree. */
export interface ViewMount {
  /** Path in the tree. */
  readonly at: string;
  /** Absolute; null for an empty file system. */
  readonly source: string | null;
  /** `DEVICE:INODE` of the source, '' for none. */
  readonly identity: string;
  readonly isFolder: boolean;
}

/** Where a mount comes to lie. */
export interface PlacedMount extends ResolvedPath {
  /** The mount of the list in which that is; -1 for the tree itself. */
  readonly under: number;
  /** Permissions of a directory that is there; null where there is none. */
  readonly mode: number | null;
}

/** A place that is mounted on. */
export interface MountPoint {
  /** Path in a tree. */
  readonly path: string;
  readonly isFolder: boolean;
}
