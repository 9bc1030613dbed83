import type { Settings } from '../../../shared/ipc/settings';
import type { Translate } from '../../../shared/text/catalogue';
import type { AppActions, AppState } from '../../store/state';
import { paneControl } from '../../ui/focusBack';
import { currentExport } from '../export/currentExport';
import { formatsOf, takeAway } from '../export/exportView';
import { drawsSidebar } from '../drawsSidebar';
import { viewList } from '../viewList';
import { ctrl, plain, type Spec } from './command';

/** How the images are shown: views, panes, the filter. */
export function viewCommands(state: AppState, t: Translate, act: AppActions): Spec[] {
  const { settings } = state;
  const change = (to: Partial<Settings>) => () => {
    // Choosing a view means wanting to see it.
    if (to.view !== undefined) act.openPage({ kind: 'images' });
    act.changeSettings(to);
  };
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
      // Hidden unseen it would be missed later.
      disabledReason: drawsSidebar(state) ? null : t('command.sidebar.none'),
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
    { id: 'nextPane', label: t('command.nextPane'), group: 'view', chord: plain('F6'), run: nextPane },
    {
      id: 'operations',
      label: t('command.operations'),
      icon: 'clock',
      group: 'view',
      run: () => act.setOperationsOpen(!state.operationsOpen),
    },
  ];
}

/** Ways to take the view in sight away. */
export function exportCommands({ page, index }: AppState, t: Translate): Spec[] {
  if (page.kind !== 'images' || !index || index.graph.images.length === 0) return [];
  const offered = currentExport();
  const seen = (offered ? formatsOf(offered) : []).map((format): Spec => ({
    id: `export.${format}`,
    label: t(`command.export.${format}`),
    icon: 'save',
    group: 'view',
    run: () => void takeAway(format),
  }));
  const whole = (['png', 'svg'] as const).map((format): Spec => ({
    id: `export.whole.${format}`,
    label: t(`command.export.whole.${format}`),
    icon: 'save',
    group: 'view',
    run: () => void takeAway(format, true),
  }));
  return offered?.whole ? [...seen, ...whole] : seen;
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
