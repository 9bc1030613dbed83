import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/text/format';
import { useActions, useApp, useT } from '../../store/hooks';
import { Icon } from '../../ui/Icon';
import { useMenu } from '../../ui/Menu';
import { tip } from '../../ui/Tooltip';
import { CutText } from '../CutText';
import { workspaceMenu } from '../workspace/workspaceMenu';
import { closeFirst } from '../workspace/closeFirst';

/** Workspaces, mounted images and the guided page in the left pane. */
export function WorkPlaces(): ReactNode {
  const t = useT();
  const { openPage, unmount } = useActions();
  const page = useApp((state) => state.page);
  const workspaces = useApp((state) => state.workspaces);
  const mounts = useApp((state) => state.mounts);
  const menu = useMenu(t('workspace.section'));
  return (
    <>
      {workspaces.length > 0 && (
        <section data-stands-for="places">
          <h2 className="side-head">{t('workspace.section')}</h2>
          {workspaces.map((each) => {
            const on = page.kind === 'workspace' && page.name === each.name;
            return (
              <button
                key={each.name}
                type="button"
                className={on ? 'side-item on' : 'side-item'}
                aria-current={on}
                onClick={() => openPage({ kind: 'workspace', name: each.name })}
                onContextMenu={(event) => {
                  event.preventDefault();
                  menu.open({ x: event.clientX, y: event.clientY }, workspaceMenu(each, t));
                }}
                {...tip(t('workspace.on', { name: visibleText(each.imageName) }))}
              >
                <Icon name="workspace" />
                <CutText text={each.name} />
                {each.mounted && <span className="live-dot" />}
              </button>
            );
          })}
        </section>
      )}
      {mounts.length > 0 && (
        <section data-stands-for="places">
          <h2 className="side-head">{t('workspace.mounts')}</h2>
          {mounts.map((each) => {
            const on = page.kind === 'mount' && page.mount === each.id;
            return (
              <button
                key={each.id}
                type="button"
                className={on ? 'side-item on' : 'side-item'}
                aria-current={on}
                onClick={() => openPage({ kind: 'mount', mount: each.id })}
                onContextMenu={(event) => {
                  event.preventDefault();
                  menu.open({ x: event.clientX, y: event.clientY }, [
                    {
                      kind: 'item',
                      id: 'unmount',
                      label: t('mount.unmount'),
                      run: () =>
                        void closeFirst(
                          { mount: each.id },
                          'unmount',
                          each.name,
                          () => void unmount(each.id),
                        ),
                    },
                  ]);
                }}
                {...tip(each.path)}
              >
                <Icon name="mount" />
                <CutText text={each.name} />
              </button>
            );
          })}
        </section>
      )}
      <section>
        <h2 className="side-head">{t('workspace.learn')}</h2>
        <button type="button" className="side-item" onClick={() => openPage({ kind: 'guide' })}>
          <Icon name="guide" />
          <span className="ell">{t('guide.title')}</span>
        </button>
      </section>
      {menu.element}
    </>
  );
}
