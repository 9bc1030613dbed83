import type { WorkspaceInfo } from '../../../shared/ipc/workspace';
import type { Translate } from '../../../shared/text/catalogue';
import { visibleText } from '../../../shared/text/format';
import { currentActions } from '../../store/hooks';
import type { MenuEntry } from '../../ui/Menu';

/** What can be done with a workspace, from its page and from the sidebar. */
export function workspaceMenu({ name, image, path }: WorkspaceInfo, t: Translate): readonly MenuEntry[] {
  const act = currentActions();
  return [
    {
      kind: 'item',
      id: 'image',
      label: t('workspace.showImage'),
      icon: 'graph',
      run: () => {
        act.openPage({ kind: 'images' });
        void act.revealInStore(image);
      },
    },
    {
      kind: 'item',
      id: 'path',
      label: t('workspace.copyPath'),
      icon: 'copy',
      run: () => void act.copy(visibleText(path)),
    },
    {
      kind: 'item',
      id: 'export',
      label: t('workspace.export'),
      icon: 'save',
      run: () => void act.exportRootfs({ workspace: name }),
    },
    {
      kind: 'item',
      id: 'rename',
      label: t('workspace.rename'),
      icon: 'edit',
      run: () => act.openDialog({ kind: 'renameWorkspace', name }),
    },
    { kind: 'rule' },
    {
      kind: 'item',
      id: 'remove',
      label: t('workspace.remove'),
      icon: 'delete',
      danger: true,
      run: () => act.openDialog({ kind: 'removeWorkspace', name }),
    },
  ];
}
