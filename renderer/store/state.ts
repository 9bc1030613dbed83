import type { NameMove } from '../../shared/graph/nameMoves';
import type { ShownRemoval } from '../../shared/graph/shown';
import type { ChainId, ImageId } from '../../shared/image/digest';
import type { Problem } from '../../shared/image/problem';
import type { OtherWords } from '../../shared/image/startWords';
import type { ImageGraph } from '../../shared/graph/imageGraph';
import type { GraphIndex } from '../../shared/graph/graphIndex';
import type { LineageDirection } from '../../shared/graph/lineageImages';
import type { OperationState } from '../../shared/ipc/operation';
import type { PickedFiles, RequestInput, RequestOutput, ViewFormat } from '../../shared/ipc/contract';
import type { MountInfo, MountSupport, WorkspaceInfo } from '../../shared/ipc/workspace';
import type { Settings } from '../../shared/ipc/settings';
import type { LeftOut, SourceId, SourceInfo } from '../../shared/ipc/source';
import type { Translate } from '../../shared/text/catalogue';
import type { Language } from '../../shared/text/format';
import type { Form, FormKind, Forms, FormValues } from './formValues';

/** What is selected, the same in every view. A layer and images are never selected together. */
export interface Selection {
  /** In the order they were selected; the last one is what keyboard extension starts from. */
  readonly images: readonly ImageId[];
  readonly layer: ChainId | null;
  /** Where a folded run is selected: its layers from the lowest up, the last of them is `layer`. */
  readonly run?: readonly ChainId[];
}

/** The one image whose lineage the graph shows, and which part of it. */
export interface LineageFocus {
  readonly image: ImageId;
  readonly direction: LineageDirection;
}

/** What the middle of the window shows: the images in one of their views, or a page of its own. */
export type Page =
  | { readonly kind: 'images' }
  | { readonly kind: 'workspace'; readonly name: string }
  | { readonly kind: 'mount'; readonly mount: string }
  /** From the first image to the second; `from` and `other`: their places, where one of them is not the one in view. */
  | {
      readonly kind: 'compare';
      readonly first: ImageId;
      readonly second: ImageId;
      readonly from?: SourceId | undefined;
      readonly other?: SourceId | undefined;
    }
  | { readonly kind: 'duplicates' }
  | { readonly kind: 'guide' };

/** Why it comes again: it was confirmed, and what was shown was not what is there any more. */
interface Again {
  readonly refused?: Problem | undefined;
}

/** A copy, and the names that it takes from other images, as a person is asked about them. */
export interface CopyMoves {
  readonly from: SourceId;
  readonly target: SourceId;
  readonly images: readonly ImageId[];
  readonly moves: readonly NameMove[];
  /** They are others than those that were shown when somebody agreed. */
  readonly isChanged: boolean;
}

/** A dialog that is open. Confirmation texts are made from live previews, never passed in. */
export type DialogState =
  | { readonly kind: 'tag'; readonly image: ImageId }
  | { readonly kind: 'rename'; readonly name: string }
  | ({
      readonly kind: 'remove';
      readonly images: readonly ImageId[];
      readonly names: readonly string[];
    } & Again)
  | ({ readonly kind: 'prune' } & Again)
  | ({ readonly kind: 'cleanup' } & Again)
  | { readonly kind: 'save'; readonly what: readonly string[] }
  | { readonly kind: 'workspace'; readonly image: ImageId }
  | { readonly kind: 'compareHome'; readonly image: ImageId }
  | { readonly kind: 'squash'; readonly image: ImageId; readonly from: ChainId | null }
  /** An image is to be made of a root filesystem. */
  | { readonly kind: 'import'; readonly file: string; readonly name: string }
  /** `paths`: relative ones of files; as many as one rewrite takes are shown, and ticked at first. */
  | { readonly kind: 'rewrite'; readonly image: ImageId; readonly paths: readonly string[] }
  | { readonly kind: 'run'; readonly tree: { readonly image: ImageId } | { readonly workspace: string } }
  | { readonly kind: 'renameWorkspace'; readonly name: string }
  | ({ readonly kind: 'removeWorkspace'; readonly name: string } & Again)
  /** A terminal in which a program runs is to be closed. */
  | { readonly kind: 'closeTerminal'; readonly program: string; readonly close: () => void }
  /** Something is to be done for which a tree has to rest, and our own terminals are open in it. */
  | {
      readonly kind: 'closeTerminals';
      readonly place: string;
      readonly what: 'commit' | 'unmount' | 'remove';
      readonly terminals: readonly { readonly title: string; readonly program: string | null }[];
      readonly go: () => void;
    }
  | { readonly kind: 'raiseLimit'; readonly operation: string }
  | { readonly kind: 'raw'; readonly title: string; readonly text: string }
  /** A copy would take names from other images of the place that it goes to. */
  | ({ readonly kind: 'copyMoves' } & CopyMoves)
  /** An engine is to be put on the list of sources. */
  | { readonly kind: 'engine' }
  | { readonly kind: 'preferences' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'about' };

/** The dialog of one kind. */
export type DialogOf<K extends DialogState['kind']> = Extract<DialogState, { readonly kind: K }>;

/** A dialog that confirms what goes by what it shows. */
export type ConfirmingDialog = DialogOf<'remove' | 'prune' | 'cleanup' | 'removeWorkspace'>;

/** Where something was asked for, so that it can be asked again with all that was filled in. */
export interface AskedIn {
  readonly in: { readonly dialog: DialogState } | { readonly page: Page };
  /** Whose images were in view. */
  readonly source: SourceId;
  /** The form that was filled in there, with what stood in it. */
  readonly filled: { readonly form: Form; readonly sent: object } | null;
  /** What stands in the form once it is done, beside what was filled in since. */
  readonly leaves: object;
}

/** What was to be saved, of which place's images, in which form. */
export interface SaveAsked {
  readonly source: SourceId;
  /** Image IDs or names. */
  readonly what: readonly string[];
  readonly format: Settings['saveFormat'];
}

/** A sentence that is made when it is read: the language may have changed since it was first said. */
export type Say = (t: Translate) => string;

/** A message beside the work: trouble is kept until it is dismissed or its cause is gone, all else for some seconds. */
export interface Notice {
  readonly id: number;
  /** `refused`: nothing was done, and nothing failed by it. */
  readonly tone: 'trouble' | 'done' | 'refused';
  /** For trouble: what happened. */
  readonly problem: Problem | null;
  /** For a failed operation: its ID, for "Try again". */
  readonly operation: string | null;
  /** Its sentence, where there is no problem: made when it is drawn, in the language of then. */
  readonly say: Say | null;
  readonly undo: (() => Promise<void>) | null;
  /** What the way back does, where not all that was done is taken back. */
  readonly undoLabel?: Say | undefined;
  /** For done: a place that is not in view, which has what came. */
  readonly show?: SourceId | undefined;
  /** The places that what failed was asked of. */
  readonly places?: readonly SourceId[] | undefined;
  /** What was asked for and failed: the message goes when the same succeeds. */
  readonly asked?: string | undefined;
  /** The save that was refused before it began: it can be asked for again, with another place. */
  readonly save?: SaveAsked | undefined;
}

/** Something that was done in a place, and how it is taken back. */
export interface Act {
  readonly source: SourceId;
  /** What was done, as people were told. */
  readonly say: Say;
  /** Takes it back; null: that cannot be. */
  readonly undo: (() => Promise<void>) | null;
}

/** A run as its dialog asks for it. */
export interface AskedRun extends OtherWords {
  /** With the network of this machine. */
  readonly network: boolean;
}

/** The window's whole state. Views read it through selectors and change it only by {@link AppActions}. */
export interface AppState {
  readonly start: RequestOutput<'app.start'> | null;
  readonly settings: Settings;
  readonly language: Language;
  /** Whose images are in view. */
  readonly source: SourceId;
  /** The store and the engines; empty before the list was read. */
  readonly sources: readonly SourceInfo[];
  /** When a source answered again after it had not, or was read anew since it is another by now: milliseconds since 1970. */
  readonly backSince: ReadonlyMap<SourceId, number>;
  /** Of the source in view; null while it is read for the first time. */
  readonly graph: ImageGraph | null;
  /** Grows whenever what the store keeps beside its list may be another: what can be put back, workspaces. See `useStanding`. */
  readonly keptRound: number;
  readonly index: GraphIndex | null;
  /** Images of an engine that cannot be read, and are not in the graph. */
  readonly leftOut: LeftOut | null;
  /** Why the graph could not be read; the last good graph stays. */
  readonly graphProblem: Problem | null;
  readonly page: Page;
  readonly workspaces: readonly WorkspaceInfo[];
  readonly mounts: readonly MountInfo[];
  /** A run that a dialog asked of a workspace's terminals; the number makes the same command new. */
  readonly asked: {
    readonly id: number;
    readonly workspace: string;
    readonly what: AskedRun;
    /** The form that it was asked for in, with what stood in it. */
    readonly filled: AskedIn['filled'];
  } | null;
  /** How overlays work here; null until it was asked. */
  readonly mountSupport: MountSupport | null;
  readonly selection: Selection;
  /** Text of the filter field; '' shows everything. */
  readonly filter: string;
  /** Set while the graph shows one lineage alone. */
  readonly lineage: LineageFocus | null;
  /** Keys of families that are hidden by the sidebar's check boxes. */
  readonly hiddenFamilies: ReadonlySet<string>;
  readonly dialog: DialogState | null;
  /** What is filled in of forms and was not done yet: closing one, leaving its page, a refusal lose nothing. */
  readonly forms: Forms;
  /** In what operations were asked for, by their IDs. */
  readonly askedIn: ReadonlyMap<string, AskedIn>;
  readonly paletteOpen: boolean;
  readonly operationsOpen: boolean;
  /** Newest first. */
  readonly operations: readonly OperationState[];
  readonly notices: readonly Notice[];
  readonly maximized: boolean;
  readonly windowFocused: boolean;
  /** What this window did in each place, oldest first, as far as it can be taken back, or what was last where it cannot. */
  readonly acts: readonly Act[];
  /** An image that the view should bring into sight; the number makes the same image new. */
  readonly reveal: { readonly id: number; readonly image: ImageId } | null;
  /** The last thing to be read aloud; the number makes equal texts new. */
  readonly announcement: { readonly id: number; readonly text: string };
}

/** Everything that can be done; each is also a palette entry where that makes sense. */
export interface AppActions {
  /** Reads the first state and starts listening. */
  readonly begin: () => Promise<void>;
  readonly refreshGraph: () => Promise<void>;
  /** Shows the images of a source; view and filter stay. */
  readonly showSource: (source: SourceId) => Promise<void>;
  /** Closes what was opened without being loaded; the store is shown where it was in view. */
  readonly closePlace: (source: SourceId) => Promise<void>;
  readonly refreshSources: () => Promise<void>;
  /** Opens another store in a window of its own: the folder of one that is offered, or with null what is chosen in the native dialog. */
  readonly openStore: (folder: string | null) => Promise<void>;
  /** Reads anew which other stores are offered. */
  readonly refreshStores: () => Promise<void>;
  /** Opens the native dialog (for a folder if `directory`), opens what was chosen where it lies, and puts it on the person's list. */
  readonly chooseAndAdd: (directory?: boolean) => Promise<void>;
  /** Puts an engine on the list by its address, after a native question. */
  readonly addEngine: (address: string) => Promise<Problem | null>;
  /** Puts what was opened without being loaded on the list. */
  readonly keepSource: (source: SourceId) => Promise<void>;
  /** Takes a source off the list; the store is shown where it was in view and is gone. */
  readonly removeSource: (source: SourceId) => Promise<void>;
  /**
   * Copies images of the place in view to another: the store or an engine. Says why where that cannot take them, and asks first where other
   * images there would lose names; `agreed`: what a person was asked about, and said yes to.
   */
  readonly copyTo: (
    target: SourceId,
    images: readonly ImageId[],
    agreed?: readonly NameMove[],
  ) => Promise<void>;
  readonly openPage: (page: Page) => void;
  /** Reads workspaces, mounts and what is supported again. */
  readonly refreshWorkspaces: () => Promise<void>;
  /** Mounts an image read-only and opens its page when it is there. */
  readonly mountImage: (image: ImageId) => Promise<void>;
  readonly unmount: (mount: string) => Promise<void>;
  /** The run that was asked for has begun: it is not to begin again. */
  readonly takeAsked: () => void;
  /** Our own terminals in a tree have been closed: what was refused because of them is said no longer. */
  readonly treeRests: (tree: { readonly mount: string } | { readonly workspace: string }) => void;
  /** Runs a command in a terminal of a workspace's page. */
  readonly runIn: (workspace: string, what: AskedRun) => void;
  /** Keeps what is filled in of a form. */
  readonly fillIn: <K extends FormKind>(form: Form<K>, values: Partial<FormValues[K]>) => void;
  /** What a form asked for is done; `sent`: with what, where that is not all that stands in it now. */
  readonly formDone: (form: Form, sent?: object) => void;
  /** Commits a workspace as its page says. */
  readonly commit: (
    workspace: WorkspaceInfo,
    what: Omit<RequestInput<'workspace.commit'>, 'name'>,
  ) => Promise<Problem | null>;
  /** Creates a workspace and opens its page; a null name is made from the image's. */
  readonly createWorkspace: (image: ImageId, name: string | null) => Promise<Problem | null>;
  /** `listed`: the changes that were shown; null where they could not be. */
  readonly removeWorkspace: (name: string, listed: string | null) => Promise<void>;
  /** `renamed` is called before anything else hears of the new name. */
  readonly renameWorkspace: (name: string, to: string, renamed: () => void) => Promise<Problem | null>;
  /** Opens the native dialog and writes the root filesystem of an image or a workspace. */
  readonly exportRootfs: (
    what: { readonly image: ImageId } | { readonly workspace: string },
  ) => Promise<void>;
  /** Merges layers from one up, as `asked` was answered; `holder`: as for `tag`. */
  readonly squash: (
    asked: DialogOf<'squash'>,
    from: ChainId | null,
    reference: string | null,
    holder: ImageId | null,
  ) => Promise<Problem | null>;
  /** Makes an image without some paths; `holder`: as for `tag`. */
  readonly rewrite: (
    asked: DialogOf<'rewrite'>,
    paths: readonly string[],
    reference: string | null,
    holder: ImageId | null,
  ) => Promise<Problem | null>;
  readonly changeSettings: (change: Partial<Settings>) => void;
  readonly selectImage: (id: ImageId, how: 'only' | 'toggle' | 'extend', order?: readonly ImageId[]) => void;
  readonly selectImages: (ids: readonly ImageId[]) => void;
  /** Selects a layer; with the layers of a folded run, from the lowest up, the run that it is the last of. */
  readonly selectLayer: (layer: ChainId, run?: readonly ChainId[]) => void;
  readonly clearSelection: () => void;
  /** Selects an image of the source in view and brings it into sight. */
  readonly revealImage: (id: ImageId) => void;
  /** Shows the lineage of one image alone in the graph, or all images again. */
  readonly focusLineage: (lineage: LineageFocus | null) => void;
  /** The same for an image of the store, whatever is in view. */
  readonly revealInStore: (id: ImageId) => Promise<void>;
  readonly setFilter: (text: string) => void;
  readonly toggleFamily: (key: string) => void;
  /** Takes away everything that hides images: filter, families, dangling. */
  readonly showEverything: () => void;
  readonly openDialog: (dialog: DialogState) => void;
  readonly closeDialog: () => void;
  readonly setPalette: (open: boolean) => void;
  readonly setOperationsOpen: (open: boolean) => void;
  /** Opens the native dialog (for a folder if `directory`) and loads what was chosen. */
  readonly chooseAndLoad: (directory?: boolean) => Promise<void>;
  /** The same without loading it: it is opened where it lies. */
  readonly chooseAndLook: (directory?: boolean) => Promise<void>;
  /** `look`: only to look at them where they lie. */
  readonly loadDropped: (files: readonly File[], look?: boolean) => Promise<void>;
  readonly loadSamples: () => Promise<void>;
  /** Asks for the tarball or the folder of a root filesystem, then for what its image is to be. */
  readonly chooseAndImport: (directory?: boolean) => Promise<void>;
  /** Makes an image of a root filesystem; why it was refused, where it was not begun. */
  readonly importRootfs: (
    asked: DialogOf<'import'>,
    what: Omit<RequestInput<'rootfs.import'>, 'file'>,
  ) => Promise<Problem | null>;
  /** `holder`: the image that was shown to have the name, null: none. */
  readonly tag: (image: ImageId, reference: string, holder: ImageId | null) => Promise<Problem | null>;
  /** Takes the name away; a notice offers undo. */
  readonly untag: (image: ImageId, name: string) => Promise<void>;
  /** Asks for a save again that was refused, in the place that its images are of. */
  readonly saveAgain: (save: SaveAsked) => Promise<void>;
  readonly rename: (
    image: ImageId,
    from: string,
    to: string,
    holder: ImageId | null,
  ) => Promise<Problem | null>;
  /** `force`: of Docker also images that stopped containers use. */
  readonly remove: (
    images: readonly ImageId[],
    names: readonly string[],
    shown: ShownRemoval,
    force?: boolean,
  ) => Promise<void>;
  readonly prune: (shown: ShownRemoval) => Promise<void>;
  /** Takes images out of the store and clears caches; a notice offers undo until the garbage collector runs. */
  readonly cleanUp: (what: RequestInput<'cleanup.start'>) => Promise<void>;
  /** Puts back what a clean-up took out. */
  readonly undoCleanUp: (trash: string) => Promise<void>;
  /** Frees now what can still be put back. */
  readonly collectGarbage: (trash: readonly string[]) => Promise<void>;
  /** Asks for archives or lists of layers that say what the target of a save has; empty when it was dismissed. */
  readonly chooseHeld: () => Promise<PickedFiles>;
  /**
   * Opens the native dialog and saves; `what` holds image IDs or names. Whether it has begun, or why what a dialog asked for was refused.
   */
  readonly save: (
    what: readonly string[],
    format: Settings['saveFormat'],
    /** From the dialog: how layers are written, and what the target has: images, tokens of files. */
    layers?: {
      readonly compression: Settings['saveCompression'];
      readonly except: readonly ImageId[];
      readonly exceptFiles: readonly string[];
    },
  ) => Promise<Problem | boolean>;
  readonly cancelOperation: (id: string) => Promise<void>;
  readonly dismissOperation: (id: string) => Promise<void>;
  readonly retryOperation: (id: string) => Promise<void>;
  /** Loads again what went beyond a bound, with that bound raised. */
  readonly raiseLimit: (operation: string) => Promise<void>;
  readonly copy: (text: string) => Promise<void>;
  /** Opens the native dialog and writes what a view shows; says where it went. */
  readonly writeView: (name: string, format: ViewFormat, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Shows a file that we wrote in the file manager. */
  readonly showFile: (token: string) => Promise<void>;
  /** Takes back what was done last in the place in view and says so; says why where that cannot be. */
  readonly undoLast: () => Promise<void>;
  /** Says why something that was asked for is not done. */
  readonly refuse: (say: Say) => void;
  readonly dismissNotice: (id: number) => void;
  /** Reads a text aloud to people who use a screen reader. */
  readonly announce: (text: string) => void;
  readonly windowControl: (action: 'minimize' | 'maximize' | 'close') => void;
}
