import type { Translate } from '../../../shared/text/catalogue';
import { visibleName } from '../../../shared/text/format';
import { storeTitle } from '../../../shared/text/storeTitle';
import { whyNotHere } from '../../store/sources';
import type { AppActions, AppState } from '../../store/state';
import { ctrl, type Spec } from './command';

/** What comes into the store or is opened beside it, and what is done with all of it. */
export function storeCommands(state: AppState, t: Translate, act: AppActions): Spec[] {
  const dangling = state.graph?.images.some(({ names }) => names.length === 0) === true;
  const stores = state.start?.stores ?? [];
  const all = [...stores, state.start?.storePath ?? ''];
  return [
    {
      id: 'store.open',
      label: t('command.store.open'),
      icon: 'store',
      group: 'app',
      run: () => void act.openStore(null),
    },
    ...stores.map((path, i): Spec => ({
      id: `store.recent.${i}`,
      label: t('command.store.recent', { name: visibleName(storeTitle(path, all)) }),
      icon: 'store',
      group: 'app',
      run: () => void act.openStore(path),
    })),
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
      id: 'import',
      label: t('command.import'),
      icon: 'folder',
      group: 'app',
      run: () => void act.chooseAndImport(),
    },
    {
      id: 'import.directory',
      label: t('command.import.directory'),
      icon: 'folder',
      group: 'app',
      run: () => void act.chooseAndImport(true),
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
      takesAway: true,
      disabledReason: whyNotHere(state, 'write', t) ?? (dangling ? null : t('command.prune.nothing')),
      run: () => act.openDialog({ kind: 'prune' }),
    },
  ];
}
