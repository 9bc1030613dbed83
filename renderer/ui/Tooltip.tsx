import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Kbd } from './Kbd';
import { placeBeside } from './placement';

/**
 * Attributes that give an element a tooltip: text, and keys as people read them. Works on HTML and SVG elements;
 * {@link TooltipLayer} draws it on hover and on keyboard focus.
 */
export function tip(
  text: string | undefined,
  keys?: string,
): { readonly 'data-tip'?: string; readonly 'data-tip-keys'?: string } {
  if (text === undefined && keys === undefined) return {};
  return { 'data-tip': text ?? '', ...(keys === undefined ? {} : { 'data-tip-keys': keys }) };
}

/**
 * Attributes of a control that cannot be used now, with its tooltip: the reason is also its description, since no tooltip is read aloud.
 * A control that can be used has none of them.
 */
export function off(reason: string | null | undefined, isOff = (reason ?? '') !== ''): OffAttributes {
  if (!isOff) return {};
  return { 'aria-disabled': true, ...(reason ? { 'aria-description': reason } : {}) };
}

interface OffAttributes {
  readonly 'aria-disabled'?: true;
  readonly 'aria-description'?: string;
}

interface Shown {
  readonly target: Element;
  readonly text: string;
  readonly keys: string | null;
}

const delay = 500;

/** Draws the tooltip of whatever carries {@link tip}; one for the whole window. */
export function TooltipLayer(): ReactNode {
  const [shown, setShown] = useState<Shown | null>(null);
  const layer = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current: Element | null = null;
    const show = (target: Element | null, after: number): void => {
      if (target === current) return;
      clearTimeout(timer);
      current = target;
      if (!target) {
        setShown(null);
        return;
      }
      timer = setTimeout(() => {
        if (!target.isConnected) return;
        const text = target.getAttribute('data-tip') ?? '';
        const keys = target.getAttribute('data-tip-keys');
        if (text !== '' || keys !== null) setShown({ target, text, keys });
      }, after);
    };
    const carrier = (event: Event): Element | null =>
      event.target instanceof Element ? event.target.closest('[data-tip]') : null;
    const over = (event: Event): void => show(carrier(event), delay);
    const hide = (): void => show(null, 0);
    const focus = (event: Event): void => {
      const target = carrier(event);
      if (target?.matches(':focus-visible')) show(target, 0);
    };
    // In a menu the pointer takes the focus along: what loses it is not what the pointer has just come to.
    const blur = (event: Event): void => {
      if (carrier(event) === current) hide();
    };
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', over);
    document.addEventListener('pointerdown', hide, true);
    document.addEventListener('pointerleave', hide);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', blur);
    document.addEventListener('scroll', hide, true);
    document.addEventListener('keydown', key, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', over);
      document.removeEventListener('pointerdown', hide, true);
      document.removeEventListener('pointerleave', hide);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', blur);
      document.removeEventListener('scroll', hide, true);
      document.removeEventListener('keydown', key, true);
    };
  }, []);

  useLayoutEffect(() => {
    const element = layer.current;
    if (!element || !shown) return undefined;
    element.showPopover();
    placeBeside(element, shown.target.getBoundingClientRect(), 'below', 6);
    return () => element.hidePopover();
  }, [shown]);

  return (
    <div ref={layer} popover="manual" role="tooltip" className="layer tooltip">
      {shown?.text}
      {shown?.keys != null && <Kbd>{shown.keys}</Kbd>}
    </div>
  );
}
