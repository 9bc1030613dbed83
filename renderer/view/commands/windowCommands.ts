import type { Settings } from '../../../shared/ipc/settings';
import type { Translate } from '../../../shared/text/catalogue';
import { lastAct, whyNotUndone } from '../../store/acts';
import { currentSource, sourceName } from '../../store/sources';
import type { AppActions, AppState } from '../../store/state';
import { ctrl, plain, type Spec } from './command';

/** The window itself: its palette, its pages and dialogs. */
export function windowCommands(state: AppState, t: Translate, act: AppActions): Spec[] {
  const last = lastAct(state);
  return [
    {
      id: 'undo',
      label: last?.undo
        ? t('command.undo.what', { what: last.say(t), place: sourceName(currentSource(state), t) })
        : t('command.undo'),
      icon: 'undo',
      group: 'app',
      chord: ctrl('z'),
      disabledReason: whyNotUndone(state, t),
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

/** How the window looks and which language it speaks. */
export function appearanceCommands({ settings }: AppState, t: Translate, act: AppActions): Spec[] {
  const change = (to: Partial<Settings>) => () => act.changeSettings(to);
  const themes = (['light', 'dark', 'system'] as const).map((theme) => ({
    id: `theme.${theme}`,
    label: t(`command.theme.${theme}`),
    group: 'view' as const,
    run: change({ theme }),
  }));
  return [
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
