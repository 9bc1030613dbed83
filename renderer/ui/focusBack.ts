import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';

/** Things over the page that the focus can be in: dialogs, menus, panels. */
const layers = 'dialog, [popover]';
const controls = '[tabindex="0"], :is(button, input, select, textarea):not([tabindex="-1"])';

/** HTML or SVG: both take the focus. */
type Focusable = HTMLElement | SVGElement;

const isFocusable = (element: Element | null): element is Focusable =>
  (element instanceof HTMLElement || element instanceof SVGElement) && element !== document.body;

/** Whether nothing has the focus. */
const isNowhere = (): boolean =>
  document.activeElement === null ||
  document.activeElement === document.body ||
  document.activeElement === document.documentElement;

/** Gives an element the focus, without moving what scrolls; false where it takes none. */
function take(element: Element | null): boolean {
  if (!isFocusable(element) || !element.isConnected) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}

/** What has the focus first in a pane of the window: what it names itself, else its first control; null where nothing in it can have it. */
export function paneControl(pane: Element): Focusable | null {
  return pane.querySelector<Focusable>('[data-pane-focus]') ?? pane.querySelector<Focusable>(controls);
}

/** What has the focus first in a dialog: what it names itself, else the first control of its body, else of its foot. */
export function dialogControl(dialog: Element): Focusable | null {
  return (
    dialog.querySelector<Focusable>('[data-autofocus]') ??
    dialog.querySelector<Focusable>('.dialog-body :is(input, button, [tabindex="0"]):not([tabindex="-1"])') ??
    dialog.querySelector<Focusable>('.dialog-foot button')
  );
}

/** Where the focus was: the element, and what of its surroundings can have it where that is gone. */
interface Held {
  readonly element: Element;
  readonly layer: Element | null;
  readonly pane: string | null;
  /** What it stands for in its pane, the closest first, as `data-stands-for` says: the strip of icons stands for the sidebar part by part. */
  readonly standsFor: readonly string[];
}

function standsFor(element: Element): readonly string[] {
  const found: string[] = [];
  const near = (from: Element | null): Element | null => from?.closest('[data-stands-for]') ?? null;
  for (let each = near(element); each; each = near(each.parentElement)) {
    const what = each.getAttribute('data-stands-for');
    if (what !== null) found.push(what);
  }
  return found;
}

/** What stands in a pane for the same as something that is gone: itself, else its first control. */
function standIn(pane: Element, what: readonly string[]): Focusable | null {
  for (const each of what) {
    const found = pane.querySelector<Focusable>(`[data-stands-for="${CSS.escape(each)}"]`);
    if (found) return found.matches(controls) ? found : paneControl(found);
  }
  return null;
}

const heldBy = (element: Element): Held => ({
  element,
  layer: element.closest(layers),
  pane: element.closest('[data-pane]')?.getAttribute('data-pane') ?? null,
  standsFor: standsFor(element),
});

/**
 * The one rule of where the focus goes when what had it closes or goes: to what had it before; where that is gone, to what is open over
 * the page, to what stands in its pane for the same, to the pane, to the view.
 */
function giveFocus({ element, layer, pane, standsFor: what }: Held): void {
  if (take(element)) return;
  const open = layer?.isConnected === true ? layer : [...document.querySelectorAll('dialog:modal')].at(-1);
  if (open) {
    if (!take(dialogControl(open)) && !take(paneControl(open))) take(open);
    return;
  }
  const panes = [...document.querySelectorAll('[data-pane]')];
  const named = (name: string | null): Element | undefined =>
    panes.find((each) => each.getAttribute('data-pane') === name);
  const own = named(pane);
  if (own && take(standIn(own, what))) return;
  for (const each of [own, named('main'), ...panes]) if (each && take(paneControl(each))) return;
}

/**
 * For something that opens over the page and takes the focus: gives it back as {@link giveFocus} says when it closes, unless the person
 * has gone elsewhere meanwhile. `show` opens it, and the function it gives closes it; `opener` is what the focus goes back to,
 * without one what had it.
 */
export function useFocusBack<E extends HTMLElement>(
  root: RefObject<E | null>,
  show: (element: E) => () => void,
  opener?: RefObject<HTMLElement | null>,
): void {
  // The first of each: it opens once.
  const first = useRef({ show, opener });
  useLayoutEffect(() => {
    const element = root.current;
    if (!element) return undefined;
    const before = first.current.opener?.current ?? document.activeElement;
    const held = before && heldBy(before);
    const close = first.current.show(element);
    return () => {
      const was = document.activeElement;
      const had = element.contains(was) || isNowhere();
      close();
      if (had && held) giveFocus(held);
    };
  }, [root]);
}

/** Puts the focus where {@link giveFocus} says whenever the element that has it is taken out of the page. */
export function useKeptFocus(): void {
  useEffect(() => {
    let held: Held | null = null;
    const came = ({ target }: FocusEvent): void => {
      held = target instanceof Element ? heldBy(target) : null;
    };
    // Whoever presses beside everything takes the focus away on purpose: what they left is not remembered. An element that is taken
    // out still hangs in the page while it tells that it has lost the focus, and does no more afterwards.
    const left = ({ target }: FocusEvent): void =>
      queueMicrotask(() => {
        if (held?.element === target && held.element.isConnected && isNowhere()) held = null;
      });
    let frame = 0;
    const watch = new MutationObserver(() => {
      if (held === null || held.element.isConnected || !isNowhere()) return;
      const gone = held;
      held = null;
      cancelAnimationFrame(frame);
      // What comes in its place may draw its rows only once it has its size.
      frame = requestAnimationFrame(() => isNowhere() && giveFocus(gone));
    });
    document.addEventListener('focusin', came);
    document.addEventListener('focusout', left);
    watch.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', came);
      document.removeEventListener('focusout', left);
      watch.disconnect();
      cancelAnimationFrame(frame);
    };
  }, []);
}
