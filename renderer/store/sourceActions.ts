import type { FamilyColour } from '../../shared/graph/familyColours';
import { home, isHome, isOpened } from '../../shared/ipc/placeKinds';
import { visibleName, visibleText } from '../../shared/text/format';
import { storeTitle } from '../../shared/text/storeTitle';
import { maskedAddress } from '../../shared/text/maskedAddress';
import type { SourceId, SourceInfo } from '../../shared/ipc/source';
import { coalesce } from './coalesce';
import type { Context } from './context';
import { news, refusal, trouble } from './notices';
import { readGraph as readPieces } from './readGraph';
import { answers, sourceName, withoutPassed } from './sources';
import { goneOf, keepExisting, noSelection } from './selection';
import type { AppActions } from './state';

type SourceActions = Pick<
  AppActions,
  | 'openStore'
  | 'refreshStores'
  | 'showSource'
  | 'closePlace'
  | 'refreshSources'
  | 'addEngine'
  | 'keepSource'
  | 'removeSource'
> & {
  /** Reads the graph of the source in view. */
  readonly readGraph: () => Promise<void>;
  /** The images of a source changed. */
  readonly sourceChanged: (source: SourceId) => void;
};

/** Images of a selection that are named when they are gone. */
const goneTold = 3;

/** Where images are: the list of sources, the one in view, and copies between them. */
export function sourceActions(context: Omit<Context, 'refreshGraph'>): SourceActions {
  const { get, set, t, ask, attempt, addNotice, announce } = context;

  /** What families have been drawn in, in whatever place: so they are known again while images come and go. */
  const colours = new Map<string, FamilyColour>();
  const readOf = async (source: SourceId): Promise<void> => {
    if (get().source !== source) return;
    const listed = get().sources.find(({ id }) => id === source);
    const known = listed?.state === 'ready' || !isOpened(source);
    const opened = known ? null : await ask('source.open', { source });
    if (get().source !== source) return;
    const reply =
      opened?.ok === false ? opened : await readPieces(ask, source, get().graph?.revision, colours);
    // Somebody went to another source meanwhile: that one is read by itself.
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
    for (const { key, colour, dashed } of index.families) {
      colours.delete(key);
      colours.set(key, { colour, dashed });
    }
    const { lineage, selection, index: before } = get();
    const kept = keepExisting(selection, index);
    const gone = goneOf(selection, kept, before);
    set({
      graph,
      index,
      leftOut,
      graphProblem: null,
      selection: kept,
      lineage: lineage && index.images.has(lineage.image) ? lineage : null,
    });
    // A file that lies somewhere is changed by others alone: nobody here has asked for that.
    if (isOpened(source) && (gone.images.length > 0 || gone.isLayer)) {
      const place = nameOf(source);
      const names = gone.images.slice(0, goneTold).join(', ');
      const count = gone.images.length;
      addNotice(refusal((words) => words('place.selectionGone', { place, names, count, told: goneTold })));
    }
  };
  // Each source by itself: one that takes long keeps nobody from another.
  const readers = new Map<SourceId, () => Promise<void>>();
  const readGraph = (): Promise<void> => {
    const { source } = get();
    const reader = readers.get(source) ?? coalesce(() => readOf(source));
    readers.set(source, reader);
    return reader();
  };

  /** These answer again, or are closed: what they caused is over, and what could not be read of them is read again. */
  const cameBack = (back: readonly SourceId[]): void => {
    if (back.length === 0) return;
    const { backSince, notices } = get();
    const since = (id: SourceId): number => Math.max(Date.now(), (backSince.get(id) ?? 0) + 1);
    set({
      backSince: new Map([...backSince, ...back.map((id) => [id, since(id)] as const)]),
      notices: withoutPassed(notices, back),
    });
  };

  /** What was said of the person's list: once, until it is another. */
  let saidOfList = '';
  const checkList = async (): Promise<void> => {
    const reply = await ask('sources.check', {});
    const found = reply.ok ? '' : JSON.stringify(reply.problem);
    if (found === saidOfList) return;
    saidOfList = found;
    const { notices } = get();
    const stay = notices.filter(({ asked }) => asked !== 'sources.check');
    if (stay.length < notices.length) set({ notices: stay });
    if (!reply.ok) addNotice(trouble(reply.problem, { asked: 'sources.check' }));
  };

  const refreshSources = coalesce(async () => {
    void checkList();
    const reply = await ask('sources.list', {});
    if (!reply.ok) return;
    const { sources: known } = get();
    const before = known.find(({ id }) => id === get().source);
    set({ sources: reply.value });
    const isWell = (place: SourceInfo | undefined): boolean => place === undefined || answers(place);
    const listed = (id: SourceId): SourceInfo | undefined => reply.value.find((each) => each.id === id);
    // Of what was closed nothing is said any more, either.
    const back = known.filter((place) => (!isWell(place) || !listed(place.id)) && isWell(listed(place.id)));
    cameBack(back.map(({ id }) => id));
    // An engine in view that stopped, or came back, says so where its images are.
    const now = listed(get().source);
    const same = now?.state === before?.state && now?.problem?.code === before?.problem?.code;
    // What is on the list and could not be read was read for what is in view: that was said.
    const isSaid = before?.state === 'unread' && now?.state === 'refused' && get().graphProblem !== null;
    if (!isHome(get().source) && ((!same && !isSaid) || now === undefined)) void readGraph();
  });

  const showSource = async (source: SourceId): Promise<void> => {
    set({ page: { kind: 'images' }, operationsOpen: false, paletteOpen: false });
    const left = get().source;
    if (left === source) return;
    set({
      source,
      graph: null,
      index: null,
      leftOut: null,
      graphProblem: null,
      // What was refused was refused in the place that was in view, and what went wrong with that place alone is none of the next one: what
      // works in the background waits in the operations.
      notices: get().notices.filter(
        ({ tone, places = [] }) => tone !== 'refused' && (!places.includes(left) || places.includes(source)),
      ),
      selection: noSelection,
      reveal: null,
      lineage: null,
    });
    await readGraph();
  };

  const nameOf = (source: SourceId): string =>
    sourceName(
      get().sources.find(({ id }) => id === source),
      t(),
    );

  return {
    openStore: async (recent) => {
      const reply = await attempt('store.open', { recent });
      if (!reply) return;
      const { start } = get();
      if (start) set({ start: { ...start, stores: reply.stores } });
      const name = visibleName(storeTitle(reply.opened));
      addNotice(news((words) => words('app.storeOpens', { name })));
    },
    refreshStores: async () => {
      const stores = await ask('store.offered', {});
      const { start } = get();
      if (start && stores.ok) set({ start: { ...start, stores: stores.value } });
    },
    readGraph,
    refreshSources,
    sourceChanged: (source) => {
      if (get().source === source) void readGraph();
      // What was opened tells of a change when it was read anew, or could not be.
      if (isOpened(source))
        void refreshSources().then(() => {
          if (get().sources.some(({ id, state }) => id === source && state === 'ready')) cameBack([source]);
        });
    },
    showSource,
    closePlace: async (source) => {
      const name = nameOf(source);
      if (get().source === source) await showSource(home);
      await attempt('source.close', { source });
      await refreshSources();
      announce(t()('place.closed', { name }));
    },
    addEngine: async (address) => {
      const reply = await ask('sources.add', { what: { address } });
      if (!reply.ok) return reply.problem;
      if (!reply.value) return null;
      await refreshSources();
      const shown = visibleText(maskedAddress(address));
      addNotice(news((words) => words('source.added', { address: shown })));
      return null;
    },
    keepSource: async (source) => {
      if ((await attempt('sources.add', { what: { source } })) === null) return;
      await refreshSources();
      const name = nameOf(source);
      addNotice(news((words) => words('source.kept', { name })));
    },
    removeSource: async (source) => {
      const name = nameOf(source);
      const reply = await ask('sources.remove', { source });
      if (!reply.ok) return addNotice(trouble(reply.problem, { places: [source] }));
      await refreshSources();
      // What is found by itself, too, is listed still.
      if (get().source === source && !get().sources.some(({ id }) => id === source)) await showSource(home);
      addNotice(news((words) => words('source.removed', { name })));
    },
  };
}
