import type { ReactNode } from 'react';
import { useActions, useApp, useT } from '../../store/hooks';
import { Icon, type IconName } from '../../ui/Icon';
import { tip } from '../../ui/Tooltip';

/** Minimise, maximise, close: where the title bar is ours (Linux). */
export function WindowButtons(): ReactNode {
  const t = useT();
  const { windowControl } = useActions();
  const drawn = useApp((state) => state.start?.windowButtons === true);
  const maximized = useApp((state) => state.maximized);
  if (!drawn) return null;
  const button = (action: 'minimize' | 'maximize' | 'close', icon: IconName, label: string): ReactNode => (
    <button
      type="button"
      className={`window-button ${action}`}
      aria-label={label}
      tabIndex={-1}
      onClick={() => windowControl(action)}
      {...tip(label)}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <div className="window-buttons">
      {button('minimize', 'minimize', t('app.window.minimize'))}
      {maximized
        ? button('maximize', 'restore', t('app.window.restore'))
        : button('maximize', 'maximize', t('app.window.maximize'))}
      {button('close', 'close', t('app.window.close'))}
    </div>
  );
}
