/** CSS pixels. */
interface Lengths {
  readonly width: number;
  readonly height: number;
}

/** The foot of the view, which belongs to zoom control and legend, CSS pixels. */
export const foot = 60;

/** The scale at which all of a drawing fits into a view, above the foot; at most 1. */
export const wholeScale = (drawing: Lengths, view: Lengths): number =>
  Math.min(1, view.width / drawing.width, Math.max(1, view.height - foot) / drawing.height);

/** Where all of a drawing stands at a scale: in the middle, and near the top of what is above the foot. */
export const wholePlace = (
  drawing: Lengths,
  view: Lengths,
  k: number,
): { readonly x: number; readonly y: number } => ({
  x: Math.max(0, (view.width - drawing.width * k) / 2),
  y: Math.max(0, (view.height - foot - drawing.height * k) / 4),
});
