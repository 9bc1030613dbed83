import type { ReactNode } from 'react';
import { visibleName, visibleText } from '../../../shared/text/format';
import { storeTitle } from '../../../shared/text/storeTitle';
import { isHome } from '../../../shared/ipc/placeKinds';
import { useActions, useApp, useT } from '../../store/hooks';
import { currentSource, sourceName, whyNotHere, whyNotNow } from '../../store/sources';
import { Button, IconButton } from '../../ui/Button';
import { Icon, type IconName } from '../../ui/Icon';
import { Kbd } from '../../ui/Kbd';
import { MenuButton, type MenuEntry } from '../../ui/Menu';
import { tip } from '../../ui/Tooltip';
import { commandsFor, runCommand } from '../commands/commands';
import { keyText } from '../keys';
import { useMedia } from '../useMedia';
import { Logo } from './Logo';
import { ViewSwitch } from './ViewSwitch';
import { WindowButtons } from './WindowButtons';

const inMenu = [
  ['load.directory', 'look', 'look.directory', 'import'],
  ['samples', 'cleanup', 'prune', 'undo'],
  ['sidebar', 'inspector', 'refresh'],
  ['guide', 'preferences', 'shortcuts', 'about'],
] as const;

/**
 * Widths of the window, CSS pixels, below which the toolbar gives way, in this order: the search to an icon, the labels of
 * Load and Save, the views to a menu. A larger zoom makes the window as narrow. What is left fits into 640.
 */
const givesWay = {
  search: '(max-width: 1119px)',
  labels: '(max-width: 979px)',
  views: '(max-width: 879px)',
} as const;

interface ActionProps {
  /** Without its label, which is its tooltip then. */
  readonly bare: boolean;
  readonly icon: IconName;
  readonly label: string;
  /** What it does, in more words than the label. */
  readonly tooltip?: string;
  readonly shortcut: string;
  readonly disabledReason?: string | null;
  readonly onClick: () => void;
}

/** A button of the toolbar, with its label where there is room. */
function Action({ bare, label, tooltip, ...rest }: ActionProps): ReactNode {
  return bare ? (
    <IconButton {...rest} className="action" label={tooltip ?? label} />
  ) : (
    <Button {...rest} tooltip={tooltip}>
      {label}
    </Button>
  );
}

/** The menu behind the three dots. */
function menuEntries(): readonly MenuEntry[] {
  const commands = new Map(commandsFor().map((command) => [command.id, command]));
  const recent = [...commands.keys()].filter((id) => id.startsWith('store.recent.')).slice(0, 5);
  return [...inMenu.slice(0, 1), ['store.open', ...recent], ...inMenu.slice(1)].flatMap(
    (ids, i): MenuEntry[] => {
      const items = ids.flatMap((id): MenuEntry[] => {
        const command = commands.get(id);
        return command ? [{ kind: 'item', ...command }] : [];
      });
      return i === 0 ? items : [{ kind: 'rule' }, ...items];
    },
  );
}

/** The top of the window: store, views, search, load and save. Empty of views while there is no image. */
export function Toolbar({ empty }: { readonly empty: boolean }): ReactNode {
  const t = useT();
  const { setPalette, chooseAndLoad } = useActions();
  const inStore = useApp((state) => isHome(state.source));
  const source = useApp(currentSource);
  const storePath = useApp(({ start }) => start?.storePath ?? '');
  const selected = useApp((state) => state.selection.images);
  const ownForm = useApp((state) => whyNotHere(state, 'form', t));
  const silent = useApp((state) => whyNotNow(state, t));
  const searchFolds = useMedia(givesWay.search);
  const labelsFold = useMedia(givesWay.labels);
  const viewsFold = useMedia(givesWay.views);
  const ctrl = (key: string): string => keyText({ key, ctrl: true, shift: false }, t);
  return (
    <header className="toolbar" data-pane="toolbar">
      <div className={empty ? 'brand bare' : 'brand'}>
        <Logo />
        <h1 className="b ell" {...(inStore && tip(visibleText(storePath)))}>
          {/* Windows over two stores would look alike without the name of the folder. */}
          {inStore
            ? storePath === ''
              ? t('app.name')
              : visibleName(storeTitle(storePath))
            : sourceName(source, t)}
        </h1>
      </div>
      {!empty && (
        <>
          <ViewSwitch folded={viewsFold} />
          {searchFolds ? (
            <IconButton
              icon="search"
              className="omnibox-folded"
              label={t('app.omnibox')}
              shortcut={ctrl('k')}
              onClick={() => setPalette(true)}
            />
          ) : (
            <button type="button" className="omnibox" onClick={() => setPalette(true)}>
              <Icon name="search" size={14} />
              <span className="grow ell">{t('app.omnibox')}</span>
              <Kbd>{ctrl('k')}</Kbd>
            </button>
          )}
          <Action
            bare={labelsFold}
            icon="load"
            label={t('app.load')}
            tooltip={t('app.load.hint')}
            shortcut={ctrl('o')}
            onClick={() => void chooseAndLoad()}
          />
          <Action
            bare={labelsFold}
            icon="save"
            label={t('app.save')}
            shortcut={ctrl('s')}
            disabledReason={selected.length === 0 ? t('app.save.nothing') : silent}
            onClick={() => runCommand('save')}
          />
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
