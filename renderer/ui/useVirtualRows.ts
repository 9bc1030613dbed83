import { useVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, type RefObject } from 'react';

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
 * Which of `count` rows of `rowHeight` CSS pixels are in sight of the scrolling element, with `overscan` more on both
 * sides. `offset` is the height above the first row inside of the scrolling element (a head that scrolls along). The
 * element may come later than the first drawing, go, and come again as another one: it is asked for on each drawing.
 */
export function useVirtualRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  offset = 0,
  overscan = 10,
): VirtualRows {
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    scrollMargin: offset,
    overscan,
    // Rows for a first picture, before the element has been measured.
    initialRect: { width: 800, height: 800 },
    // A row is drawn a moment after the scrolling that shows it, which is what the overscan is for.
    useFlushSync: false,
  });
  // Heights that were worked out before are kept for other rows of the list.
  useLayoutEffect(() => rows.measure(), [rows, rowHeight]);
  const drawn = rows.getVirtualItems();
  const first = drawn[0]?.index ?? 0;
  const end = (drawn.at(-1)?.index ?? -1) + 1;
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
