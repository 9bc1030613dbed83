import { useLayoutEffect, useRef, type ReactNode, type RefObject } from 'react';
import { useFocusBack } from './focusBack';
import { placeBeside, type Placement } from './placement';
import { usePressOutside } from './usePressOutside';

interface Props {
  readonly label: string;
  /** The control that opened it: the popover stands beside it, and a press on it is not "outside". */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly placement?: Placement;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}

/** A panel beside its control, in the top layer; Esc and a press outside close it. */
export function Popover({
  label,
  anchor,
  placement = 'below',
  onClose,
  children,
  className = '',
}: Props): ReactNode {
  const root = useRef<HTMLDivElement>(null);
  useFocusBack(
    root,
    (element) => {
      element.showPopover();
      element.focus();
      return () => element.hidePopover();
    },
    anchor,
  );
  useLayoutEffect(() => {
    const element = root.current;
    const control = anchor.current;
    if (!element || !control) return undefined;
    const place = (): void => placeBeside(element, control.getBoundingClientRect(), placement, 6);
    place();
    const watch = new ResizeObserver(place);
    watch.observe(element);
    window.addEventListener('resize', place);
    return () => {
      watch.disconnect();
      window.removeEventListener('resize', place);
    };
  }, [anchor, placement]);
  usePressOutside([root, anchor], onClose);
  return (
    <div
      ref={root}
      popover="manual"
      role="dialog"
      aria-label={label}
      tabIndex={-1}
      className={`layer popover ${className}`.trim()}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    >
      {children}
    </div>
  );
}
