import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../shared/ipc/bridge';
import { defaultSettings } from '../../shared/ipc/defaultSettings';
import { home, isHome } from '../../shared/ipc/placeKinds';
import type { SourceId } from '../../shared/ipc/placeKinds';
import type { Settings } from '../../shared/ipc/settings';
import { isSourceId } from '../../shared/ipc/source';
import { problemOf } from '../../shared/image/problem';
import { languageOf, translator, type Translate } from '../../shared/text/catalogue';
import { formatBytes, visibleText, type Language } from '../../shared/text/format';
import { lastAct, whyNoUndo, withFinal } from './acts';
import { cleanUpActions } from './cleanUpActions';
import type { Context } from './context';
import { copyActions } from './copyActions';
import { filledIn, withFilled, withoutDone } from './forms';
import { imageActions } from './imageActions';
import { afterAct, news, refusal, trouble, withNotice } from './notices';
import { operationActions } from './operationActions';
import { operationDialogs } from './operationDialogs';
import { noSelection, selectImage, selectLayer } from './selection';
import { sourceActions } from './sourceActions';
import { sourceName } from './sources';
import { settingsSender } from './settingsSender';
import type { AppActions, AppState } from './state';
import { workspaceActions } from './workspaceActions';

/** The window's state and everything that can be done to it, over one bridge. */
export interface App {
  readonly store: StoreApi<AppState>;
  readonly actions: AppActions;
  /** For views that read details (`image.inspect`) and previews. */
  readonly bridge: Bridge;
}

const initial: AppState = {
  start: null,
  settings: defaultSettings,
  language: 'en',
  source: home,
  sources: [],
  backSince: new Map(),
  keptRound: 0,
  graph: null,
  index: null,
  leftOut: null,
  graphProblem: null,
  page: { kind: 'images' },
  workspaces: [],
  mounts: [],
  mountSupport: null,
  asked: null,
  selection: noSelection,
  filter: '',
  lineage: null,
  hiddenFamilies: new Set(),
  dialog: null,
  forms: new Map(),
  askedIn: new Map(),
  paletteOpen: false,
  operationsOpen: false,
  operations: [],
  notices: [],
  maximized: false,
  windowFocused: true,
  acts: [],
  reveal: null,
  announcement: { id: 0, text: '' },
};

/** The language to show: the one of the settings, else the system's. */
function languageFor(settings: Settings, locale: string): Language {
  return settings.language === 'system' ? languageOf(locale) : settings.language;
}

/** The places that a request names. */
const placesIn = (input: unknown): readonly SourceId[] =>
  typeof input === 'object' && input !== null ? Object.values(input).filter(isSourceId) : [];

/** Makes the window's state over a bridge. Nothing is read before `actions.begin()`. */
export function createApp(bridge: Bridge): App {
  const store = createStore<AppState>(() => initial);
  const get = store.getState;
  const set = (change: Partial<AppState>): void => store.setState(change);
  const t = (): Translate => translator(get().language);
  let noticeCount = 0;

  const ask: Context['ask'] = async (name, input) => {
    try {
      return await bridge.request[name](input);
    } catch (thrown) {
      return { ok: false, problem: problemOf(thrown) };
    }
  };

  const addNotice: Context['addNotice'] = (notice) => {
    const id = ++noticeCount;
    set({ notices: withNotice(get().notices, { ...notice, id }, get().operations) });
    if (notice.say) announce(notice.say(t()));
  };

  const announce: Context['announce'] = (text) => {
    set({ announcement: { id: get().announcement.id + 1, text } });
  };

  const dialogs = operationDialogs(get, set);

  const attempt: Context['attempt'] = async (name, input, dialog) => {
    const reply = await ask(name, input);
    const asked = `${name} ${JSON.stringify(input)}`;
    if (reply.ok) {
      const { notices } = get();
      if (notices.some((notice) => notice.asked === asked))
        set({ notices: notices.filter((notice) => notice.asked !== asked) });
      return reply.value;
    }
    if (reply.problem.code !== 'cancelled' && !(dialog && dialogs.refused(dialog, reply.problem)))
      addNotice(trouble(reply.problem, { places: placesIn(input), asked }));
    return null;
  };

  const pushUndo: Context['pushUndo'] = ({ source, say, undo, undone }) => {
    let isTaken = false;
    const once = async (): Promise<void> => {
      if (isTaken) return;
      isTaken = true;
      set({
        acts: get().acts.filter((act) => act.undo !== once),
        notices: get().notices.filter((notice) => notice.undo !== once),
      });
      if (!(await undo())) return;
      if (undone) return addNotice(news(undone));
      const place = get().sources.find(({ id }) => id === source);
      addNotice(news((words) => words('app.undone', { what: say(words), place: sourceName(place, words) })));
    };
    did([...get().acts, { source, say, undo: once }]);
    return once;
  };

  const pushFinal: Context['pushFinal'] = (act) => did(withFinal(get().acts, act));

  /** What was said before may not be true any more. */
  const did = (acts: AppState['acts']): void => set({ acts, notices: afterAct(get().notices, acts) });

  const sendSettings = settingsSender(
    (change) => attempt('settings.change', change),
    (settings) => applySettings(settings),
  );
  const applySettings = (settings: Settings): void => {
    set({ settings, language: languageFor(settings, get().start?.locale ?? 'en') });
  };

  const tools = { get, set, t, ask, attempt, dialogs, addNotice, pushUndo, pushFinal, announce, bridge };
  const { readGraph: refreshGraph, sourceChanged, ...sources } = sourceActions(tools);
  const context: Context = { ...tools, refreshGraph };
  const pages = workspaceActions(context);
  const cleaning = cleanUpActions(context);
  const { copyTo, copyEnded } = copyActions(context);
  const { operationChanged, ...operations } = operationActions(context, {
    ...pages,
    ...cleaning,
    ...sources,
    copyEnded,
  });

  const keptChanged = (): void => set({ keptRound: get().keptRound + 1 });
  const begin = async (): Promise<void> => {
    bridge.on['store.changed'](() => {
      keptChanged();
      if (isHome(get().source)) void refreshGraph();
      void sources.refreshSources();
    });
    bridge.on['sources.changed'](() => void sources.refreshSources());
    bridge.on['source.changed'](({ source }) => sourceChanged(source));
    bridge.on['operation.changed'](operationChanged);
    bridge.on['workspaces.changed'](() => {
      keptChanged();
      void pages.refreshWorkspaces();
    });
    bridge.on['settings.unsaved'](({ problem }) => addNotice(trouble(problem)));
    bridge.on['window.state'](({ maximized, focused }) => {
      // Another window may have opened other stores while somebody was there.
      if (focused && !get().windowFocused) void sources.refreshStores();
      set({ maximized, windowFocused: focused });
    });
    const reply = await ask('app.start', {});
    if (!reply.ok) {
      set({ graphProblem: reply.problem });
      return;
    }
    const start = reply.value;
    set({ start, operations: start.operations, maximized: start.maximized });
    applySettings(start.settings);
    // A file that the app was started with may have failed before this window listened.
    for (const { id, status, problem, places: of } of start.operations) {
      if (status === 'failed' && problem) {
        addNotice(trouble(problem, { operation: id, places: of }));
      }
    }
    await refreshGraph();
    await sources.refreshSources();
    // What the app was started with to look at may be open already.
    const looked = start.operations.find(
      ({ result }) => result?.kind === 'look' && result.listed !== true,
    )?.result;
    if (looked?.kind === 'look' && get().sources.some(({ id }) => id === looked.source))
      await sources.showSource(looked.source);
    await pages.refreshWorkspaces();
  };

  const actions: AppActions = {
    begin,
    // After a failed start there is nothing to refresh yet: begin again.
    refreshGraph: async () => {
      if (get().start) return refreshGraph();
      const reply = await ask('app.start', {});
      if (!reply.ok) return set({ graphProblem: reply.problem });
      set({ start: reply.value, operations: reply.value.operations, maximized: reply.value.maximized });
      applySettings(reply.value.settings);
      return refreshGraph();
    },
    changeSettings: (change) => {
      // What was asked for in the view before is no wish of the next one, which shows what is selected.
      if (change.view !== undefined && change.view !== get().settings.view) set({ reveal: null });
      applySettings({ ...get().settings, ...change });
      sendSettings(change);
    },
    selectImage: (id, how, order) => set({ selection: selectImage(get().selection, id, how, order) }),
    selectImages: (ids) => set({ selection: { images: [...new Set(ids)], layer: null } }),
    selectLayer: (layer, run) => set({ selection: selectLayer(layer, run) }),
    clearSelection: () => set({ selection: noSelection }),
    revealImage: (image) =>
      set({
        page: { kind: 'images' },
        selection: { images: [image], layer: null },
        reveal: { id: (get().reveal?.id ?? 0) + 1, image },
      }),
    focusLineage: (lineage) => {
      set(lineage ? { lineage, page: { kind: 'images' } } : { lineage });
      if (lineage && get().settings.view !== 'graph') actions.changeSettings({ view: 'graph' });
    },
    revealInStore: async (image) => {
      await sources.showSource(home);
      actions.revealImage(image);
    },
    setFilter: (filter) => set({ filter }),
    toggleFamily: (key) => {
      const hiddenFamilies = new Set(get().hiddenFamilies);
      if (!hiddenFamilies.delete(key)) hiddenFamilies.add(key);
      set({ hiddenFamilies });
    },
    showEverything: () => {
      set({ filter: '', hiddenFamilies: new Set() });
      if (!get().settings.showDangling || get().settings.graphOnlyTagged) {
        actions.changeSettings({ showDangling: true, graphOnlyTagged: false });
      }
    },
    openDialog: (dialog) => set({ dialog, paletteOpen: false, operationsOpen: false }),
    closeDialog: () => set({ dialog: null }),
    fillIn: (form, values) => set({ forms: withFilled(get().forms, form, values) }),
    formDone: (form, sent = filledIn(get().forms, form)) =>
      set({ forms: withoutDone(get().forms, form, sent) }),
    setPalette: (paletteOpen) => set({ paletteOpen }),
    setOperationsOpen: (operationsOpen) => set({ operationsOpen }),
    ...operations,
    ...cleaning,
    ...sources,
    copyTo,
    ...imageActions(context, sources.showSource),
    ...pages,
    copy: async (text) => {
      if ((await ask('clipboard.write', { text })).ok) announce(t()('app.copied'));
    },
    writeView: async (name, format, bytes) => {
      const written = await attempt('view.write', { name, format, bytes });
      if (!written) return;
      const what = { file: visibleText(written.name), size: formatBytes(written.bytes) };
      addNotice(news((words) => words('export.done', what)));
    },
    showFile: async (token) => {
      await attempt('file.show', { file: token });
    },
    undoLast: async () => {
      const state = get();
      const undo = lastAct(state)?.undo;
      if (undo) await undo();
      else addNotice(refusal((words) => whyNoUndo(state, words)));
    },
    refuse: (say) => addNotice(refusal(say)),
    dismissNotice: (id) => set({ notices: get().notices.filter((notice) => notice.id !== id) }),
    announce,
    windowControl: (action) => void ask('window.control', { action }),
  };
  return { store, actions, bridge };
}
