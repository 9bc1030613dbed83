import type { ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { useMenu } from '../../ui/Menu';
import { Segmented } from '../../ui/Segmented';
import { keyText } from '../keys';
import { viewList } from '../viewList';

/** The switch of the views: all of them side by side, or, where there is no room, a menu that names the one in sight. */
export function ViewSwitch({ folded }: { readonly folded: boolean }): ReactNode {
  const t = useT();
  const { changeSettings, openPage } = useActions();
  const view = useApp((state) => state.settings.view);
  const menu = useMenu(t('app.view'));
  const views = viewList.map(({ id, icon, label, key }) => ({
    value: id,
    label: t(label),
    icon,
    shortcut: keyText({ key, ctrl: true, shift: false }, t),
  }));
  const show = (to: typeof view): void => {
    openPage({ kind: 'images' });
    changeSettings({ view: to });
  };
  if (!folded) return <Segmented label={t('app.view')} value={view} segments={views} onChange={show} />;
  const shown = views.find(({ value }) => value === view);
  return (
    <>
      <Button
        icon={shown?.icon}
        iconAfter="chevronDown"
        className="view-menu"
        aria-label={t('app.viewNow', { view: shown?.label ?? '' })}
        aria-haspopup="menu"
        aria-expanded={menu.isOpen}
        onClick={(event) =>
          menu.open(
            event.currentTarget,
            views.map(({ value, label, icon, shortcut }) => ({
              kind: 'item' as const,
              id: value,
              label,
              icon,
              shortcut,
              checked: value === view,
              run: () => show(value),
            })),
          )
        }
      >
        {shown?.label}
      </Button>
      {menu.element}
    </>
  );
}
