import { useEffect, useState, type RefObject } from 'react';

/** The rows to draw of a long list. */
export interface VirtualRows {
  /** First row to draw and the one after the last. */
  readonly first: number;
  readonly end: number;
  /** CSS pixels above the first row and below the last. */
  readonly before: number;
  readonly after: number;
}

/**
 * Which of `count` rows of `rowHeight` CSS pixels are in sight of the scrolling element, with some more on both sides.
 * `offset` is the height above the first row inside of the scrolling element (a head that scrolls along).
 */
export function useVirtualRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  offset = 0,
  overscan = 10,
): VirtualRows {
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const read = (): void => {
      const next = { top: element.scrollTop, height: element.clientHeight };
      setView((was) => (was.top === next.top && was.height === next.height ? was : next));
    };
    read();
    element.addEventListener('scroll', read, { passive: true });
    const watch = new ResizeObserver(read);
    watch.observe(element);
    return () => {
      element.removeEventListener('scroll', read);
      watch.disconnect();
    };
  }, [scroller]);
  const top = Math.max(0, view.top - offset);
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight) - overscan));
  const end = Math.min(count, Math.ceil((top + view.height) / rowHeight) + overscan);
  return { first, end, before: first * rowHeight, after: (count - end) * rowHeight };
}

/** What scrolling rows into sight needs of an element, CSS pixels. */
export type ScrolledBox = Pick<HTMLElement, 'scrollTop' | 'clientHeight'>;

/** Scrolls so that row `index` is in sight, below a sticky head of `head` CSS pixels. */
export function revealRow(scroller: ScrolledBox, index: number, rowHeight: number, head = 0): void {
  const top = index * rowHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + rowHeight + head > scroller.scrollTop + scroller.clientHeight) {
    scroller.scrollTop = top + rowHeight + head - scroller.clientHeight;
  }
}
