import { useLayoutEffect, type RefObject } from 'react';

/** How far the ground of the field reaches before it, CSS pixels; `shell.css` has the same. */
const ground = 8;

/**
 * What stands before a field that stays while its bar scrolls is shown whole or not at all: a word half under the field could
 * be taken for another. What is behind it comes when the bar is scrolled, or when it is given the focus.
 */
export function useNoSlices(field: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const { current: element } = field;
    const bar = element?.parentElement;
    if (!element || !bar) return undefined;
    const look = (): void => {
      const edge = element.getBoundingClientRect().left - ground;
      for (const each of bar.children) {
        if (each === element) break;
        const { left, right } = each.getBoundingClientRect();
        each.toggleAttribute('data-behind', right > left && right > edge + 0.5);
      }
    };
    look();
    const sizes = new ResizeObserver(look);
    const watchAll = (): void => {
      for (const each of [bar, ...bar.children]) sizes.observe(each);
      look();
    };
    watchAll();
    const options = new MutationObserver(watchAll);
    options.observe(bar, { childList: true });
    bar.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      options.disconnect();
      bar.removeEventListener('scroll', look);
    };
  }, [field]);
}
