import type { CSSProperties, MouseEvent, ReactNode, Ref } from 'react';
import { Icon, type IconName } from './Icon';
import { restAfterClick } from './clickRest';
import { off, tip } from './Tooltip';

interface Common {
  readonly onClick?: ((event: MouseEvent<HTMLButtonElement>) => void) | undefined;
  readonly disabled?: boolean | undefined;
  /** Why it cannot be used now; disables the button and says so in its tooltip. */
  readonly disabledReason?: string | null | undefined;
  /** Keys as people read them (`Ctrl S`), shown in the tooltip. */
  readonly shortcut?: string | undefined;
  readonly ref?: Ref<HTMLButtonElement> | undefined;
  readonly id?: string | undefined;
  readonly className?: string | undefined;
  readonly style?: CSSProperties | undefined;
  readonly tabIndex?: number | undefined;
  readonly 'aria-expanded'?: boolean | undefined;
  readonly 'aria-haspopup'?: 'menu' | 'dialog' | undefined;
  readonly 'aria-controls'?: string | undefined;
}

interface ButtonProps extends Common {
  readonly children: ReactNode;
  /** At most one primary button a pane. */
  readonly variant?: 'plain' | 'primary' | 'danger' | 'ghost' | undefined;
  readonly size?: 'sm' | 'md' | 'lg' | undefined;
  readonly icon?: IconName | undefined;
  readonly iconAfter?: IconName | undefined;
  readonly tooltip?: string | undefined;
  readonly type?: 'button' | 'submit' | undefined;
  readonly form?: string | undefined;
  /** The element that a dialog focuses first. */
  readonly autoFocus?: boolean | undefined;
  readonly 'aria-label'?: string | undefined;
}

/**
 * A button. A disabled one stays in the tab order with `aria-disabled`, so that its tooltip can say why; it never
 * calls `onClick`. A primary one, or one of danger, takes a double click for one, and what takes its place takes none of it.
 */
export function Button(props: ButtonProps): ReactNode {
  const {
    variant = 'plain',
    size = 'md',
    icon,
    iconAfter,
    tooltip,
    children,
    type = 'button',
    autoFocus,
  } = props;
  const { onClick, disabled, disabledReason, shortcut, className = '', ...rest } = omit(props);
  const isOff = disabled === true || (disabledReason ?? '') !== '';
  // What it does is done once by a double click, also where the first click was over before the second one came.
  const acts = variant === 'primary' || variant === 'danger';
  const classes = `btn ${variant === 'plain' ? '' : variant} ${size === 'md' ? '' : size} ${className}`;
  return (
    <button
      {...rest}
      type={isOff && type === 'submit' ? 'button' : type}
      className={classes.replace(/\s+/g, ' ').trim()}
      {...off(disabledReason, isOff)}
      data-autofocus={autoFocus === true || undefined}
      onClick={(event) => {
        if (isOff || (acts && event.detail > 1)) return event.preventDefault();
        if (acts) restAfterClick(event);
        onClick?.(event);
      }}
      {...tip(disabledReason ? disabledReason : tooltip, disabledReason ? undefined : shortcut)}
    >
      {icon && <Icon name={icon} size={14} />}
      {children}
      {iconAfter && <Icon name={iconAfter} size={14} />}
    </button>
  );
}

/** What goes to the element as it is. */
function omit(props: ButtonProps) {
  const {
    children: _c,
    variant: _v,
    size: _s,
    icon: _i,
    iconAfter: _a,
    tooltip: _t,
    type: _y,
    ...rest
  } = props;
  const { autoFocus: _f, ...attributes } = rest;
  return attributes;
}

interface IconButtonProps extends Common {
  readonly icon: IconName;
  /** Name of the control: read aloud, and its tooltip. */
  readonly label: string;
  readonly size?: 'sm' | 'md' | undefined;
  readonly iconSize?: 12 | 14 | 16 | undefined;
  /** For a toggle: whether it is on. */
  readonly pressed?: boolean | undefined;
}

/** A button that shows only an icon; its tooltip says the name and the shortcut. */
export function IconButton(props: IconButtonProps): ReactNode {
  const {
    icon,
    label,
    size = 'md',
    iconSize,
    pressed,
    onClick,
    disabled,
    disabledReason,
    shortcut,
    ...rest
  } = props;
  const { className = '', ...attributes } = rest;
  const isOff = disabled === true || (disabledReason ?? '') !== '';
  return (
    <button
      {...attributes}
      type="button"
      className={`icon-btn ${size === 'sm' ? 'sm' : ''} ${className}`.replace(/\s+/g, ' ').trim()}
      aria-label={label}
      aria-pressed={pressed}
      {...off(disabledReason, isOff)}
      onClick={(event) => (isOff ? event.preventDefault() : onClick?.(event))}
      {...tip(disabledReason ? `${label} – ${disabledReason}` : label, shortcut)}
    >
      <Icon name={icon} size={iconSize ?? (size === 'sm' ? 14 : 16)} />
    </button>
  );
}
