import type { Metrics } from './metrics';
import type { ViewTransform } from './viewTransform';

/** What is free between the ground of the pinned cards and the cards, CSS pixels of the drawing. */
const beside = 10;
/** At most this part of the view is given to the pinned cards and what stands beside them. */
const most = 0.5;

/** The column of cards as it stands in a view, in units of the drawing. */
export interface Pin {
  /** How far it is moved from its own place: 0, or less than 0. */
  readonly by: number;
  /** Where its ground begins; behind it lie the layers that are further right. Infinity where it stands in its own place. */
  readonly ground: number;
}

/** The column in its own place. */
export const unpinned: Pin = { by: 0, ground: Infinity };

/**
 * Keeps the column of cards at the right edge of a view, `width` CSS pixels wide, where the drawing goes on beyond that edge:
 * names stay in sight while layers move behind them. Workspaces beside the cards give way where they would take more than half
 * of the view. The column never comes to lie left of the second column of layers.
 */
export function pinOf(metrics: Metrics, { x, kx }: ViewTransform, width: number): Pin {
  const { cardX, cardWidth, left, columnPitch } = metrics;
  const edge = (width - x) / kx;
  const taken = Math.max(
    cardWidth + left,
    Math.min(metrics.width - cardX, Math.max(cardWidth + left, (width * most) / kx)),
  );
  const at = Math.max(edge - taken, left + columnPitch);
  return at >= cardX ? unpinned : { by: at - cardX, ground: at - beside };
}
