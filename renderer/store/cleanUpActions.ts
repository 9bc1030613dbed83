import type { OperationState } from '../../shared/ipc/operation';
import { formatBytes } from '../../shared/text/format';
import type { Context } from './context';
import { news, refusal } from './notices';
import { trashOf } from './operationList';
import { keptForText } from './operationText';
import type { AppActions } from './state';

/** Cleaning up, taking it back, and freeing for good. */
export function cleanUpActions({
  get,
  set,
  ask,
  attempt,
  dialogs,
  addNotice,
  refreshGraph,
}: Context): Pick<AppActions, 'cleanUp' | 'undoCleanUp' | 'collectGarbage'> {
  return {
    cleanUp: async (what) => {
      const asked = dialogs.asking({ dialog: { kind: 'cleanup' } });
      const started = await attempt('cleanup.start', what);
      if (started) dialogs.began(started.operation, asked);
    },
    undoCleanUp: async (trash) => {
      const answer = await attempt('cleanup.undo', { trash });
      if (!answer) return;
      await refreshGraph();
      if (!answer.restored) return addNotice(refusal((t) => t('cleanup.tooLate')));
      // The foot of the window would else say that they were deleted.
      const undone = get().operations.filter(({ result }) => trashOf(result) === trash);
      set({ operations: get().operations.filter((operation) => !undone.includes(operation)) });
      for (const { id } of undone) void ask('operation.dismiss', { operation: id });
      addNotice(news((t) => t('cleanup.restored')));
    },
    collectGarbage: async (trash) => {
      const answer = await attempt('cleanup.collect', { trash: [...trash] });
      if (!answer) return;
      await refreshGraph();
      const gone = new Set(trash);
      /** What is free cannot be put back any more. */
      const freed = (operation: OperationState): OperationState => {
        const { result } = operation;
        if (result === null || !('trash' in result) || !gone.has(result.trash ?? '')) return operation;
        return { ...operation, result: { ...result, trash: null } };
      };
      set({ operations: get().operations.map(freed) });
      const size = formatBytes(answer.freedBytes);
      addNotice(news((t) => t('cleanup.collected', { size }) + keptForText(answer.keptFor, t)));
    },
  };
}
