import type { LayersLayout } from './layoutTypes';

/** Lengths of the drawing at 100 %, CSS pixels. */
export interface Metrics {
  readonly left: number;
  readonly top: number;
  readonly chipWidth: number;
  readonly chipHeight: number;
  readonly columnPitch: number;
  readonly rowPitch: number;
  readonly cardX: number;
  readonly cardWidth: number;
  /** Workspaces stand to the right of their image's card, one beside another. */
  readonly workspaceWidth: number;
  readonly workspaceGap: number;
  readonly width: number;
  readonly height: number;
}

/** Chips are no narrower: what has no room beside the names is scrolled to, CSS pixels. */
const narrowestChip = 132;

const between = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high));

/**
 * Lengths that fill a view of `width` by `height` CSS pixels where the layout is small, and stay legible where it is not.
 * `workspaces`: the most that one image has.
 */
export function metricsFor(
  layout: Pick<LayersLayout, 'columns' | 'rows'>,
  width: number,
  height: number,
  workspaces = 0,
): Metrics {
  const wide = width > 1000;
  const workspaceWidth = wide ? 132 : 112;
  const workspaceGap = wide ? 24 : 16;
  const besides = workspaces * (workspaceWidth + workspaceGap);
  const left = wide ? 32 : 16;
  const right = wide ? 28 : 14;
  const top = wide ? 24 : 14;
  const gap = wide ? 40 : 18;
  const cardWidth = wide ? 196 : 158;
  const chipHeight = wide ? 40 : 34;
  const linkGap = wide ? 42 : 24;
  const columns = Math.max(1, layout.columns);
  const columnPitch = between(
    linkGap + narrowestChip,
    (width - left - right - cardWidth - gap - besides) / columns,
    linkGap + (wide ? 214 : 180),
  );
  const rowPitch = between(chipHeight + 4, (height - 2 * top) / Math.max(1, layout.rows), chipHeight + 14);
  const cardX = left + layout.columns * columnPitch - linkGap + gap + (layout.columns > 0 ? linkGap : 0);
  return {
    left,
    top,
    chipWidth: columnPitch - linkGap,
    chipHeight,
    columnPitch,
    rowPitch,
    cardX,
    cardWidth,
    workspaceWidth,
    workspaceGap,
    width: cardX + cardWidth + besides + right,
    height: top * 2 + layout.rows * rowPitch,
  };
}
