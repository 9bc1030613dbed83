import type { ReactNode } from 'react';
import { Icon } from './Icon';

interface Props {
  readonly tone?: 'danger' | 'warn' | 'plain';
  readonly children: ReactNode;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
}

/** Trouble, a warning or a fact beside its cause: one line, with the way out. */
export function InlineNotice({ tone = 'danger', children, actions }: Props): ReactNode {
  return (
    <div
      className={tone === 'danger' ? 'inline-notice' : `inline-notice ${tone}`}
      role={tone === 'danger' ? 'alert' : 'note'}
    >
      <Icon name={tone === 'plain' ? 'info' : 'warning'} />
      <div className="grow">{children}</div>
      {actions}
    </div>
  );
}
