import { useId, useState, type ReactNode } from 'react';
import { Icon } from './Icon';

/** More that a press opens below its head: a button that says whether it is open, with our chevron. */
export function Disclosure({
  title,
  className = '',
  children,
}: {
  readonly title: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactNode {
  const [open, setOpen] = useState(false);
  const body = useId();
  return (
    <div className={`disclosure ${className}`.trim()}>
      <button
        type="button"
        className="disclosure-head"
        aria-expanded={open}
        aria-controls={body}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'chevronDown' : 'chevronRight'} size={14} />
        <span>{title}</span>
      </button>
      <div id={body} className="disclosure-body" hidden={!open}>
        {open && children}
      </div>
    </div>
  );
}
