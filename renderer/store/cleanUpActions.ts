import { formatBytes } from '../../shared/text/format';
import type { Context } from './context';
import { keptForText } from './operationText';
import type { AppActions } from './state';

/** Cleaning up, taking it back, and freeing for good. */
export function cleanUpActions({
  attempt,
  confirmed,
  addNotice,
  refreshGraph,
  t,
}: Context): Pick<AppActions, 'cleanUp' | 'undoCleanUp' | 'collectGarbage'> {
  const news = (text: string): void =>
    addNotice({ tone: 'done', problem: null, operation: null, text, undo: null });
  return {
    cleanUp: async (what) => {
      const started = await attempt('cleanup.start', what);
      if (started) confirmed.began(started.operation, { kind: 'cleanup' });
    },
    undoCleanUp: async (trash) => {
      const answer = await attempt('cleanup.undo', { trash });
      if (!answer) return;
      await refreshGraph();
      news(t()(answer.restored ? 'cleanup.restored' : 'cleanup.tooLate'));
    },
    collectGarbage: async (trash) => {
      const answer = await attempt('cleanup.collect', { trash: [...trash] });
      if (!answer) return;
      await refreshGraph();
      news(
        t()('cleanup.collected', { size: formatBytes(answer.freedBytes) }) + keptForText(answer.keptFor, t()),
      );
    },
  };
}
