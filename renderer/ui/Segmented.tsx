import { useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Icon, type IconName } from './Icon';
import { tip } from './Tooltip';

/** One choice of a {@link Segmented} control. */
export interface Segment<V extends string> {
  readonly value: V;
  readonly label: string;
  readonly icon?: IconName;
  readonly shortcut?: string;
}

interface Props<V extends string> {
  /** Name of the group, read aloud. */
  readonly label: string;
  readonly value: V;
  readonly segments: readonly Segment<V>[];
  readonly onChange: (value: V) => void;
  readonly size?: 'sm' | 'md';
}

/** One of a few, all in sight: a radio group with arrow keys. */
export function Segmented<V extends string>({
  label,
  value,
  segments,
  onChange,
  size = 'md',
}: Props<V>): ReactNode {
  const group = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const at = segments.findIndex((segment) => segment.value === value);
    const next = (at + step + segments.length) % segments.length;
    const target = segments[next];
    if (!target) return;
    onChange(target.value);
    (group.current?.children[next] as HTMLElement | undefined)?.focus();
  };
  return (
    <div
      ref={group}
      role="radiogroup"
      aria-label={label}
      className={size === 'sm' ? 'seg sm' : 'seg'}
      onKeyDown={move}
    >
      {segments.map((segment) => (
        <button
          key={segment.value}
          type="button"
          role="radio"
          aria-checked={segment.value === value}
          tabIndex={segment.value === value ? 0 : -1}
          onClick={() => onChange(segment.value)}
          {...(segment.shortcut === undefined ? {} : tip(segment.label, segment.shortcut))}
        >
          {segment.icon && <Icon name={segment.icon} size={14} />}
          <span className="seg-label" data-label={segment.label}>
            {segment.label}
          </span>
        </button>
      ))}
    </div>
  );
}
