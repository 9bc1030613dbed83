/** Keys that travel. */
export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** The directions of keys, by name of the key. */
export const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'first',
  End: 'last',
};

/** What keys ask of a chart that travels and zooms. */
export interface KeyWishes {
  /** An arrow, Home or End; `extend`: with Shift. */
  travel(direction: Direction, extend: boolean): void;
  /** Ctrl with up (-1) or down (1): along a column, where up and down alone go through a tree. Not all charts have it. */
  beside?(sign: -1 | 1, extend: boolean): void;
  /** Enter; false where there is nothing to open. */
  open(): boolean;
  fit(): void;
  scaleBy(factor: number): void;
  unscale(): void;
  /** Page up and down: `sign` views along the drawing. Not all charts have it. */
  page?(sign: -1 | 1): void;
  /** Esc: the card beside the drawing goes. What is stepped out of with it is the window's to say (`stepBackCommands`). */
  quiet(): void;
}

/** Does what a key asks for, and keeps the window from doing something else with it. Leaves the space bar to the chart. */
export function followKey(event: KeyboardEvent, wishes: KeyWishes): void {
  const { key, ctrlKey } = event;
  const direction = directions[key];
  if (direction !== undefined && !ctrlKey) {
    event.preventDefault();
    wishes.travel(direction, event.shiftKey);
  } else if (wishes.beside && (direction === 'up' || direction === 'down')) {
    event.preventDefault();
    wishes.beside(direction === 'up' ? -1 : 1, event.shiftKey);
  } else if (key === 'Enter') {
    if (wishes.open()) event.preventDefault();
  } else if (ctrlKey) return;
  else if (key === 'f' || key === 'F') wishes.fit();
  else if (key === '+' || key === '=') wishes.scaleBy(1.25);
  else if (key === '-') wishes.scaleBy(0.8);
  else if (key === '0') wishes.unscale();
  else if (wishes.page && (key === 'PageUp' || key === 'PageDown')) {
    event.preventDefault();
    wishes.page(key === 'PageUp' ? -1 : 1);
  } else if (key === 'Escape') wishes.quiet();
}
