import { formatBytes } from '../../shared/text/format';
import type { Context } from './context';
import { news, refusal } from './notices';
import { keptForText } from './operationText';
import type { AppActions } from './state';

/** Cleaning up, taking it back, and freeing for good. */
export function cleanUpActions({
  get,
  set,
  ask,
  attempt,
  confirmed,
  addNotice,
  refreshGraph,
}: Context): Pick<AppActions, 'cleanUp' | 'undoCleanUp' | 'collectGarbage'> {
  return {
    cleanUp: async (what) => {
      const started = await attempt('cleanup.start', what);
      if (started) confirmed.began(started.operation, { kind: 'cleanup' });
    },
    undoCleanUp: async (trash) => {
      const answer = await attempt('cleanup.undo', { trash });
      if (!answer) return;
      await refreshGraph();
      if (!answer.restored) return addNotice(refusal((t) => t('cleanup.tooLate')));
      // The foot of the window would else say that they were deleted.
      const undone = get().operations.filter(
        ({ result }) => result?.kind === 'cleanup' && result.trash === trash,
      );
      set({ operations: get().operations.filter((operation) => !undone.includes(operation)) });
      for (const { id } of undone) void ask('operation.dismiss', { operation: id });
      addNotice(news((t) => t('cleanup.restored')));
    },
    collectGarbage: async (trash) => {
      const answer = await attempt('cleanup.collect', { trash: [...trash] });
      if (!answer) return;
      await refreshGraph();
      const size = formatBytes(answer.freedBytes);
      addNotice(news((t) => t('cleanup.collected', { size }) + keptForText(answer.keptFor, t)));
    },
  };
}
