/**
 * Why a document, a layer or an archive cannot be read: codes of closed lists, with what each names (`named`, in its order). The
 * sentences are those of `shared/text/messages/faultReason.ts`; what a file holds gets into one as a name alone.
 */

/** What is wrong with a JSON document. */
export type DocumentReason =
  | 'json'
  | 'no-object'
  | 'no-list'
  /** Keys that mean two things: `named` is the key. */
  | 'key-twice'
  | 'key-two-spellings'
  | 'key-spelling'
  /** A member of another type; `named` is its key. */
  | 'member-type'
  /** A member that is to be a date, and is another text; `named` is its key. */
  | 'member-date'
  /** A manifest or an index. `named` is the part: `layers[1]`, `config`. */
  | 'no-schema'
  | 'manifest-and-index'
  | 'manifest-of-two'
  | 'manifest-for-index'
  | 'part-no-list'
  | 'part-no-descriptor'
  | 'part-no-digest'
  | 'part-no-size'
  /** ... and the member with the media type; of the whole document the member alone. */
  | 'part-type'
  | 'own-type'
  /** The two media types. */
  | 'listed-as'
  | 'no-layout-version'
  /** A config. `named` is the number of the layer. */
  | 'no-diff-ids'
  | 'no-diff-id'
  /** Two counts. */
  | 'layers-manifest'
  | 'layers-archive'
  /** manifest.json. `named` is the name that is none. */
  | 'no-config-name'
  | 'no-layer-name'
  | 'image-no-object'
  | 'tags-no-list'
  | 'name-invalid'
  | 'not-reached'
  | 'not-layer'
  /** Documents from before Docker 1.10; `named` is the repository, or the ID. */
  | 'no-tags'
  | 'layer-no-id'
  | 'parent-no-id'
  | 'parent-missing'
  | 'parent-loop'
  /** The list of layers that were left out. */
  | 'no-layer-list'
  | 'layer-no-digest'
  | 'layer-no-size';

/** What is wrong with a tar, a compressed stream, or the tree that a layer comes to. */
export type LayerReason =
  | 'not-tar'
  | 'tar-form'
  | 'tar-ends'
  | 'tar-checksum'
  | 'tar-checksum-first'
  | 'tar-limit'
  | 'tar-zeros'
  /** A member of a type that no engine unpacks; `named` is its flag. */
  | 'tar-type'
  /** A number of a header; `named` is the field. */
  | 'number-negative'
  | 'number-range'
  | 'number-form'
  | 'pax-number'
  | 'pax-range'
  | 'pax-length'
  | 'pax-cut'
  | 'pax-key'
  | 'nul-name'
  | 'nul-pax'
  | 'nul-attribute'
  | 'sparse-form'
  | 'sparse-data'
  | 'sparse-cut'
  | 'sparse-long'
  | 'sparse-order'
  | 'sparse-half'
  | 'sparse-range'
  | 'sparse-number'
  /** A compressed stream; `named` is its kind. */
  | 'stream-ends'
  | 'stream-memory'
  | 'stream-damaged'
  /** A tree. `named` is the target of a link, or the bound. */
  | 'outside-layer'
  | 'outside-archive'
  | 'whiteout-nothing'
  | 'owner-range'
  | 'attribute-large'
  | 'capability-form'
  | 'access-list-form'
  | 'symlink-empty'
  | 'symlink-long'
  | 'device-numbers'
  | 'entries-many'
  | 'links-long'
  | 'links-many'
  | 'implied-many'
  | 'path-long'
  | 'name-long'
  | 'root-object'
  | 'under-file'
  | 'hardlink-missing'
  | 'hardlink-directory'
  | 'hardlink-replaced'
  /** What a file system answered. */
  | 'system-name'
  | 'system-unknown'
  | 'system-loop'
  | 'system-below-file'
  | 'system-directory'
  | 'system-names'
  | 'system-refused'
  | 'system-attribute'
  | 'system-attribute-name'
  | 'index-damaged';

/** Why a list of images on standard input cannot be read; `named` is the number of the entry, or its member and that. */
export type ListReason =
  'json' | 'json-bound' | 'no-list' | 'no-object' | 'no-text' | 'no-number' | 'no-texts';

/** Why an engine's answer makes no sense. */
export type AnswerReason =
  | 'json'
  | 'json-bound'
  /** A member of another kind; `named` is its path. */
  | 'member'
  | 'whole'
  /** About another image than was asked about; `named` is its ID. */
  | 'other-image'
  /** Beyond this many bytes: all of it, or one line of it. */
  | 'bytes'
  | 'line'
  /** What Node's parser says; the status of an answer. */
  | 'http'
  | 'status'
  /** The text that is no version. */
  | 'api-version'
  /** What should be an archive of images; bytes of one that is not whole. */
  | 'no-archive'
  | 'archive-ends';

/** What of an archive cannot be loaded yet; `named` is the compression, or the version. */
export type UnsupportedReason = 'layer-compression' | 'layout-version';

/** A reason with what it names, as facts of a problem; `member`: the member of a tar that it is about. */
export interface Reason<C extends string> {
  readonly reason: C;
  readonly named?: readonly string[];
  readonly member?: string;
}

/** A reason of which only what is there is a fact. */
export function reasonFacts<C extends string>(
  reason: C,
  named: readonly (string | number)[],
  member = '',
): Reason<C> {
  return {
    reason,
    ...(named.length > 0 ? { named: named.map(String) } : {}),
    ...(member === '' ? {} : { member }),
  };
}
