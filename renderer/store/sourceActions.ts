import { home, isHome } from '../../shared/ipc/placeKinds';
import type { SourceId } from '../../shared/ipc/source';
import { coalesce } from './coalesce';
import type { Context } from './context';
import { whyNotTaken } from './copyTargets';
import { readGraph as readPieces } from './readGraph';
import { sourceName } from './sources';
import { keepExisting, noSelection } from './selection';
import type { AppActions } from './state';

type SourceActions = Pick<AppActions, 'showSource' | 'closePlace' | 'refreshSources' | 'copyTo'> & {
  /** Reads the graph of the source in view. */
  readonly readGraph: () => Promise<void>;
  /** The images of a source changed. */
  readonly sourceChanged: (source: SourceId) => void;
};

/** Where images are: the list of sources, the one in view, and copies between them. */
export function sourceActions(context: Omit<Context, 'refreshGraph'>): SourceActions {
  const { get, set, t, ask, attempt, addNotice, announce } = context;

  const readGraph = coalesce(async () => {
    const { source } = get();
    const reply = await readPieces(ask, source, get().graph?.revision);
    // Somebody went to another source meanwhile: that one is read next.
    if (get().source !== source) return;
    if (!reply.ok) {
      set({ graphProblem: reply.problem });
      return;
    }
    if (reply.value === null) {
      set({ graphProblem: null });
      return;
    }
    const { graph, index, leftOut } = reply.value;
    const { lineage, selection } = get();
    set({
      graph,
      index,
      leftOut,
      graphProblem: null,
      selection: keepExisting(selection, index),
      lineage: lineage && index.images.has(lineage.image) ? lineage : null,
    });
  });

  const refreshSources = coalesce(async () => {
    const reply = await ask('sources.list', {});
    if (!reply.ok) return;
    const before = get().sources.find(({ id }) => id === get().source);
    set({ sources: reply.value });
    const now = reply.value.find(({ id }) => id === get().source);
    // An engine in view that stopped, or came back, says so where its images are.
    const same = now?.state === before?.state && now?.problem?.code === before?.problem?.code;
    if (!isHome(get().source) && (!same || now === undefined)) void readGraph();
  });

  const showSource = async (source: SourceId): Promise<void> => {
    set({ page: { kind: 'images' }, operationsOpen: false, paletteOpen: false });
    if (get().source === source) return;
    set({
      source,
      graph: null,
      index: null,
      leftOut: null,
      graphProblem: null,
      selection: noSelection,
      reveal: null,
      lineage: null,
    });
    await readGraph();
  };

  return {
    readGraph,
    refreshSources,
    sourceChanged: (source) => {
      if (get().source === source) void readGraph();
    },
    showSource,
    closePlace: async (source) => {
      const name = sourceName(
        get().sources.find(({ id }) => id === source),
        t(),
      );
      if (get().source === source) await showSource(home);
      await attempt('source.close', { source });
      await refreshSources();
      announce(t()('place.closed', { name }));
    },
    copyTo: async (target, images) => {
      const { source, sources } = get();
      const to = sources.find(({ id }) => id === target);
      if (!to || images.length === 0) return;
      const refused = whyNotTaken(get(), to, t());
      if (refused !== null) {
        addNotice({ tone: 'done', problem: null, operation: null, text: refused, undo: null });
        return;
      }
      if (isHome(target)) await attempt('source.copyIn', { source, images });
      else await attempt('source.copyOut', { source: target, from: source, images });
    },
  };
}
