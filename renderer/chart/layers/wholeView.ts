/** CSS pixels. */
interface Lengths {
  readonly width: number;
  readonly height: number;
}

/** Where a drawing is seen from: the scale of its heights, and where its upper left corner stands. */
export interface Place {
  readonly k: number;
  readonly x: number;
  readonly y: number;
}

/** From this scale on every text of a drawing has the size that it was made for: 11 CSS pixels and more. */
export const readable = 1;
/** Widths keep this scale, or one at which all of them are in sight, however small heights become. */
const squeezed = 0.5;
/** A drawing of so many heights of the view, seen at `tallAt`, begins with all of it: nobody scrolls through so much. */
const tooTall = 8;
const tallAt = 0.6;

/** The scale at which all of a drawing fits into a view; at most 1. */
export const wholeScale = (drawing: Lengths, view: Lengths): number =>
  Math.min(1, view.width / drawing.width, view.height / drawing.height);

/** The smallest scale of widths. */
export const leastWidth = (drawing: Lengths, view: Lengths): number =>
  Math.min(squeezed, view.width / drawing.width);

/** Where all of a drawing stands at a scale: in the middle, and near the top. */
export const wholePlace = (drawing: Lengths, view: Lengths, k: number): Place => ({
  k,
  x: Math.max(0, (view.width - drawing.width * Math.max(k, leastWidth(drawing, view))) / 2),
  y: Math.max(0, (view.height - drawing.height * k) / 4),
});

/**
 * Where a drawing is first seen from: whole where it can be read so, else at a scale at which it can, from its bases and its
 * first row on; only of very many rows everything from far away, where words keep their size.
 */
export function firstPlace(drawing: Lengths, view: Lengths): Place {
  const whole = wholeScale(drawing, view);
  if (whole >= readable || drawing.height * tallAt > view.height * tooTall)
    return wholePlace(drawing, view, whole);
  return { k: readable, x: Math.max(0, (view.width - drawing.width) / 2), y: 0 };
}

/**
 * Whether who sees all of a drawing at a scale is to see all of the next one, too, which takes the scale `next`: not where
 * that would make text smaller than it can be read, or a little smaller than the person chose it.
 */
export const followsWhole = (now: number, next: number): boolean =>
  now >= readable ? next >= readable : next >= 0.8 * now;
