import { isOpened } from '../../../shared/ipc/placeKinds';
import type { SourceInfo } from '../../../shared/ipc/source';
import type { Translate } from '../../../shared/text/catalogue';
import type { AppActions } from '../../store/state';
import type { MenuEntry } from '../../ui/Menu';

/** What can be put on the list of sources, and how. */
export function addMenu(act: AppActions, t: Translate): readonly MenuEntry[] {
  return [
    {
      kind: 'item',
      id: 'file',
      label: t('source.add.file'),
      icon: 'archive',
      run: () => void act.chooseAndAdd(),
    },
    {
      kind: 'item',
      id: 'folder',
      label: t('source.add.folder'),
      icon: 'folder',
      run: () => void act.chooseAndAdd(true),
    },
    {
      kind: 'item',
      id: 'engine',
      label: t('source.add.engine'),
      icon: 'engine',
      run: () => act.openDialog({ kind: 'engine' }),
    },
  ];
}

/** What can be done with a source in the list; nothing with what is there by itself. */
export function sourceMenu(
  { id, state, added }: SourceInfo,
  act: AppActions,
  t: Translate,
): readonly MenuEntry[] {
  const entries: MenuEntry[] = [];
  if (isOpened(id) && !added)
    entries.push({
      kind: 'item',
      id: 'keep',
      label: t('source.keep'),
      icon: 'plus',
      run: () => void act.keepSource(id),
    });
  if (isOpened(id) && state !== 'unread')
    entries.push({
      kind: 'item',
      id: 'close',
      label: t('place.close'),
      icon: 'close',
      run: () => void act.closePlace(id),
    });
  if (added)
    entries.push({
      kind: 'item',
      id: 'remove',
      label: t('source.remove'),
      icon: 'minus',
      run: () => void act.removeSource(id),
    });
  return entries;
}
