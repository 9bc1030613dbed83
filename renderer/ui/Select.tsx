import {
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { Icon } from './Icon';
import { placeBeside } from './placement';
import { optionByKey } from './selectKeys';
import { usePressOutside } from './usePressOutside';

/** One of what a {@link Select} offers. */
export interface SelectOption<V extends string> {
  readonly value: V;
  readonly label: string;
}

interface Props<V extends string> {
  /** ID of the element that names it. */
  readonly labelledBy: string;
  readonly value: V;
  readonly options: readonly SelectOption<V>[];
  readonly onChange: (value: V) => void;
}

/** How long letters count as one word, milliseconds. */
const typedTogether = 700;

/**
 * One of a list that opens: a combobox that takes no text (WAI-ARIA select-only), in the top layer. The focus stays on it;
 * arrows, Home, End and first letters go through the list, Enter, Space or Tab takes, Esc leaves all as it was.
 */
export function Select<V extends string>({ labelledBy, value, options, onChange }: Props<V>): ReactNode {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: '', at: 0 });
  const [at, setAt] = useState<number | null>(null);
  const chosen = options.findIndex((option) => option.value === value);
  const open = at !== null;

  useLayoutEffect(() => {
    const { current: element } = list;
    if (!open || !element || !button.current) return undefined;
    const anchor = button.current.getBoundingClientRect();
    element.showPopover();
    element.style.minWidth = `${anchor.width}px`;
    placeBeside(element, anchor, 'below', 4);
    return () => element.hidePopover();
  }, [open]);
  usePressOutside([list, button], () => setAt(null), { isOpen: open, orAway: true });
  useEffect(() => {
    if (at !== null) list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const take = (place: number): void => {
    const option = options[place];
    setAt(null);
    if (option && option.value !== value) onChange(option.value);
  };
  const keyDown = (event: KeyboardEvent): void => {
    const { key } = event;
    if (event.ctrlKey || event.metaKey) return;
    if (at !== null && (key === 'Enter' || key === ' ' || key === 'Tab')) {
      if (key !== 'Tab') event.preventDefault();
      event.stopPropagation();
      take(at);
      return;
    }
    if (at !== null && key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      setAt(null);
      return;
    }
    const now = event.timeStamp;
    const before = now - typed.current.at < typedTogether ? typed.current.text : '';
    const to = optionByKey(key, { at, chosen, before, labels: options.map(({ label }) => label) });
    if (to === null) return;
    if (key.length === 1) typed.current = { text: before + key, at: now };
    event.preventDefault();
    event.stopPropagation();
    setAt(to);
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        role="combobox"
        className="select"
        aria-labelledby={`${labelledBy} ${id}-value`}
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={at === null ? undefined : `${id}-${at}`}
        onClick={() => setAt(open ? null : Math.max(0, chosen))}
        onKeyDown={keyDown}
        onBlur={() => setAt(null)}
      >
        <span id={`${id}-value`} className="ell">
          {options[chosen]?.label ?? ''}
        </span>
        <Icon name="chevronDown" size={14} />
      </button>
      <div
        ref={list}
        id={`${id}-list`}
        popover="manual"
        role="listbox"
        aria-labelledby={labelledBy}
        className="layer menu select-list"
      >
        {open &&
          options.map((option, i) => (
            <div
              key={option.value}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === chosen}
              className={i === at ? 'menu-item at' : 'menu-item'}
              onPointerMove={() => setAt(i)}
              // The focus stays on the button.
              onPointerDown={(event) => event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              onClick={(event) => {
                event.preventDefault();
                event.stopPropagation();
                take(i);
              }}
            >
              {i === chosen ? <Icon name="check" /> : <span className="menu-gap" />}
              <span className="ell">{option.label}</span>
            </div>
          ))}
      </div>
    </>
  );
}
