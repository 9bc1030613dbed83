import type { ReactNode } from 'react';
import { visibleName } from '../../../shared/text/format';
import { isHome } from '../../../shared/ipc/placeKinds';
import { useActions, useApp, useT } from '../../store/hooks';
import { currentSource, sourceName, whyNotHere, whyNotNow } from '../../store/sources';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { Kbd } from '../../ui/Kbd';
import { MenuButton, type MenuEntry } from '../../ui/Menu';
import { Segmented } from '../../ui/Segmented';
import { commandsFor, runCommand } from '../commands/commands';
import { keyText } from '../keys';
import { viewList } from '../viewList';
import { Logo } from './Logo';
import { WindowButtons } from './WindowButtons';

const inMenu = [
  ['load.directory', 'look', 'look.directory'],
  ['samples', 'cleanup', 'prune', 'undo'],
  ['sidebar', 'inspector', 'refresh'],
  ['guide', 'preferences', 'shortcuts', 'about'],
] as const;

/** The menu behind the three dots. */
function menuEntries(): readonly MenuEntry[] {
  const commands = new Map(commandsFor().map((command) => [command.id, command]));
  return inMenu.flatMap((ids, i): MenuEntry[] => {
    const items = ids.flatMap((id): MenuEntry[] => {
      const command = commands.get(id);
      return command ? [{ kind: 'item', ...command }] : [];
    });
    return i === 0 ? items : [{ kind: 'rule' }, ...items];
  });
}

/** The top of the window: store, views, search, load and save. Empty of views while there is no image. */
export function Toolbar({ empty }: { readonly empty: boolean }): ReactNode {
  const t = useT();
  const { changeSettings, openPage, setPalette, chooseAndLoad } = useActions();
  const view = useApp((state) => state.settings.view);
  const inStore = useApp((state) => isHome(state.source));
  const source = useApp(currentSource);
  /** The folder of a store that was named: two windows over two of them look alike otherwise. */
  const named = useApp(({ start }) =>
    start?.isUsualStore === false ? (/[^/\\]+(?=[/\\]*$)/.exec(start.storePath)?.[0] ?? null) : null,
  );
  const selected = useApp((state) => state.selection.images);
  const ownForm = useApp((state) => whyNotHere(state, 'form', t));
  const silent = useApp((state) => whyNotNow(state, t));
  const ctrl = (key: string): string => keyText({ key, ctrl: true, shift: false }, t);
  return (
    <header className="toolbar" data-pane="toolbar">
      <div className={empty ? 'brand bare' : 'brand'}>
        <Logo />
        <h1 className="b ell">
          {empty
            ? t('app.name')
            : inStore
              ? named === null
                ? t('app.defaultStore')
                : visibleName(named)
              : sourceName(source, t)}
        </h1>
      </div>
      {!empty && (
        <>
          <Segmented
            label={t('app.view')}
            value={view}
            segments={viewList.map(({ id, icon, label, key }) => ({
              value: id,
              label: t(label),
              icon,
              shortcut: ctrl(key),
            }))}
            onChange={(to) => {
              openPage({ kind: 'images' });
              changeSettings({ view: to });
            }}
          />
          <button type="button" className="omnibox" onClick={() => setPalette(true)}>
            <Icon name="search" size={14} />
            <span className="grow ell">{t('app.omnibox')}</span>
            <Kbd>{ctrl('k')}</Kbd>
          </button>
          <Button icon="load" shortcut={ctrl('o')} onClick={() => void chooseAndLoad()}>
            {t('app.load')}
          </Button>
          <Button
            icon="save"
            shortcut={ctrl('s')}
            disabledReason={selected.length === 0 ? t('app.save.nothing') : silent}
            onClick={() => runCommand('save')}
          >
            {t('app.save')}
          </Button>
          <IconButton
            icon="chevronDown"
            iconSize={14}
            label={t('app.save.options')}
            className="split"
            shortcut={keyText({ key: 's', ctrl: true, shift: true }, t)}
            disabledReason={selected.length === 0 ? t('app.save.nothing') : ownForm}
            onClick={() => runCommand('save.options')}
          />
        </>
      )}
      {empty && <span className="grow" />}
      <MenuButton label={t('app.more')} entries={menuEntries} />
      <WindowButtons />
    </header>
  );
}
