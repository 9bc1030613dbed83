import { flushSync } from 'react-dom';
import { forgetWidths } from '../chart/layers/textFit';

/** The room of a text, CSS pixels, and its look. */
export interface Room {
  readonly width: number;
  /** What the whole text takes. */
  readonly whole: number;
  /** Shorthand, as a canvas takes it. */
  readonly font: string;
}

type Told = (room: Room) => void;

const places = new Map<Element, Told>();
let observer: ResizeObserver | null = null;

function roomOf(place: Element): Room {
  const { fontStyle, fontWeight, fontSize, fontFamily } = getComputedStyle(place);
  return {
    width: place.clientWidth,
    whole: place.scrollWidth,
    font: `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`,
  };
}

function tell(changed: Iterable<Element>): void {
  // All is read before anything is written: else each would have the page laid out anew.
  const rooms = [...changed].map((place) => ({ told: places.get(place), room: roomOf(place) }));
  flushSync(() => rooms.forEach(({ told, room }) => told?.(room)));
}

/** Tells the room of an element at once and whenever it changes, before the page is painted. Returns what ends it. */
export function watchRoom(place: Element, told: Told): () => void {
  if (!observer) {
    observer = new ResizeObserver((entries) => tell(entries.map(({ target }) => target)));
    void document.fonts.ready.then(() => {
      forgetWidths();
      tell(places.keys());
    });
  }
  places.set(place, told);
  observer.observe(place);
  return () => {
    places.delete(place);
    observer?.unobserve(place);
  };
}
