import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { Translate } from '../../../shared/text/catalogue';
import { describeProblem } from '../../../shared/text/problemText';
import { whyNotHere } from '../../store/sources';
import type { AppActions, AppState } from '../../store/state';
import { plain, type Spec } from './command';

/** What makes a tree of an image: workspaces, mounts, runs. */
export function treeCommands(
  state: AppState,
  one: ImageNode | null,
  single: string | null,
  act: AppActions,
  t: Translate,
): Spec[] {
  single ??= whyNotHere(state, 'mount', t);
  const blocked = state.mountSupport?.problem ?? null;
  const unavailable = blocked === null ? null : describeProblem(blocked, state.language).explanation;
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
  ];
}
