import { useEffect, type ComponentType, type ReactNode } from 'react';
import type { Settings } from '../../shared/ipc/settings';
import { isHome } from '../../shared/ipc/placeKinds';
import { useActions, useApp, useT } from '../store/hooks';
import { useKeptFocus } from '../ui/focusBack';
import { OverModal } from '../ui/overModal';
import { TooltipLayer } from '../ui/Tooltip';
import { ComparePage } from './compare/ComparePage';
import { Dialogs } from './dialogs/Dialogs';
import { DragLayer } from './drag/DragLayer';
import { DuplicatesPage } from './duplicates/DuplicatesPage';
import { GraphView } from './graph/GraphView';
import { GuidePage } from './guide/GuidePage';
import { Inspector } from './inspector/Inspector';
import { MapView } from './map/MapView';
import { MountPage } from './mount/MountPage';
import { OverlapView } from './overlap/OverlapView';
import { CommandPalette } from './palette/CommandPalette';
import { DropOverlay } from './shell/DropOverlay';
import { EmptyStore } from './shell/EmptyStore';
import { Notices } from './shell/Notices';
import { OperationsBar } from './shell/OperationsBar';
import { Rail } from './shell/Rail';
import { Sidebar } from './shell/Sidebar';
import { SourceEmpty, SourceLeftOut, SourceTrouble, SourceWaits } from './shell/SourceTrouble';
import { Splitter } from './shell/Splitter';
import { Toolbar } from './shell/Toolbar';
import { WindowButtons } from './shell/WindowButtons';
import { StrataView } from './strata/StrataView';
import { TableView } from './table/TableView';
import { drawsSidebar } from './drawsSidebar';
import { useAppearance } from './useAppearance';
import { useMedia } from './useMedia';
import { useShortcuts } from './useShortcuts';
import { useGoneTerminals } from './workspace/useGoneTerminals';
import { WorkspacePage } from './workspace/WorkspacePage';

/** What draws each view. */
const viewComponents: Readonly<Record<Settings['view'], ComponentType>> = {
  graph: GraphView,
  strata: StrataView,
  map: MapView,
  overlap: OverlapView,
  table: TableView,
};

const frame = <WindowButtons />;

/** The whole window. */
export function App(): ReactNode {
  useAppearance();
  useShortcuts();
  useKeptFocus();
  useGoneTerminals();
  const ready = useApp((state) => state.graph !== null);
  const bare = useApp((state) => state.graph?.images.length === 0);
  const inStore = useApp((state) => isHome(state.source));
  const empty = bare && inStore;
  const sidebar = useApp((state) => state.settings.sidebar && drawsSidebar(state));
  const inspector = useApp((state) => state.settings.inspector);
  const View = viewComponents[useApp((state) => state.settings.view)];
  const selected = useApp(({ selection }) => selection.images.length > 0 || selection.layer !== null);
  const dialog = useApp((state) => state.dialog !== null);
  const palette = useApp((state) => state.paletteOpen);
  const page = useApp((state) => state.page);
  const announcement = useApp((state) => state.announcement);
  const t = useT();
  return (
    <div className="app">
      <Toolbar empty={empty} />
      {page.kind === 'guide' ? (
        <GuidePage />
      ) : empty ? (
        // What was opened is nowhere else: a first start has no sidebar.
        <div className="panes">
          {sidebar && <LeftPane />}
          <EmptyStore />
        </div>
      ) : page.kind !== 'images' ? (
        <div className="panes">
          {sidebar && <LeftPane />}
          {page.kind === 'workspace' ? (
            <WorkspacePage key={page.name} name={page.name} />
          ) : page.kind === 'duplicates' ? (
            <DuplicatesPage />
          ) : page.kind === 'compare' ? (
            <ComparePage
              key={`${page.first} ${page.second} ${page.from ?? ''} ${page.other ?? ''}`}
              first={page.first}
              second={page.second}
              from={page.from}
              other={page.other}
            />
          ) : (
            <MountPage key={page.mount} mount={page.mount} />
          )}
        </div>
      ) : (
        <div className="panes" data-selected={selected}>
          {sidebar && <LeftPane />}
          <main className="main" aria-label={t('app.main')}>
            <SourceTrouble />
            <SourceLeftOut />
            {!ready ? <SourceWaits /> : bare ? <SourceEmpty /> : <View />}
          </main>
          {inspector && ready && <PaneEdge pane="inspector" />}
          {inspector && ready && <Inspector />}
        </div>
      )}
      <div className="notices-place">
        <Notices />
      </div>
      <OperationsBar />
      <OverModal.Provider value={frame}>
        {dialog && <Dialogs />}
        {palette && <CommandPalette />}
      </OverModal.Provider>
      <DropOverlay />
      <DragLayer />
      <TooltipLayer />
      <div className="visually-hidden" role="status" aria-live="polite">
        <span key={announcement.id}>{announcement.text}</span>
      </div>
    </div>
  );
}

/** Below this width of the window, CSS pixels, what needs the room has a rail in place of the sidebar. */
const railBelow = '(max-width: 1399px)';

/** Below this one, everything has. */
const alwaysRailBelow = '(max-width: 879px)';

/** The sidebar with its edge, or the rail. */
function LeftPane(): ReactNode {
  const ready = useApp((state) => state.graph !== null);
  const narrow = useMedia(railBelow);
  const tight = useMedia(alwaysRailBelow);
  const wantsRoom = useApp(
    ({ page, settings }) =>
      page.kind === 'workspace' || (page.kind === 'images' && settings.view === 'strata'),
  );
  if (tight || (narrow && wantsRoom)) return <Rail />;
  return (
    <>
      <Sidebar />
      {ready && <PaneEdge pane="sidebar" />}
    </>
  );
}

const widths = {
  sidebar: { min: 160, max: 480, narrow: 216, wide: 248 },
  inspector: { min: 260, max: 640, narrow: 312, wide: 364 },
} as const;

function PaneEdge({ pane }: { readonly pane: 'sidebar' | 'inspector' }): ReactNode {
  const t = useT();
  const { changeSettings } = useActions();
  const setting = pane === 'sidebar' ? 'sidebarWidth' : 'inspectorWidth';
  const chosen = useApp((state) => state.settings[setting]);
  const { min, max, narrow, wide } = widths[pane];
  const width = chosen ?? (innerWidth >= 1600 ? wide : narrow);
  useEffect(() => {
    const name = `--${pane}-w`;
    if (chosen === null) document.documentElement.style.removeProperty(name);
    else document.documentElement.style.setProperty(name, `${chosen}px`);
  }, [pane, chosen]);
  return (
    <Splitter
      label={t(pane === 'sidebar' ? 'app.sidebar.resize' : 'app.inspector.resize')}
      side={pane === 'sidebar' ? 'left' : 'right'}
      size={width}
      min={min}
      max={max}
      onResize={(value) => changeSettings({ [setting]: value })}
      onReset={() => changeSettings({ [setting]: null })}
    />
  );
}
