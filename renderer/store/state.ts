import type { ChainId, ImageId } from '../../shared/image/digest';
import type { Problem } from '../../shared/image/problem';
import type { ImageGraph } from '../../shared/graph/imageGraph';
import type { GraphIndex } from '../../shared/graph/graphIndex';
import type { OperationState } from '../../shared/ipc/operation';
import type { PickedFile, RequestOutput } from '../../shared/ipc/contract';
import type { Settings } from '../../shared/ipc/settings';
import type { Language } from '../../shared/text/format';

/** What is selected, the same in every view. A layer and images are never selected together. */
export interface Selection {
  /** In the order they were selected; the last one is what keyboard extension starts from. */
  readonly images: readonly ImageId[];
  readonly layer: ChainId | null;
}

/** A dialog that is open. Confirmation texts are made from live previews, never passed in. */
export type DialogState =
  | { readonly kind: 'tag'; readonly image: ImageId }
  | { readonly kind: 'rename'; readonly name: string }
  | { readonly kind: 'remove'; readonly images: readonly ImageId[]; readonly names: readonly string[] }
  | { readonly kind: 'prune' }
  | { readonly kind: 'save'; readonly what: readonly string[] }
  | { readonly kind: 'raw'; readonly title: string; readonly text: string }
  | { readonly kind: 'preferences' }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'about' };

/** A message beside the work, kept until it is dismissed. */
export interface Notice {
  readonly id: number;
  readonly tone: 'trouble' | 'done';
  /** For trouble: what happened. */
  readonly problem: Problem | null;
  /** For a failed operation: its ID, for "Try again". */
  readonly operation: string | null;
  /** For done: text with an optional undo. */
  readonly text: string;
  readonly undo: (() => Promise<void>) | null;
}

/** The window's whole state. Views read it through selectors and change it only by {@link AppActions}. */
export interface AppState {
  readonly start: RequestOutput<'app.start'> | null;
  readonly settings: Settings;
  readonly language: Language;
  readonly graph: ImageGraph | null;
  readonly index: GraphIndex | null;
  /** Why the graph could not be read; the last good graph stays. */
  readonly graphProblem: Problem | null;
  readonly selection: Selection;
  /** Text of the filter field; '' shows everything. */
  readonly filter: string;
  /** Keys of families that are hidden by the sidebar's check boxes. */
  readonly hiddenFamilies: ReadonlySet<string>;
  readonly dialog: DialogState | null;
  readonly paletteOpen: boolean;
  readonly operationsOpen: boolean;
  /** Newest first. */
  readonly operations: readonly OperationState[];
  readonly notices: readonly Notice[];
  readonly maximized: boolean;
  readonly windowFocused: boolean;
  /** Whether {@link AppActions.undoLast} has something to undo. */
  readonly canUndo: boolean;
  /** An image that the view should bring into sight; the number makes the same image new. */
  readonly reveal: { readonly id: number; readonly image: ImageId } | null;
  /** The last thing to be read aloud; the number makes equal texts new. */
  readonly announcement: { readonly id: number; readonly text: string };
}

/** Everything that can be done; each is also a palette entry where that makes sense. */
export interface AppActions {
  /** Reads the first state and starts listening. */
  begin(): Promise<void>;
  refreshGraph(): Promise<void>;
  changeSettings(change: Partial<Settings>): void;
  selectImage(id: ImageId, how: 'only' | 'toggle' | 'extend', order?: readonly ImageId[]): void;
  selectImages(ids: readonly ImageId[]): void;
  selectLayer(layer: ChainId): void;
  clearSelection(): void;
  /** Selects an image and brings it into sight. */
  revealImage(id: ImageId): void;
  setFilter(text: string): void;
  toggleFamily(key: string): void;
  /** Takes away everything that hides images: filter, families, dangling. */
  showEverything(): void;
  openDialog(dialog: DialogState): void;
  closeDialog(): void;
  setPalette(open: boolean): void;
  setOperationsOpen(open: boolean): void;
  /** Opens the native dialog (for a folder if `directory`) and loads what was chosen. */
  chooseAndLoad(directory?: boolean): Promise<void>;
  loadFiles(files: readonly PickedFile[]): Promise<void>;
  loadDropped(files: readonly File[]): Promise<void>;
  loadSamples(): Promise<void>;
  tag(image: ImageId, reference: string): Promise<Problem | null>;
  /** Takes the name away; a notice offers undo. */
  untag(name: string): Promise<void>;
  rename(from: string, to: string): Promise<Problem | null>;
  remove(images: readonly ImageId[], names: readonly string[]): Promise<void>;
  prune(): Promise<void>;
  /** Opens the native dialog and saves; `what` holds image IDs or names. */
  save(what: readonly string[], format: Settings['saveFormat']): Promise<void>;
  cancelOperation(id: string): Promise<void>;
  dismissOperation(id: string): Promise<void>;
  retryOperation(id: string): Promise<void>;
  copy(text: string): Promise<void>;
  /** Shows a file that we wrote in the file manager. */
  showFile(token: string): Promise<void>;
  undoLast(): Promise<void>;
  dismissNotice(id: number): void;
  /** Reads a text aloud to people who use a screen reader. */
  announce(text: string): void;
  windowControl(action: 'minimize' | 'maximize' | 'close'): void;
}
