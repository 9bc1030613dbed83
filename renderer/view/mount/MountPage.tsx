import type { ReactNode } from 'react';
import { visibleText } from '../../../shared/text/format';
import { useActions, useApp, useBridge, useT } from '../../store/hooks';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Tag } from '../../ui/Tag';
import { tip } from '../../ui/Tooltip';
import { NameText } from '../NameText';
import { closeAsked, closeFirst } from '../workspace/closeFirst';
import { addTerminal, useTerminals } from '../workspace/terminalList';
import { TerminalDrawer } from '../workspace/TerminalDrawer';
import { TerminalView } from '../workspace/TerminalView';
import { FileBrowser } from './FileBrowser';

/** The page of an image that is mounted read-only: its files, a terminal in them. */
export function MountPage({ mount: id }: { readonly mount: string }): ReactNode {
  const t = useT();
  const bridge = useBridge();
  const { openPage, unmount, copy } = useActions();
  const mount = useApp((state) => state.mounts.find((each) => each.id === id));
  const user = useApp((state) => visibleText(state.start?.user ?? ''));
  const tree = { mount: id };
  const [terminal] = useTerminals(tree).open;
  if (!mount) return <p className="page-empty t3">{t('workspace.gone')}</p>;
  return (
    <main className="main" aria-label={visibleText(mount.name)}>
      <div className="view-bar page-bar">
        <IconButton
          icon="back"
          size="sm"
          label={t('workspace.back')}
          onClick={() => openPage({ kind: 'images' })}
        />
        <Icon name="mount" />
        <h2 className="b page-name">
          <NameText name={mount.name} weight="" />
        </h2>
        <Tag tone="plain">{t('mount.readOnly')}</Tag>
        <span className="mono f11 t3 ell" {...tip(mount.path)}>
          {mount.path}
        </span>
        <IconButton icon="copy" size="sm" label={t('mount.copyPath')} onClick={() => void copy(mount.path)} />
        <span className="right row">
          <Button
            size="sm"
            icon="terminal"
            aria-expanded={terminal !== undefined}
            onClick={() => {
              if (terminal) void closeAsked(terminal);
              else
                addTerminal(
                  bridge,
                  { tree, kind: 'shell', command: null, network: false },
                  t('terminal.hostTitle', { name: visibleText(mount.name), user }),
                );
            }}
          >
            {t('terminal.hostShell', { user })}
          </Button>
          <Button
            size="sm"
            icon="folder"
            onClick={() => void bridge.request['tree.show']({ tree: { mount: id } })}
          >
            {t('workspace.openFolder')}
          </Button>
          <Button
            size="sm"
            onClick={() => void closeFirst(tree, 'unmount', mount.name, () => void unmount(id))}
          >
            {t('mount.unmount')}
          </Button>
        </span>
      </div>
      <FileBrowser tree={{ mount: id }} />
      {terminal && (
        <TerminalDrawer label={t('terminal.title')}>
          <div className="tabs">
            <span className="tab on">
              <span className="tab-name">
                <Icon name="terminal" size={14} />
                {terminal.title}
              </span>
              <IconButton
                icon="close"
                size="sm"
                iconSize={12}
                label={t('terminal.close')}
                onClick={() => void closeAsked(terminal)}
              />
            </span>
            <span className="right t3 f11">{t('terminal.leave')}</span>
          </div>
          <div className="terminal-holder">
            <TerminalView session={terminal} onClose={() => void closeAsked(terminal)} />
          </div>
        </TerminalDrawer>
      )}
    </main>
  );
}
