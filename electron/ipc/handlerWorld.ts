import type { EventName, EventPayload, RequestOutput, ViewFormat } from '../../shared/ipc/contract';
import type { Settings } from '../../shared/ipc/settings';
import type { ActionContext } from '../actions/ground/context';
import type { OpenedPlaces } from '../place/opened/openedPlaces';
import type { OtherStores } from '../otherStores';
import type { Places } from '../place/places';
import type { SourceList } from '../place/sourceList';
import type { Terminals } from '../run/terminals';
import type { RaisedLimit } from './fileLimits';
import type { FileTokens } from './fileTokens';
import type { Caller } from './handlerMap';
import type { Operations } from './operations';
import type { PasteQuestion, TerminalQuestion } from './terminalGate';
import type { TypedInput } from './typedInput';

/** What archives are asked for. */
export interface ArchiveChoice {
  /** One folder instead of files. */
  readonly directory: boolean;
  /** To load them, to look at them where they lie, to put them on the list of sources, or to say what the target of a save has; then a list of layers will do, too. The folder of a `store` may be made there. */
  readonly purpose: 'load' | 'look' | 'add' | 'held' | 'import' | 'store';
}

/** What the handlers need of the world; the parts that touch Electron are functions, so that this file does not. */
export interface HandlerWorld {
  readonly context: ActionContext;
  readonly operations: Operations;
  /** Where images are, the store among them. */
  readonly places: Places;
  /** Of these what was opened without being loaded. */
  readonly opened: Pick<OpenedPlaces, 'close' | 'ready' | 'pathOf'>;
  /** The person's list of places. */
  readonly list: SourceList;
  readonly files: FileTokens;
  readonly terminals: Terminals;
  /** Starts loading a path; the token is for "Try again", `raise` holds for the token from now on. */
  readonly startLoad: (path: string, retryToken: string, raise?: RaisedLimit) => string;
  /** Starts looking at what lies at a path, in the same way; with `adds` it is put on the person's list when it is known to be one. */
  readonly startLook: (path: string, retryToken: string, raise?: RaisedLimit, adds?: boolean) => string;
  readonly app: () => Pick<
    RequestOutput<'app.start'>,
    'version' | 'platform' | 'locale' | 'storePath' | 'windowButtons'
  >;
  /** Other stores, each of which opens in a window of its own. */
  readonly stores: Pick<OtherStores, 'offered' | 'open'>;
  readonly settings: { read(): Settings; change(change: Partial<Settings>): Settings };
  readonly chooseArchives: (caller: Caller, options: ArchiveChoice) => Promise<readonly string[]>;
  readonly chooseTarget: (caller: Caller, suggestion: string) => Promise<string | null>;
  /** Asks where to copy one file or folder to; null when it was dismissed. */
  readonly chooseCopy: (caller: Caller, suggestion: string) => Promise<string | null>;
  /** Asks where to write a view's picture or data to; null when it was dismissed. */
  readonly chooseViewFile: (caller: Caller, suggestion: string, format: ViewFormat) => Promise<string | null>;
  /** Asks in a native dialog whether a terminal may reach beyond its container. */
  readonly askTerminal: (caller: Caller, question: TerminalQuestion) => Promise<boolean>;
  /** Asks there whether an engine is to be added by its address, to which images can be copied from then on. */
  readonly askEngine: (caller: Caller, address: string) => Promise<boolean>;
  /** Asks there whether a text may be pasted into such a terminal. */
  readonly askPaste: (caller: Caller, question: PasteQuestion) => Promise<boolean>;
  /** What the person really did in the caller's window. */
  readonly person: (caller: Caller) => Pick<TypedInput, 'active' | 'use' | 'take'>;
  /** Calls back when a page has ended or begins anew: nothing shows any more what it had open. */
  readonly onPageGone: (listener: (caller: Caller) => void) => void;
  readonly showFile: (path: string) => void;
  /** Opens a folder in the file manager. */
  readonly openFolder: (path: string) => Promise<void>;
  /** Sends an event to every window. */
  readonly send: <N extends EventName>(name: N, payload: EventPayload<N>) => void;
  readonly writeClipboard: (text: string) => void;
  readonly readClipboard: () => Promise<string>;
  readonly isMaximized: (caller: Caller) => boolean;
  readonly controlWindow: (caller: Caller, action: 'minimize' | 'maximize' | 'close') => void;
}
