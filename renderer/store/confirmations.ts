import type { Problem } from '../../shared/image/problem';
import type { OperationState } from '../../shared/ipc/operation';
import type { AppState, ConfirmingDialog } from './state';

/** What was confirmed in dialogs and may be refused because it is not what was shown any more. */
export interface Confirmations {
  /** Brings a dialog back where that is why; false where it is not, or another dialog stands. */
  readonly refused: (dialog: ConfirmingDialog, problem: Problem) => boolean;
  /** An operation does what a dialog confirmed. */
  readonly began: (operation: string, dialog: ConfirmingDialog) => void;
  /** Brings the dialog of a failed operation back; false where there is none, or as {@link Confirmations.refused}. */
  readonly failed: (operation: OperationState) => boolean;
}

/** Keeps what was confirmed until it has ended. */
export function confirmations(get: () => AppState, set: (change: Partial<AppState>) => void): Confirmations {
  const dialogs = new Map<string, ConfirmingDialog>();
  const refused: Confirmations['refused'] = (dialog, problem) => {
    if (problem.code !== 'shown-changed' || get().dialog !== null) return false;
    set({ dialog: { ...dialog, refused: problem }, operationsOpen: false, paletteOpen: false });
    return true;
  };
  const failed: Confirmations['failed'] = ({ id, problem }) => {
    const dialog = dialogs.get(id);
    dialogs.delete(id);
    if (!dialog || !problem || !refused(dialog, problem)) return false;
    set({ notices: get().notices.filter(({ operation }) => operation !== id) });
    return true;
  };
  return {
    refused,
    failed,
    began: (id, dialog) => {
      for (const { id: ended, status } of get().operations) if (status !== 'running') dialogs.delete(ended);
      dialogs.set(id, dialog);
      // It may have ended before its start was answered.
      const operation = get().operations.find((each) => each.id === id);
      if (operation?.status === 'failed') failed(operation);
    },
  };
}
