import type { Problem } from '../../shared/image/problem';
import type { OperationState } from '../../shared/ipc/operation';
import { filledIn, withFilled, withoutDone } from './forms';
import type { Form } from './formValues';
import { withoutSaved } from './savesAgain';
import type { AppState, AskedIn, ConfirmingDialog, DialogState } from './state';

/** The dialogs and pages that operations were asked for in. */
export interface OperationDialogs {
  /** What is asked for now, in a dialog or on a page, with its form, where it is one, and what stands in that once it is done. */
  readonly asking: (where: AskedIn['in'], form?: Form | null, leaves?: object) => AskedIn;
  /** Brings a dialog back where what it confirmed is not what it showed; false where that is not why, or another dialog stands. */
  readonly refused: (dialog: ConfirmingDialog, problem: Problem) => boolean;
  /** An operation does what was asked for. */
  readonly began: (operation: string, asked: AskedIn) => void;
  /**
   * It has ended: once it is done what was filled in for it goes, and else it stays. True where the dialog that confirmed it came
   * back, and says why.
   */
  readonly ended: (operation: OperationState) => boolean;
}

const isConfirming = (dialog: DialogState): dialog is ConfirmingDialog =>
  dialog.kind === 'remove' ||
  dialog.kind === 'prune' ||
  dialog.kind === 'cleanup' ||
  dialog.kind === 'removeWorkspace';

/** Keeps of every operation in what it was asked for, until it is done or dismissed. */
export function operationDialogs(
  get: () => AppState,
  set: (change: Partial<AppState>) => void,
): OperationDialogs {
  const refused: OperationDialogs['refused'] = (dialog, problem) => {
    if (problem.code !== 'shown-changed' || get().dialog !== null) return false;
    set({ dialog: { ...dialog, refused: problem }, operationsOpen: false, paletteOpen: false });
    return true;
  };
  const ended: OperationDialogs['ended'] = ({ id, status, problem }) => {
    const asked = get().askedIn.get(id);
    if (!asked) return false;
    if (status === 'done') {
      const askedIn = new Map(get().askedIn);
      askedIn.delete(id);
      set({ askedIn });
      if ('dialog' in asked.in && asked.in.dialog.kind === 'save')
        set({
          notices: withoutSaved(get().notices, { source: asked.source, what: asked.in.dialog.what }, get()),
        });
      if (!asked.filled) return false;
      const { form, sent } = asked.filled;
      const forms = withoutDone(get().forms, form, sent);
      set({ forms: Object.keys(asked.leaves).length > 0 ? withFilled(forms, form, asked.leaves) : forms });
      return false;
    }
    if (status !== 'failed' || !problem || !('dialog' in asked.in) || !isConfirming(asked.in.dialog))
      return false;
    if (!refused(asked.in.dialog, problem)) return false;
    set({ notices: get().notices.filter(({ operation }) => operation !== id) });
    return true;
  };
  return {
    asking: (where, form = null, leaves = {}) => {
      const { source, forms } = get();
      return {
        in: where,
        source,
        filled: form && { form, sent: filledIn(forms, form) },
        leaves,
      };
    },
    refused,
    ended,
    began: (id, asked) => {
      set({ askedIn: new Map(get().askedIn).set(id, asked) });
      // It may have ended before its start was answered.
      const operation = get().operations.find((each) => each.id === id);
      if (operation && operation.status !== 'running') ended(operation);
    },
  };
}
