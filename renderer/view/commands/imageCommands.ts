import type { ImageId } from '../../../shared/image/digest';
import { filterGraph } from '../../../shared/graph/filterGraph';
import { isEngine, isHome, isOpened, placeCan } from '../../../shared/ipc/placeKinds';
import type { Settings } from '../../../shared/ipc/settings';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { describeProblem } from '../../../shared/text/problemText';
import { visibleText } from '../../../shared/text/format';
import { translator, type Translate } from '../../../shared/text/catalogue';
import { appState, currentActions } from '../../store/hooks';
import { currentSource, sourceName, whyNotHere } from '../../store/sources';
import type { AppActions, AppState, Selection } from '../../store/state';
import { paneControl } from '../../ui/focusBack';
import type { IconName } from '../../ui/Icon';
import { keyText, type Chord } from '../keys';
import { currentExport } from '../export/currentExport';
import { formatsOf, takeAway } from '../export/exportView';
import { sourceIcon } from '../sourceIcon';
import { viewList } from '../viewList';

/** Something that can be done, as menus, the palette, shortcuts and the native menu offer it. */
export interface Command {
  /** Also the `action` of the native menu. */
  readonly id: string;
  readonly label: string;
  /** The label in English: what a search finds in any language. */
  readonly english: string;
  readonly icon: IconName | undefined;
  /** `selection`: works on what is selected; `view`: how things are shown; `app`: all else. */
  readonly group: 'selection' | 'view' | 'app';
  readonly chord: Chord | undefined;
  /** Keys as people read them. */
  readonly shortcut: string | undefined;
  readonly danger: boolean;
  /** Why it cannot be used now. */
  readonly disabledReason: string | null;
  readonly run: () => void;
}

interface Spec {
  readonly id: string;
  readonly label: string;
  readonly group: Command['group'];
  readonly run: () => void;
  readonly icon?: IconName;
  readonly chord?: Chord | undefined;
  readonly danger?: boolean;
  readonly disabledReason?: string | null;
}

const ctrl = (key: string, shift = false): Chord => ({ key, ctrl: true, shift });
const plain = (key: string): Chord => ({ key, ctrl: false, shift: false });

/** Names of one image that commands are offered for; the inspector has all of them. */
const namesOffered = 50;

function selectionCommands(state: AppState, selection: Selection, t: Translate, act: AppActions): Spec[] {
  const images = selection.images.flatMap((id) => state.index?.images.get(id) ?? []);
  const count = images.length;
  const [only] = images;
  const one = count === 1 && only ? only : null;
  const name = one ? visibleText(displayName(one)) : '';
  const none = count === 0 ? t('command.nothingSelected') : null;
  const single = one ? null : count === 0 ? t('command.nothingSelected') : t('command.selectOne');
  const ids = images.map(({ id }) => id);
  const first = one?.names[0];
  const refused = whyNotHere(state, 'write', t);
  const opened = isOpened(state.source);
  const chosen = count > 0 || selection.layer !== null;
  return [
    ...copyCommands(state, selection.images, name, act, t),
    {
      id: 'save',
      label: count === 0 ? t('command.save.plain') : t('command.save', { images: count, name }),
      icon: 'save',
      group: 'selection',
      chord: ctrl('s'),
      disabledReason: none,
      run: () => void act.save(ids, state.settings.saveFormat),
    },
    {
      id: 'save.options',
      label: t('command.save.options'),
      icon: 'save',
      group: 'selection',
      chord: ctrl('s', true),
      disabledReason: none ?? whyNotHere(state, 'form', t),
      run: () => act.openDialog({ kind: 'save', what: ids }),
    },
    {
      id: 'tag',
      label: one ? t('command.tag', { name }) : t('command.tag.plain'),
      icon: 'tag',
      group: 'selection',
      chord: plain('t'),
      disabledReason: single ?? refused,
      run: () => one && act.openDialog({ kind: 'tag', image: one.id }),
    },
    {
      id: 'rename',
      label:
        first === undefined ? t('command.rename.plain') : t('command.rename', { name: visibleText(first) }),
      icon: 'edit',
      group: 'selection',
      chord: plain('F2'),
      disabledReason: single ?? refused,
      run: () =>
        one &&
        act.openDialog(
          first === undefined ? { kind: 'tag', image: one.id } : { kind: 'rename', name: first },
        ),
    },
    ...(one?.names ?? []).slice(0, namesOffered).map((reference): Spec => ({
      id: `untag ${reference}`,
      label: t('command.untag', { name: visibleText(reference) }),
      icon: 'close',
      group: 'selection',
      disabledReason: refused ?? (one?.names.length === 1 ? whyNotHere(state, 'lastName', t) : null),
      run: () => one && void act.untag(one.id, reference),
    })),
    {
      id: 'copyId',
      label: count === 0 ? t('command.copyId.plain') : t('command.copyId', { images: count }),
      icon: 'copy',
      group: 'selection',
      chord: ctrl('c'),
      disabledReason: none,
      run: () => void act.copy(ids.join('\n')),
    },
    {
      id: 'compare',
      label: t('command.compare'),
      icon: 'compare',
      group: 'selection',
      chord: plain('c'),
      disabledReason: count === 2 ? null : t('command.compare.two'),
      run: () => {
        const [first, second] = ids;
        if (first !== undefined && second !== undefined) act.openPage({ kind: 'compare', first, second });
      },
    },
    {
      id: 'compare.home',
      label: t('place.compare'),
      icon: 'compare',
      group: 'selection',
      disabledReason: single ?? (opened ? whyNotHere(state, 'inside', t) : t('place.compare.inStore')),
      run: () => one && act.openDialog({ kind: 'compareHome', image: one.id }),
    },
    ...treeCommands(state, one, single, act, t),
    {
      id: 'lineage',
      label: t('command.lineage'),
      icon: 'graph',
      group: 'selection',
      chord: plain('l'),
      disabledReason: single,
      run: () => one && act.focusLineage({ image: one.id, direction: 'both' }),
    },
    {
      id: 'selectAll',
      label: t('command.selectAll'),
      group: 'app',
      chord: ctrl('a'),
      run: () => act.selectImages(imagesInSight(state)),
    },
    {
      id: 'clearSelection',
      label: t('command.clearSelection'),
      group: 'app',
      chord: chosen || !opened ? plain('Escape') : undefined,
      disabledReason: chosen ? null : t('command.nothingSelected'),
      run: () => act.clearSelection(),
    },
    ...(opened
      ? [
          {
            id: 'place.close',
            label: t('place.close.of', { name: sourceName(currentSource(state), t) }),
            icon: 'close' as const,
            group: 'app' as const,
            // Esc steps back: out of the selection first, then out of what was opened.
            chord: chosen || state.page.kind !== 'images' ? undefined : plain('Escape'),
            run: () => void act.closePlace(state.source),
          },
        ]
      : []),
    {
      id: 'remove',
      label: count === 0 ? t('command.remove.plain') : t('command.remove', { images: count, name }),
      icon: 'delete',
      group: 'selection',
      chord: plain('Delete'),
      danger: true,
      disabledReason: none ?? refused,
      run: () => act.openDialog({ kind: 'remove', images: ids, names: [] }),
    },
  ];
}

/** What makes a tree of an image: workspaces, mounts, runs, and what is made of its layers. */
function treeCommands(
  state: AppState,
  one: ImageNode | null,
  single: string | null,
  act: AppActions,
  t: Translate,
): Spec[] {
  single ??= whyNotHere(state, 'mount', t);
  const blocked = state.mountSupport?.problem ?? null;
  const unavailable = blocked === null ? null : describeProblem(blocked, state.language).explanation;
  const only = one && one.layers.length < 2 ? t('command.squash.one') : null;
  return [
    {
      id: 'workspace',
      label: t('command.workspace'),
      icon: 'workspace',
      group: 'selection',
      chord: plain('w'),
      disabledReason: single,
      run: () => one && act.openDialog({ kind: 'workspace', image: one.id }),
    },
    {
      id: 'mount',
      label: t('command.mount'),
      icon: 'mount',
      group: 'selection',
      chord: plain('m'),
      disabledReason: single ?? unavailable,
      run: () => one && void act.mountImage(one.id),
    },
    {
      id: 'run',
      label: t('command.run'),
      icon: 'play',
      group: 'selection',
      chord: plain('r'),
      disabledReason: single ?? unavailable,
      run: () => one && act.openDialog({ kind: 'run', tree: { image: one.id } }),
    },
    {
      id: 'squash',
      label: t('command.squash'),
      icon: 'squash',
      group: 'selection',
      disabledReason: single ?? only,
      run: () => one && act.openDialog({ kind: 'squash', image: one.id, from: null }),
    },
    {
      id: 'export',
      label: t('command.export'),
      icon: 'save',
      group: 'selection',
      disabledReason: single,
      run: () => one && void act.exportRootfs({ image: one.id }),
    },
  ];
}

/** Copies between places: into the store from another place in view, and from what has layers to each engine that runs. */
function copyCommands(
  { source, sources }: AppState,
  images: readonly ImageId[],
  name: string,
  act: AppActions,
  t: Translate,
): Spec[] {
  const none = images.length === 0 ? t('command.nothingSelected') : null;
  const copyIn: Spec = {
    id: 'copyIn',
    label: none === null ? t('command.copyIn', { images: images.length, name }) : t('command.copyIn.plain'),
    icon: 'load',
    group: 'selection',
    chord: ctrl('d'),
    disabledReason: none,
    run: () => void act.copyIn(images),
  };
  const copyOut = sources
    .filter(({ id, state }) => isEngine(id) && state === 'ready')
    .map((engine): Spec => ({
      id: `copyOut ${engine.id}`,
      label: t('command.copyOut', { engine: visibleText(engine.name) }),
      icon: 'engine',
      group: 'selection',
      disabledReason: none,
      run: () => void act.copyOut(engine.id, images),
    }));
  return [...(isHome(source) ? [] : [copyIn]), ...(placeCan(source, 'inside') ? copyOut : [])];
}

/** Going from source to source. */
function sourceCommands({ sources, source }: AppState, t: Translate, act: AppActions): Spec[] {
  if (sources.length < 2) return [];
  return sources.map((each) => ({
    id: `source ${each.id}`,
    label: isHome(each.id)
      ? t('command.source.store')
      : t('command.source', { name: visibleText(each.name) }),
    icon: sourceIcon[each.kind],
    group: 'view',
    disabledReason: each.id === source ? t('command.source.here') : null,
    run: () => void act.showSource(each.id),
  }));
}

/** The images that every view shows: what the filter field and the sidebar leave. */
function imagesInSight({ index, filter, hiddenFamilies, settings }: AppState): readonly ImageId[] {
  if (!index) return [];
  const { showDangling } = settings;
  return filterGraph(index, { text: filter, hiddenFamilies, showDangling }).images.map(({ id }) => id);
}

function viewCommands(state: AppState, t: Translate, act: AppActions): Spec[] {
  const { settings } = state;
  const change = (to: Partial<Settings>) => () => {
    // Choosing a view means wanting to see it.
    if (to.view !== undefined) act.openPage({ kind: 'images' });
    act.changeSettings(to);
  };
  const themes = (['light', 'dark', 'system'] as const).map((theme) => ({
    id: `theme.${theme}`,
    label: t(`command.theme.${theme}`),
    group: 'view' as const,
    run: change({ theme }),
  }));
  return [
    ...viewList.map(({ id, icon, command, key }) => ({
      id: `view.${id}`,
      label: t(command),
      icon,
      group: 'view' as const,
      chord: ctrl(key),
      run: change({ view: id }),
    })),
    {
      id: 'sidebar',
      label: t('command.sidebar'),
      icon: 'sidebar',
      group: 'view',
      chord: ctrl('b'),
      run: change({ sidebar: !settings.sidebar }),
    },
    {
      id: 'inspector',
      label: t('command.inspector'),
      icon: 'inspector',
      group: 'view',
      chord: ctrl('i'),
      run: change({ inspector: !settings.inspector }),
    },
    {
      id: 'filter',
      label: t('command.filter'),
      icon: 'filter',
      group: 'view',
      chord: plain('/'),
      run: () => document.getElementById('filter')?.focus(),
    },
    ...(state.lineage
      ? [
          {
            id: 'lineage.leave',
            label: t('command.lineage.leave'),
            icon: 'graph' as const,
            group: 'view' as const,
            run: () => act.focusLineage(null),
          },
        ]
      : []),
    { id: 'nextPane', label: t('command.nextPane'), group: 'view', chord: plain('F6'), run: nextPane },
    {
      id: 'operations',
      label: t('command.operations'),
      icon: 'clock',
      group: 'view',
      run: () => act.setOperationsOpen(!state.operationsOpen),
    },
    ...themes,
    ...(['en', 'zh-CN'] as const).map((language) => ({
      id: `language.${language}`,
      label: t(`command.language.${language}`),
      group: 'view' as const,
      run: change({ language }),
    })),
    settings.density === 'regular'
      ? {
          id: 'density',
          label: t('command.density.compact'),
          group: 'view',
          run: change({ density: 'compact' }),
        }
      : {
          id: 'density',
          label: t('command.density.regular'),
          group: 'view',
          run: change({ density: 'regular' }),
        },
  ];
}

/** Ways to take the view in sight away. */
function exportCommands({ page, index }: AppState, t: Translate): Spec[] {
  if (page.kind !== 'images' || !index || index.graph.images.length === 0) return [];
  const offered = currentExport();
  return (offered ? formatsOf(offered) : []).map((format) => ({
    id: `export.${format}`,
    label: t(`command.export.${format}`),
    icon: 'save',
    group: 'view',
    run: () => void takeAway(format),
  }));
}

function appCommands(state: AppState, t: Translate, act: AppActions): Spec[] {
  const dangling = state.graph?.images.some(({ names }) => names.length === 0) === true;
  return [
    {
      id: 'load',
      label: t('command.load'),
      icon: 'load',
      group: 'app',
      chord: ctrl('o'),
      run: () => void act.chooseAndLoad(),
    },
    {
      id: 'load.directory',
      label: t('command.load.directory'),
      icon: 'folder',
      group: 'app',
      chord: ctrl('o', true),
      run: () => void act.chooseAndLoad(true),
    },
    {
      id: 'look',
      label: t('command.look'),
      icon: 'archive',
      group: 'app',
      run: () => void act.chooseAndLook(),
    },
    {
      id: 'look.directory',
      label: t('command.look.directory'),
      icon: 'folder',
      group: 'app',
      run: () => void act.chooseAndLook(true),
    },
    {
      id: 'samples',
      label: t('command.samples'),
      icon: 'archive',
      group: 'app',
      run: () => void act.loadSamples(),
    },
    {
      id: 'cleanup',
      label: t('command.cleanup'),
      icon: 'prune',
      group: 'app',
      disabledReason: whyNotHere(state, 'make', t),
      run: () => act.openDialog({ kind: 'cleanup' }),
    },
    {
      id: 'duplicates',
      label: t('command.duplicates'),
      icon: 'copy',
      group: 'app',
      disabledReason: whyNotHere(state, 'inside', t),
      run: () => act.openPage({ kind: 'duplicates' }),
    },
    {
      id: 'prune',
      label: t('command.prune'),
      icon: 'prune',
      group: 'app',
      disabledReason: whyNotHere(state, 'write', t) ?? (dangling ? null : t('command.prune.nothing')),
      run: () => act.openDialog({ kind: 'prune' }),
    },
    {
      id: 'undo',
      label: t('command.undo'),
      icon: 'undo',
      group: 'app',
      chord: ctrl('z'),
      disabledReason: state.canUndo ? null : t('command.undo.nothing'),
      run: () => void act.undoLast(),
    },
    {
      id: 'palette',
      label: t('command.palette'),
      icon: 'search',
      group: 'app',
      chord: ctrl('k'),
      run: () => act.setPalette(!state.paletteOpen),
    },
    {
      id: 'refresh',
      label: t('command.refresh'),
      icon: 'retry',
      group: 'app',
      chord: plain('F5'),
      run: () => void act.refreshGraph(),
    },
    {
      id: 'guide',
      label: t('command.guide'),
      icon: 'guide',
      group: 'app',
      run: () => act.openPage({ kind: 'guide' }),
    },
    {
      id: 'preferences',
      label: t('command.preferences'),
      icon: 'settings',
      group: 'app',
      chord: ctrl(','),
      run: () => act.openDialog({ kind: 'preferences' }),
    },
    {
      id: 'shortcuts',
      label: t('command.shortcuts'),
      icon: 'keyboard',
      group: 'app',
      chord: plain('F1'),
      run: () => act.openDialog({ kind: 'shortcuts' }),
    },
    {
      id: 'about',
      label: t('command.about'),
      icon: 'info',
      group: 'app',
      run: () => act.openDialog({ kind: 'about' }),
    },
  ];
}

/** Every command as it is now, for a selection other than the current one if told. */
export function commandsFor(selection?: Selection): readonly Command[] {
  const state = appState();
  const t = translator(state.language);
  const specs = specsIn(t, selection ?? state.selection);
  const english = state.language === 'en' ? specs : specsIn(translator('en'), selection ?? state.selection);
  return specs.map((spec, i) => ({
    danger: false,
    disabledReason: null,
    icon: undefined,
    chord: undefined,
    ...spec,
    english: english[i]?.label ?? spec.label,
    shortcut: spec.chord && keyText(spec.chord, t),
  }));
}

function specsIn(t: Translate, selection: Selection): readonly Spec[] {
  const state = appState();
  const act = currentActions();
  return [
    ...selectionCommands(state, selection, t, act),
    ...appCommands(state, t, act),
    ...viewCommands(state, t, act),
    ...exportCommands(state, t),
    ...sourceCommands(state, t, act),
  ];
}

/** Runs a command by its ID if it can be used now. */
export function runCommand(id: string): boolean {
  const command = commandsFor().find((other) => other.id === id);
  if (!command || command.disabledReason !== null) return false;
  command.run();
  return true;
}

/** Puts the focus into the next pane of the window, round and round. */
function nextPane(): void {
  const panes = [...document.querySelectorAll<HTMLElement>('[data-pane]')];
  const at = panes.findIndex((pane) => pane.contains(document.activeElement));
  for (let step = 1; step <= panes.length; step++) {
    const pane = panes[(at + step) % panes.length];
    const target = pane && paneControl(pane);
    if (target) {
      target.focus();
      return;
    }
  }
}
