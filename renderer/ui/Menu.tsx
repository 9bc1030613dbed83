import { useCallback, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { restAfterClick } from './clickRest';
import { IconButton } from './Button';
import { useFocusBack } from './focusBack';
import { Icon, type IconName } from './Icon';
import { Kbd } from './Kbd';
import { placeBeside, pointRect, type Placement } from './placement';
import { off, tip } from './Tooltip';
import { usePressOutside } from './usePressOutside';

/** A line of a menu. */
export type MenuEntry =
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly label: string;
      readonly icon?: IconName | undefined;
      /** Keys as people read them. */
      readonly shortcut?: string | undefined;
      readonly danger?: boolean | undefined;
      /** For a choice that can be on: shows a check mark. */
      readonly checked?: boolean | undefined;
      /** Why it cannot be used now; disables it. */
      readonly disabledReason?: string | null | undefined;
      readonly run: () => void;
    }
  | { readonly kind: 'rule' }
  | { readonly kind: 'heading'; readonly label: string };

interface MenuProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly anchor: DOMRect;
  readonly placement?: Placement;
  readonly onClose: () => void;
}

/**
 * A menu in the top layer: arrows, Home, End, first letters, Enter, Esc; a press outside closes it. Gives the focus
 * back to what had it.
 */
export function Menu({ label, entries, anchor, placement = 'below', onClose }: MenuProps): ReactNode {
  const root = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });

  useFocusBack(root, (element) => {
    element.showPopover();
    return () => element.hidePopover();
  });
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return;
    placeBeside(element, anchor, placement, 4);
    element.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
  }, [anchor, placement]);

  usePressOutside([root], onClose, { orAway: true });

  const items = (): HTMLElement[] => [
    ...(root.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? []),
  ];
  const keyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const go = (to: number): void => {
      event.preventDefault();
      all[(to + all.length) % all.length]?.focus();
    };
    if (event.key === 'ArrowDown') go(at + 1);
    else if (event.key === 'ArrowUp') go(at < 0 ? all.length - 1 : at - 1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(all.length - 1);
    else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      onClose();
    } else if (
      event.key.length === 1 &&
      event.key !== ' ' &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey
    ) {
      const now = event.timeStamp;
      const text = (now - typed.current.at < 700 ? typed.current.text : '') + event.key.toLowerCase();
      typed.current = { text, at: now };
      const from = text.length > 1 ? at : at + 1;
      const order = [...all.slice(Math.max(0, from)), ...all];
      order.find((item) => item.dataset.label?.toLowerCase().startsWith(text))?.focus();
    }
  };

  const hasMarks = entries.some(
    (entry) => entry.kind === 'item' && (entry.icon ?? entry.checked) !== undefined,
  );
  return (
    <div
      ref={root}
      popover="manual"
      role="menu"
      aria-label={label}
      tabIndex={-1}
      className="layer menu"
      onKeyDown={keyDown}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
      onPointerDown={(event) => event.stopPropagation()}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {entries.map((entry, i) => {
        if (entry.kind === 'rule') return <div key={i} role="separator" className="menu-rule" />;
        if (entry.kind === 'heading') {
          return (
            <div key={i} role="presentation" className="menu-heading">
              {entry.label}
            </div>
          );
        }
        return (
          <button
            key={entry.id}
            type="button"
            role={entry.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
            aria-checked={entry.checked}
            {...off(entry.disabledReason)}
            tabIndex={-1}
            data-label={entry.label}
            className={entry.danger === true ? 'menu-item danger' : 'menu-item'}
            onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
            onClick={(event) => {
              if ((entry.disabledReason ?? '') !== '') return;
              restAfterClick(event);
              onClose();
              entry.run();
            }}
            {...tip(entry.disabledReason ? entry.disabledReason : undefined)}
          >
            {entry.checked === true ? (
              <Icon name="check" />
            ) : entry.icon ? (
              <Icon name={entry.icon} />
            ) : (
              hasMarks && <span className="menu-gap" />
            )}
            <span className="ell">{entry.label}</span>
            {entry.shortcut !== undefined && <Kbd>{entry.shortcut}</Kbd>}
          </button>
        );
      })}
    </div>
  );
}

/** Where {@link useMenu} opens a menu: at the pointer, or under an element. */
export type MenuAnchor = { readonly x: number; readonly y: number } | Element;

/** A menu that any handler can open: `open(anchor, entries)`; put `element` anywhere in the tree. */
export function useMenu(label: string): {
  readonly element: ReactNode;
  readonly isOpen: boolean;
  readonly open: (anchor: MenuAnchor, entries: readonly MenuEntry[], placement?: Placement) => void;
  readonly close: () => void;
} {
  const [state, setState] = useState<{
    anchor: DOMRect;
    entries: readonly MenuEntry[];
    placement: Placement;
  } | null>(null);
  const close = useCallback(() => setState(null), []);
  const open = useCallback(
    (anchor: MenuAnchor, entries: readonly MenuEntry[], placement: Placement = 'below') => {
      const rect = anchor instanceof Element ? anchor.getBoundingClientRect() : pointRect(anchor.x, anchor.y);
      setState({ anchor: rect, entries, placement });
    },
    [],
  );
  const element = state && <Menu label={label} {...state} onClose={close} />;
  return { element, isOpen: state !== null, open, close };
}

interface MenuButtonProps {
  readonly label: string;
  readonly icon?: IconName;
  readonly size?: 'sm' | 'md';
  /** Made when the menu opens. */
  readonly entries: () => readonly MenuEntry[];
}

/** An icon button with a menu under it. */
export function MenuButton({ label, icon = 'more', size = 'md', entries }: MenuButtonProps): ReactNode {
  const menu = useMenu(label);
  const { open, close, isOpen } = menu;
  const openedAtPress = useRef(false);
  return (
    <span onPointerDownCapture={() => (openedAtPress.current = isOpen)}>
      <IconButton
        icon={icon}
        label={label}
        size={size}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={(event) => {
          // The press that reached us has already closed an open menu; the click must not open it again.
          if (event.detail > 0 && openedAtPress.current) close();
          else open(event.currentTarget, entries(), 'below-end');
        }}
      />
      {menu.element}
    </span>
  );
}
