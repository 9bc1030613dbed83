import { formatBytes } from '../../shared/text/format';
import type { Context } from './appStore';
import type { AppActions } from './state';

/** Cleaning up, taking it back, and freeing for good. */
export function cleanUpActions({
  attempt,
  addNotice,
  refreshGraph,
  t,
}: Context): Pick<AppActions, 'cleanUp' | 'undoCleanUp' | 'collectGarbage'> {
  const news = (text: string): void =>
    addNotice({ tone: 'done', problem: null, operation: null, text, undo: null });
  return {
    cleanUp: async (what) => {
      await attempt('cleanup.start', what);
    },
    undoCleanUp: async (trash) => {
      const answer = await attempt('cleanup.undo', { trash });
      if (!answer) return;
      await refreshGraph();
      news(t()(answer.restored ? 'cleanup.restored' : 'cleanup.tooLate'));
    },
    collectGarbage: async () => {
      const answer = await attempt('cleanup.collect', {});
      if (!answer) return;
      await refreshGraph();
      news(t()('cleanup.collected', { size: formatBytes(answer.freedBytes) }));
    },
  };
}
