import type {
  AnswerReason,
  DocumentReason,
  LayerReason,
  ListReason,
  Reason,
  UnsupportedReason,
} from './faultReason';
import type { Transport } from './transport';
import type { LimitName } from './limits';
import { fullFacts, systemCode } from './systemCode';

/** What a command leaves behind and names in its answer: `name` is its name, `at` the folder where it is mounted. */
export type Standing =
  | { readonly kind: 'mount'; readonly name: string; readonly at: string }
  | { readonly kind: 'workspace' | 'workspace-mount' | 'image'; readonly name: string };

/**
 * What a place may not be able to do: `write`: have names and images changed; `target`: be written to while it is read; `mount`: have its layers mounted; `inside`: be looked
 * inside of; `make`: take in what is made, and be looked after (workspaces, squashing, cleaning up); `form`: be saved in another form than
 * its own; `lastName`: keep an image whose last name is taken away.
 */
export type PlaceNeed = 'write' | 'target' | 'mount' | 'inside' | 'make' | 'form' | 'lastName';

/** What may be wrong with an input. `looked`: it was to be looked at where it lies, so that no store is at stake. */
interface Looked {
  looked?: true;
}

/**
 * The closed list of what can go wrong, with the facts of each. A sentence is made of code and facts by
 * `shared/text/problemText.ts`, in the person's language; code that handles a problem reads the code, never prose.
 *
 * `file` is what the person called the input (a base name or `standard input`), never a path made by us.
 */
export interface ProblemFacts {
  /** The input is no image archive or layout. `seen` names what it looks like. */
  /** What was to be imported is no tarball. */
  'not-a-rootfs': { file: string; seen: 'unknown' | 'text' | 'special' };
  'not-an-image': {
    file: string;
    seen: 'empty' | 'unknown' | 'special' | 'tar' | 'directory' | 'text' | 'rootfs' | 'rootfs-folder';
  } & Looked;
  /** A saved image was given where a root filesystem belongs. */
  'is-an-image': { file: string };
  /** A word in the spelling of another tool's transport; `rest` is what is behind it. `copied`: it was given to be copied. */
  'transport-word': { text: string; transport: Transport; rest: string; copied?: true };
  /** The input ended before its end. Byte counts where known. */
  'archive-truncated': {
    file: string;
    read: number;
    expected?: number;
    layer?: number;
    layers?: number;
  } & Looked;
  /** The tar or compressed stream breaks its format at `entry`. */
  'archive-damaged': { file: string; entry: string } & Reason<LayerReason> & Looked;
  /** Bytes do not have the digest under which the archive lists them. */
  'digest-mismatch': {
    file: string;
    entry: string;
    expected: string;
    found: string;
    layer?: number;
    layers?: number;
  } & Looked;
  /** Bytes do not have the size under which the archive lists them. */
  'size-mismatch': { file: string; entry: string; expected: number; found: number } & Looked;
  /** The uncompressed layer does not have the diff ID that the config gives. */
  'diff-id-mismatch': {
    file: string;
    entry: string;
    expected: string;
    found: string;
    layer: number;
    layers: number;
  } & Looked;
  /** The archive lists something that it does not hold. */
  'blob-missing': { file: string; entry: string; what: 'manifest' | 'config' | 'layer' | 'index' } & Looked;
  /** Layers that were left out of an archive are not in the store either; `from`: where the target was said to have them. */
  'layers-missing': { file: string; missing: number; diffIds: readonly string[]; from: string };
  /** A file that should list the layers of a target is no list of digests; `line` is the first that is none. */
  'layer-list-invalid': { file: string; line: number };
  /** A JSON document (manifest, config, index) is not what the specification allows. */
  'document-invalid': { file: string; entry: string } & Reason<DocumentReason> & Looked;
  /** A layer's tar cannot be read as a layer. */
  'layer-invalid': { file: string; entry: string; layer?: number; layers?: number } & Reason<LayerReason> &
    Looked;
  /** The input is an image in a form we do not read. */
  unsupported: { file: string } & Reason<UnsupportedReason> & Looked;
  /** What the input holds is no image but something of this media type; '' where it says none. */
  'holds-no-image': { file: string; type: string } & Looked;
  /**
   * A bound against hostile input was passed. `what` is where; `name` the bound that a person can raise, `found` how much
   * there was, where that is known.
   */
  'limit-exceeded': { file: string; what: string; limit: number; name?: LimitName; found?: number } & Looked;
  'digest-invalid': { text: string };
  'reference-invalid': { text: string; reason: ReferenceFault };
  'image-not-found': { name: string };
  /** A list of images as Docker's API and dockviz know it cannot be read; `reason` says where it is at fault. */
  /** What was read was deleted by somebody else before it was read to the end; `name` is an image, or the beginning of a digest. */
  'deleted-meanwhile': { name: string };
  /** What was confirmed is not what was shown; `what` was to be removed, committed or renamed. */
  'shown-changed': { what: 'images' | 'changes' | 'name' };
  'image-list-unreadable': Reason<ListReason>;
  'image-ambiguous': { name: string; matches: string };
  /** Nothing of that platform is under a name; `known` lists what is. */
  'platform-not-found': { name: string; platform: string; known: string };
  'name-not-found': { name: string };
  /** `image` and its `layers`, counted, where one of its layers was asked for. */
  'layer-not-found': { name: string; image?: string; layers?: number };
  /** `IMG@LAYER` where whole images are meant: `name` is all of it, `image` and `layer` its parts. `there`: of an engine, which gives whole images alone. */
  'layer-not-image': { name: string; image: string; layer: string; there?: true };
  /** No blob of the store has this digest, or several begin so. */
  'blob-unknown': { name: string; count: number; place?: string };
  /** A layer that may be left where it came from (Windows bases) and that this needs; `urls` may be ''. */
  'layer-elsewhere': { layer: string; urls: string };
  /** The image is made for another system than the one that would mount it. */
  'image-of-other-system': { name: string; os: string };
  'archive-empty': { file: string } & Looked;
  'nothing-to-save': Record<never, never>;
  'file-not-found': { path: string };
  'file-unreadable': { path: string; reason: string };
  /** `variable`: the one of the environment that says where the folder is, which nobody chose. */
  'file-unwritable': { path: string; reason: string; variable?: 'XDG_DATA_HOME' | 'XDG_STATE_HOME' };
  /** What came into a target's place while it was written could not be given its name again. */
  'file-displaced': { path: string; now: string };
  /** Settings hold until the end of the session alone: `reason` is the system's error name, or `unread` for a file that could not be read at the start. */
  'settings-damaged': { path: string; kept: string };
  'settings-unsaved': { path: string; reason: string };
  /** `quota`: it is not the disk that is full, but what this user may have of it. `temporary`: it is the folder for what is temporary. */
  'disk-full': { path: string; quota?: true; temporary?: true };
  /** What was to start or to work got too little of something from the system; `any`: of what is not known. */
  'system-short': { of: 'memory' | 'files' | 'processes' | 'any' };
  /**
   * What is about to be written is larger than what is free; both in bytes, nothing was written. `begun`: its size was not known,
   * `needed` is what it had come to when it was stopped and removed. `disk` is where the file system is mounted that was to take it, which
   * `path`, by which the person knows what is written, may not be on.
   */
  'no-room': { path: string; disk: string; needed: number; free: number; begun?: true };
  /**
   * Standard output, or the pipe or device at `path` that a person named, does not take what is written into it; `reason` is the
   * system's error name. `stands`: what the command had made by then, whose name nobody was told.
   */
  'output-lost': { reason: string; path?: string; stands?: Standing };
  /** A relative path was named, and the working directory was deleted. */
  'working-directory-gone': Record<never, never>;
  /** A command has nothing left that could bring what it waits for. */
  unfinished: Record<never, never>;
  /** All was done, and the lock that was held for it could not be removed; `reason` is the system's error name. */
  'lock-left': { path: string; reason: string };
  /** The file at `path` was written, and what it took the place of could not be removed: it is called `now`. */
  'old-file-left': { path: string; now: string; reason: string };
  /** A copy writes a new archive: the file that is there, of so many bytes, stays. */
  'target-there': { path: string; bytes: number };
  /** A save would land inside of the store. */
  'target-in-store': { path: string };
  'store-busy': { path: string; owner: string; seconds: number };
  /** The folder is no store, or its list of images is of no use. */
  'store-invalid': {
    path: string;
    reason:
      | 'missing'
      /** It was open, and is not at its place any more. */
      | 'gone'
      | 'not-a-folder'
      | 'unmakeable'
      | 'no-rights'
      | 'read-only'
      | 'unreadable'
      | 'other-version'
      | 'no-index'
      | 'other-files'
      | 'index-unreadable'
      | 'index-damaged';
  };
  /**
   * A list of the store at `path` has more bytes, values or entries than are read of it, or would have them when it was
   * `written`, which was refused.
   */
  'list-too-long': { path: string; file: 'index.json' | 'trash.json'; at: 'read' | 'written' };
  /** Something in the store's folder is not what the store keeps there: `place` is its name, relative to the folder. */
  'store-unsafe': {
    path: string;
    place: string;
    fault:
      | 'link'
      | 'way'
      | 'not-a-folder'
      | 'not-a-file'
      | 'not-empty'
      | 'unreadable'
      | 'read-only'
      | 'rights'
      | 'owner'
      | 'writers'
      | 'more';
  };
  /** A stored blob is missing or its bytes have changed. */
  'blob-damaged': {
    digest: string;
    reason: BlobFault;
    found: string;
    expected?: string;
    /** The archive or folder in which it lies, where that is looked at and it is none of the store. */
    file?: string;
    /** It lies in what was kept of that archive unpacked, which is forgotten now; the archive was not read. */
    kept?: true;
    /** The image that it was read for, and which of its layers it is, counted from 1, where that is known. */
    image?: string;
    layer?: number;
    layers?: number;
  };
  /** Overlays cannot be mounted here; `missing` names the Debian package that would help, '' when none would. */
  'mount-unavailable': {
    /** `elsewhere`: another user namespace of the user's has mounts of the store; `detail` is the process that holds them. */
    reason:
      | 'platform'
      | 'asked'
      | 'user-namespaces'
      | 'subordinate-ids'
      | 'command'
      | 'kernel'
      | 'fuse-device'
      | 'fuse-run'
      | 'elsewhere';
    detail: string;
    missing: string;
  };
  /**
   * The kernel refused a mount or an unmount; `reason` is its error name. `system`: the file system of what was to be written on, where
   * overlayfs takes none of that kind.
   */
  'mount-failed': { target: string; reason: string; system?: string };
  /**
   * Somebody uses the mount; `process` names one of them with its number, '' when none was found. `here`: a terminal of this
   * window, by its command.
   */
  'mount-busy': { target: string; process: string; here?: true };
  'mount-not-found': { name: string };
  /** The folder to mount at holds something or is no folder. */
  'mount-point-invalid': {
    path: string;
    reason: 'not-empty' | 'not-a-directory' | 'in-store' | 'missing' | 'foreign';
  };
  'too-many-layers': { name: string; layers: number; limit: number };
  /** A commit would give the image one layer more than can be stacked; `name` is the image below the workspace. */
  'commit-too-many-layers': { workspace: string; name: string; layers: number; limit: number };
  'workspace-not-found': { name: string };
  /** Its record is there, and says nothing that can be used. */
  /** `lost`: there is no record. */
  'workspace-damaged': { name: string; lost?: boolean };
  /** It is removed; something in the folder where its files lie cannot be deleted. */
  'workspace-remains': { name: string; path: string };
  'workspace-exists': { name: string };
  'workspace-name-invalid': { text: string };
  /** A program in the workspace keeps it from resting, for a commit or a removal; the same. */
  'workspace-busy': { name: string; process: string; here?: true };
  /** A workspace made under other rights (as root, or with other subordinate IDs) cannot be used by this user. */
  'workspace-foreign': { name: string; made: string; now: string };
  /** The image is what a workspace stands on. */
  'image-in-use': { name: string; workspaces: string };
  /** Ticked paths that are no changes (any more). */
  'change-not-found': { path: string };
  /** A file, or a folder, whose name means a deletion to whoever reads a layer (`.wh.…`). */
  'name-reserved': { path: string };
  /** A character device 0:0, which means a deletion to overlayfs. */
  'device-reserved': { path: string };
  /** An extended attribute whose name no layer can hold. */
  'attribute-unwritable': { path: string; attribute: string };
  /** An access list with users or groups that have no ID in an image: none of this user's range of IDs. */
  'access-list-foreign': { path: string };
  /** Something that became something else, or shorter, each time it was read. */
  'tree-changed': { path: string };
  /** A path that is longer, or has more names, than a layer may have; `path` is its beginning. */
  'tree-too-deep': { path: string; levels: number; bytes: number };
  /** A config change (`CMD …`) that cannot be read. */
  'config-change-invalid': { text: string; reason: ConfigChangeFault };
  /** No OCI runtime is installed. */
  /** `named`: what `STRATIGRAPH_RUNTIME` names and is none, where it names one. */
  'runtime-missing': { packages: string; named?: string };
  /** The OCI runtime could not start the command. */
  /** `reason`: what it said; `code`: the exit code of one that said nothing. */
  'runtime-failed': { runtime: string; reason: string } | { runtime: string; code: number };
  /** An image asks for what cannot be run, or not without reaching out of it; `path` is the path, or the word. */
  'run-not-ended': { name: string; process: number };
  'run-refused': { name: string; path: string; reason: RunFault };
  /** Something that a command was to see in its tree; `path` is the source or, where that is at fault, the target. */
  'bind-refused': { path: string; reason: BindFault; detail?: string };
  /** Another command that runs in the store has the name. */
  'run-name-taken': { name: string };
  'user-unknown': { user: string; image: string };
  'nothing-to-run': { name: string };
  /** The processes that a run may have were too few to start it. */
  'run-limit-low': { limit: number };
  /**
   * A terminal that reaches beyond its container was not opened: `declined` by the person, asked for by no key or click of
   * theirs (`unasked`), or beside another question (`busy`). `what`: a shell of this machine, or this machine's network.
   */
  'terminal-refused': {
    name: string;
    what: 'shell' | 'network';
    reason: 'declined' | 'unasked' | 'busy' | 'long';
  };
  /** Text for a terminal that is not what the person typed or pasted. */
  'terminal-input-refused': Record<never, never>;
  /** A paste into a shell of this machine: `declined` by the person, too `long` for a question, or beside another (`busy`). */
  'terminal-paste-refused': { reason: 'declined' | 'long' | 'busy' };
  /** A dialog or a program was to be opened, or the clipboard changed, and no key or click asked for it. */
  'action-unasked': { what: 'open' | 'copy' };
  'too-many-terminals': { limit: number };
  /** More of the window's requests, of the operations that they start, or of bytes in its messages, at a time than anybody needs. */
  'too-much-at-once': { what: 'request' | 'operation' | 'message'; limit: number };
  /** A file dialog was asked for while the window has one. */
  'dialog-open': Record<never, never>;
  /** The window asked for something after the program had begun to end. */
  'app-closing': Record<never, never>;
  'nothing-to-squash': { name: string };
  /** Paths that no layer of an image has; nothing was done. */
  'nothing-to-remove': { name: string; paths: string };
  /** Paths that cannot be taken out of layers: the root, or one that leads out of it. */
  'removal-invalid': { paths: string };
  /** A hard link that stays names a file of a lower layer that would go. */
  'removal-unproved': { name: string; path: string };
  /** Nobody answers at the address of an engine; `reason` is the system's error name. */
  'engine-not-running': { engine: string; kind: EngineKind; address: string; reason: string };
  /** This user may not open the engine's socket. */
  'engine-denied': { engine: string; kind: EngineKind; address: string };
  /** The machine of an engine cannot be reached; `reason` is the system's error name. */
  'engine-unreachable': { engine: string; address: string; reason: string };
  /**
   * An address of a form that is not opened, such as ssh. `reason`: it was to be put on the list of sources, and is of another form, has no whole
   * path, is a word alone (no path, no scheme, no port), or there is something else than a socket, or nothing.
   */
  'engine-unsupported': {
    engine: string;
    address: string;
    reason?: 'form' | 'relative' | 'word' | 'no-socket' | 'missing';
  };
  'engine-too-old': { engine: string; version: string; api: string; needed: string };
  /** The encrypted connection failed; `reason` is the name of the fault. */
  'engine-untrusted': { engine: string; address: string; reason: string };
  /** The connection broke in the middle of an answer. */
  'engine-lost': { engine: string };
  /** It was sent all of some images, does not end in time, and cannot be stopped. */
  'engine-goes-on': { engine: string };
  /** The engine does not answer in time. */
  'engine-silent': { engine: string; seconds: number };
  /** An answer is not what the API describes. */
  'engine-answer-invalid': { engine: string; what: string } & Reason<AnswerReason>;
  /** The engine said no, in its own words. */
  'engine-refused': { engine: string; status: number; message: string };
  /** Containers use the image; `active`: one of them runs. `force`: the engine can remove it all the same. */
  'engine-image-used': {
    engine: string;
    name: string;
    containers: string;
    active: boolean;
    force: boolean;
  };
  /** Images of the engine were built on this one. */
  'engine-image-has-children': { engine: string; name: string };
  /** An engine removes an image with its last name. */
  'engine-last-name': { engine: string; name: string };
  /** The image that arrived is not the one that was sent. */
  'engine-copy-differs': { engine: string; name: string; expected: string; found: string };
  'source-not-found': { name: string; known: string };
  /** A place that is to be put on the list is on it: `listed` is what it is called there. */
  'source-listed': { name: string; listed: string };
  /** The folder of the store that is open was to be opened, or listed, beside it. */
  'source-is-store': { name: string };
  /** The list of places that a person added has as many as it takes. */
  'sources-full': { limit: number };
  /** What stands where that list is kept is none. */
  'sources-invalid': { path: string };
  /** A place that is to be taken off the list was found, and not put there. */
  'source-found': { name: string };
  /** An archive or folder that is looked at where it lies became another one. */
  'place-changed': { path: string };
  /** It is not where it was opened any more. `path`: where that is. */
  'place-gone': { name: string; path: string };
  /** What a place of its kind does not do. */
  /** What was opened without loading has been closed. */
  'place-closed': Record<string, never>;
  'place-cannot': { place: string; need: PlaceNeed };
  /** A layer that is encrypted, where its files are needed. */
  'layer-encrypted': { layer: string };
  /** `key`: it is not encrypted for that key; `form`: in a way that we do not know; `changed`: its bytes are others. */
  'layer-undecipherable': { layer: string; reason: 'key' | 'form' | 'changed' };
  'nothing-to-encrypt': { name: string };
  'nothing-to-decrypt': { name: string };
  /** A key file that cannot be used for what was asked. */
  'key-unusable': { path: string; reason: KeyFault };
  'signature-missing': { name: string };
  /** Of `count` signatures none is one of this image by the key with that fingerprint. */
  'signature-refused': { name: string; key: string; count: number; reason: 'key' | 'digest' };
  cancelled: Record<never, never>;
  /** A call over IPC or a command that breaks the contract: `what` is its name, `place` where in it, '' for the whole. */
  'request-invalid': { what: string; reason: RequestFault; place: string };
  /** A bug of ours; `message` is for the report. */
  internal: { message: string };
}

/** What kind of engine. */
export type EngineKind = 'docker' | 'podman';

/** Why a key file was refused; `kind`: its algorithm, `short`: too few bits. */
export type KeyFault = 'not-pem' | 'encrypted' | 'passphrase' | 'public' | 'private' | 'kind' | 'short';

/**
 * What is wrong with a stored blob: it is not there (`missing`), its bytes have another `digest` or, somewhere in it, have
 * changed (`bytes`), it ends early (`short`) or goes on (`long`), its `size` is not what a descriptor says, it cannot be
 * decompressed or read as a layer (`form`; `found` is the reason, a `LayerReason`), its tar has another diff ID (`diff-id`;
 * `found` is '' where it is no layer), its file `index` does not fit it, or a config has other `layers` than its manifest.
 */
export type BlobFault =
  'missing' | 'digest' | 'bytes' | 'short' | 'long' | 'size' | 'form' | 'diff-id' | 'index' | 'layers';

/**
 * Why something is not mounted for a command. The source: it is `missing`, or in a folder that is not ours to enter (`denied`); a `link`
 * on the way was left by somebody else; of the `kernel`; a `device`; in the `store`, or `around` it; there only since our namespaces are
 * (`hidden`); another one by then (`changed`). The target: the root, or a folder of the kernel (`place`); asked for `twice`, or it `covers`
 * another one; not a folder (`no-folder`) or a file (`no-file`) as the source is; missing in what is mounted there, which is
 * `read-only` or takes no folder (`unmade`). `failed`: mount(8) says no, in its own words.
 */
export type BindFault =
  | 'missing'
  | 'denied'
  | 'link'
  | 'kernel'
  | 'device'
  | 'store'
  | 'around'
  | 'hidden'
  | 'changed'
  | 'place'
  | 'twice'
  | 'covers'
  | 'no-folder'
  | 'no-file'
  | 'read-only'
  | 'unmade'
  | 'failed';

/**
 * Why an image is not run as it asks: a `link`, or no `directory` or `file`, where a folder of the kernel or a file of the
 * host belongs; a path into the `kernel`'s own folders; a path that is a `loop`, too `long`, or holds a zero (`nul`); a
 * command line with its environment that the kernel would not take (`large`).
 */
export type RunFault =
  'link' | 'directory' | 'file' | 'kernel' | 'loop' | 'long' | 'nul' | 'large' | 'users' | 'groups';

/**
 * Why a call was refused before anything was done: from an unknown `sender`; not one argument (`arguments`), no list of
 * `paths`; `members` of it, or the value at a place (`value`), are not those of the request; more than any request needs: too
 * `deep`, too much `text`, too many values (`many`); holding what is no plain value (`kind`), an `accessor` or memory that is `shared`;
 * an `operation` or a `file` that nobody gave out; a `compression` that the format does not have.
 */
export type RequestFault =
  | MessageExcess
  | 'sender'
  | 'arguments'
  | 'paths'
  | 'members'
  | 'value'
  | 'operation'
  | 'file'
  | 'compression';
/** What a message of the window is too much of, or holds that none does. */
export type MessageExcess = 'deep' | 'text' | 'many' | 'kind' | 'accessor' | 'shared';

/** Why a config change was refused; see `shared/image/configChange.ts`. */
export type ConfigChangeFault =
  | 'empty'
  | 'instruction'
  | 'trigger'
  | 'arguments'
  | 'json'
  | 'name'
  | 'port'
  | 'duration'
  | 'signal'
  | 'quote';

/** Why a reference was refused; see `shared/image/reference.ts`. */
export type ReferenceFault =
  'empty' | 'too-long' | 'upper-case' | 'characters' | 'tag' | 'digest' | 'looks-like-id' | 'registry';

/** A code of the closed list. */
export type ProblemCode = keyof ProblemFacts;

/** A problem as plain data: what crosses IPC and worker threads. */
export type Problem = { [C in ProblemCode]: { code: C; facts: ProblemFacts[C] } }[ProblemCode];

/** A {@link Problem} as something that can be thrown. `message` is for logs only; people read `problemText`. */
export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(code: 'cancelled' | 'nothing-to-save');
  constructor(code: ProblemCode, facts: ProblemFacts[ProblemCode], options?: ErrorOptions);
  constructor(code: ProblemCode, facts: ProblemFacts[ProblemCode] = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(facts)}`, options);
    this.name = 'ProblemError';
    this.problem = { code, facts } as Problem;
  }

  /** Rebuilds the error from data that crossed a boundary. */
  static from(problem: Problem): ProblemError {
    return new ProblemError(problem.code, problem.facts);
  }
}

/** Makes a {@link ProblemError} whose facts are checked against its code. */
export function problem<C extends ProblemCode>(
  code: C,
  facts: ProblemFacts[C],
  options?: ErrorOptions,
): ProblemError {
  return new ProblemError(code, facts, options);
}

/** What a system says of a file that is no bug of ours: of rights, of the disk, of how many files are open. */
const environmental = new Set([
  ...['EACCES', 'EPERM', 'EROFS', 'EIO', 'EMFILE', 'ENFILE', 'ELOOP', 'ENAMETOOLONG'],
  ...['ESTALE', 'ENXIO', 'ENODEV', 'ENOTCONN', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ECONNREFUSED'],
  ...[
    'EREMOTEIO',
    'EUCLEAN',
    'ENODATA',
    'EBADMSG',
    'EPROTO',
    'ENOMEDIUM',
    'EMEDIUMTYPE',
    'ENOLINK',
    'ENOLCK',
  ],
  ...['EDEADLK', 'ENOKEY', 'EKEYEXPIRED', 'EKEYREVOKED', 'EKEYREJECTED', 'EBUSY', 'ETXTBSY', 'EFBIG'],
]);
/** Calls that look at files and change nothing. */
const looking = new Set([
  'open',
  'read',
  'stat',
  'lstat',
  'fstat',
  'access',
  'scandir',
  'readlink',
  'realpath',
]);

/**
 * The problem behind any thrown value. A full or a read-only disk may show at any write, missing rights and a failing disk at
 * any access, and are nobody's bug; anything else that is not a {@link ProblemError} is one of ours and becomes `internal`.
 */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  if (thrown instanceof Error) {
    const { path = '', syscall } = thrown as { path?: string; syscall?: unknown };
    const code = systemCode(thrown);
    const full = fullFacts(code, path);
    if (full) return { code: 'disk-full', facts: full };
    // getcwd(2) says so where the working directory was deleted.
    if (syscall === 'uv_cwd' && code === 'ENOENT') return { code: 'working-directory-gone', facts: {} };
    if (code === 'EROFS') return { code: 'file-unwritable', facts: { path, reason: code } };
    if (code === 'ENOMEM') return { code: 'system-short', facts: { of: 'memory' } };
    if (code !== undefined && typeof syscall === 'string' && environmental.has(code)) {
      // Only its last name: the path of a file within the store means nothing to people, and need not cross to the page.
      const facts = { path: path.slice(path.lastIndexOf('/') + 1), reason: code };
      return looking.has(syscall) ? { code: 'file-unreadable', facts } : { code: 'file-unwritable', facts };
    }
  }
  return { code: 'internal', facts: { message: thrown instanceof Error ? thrown.message : String(thrown) } };
}

/** What says that an input is not as it should be, and can say it of one that is looked at ({@link Looked}). */
const ofInputs: ReadonlySet<string> = new Set<keyof ProblemFacts>([
  'not-an-image',
  'archive-truncated',
  'archive-damaged',
  'digest-mismatch',
  'size-mismatch',
  'diff-id-mismatch',
  'blob-missing',
  'document-invalid',
  'layer-invalid',
  'unsupported',
  'holds-no-image',
  'limit-exceeded',
  'archive-empty',
]);

/** What is wrong with an input that was to be looked at; anything else is passed on as it is. */
export function ofLooked(thrown: unknown): unknown {
  if (!(thrown instanceof ProblemError) || !ofInputs.has(thrown.problem.code)) return thrown;
  const { code, facts } = thrown.problem;
  return new ProblemError(code, { ...facts, looked: true }, { cause: thrown });
}
