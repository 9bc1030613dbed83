import type { KeyboardEvent } from 'react';
import { revealRow, type ScrolledBox } from './useVirtualRows';

/** Rows that the keyboard travels. */
export interface TravelledRows {
  /** The scrolling element that shows them; null before it is there. */
  readonly scroller: ScrolledBox | null;
  readonly count: number;
  /** The row that is active now. */
  readonly at: number;
  /** CSS pixels of a row, and of the sticky head above the first one. */
  readonly rowHeight: number;
  readonly head: number;
  /** Rows that the page keys pass over; those in sight, but one, where it is left out. */
  readonly page?: number;
  /** Makes a row the active one. */
  readonly go: (to: number) => void;
}

/** The row, of `count`, that a key leads to from row `at`; null for keys that do not travel. */
export function rowByKey(key: string, at: number, count: number, page: number): number | null {
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  const to = moves[key];
  return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
}

/** Rows that the page keys pass over: one less than fit below the head into `height`, so that one row stays in sight. */
export const pageRows = (height: number, rowHeight: number, head: number): number =>
  Math.max(1, Math.floor((height - head) / rowHeight) - 1);

/** Goes to the row that a key leads to and scrolls it into sight; false for keys that do not travel. */
export function travelRows(
  event: Pick<KeyboardEvent, 'key' | 'preventDefault'>,
  { scroller, count, at, rowHeight, head, page, go }: TravelledRows,
): boolean {
  const to = rowByKey(event.key, at, count, page ?? pageRows(scroller?.clientHeight ?? 0, rowHeight, head));
  if (to === null) return false;
  event.preventDefault();
  go(to);
  if (scroller) revealRow(scroller, to, rowHeight, head);
  return true;
}
