import type { Bridge } from '../../shared/ipc/bridge';
import type { RequestInput, RequestName, RequestOutput } from '../../shared/ipc/contract';
import type { Reply } from '../../shared/ipc/reply';
import type { Translate } from '../../shared/text/catalogue';
import type { OperationDialogs } from './operationDialogs';
import type { Act, AppState, ConfirmingDialog, Notice, Say } from './state';

/** What the action groups work with. */
export interface Context {
  readonly get: () => AppState;
  readonly set: (change: Partial<AppState>) => void;
  readonly t: () => Translate;
  /** A request; what is thrown on the way becomes a problem. */
  readonly ask: <N extends RequestName>(name: N, input: RequestInput<N>) => Promise<Reply<RequestOutput<N>>>;
  /** The same; a problem becomes a notice, or brings back the dialog that confirmed it, and null is given. */
  readonly attempt: <N extends RequestName>(
    name: N,
    input: RequestInput<N>,
    dialog?: ConfirmingDialog,
  ) => Promise<RequestOutput<N> | null>;
  readonly dialogs: OperationDialogs;
  readonly addNotice: (notice: Omit<Notice, 'id'>) => void;
  /**
   * Keeps how something that was done in a place is taken back; what it gives does so, once, and says so where `undo` answers true:
   * that it is undone, or `undone` where that is not all of what was done.
   */
  readonly pushUndo: (
    act: Omit<Act, 'undo'> & { readonly undo: () => Promise<boolean>; readonly undone?: Say },
  ) => () => Promise<void>;
  /** Something was done in a place that cannot be taken back. */
  readonly pushFinal: (act: Omit<Act, 'undo'>) => void;
  readonly announce: (text: string) => void;
  readonly refreshGraph: () => Promise<void>;
  readonly bridge: Bridge;
}
