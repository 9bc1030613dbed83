import type { ImageNode } from '../../../shared/graph/imageGraph';
import type { Translate } from '../../../shared/text/catalogue';
import { whyNotHere } from '../../store/sources';
import type { AppActions, AppState } from '../../store/state';
import type { Spec } from './command';

/** What is made of the layers of an image. */
export function layerCommands(
  state: AppState,
  one: ImageNode | null,
  single: string | null,
  act: AppActions,
  t: Translate,
): Spec[] {
  single ??= whyNotHere(state, 'mount', t);
  const only = one && one.layers.length < 2 ? t('command.squash.one') : null;
  return [
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
