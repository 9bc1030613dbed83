import type { MouseEvent, ReactNode } from 'react';
import { off, tip } from './Tooltip';

interface Props {
  readonly children: ReactNode;
  readonly tone?: 'accent' | 'plain' | 'ok' | 'warn' | 'danger';
  /** Makes it a button. */
  readonly onClick?: (event: MouseEvent) => void;
  /** Name of the button where the content does not say it. */
  readonly label?: string;
  readonly tooltip?: string;
  /** Why the button cannot be used now; it stays, and says so. */
  readonly disabledReason?: string | null;
  readonly className?: string;
}

/** A small rounded label; with `onClick` a button. */
export function Tag({
  children,
  tone = 'accent',
  onClick,
  label,
  tooltip,
  disabledReason = null,
  className = '',
}: Props): ReactNode {
  const classes = `tag ${tone === 'accent' ? '' : tone} ${className}`.replace(/\s+/g, ' ').trim();
  if (onClick) {
    return (
      <button
        type="button"
        className={classes}
        aria-label={label}
        {...off(disabledReason)}
        onClick={(event) => (disabledReason === null ? onClick(event) : event.preventDefault())}
        {...tip(
          disabledReason === null ? (tooltip ?? label) : [label, disabledReason].filter(Boolean).join(' – '),
        )}
      >
        {children}
      </button>
    );
  }
  return (
    <span className={classes} {...tip(tooltip)}>
      {children}
    </span>
  );
}
